//! Settings: the people at the desk, and the form that adds one.

use askama::Template;

use crate::web::field::{Choice, Field};
use crate::web::icon::Icon;
use crate::web::moment::Moment;
use crate::web::page::Layout;
use crate::web::settings::shell::Section;

/// One person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentLine {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their initials.
    pub initials: String,
    /// Their email address.
    pub email: String,
    /// Their role, in words.
    pub role: String,
    /// Whether they may sign in.
    pub active: bool,
    /// When they were last at the desk.
    pub seen: Option<Moment>,
    /// Whether it is the reader, who cannot lock themselves out.
    pub me: bool,
    /// What is wrong with the new password that was set for them.
    pub password_error: Option<String>,
}

/// `/settings/agents`. The form sends `csrf`, `name`, `email`, `role`, `password` to `POST /settings/agents`;
/// "New password" sends `csrf`, `password` to `POST /settings/agents/{id}/password`; the switch sends `POST /settings/agents/{id}/deactivation` or `/activation`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/agents.html")]
pub struct AgentsPage {
    /// The document.
    pub layout: Layout,
    /// Everybody.
    pub agents: Vec<AgentLine>,
    /// The new person's name.
    pub name: Field,
    /// Their email address.
    pub email: Field,
    /// Their role.
    pub role: Field,
    /// Their first password.
    pub password: Field,
}

impl AgentsPage {
    const SECTION: Section = Section::Agents;

    /// The list with an empty form; `roles` are the roles that can be given.
    pub fn new(layout: Layout, agents: Vec<AgentLine>, roles: Vec<Choice>) -> Self {
        Self {
            layout,
            agents,
            name: Field::text("name", "Name").autocomplete("off"),
            email: Field::email("email", "Email").autocomplete("off"),
            role: Field::select("role", "Role", roles),
            password: Field::password("password", "First password", "new-password")
                .hint("At least 12 characters. They can change it in their profile."),
        }
    }
}
