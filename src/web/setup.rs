//! The first page of a new installation. Sends `POST /setup` with `csrf`, `organisation`, `name`, `email`, `password`,
//! `password_again`.

use askama::Template;

use crate::web::field::Field;
use crate::web::page::Layout;

/// Where the first administrator is made.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "setup.html")]
pub struct SetupPage {
    /// The document.
    pub layout: Layout,
    /// The organisation's name.
    pub organisation: Field,
    /// The administrator's name.
    pub name: Field,
    /// Their email address.
    pub email: Field,
    /// Their password.
    pub password: Field,
    /// The same once more.
    pub password_again: Field,
}

impl SetupPage {
    /// An empty form.
    pub fn new(layout: Layout) -> Self {
        Self {
            layout,
            organisation: Field::text("organisation", "Organisation")
                .autocomplete("organization")
                .hint("Customers see this name when a conversation is passed to a person."),
            name: Field::text("name", "Your name").autocomplete("name"),
            email: Field::email("email", "Email").autocomplete("username"),
            password: Field::password("password", "Password", "new-password").hint("10 to 200 characters."),
            password_again: Field::password("password_again", "Password again", "new-password"),
        }
    }
}
