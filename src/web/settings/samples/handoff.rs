//! Every state of the pages about the handoff.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{layout, sent};
use crate::desk::settings::CustomerTexts;
use crate::handoff::policy::{Decision, HandoffSettings, Level, Levers, Mode, PolicyInput, Reason, Standing, Topic};
use crate::handoff::{ChannelId, ConversationId, Epoch, Seq, TicketNumber};
use crate::store::readings::Recorded;
use crate::web::samples::{HOSTILE, now, render};
use crate::web::settings::difference;
use crate::web::settings::handoff::collection::{CollectionForm, CollectionPage};
use crate::web::settings::handoff::messages::{MessagesForm, MessagesPage};
use crate::web::settings::handoff::rehearsal::{Rehearsal, RehearsalPage, rehearse};
use crate::web::settings::handoff::topics::{TopicsForm, TopicsPage, try_out};
use crate::web::settings::handoff::transfer::{ChannelRow, HandoffForm, HandoffPage};
use crate::web::settings::handoff::words::as_lines;

/// Adds every page about the handoff.
pub(super) fn render_all(rendered: &mut Vec<(String, String)>) -> Result<(), askama::Error> {
    render(rendered, HandoffPage::samples())?;
    render(rendered, TopicsPage::samples())?;
    render(rendered, CollectionPage::samples())?;
    render(rendered, MessagesPage::samples())?;
    render(rendered, RehearsalPage::samples())
}

fn settings() -> HandoffSettings {
    HandoffSettings {
        topics: vec![Topic::new("legal advice | my lawyer"), Topic::new(HOSTILE)],
        ..HandoffSettings::default()
    }
}

impl HandoffPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let rules = settings();
        let rows = || {
            let row = |id: u128, name: &str| ChannelRow::of(ChannelId(Uuid::from_u128(id)), name, true, &rules);
            vec![row(1, "Shop chat"), row(2, HOSTILE)]
        };
        let form = |rules: &HandoffSettings| HandoffForm::of("1".to_owned(), rules, rows());
        let page = |form, difference| Self { layout: layout("Handoff"), form, difference };
        let by_hand = HandoffSettings { mode: Mode::Advanced, ..settings() };
        let mut wrong = form(&by_hand);
        wrong.read(&sent(&[("level", "advanced"), ("attempts", HOSTILE), ("turn_limit", "9999")]), &by_hand);
        let lines = difference::lines(&as_lines(&rules), &as_lines(&by_hand));
        vec![
            ("settings-handoff", page(form(&rules), Vec::new())),
            ("settings-handoff-levers", page(form(&by_hand), Vec::new())),
            ("settings-handoff-errors", page(wrong, Vec::new())),
            ("settings-handoff-overtaken", page(form(&by_hand), lines)),
        ]
    }
}

impl TopicsPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let targets = || vec![(String::new(), "As routed".to_owned()), ("queue".to_owned(), HOSTILE.to_owned())];
        let form = |topics: &[Topic]| TopicsForm::of("1".to_owned(), topics, targets());
        let page = |form, trial| Self { layout: layout("Handoff topics"), form, trial, difference: Vec::new() };
        let mut wrong = form(&[]);
        wrong.read(&sent(&[("phrase-0", HOSTILE), ("phrase-1", "a|b"), ("message", HOSTILE)]));
        let topics = settings().topics;
        vec![
            ("settings-topics", page(form(&topics), Some(try_out("I will ask my lawyer", &topics)))),
            ("settings-topics-empty", page(form(&[]), Some(try_out(HOSTILE, &[])))),
            ("settings-topics-errors", page(wrong, None)),
        ]
    }
}

impl CollectionPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let form = CollectionForm::of("1".to_owned(), &settings().collection);
        let mut wrong = form.clone();
        let mails =
            [("label-0", "Email"), ("kind-0", "email"), ("label-1", HOSTILE), ("kind-1", "email"), ("asks_max", "0")];
        wrong.read(&sent(&mails));
        let page = |form, in_use| Self { layout: layout("Data collection"), form, in_use, difference: Vec::new() };
        vec![("settings-collection", page(form, false)), ("settings-collection-errors", page(wrong, true))]
    }
}

impl MessagesPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let texts = CustomerTexts { handed_off: HOSTILE.to_owned(), ..CustomerTexts::default() };
        let form = |language: &str| MessagesForm::of("1".to_owned(), language, &texts);
        let mut wrong = form("");
        wrong.read(&sent(&[("person_joined", "Somebody is here."), ("closed", "{when}")]), &texts);
        let page = |form| Self { layout: layout("Messages"), form, difference: Vec::new() };
        vec![
            ("settings-messages", page(form(""))),
            ("settings-messages-arabic", page(form("ar"))),
            ("settings-messages-errors", page(wrong)),
        ]
    }
}

impl RehearsalPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let fields = vec![("level".to_owned(), "2".to_owned()), ("phrase-0".to_owned(), HOSTILE.to_owned())];
        let page = |outcome, changes| Self {
            layout: layout("Rehearsal"),
            back: "/settings/handoff",
            fields: fields.clone(),
            days: 30,
            outcome,
            changes,
            caveat: Some("New topics were read in the newest messages alone.".to_owned()),
        };
        let off = HandoffSettings::of(Levers { enabled: false, ..Levers::default() });
        let changes = difference::lines(&as_lines(&settings()), &as_lines(&off));
        let outcome = rehearse(&off, &[recorded()], &BTreeMap::new(), 30, now());
        vec![
            ("settings-rehearsal", page(outcome, changes)),
            ("settings-rehearsal-empty", page(Rehearsal::default(), Vec::new())),
        ]
    }
}

fn recorded() -> Recorded {
    let standing = Standing::of(Level::Quick.levers());
    Recorded {
        id: Uuid::nil(),
        number: TicketNumber(7),
        conversation: ConversationId(Uuid::nil()),
        channel: ChannelId(Uuid::nil()),
        seq: Seq(2),
        epoch: Epoch(0),
        at: now() - chrono::TimeDelta::minutes(90),
        input: PolicyInput { standing, wish: Some(HOSTILE.to_owned()), ..PolicyInput::default() },
        decision: Decision::HandOff {
            reason: Reason::AiDecision,
            explanation: HOSTILE.to_owned(),
            topic: None,
            promise: false,
        },
    }
}
