//! The sign-in page. Sends `POST /session` with `csrf`, `next`, `email`, `password`.

use askama::Template;

use crate::web::field::Field;
use crate::web::page::Layout;

/// Where an agent signs in.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "signin.html")]
pub struct SignInPage {
    /// The document.
    pub layout: Layout,
    /// The organisation's name.
    pub organisation: String,
    /// Where to go afterwards; a path of this site.
    pub next: String,
    /// The email address.
    pub email: Field,
    /// The password.
    pub password: Field,
}

impl SignInPage {
    /// An empty form, or one that keeps the address that was typed.
    pub fn new(layout: Layout, organisation: &str, next: &str, email: &str) -> Self {
        Self {
            layout,
            organisation: organisation.to_owned(),
            next: next.to_owned(),
            email: Field::email("email", "Email").autocomplete("username").value(email),
            password: Field::password("password", "Password", "current-password"),
        }
    }

    /// The form after a failed attempt. The sentence must not tell which of the two was wrong.
    #[must_use]
    pub fn refused(self, why: &str) -> Self {
        Self { password: self.password.error(why), ..self }
    }
}
