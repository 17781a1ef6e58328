//! Office hours against the time-zone database: ten years, twenty zones, and an oracle that only reads wall clocks.

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike as _, Utc, Weekday};
use chrono::{Datelike as _, NaiveDateTime};
use proptest::prelude::*;
use uuid::Uuid;

use super::ScheduleId;
use super::hours::{Clock, Exception, OfficeHours, Schedule, Shift, Zone};

const ZONES: [&str; 20] = [
    "Europe/Berlin",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Istanbul",
    "America/New_York",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Santiago",
    "America/Phoenix",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Asia/Tehran",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Apia",
];

fn clock(text: &str) -> Clock {
    text.parse().expect("a time of the day")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn schedule(zone: &str, shifts: &[(Weekday, Weekday, &str, &str)]) -> Schedule {
    let shift = |(first, last, from, to): &(Weekday, Weekday, &str, &str)| Shift {
        first: *first,
        last: *last,
        from: clock(from),
        to: clock(to),
    };
    Schedule {
        id: ScheduleId(Uuid::from_u128(1)),
        name: "Shop".into(),
        zone: zone.parse().expect("a zone"),
        shifts: shifts.iter().map(shift).collect(),
        exceptions: Vec::new(),
    }
}

/// Whether a wall clock stands within a shift, without a thought about instants.
fn wall_clock_is_in(schedule: &Schedule, wall: NaiveDateTime) -> bool {
    let minute = clock(&format!("{:02}:{:02}", wall.hour(), wall.minute()));
    let hours_of = |date: NaiveDate| -> Vec<(Clock, Clock)> {
        let holiday = schedule.exceptions.iter().rev().find(|day| (day.first..=day.last).contains(&date));
        if let Some(holiday) = holiday {
            return holiday.open.into_iter().collect();
        }
        let day = date.weekday().num_days_from_monday();
        let covers = |shift: &&Shift| {
            let (first, last) = (shift.first.num_days_from_monday(), shift.last.num_days_from_monday());
            if first <= last { (first..=last).contains(&day) } else { day >= first || day <= last }
        };
        schedule.shifts.iter().filter(covers).map(|shift| (shift.from, shift.to)).collect()
    };
    let today = hours_of(wall.date());
    let yesterday = hours_of(wall.date().pred_opt().expect("a day before"));
    today.iter().any(|(from, to)| minute >= *from && (to <= from || minute < *to))
        || yesterday.iter().any(|(from, to)| to <= from && minute < *to)
}

/// Whether the zone shows this wall clock exactly once, with an hour and more to spare on both sides.
fn is_ordinary(schedule: &Schedule, at: DateTime<Utc>) -> bool {
    let offset = |hours| {
        let local = (at + TimeDelta::hours(hours)).with_timezone(&schedule.zone.0);
        local.naive_local() - local.naive_utc()
    };
    offset(-3) == offset(3)
}

fn a_clock() -> impl Strategy<Value = Clock> {
    (0_u16..24, prop_oneof![Just(0_u16), Just(15), Just(30)])
        .prop_map(|(hour, minute)| Clock::new(hour, minute).expect("a time of the day"))
}

fn a_shift() -> impl Strategy<Value = Shift> {
    let day = || (0_u8..7).prop_map(|day| Weekday::try_from(day).expect("a day"));
    (day(), day(), a_clock(), a_clock()).prop_map(|(first, last, from, to)| Shift { first, last, from, to })
}

fn a_holiday() -> impl Strategy<Value = Exception> {
    (0_u64..3_650, 0_u64..10, proptest::option::of((a_clock(), a_clock()))).prop_map(|(begin, length, open)| {
        let first = NaiveDate::from_ymd_opt(2020, 1, 1).expect("a date") + chrono::Days::new(begin);
        Exception { first, last: first + chrono::Days::new(length), name: "Holiday".into(), open }
    })
}

fn a_schedule() -> impl Strategy<Value = Schedule> {
    let zone = proptest::sample::select(&ZONES[..]);
    (zone, prop::collection::vec(a_shift(), 1..5), prop::collection::vec(a_holiday(), 0..8))
        .prop_map(|(zone, shifts, exceptions)| Schedule { shifts, exceptions, ..schedule(zone, &[]) })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn the_next_opening_is_inside_a_shift_and_no_earlier_one_exists(
        schedule in a_schedule(),
        minutes in 0_i64..(10 * 365 * 24 * 60),
    ) {
        let begin = at("2020-01-01T00:00:00Z") + TimeDelta::minutes(minutes - minutes % 15);
        let Some(opening) = schedule.next_opening(begin) else {
            return Err(TestCaseError::fail("a week with a shift opens some day"));
        };
        prop_assert!(opening >= begin);
        prop_assert!(schedule.is_open(opening));
        let local = |at: DateTime<Utc>| at.with_timezone(&schedule.zone.0).naive_local();
        if is_ordinary(&schedule, opening) {
            prop_assert!(wall_clock_is_in(&schedule, local(opening)), "{} is in no shift", local(opening));
        }
        let mut earlier = begin;
        while earlier < opening {
            prop_assert!(!schedule.is_open(earlier));
            if is_ordinary(&schedule, earlier) {
                prop_assert!(!wall_clock_is_in(&schedule, local(earlier)), "{} is earlier", local(earlier));
            }
            earlier += TimeDelta::minutes(15);
        }
    }

    #[test]
    fn open_time_adds_up(schedule in a_schedule(), minutes in 0_i64..(10 * 365 * 24 * 60), wait in 0_i64..5_000) {
        let begin = at("2020-01-01T00:00:00Z") + TimeDelta::minutes(minutes);
        let wait = TimeDelta::minutes(wait);
        let Some(end) = schedule.add_open_time(begin, wait) else { return Ok(()) };
        prop_assert_eq!(schedule.open_time_between(begin, end), wait);
        let middle = begin + (end - begin) / 2;
        let halves = schedule.open_time_between(begin, middle) + schedule.open_time_between(middle, end);
        prop_assert_eq!(halves, wait);
    }
}

#[test]
fn the_night_that_loses_an_hour_and_the_one_that_gains_one() {
    let night = schedule("Europe/Berlin", &[(Weekday::Sun, Weekday::Sun, "02:30", "04:00")]);
    // 2026-03-29: 02:00 is followed by 03:00. The shift begins when its clock time would have passed.
    assert_eq!(night.next_opening(at("2026-03-28T12:00:00Z")), Some(at("2026-03-29T01:00:00Z")));
    let long = night.open_time_between(at("2026-03-28T12:00:00Z"), at("2026-03-29T12:00:00Z"));
    assert_eq!(long, TimeDelta::minutes(60));
    // 2026-10-25: 02:00 to 03:00 comes twice, and people are there from the first 02:30.
    assert_eq!(night.next_opening(at("2026-10-24T12:00:00Z")), Some(at("2026-10-25T00:30:00Z")));
    let long = night.open_time_between(at("2026-10-24T12:00:00Z"), at("2026-10-25T12:00:00Z"));
    assert_eq!(long, TimeDelta::minutes(150));
}

#[test]
fn a_shift_through_the_night_belongs_to_the_day_it_begins() {
    let mut bar = schedule("America/New_York", &[(Weekday::Fri, Weekday::Sat, "18:00", "02:00")]);
    let sunday_at_one = at("2026-11-22T06:00:00Z");
    assert!(bar.is_open(sunday_at_one), "Saturday's shift ends on Sunday at two");
    assert!(!bar.is_open(at("2026-11-22T07:00:00Z")));
    let date = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a date");
    bar.exceptions.push(Exception { first: date, last: date, name: "Private party".into(), open: None });
    assert!(!bar.is_open(sunday_at_one));
    assert_eq!(bar.next_opening(sunday_at_one), Some(at("2026-11-27T23:00:00Z")));
}

#[test]
fn shifts_that_touch_are_one_and_a_week_may_wrap() {
    let shop = schedule(
        "UTC",
        &[(Weekday::Sat, Weekday::Mon, "08:00", "12:00"), (Weekday::Sat, Weekday::Mon, "12:00", "16:00")],
    );
    let monday = at("2026-11-23T09:00:00Z");
    assert_eq!(shop.next_closing(monday), Some(at("2026-11-23T16:00:00Z")));
    assert_eq!(shop.next_opening(at("2026-11-23T16:00:00Z")), Some(at("2026-11-28T08:00:00Z")));
    assert_eq!(shop.add_open_time(monday, TimeDelta::hours(9)), Some(at("2026-11-28T10:00:00Z")));
}

#[test]
fn a_schedule_that_never_opens_is_found_out() {
    let closed = schedule("UTC", &[]);
    assert_eq!(closed.next_opening(at("2026-11-23T16:00:00Z")), None);
    assert_eq!(closed.add_open_time(at("2026-11-23T16:00:00Z"), TimeDelta::minutes(1)), None);
}

#[test]
fn a_whole_day_is_midnight_to_midnight() {
    let always = schedule("Asia/Kolkata", &[(Weekday::Mon, Weekday::Sun, "00:00", "24:00")]);
    assert!(always.is_open(at("2026-11-23T18:29:59Z")) && always.is_open(at("2026-11-23T18:30:00Z")));
}

#[test]
fn the_teams_hours_count_before_the_channels_and_those_before_the_standard_ones() {
    let with_id = |id| Schedule { id: ScheduleId(Uuid::from_u128(id)), ..schedule("UTC", &[]) };
    let id = |id| ScheduleId(Uuid::from_u128(id));
    let (channel, team) = (Uuid::from_u128(8).into(), Uuid::from_u128(9).into());
    let hours = OfficeHours {
        schedules: vec![with_id(1), with_id(2), with_id(3)],
        standard: Some(id(1)),
        channels: [(channel, id(2))].into(),
        teams: [(team, id(3))].into(),
    };
    let of = |channel, team| hours.of(channel, team).map(|schedule| schedule.id);
    assert_eq!(of(channel, Some(team)), Some(id(3)));
    assert_eq!(of(channel, None), Some(id(2)));
    assert_eq!(of(Uuid::from_u128(7).into(), None), Some(id(1)));
    assert_eq!(OfficeHours::default().of(channel, None), None, "nobody said otherwise: always open");
}

#[test]
fn times_and_zones_are_read_and_written_as_people_do() {
    assert_eq!(clock("9:05").to_string(), "09:05");
    assert_eq!(clock("24:00").to_string(), "24:00");
    for wrong in ["", "9", "24:01", "25:00", "09:60", "9:5", "-1:00", "09:00:00"] {
        assert!(wrong.parse::<Clock>().is_err(), "{wrong}");
    }
    assert!("Europe/Berlin".parse::<Zone>().is_ok() && "Berlin".parse::<Zone>().is_err());
}
