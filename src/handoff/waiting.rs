//! Nobody is left waiting: what is promised to customers who have a person, and what happens as time goes by.
//!
//! [`Care`] is kept beside each conversation that people have. From it, the conversation and the [`Waiting`] settings follow
//! what is due now and when to look next. Invariant: for an open conversation that people have there is always a next look.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::hours::Schedule;
use super::{Conversation, Owner, Status};

/// A conversation without a nearer deadline is looked at this often all the same.
const LOOK_AT_LEAST_EVERY: TimeDelta = TimeDelta::hours(12);
/// No two looks are nearer than this.
const LOOK_AT_MOST_EVERY: TimeDelta = TimeDelta::seconds(1);
/// Per cent of a target's time after which people are warned.
const WARN_PER_CENT: i32 = 75;

/// What is promised. All minutes are minutes of the office hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Waiting {
    /// By when a person answers first.
    pub first_reply_min: Option<u32>,
    /// By when a person answers again.
    pub next_reply_min: Option<u32>,
    /// By when the conversation is resolved.
    pub resolution_min: Option<u32>,
    /// After how long a waiting customer is told how things stand.
    pub news_after_min: Option<u32>,
    /// How often they are told at most.
    pub news_times_max: u8,
    /// After how long a conversation leaves somebody who is offline.
    pub offline_min: Option<u32>,
    /// After how long it leaves somebody who is there and does not answer.
    pub silent_min: Option<u32>,
}

/// Something promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// The first answer of a person.
    FirstReply,
    /// Their next answer.
    NextReply,
    /// The end.
    Resolution,
}

/// What is kept beside a conversation that people have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Care {
    /// When the AI's ownership ended.
    pub since: Option<DateTime<Utc>>,
    /// When the present owner got it.
    pub owned_since: Option<DateTime<Utc>>,
    /// Whether a person has answered since.
    pub answered: bool,
    /// The nearest promise.
    pub goal: Option<Goal>,
    /// When people are warned of it.
    pub warn_at: Option<DateTime<Utc>>,
    /// When it is broken.
    pub due_at: Option<DateTime<Utc>>,
    /// Whether people were warned of it.
    pub warned: bool,
    /// The promises that were broken.
    pub missed: Missed,
    /// How often the customer was told how things stand, in the present wait.
    pub news: i32,
}

/// Promises that were broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missed {
    /// That of the answer the customer is waiting for.
    pub reply: bool,
    /// That of the end.
    pub resolution: bool,
    /// Any, since people have had it.
    pub any: bool,
}

impl Missed {
    /// As a number to store.
    pub fn bits(self) -> i32 {
        i32::from(self.reply) | i32::from(self.resolution) << 1 | i32::from(self.any) << 2
    }

    /// From that number.
    pub fn from_bits(bits: i32) -> Self {
        Self { reply: bits & 1 != 0, resolution: bits & 2 != 0, any: bits & 4 != 0 }
    }
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// People are warned that a promise is about to be broken.
    Warn(Goal),
    /// A promise is broken.
    Miss(Goal),
    /// The customer is told how things stand.
    TellNews,
    /// The conversation leaves the person who has it.
    Reassign,
}

/// Whether somebody is looking after a conversation, so that its clock must run.
pub fn has_clock(conversation: &Conversation) -> bool {
    conversation.owner.is_human() && conversation.status == Status::Open
}

/// Longest time of a promise: thirty days.
pub const MINUTES_MAX: u32 = 43_200;
/// Most pieces of news in one wait.
pub const NEWS_MAX: u8 = 10;

impl Waiting {
    /// What is wrong with it: the field, and what to do.
    pub fn problems(&self) -> Vec<(String, String)> {
        let times = [
            ("first_reply_min", self.first_reply_min),
            ("next_reply_min", self.next_reply_min),
            ("resolution_min", self.resolution_min),
            ("news_after_min", self.news_after_min),
            ("offline_min", self.offline_min),
            ("silent_min", self.silent_min),
        ];
        let wrong = times.into_iter().filter(|(_, time)| time.is_some_and(|time| !(1..=MINUTES_MAX).contains(&time)));
        let mut problems: Vec<(String, String)> =
            wrong.map(|(field, _)| (field.to_owned(), format!("Write 1 to {MINUTES_MAX} minutes."))).collect();
        if self.news_times_max > NEWS_MAX {
            problems.push(("news_times_max".to_owned(), format!("Write {NEWS_MAX} at most.")));
        }
        problems
    }

    /// The care of a conversation after an event. `wrote`: a person's message was the event.
    pub fn follow(
        &self,
        care: Care,
        before: &Conversation,
        after: &Conversation,
        wrote: bool,
        schedule: Option<&Schedule>,
        now: DateTime<Utc>,
    ) -> Care {
        if !after.owner.is_human() || after.is_resolved() {
            // What was broken stays visible where the conversation ends.
            let missed = Missed { any: care.missed.any && after.owner.is_human(), ..Missed::default() };
            return Care { since: care.since.filter(|_| after.owner.is_human()), missed, ..Care::default() };
        }
        let mut care = care;
        let began = !before.owner.is_human() || before.is_resolved() || care.since.is_none();
        if began {
            care = Care {
                since: Some(now),
                missed: Missed { any: care.missed.any, ..Missed::default() },
                ..Care::default()
            };
        }
        if began || before.owner != after.owner || care.owned_since.is_none() {
            care.owned_since = Some(now);
        }
        care.answered |= wrote;
        if before.waiting_since != after.waiting_since {
            (care.news, care.missed.reply) = (0, false);
        }
        let deadline = self.nearest(&care, after, schedule);
        if deadline.map(|deadline| (deadline.goal, deadline.due_at)) != care.goal.zip(care.due_at) {
            care.warned = false;
        }
        care.goal = deadline.map(|deadline| deadline.goal);
        care.warn_at = deadline.map(|deadline| deadline.warn_at);
        care.due_at = deadline.map(|deadline| deadline.due_at);
        care
    }

    /// What is due. `online`: whether the person who has it is there.
    pub fn due(
        &self,
        care: &Care,
        conversation: &Conversation,
        online: bool,
        schedule: Option<&Schedule>,
        now: DateTime<Utc>,
    ) -> Vec<Act> {
        let past = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= now);
        let mut acts = Vec::new();
        if let Some(goal) = care.goal {
            if past(care.due_at) {
                acts.push(Act::Miss(goal));
            } else if past(care.warn_at) && !care.warned {
                acts.push(Act::Warn(goal));
            }
        }
        let limit = if online { self.silent_min } else { shortest(self.offline_min, self.silent_min) };
        let leaves_at = self.owner_waits_from(care, conversation).and_then(|from| after(schedule, from, limit?));
        if past(leaves_at) {
            acts.push(Act::Reassign);
        }
        if past(self.next_news(care, conversation, schedule)) {
            acts.push(Act::TellNews);
        }
        acts
    }

    /// When to look at a conversation next.
    pub fn next_look(
        &self,
        care: &Care,
        conversation: &Conversation,
        schedule: Option<&Schedule>,
        now: DateTime<Utc>,
    ) -> DateTime<Utc> {
        let promise = if care.warned { care.due_at } else { care.warn_at };
        let from = self.owner_waits_from(care, conversation);
        let leaves = [self.offline_min, self.silent_min].map(|limit| {
            let at = from.and_then(|from| after(schedule, from, limit?));
            // Whoever was there may have gone since.
            at.map(|at| if at > now { at } else { after(schedule, now, limit.unwrap_or(1)).unwrap_or(at) })
        });
        let news = self.next_news(care, conversation, schedule);
        let nearest = [promise, news].into_iter().chain(leaves).flatten().min();
        let latest = now + LOOK_AT_LEAST_EVERY;
        nearest.unwrap_or(latest).clamp(now + LOOK_AT_MOST_EVERY, latest)
    }

    /// The nearest promise that has not been broken yet.
    fn nearest(&self, care: &Care, conversation: &Conversation, schedule: Option<&Schedule>) -> Option<Deadline> {
        let since = care.since?;
        let reply = conversation.waiting_since.filter(|_| !care.missed.reply).and_then(|waiting| {
            let (goal, from, limit) = match care.answered {
                true => (Goal::NextReply, waiting, self.next_reply_min),
                false => (Goal::FirstReply, since, self.first_reply_min),
            };
            Deadline::new(goal, from, limit?, schedule)
        });
        let resolution = self.resolution_min.filter(|_| !care.missed.resolution);
        let resolution = resolution.and_then(|limit| Deadline::new(Goal::Resolution, since, limit, schedule));
        [reply, resolution].into_iter().flatten().min_by_key(|deadline| deadline.due_at)
    }

    /// Since when the person who has it has let the customer wait.
    fn owner_waits_from(&self, care: &Care, conversation: &Conversation) -> Option<DateTime<Utc>> {
        let waiting = conversation.waiting_since.filter(|_| matches!(conversation.owner, Owner::Agent(_)))?;
        Some(waiting.max(care.owned_since.unwrap_or(waiting)))
    }

    /// When the customer is told next how things stand: after the wait that was set, and each time twice as much later.
    fn next_news(
        &self,
        care: &Care,
        conversation: &Conversation,
        schedule: Option<&Schedule>,
    ) -> Option<DateTime<Utc>> {
        let (limit, waiting) = (self.news_after_min?, conversation.waiting_since?);
        let told = u32::try_from(care.news).ok().filter(|told| *told < u32::from(self.news_times_max))?;
        after(schedule, waiting, limit.saturating_mul(2_u32.saturating_pow(told + 1) - 1))
    }
}

#[derive(Clone, Copy)]
struct Deadline {
    goal: Goal,
    warn_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
}

impl Deadline {
    fn new(goal: Goal, from: DateTime<Utc>, limit_min: u32, schedule: Option<&Schedule>) -> Option<Self> {
        let limit = TimeDelta::minutes(limit_min.into());
        let warn = limit / 100 * WARN_PER_CENT;
        Some(Self { goal, warn_at: add(schedule, from, warn)?, due_at: add(schedule, from, limit)? })
    }
}

fn shortest(one: Option<u32>, other: Option<u32>) -> Option<u32> {
    [one, other].into_iter().flatten().min()
}

fn after(schedule: Option<&Schedule>, from: DateTime<Utc>, minutes: u32) -> Option<DateTime<Utc>> {
    add(schedule, from, TimeDelta::minutes(minutes.into()))
}

fn add(schedule: Option<&Schedule>, from: DateTime<Utc>, wait: TimeDelta) -> Option<DateTime<Utc>> {
    match schedule {
        Some(schedule) => schedule.add_open_time(from, wait),
        None => Some(from + wait),
    }
}
