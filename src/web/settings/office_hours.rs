//! Settings: office hours. The schedules, whose each is, and the editor of one.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc, Weekday};

use crate::handoff::ScheduleId;
use crate::handoff::hours::{Exception, Schedule, Shift, Zone};
use crate::web::field::{Choice, Field};
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{self, Verdict, fill};
use crate::web::settings::shell::Section;

/// Empty rows a page offers beside those that are filled.
pub const BLANK_ROWS: usize = 2;
/// The days of the week, in their order.
pub const DAYS: [(Weekday, &str); 7] = [
    (Weekday::Mon, "Monday"),
    (Weekday::Tue, "Tuesday"),
    (Weekday::Wed, "Wednesday"),
    (Weekday::Thu, "Thursday"),
    (Weekday::Fri, "Friday"),
    (Weekday::Sat, "Saturday"),
    (Weekday::Sun, "Sunday"),
];

/// A schedule in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleLine {
    /// What it is called.
    pub name: String,
    /// Its zone.
    pub zone: String,
    /// Whether it is open, until when, or when it opens.
    pub state: State,
    /// Where it is changed.
    pub url: String,
}

/// A schedule at a moment, in its own zone's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Open until then.
    Open(String),
    /// Closed until then.
    Closed(String),
    /// It never opens.
    Never,
}

impl State {
    /// A schedule at a moment.
    pub fn of(schedule: &Schedule, now: DateTime<Utc>) -> Self {
        let words = |at: DateTime<Utc>| at.with_timezone(&schedule.zone.0).format("%A, %-d %b, %H:%M").to_string();
        match schedule.next_opening(now) {
            None => Self::Never,
            Some(opening) if opening > now => Self::Closed(words(opening)),
            Some(_) => match schedule.next_closing(now) {
                Some(closing) => Self::Open(words(closing)),
                None => Self::Never,
            },
        }
    }
}

/// Whose hours are chosen: the standard ones, a channel's or a team's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chooser {
    /// The form key.
    pub key: String,
    /// Whose.
    pub label: String,
    /// What may be chosen.
    pub choices: Vec<Choice>,
    /// What is.
    pub value: String,
}

/// `/settings/office-hours`. Sends `csrf`, `version` and the choosers to `POST /settings/office-hours`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/office_hours.html")]
pub struct OfficeHoursPage {
    /// The document.
    pub layout: Layout,
    /// The version that is being edited.
    pub version: i64,
    /// The schedules.
    pub schedules: Vec<ScheduleLine>,
    /// Whose is which.
    pub choosers: Vec<Chooser>,
}

impl OfficeHoursPage {
    const SECTION: Section = Section::OfficeHours;
}

/// `/settings/office-hours/new` and `/settings/office-hours/{id}`. Sends `csrf`, `version`, `name`, `zone`, for each row of the
/// week `first`, `last`, `from`, `to`, and for each date `date`, `until`, `holiday`, `opens`, `closes`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/schedule.html")]
pub struct SchedulePage {
    /// The document.
    pub layout: Layout,
    /// Where the form is sent.
    pub action: String,
    /// The version that is being edited.
    pub version: i64,
    /// The form.
    pub form: ScheduleForm,
    /// How what is stored stands now; absent for a new one.
    pub state: Option<State>,
}

impl SchedulePage {
    const SECTION: Section = Section::OfficeHours;
}

/// The editor of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleForm {
    /// What it is called.
    pub name: Field,
    /// Its zone.
    pub zone: Field,
    /// The week.
    pub week: Vec<WeekRow>,
    /// The dates that are different.
    pub dates: Vec<DateRow>,
}

/// A row of the week, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeekRow {
    /// The first day, by its place in the week.
    pub first: String,
    /// The last day.
    pub last: String,
    /// When it begins.
    pub from: String,
    /// When it ends.
    pub to: String,
    /// What is wrong.
    pub error: Option<String>,
}

/// Dates that are different, as they were typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateRow {
    /// The first date.
    pub date: String,
    /// The last date.
    pub until: String,
    /// Why.
    pub holiday: String,
    /// When it opens; empty is closed.
    pub opens: String,
    /// When it closes.
    pub closes: String,
    /// What is wrong.
    pub error: Option<String>,
}

impl ScheduleForm {
    /// An office week nobody has saved yet.
    pub fn new(zone: &str) -> Self {
        let office =
            WeekRow { first: "0".into(), last: "4".into(), from: "09:00".into(), to: "17:00".into(), error: None };
        Self { name: name(), zone: zone_field().value(zone), week: vec![office], dates: Vec::new() }.with_blanks()
    }

    /// The form with what is stored.
    pub fn of(stored: &Schedule) -> Self {
        let week = stored.shifts.iter().map(WeekRow::of);
        let dates = stored.exceptions.iter().map(|exception| DateRow {
            date: exception.first.to_string(),
            until: if exception.last == exception.first { String::new() } else { exception.last.to_string() },
            holiday: exception.name.clone(),
            opens: exception.open.map(|(opens, _)| opens.to_string()).unwrap_or_default(),
            closes: exception.open.map(|(_, closes)| closes.to_string()).unwrap_or_default(),
            error: None,
        });
        let (week, dates) = (week.collect(), dates.collect());
        Self { name: name().value(&stored.name), zone: zone_field().value(stored.zone.to_string()), week, dates }
            .with_blanks()
    }

    /// Takes in what was sent; the schedule, if every field is right.
    pub fn read(&mut self, form: &Posted, id: ScheduleId) -> Option<Schedule> {
        let name = fill(&mut self.name, form, rules::name);
        let zone = fill(&mut self.zone, form, zone_of);
        self.week = WeekRow::all(form);
        let column = |key: &str| column(form, key);
        let [date, until, holiday, opens, closes] = ["date", "until", "holiday", "opens", "closes"].map(column);
        self.dates = (0..date.len())
            .map(|row| DateRow {
                date: cell(&date, row),
                until: cell(&until, row),
                holiday: cell(&holiday, row),
                opens: cell(&opens, row),
                closes: cell(&closes, row),
                error: None,
            })
            .filter(|row| !row.is_blank())
            .collect();
        let shifts: Vec<Option<Shift>> = self.week.iter_mut().map(WeekRow::read).collect();
        let exceptions: Vec<Option<Exception>> = self.dates.iter_mut().map(DateRow::read).collect();
        self.add_blanks();
        Some(Schedule {
            id,
            name: name?,
            zone: zone?,
            shifts: shifts.into_iter().collect::<Option<_>>()?,
            exceptions: exceptions.into_iter().collect::<Option<_>>()?,
        })
    }

    fn with_blanks(mut self) -> Self {
        self.add_blanks();
        self
    }

    /// Rows to fill in, also where no script adds them.
    fn add_blanks(&mut self) {
        self.week.extend(vec![WeekRow::blank(); BLANK_ROWS]);
        self.dates.extend(vec![DateRow::default(); BLANK_ROWS]);
    }
}

/// The cells of one column, in the order of the rows.
fn column(form: &Posted, key: &str) -> Vec<String> {
    form.all(key).map(|value| value.trim().to_owned()).collect()
}

fn cell(column: &[String], row: usize) -> String {
    column.get(row).cloned().unwrap_or_default()
}

impl WeekRow {
    /// A row to fill in.
    pub fn blank() -> Self {
        Self { last: "0".into(), ..Self::default() }
    }

    /// A row with what is stored.
    pub fn of(shift: &Shift) -> Self {
        let day = |day: Weekday| day.num_days_from_monday().to_string();
        let (first, last) = (day(shift.first), day(shift.last));
        Self { first, last, from: shift.from.to_string(), to: shift.to.to_string(), error: None }
    }

    /// The rows that were sent and say something.
    pub fn all(form: &Posted) -> Vec<Self> {
        let [first, last, from, to] = ["first", "last", "from", "to"].map(|key| column(form, key));
        let row = |row| Self {
            first: cell(&first, row),
            last: cell(&last, row),
            from: cell(&from, row),
            to: cell(&to, row),
            error: None,
        };
        (0..from.len().max(to.len())).map(row).filter(|row| !row.is_blank()).collect()
    }

    fn is_blank(&self) -> bool {
        self.from.is_empty() && self.to.is_empty()
    }

    /// The shift, if every cell is right.
    pub fn read(&mut self) -> Option<Shift> {
        let day = |value: &str| value.parse().ok().and_then(|day: u8| Weekday::try_from(day).ok());
        let read = || {
            let days = day(&self.first).zip(day(&self.last)).ok_or("Choose the days from the lists.")?;
            let wrong = |_| "Write both times as 09:00. 24:00 is the end of the day; an end before the beginning is the next day's.";
            Ok::<_, &str>(Shift {
                first: days.0,
                last: days.1,
                from: self.from.parse().map_err(wrong)?,
                to: self.to.parse().map_err(wrong)?,
            })
        };
        read().map_err(|why| self.error = Some(why.to_owned())).ok()
    }

    /// Whether it begins on a day.
    pub fn starts_on(&self, day: &Weekday) -> bool {
        self.first == day.num_days_from_monday().to_string()
    }

    /// Whether it ends on a day.
    pub fn ends_on(&self, day: &Weekday) -> bool {
        self.last == day.num_days_from_monday().to_string()
    }
}

impl DateRow {
    fn is_blank(&self) -> bool {
        [&self.date, &self.until, &self.holiday, &self.opens, &self.closes].iter().all(|cell| cell.is_empty())
    }

    fn read(&mut self) -> Option<Exception> {
        let read = || {
            let date = |text: &str| {
                let date: NaiveDate = text.parse().map_err(|_| "Write a date as 2026-12-24.")?;
                Ok::<_, &str>(date)
            };
            let first = date(&self.date)?;
            let last = if self.until.is_empty() { first } else { date(&self.until)? };
            if last < first {
                return Err("The last date is before the first.");
            }
            let wrong = |_| "Write both times as 09:00, or leave both empty for a day off.";
            let open = match (self.opens.as_str(), self.closes.as_str()) {
                ("", "") => None,
                (opens, closes) => Some((opens.parse().map_err(wrong)?, closes.parse().map_err(wrong)?)),
            };
            Ok(Exception { first, last, name: self.holiday.clone(), open })
        };
        read().map_err(|why| self.error = Some(why.to_owned())).ok()
    }
}

fn name() -> Field {
    Field::text("name", "Name").autocomplete("off").hint("For example \u{201c}Support team\u{201d}.")
}

/// A time zone's field.
pub fn zone_field() -> Field {
    Field::text("zone", "Time zone").autocomplete("off").hint("As in Europe/Berlin or America/New_York.")
}

/// The zone that was typed.
///
/// # Errors
/// What to do where it is none.
pub fn zone_of(typed: &str) -> Verdict<Zone> {
    typed.parse().map_err(|_| "This is not a time zone. Write it as Europe/Berlin or America/New_York.".to_owned())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const ID: ScheduleId = ScheduleId(Uuid::from_u128(1));
    const SENT: &[u8] =
        b"name=Shop&zone=Europe%2FBerlin&first=0&last=4&from=09%3A00&to=12%3A30&first=0&last=0&from=&to=\
        &date=2026-12-24&until=2026-12-26&holiday=Christmas&opens=&closes=&date=&until=&holiday=&opens=&closes=";

    #[test]
    fn a_schedule_is_read_without_its_empty_rows_and_shown_as_it_was() {
        let schedule = ScheduleForm::new("UTC").read(&Posted::parse(SENT), ID).expect("every field is right");
        assert_eq!((schedule.shifts.len(), schedule.exceptions.len()), (1, 1));
        assert_eq!(schedule.exceptions[0].open, None);
        let again = ScheduleForm::of(&schedule);
        assert_eq!((again.week[0].to.as_str(), again.dates[0].until.as_str()), ("12:30", "2026-12-26"));
        assert_eq!(again.week.len(), 1 + BLANK_ROWS);
    }

    #[test]
    fn a_wrong_row_keeps_what_was_typed_and_says_what_to_do() {
        let mut form = ScheduleForm::new("UTC");
        let sent =
            b"name=Shop&zone=Berlin&first=0&last=4&from=nine&to=17%3A00&date=24.12.&until=&holiday=&opens=&closes=";
        assert!(form.read(&Posted::parse(sent), ID).is_none());
        assert!(form.zone.error.is_some() && form.week[0].error.is_some() && form.dates[0].error.is_some());
        assert_eq!((form.week[0].from.as_str(), form.dates[0].date.as_str()), ("nine", "24.12."));
    }
}
