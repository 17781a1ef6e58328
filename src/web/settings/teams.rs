//! Settings: the teams a conversation can be handed to.

use askama::Template;

use crate::web::field::Field;
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::shell::Section;

/// A person who may be in a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Whether they are in it.
    pub belongs: bool,
}

/// One team. Its form sends `csrf`, `name` and a `member` for each person to `POST /settings/teams/{id}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamLine {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Everybody, and whether they belong.
    pub members: Vec<Member>,
    /// What is wrong with what was typed.
    pub error: Option<String>,
}

impl TeamLine {
    fn size(&self) -> usize {
        self.members.iter().filter(|member| member.belongs).count()
    }
}

/// `/settings/teams`. The form sends `csrf`, `name` to `POST /settings/teams`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/teams.html")]
pub struct TeamsPage {
    /// The document.
    pub layout: Layout,
    /// Every team.
    pub teams: Vec<TeamLine>,
    /// The new team's name.
    pub name: Field,
}

impl TeamsPage {
    const SECTION: Section = Section::Teams;

    /// The list with an empty form.
    pub fn new(layout: Layout, teams: Vec<TeamLine>) -> Self {
        Self { layout, teams, name: Field::text("name", "Name").hint("For example \u{201c}Billing\u{201d}.") }
    }
}
