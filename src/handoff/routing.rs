//! Who gets a handoff: the first rule that holds, and of the people it names the one who can take it.
//!
//! Pure and total. Invariant: whoever can not receive is passed over. What is left when nobody can is the queue, which always can.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::event::Target;
use super::{AgentId, ChannelId, TeamId};

/// The rules, in the order they are tried.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Routing {
    /// Tried one after the other.
    pub rules: Vec<Rule>,
    /// Where no rule holds.
    pub otherwise: To,
    /// Where whoever was named can not receive.
    pub fallback: To,
}

/// One rule. Each condition that is empty holds for everything; all that are not must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rule {
    /// One of these channels.
    pub channels: Vec<ChannelId>,
    /// One of these topics, in the admin's words.
    pub topics: Vec<String>,
    /// One of these languages (BCP-47; `pt` holds for `pt-BR`).
    pub languages: Vec<String>,
    /// The contact has this attribute with this value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<Attribute>,
    /// Who gets it.
    pub to: To,
}

/// A fact about the contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// What it has to be, letters large or small.
    pub value: String,
}

/// Who is to get a handoff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum To {
    /// Whoever takes it first.
    #[default]
    Unassigned,
    /// Whoever of this team takes it first.
    Team(TeamId),
    /// This person.
    Agent(AgentId),
    /// Those who can take it, in turn: of a team, or of everybody.
    RoundRobin(Option<TeamId>),
    /// Whoever of those who can take it has least to do.
    LeastBusy(Option<TeamId>),
}

/// What the rules look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts<'a> {
    /// The channel.
    pub channel: ChannelId,
    /// The matched topic.
    pub topic: Option<&'a str>,
    /// The customer's language.
    pub language: Option<&'a str>,
    /// What is known of the contact, as words.
    pub attributes: &'a BTreeMap<String, String>,
    /// Who is not to get it: they had it and did not answer.
    pub not: Option<AgentId>,
}

/// The people as they are now. Whoever is not in it is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// Everybody who may be given work one day.
    pub people: Vec<Candidate>,
    /// Who is in which team. A team that is not in it is gone.
    pub teams: BTreeMap<TeamId, Vec<AgentId>>,
}

/// One of the people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub agent: AgentId,
    /// Whether they are connected and say that they are there.
    pub online: bool,
    /// How many open conversations they take at a time; `None` is any number.
    pub capacity: Option<u32>,
    /// How many they have.
    pub load: u32,
    /// When they were last given one.
    pub given: Option<DateTime<Utc>>,
}

/// What the rules came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Routed {
    /// Who gets it.
    pub target: Target,
    /// Whether it would have gone to a person, had one been able to take it: then the next who can gets it.
    pub for_somebody: bool,
}

impl Candidate {
    /// Whether one more conversation can be given to them.
    pub fn can_take(&self) -> bool {
        self.online && self.capacity.is_none_or(|capacity| self.load < capacity)
    }
}

impl Routing {
    /// Who is meant, whether they can receive or not.
    pub fn meant(&self, facts: &Facts<'_>) -> To {
        self.rules.iter().find(|rule| rule.holds(facts)).map_or(self.otherwise, |rule| rule.to)
    }

    /// What is wrong with it whoever is there: the field, and what to do.
    pub fn problems(&self) -> Vec<(String, String)> {
        let empty = self.rules.iter().enumerate().filter(|(_, rule)| rule.is_unconditional());
        let why = "A rule needs a condition. What holds for everything is `otherwise`.";
        empty.map(|(place, _)| (format!("rules.{place}"), why.to_owned())).collect()
    }

    /// Who gets a conversation. `own` is the wish of the topic that matched; it comes before the rules.
    pub fn route(&self, facts: &Facts<'_>, own: Option<To>, roster: &Roster) -> Routed {
        let meant = own.unwrap_or_else(|| self.meant(facts));
        let named = Some(self.fallback).filter(|fallback| *fallback != To::Unassigned);
        let found = roster.receiver(meant, facts.not).or_else(|| roster.receiver(named?, facts.not));
        let for_somebody = meant.names_people() || self.fallback.names_people();
        match found {
            Some(target) => Routed { target, for_somebody },
            None => Routed { target: roster.queue_of(meant), for_somebody },
        }
    }
}

impl Rule {
    fn holds(&self, facts: &Facts<'_>) -> bool {
        let any = |few: &[String], holds: &dyn Fn(&str) -> bool| few.is_empty() || few.iter().any(|one| holds(one));
        (self.channels.is_empty() || self.channels.contains(&facts.channel))
            && any(&self.topics, &|topic| facts.topic.is_some_and(|found| found.eq_ignore_ascii_case(topic)))
            && any(&self.languages, &|language| facts.language.is_some_and(|found| speaks(found, language)))
            && self.attribute.as_ref().is_none_or(|wanted| wanted.is_in(facts.attributes))
    }

    /// Whether it holds for everything.
    pub fn is_unconditional(&self) -> bool {
        self.channels.is_empty() && self.topics.is_empty() && self.languages.is_empty() && self.attribute.is_none()
    }
}

impl Attribute {
    fn is_in(&self, known: &BTreeMap<String, String>) -> bool {
        known.get(&self.name).is_some_and(|value| value.trim().to_lowercase() == self.value.trim().to_lowercase())
    }
}

fn speaks(found: &str, wanted: &str) -> bool {
    let primary = found.split('-').next().unwrap_or(found);
    found.eq_ignore_ascii_case(wanted) || primary.eq_ignore_ascii_case(wanted)
}

impl To {
    /// Whether one person is to be found for it.
    pub fn names_people(self) -> bool {
        matches!(self, Self::Agent(_) | Self::RoundRobin(_) | Self::LeastBusy(_))
    }

    /// The team it names.
    pub fn team(self) -> Option<TeamId> {
        match self {
            Self::Team(team) => Some(team),
            Self::RoundRobin(team) | Self::LeastBusy(team) => team,
            Self::Unassigned | Self::Agent(_) => None,
        }
    }
}

impl Roster {
    /// Who receives what is meant for `to`; `None` if nobody can now.
    fn receiver(&self, to: To, not: Option<AgentId>) -> Option<Target> {
        match to {
            To::Unassigned => Some(Target::Queue),
            To::Team(team) => self.teams.contains_key(&team).then_some(Target::Team(team)),
            To::Agent(agent) => {
                let able = self.able(None, not).any(|candidate| candidate.agent == agent);
                able.then_some(Target::Agent(agent))
            }
            To::RoundRobin(team) => {
                let next = self.able(team, not).min_by_key(|candidate| (candidate.given, candidate.agent));
                next.map(|candidate| to_person(team, candidate.agent))
            }
            To::LeastBusy(team) => {
                let next =
                    self.able(team, not).min_by_key(|candidate| (candidate.load, candidate.given, candidate.agent));
                next.map(|candidate| to_person(team, candidate.agent))
            }
        }
    }

    /// Those of a team, or of everybody, who can take one more.
    fn able(&self, team: Option<TeamId>, not: Option<AgentId>) -> impl Iterator<Item = &Candidate> {
        let members = team.map(|team| self.teams.get(&team).map_or(&[][..], Vec::as_slice));
        let belongs = move |agent: AgentId| members.is_none_or(|members| members.contains(&agent));
        self.people.iter().filter(move |one| one.can_take() && Some(one.agent) != not && belongs(one.agent))
    }

    /// Where something waits that nobody can take now: with the team it was meant for, if that is still there.
    fn queue_of(&self, to: To) -> Target {
        match to.team().filter(|team| self.teams.contains_key(team)) {
            Some(team) => Target::Team(team),
            None => Target::Queue,
        }
    }

    /// Why nothing meant for `to` could ever be received, if so: what an admin is told who saves such a rule.
    pub fn cannot_receive(&self, to: To) -> Option<Impossible> {
        let known = |agent: &AgentId| self.people.iter().any(|one| one.agent == *agent);
        let takes = |agent: &AgentId| self.people.iter().any(|one| one.agent == *agent && one.capacity != Some(0));
        match to {
            To::Unassigned => None,
            To::Agent(agent) if !known(&agent) => Some(Impossible::NoSuchAgent),
            To::Agent(agent) if !takes(&agent) => Some(Impossible::TakesNothing),
            To::Agent(_) => None,
            To::Team(team) | To::RoundRobin(Some(team)) | To::LeastBusy(Some(team)) => match self.teams.get(&team) {
                None => Some(Impossible::NoSuchTeam),
                Some(members) if !members.iter().any(known) => Some(Impossible::EmptyTeam),
                Some(members) if to != To::Team(team) && !members.iter().any(takes) => Some(Impossible::TakesNothing),
                Some(_) => None,
            },
            To::RoundRobin(None) | To::LeastBusy(None) if !self.people.iter().any(|one| takes(&one.agent)) => {
                Some(Impossible::TakesNothing)
            }
            To::RoundRobin(None) | To::LeastBusy(None) => None,
        }
    }
}

fn to_person(team: Option<TeamId>, agent: AgentId) -> Target {
    team.map_or(Target::Agent(agent), |team| Target::Member(team, agent))
}

/// Why a target can not receive anything, ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Impossible {
    /// The person is gone.
    NoSuchAgent,
    /// The team is gone.
    NoSuchTeam,
    /// Nobody is in the team.
    EmptyTeam,
    /// Whoever it names takes no conversations: their capacity is nought.
    TakesNothing,
}

impl std::fmt::Display for Impossible {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NoSuchAgent => "This person is not at the desk any more. Choose somebody else.",
            Self::NoSuchTeam => "This team does not exist any more. Choose another.",
            Self::EmptyTeam => {
                "Nobody is in this team, so nobody would receive it. Add a member first, or choose another."
            }
            Self::TakesNothing => {
                "Whoever this names takes no conversations: their capacity is 0. Raise it, or choose another."
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const INES: AgentId = AgentId(Uuid::from_u128(1));
    const OMAR: AgentId = AgentId(Uuid::from_u128(2));
    const THEO: AgentId = AgentId(Uuid::from_u128(3));
    const BILLING: TeamId = TeamId(Uuid::from_u128(4));
    const SHOP: ChannelId = ChannelId(Uuid::from_u128(5));

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(minute * 60, 0).expect("a time")
    }

    fn person(agent: AgentId, load: u32, given: i64) -> Candidate {
        Candidate { agent, online: true, capacity: Some(3), load, given: Some(at(given)) }
    }

    fn roster() -> Roster {
        Roster {
            people: vec![person(INES, 2, 1), person(OMAR, 1, 3), person(THEO, 0, 2)],
            teams: [(BILLING, vec![INES, OMAR])].into(),
        }
    }

    fn facts(attributes: &BTreeMap<String, String>) -> Facts<'_> {
        Facts { channel: SHOP, topic: Some("Refunds"), language: Some("pt-BR"), attributes, not: None }
    }

    fn routed(to: To, roster: &Roster) -> Target {
        let routing = Routing { otherwise: to, ..Routing::default() };
        routing.route(&facts(&BTreeMap::new()), None, roster).target
    }

    #[test]
    fn the_first_rule_whose_every_condition_holds_decides() {
        let rule = |rule: Rule| Rule { to: To::Agent(INES), ..rule };
        let known = BTreeMap::from([("plan".to_owned(), "Gold".to_owned())]);
        let wanted = |value: &str| Some(Attribute { name: "plan".into(), value: value.into() });
        let holding = [
            Rule::default(),
            Rule { channels: vec![SHOP], ..Rule::default() },
            Rule { topics: vec!["legal".into(), "refunds".into()], ..Rule::default() },
            Rule { languages: vec!["pt".into()], attribute: wanted("gold"), ..Rule::default() },
        ];
        let failing = [
            Rule { channels: vec![ChannelId(Uuid::from_u128(6))], ..Rule::default() },
            Rule { topics: vec!["legal".into()], ..Rule::default() },
            Rule { languages: vec!["pt-PT".into()], ..Rule::default() },
            Rule { channels: vec![SHOP], attribute: wanted("free"), ..Rule::default() },
        ];
        for (rules, meant) in [(holding, To::Agent(INES)), (failing, To::Team(BILLING))] {
            for one in rules {
                let routing = Routing { rules: vec![rule(one)], otherwise: To::Team(BILLING), ..Routing::default() };
                assert_eq!(routing.meant(&facts(&known)), meant, "{:?}", routing.rules);
            }
        }
    }

    #[test]
    fn in_turn_is_whoever_waited_longest_and_least_busy_whoever_has_least() {
        assert_eq!(routed(To::RoundRobin(None), &roster()), Target::Agent(INES));
        assert_eq!(routed(To::LeastBusy(None), &roster()), Target::Agent(THEO));
        assert_eq!(routed(To::LeastBusy(Some(BILLING)), &roster()), Target::Member(BILLING, OMAR));
    }

    #[test]
    fn whoever_is_away_full_or_had_it_is_passed_over() {
        let mut roster = roster();
        roster.people[0].load = 3;
        assert_eq!(routed(To::RoundRobin(Some(BILLING)), &roster), Target::Member(BILLING, OMAR));
        roster.people[1].online = false;
        assert_eq!(routed(To::RoundRobin(Some(BILLING)), &roster), Target::Team(BILLING), "it waits with the team");
        assert_eq!(routed(To::Agent(OMAR), &roster), Target::Queue);
        let routing = Routing { otherwise: To::Agent(OMAR), fallback: To::LeastBusy(None), ..Routing::default() };
        let known = BTreeMap::new();
        let routed = routing.route(&facts(&known), None, &roster);
        assert_eq!(routed, Routed { target: Target::Agent(THEO), for_somebody: true });
        let not_theo = Facts { not: Some(THEO), ..facts(&known) };
        assert_eq!(routing.route(&not_theo, None, &roster).target, Target::Queue);
    }

    #[test]
    fn a_target_that_is_gone_survives_as_the_queue() {
        let gone = Roster::default();
        for to in [To::Agent(INES), To::Team(BILLING), To::RoundRobin(Some(BILLING)), To::LeastBusy(None)] {
            assert_eq!(routed(to, &gone), Target::Queue);
            assert!(gone.cannot_receive(to).is_some(), "and is refused when it is saved");
            assert_eq!(roster().cannot_receive(to), None);
        }
        assert_eq!(routed(To::Unassigned, &gone), Target::Queue);
    }

    #[test]
    fn a_topics_own_wish_comes_before_the_rules() {
        let routing = Routing { otherwise: To::Agent(INES), ..Routing::default() };
        let known = BTreeMap::new();
        assert_eq!(routing.route(&facts(&known), Some(To::Team(BILLING)), &roster()).target, Target::Team(BILLING));
    }
}
