//! Every state of the pages about people and time.

use uuid::Uuid;

use super::{layout, sent};
use crate::desk::erase::Retention;
use crate::handoff::ScheduleId;
use crate::handoff::after::After;
use crate::handoff::escalation::Ladder;
use crate::handoff::hours::Schedule;
use crate::handoff::routing::{Roster, Routing};
use crate::handoff::waiting::Waiting;
use crate::web::field::Choice;
use crate::web::page::Flash;
use crate::web::samples::{HOSTILE, now, render};
use crate::web::settings::after::AfterForm;
use crate::web::settings::notifications::{NotificationsForm, choices};
use crate::web::settings::office_hours::{Chooser, OfficeHoursPage, ScheduleForm, ScheduleLine, SchedulePage, State};
use crate::web::settings::one_form::{Around, OneForm, OneFormPage};
use crate::web::settings::privacy::{Found, PrivacyPage, read, rows};
use crate::web::settings::ratings::{RatingRow, RatingsPage};
use crate::web::settings::routing::{RoutingForm, RoutingPage, targets};
use crate::web::settings::waiting::WaitingForm;

/// Adds every page.
///
/// # Errors
/// Where a template cannot be rendered.
pub(crate) fn render_all(rendered: &mut Vec<(String, String)>) -> Result<(), askama::Error> {
    render(rendered, OfficeHoursPage::samples())?;
    render(rendered, SchedulePage::samples())?;
    render(rendered, RoutingPage::samples())?;
    render(rendered, PrivacyPage::samples())?;
    render(rendered, RatingsPage::samples())?;
    render(rendered, one_form::<WaitingForm>(NAMES[0], &Waiting::default(), &[("first_reply", "soon")]))?;
    render(rendered, one_form::<NotificationsForm>(NAMES[1], &Ladder::default(), &[("first_wait", HOSTILE)]))?;
    render(rendered, one_form::<AfterForm>(NAMES[2], &After::default(), &[("idle", HOSTILE)]))
}

/// The page as it is, and with errors.
const NAMES: [(&str, &str); 3] = [
    ("settings-waiting", "settings-waiting-errors"),
    ("settings-notifications", "settings-notifications-errors"),
    ("settings-after", "settings-after-errors"),
];

fn one_form<F: OneForm>(
    (name, errors): (&'static str, &'static str),
    stored: &F::Stored,
    wrong: &[(&str, &str)],
) -> Vec<(&'static str, OneFormPage<F>)> {
    let around = Around { now: now(), renotify_s: 60, supervisors: choices(Vec::new(), Vec::new()) };
    let mut page = OneFormPage { layout: layout(F::SECTION.label()), version: 3, form: F::of(stored, &around) };
    page.form.read(&sent(wrong));
    page.layout.flash = Some(Flash::Problem("Ines saved this page meanwhile.".to_owned()));
    let right = OneFormPage { layout: layout(F::SECTION.label()), version: 3, form: F::of(stored, &around) };
    vec![(name, right), (errors, page)]
}

impl OfficeHoursPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |name: &str, state| ScheduleLine {
            name: name.to_owned(),
            zone: "Europe/Berlin".to_owned(),
            state,
            url: "/settings/office-hours/1".to_owned(),
        };
        let chooser = Chooser {
            key: "standard".to_owned(),
            label: "Standard".to_owned(),
            choices: vec![Choice::new("", "Always open"), Choice::new("1", HOSTILE)],
            value: "1".to_owned(),
        };
        let schedules = vec![
            line("Shop", State::Open("Friday, 17:00".to_owned())),
            line(HOSTILE, State::Closed("Monday, 09:00".to_owned())),
            line("Closed for good", State::Never),
        ];
        let page = |schedules, choosers| Self { layout: layout("Office hours"), version: 1, schedules, choosers };
        vec![
            ("settings-office-hours", page(schedules, vec![chooser])),
            ("settings-office-hours-empty", page(vec![], vec![])),
        ]
    }
}

impl SchedulePage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |form, state| Self {
            layout: layout("Shop"),
            action: "/settings/office-hours/1".to_owned(),
            version: 1,
            form,
            state,
        };
        let id = ScheduleId(Uuid::nil());
        let mut wrong = ScheduleForm::new("UTC");
        let typed = [
            ("name", HOSTILE),
            ("zone", HOSTILE),
            ("from", HOSTILE),
            ("to", ""),
            ("date", "24.12."),
            ("holiday", HOSTILE),
        ];
        let none: Option<Schedule> = wrong.read(&sent(&typed), id);
        debug_assert!(none.is_none());
        vec![
            ("settings-schedule-new", page(ScheduleForm::new("Europe/Berlin"), None)),
            ("settings-schedule-errors", page(wrong, Some(State::Never))),
        ]
    }
}

impl PrivacyPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |found| {
            let days = rows(&Retention::default(), &[(Uuid::nil().into(), HOSTILE.to_owned())]);
            Self { layout: layout("Data and privacy"), version: 1, days, wanted: HOSTILE.to_owned(), found }
        };
        let maya = Found { id: Uuid::nil().to_string(), name: HOSTILE.to_owned(), conversations: 2 };
        let mut wrong = page(Some(vec![]));
        read(&mut wrong.days, &sent(&[("days", HOSTILE)]));
        vec![("settings-privacy", page(Some(vec![maya]))), ("settings-privacy-errors", wrong)]
    }
}

impl RatingsPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let row = RatingRow {
            channel: Uuid::nil().into(),
            name: HOSTILE.to_owned(),
            ask: true,
            delay: "soon".to_owned(),
            error: Some("Write a whole number.".to_owned()),
        };
        let page = |rows| Self { layout: layout("Ratings"), version: 1, rows };
        vec![("settings-ratings", page(vec![row])), ("settings-ratings-empty", page(vec![]))]
    }
}

impl RoutingPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |form| Self {
            layout: layout("Routing"),
            version: 1,
            form,
            channels: vec![Choice::new("1", HOSTILE)],
            targets: targets(
                &[(Uuid::nil().into(), HOSTILE.to_owned())],
                &[(Uuid::nil().into(), "Billing".to_owned())],
            ),
        };
        let typed = [("topics", HOSTILE), ("to", "team:7"), ("keep", "yes"), ("otherwise", "nobody")];
        let (wrong, _) = RoutingForm::read(&sent(&typed), &Roster::default());
        vec![("settings-routing", page(RoutingForm::of(&Routing::default()))), ("settings-routing-errors", page(wrong))]
    }
}
