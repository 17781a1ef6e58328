//! Settings: what an agent decides about themselves.

use askama::Template;

use crate::handoff::people::Availability;
use crate::web::field::{Choice, Field};
use crate::web::icon::Icon;
use crate::web::page::{Layout, Theme};
use crate::web::settings::browsers::Browsers;
use crate::web::settings::office_hours::{DAYS, State};
use crate::web::settings::posted::Posted;
use crate::web::settings::quiet::QuietForm;
use crate::web::settings::rules::{self, fill, flip, pick};
use crate::web::settings::shell::Section;

/// What is said where the current password is not the one that was typed.
pub const PASSWORD_WRONG: &str = "This is not your current password. Type it again.";

/// `/settings/profile`. Sends `csrf`, `name`, `theme`, `shortcuts` to `POST /settings/profile`, and `csrf`,
/// `current_password`, `password`, `password_again` to `POST /settings/profile/password`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/profile.html")]
pub struct ProfilePage {
    /// The document.
    pub layout: Layout,
    /// Name, colours and keys.
    pub form: ProfileForm,
    /// The password.
    pub password: PasswordForm,
    /// Whether they take conversations.
    pub availability: Field,
    /// Their browsers that are notified.
    pub browsers: Browsers,
    /// When they want to be left alone.
    pub quiet: QuietForm,
}

impl ProfilePage {
    const SECTION: Section = Section::Profile;
}

/// Whether somebody takes conversations, as they say it.
pub fn availability_field(stored: Availability) -> Field {
    let choices = vec![
        Choice::new("online", "Online: give me conversations"),
        Choice::new("busy", "Busy: no new ones for me"),
        Choice::new("away", "Away"),
    ];
    let value = match stored {
        Availability::Online => "online",
        Availability::Busy => "busy",
        Availability::Away => "away",
    };
    Field::select("availability", "Availability", choices)
        .hint("It counts while one of your browsers is open, and is kept until you change it.")
        .value(value)
}

/// The availability a form value stands for.
pub fn availability_of(value: &str) -> Option<Availability> {
    match value {
        "online" => Some(Availability::Online),
        "busy" => Some(Availability::Busy),
        "away" => Some(Availability::Away),
        _ => None,
    }
}

/// Name, colours and keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileForm {
    /// The name customers see.
    pub name: Field,
    /// The colours.
    pub theme: Field,
    /// Whether keyboard shortcuts are on.
    pub shortcuts: Field,
}

/// Name, colours and keys, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The name customers see.
    pub name: String,
    /// The colours, as [`Theme::name`] writes them.
    pub theme: String,
    /// Whether keyboard shortcuts are on.
    pub shortcuts: bool,
}

impl ProfileForm {
    /// The form with what is stored.
    pub fn of(name: &str, theme: Theme, shortcuts: bool) -> Self {
        let themes = vec![
            Choice::new(Theme::System.name(), "As the device says"),
            Choice::new(Theme::Light.name(), "Light"),
            Choice::new(Theme::Dark.name(), "Dark"),
        ];
        Self {
            name: Field::text("name", "Name")
                .autocomplete("name")
                .hint("Customers see it on your replies.")
                .value(name),
            theme: Field::select("theme", "Colours", themes).value(theme.name()),
            shortcuts: Field::toggle("shortcuts", "Keyboard shortcuts")
                .hint("Single keys such as r to reply. Press ? in the inbox to see them all.")
                .on(shortcuts),
        }
    }

    /// Takes in what was sent; what to store, if every field is right.
    pub fn read(&mut self, form: &Posted) -> Option<Profile> {
        let name = fill(&mut self.name, form, rules::name);
        let theme = pick(&mut self.theme, form);
        let shortcuts = flip(&mut self.shortcuts, form);
        Some(Profile { name: name?, theme: theme?, shortcuts })
    }
}

/// The change of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordForm {
    /// The password as it is.
    pub current: Field,
    /// The new one.
    pub new: Field,
    /// The same once more.
    pub again: Field,
}

/// The password as it is and as it shall be.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordChange {
    /// As it is, said the sender.
    pub current: String,
    /// As it shall be.
    pub new: String,
}

impl Default for PasswordForm {
    fn default() -> Self {
        Self {
            current: Field::password("current_password", "Current password", "current-password"),
            new: Field::password("password", "New password", "new-password")
                .hint("10 to 200 characters. It signs you out everywhere else."),
            again: Field::password("password_again", "New password again", "new-password"),
        }
    }
}

impl PasswordForm {
    /// Takes in what was sent; the change, if it can be one.
    pub fn read(&mut self, form: &Posted) -> Option<PasswordChange> {
        let current = fill(&mut self.current, form, |typed| match typed {
            "" => Err("Type your current password.".to_owned()),
            typed => Ok(typed.to_owned()),
        });
        let new = fill(&mut self.new, form, rules::new_password);
        let again = fill(&mut self.again, form, |typed| match typed == form.raw("password") {
            true => Ok(()),
            false => Err("The two passwords differ. Type the same one twice.".to_owned()),
        });
        again?;
        Some(PasswordChange { current: current?, new: new? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_typed_twice_and_never_sent_back() {
        let mut form = PasswordForm::default();
        let sent = b"current_password=lumen+and+oak&password=a+new+password&password_again=a+new+passwort";
        assert!(form.read(&Posted::parse(sent)).is_none());
        assert!(form.again.error.is_some() && form.current.error.is_none() && form.new.error.is_none());
        assert!([&form.current, &form.new, &form.again].into_iter().all(|field| field.value.is_empty()));
        let right = b"current_password=lumen+and+oak&password=a+new+password&password_again=a+new+password";
        let change = PasswordForm::default().read(&Posted::parse(right)).expect("a change");
        assert_eq!((change.current.as_str(), change.new.as_str()), ("lumen and oak", "a new password"));
    }

    #[test]
    fn a_profile_has_a_name_and_known_colours() {
        let mut form = ProfileForm::of("Ines", Theme::System, true);
        assert!(form.read(&Posted::parse(b"name=&theme=pink")).is_none());
        assert!(form.name.error.is_some() && form.theme.error.is_some());
        let profile = form.read(&Posted::parse(b"name=Ines+S.&theme=dark")).expect("every field is right");
        assert_eq!(profile, Profile { name: "Ines S.".into(), theme: "dark".into(), shortcuts: false });
    }
}
