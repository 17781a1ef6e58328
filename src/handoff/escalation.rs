//! How people are told of a handoff that nobody has noticed yet: the waits between the tellings, and who is told in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::hours::Schedule;
use super::people::Availability;
use super::{AgentId, Owner, TeamId};

/// An unnoticed handoff is announced again at most this many doublings of the first wait later.
const DOUBLINGS_MAX: u32 = 5;
/// Longest first wait, an hour.
pub const FIRST_WAIT_S_MAX: u32 = 3_600;
/// Shortest first wait.
pub const FIRST_WAIT_S_MIN: u32 = 10;

/// Longest wait until supervisors are told, a day, in minutes.
pub const SUPERVISORS_MIN_MAX: u32 = 1_440;

/// Longest wait until browsers are told, a day, in minutes.
pub const PUSH_MIN_MAX: u32 = 1_440;

/// The waits. The first telling is the handoff itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ladder {
    /// The wait after the first telling, in seconds; `None` leaves it to the start-up settings.
    pub first_wait_s: Option<u32>,
    /// Whether each wait is twice as long as the one before.
    pub doubles: bool,
    /// Whether people are told through their browsers' push services too.
    pub push: bool,
    /// How many minutes after the handoff that begins.
    pub push_after_min: u32,
    /// What is said there.
    pub push_says: PushWords,
    /// Who is told where nobody has noticed it for long.
    pub supervisors: Supervisors,
    /// After how many minutes.
    pub supervisors_after_min: u32,
}

impl Default for Ladder {
    fn default() -> Self {
        let supervisors = Supervisors::default();
        let push_says = PushWords::default();
        Self {
            first_wait_s: None,
            doubles: true,
            push: true,
            push_after_min: 1,
            push_says,
            supervisors,
            supervisors_after_min: 15,
        }
    }
}

/// How much of a conversation leaves for a push service. It can not read it, but whoever sees the screen can.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PushWords {
    /// That somebody is needed.
    Nothing,
    /// Who waits, and why.
    #[default]
    WhoAndWhy,
    /// The customer's last words as well.
    LastWords,
}

/// Who is told of what nobody has noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Supervisors {
    /// Nobody.
    Nobody,
    /// Every administrator.
    #[default]
    Admins,
    /// Everybody of a team.
    Team(TeamId),
    /// One person.
    Agent(AgentId),
}

/// Whoever has not left, as far as supervision is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// Who.
    pub agent: AgentId,
    /// Whether they are an administrator.
    pub is_admin: bool,
}

impl Ladder {
    /// How long to wait after a telling; the first is 1. `own` is the wait of the start-up settings.
    pub fn wait(&self, telling: i32, own: Duration) -> Duration {
        let first = self.first_wait_s.map_or(own, |seconds| Duration::from_secs(seconds.into()));
        let doublings = u32::try_from(telling - 1).unwrap_or(0).min(DOUBLINGS_MAX);
        if self.doubles { first * 2_u32.pow(doublings) } else { first }
    }

    /// How long after the handoff browsers are told; `None` is never.
    pub fn push_wait(&self) -> Option<TimeDelta> {
        self.push.then(|| TimeDelta::minutes(self.push_after_min.into()))
    }

    /// When supervisors are told of what people have had since a moment: minutes in which the office is open. `None`: never.
    pub fn supervisors_due_at(&self, since: DateTime<Utc>, schedule: Option<&Schedule>) -> Option<DateTime<Utc>> {
        let wait = TimeDelta::minutes(self.supervisors_after_min.into());
        match (self.supervisors, schedule) {
            (Supervisors::Nobody, _) => None,
            (_, None) => Some(since + wait),
            (_, Some(schedule)) => schedule.add_open_time(since, wait),
        }
    }

    /// Who supervises. Whoever was chosen and has left is stood in for by the administrators, so that a ladder always ends at
    /// somebody.
    pub fn supervisors(&self, here: &[Colleague], teams: &BTreeMap<TeamId, Vec<AgentId>>) -> Vec<AgentId> {
        let of = |wanted: &dyn Fn(&Colleague) -> bool| -> Vec<AgentId> {
            here.iter().filter(|one| wanted(one)).map(|one| one.agent).collect()
        };
        let chosen = match self.supervisors {
            Supervisors::Nobody => return Vec::new(),
            Supervisors::Admins => Vec::new(),
            Supervisors::Team(team) => of(&|one| teams.get(&team).is_some_and(|members| members.contains(&one.agent))),
            Supervisors::Agent(agent) => of(&|one| one.agent == agent),
        };
        if chosen.is_empty() { of(&|one| one.is_admin) } else { chosen }
    }

    /// What is wrong with it: the field, and what to do.
    pub fn problems(&self) -> Vec<(String, String)> {
        let first = FIRST_WAIT_S_MIN..=FIRST_WAIT_S_MAX;
        let wrong_first = self.first_wait_s.is_some_and(|seconds| !first.contains(&seconds));
        let wrong_last = !(1..=SUPERVISORS_MIN_MAX).contains(&self.supervisors_after_min);
        let first = format!("Write {FIRST_WAIT_S_MIN} to {FIRST_WAIT_S_MAX} seconds.");
        let last = format!("Write 1 to {SUPERVISORS_MIN_MAX} minutes.");
        let push = format!("Write 0 to {PUSH_MIN_MAX} minutes.");
        let wrong_push = self.push_after_min > PUSH_MIN_MAX;
        let all = [
            (wrong_first, "first_wait_s", first),
            (wrong_push, "push_after_min", push),
            (wrong_last, "supervisors_after_min", last),
        ];
        all.into_iter().filter(|(wrong, ..)| *wrong).map(|(_, field, why)| (field.to_owned(), why)).collect()
    }
}

/// A person who may be told away from the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reachable {
    /// Who.
    pub id: AgentId,
    /// What they say of themselves. Whether their inbox is open does not matter here.
    pub availability: Availability,
}

/// Who is told away from the inbox: the person who has the conversation; else its team; else everybody who is not away.
pub fn told_elsewhere(owner: Owner, team: &[AgentId], people: &[Reachable]) -> BTreeSet<AgentId> {
    if let Some(owner) = owner.agent().filter(|owner| people.iter().any(|person| person.id == *owner)) {
        return BTreeSet::from([owner]);
    }
    let there = || people.iter().filter(|person| person.availability != Availability::Away).map(|person| person.id);
    let of_team: BTreeSet<AgentId> = there().filter(|id| team.contains(id)).collect();
    if of_team.is_empty() { there().collect() } else { of_team }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn each_wait_is_twice_as_long_up_to_an_end_unless_it_is_steady() {
        let minute = Duration::from_secs(60);
        let waits = [1, 2, 3, 6, 60].map(|telling| Ladder::default().wait(telling, minute).as_secs() / 60);
        assert_eq!(waits, [1, 2, 4, 32, 32]);
        let steady = Ladder { first_wait_s: Some(30), doubles: false, ..Ladder::default() };
        assert_eq!(steady.wait(8, minute), Duration::from_secs(30));
        assert_eq!(steady.problems(), []);
        assert_eq!(Ladder { first_wait_s: Some(1), ..Ladder::default() }.problems().len(), 1);
        assert_eq!(Ladder { supervisors_after_min: 0, ..Ladder::default() }.problems()[0].0, "supervisors_after_min");
    }

    #[test]
    fn the_last_rung_ends_at_somebody_unless_it_is_off() {
        let [ines, omar, zoe] = [1, 2, 3].map(|id| AgentId(Uuid::from_u128(id)));
        let (night, gone) = (TeamId(Uuid::from_u128(7)), TeamId(Uuid::from_u128(8)));
        let here = [Colleague { agent: ines, is_admin: true }, Colleague { agent: omar, is_admin: false }];
        let teams = [(night, vec![omar, zoe]), (gone, vec![zoe])].into();
        let who = |supervisors| Ladder { supervisors, ..Ladder::default() }.supervisors(&here, &teams);
        assert_eq!(who(Supervisors::Nobody), []);
        assert_eq!(who(Supervisors::Admins), [ines]);
        assert_eq!(who(Supervisors::Team(night)), [omar], "whoever has left is not told");
        assert_eq!(who(Supervisors::Agent(omar)), [omar]);
        for nobody in [Supervisors::Team(gone), Supervisors::Agent(zoe)] {
            assert_eq!(who(nobody), [ines], "administrators stand in");
        }
        let since = DateTime::from_timestamp(1_760_000_000, 0).expect("a time");
        assert_eq!(Ladder::default().supervisors_due_at(since, None), Some(since + TimeDelta::minutes(15)));
        let off = Ladder { supervisors: Supervisors::Nobody, ..Ladder::default() };
        assert_eq!(off.supervisors_due_at(since, None), None);
        assert_eq!(off.problems(), []);
    }

    #[test]
    fn whoever_has_it_is_told_elsewhere_or_else_the_team_or_else_everybody_who_is_not_away() {
        let [ines, omar, noor] = [1, 2, 3].map(|id| AgentId(uuid::Uuid::from_u128(id)));
        let person = |id, availability| Reachable { id, availability };
        let people =
            [person(ines, Availability::Away), person(omar, Availability::Online), person(noor, Availability::Busy)];
        let told = |owner, team: &[AgentId], people: &[Reachable]| {
            told_elsewhere(owner, team, people).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(told(Owner::Agent(ines), &[omar], &people), [ines], "away, but it waits for them");
        assert_eq!(told(Owner::Queue, &[noor, ines], &people), [noor]);
        assert_eq!(told(Owner::Queue, &[ines], &people), [omar, noor], "of the team nobody is there");
        assert_eq!(told(Owner::Agent(ines), &[], &people[1..]), [omar, noor], "the owner can not be told");
        assert_eq!(told(Owner::Queue, &[omar], &[]), []);
    }
}
