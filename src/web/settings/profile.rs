//! Settings: what an agent decides about themselves.

use askama::Template;

use crate::web::field::{Choice, Field};
use crate::web::icon::Icon;
use crate::web::page::{Layout, Theme};
use crate::web::settings::shell::Section;

/// `/settings/profile`. Sends `csrf`, `name`, `theme`, `shortcuts` to `POST /settings/profile`, and `csrf`,
/// `current_password`, `password`, `password_again` to `POST /settings/profile/password`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/profile.html")]
pub struct ProfilePage {
    /// The document.
    pub layout: Layout,
    /// The name customers see.
    pub name: Field,
    /// The colours.
    pub theme: Field,
    /// Whether keyboard shortcuts are on.
    pub shortcuts: Field,
    /// The password as it is.
    pub current_password: Field,
    /// The new one.
    pub password: Field,
    /// The same once more.
    pub password_again: Field,
}

impl ProfilePage {
    const SECTION: Section = Section::Profile;

    /// The forms with what is stored.
    pub fn new(layout: Layout, name: &str, theme: Theme, shortcuts: bool) -> Self {
        let themes = vec![
            Choice::new(Theme::System.name(), "As the device says"),
            Choice::new(Theme::Light.name(), "Light"),
            Choice::new(Theme::Dark.name(), "Dark"),
        ];
        Self {
            layout,
            name: Field::text("name", "Name")
                .autocomplete("name")
                .hint("Customers see it on your replies.")
                .value(name),
            theme: Field::select("theme", "Colours", themes).value(theme.name()),
            shortcuts: Field::toggle("shortcuts", "Keyboard shortcuts")
                .hint("Single keys such as r to reply. Press ? in the inbox to see them all.")
                .on(shortcuts),
            current_password: Field::password("current_password", "Current password", "current-password"),
            password: Field::password("password", "New password", "new-password").hint("At least 12 characters."),
            password_again: Field::password("password_again", "New password again", "new-password"),
        }
    }
}
