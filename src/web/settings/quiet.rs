//! Settings: when somebody wants to be left alone.

use chrono::{DateTime, Utc};

use crate::handoff::ScheduleId;
use crate::handoff::hours::Schedule;
use crate::web::field::Field;
use crate::web::settings::office_hours::{BLANK_ROWS, State, WeekRow, zone_field, zone_of};
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::fill;

/// What a schedule of quiet hours is called where names are shown.
const NAME: &str = "Quiet hours";

/// The form. Sends `csrf`, `zone`, and for each row of the week `first`, `last`, `from`, `to`, to
/// `POST /settings/profile/quiet-hours`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuietForm {
    /// The zone the times are in.
    pub zone: Field,
    /// The week.
    pub week: Vec<WeekRow>,
    /// How what is stored stands now; absent where nothing is.
    pub state: Option<State>,
}

impl QuietForm {
    /// The form with what is stored; `zone` is offered where nothing is.
    pub fn of(stored: Option<&Schedule>, zone: &str, now: DateTime<Utc>) -> Self {
        let (zone, week) = match stored {
            Some(hours) => (hours.zone.to_string(), hours.shifts.iter().map(WeekRow::of).collect()),
            None => (zone.to_owned(), Vec::new()),
        };
        let state = stored.map(|hours| State::of(hours, now));
        Self { zone: zone_field().value(zone), week, state }.with_blanks()
    }

    /// Takes in what was sent; the hours, or none where every row was empty, if every field is right.
    pub fn read(&mut self, form: &Posted, id: ScheduleId) -> Option<Option<Schedule>> {
        let zone = fill(&mut self.zone, form, zone_of);
        self.week = WeekRow::all(form);
        let shifts: Vec<_> = self.week.iter_mut().map(WeekRow::read).collect();
        *self = self.clone().with_blanks();
        let (zone, shifts) = (zone?, shifts.into_iter().collect::<Option<Vec<_>>>()?);
        if shifts.is_empty() {
            return Some(None);
        }
        Some(Some(Schedule { id, name: NAME.to_owned(), zone, shifts, exceptions: Vec::new() }))
    }

    fn with_blanks(mut self) -> Self {
        self.week.extend(vec![WeekRow::blank(); BLANK_ROWS]);
        self
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn quiet_hours_may_cross_midnight_and_empty_rows_are_none() {
        let (id, now) = (ScheduleId(Uuid::from_u128(1)), "2026-11-27T03:00:00Z".parse().expect("a time"));
        let mut form = QuietForm::of(None, "Europe/Berlin", now);
        assert_eq!((form.zone.value.as_str(), form.state.is_none()), ("Europe/Berlin", true));
        let night = b"zone=Europe%2FBerlin&first=0&last=6&from=22%3A00&to=07%3A00&first=0&last=0&from=&to=";
        let hours = form.read(&Posted::parse(night), id).expect("right").expect("hours");
        let at = |time: &str| hours.is_open(time.parse().expect("a time"));
        assert!(at("2026-11-27T21:30:00Z") && at("2026-11-28T05:59:00Z"), "22:30 and 6:59 in Berlin");
        assert!(!at("2026-11-28T06:00:00Z") && !at("2026-11-27T20:59:00Z"));
        assert_eq!(QuietForm::of(Some(&hours), "UTC", now).week[0].to, "07:00");
        let none = form.read(&Posted::parse(b"zone=UTC&first=0&last=0&from=&to="), id);
        assert_eq!(none, Some(None));
        assert!(form.read(&Posted::parse(b"zone=Mars&first=0&last=0&from=ten&to="), id).is_none());
        assert!(form.zone.error.is_some() && form.week[0].error.is_some());
    }
}
