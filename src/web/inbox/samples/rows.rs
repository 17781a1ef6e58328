//! Rows and lists in every state.

use chrono::{DateTime, TimeDelta, Utc};

use crate::web::inbox::badge::{HandoffReason, OwnerBadge, Wait};
use crate::web::inbox::channel::ChannelKind;
use crate::web::inbox::list::{List, SortOrder};
use crate::web::inbox::nav::{Nav, View};
use crate::web::inbox::row::{LastSpeaker, Row, Standing};
use crate::web::inbox::search::Excerpt;
use crate::web::moment::Moment;
use crate::web::samples::{HOSTILE, layout, minutes_ago, now};

pub(super) fn ines() -> OwnerBadge {
    OwnerBadge::Agent { name: "Ines".to_owned(), initials: "I".to_owned(), me: true }
}

pub(super) fn theo() -> OwnerBadge {
    OwnerBadge::Agent { name: "Theo".to_owned(), initials: "T".to_owned(), me: false }
}

fn wait(minutes: i64, due: Option<DateTime<Utc>>) -> Option<Wait> {
    Some(Wait::new(minutes_ago(minutes), due, now()))
}

fn row(number: i64, channel: ChannelKind, contact: &str, line: &str) -> Row {
    Row {
        number,
        view: View::Unassigned,
        sort: number,
        channel,
        contact: Some(contact.to_owned()),
        speaker: LastSpeaker::Customer,
        line: line.to_owned(),
        at: Moment::span_since(minutes_ago(4), now()),
        owner: OwnerBadge::Waiting(None),
        reason: None,
        wait: None,
        unread: false,
        standing: Standing::Open,
        selected: false,
        excerpt: None,
    }
}

fn waiting_rows() -> Vec<Row> {
    let late = Row {
        unread: true,
        reason: Some(HandoffReason::Requested),
        wait: wait(14, Some(minutes_ago(4))),
        at: Moment::span_since(minutes_ago(14), now()),
        ..row(
            1042,
            ChannelKind::Web,
            "Maya Lindqvist",
            "Can I please talk to a person? The brake lever came loose again.",
        )
    };
    let soon = Row {
        unread: true,
        owner: OwnerBadge::Waiting(Some("Billing".to_owned())),
        reason: Some(HandoffReason::Frustrated),
        wait: wait(6, Some(now() + TimeDelta::minutes(3))),
        ..row(1040, ChannelKind::WhatsApp, "Oskar", "This is the third time you charged me twice!!")
    };
    let arabic = Row {
        reason: Some(HandoffReason::Topic("Legal advice".to_owned())),
        wait: wait(2, Some(now() + TimeDelta::minutes(12))),
        ..row(1039, ChannelKind::Sms, "ليلى حداد", "متى سيصل طلبي؟ لم أتلق أي رد منذ يومين.")
    };
    vec![late, soon, arabic]
}

fn owned_rows() -> Vec<Row> {
    let ai = Row {
        owner: OwnerBadge::Ai,
        speaker: LastSpeaker::Ai,
        ..row(1038, ChannelKind::Phone, "+44 20 7946 0018", "Our workshop opens at nine. Shall I book a slot for you?")
    };
    let mine = Row {
        owner: ines(),
        speaker: LastSpeaker::Me,
        reason: Some(HandoffReason::NoProgress),
        ..row(1031, ChannelKind::Email, "Priya", "I have asked the warehouse and will write to you before noon.")
    };
    let theirs = Row {
        owner: theo(),
        speaker: LastSpeaker::Note,
        at: Moment::span_since(minutes_ago(190), now()),
        ..row(1027, ChannelKind::Slack, "Juno", "Refund agreed with accounting, see ticket.")
    };
    let unknown =
        Row { contact: None, owner: OwnerBadge::Ai, unread: true, ..row(1025, ChannelKind::Web, "", "hello?") };
    let off = Row {
        owner: OwnerBadge::AiOff,
        speaker: LastSpeaker::Ai,
        ..row(1024, ChannelKind::Sms, "+1 555 0100 142", "It left our workshop yesterday.")
    };
    vec![ai, mine, theirs, unknown, off]
}

fn closed_rows() -> Vec<Row> {
    let at = Moment::span_since(minutes_ago(3000), now());
    let snoozed = Row {
        standing: Standing::Snoozed(Moment::date(now() + TimeDelta::hours(18))),
        at: at.clone(),
        ..row(1019, ChannelKind::Email, "Anselm", "Back on Monday, please write again then.")
    };
    let resolved = Row {
        standing: Standing::Resolved,
        speaker: LastSpeaker::Colleague,
        at: at.clone(),
        ..row(1011, ChannelKind::Web, "Noor", "Glad that worked. Have a good ride!")
    };
    let unresolved = Row {
        standing: Standing::Unresolved,
        reason: Some(HandoffReason::AiUnavailable),
        at,
        ..row(
            998,
            ChannelKind::WhatsApp,
            "A very long name that no column was ever meant to hold in one line",
            &"long ".repeat(60),
        )
    };
    let hostile = Row {
        reason: Some(HandoffReason::Other(HOSTILE.to_owned())),
        excerpt: Some(Excerpt { before: HOSTILE.to_owned(), hit: HOSTILE.to_owned(), after: String::new() }),
        ..row(997, ChannelKind::Sms, HOSTILE, HOSTILE)
    };
    vec![snoozed, resolved, unresolved, hostile]
}

/// The rows beside an open thread, the first one selected.
pub(super) fn all_rows() -> Vec<Row> {
    let mut rows = waiting_rows();
    rows.extend(owned_rows());
    rows.extend(closed_rows());
    if let Some(first) = rows.first_mut() {
        first.selected = true;
    }
    rows
}

fn found_rows() -> Vec<Row> {
    let excerpt = Excerpt {
        before: "\u{2026}the left ".to_owned(),
        hit: "brake".to_owned(),
        after: " lever came loose after a week and the screw will not hold".to_owned(),
    };
    let mut rows = owned_rows();
    for row in &mut rows {
        row.excerpt = Some(excerpt.clone());
    }
    rows
}

impl Row {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let names = [
            "partial-row-late",
            "partial-row-soon",
            "partial-row-rtl",
            "partial-row-ai",
            "partial-row-mine",
            "partial-row-theirs",
            "partial-row-unknown",
            "partial-row-snoozed",
            "partial-row-resolved",
            "partial-row-unresolved",
            "partial-row-hostile",
        ];
        names.into_iter().zip(all_rows()).collect()
    }
}

impl List {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let view = |view: View, rows, older: Option<&str>| {
            Self::of_view(&view, view.label(), rows, SortOrder::Descending, older.map(str::to_owned))
        };
        vec![
            ("partial-list", view(View::Unassigned, all_rows(), Some("/inbox/unassigned?before=997"))),
            ("partial-list-mine-empty", view(View::Mine, vec![], None)),
            ("partial-list-ai-empty", view(View::Ai, vec![], None)),
            ("partial-list-handed-off-empty", view(View::HandedOff, vec![], None)),
            ("partial-list-snoozed-empty", view(View::Snoozed, vec![], None)),
            ("partial-list-resolved-empty", view(View::Resolved, vec![], None)),
            ("partial-list-team-empty", view(View::Team("1".to_owned()), vec![], None)),
            ("partial-list-search", Self::of_search("brake", found_rows(), None)),
            ("partial-list-search-empty", Self::of_search(HOSTILE, vec![], None)),
        ]
    }
}

impl Nav {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let nav = |current| layout("", current).desk.map(|desk| desk.nav).unwrap_or_default();
        vec![("partial-nav", nav(Some(View::Mine))), ("partial-nav-settings", nav(None))]
    }
}
