//! Settings: the people at the desk, and the form that adds one.

use askama::Template;
use chrono::{DateTime, Utc};

use crate::handoff::people::{Availability, Duty, Role};
use crate::web::field::{Choice, Field};
use crate::web::frame::role_words;
use crate::web::icon::Icon;
use crate::web::moment::Moment;
use crate::web::page::Layout;
use crate::web::settings::one_form::number;
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{self, fill, pick};
use crate::web::settings::shell::Section;

/// One person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentLine {
    /// Their name.
    pub name: String,
    /// Their initials.
    pub initials: String,
    /// Their email address.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Whether they may sign in.
    pub active: bool,
    /// Whether it is the reader.
    pub me: bool,
    /// Where they are changed; the reader's own profile for the reader.
    pub url: String,
    /// Whether they are connected, and what they say of themselves.
    pub presence: Presence,
    /// How many conversations they have.
    pub load: u32,
    /// How many they take at a time.
    pub capacity: Option<u32>,
}

/// Whether somebody can be given a conversation, as colleagues see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Connected, and says so.
    Online,
    /// Connected, and takes no more.
    Busy,
    /// Says that they are away.
    Away,
    /// Not connected.
    Offline,
}

impl Presence {
    /// What is known of a person.
    pub fn of(duty: Duty, now: DateTime<Utc>) -> Self {
        match duty.availability {
            _ if !duty.is_connected(now) => Self::Offline,
            Availability::Online => Self::Online,
            Availability::Busy => Self::Busy,
            Availability::Away => Self::Away,
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Online => "Online",
            Self::Busy => "Busy",
            Self::Away => "Away",
            Self::Offline => "Offline",
        }
    }
}

/// Somebody who was invited and has not come yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationLine {
    /// Where the invitation is withdrawn.
    pub action: String,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Until when the link works.
    pub until: Moment,
}

/// The form that invites somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteForm {
    /// Their name.
    pub name: Field,
    /// Their address.
    pub email: Field,
    /// Their role.
    pub role: Field,
    /// Whom the link that was just made is for, and the link.
    pub made: Option<(String, String)>,
}

impl Default for InviteForm {
    fn default() -> Self {
        Self {
            name: Field::text("invite_name", "Their name")
                .autocomplete("off")
                .hint("They can change it when they join."),
            email: Field::email("invite_email", "Their email").autocomplete("off").hint("They sign in with it."),
            role: Field { name: "invite_role", label: "Their role", ..role_field() },
            made: None,
        }
    }
}

impl InviteForm {
    /// Takes in what was sent; whom to invite, if every field is right.
    pub fn read(&mut self, form: &Posted) -> Option<(String, String, Role)> {
        let name = fill(&mut self.name, form, rules::name);
        let email = fill(&mut self.email, form, rules::email);
        let role = pick(&mut self.role, form).as_deref().and_then(role_of);
        Some((name?, email?, role?))
    }
}

impl AgentLine {
    fn role_label(&self) -> &'static str {
        role_words(self.role)
    }
}

/// `/settings/agents`. The form sends `csrf`, `name`, `email`, `role` (`agent` or `admin`), `password` to
/// `POST /settings/agents`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/agents.html")]
pub struct AgentsPage {
    /// The document.
    pub layout: Layout,
    /// Everybody.
    pub agents: Vec<AgentLine>,
    /// The form that adds one.
    pub form: AgentForm,
    /// Those who were invited.
    pub invited: Vec<InvitationLine>,
    /// The form that invites one.
    pub invite: InviteForm,
}

impl AgentsPage {
    const SECTION: Section = Section::Agents;
}

/// `/settings/agents/{id}`: somebody else. Sends `csrf`, `role` to `POST {action}/role`, `csrf`, `password` to
/// `POST {action}/password`, and `csrf` to `POST {action}/deactivation` or `/activation`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/agent.html")]
pub struct AgentPage {
    /// The document, titled with their name.
    pub layout: Layout,
    /// Where the forms are sent.
    pub action: String,
    /// Their email address.
    pub email: String,
    /// Whether they may sign in.
    pub active: bool,
    /// Their role.
    pub role: Field,
    /// How many conversations they take at a time.
    pub capacity: Field,
    /// A new password.
    pub password: Field,
}

impl AgentPage {
    const SECTION: Section = Section::Agents;

    /// The page of somebody.
    pub fn new(layout: Layout, action: String, email: String, active: bool, role: Role, capacity: Option<u32>) -> Self {
        Self {
            layout,
            action,
            email,
            active,
            role: role_field().value(role_value(role)),
            capacity: number("capacity", "Conversations at a time", capacity)
                .hint("Routing gives them no more than this many open ones. Empty: any number. 0: none."),
            password: Field::password("password", "New password", "new-password")
                .hint("10 to 200 characters. Tell it to them in person; it signs them out everywhere."),
        }
    }
}

/// The form that adds an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentForm {
    /// Their name.
    pub name: Field,
    /// Their email address.
    pub email: Field,
    /// Their role.
    pub role: Field,
    /// Their first password.
    pub password: Field,
}

/// Somebody to add.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAgent {
    /// The name customers see.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// What they sign in with first.
    pub password: String,
}

impl Default for AgentForm {
    fn default() -> Self {
        Self {
            name: Field::text("name", "Name").autocomplete("off").hint("Customers see it on their replies."),
            email: Field::email("email", "Email").autocomplete("off").hint("They sign in with it."),
            role: role_field(),
            password: Field::password("password", "First password", "new-password")
                .hint("10 to 200 characters. They can change it."),
        }
    }
}

impl AgentForm {
    /// Takes in what was sent; whom to add, if every field is right.
    pub fn read(&mut self, form: &Posted) -> Option<NewAgent> {
        let name = fill(&mut self.name, form, rules::name);
        let email = fill(&mut self.email, form, rules::email);
        let role = pick(&mut self.role, form).as_deref().and_then(role_of);
        let password = fill(&mut self.password, form, rules::new_password);
        Some(NewAgent { name: name?, email: email?, role: role?, password: password? })
    }
}

fn role_field() -> Field {
    let roles = [Role::Agent, Role::Admin].map(|role| Choice::new(role_value(role), role_words(role)));
    Field::select("role", "Role", roles.into()).hint("Administrators change these settings.")
}

/// The role a form value stands for.
pub fn role_of(value: &str) -> Option<Role> {
    [Role::Agent, Role::Admin].into_iter().find(|role| role_value(*role) == value)
}

/// The form value of a role.
pub const fn role_value(role: Role) -> &'static str {
    match role {
        Role::Agent => "agent",
        Role::Admin => "admin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_added_with_every_field_right() {
        let sent = b"name=Theo&email=Theo%40desk.example&role=admin&password=a+long+password";
        let theo = AgentForm::default().read(&Posted::parse(sent)).expect("every field is right");
        assert_eq!((theo.name.as_str(), theo.email.as_str()), ("Theo", "theo@desk.example"));
        assert_eq!((theo.role, theo.password.as_str()), (Role::Admin, "a long password"));
    }

    #[test]
    fn every_wrong_field_says_so_at_once() {
        let mut form = AgentForm::default();
        assert!(form.read(&Posted::parse(b"email=theo&role=owner&password=short")).is_none());
        let AgentForm { name, email, role, password } = form;
        assert!([&name, &email, &role, &password].into_iter().all(|field| field.error.is_some()));
        assert_eq!((email.value.as_str(), password.value.as_str()), ("theo", ""));
    }
}
