//! Every event in every state: the whole table as one reviewed snapshot, and the promises that hold in each cell.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::call::CallLine;
use super::conversation::{OpenHandoff, Outcome};
use super::effect::{Effect, Timer};
use super::event::{Act, Entry, HandoffDraft, Sentiment, Target};
use super::message::{Author, Visibility};
use super::people::Actor;
use super::policy::Reason;
use super::waiting::{Goal, has_clock};
use super::*;

pub(super) const INES: AgentId = AgentId(Uuid::from_u128(0x1e5));
pub(super) const OMAR: AgentId = AgentId(Uuid::from_u128(0x0a7));

pub(super) fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_760_000_000, 0).expect("a valid time")
}

pub(super) fn message(author: Author, text: &str) -> NewMessage {
    NewMessage::public(MessageId(Uuid::from_u128(text.len() as u128)), author, text)
}

pub(super) fn handoff(reason: Reason, target: Target) -> Box<HandoffDraft> {
    Box::new(HandoffDraft {
        id: HandoffId(Uuid::from_u128(7)),
        reason,
        explanation: "because".into(),
        summary: "Maya waits for her lamp.".into(),
        sentiment: Sentiment::Neutral,
        language: Some("en".into()),
        topic: None,
        tried: vec![],
        sources: vec![],
        target,
        notice: Some(message(Author::System, "A person will take over.")),
        shown: None,
    })
}

fn states() -> Vec<(String, Conversation)> {
    let owners = [("ai", Owner::Ai), ("queue", Owner::Queue), ("ines", Owner::Agent(INES))];
    let statuses = [
        ("open", Status::Open),
        ("snoozed", Status::Snoozed { until: noon() + TimeDelta::hours(1) }),
        ("resolved", Status::Resolved { outcome: Outcome::Resolved }),
    ];
    let mut states = Vec::new();
    for (owner_name, owner) in owners {
        for (status_name, status) in statuses {
            let handed_off = owner != Owner::Ai;
            let acknowledged = owner == Owner::Agent(INES) || matches!(status, Status::Resolved { .. });
            let conversation = Conversation {
                owner,
                status,
                epoch: Epoch(5),
                last_seq: Seq(20),
                watermark: Seq(19),
                waiting_since: Some(noon() - TimeDelta::minutes(3)),
                handoff: handed_off.then_some(OpenHandoff { id: HandoffId(Uuid::from_u128(1)), acknowledged }),
                ..Conversation::new(
                    ConversationId(Uuid::from_u128(1)),
                    ChannelId(Uuid::from_u128(2)),
                    ContactId(Uuid::from_u128(3)),
                )
            };
            states.push((format!("{owner_name}/{status_name}"), conversation));
        }
    }
    states
}

fn events() -> Vec<(&'static str, Event)> {
    let current = Fence { epoch: Epoch(5), watermark: Seq(19) };
    let customer =
        |answer, reopen_to| Event::CustomerWrote { message: message(Author::Contact, "Hello?"), answer, reopen_to };
    let answer = |fence| Event::AiAnswered { fence, message: message(Author::Ai, "Tomorrow.") };
    let calls = |fence| {
        let act = Act::Called { action: "look_up_order".into(), arguments: "number: 20318".into(), confirmed: false };
        Event::AiActed { fence, act }
    };
    let ended = Act::Ended { action: "look_up_order".into(), outcome: "answered 200".into(), failed: false };
    let taken = |agent, seen| Event::TakenOver { agent, seen, handoff: handoff(Reason::AgentTookOver, Target::Queue) };
    let assigned =
        |to| Event::Assigned { by: Actor::Agent(OMAR), to, handoff: handoff(Reason::AgentTookOver, Target::Queue) };
    let handed_off =
        |epoch, target| Event::HandedOff { epoch, by: Actor::Ai, handoff: handoff(Reason::AiDecision, target) };
    vec![
        ("customer writes", customer(true, Owner::Ai)),
        ("customer writes, autopilot off", customer(false, Owner::Queue)),
        ("ai answers", answer(current)),
        ("ai answers, begun under an older epoch", answer(Fence { epoch: Epoch(4), ..current })),
        ("ai answers, has not seen the last message", answer(Fence { watermark: Seq(18), ..current })),
        ("ai calls an action", calls(current)),
        ("ai calls an action, begun under an older epoch", calls(Fence { epoch: Epoch(4), ..current })),
        ("ai calls an action, has not seen the last message", calls(Fence { watermark: Seq(18), ..current })),
        ("ai's call ends", Event::AiActed { fence: Fence { epoch: Epoch(4), ..current }, act: ended }),
        ("ai hands off to the queue", handed_off(Epoch(5), Target::Queue)),
        ("ai hands off to a team", handed_off(Epoch(5), Target::Team(TeamId(Uuid::from_u128(4))))),
        ("ai hands off to omar", handed_off(Epoch(5), Target::Agent(OMAR))),
        ("ai hands off to omar for a team", handed_off(Epoch(5), Target::Member(TeamId(Uuid::from_u128(4)), OMAR))),
        ("ai hands off, begun under an older epoch", handed_off(Epoch(4), Target::Queue)),
        (
            "ines writes",
            Event::AgentWrote {
                agent: INES,
                message: message(Author::Agent(INES), "I am Ines."),
                handoff: handoff(Reason::AgentTookOver, Target::Queue),
            },
        ),
        (
            "omar writes",
            Event::AgentWrote {
                agent: OMAR,
                message: message(Author::Agent(OMAR), "I am Omar."),
                handoff: handoff(Reason::AgentTookOver, Target::Queue),
            },
        ),
        ("omar leaves a note", Event::AgentNoted { message: message(Author::Agent(OMAR), "VIP") }),
        ("ines takes over", taken(INES, Epoch(5))),
        ("omar takes over", taken(OMAR, Epoch(5))),
        ("omar takes over on an older picture", taken(OMAR, Epoch(4))),
        ("omar assigns ines", assigned(Some(INES))),
        ("omar assigns nobody", assigned(None)),
        ("a team is assigned", Event::TeamAssigned { by: Actor::Agent(OMAR), team: Some(TeamId(Uuid::from_u128(4))) }),
        (
            "ines hands back",
            Event::HandedBack { by: Actor::Agent(INES), digest: "Sent a new one.".into(), notice: None },
        ),
        ("ines snoozes", Event::Snoozed { by: INES, until: noon() + TimeDelta::hours(2) }),
        ("ines snoozes into the past", Event::Snoozed { by: INES, until: noon() }),
        ("the snooze ends", Event::Woke),
        ("ines resolves", Event::Resolved { by: Actor::Agent(INES), outcome: Outcome::Resolved, ask_rating: true }),
        (
            "the customer resolves",
            Event::Resolved { by: Actor::Contact, outcome: Outcome::Resolved, ask_rating: false },
        ),
        ("omar reopens for ines", Event::Reopened { by: Actor::Agent(OMAR), to: Owner::Agent(INES) }),
        ("the system reopens for the ai", Event::Reopened { by: Actor::System, to: Owner::Ai }),
        ("omar acknowledges", Event::Acknowledged { by: OMAR }),
        ("the notification is due again", Event::NotificationDue),
        (
            "somebody takes the call",
            Event::Called { line: CallLine::Accepted { label: "Front desk".into() }, text: None },
        ),
        (
            "nobody takes the call, and the caller gets a text",
            Event::Called { line: CallLine::NobodyAnswered, text: Some(message(Author::System, "Answer here.")) },
        ),
        ("a promise is broken", Event::GoalMissed { goal: Goal::FirstReply }),
        ("the customer is told how things stand", Event::WaitingTold { message: message(Author::System, "Soon.") }),
        ("the customer is asked for a rating", Event::RatingAsked { message: None }),
        ("the customer rates 4", Event::Rated { score: 4, feedback: None }),
        ("the customer rates 9", Event::Rated { score: 9, feedback: None }),
    ]
}

/// A conversation's state in a few letters.
pub(super) fn brief(conversation: &Conversation) -> String {
    let owner = match conversation.owner {
        Owner::Ai => "ai",
        Owner::Queue => "queue",
        Owner::Agent(INES) => "ines",
        Owner::Agent(_) => "omar",
    };
    let status = match conversation.status {
        Status::Open => "open",
        Status::Snoozed { .. } => "snoozed",
        Status::Resolved { .. } => "resolved",
    };
    let noticed = match conversation.handoff {
        None => "",
        Some(OpenHandoff { acknowledged: true, .. }) => " noticed",
        Some(OpenHandoff { acknowledged: false, .. }) => " unnoticed",
    };
    let waiting = if conversation.waiting_since.is_some() { " waiting" } else { "" };
    format!("{owner}/{status} e{}{noticed}{waiting}", conversation.epoch.0)
}

/// An effect in a few letters.
pub(super) fn sketch(effect: &Effect) -> String {
    match effect {
        Effect::Store { message, .. } if message.visibility == Visibility::Note => "note".into(),
        Effect::Store { message, .. } => format!(
            "say({})",
            match message.author {
                Author::Contact => "customer",
                Author::Ai => "ai",
                Author::Agent(_) => "agent",
                Author::System => "notice",
            }
        ),
        Effect::StoreShown { epoch, .. } => format!("keep-shown@e{}", epoch.0),
        Effect::Record { entry, .. } => format!("line({})", line(entry)),
        Effect::Deliver { fence: Some(epoch), .. } => format!("deliver@e{}", epoch.0),
        Effect::Deliver { fence: None, .. } => "deliver".into(),
        Effect::DiscardUnsent { through } => format!("discard<=e{}", through.0),
        Effect::RunTurn { fence } => format!("turn@e{}m{}", fence.epoch.0, fence.watermark.0),
        Effect::CancelTurn => "no-turn".into(),
        Effect::OpenHandoff { epoch, .. } => format!("handoff@e{}", epoch.0),
        Effect::AcknowledgeHandoff { .. } => "noticed".into(),
        Effect::Notify { .. } => "notify".into(),
        Effect::SetTimer { timer, .. } => format!("timer({timer:?})"),
        Effect::CancelTimer { timer } => format!("no-timer({timer:?})"),
    }
}

fn line(entry: &Entry) -> String {
    let words = format!("{entry:?}");
    words.split([' ', '{']).next().unwrap_or_default().to_owned()
}

#[test]
fn every_event_in_every_state_is_decided() {
    let mut table = String::new();
    for (event_name, event) in events() {
        table.push_str(&format!("{event_name}\n"));
        for (state_name, conversation) in states() {
            let cell = match apply(&conversation, &event, noon()) {
                Ok(change) => {
                    let effects: Vec<String> = change.effects.iter().map(sketch).collect();
                    format!("{:<32} {}", brief(&change.next), effects.join(" "))
                }
                Err(rejection) => format!("refused: {}", line_of(&rejection)),
            };
            table.push_str(&format!("  {state_name:<15} -> {cell}\n"));
        }
        table.push('\n');
    }
    insta::assert_snapshot!("table", table);
}

fn line_of(rejection: &Rejection) -> String {
    format!("{rejection:?}").split([' ', '{']).next().unwrap_or_default().to_owned()
}

#[test]
fn the_promises_hold_in_every_cell() {
    for (event_name, event) in events() {
        for (state_name, before) in states() {
            let Ok(Transition { next, effects }) = apply(&before, &event, noon()) else { continue };
            let cell = format!("{event_name} in {state_name}");
            let ownership_moves = next.epoch.0 - before.epoch.0;
            assert!((0..=1).contains(&ownership_moves), "{cell}: one event moves the epoch at most by one");
            assert_eq!(ownership_moves == 1, next.owner != before.owner, "{cell}: the epoch counts changes of owner");

            let opened = effects.iter().filter(|e| matches!(e, Effect::OpenHandoff { .. })).count();
            let ai_ended = before.owner == Owner::Ai && next.owner != Owner::Ai;
            assert_eq!(opened, usize::from(ai_ended), "{cell}: the AI's ownership ends with one handoff");
            if ai_ended {
                assert!(effects.contains(&Effect::CancelTurn), "{cell}: no turn begins after a handoff");
                assert!(
                    effects.contains(&Effect::DiscardUnsent { through: before.epoch }),
                    "{cell}: nothing stale is sent"
                );
                let told = effects.iter().filter(|e| matches!(e, Effect::Deliver { .. })).count();
                assert_eq!(told, 1, "{cell}: the customer is told exactly one thing");
            }
            if next.owner.is_human() && next.status == Status::Open {
                let handoff = next.handoff.expect("people have a conversation only through a handoff");
                let repeats = effects.iter().any(|e| matches!(e, Effect::SetTimer { timer: Timer::Renotify, .. }));
                let ran_before = before.handoff.is_some_and(|h| !h.acknowledged);
                assert!(
                    handoff.acknowledged || repeats || ran_before,
                    "{cell}: the notification repeats until noticed"
                );
            }
            let starts = effects.iter().any(|e| matches!(e, Effect::SetTimer { timer: Timer::Attend, .. }));
            let stops = effects.contains(&Effect::CancelTimer { timer: Timer::Attend });
            let runs = (has_clock(&before) && !stops) || starts;
            assert_eq!(runs, has_clock(&next), "{cell}: a clock runs while people have it, and then only");
            let places: Vec<i64> = effects
                .iter()
                .filter_map(|e| match e {
                    Effect::Store { seq, .. } | Effect::StoreShown { seq, .. } | Effect::Record { seq, .. } => {
                        Some(seq.0)
                    }
                    _ => None,
                })
                .collect();
            let expected: Vec<i64> = (before.last_seq.0 + 1..=next.last_seq.0).collect();
            assert_eq!(places, expected, "{cell}: the timeline has no gaps and no doubles");
        }
    }
}

#[test]
fn what_was_shown_of_an_answer_is_the_last_the_ai_says() {
    let before = states().swap_remove(0).1;
    let shown = Some(message(Author::Ai, "It left"));
    let words = || Box::new(HandoffDraft { shown: shown.clone(), ..*handoff(Reason::AgentTookOver, Target::Queue) });
    let ends = [
        Event::TakenOver { agent: INES, seen: before.epoch, handoff: words() },
        Event::AgentWrote { agent: INES, message: message(Author::Agent(INES), "I am Ines."), handoff: words() },
        Event::Assigned { by: Actor::Agent(OMAR), to: None, handoff: words() },
        Event::Assigned { by: Actor::System, to: Some(INES), handoff: words() },
        Event::HandedOff { epoch: before.epoch, by: Actor::Contact, handoff: words() },
    ];
    for event in ends {
        let effects = apply(&before, &event, noon()).expect("allowed").effects;
        let kept = Effect::StoreShown { seq: Seq(21), message: shown.clone().expect("words"), epoch: before.epoch };
        assert_eq!(effects[0], kept, "before everything else, under the epoch it was written in: {event:?}");
        let delivers = |effect: &&Effect| matches!(effect, Effect::Deliver { fence: Some(_), .. });
        assert!(!effects.iter().any(|effect| delivers(&effect)), "it has been shown and is not sent: {event:?}");
        let again = apply(&Conversation { owner: Owner::Queue, ..before.clone() }, &event, noon());
        let again = again.map(|change| change.effects).unwrap_or_default();
        assert!(!again.iter().any(|effect| matches!(effect, Effect::StoreShown { .. })), "once: {event:?}");
    }
}

#[test]
fn a_person_who_writes_owns_the_conversation_whatever_it_was() {
    for (state_name, before) in states() {
        let event = Event::AgentWrote {
            agent: OMAR,
            message: message(Author::Agent(OMAR), "Hello"),
            handoff: handoff(Reason::AgentTookOver, Target::Queue),
        };
        let change = apply(&before, &event, noon()).unwrap_or_else(|r| panic!("{state_name}: refused with {r:?}"));
        assert_eq!(change.next.owner, Owner::Agent(OMAR), "{state_name}");
    }
}
