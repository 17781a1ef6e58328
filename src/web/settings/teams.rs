//! Settings: the teams a conversation can be handed to.

use askama::Template;

use crate::web::field::Field;
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{self, Verdict};
use crate::web::settings::shell::Section;

/// What is said where a name is taken.
pub const NAME_TAKEN: &str = "There is already a team of this name. Choose another.";

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

/// One team. Its form sends `csrf`, `name` and a `member` for each person to `POST /settings/teams/{id}`; "Delete" sends
/// `csrf` to `POST /settings/teams/{id}/deletion`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamLine {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What its name is about to be: what was typed, or the name.
    pub typed: String,
    /// Everybody, and whether they belong.
    pub members: Vec<Member>,
    /// What is wrong with what was typed.
    pub error: Option<String>,
}

impl TeamLine {
    fn size(&self) -> usize {
        self.members.iter().filter(|member| member.belongs).count()
    }

    /// Takes in what was sent; its name and who belongs, if the name is right. Only people who are listed can belong.
    pub fn read(&mut self, form: &Posted) -> Option<(String, Vec<String>)> {
        self.typed = form.line("name");
        for member in &mut self.members {
            member.belongs = form.all("member").any(|id| id == member.id);
        }
        let name: Verdict<String> = rules::name(&self.typed);
        let name = name.map_err(|why| self.error = Some(why)).ok()?;
        let belong = self.members.iter().filter(|member| member.belongs).map(|member| member.id.clone());
        Some((name, belong.collect()))
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
}

/// An empty form.
pub fn name_field() -> Field {
    Field::text("name", "Name").autocomplete("off").hint("For example \u{201c}Billing\u{201d}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn billing() -> TeamLine {
        let member = |id: &str, belongs| Member { id: id.to_owned(), name: id.to_owned(), belongs };
        TeamLine {
            id: "7".into(),
            name: "Billing".into(),
            typed: "Billing".into(),
            members: vec![member("ines", true), member("theo", false)],
            error: None,
        }
    }

    #[test]
    fn only_people_who_are_listed_can_belong() {
        let form = Posted::parse(b"name=Invoices&member=theo&member=maya&member=theo");
        let (name, members) = billing().read(&form).expect("the name is right");
        assert_eq!((name.as_str(), members), ("Invoices", vec!["theo".to_owned()]));
    }

    #[test]
    fn a_team_needs_a_name_and_keeps_what_was_ticked() {
        let mut team = billing();
        assert!(team.read(&Posted::parse(b"name=+&member=theo")).is_none());
        assert!(team.error.is_some());
        assert_eq!(team.members.iter().map(|member| member.belongs).collect::<Vec<_>>(), [false, true]);
    }
}
