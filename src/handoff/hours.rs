//! Office hours: when people are there, as admins write it down, and what follows for clocks and promises.
//!
//! A [`Schedule`] is a week of shifts in the wall-clock time of one IANA zone, and the dates that are different. Invariant: what is
//! asked of a schedule is answered in instants, so that both nights of the year on which clocks change come out right: a shift that
//! begins in the missing hour begins after it, and the repeated hour belongs to the shift it is part of, both times.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{
    DateTime, Datelike as _, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc,
    Weekday,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{ChannelId, ScheduleId, TeamId};

/// Days that are searched for an opening. Two years, so that a long closure is survived and a schedule that never opens is found out.
const HORIZON_DAYS: u64 = 750;
/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// Every schedule, and whose it is. Without one, people are there at all times.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OfficeHours {
    /// The schedules, in the order they were made.
    pub schedules: Vec<Schedule>,
    /// The one that counts where no other is named; `None` is always open.
    pub standard: Option<ScheduleId>,
    /// Channels with hours of their own.
    pub channels: BTreeMap<ChannelId, ScheduleId>,
    /// Teams with hours of their own, which count before the channel's.
    pub teams: BTreeMap<TeamId, ScheduleId>,
}

/// A named week in one time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Identity.
    pub id: ScheduleId,
    /// What people call it.
    pub name: String,
    /// IANA time zone the times are in.
    pub zone: Zone,
    /// The week.
    pub shifts: Vec<Shift>,
    /// Dates on which the week does not count.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

/// The same hours on some days of the week, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// The first day.
    pub first: Weekday,
    /// The last day; before the first it is the next week's.
    pub last: Weekday,
    /// When it begins.
    pub from: Clock,
    /// When it ends; at or before the beginning it is the next day's.
    pub to: Clock,
}

/// Dates on which other hours count: holidays, and days somebody works after all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The first date.
    pub first: NaiveDate,
    /// The last date.
    pub last: NaiveDate,
    /// Why.
    pub name: String,
    /// The hours of each of these dates; `None` is closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<(Clock, Clock)>,
}

/// A time of the day in whole minutes, 00:00 to 24:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock(u16);

/// A zone of the IANA database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(pub Tz);

impl OfficeHours {
    /// The schedule with this id.
    pub fn find(&self, id: ScheduleId) -> Option<&Schedule> {
        self.schedules.iter().find(|schedule| schedule.id == id)
    }

    /// The schedule that counts: the team's, else the channel's, else the standard one. `None` is always open.
    pub fn of(&self, channel: ChannelId, team: Option<TeamId>) -> Option<&Schedule> {
        let named = team.and_then(|team| self.teams.get(&team)).or_else(|| self.channels.get(&channel));
        named.and_then(|id| self.find(*id)).or_else(|| self.standard.and_then(|id| self.find(id)))
    }
}

impl OfficeHours {
    /// What is wrong with them: the field, and what to do.
    pub fn problems(&self) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        for (place, schedule) in self.schedules.iter().enumerate() {
            let field = |name: &str| format!("schedules.{place}.{name}");
            if schedule.name.trim().is_empty() {
                problems.push((field("name"), "Give the schedule a name.".to_owned()));
            }
            if self.schedules[..place].iter().any(|earlier| earlier.id == schedule.id) {
                problems.push((field("id"), "Another schedule has this id. Give it one of its own.".to_owned()));
            }
            if schedule.exceptions.iter().any(|exception| exception.last < exception.first) {
                let why = "The last date is before the first. Write the earlier one first.";
                problems.push((field("exceptions"), why.to_owned()));
            }
        }
        let named = self.standard.iter().map(|id| ("standard", id));
        let named = named.chain(self.channels.values().map(|id| ("channels", id)));
        for (field, id) in named.chain(self.teams.values().map(|id| ("teams", id))) {
            if self.find(*id).is_none() {
                problems.push((field.to_owned(), format!("There is no schedule {id}. Name one of the schedules.")));
            }
        }
        problems
    }
}

impl Schedule {
    /// Whether people are there.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        self.stretches_from(at).next().is_some_and(|(from, _)| from <= at)
    }

    /// The first moment from `at` on at which people are there: `at` itself if they are. `None`: not within two years.
    pub fn next_opening(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.stretches_from(at).next().map(|(from, _)| from.max(at))
    }

    /// When people go, if they are there; the end of the next shift otherwise.
    pub fn next_closing(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.stretches_from(at).next().map(|(_, to)| to)
    }

    /// How long people are there between two moments.
    pub fn open_time_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        let mut sum = TimeDelta::zero();
        for (opens, closes) in self.stretches_from(from) {
            if opens >= to {
                break;
            }
            sum += closes.min(to) - opens.max(from);
        }
        sum
    }

    /// The moment by which people will have been there for `wait` since `from`. `None`: not within two years.
    pub fn add_open_time(&self, from: DateTime<Utc>, wait: TimeDelta) -> Option<DateTime<Utc>> {
        let mut left = wait;
        for (opens, closes) in self.stretches_from(from) {
            let begins = opens.max(from);
            if closes - begins >= left {
                return Some(begins + left);
            }
            left -= closes - begins;
        }
        None
    }

    /// The stretches in which people are there that end after a moment, in order, none touching the next.
    fn stretches_from(&self, at: DateTime<Utc>) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
        // A shift of the day before may reach into today, and clocks may differ from the zone's by a day.
        let first = self.local_date(at) - Days::new(2);
        let mut shifts =
            first.iter_days().take(HORIZON_DAYS as usize).flat_map(|date| self.stretches_of(date)).peekable();
        let merged = std::iter::from_fn(move || {
            let (from, mut to) = shifts.next()?;
            while let Some((_, later)) = shifts.next_if(|(next, _)| *next <= to) {
                to = to.max(later);
            }
            Some((from, to))
        });
        merged.filter(move |(_, to)| *to > at)
    }

    fn local_date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone.0).date_naive()
    }

    /// The shifts that begin on a date, as instants, earliest first.
    fn stretches_of(&self, date: NaiveDate) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let mut stretches: Vec<_> = self
            .hours_on(date)
            .into_iter()
            .map(|(from, to)| {
                let ends = if to <= from { date + Days::new(1) } else { date };
                (self.instant(from.on(date), Side::First), self.instant(to.on(ends), Side::Last))
            })
            .filter(|(from, to)| from < to)
            .collect();
        stretches.sort_unstable();
        stretches
    }

    /// The hours that begin on a date. The last exception that holds counts.
    fn hours_on(&self, date: NaiveDate) -> Vec<(Clock, Clock)> {
        match self.exceptions.iter().rev().find(|exception| exception.covers(date)) {
            Some(exception) => exception.open.into_iter().collect(),
            None => {
                let on_this_day = self.shifts.iter().filter(|shift| shift.covers(date.weekday()));
                on_this_day.map(|shift| (shift.from, shift.to)).collect()
            }
        }
    }

    fn instant(&self, wall: NaiveDateTime, side: Side) -> DateTime<Utc> {
        match self.zone.0.from_local_datetime(&wall) {
            LocalResult::Single(moment) => moment.to_utc(),
            LocalResult::Ambiguous(first, last) => match side {
                Side::First => first.to_utc(),
                Side::Last => last.to_utc(),
            },
            LocalResult::None => self.after_gap(wall),
        }
    }

    /// The first moment after a wall-clock time that the zone leaves out.
    fn after_gap(&self, wall: NaiveDateTime) -> DateTime<Utc> {
        let minutes = i64::from(DAY_MINUTES) * 2;
        let after = (1..=minutes)
            .map(|minute| wall + TimeDelta::minutes(minute))
            .find_map(|wall| self.zone.0.from_local_datetime(&wall).earliest());
        after.map_or_else(|| wall.and_utc(), |moment| moment.to_utc())
    }
}

/// Which of two instants with the same wall-clock time is meant.
#[derive(Clone, Copy)]
enum Side {
    First,
    Last,
}

impl Shift {
    fn covers(self, day: Weekday) -> bool {
        day.days_since(self.first) <= self.last.days_since(self.first)
    }
}

impl Exception {
    fn covers(&self, date: NaiveDate) -> bool {
        (self.first..=self.last).contains(&date)
    }
}

impl Clock {
    /// A time of the day; `None` past 24:00.
    pub fn new(hour: u16, minute: u16) -> Option<Self> {
        let minutes = hour.checked_mul(60)?.checked_add(minute)?;
        (minute < 60 && minutes <= DAY_MINUTES).then_some(Self(minutes))
    }

    fn on(self, date: NaiveDate) -> NaiveDateTime {
        date.and_time(NaiveTime::MIN) + TimeDelta::minutes(self.0.into())
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// What was written is no time of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoClock;

impl fmt::Display for NoClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("write a time as 09:00, between 00:00 and 24:00")
    }
}

impl FromStr for Clock {
    type Err = NoClock;

    fn from_str(text: &str) -> Result<Self, NoClock> {
        let (hour, minute) = text.trim().split_once(':').ok_or(NoClock)?;
        if hour.len() > 2 || minute.len() != 2 {
            return Err(NoClock);
        }
        let number = |digits: &str| digits.parse::<u16>().map_err(|_| NoClock);
        Self::new(number(hour)?, number(minute)?).ok_or(NoClock)
    }
}

impl Serialize for Clock {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl FromStr for Zone {
    type Err = chrono_tz::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse().map(Self)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
