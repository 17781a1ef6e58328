//! Threads and their parts in every state.

use chrono::TimeDelta;

use super::items::{after_handoff, before_handoff, difficult, sources};
use super::rows::{ines, theo};
use crate::store::reviews::Verdict;
use crate::web::field::Choice;
use crate::web::inbox::badge::{HandoffReason, OwnerBadge, Wait};
use crate::web::inbox::card::{Acknowledgement, HandoffCard, Noticed, Sentiment, Summary, SummaryLine};
use crate::web::inbox::channel::ChannelKind;
use crate::web::inbox::composer::{Composer, Mode, Refusal, ReplyRules, Suggested};
use crate::web::inbox::contact::{ContactPanel, Identity, Merged, ModelCost, PastConversation};
use crate::web::inbox::nav::View;
use crate::web::inbox::review::ReviewBar;
use crate::web::inbox::row::Standing;
use crate::web::inbox::thread::{Earlier, Presence, Thread, ThreadHeader};
use crate::web::moment::Moment;
use crate::web::samples::{HOSTILE, minutes_ago, now};

fn header(owner: OwnerBadge) -> ThreadHeader {
    ThreadHeader {
        number: 1042,
        epoch: 3,
        csrf: "sample-token".to_owned(),
        view: View::Unassigned,
        contact: Some("Maya Lindqvist".to_owned()),
        subject: None,
        channel: ChannelKind::Web,
        channel_name: "Shop chat".to_owned(),
        assigned: if owner.is_me() { "agent:1".to_owned() } else { "none".to_owned() },
        owner,
        standing: Standing::Open,
        people: vec![Choice::new("agent:1", "Ines (you)"), Choice::new("agent:2", "Theo")],
        teams: vec![Choice::new("team:1", "Billing"), Choice::new("team:2", "Returns")],
        ai_available: true,
    }
}

fn composer(owner: OwnerBadge) -> Composer {
    Composer {
        number: 1042,
        csrf: "sample-token".to_owned(),
        message_id: "4f0c1d1e-7c80-4a8e-9a55-2f4a4e1f6a01".to_owned(),
        seen_seq: 16,
        mode: Mode::Reply,
        body: String::new(),
        owner,
        channel: ChannelKind::Web,
        contact: Some("Maya".to_owned()),
        rules: ReplyRules { files: true, ..ReplyRules::default() },
        head: None,
        refusal: None,
        error: None,
        suggested: Suggested::No,
        suggested_text: String::new(),
        rewrites_to: None,
    }
}

fn review(verdicts: &[Verdict], given: Option<Verdict>) -> ReviewBar {
    ReviewBar {
        number: 1042,
        csrf: "sample-token".to_owned(),
        view: View::Mine,
        verdicts: verdicts.to_vec(),
        given: given.map(|verdict| (verdict, HOSTILE.to_owned())),
    }
}

impl ReviewBar {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let handoff = [Verdict::Right, Verdict::Late, Verdict::Unnecessary];
        vec![
            ("partial-review", review(&handoff, None)),
            ("partial-review-given", review(&handoff, Some(Verdict::Late))),
            ("partial-review-missed", review(&[Verdict::Missed], None)),
            ("partial-review-nothing", review(&[], None)),
        ]
    }
}

/// A composer into which the copilot put a reply.
fn helped(suggested: Suggested) -> Composer {
    let text = "You can return a lamp within 30 days.".to_owned();
    Composer {
        body: text.clone(),
        suggested,
        suggested_text: text,
        rewrites_to: Some("Swedish".to_owned()),
        ..composer(ines())
    }
}

fn card() -> HandoffCard {
    HandoffCard {
        number: 1042,
        csrf: "sample-token".to_owned(),
        view: View::Unassigned,
        open: true,
        reason: HandoffReason::Requested,
        trigger: "\u{201c}Can I please talk to a person?\u{201d}".to_owned(),
        summary: Summary::Written(
            [
                ("Wants: \u{201c}My brake lever came loose again, is the bike safe to ride?\u{201d}", Some(1)),
                ("Tried: Tightening the clamp bolt", Some(2)),
                ("Last words: \u{201c}Can I please talk to a person?\u{201d}", None),
            ]
            .map(|(text, about)| SummaryLine { text: text.to_owned(), about })
            .to_vec(),
        ),
        sentiment: Some(Sentiment::Negative),
        language: Some("English".to_owned()),
        collected: vec![("Order".to_owned(), "NC-20417".to_owned())],
        tried: vec![
            "Explained how to tighten the clamp bolt".to_owned(),
            "Asked whether the bolt turns freely".to_owned(),
        ],
        sources: sources(),
        promised: Some("Somebody answers within ten minutes.".to_owned()),
        wait: Some(Wait::new(minutes_ago(14), Some(minutes_ago(4)), now())),
        acknowledged: None,
    }
}

fn seen_card() -> HandoffCard {
    let seen = Acknowledgement { by: Noticed::By("Ines".to_owned()), at: Moment::ago(minutes_ago(8), now()) };
    HandoffCard { open: false, wait: None, acknowledged: Some(seen), ..card() }
}

fn refused() -> Composer {
    let refusal = Refusal {
        unseen: 2,
        first_seq: 12,
        last_seq: 18,
        lines: vec![
            ("Maya Lindqvist".to_owned(), "Forget it, I found another screw.".to_owned()),
            ("Theo (note)".to_owned(), "Workshop says batch 44 is fine.".to_owned()),
        ],
    };
    Composer { body: "I will send you a new lever today.".to_owned(), refusal: Some(refusal), ..composer(ines()) }
}

impl Composer {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let closed = ReplyRules {
            closed: Some("WhatsApp only lets us answer within 24 hours of the customer's last message. Write to them by email, or wait for them to write.".to_owned()),
            ..ReplyRules::default()
        };
        let sms = ReplyRules {
            characters_max: Some(480),
            closes: Some(Moment::date(now() + TimeDelta::hours(5))),
            ..ReplyRules::default()
        };
        vec![
            ("partial-composer", composer(ines())),
            ("partial-composer-note", Composer { mode: Mode::Note, ..composer(ines()) }),
            ("partial-composer-ai", composer(OwnerBadge::Ai)),
            ("partial-composer-ai-off", composer(OwnerBadge::AiOff)),
            ("partial-composer-waiting", composer(OwnerBadge::Waiting(None))),
            ("partial-composer-colleague", composer(theo())),
            ("partial-composer-closed", Composer { rules: closed, channel: ChannelKind::WhatsApp, ..composer(ines()) }),
            ("partial-composer-limits", Composer { rules: sms, channel: ChannelKind::Sms, ..composer(ines()) }),
            ("partial-composer-refused", refused()),
            (
                "partial-composer-suggested",
                helped(Suggested::Inserted {
                    id: uuid::Uuid::nil(),
                    sources: vec![
                        ("Returns".to_owned(), Some("https://shop.example/returns".to_owned())),
                        (HOSTILE.to_owned(), None),
                    ],
                }),
            ),
            ("partial-composer-nothing-to-suggest", helped(Suggested::Nothing)),
            ("partial-composer-suggestion-failed", helped(Suggested::Failed(HOSTILE.to_owned()))),
            (
                "partial-composer-error",
                Composer {
                    error: Some("The message is empty. Write something or attach a file.".to_owned()),
                    ..composer(ines())
                },
            ),
            (
                "partial-composer-hostile",
                Composer {
                    body: format!("</textarea>{HOSTILE}"),
                    contact: Some(HOSTILE.to_owned()),
                    ..composer(ines())
                },
            ),
        ]
    }
}

impl HandoffCard {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let bare = Self {
            tried: vec![],
            sources: vec![],
            collected: vec![],
            promised: None,
            sentiment: None,
            language: None,
            ..card()
        };
        let hostile = Self {
            trigger: HOSTILE.to_owned(),
            summary: Summary::LastMessages(vec![HOSTILE.to_owned()]),
            reason: HandoffReason::Topic(HOSTILE.to_owned()),
            tried: vec![HOSTILE.to_owned()],
            ..card()
        };
        let fallback =
            Summary::LastMessages(vec!["Can I please talk to a person?".to_owned(), "أريد التحدث مع شخص".to_owned()]);
        vec![
            ("partial-card", card()),
            ("partial-card-seen", seen_card()),
            ("partial-card-pending", Self { summary: Summary::Pending, ..bare.clone() }),
            ("partial-card-fallback", Self { summary: fallback, ..bare }),
            ("partial-card-hostile", hostile),
        ]
    }
}

impl ThreadHeader {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let asleep = Standing::Snoozed(Moment::date(now() + TimeDelta::hours(18)));
        vec![
            ("partial-header-ai", header(OwnerBadge::Ai)),
            ("partial-header-ai-off", header(OwnerBadge::AiOff)),
            ("partial-header-waiting", header(OwnerBadge::Waiting(Some("Billing".to_owned())))),
            ("partial-header-mine", header(ines())),
            ("partial-header-colleague", Self { subject: Some(HOSTILE.to_owned()), ..header(theo()) }),
            ("partial-header-snoozed", Self { standing: asleep, ..header(ines()) }),
            ("partial-header-resolved", Self { standing: Standing::Resolved, ..header(ines()) }),
            ("partial-header-unresolved", Self { standing: Standing::Unresolved, contact: None, ..header(theo()) }),
        ]
    }
}

impl Presence {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let writing =
            Self { number: 1042, writing: vec!["Maya Lindqvist".to_owned()], viewing: vec!["Theo".to_owned()] };
        vec![("partial-presence", writing), ("partial-presence-nobody", Self { number: 1042, ..Self::default() })]
    }
}

impl Thread {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let mut presences = Presence::samples().into_iter().map(|(_, presence)| presence);
        let writing = presences.next().unwrap_or_default();
        let nobody = presences.next().unwrap_or_default();
        let thread = |owner: OwnerBadge, items| Self {
            header: header(owner.clone()),
            card: None,
            call: super::call::none(),
            review: match owner {
                OwnerBadge::Ai | OwnerBadge::AiOff | OwnerBadge::Waiting(_) => review(&[], None),
                OwnerBadge::Agent { .. } => review(&[Verdict::Right, Verdict::Late, Verdict::Unnecessary], None),
            },
            items,
            earlier: Earlier { number: 1042, url: None },
            presence: nobody.clone(),
            composer: composer(owner),
        };
        let waiting = OwnerBadge::Waiting(Some("Workshop".to_owned()));
        let ai_items = before_handoff().into_iter().take(5).collect();
        let resolved = ThreadHeader { standing: Standing::Resolved, ..header(ines()) };
        vec![
            ("partial-thread-waiting", Self { card: Some(card()), ..thread(waiting, before_handoff()) }),
            (
                "partial-thread-mine",
                Self {
                    card: Some(seen_card()),
                    presence: writing,
                    earlier: Earlier { number: 1042, url: Some("/inbox/conversations/1042?before=1".to_owned()) },
                    ..thread(ines(), after_handoff())
                },
            ),
            ("partial-thread-ai", thread(OwnerBadge::Ai, ai_items)),
            ("partial-thread-difficult", thread(ines(), difficult())),
            (
                "partial-thread-refused",
                Self { card: Some(seen_card()), composer: refused(), ..thread(ines(), after_handoff()) },
            ),
            (
                "partial-thread-note",
                Self { composer: Composer { mode: Mode::Note, ..composer(ines()) }, ..thread(ines(), after_handoff()) },
            ),
            ("partial-thread-resolved", Self { header: resolved, ..thread(ines(), after_handoff()) }),
            ("partial-thread-empty", thread(OwnerBadge::Ai, vec![])),
        ]
    }
}

impl ContactPanel {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let identity = |channel, value: &str, verified| Identity { channel, value: value.to_owned(), verified };
        let past = |number, channel, line: &str, closed| PastConversation {
            number,
            channel,
            line: line.to_owned(),
            at: Moment::ago(minutes_ago(60 * 24 * 40), now()),
            closed,
        };
        let maya = Self {
            number: 1042,
            csrf: "sample-token".to_owned(),
            merged: vec![Merged { link: "1".to_owned(), name: HOSTILE.to_owned(), why: "by Ines".to_owned() }],
            perhaps: None,
            name: Some("Maya Lindqvist".to_owned()),
            initials: "ML".to_owned(),
            email: Some("maya@example.com".to_owned()),
            phone: Some("+46 8 555 0142".to_owned()),
            identities: vec![
                identity(ChannelKind::Web, "Browser, signed in", true),
                identity(ChannelKind::Email, "maya.lindqvist.with.a.long.address@subdomain.example.com", true),
                identity(ChannelKind::WhatsApp, "+46 8 555 0142", false),
            ],
            custom: vec![
                ("Plan".to_owned(), "Rider Plus".to_owned()),
                ("Customer since".to_owned(), "March 2024".to_owned()),
                ("Orders".to_owned(), "7".to_owned()),
            ],
            past: vec![
                past(871, ChannelKind::Email, "Change of delivery address for the second parcel", true),
                past(640, ChannelKind::Web, "Which tyre fits the Fjord 3?", false),
            ],
            model: Some(ModelCost {
                tokens: "14\u{202f}210 tokens in 6 requests".to_owned(),
                money: Some("EUR 0.03".to_owned()),
                is_spent: true,
            }),
        };
        let unknown = Self {
            name: None,
            initials: String::new(),
            email: None,
            phone: None,
            identities: vec![],
            merged: vec![],
            perhaps: Some((HOSTILE.to_owned(), "/inbox/conversations/1042/merge?with=1".to_owned())),
            custom: vec![],
            past: vec![],
            model: None,
            ..maya.clone()
        };
        let hostile = Self {
            name: Some(HOSTILE.to_owned()),
            email: Some(HOSTILE.to_owned()),
            phone: Some(HOSTILE.to_owned()),
            custom: vec![(HOSTILE.to_owned(), HOSTILE.to_owned())],
            ..maya.clone()
        };
        vec![("partial-contact", maya), ("partial-contact-unknown", unknown), ("partial-contact-hostile", hostile)]
    }
}
