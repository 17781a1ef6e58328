//! Settings: who gets a handoff. The rules in their order, and where everything else goes.

use std::str::FromStr as _;

use askama::Template;

use crate::handoff::routing::{Attribute, Roster, Routing, Rule, To};
use crate::handoff::{AgentId, ChannelId, TeamId};
use crate::web::field::Choice;
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::posted::Posted;
use crate::web::settings::shell::Section;

/// Most rules.
const RULES_MAX: usize = 100;
/// Longest list of words of a condition, in characters.
const WORDS_CHARS_MAX: usize = 500;

/// `/settings/routing`. Sends `csrf`, `version`, for each rule `channel`, `topics`, `languages`, `attribute`, `value`, `to` and
/// `keep` (whether it stays), and `otherwise` and `fallback`, to `POST /settings/routing`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/routing.html")]
pub struct RoutingPage {
    /// The document.
    pub layout: Layout,
    /// The version that is being edited.
    pub version: i64,
    /// The form.
    pub form: RoutingForm,
    /// The channels a rule may name.
    pub channels: Vec<Choice>,
    /// Who may get something.
    pub targets: Vec<Choice>,
}

impl RoutingPage {
    const SECTION: Section = Section::Routing;
}

/// The rules as they were typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutingForm {
    /// The rules, and one to fill in.
    pub rules: Vec<RuleRow>,
    /// Where no rule holds.
    pub otherwise: TargetCell,
    /// Where whoever was named can not receive.
    pub fallback: TargetCell,
}

/// One rule as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleRow {
    /// The channel's id; empty is any.
    pub channel: String,
    /// Topics, separated by commas.
    pub topics: String,
    /// Languages, separated by commas.
    pub languages: String,
    /// A fact about the contact.
    pub attribute: String,
    /// What it has to be.
    pub value: String,
    /// Who gets it.
    pub to: TargetCell,
    /// Whether it is the row to fill in.
    pub new: bool,
    /// What is wrong with its conditions.
    pub error: Option<String>,
}

/// Who gets something, as a form value, and why they can not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetCell {
    /// The form value.
    pub value: String,
    /// What is wrong.
    pub error: Option<String>,
}

impl RoutingForm {
    /// The form with what is stored.
    pub fn of(stored: &Routing) -> Self {
        let cell = |to: To| TargetCell { value: value_of(to), error: None };
        let row = |rule: &Rule| RuleRow {
            channel: rule.channels.first().map(ToString::to_string).unwrap_or_default(),
            topics: rule.topics.join(", "),
            languages: rule.languages.join(", "),
            attribute: rule.attribute.as_ref().map(|wanted| wanted.name.clone()).unwrap_or_default(),
            value: rule.attribute.as_ref().map(|wanted| wanted.value.clone()).unwrap_or_default(),
            to: cell(rule.to),
            new: false,
            error: None,
        };
        let rules = stored.rules.iter().map(row).chain([RuleRow::blank()]).collect();
        Self { rules, otherwise: cell(stored.otherwise), fallback: cell(stored.fallback) }
    }

    /// Takes in what was sent; what to store, if every field is right and everybody named can receive.
    pub fn read(form: &Posted, roster: &Roster) -> (Self, Option<Routing>) {
        let column = |key: &str| form.all(key).map(|value| value.trim().to_owned()).collect::<Vec<_>>();
        let [channel, topics, languages, attribute, value, to, keep] =
            ["channel", "topics", "languages", "attribute", "value", "to", "keep"].map(column);
        let cell = |column: &[String], row: usize| column.get(row).cloned().unwrap_or_default();
        let rows = (0..to.len().min(RULES_MAX)).map(|row| RuleRow {
            channel: cell(&channel, row),
            topics: cell(&topics, row),
            languages: cell(&languages, row),
            attribute: cell(&attribute, row),
            value: cell(&value, row),
            to: TargetCell { value: cell(&to, row), error: None },
            new: cell(&keep, row) == "new",
            error: None,
        });
        let mut rules: Vec<RuleRow> = rows
            .enumerate()
            .filter(|(row, rule)| cell(&keep, *row) != "no" && !(rule.new && rule.is_blank()))
            .map(|(_, rule)| RuleRow { new: false, ..rule })
            .collect();
        let mut otherwise = TargetCell { value: form.line("otherwise"), error: None };
        let mut fallback = TargetCell { value: form.line("fallback"), error: None };
        let read: Vec<Option<Rule>> = rules.iter_mut().map(|rule| rule.read(roster)).collect();
        let (to_otherwise, to_fallback) = (otherwise.read(roster), fallback.read(roster));
        rules.push(RuleRow::blank());
        let routing = || {
            Some(Routing {
                rules: read.into_iter().collect::<Option<_>>()?,
                otherwise: to_otherwise?,
                fallback: to_fallback?,
            })
        };
        let routing = routing();
        (Self { rules, otherwise, fallback }, routing)
    }
}

impl RuleRow {
    fn blank() -> Self {
        Self { new: true, to: TargetCell { value: "unassigned".into(), error: None }, ..Self::default() }
    }

    fn is_blank(&self) -> bool {
        [&self.channel, &self.topics, &self.languages, &self.attribute].iter().all(|cell| cell.is_empty())
    }

    fn read(&mut self, roster: &Roster) -> Option<Rule> {
        let to = self.to.read(roster);
        if self.is_blank() {
            self.error =
                Some("A rule needs a condition. What holds for everything is said below, or tick Remove.".to_owned());
        } else if self.attribute.is_empty() != self.value.is_empty() {
            self.error = Some("Write both the name of the attribute and its value, or neither.".to_owned());
        } else if self.topics.chars().count() > WORDS_CHARS_MAX || self.languages.chars().count() > WORDS_CHARS_MAX {
            self.error = Some(format!("Keep each list under {WORDS_CHARS_MAX} characters."));
        }
        if self.error.is_some() {
            return None;
        }
        let attribute = Attribute { name: self.attribute.clone(), value: self.value.clone() };
        Some(Rule {
            channels: ChannelId::from_str(&self.channel).ok().into_iter().collect(),
            topics: words(&self.topics),
            languages: words(&self.languages),
            attribute: (!self.attribute.is_empty()).then_some(attribute),
            to: to?,
        })
    }
}

impl TargetCell {
    fn read(&mut self, roster: &Roster) -> Option<To> {
        let Some(to) = to_of(&self.value) else {
            self.error = Some("Choose who gets it.".to_owned());
            return None;
        };
        self.error = roster.cannot_receive(to).map(|why| why.to_string());
        self.error.is_none().then_some(to)
    }
}

fn words(list: &str) -> Vec<String> {
    list.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The form value of a target.
pub fn value_of(to: To) -> String {
    let of = |kind: &str, team: Option<TeamId>| match team {
        Some(team) => format!("{kind}:{team}"),
        None => kind.to_owned(),
    };
    match to {
        To::Unassigned => "unassigned".to_owned(),
        To::Team(team) => format!("team:{team}"),
        To::Agent(agent) => format!("agent:{agent}"),
        To::RoundRobin(team) => of("round_robin", team),
        To::LeastBusy(team) => of("least_busy", team),
    }
}

/// The target a form value stands for.
pub fn to_of(value: &str) -> Option<To> {
    let (kind, id) = value.split_once(':').unwrap_or((value, ""));
    let team = || TeamId::from_str(id).ok();
    match (kind, id) {
        ("unassigned", "") => Some(To::Unassigned),
        ("round_robin", "") => Some(To::RoundRobin(None)),
        ("least_busy", "") => Some(To::LeastBusy(None)),
        ("team", _) => team().map(To::Team),
        ("agent", _) => AgentId::from_str(id).ok().map(To::Agent),
        ("round_robin", _) => team().map(|team| To::RoundRobin(Some(team))),
        ("least_busy", _) => team().map(|team| To::LeastBusy(Some(team))),
        _ => None,
    }
}

/// Everybody who may get something, in the order of a select.
pub fn targets(agents: &[(AgentId, String)], teams: &[(TeamId, String)]) -> Vec<Choice> {
    let choice = |to: To, label: String| Choice::new(value_of(to), label);
    let mut choices = vec![
        choice(To::Unassigned, "Nobody in particular: whoever takes it".into()),
        choice(To::RoundRobin(None), "Everybody online, in turn".into()),
        choice(To::LeastBusy(None), "Whoever online has least to do".into()),
    ];
    for (team, name) in teams {
        choices.push(choice(To::Team(*team), format!("Team {name}: whoever takes it")));
        choices.push(choice(To::RoundRobin(Some(*team)), format!("Team {name}, in turn")));
        choices.push(choice(To::LeastBusy(Some(*team)), format!("Team {name}: whoever has least to do")));
    }
    choices.extend(agents.iter().map(|(agent, name)| choice(To::Agent(*agent), name.clone())));
    choices
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::handoff::routing::Candidate;

    const INES: AgentId = AgentId(Uuid::from_u128(1));
    const BILLING: TeamId = TeamId(Uuid::from_u128(2));

    fn roster() -> Roster {
        let ines = Candidate { agent: INES, online: false, capacity: None, load: 0, given: None };
        Roster { people: vec![ines], teams: [(BILLING, vec![])].into() }
    }

    #[test]
    fn every_target_has_one_form_value() {
        let all = targets(&[(INES, "Ines".into())], &[(BILLING, "Billing".into())]);
        assert!(all.iter().all(|choice| to_of(&choice.value).map(value_of).as_ref() == Some(&choice.value)));
        for wrong in ["", "team:", "agent:1", "everybody", "unassigned:1"] {
            assert_eq!(to_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn rules_are_read_in_their_order_without_those_that_are_removed_or_empty() {
        let sent = format!(
            "channel=&topics=refunds%2C+legal&languages=de&attribute=&value=&to=agent%3A{INES}&keep=yes\
             &channel=&topics=old&languages=&attribute=&value=&to=unassigned&keep=no\
             &channel=&topics=&languages=&attribute=&value=&to=unassigned&keep=new\
             &otherwise=round_robin&fallback=unassigned"
        );
        let (form, routing) = RoutingForm::read(&Posted::parse(sent.as_bytes()), &roster());
        let routing = routing.expect("every rule is right");
        assert_eq!((routing.rules.len(), routing.otherwise), (1, To::RoundRobin(None)));
        assert_eq!(routing.rules[0].topics, ["refunds", "legal"]);
        assert_eq!(RoutingForm::of(&routing), form);
    }

    #[test]
    fn a_target_that_can_not_receive_is_refused_beside_its_field() {
        let sent = format!(
            "channel=&topics=refunds&languages=&attribute=plan&value=&to=agent%3A{}&keep=yes&otherwise=team%3A{BILLING}\
             &fallback=unassigned",
            Uuid::from_u128(9)
        );
        let (form, routing) = RoutingForm::read(&Posted::parse(sent.as_bytes()), &roster());
        assert_eq!(routing, None);
        assert!(form.rules[0].to.error.is_some() && form.rules[0].error.is_some());
        assert!(form.otherwise.error.is_some_and(|why| why.contains("Nobody is in this team")));
        assert_eq!(form.rules[0].attribute, "plan");
    }
}
