//! Points in time as a reader sees them.
//!
//! The server writes words that are right when the page is made (in UTC); `time.js` keeps them right afterwards and
//! shows them in the reader's own time zone. Nothing here reads a clock: whoever builds a moment says what "now" is.

use askama::Template;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use crate::web::html::nestable;

/// How a moment is worded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wording {
    /// "5 min ago"
    Ago,
    /// "5 min"
    Span,
    /// "5 min", and less each minute
    Left,
    /// "14:05"
    Clock,
    /// "23 Nov, 09:00"
    Date,
}

impl Wording {
    const fn name(self) -> &'static str {
        match self {
            Self::Ago => "ago",
            Self::Span => "span",
            Self::Left => "left",
            Self::Clock => "clock",
            Self::Date => "date",
        }
    }
}

/// A `<time>` element.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "_moment.html")]
pub struct Moment {
    at: DateTime<Utc>,
    wording: Wording,
    words: String,
}

nestable!(Moment);

impl Moment {
    /// "5 min ago": when something last happened.
    pub fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        let words = match span(now - at) {
            short if short == JUST_NOW => short,
            long => format!("{long} ago"),
        };
        Self { at, wording: Wording::Ago, words }
    }

    /// "5 min": how long something has lasted.
    pub fn span_since(at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        Self { at, wording: Wording::Span, words: span(now - at) }
    }

    /// "5 min": how long something still lasts.
    pub fn span_until(at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        Self { at, wording: Wording::Left, words: span(at - now) }
    }

    /// "14:05": an hour on a day the reader already knows.
    pub fn clock(at: DateTime<Utc>) -> Self {
        Self { at, wording: Wording::Clock, words: at.format("%H:%M").to_string() }
    }

    /// "23 Nov, 09:00": a day and an hour.
    pub fn date(at: DateTime<Utc>) -> Self {
        Self { at, wording: Wording::Date, words: at.format("%-d %b, %H:%M").to_string() }
    }

    /// The machine-readable form.
    pub fn stamp(&self) -> String {
        self.at.to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// The full date, for the tooltip.
    pub fn full(&self) -> String {
        self.at.format("%-d %B %Y, %H:%M UTC").to_string()
    }
}

const JUST_NOW: &str = "now";

/// A length of time in one unit, the largest that is at least one.
fn span(length: TimeDelta) -> String {
    let (minutes, hours, days) = (length.num_minutes(), length.num_hours(), length.num_days());
    match (days, hours, minutes) {
        (1.., _, _) => format!("{days} d"),
        (_, 1.., _) => format!("{hours} h"),
        (_, _, 1..) => format!("{minutes} min"),
        _ => JUST_NOW.to_owned(),
    }
}
