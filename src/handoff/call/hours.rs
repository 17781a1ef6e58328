//! When a number may be called: `always`, or weekdays and times such as `Mon-Fri 09:00-17:30, Sat 10:00-14:00`.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, NaiveDateTime, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

/// When a number may be called, in the local time of whoever asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hours(Vec<Span>);

/// Times of some days. Where the end is not after the beginning, it goes on into the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    first: Weekday,
    last: Weekday,
    from: NaiveTime,
    until: NaiveTime,
}

/// Hours that can not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableHours(String);

impl fmt::Display for UnreadableHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\u{201c}{}\u{201d} is no time. Write it like Mon-Fri 09:00-17:30, Sat 10:00-14:00, or write always.",
            self.0
        )
    }
}

impl std::error::Error for UnreadableHours {}

impl Hours {
    /// Whether it is within the hours.
    pub fn contains(&self, at: NaiveDateTime) -> bool {
        self.0.is_empty() || self.0.iter().any(|span| span.contains(at))
    }
}

impl Span {
    fn contains(&self, at: NaiveDateTime) -> bool {
        let (day, time) = (at.weekday(), at.time());
        if self.from < self.until {
            return self.has(day) && (self.from..self.until).contains(&time);
        }
        self.has(day) && time >= self.from || self.has(day.pred()) && time < self.until
    }

    fn has(&self, day: Weekday) -> bool {
        self.first.days_since(Weekday::Mon) <= self.last.days_since(Weekday::Mon)
            && (self.first.days_since(Weekday::Mon)..=self.last.days_since(Weekday::Mon))
                .contains(&day.days_since(Weekday::Mon))
            || self.first.days_since(Weekday::Mon) > self.last.days_since(Weekday::Mon)
                && (day.days_since(Weekday::Mon) >= self.first.days_since(Weekday::Mon)
                    || day.days_since(Weekday::Mon) <= self.last.days_since(Weekday::Mon))
    }
}

impl FromStr for Hours {
    type Err = UnreadableHours;

    fn from_str(text: &str) -> Result<Self, UnreadableHours> {
        if matches!(text.trim().to_lowercase().as_str(), "" | "always") {
            return Ok(Self::default());
        }
        text.split([',', ';'])
            .map(|part| span(part).ok_or_else(|| UnreadableHours(part.trim().into())))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn span(text: &str) -> Option<Span> {
    let (days, times) = text.trim().split_once(' ')?;
    let (first, last) = days.split_once('-').unwrap_or((days, days));
    let (from, until) = times.trim().split_once('-')?;
    let time = |text: &str| match text.trim() {
        "24:00" => Some(NaiveTime::MIN),
        text => NaiveTime::parse_from_str(text, "%H:%M").ok(),
    };
    Some(Span { first: first.parse().ok()?, last: last.parse().ok()?, from: time(from)?, until: time(until)? })
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("always");
        }
        for (place, span) in self.0.iter().enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            let until = span.last;
            let days = if span.first == until { until.to_string() } else { format!("{}-{until}", span.first) };
            write!(f, "{comma}{days} {}-{}", span.from.format("%H:%M"), span.until.format("%H:%M"))?;
        }
        Ok(())
    }
}

impl TryFrom<String> for Hours {
    type Error = UnreadableHours;

    fn try_from(text: String) -> Result<Self, UnreadableHours> {
        text.parse()
    }
}

impl From<Hours> for String {
    fn from(hours: Hours) -> Self {
        hours.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().expect("a time")
    }

    #[test]
    fn hours_are_read_and_written_alike() {
        for (typed, stored) in [
            ("", "always"),
            ("Always", "always"),
            ("mon-fri 9:00-17:30, Sat 10:00-14:00", "Mon-Fri 09:00-17:30, Sat 10:00-14:00"),
        ] {
            let hours: Hours = typed.parse().expect("hours");
            assert_eq!(hours.to_string(), stored);
            assert_eq!(hours.to_string().parse(), Ok(hours));
        }
        for wrong in ["Mon", "Mon-Fri", "Fri 25:00-26:00", "someday 9:00-10:00"] {
            assert!(wrong.parse::<Hours>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_shift_may_go_past_midnight_and_a_week_past_sunday() {
        let hours: Hours = "Sat-Mon 22:00-06:00".parse().expect("hours");
        // 2026-11-21 is a Saturday.
        assert!(hours.contains(at("2026-11-21T23:00:00")) && hours.contains(at("2026-11-22T05:59:00")));
        assert!(hours.contains(at("2026-11-24T01:00:00")) && !hours.contains(at("2026-11-24T22:30:00")));
        assert!(!hours.contains(at("2026-11-21T12:00:00")));
        assert!(Hours::default().contains(at("2026-11-21T12:00:00")));
    }
}
