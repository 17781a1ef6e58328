//! The auditor is audited: what is planted in a copy of good evidence must be found, and nothing else.

use std::time::{Duration, Instant};

use baton::store::Store;
use uuid::Uuid;

use super::auditor::Findings;
use super::ledger::{Promises, TakenOver};
use super::rehearsal::{Evidence, Rehearsal, seed};
use super::stored::{Event, Message, Outgoing, Stored, Turn};
use super::victim::Victim;
use crate::support::Database;

/// Longest time until everything has happened that something can be planted in.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(200);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_planted_in_the_evidence_is_found() {
    let evidence = good_evidence().await;
    let found = |plant: &dyn Fn(&mut Evidence)| -> Findings {
        let mut copy = evidence.clone();
        plant(&mut copy);
        copy.audit()
    };
    losses(&found);
    duplicates(&found);
    late_ai(&found);
    everything_else(&found);
}

type Find<'a> = &'a dyn Fn(&dyn Fn(&mut Evidence)) -> Findings;

fn losses(found: Find<'_>) {
    let lost = found(&|evidence| {
        let text = evidence.promises.received[0].text.clone();
        evidence.stored.messages.retain(|message| message.text != text);
    });
    assert_eq!(lost.losses.len(), 1, "an acknowledged message is gone: {lost:#?}");
    let lost = found(&|evidence| {
        let reply = evidence.promises.replies[0].clone();
        evidence.stored.messages.retain(|message| message.id != reply.message);
        // It may have been the only answer: here nobody waits for one.
        let rows = evidence.stored.conversations.iter_mut().filter(|row| row.number == reply.number);
        rows.for_each(|row| row.watermark = 0);
    });
    assert_eq!(lost.losses.len(), 1, "an acknowledged reply is gone: {lost:#?}");
    let lost = found(&|evidence| {
        let key = sent(evidence).id.to_string();
        evidence.arrivals.retain(|arrival| arrival.key != key);
    });
    assert_eq!(lost.losses.len(), 1, "a message counts as sent and did not arrive: {lost:#?}");
    let lost = found(&|evidence| {
        let id = sent(evidence).id;
        evidence.stored.outbox.retain(|row| row.id != id);
        evidence.arrivals.retain(|arrival| arrival.key != id.to_string());
    });
    assert_eq!(lost.losses.len(), 1, "a message was never queued: {lost:#?}");
    let waits = found(&|evidence| {
        let id = sent(evidence).id;
        evidence.stored.outbox.iter_mut().filter(|row| row.id == id).for_each(|row| row.state = "queued".into());
    });
    assert_eq!(waits.losses.len(), 1, "a message still waits: {waits:#?}");
}

fn duplicates(found: Find<'_>) {
    let twice = found(&|evidence| {
        let message = evidence.stored.messages.iter().find(|message| message.author_kind == "contact");
        let again = message.expect("a customer wrote").clone();
        append(evidence, again);
    });
    assert_eq!(twice.duplicates.len(), 1, "a message is stored twice: {twice:#?}");
    assert_eq!(twice.others.len(), 0, "and its timeline has no gap: {twice:#?}");
    let again = |evidence: &mut Evidence, idempotent: bool| {
        let key = sent(evidence).id.to_string();
        let arrival = evidence.arrivals.iter().find(|arrival| arrival.key == key).expect("it arrived").clone();
        evidence.arrivals.push(arrival);
        evidence.idempotent = idempotent;
    };
    assert!(found(&|evidence| again(evidence, true)).is_clean(), "a key that is known is not shown again");
    let shown = found(&|evidence| again(evidence, false));
    assert!(shown.duplicates.iter().any(|words| words.contains("arrived twice")), "it is shown again: {shown:#?}");
}

fn late_ai(found: Find<'_>) {
    let spoke = found(&|evidence| {
        let end = evidence.stored.events.iter().rfind(|event| is_end(event));
        let conversation = end.expect("a person took over").conversation_id;
        let epoch = last_end(evidence, conversation).epoch - 1;
        let mut message = evidence.stored.messages[0].clone();
        (message.conversation_id, message.epoch, message.author_kind) = (conversation, epoch, "ai".into());
        append(evidence, message);
    });
    assert_eq!(spoke.late_ai.len(), 1, "the AI spoke where a person had it: {spoke:#?}");
    let sent_late = found(&|evidence| {
        let (row, end) = as_if_the_ai_had_sent_it(evidence);
        let attempts = evidence.stored.attempts.iter_mut().filter(|attempt| attempt.outbox_id == row.id);
        attempts.for_each(|attempt| attempt.started_at = end.created_at + chrono::TimeDelta::seconds(1));
    });
    assert_eq!(sent_late.late_ai.len(), 1, "sending was begun after the take-over: {sent_late:#?}");
    let came_late = found(&|evidence| {
        let (row, end) = as_if_the_ai_had_sent_it(evidence);
        evidence.stored.attempts.retain(|attempt| attempt.outbox_id != row.id);
        let key = row.id.to_string();
        let arrival = evidence.arrivals.iter().find(|arrival| arrival.key == key).expect("it arrived");
        let at = arrival.at.checked_sub(Duration::from_secs(1)).expect("a moment earlier");
        let conversation = evidence.stored.conversations.iter().find(|other| other.id == row.conversation_id);
        let number = conversation.expect("its conversation").number;
        evidence.promises.takeovers.push(TakenOver { number, epoch: end.epoch, at });
    });
    assert_eq!(came_late.late_ai.len(), 1, "it arrived after a person was told they had it: {came_late:#?}");
}

fn everything_else(found: Find<'_>) {
    let gap = found(&|evidence| drop(evidence.stored.events.remove(0)));
    assert!(gap.others.iter().any(|words| words.contains("gap")), "{gap:#?}");
    let left = found(&|evidence| {
        let conversation_id = evidence.stored.conversations[0].id;
        evidence.stored.turns.push(Turn { conversation_id });
    });
    assert_eq!(left.others.len(), 1, "a turn is left: {left:#?}");
    let unheard = found(&|evidence| {
        let row = &mut evidence.stored.conversations[0];
        (row.owner_kind, row.status, row.handoff_acknowledged) = ("queue".into(), "open".into(), false);
        let id = row.id;
        evidence.stored.timers.retain(|timer| timer.conversation_id != id);
    });
    assert_eq!(unheard.others.len(), 1, "nobody will be told of it: {unheard:#?}");
    let silence = found(&|evidence| {
        let row = &mut evidence.stored.conversations[0];
        (row.owner_kind, row.status, row.watermark) = ("ai".into(), "open".into(), 1_000_000);
    });
    assert_eq!(silence.losses.len(), 1, "a customer was left in silence: {silence:#?}");
    let foreign = found(&|evidence| evidence.arrivals[0].key = Uuid::nil().to_string());
    assert!(foreign.others.iter().any(|words| words.contains("is not stored")), "{foreign:#?}");
    let overtaken = found(&|evidence| evidence.arrivals.reverse());
    assert!(overtaken.others.iter().any(|words| words.contains("overtook")), "{overtaken:#?}");
}

/// A short rehearsal in which nothing breaks but the provider's moods.
async fn good_evidence() -> Evidence {
    let database = Database::create().await;
    let rehearsal = Rehearsal::begin(seed("planted"), true, |chance| Victim::on(database, chance));
    let mut life = rehearsal.victim.start(&[]);
    life.is_ready();
    let store = Store::open(&rehearsal.victim.database_url()).await.expect("the database");
    let deadline = Instant::now() + PATIENCE;
    while !is_enough(&rehearsal.promises(), &Stored::read(store.reader()).await) {
        assert!(Instant::now() < deadline, "too little happened within {PATIENCE:?}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
    store.close().await.expect("closed");
    let evidence = rehearsal.end(life).await;
    let findings = evidence.audit();
    assert!(findings.is_clean(), "{findings:#?}");
    evidence
}

/// Whether everything has happened that something is planted in. What has happened stays so to the end of a run.
fn is_enough(promises: &Promises, stored: &Stored) -> bool {
    let Some(row) = sent_by_people(stored) else { return false };
    let sent =
        stored.outbox.iter().filter(|other| other.conversation_id == row.conversation_id && other.state == "sent");
    sent.count() > 1 && promises.received.len() > 20 && promises.replies.len() > 5 && !promises.takeovers.is_empty()
}

fn sent(evidence: &Evidence) -> Outgoing {
    sent_by_people(&evidence.stored).expect("something was sent by people").clone()
}

/// A row that was sent, in a conversation that the AI's ownership has ended in.
fn sent_by_people(stored: &Stored) -> Option<&Outgoing> {
    let ended = |id: Uuid| stored.events.iter().any(|event| event.conversation_id == id && is_end(event));
    let mut rows = stored.outbox.iter().filter(|row| row.fence_epoch.is_none() && row.state == "sent");
    rows.find(|row| ended(row.conversation_id))
}

/// Makes what people sent the AI's, of the epoch that ended last. No person was told anything about it.
fn as_if_the_ai_had_sent_it(evidence: &mut Evidence) -> (Outgoing, Event) {
    let row = sent(evidence);
    let end = last_end(evidence, row.conversation_id);
    let moved = evidence.stored.outbox.iter_mut().find(|other| other.id == row.id).expect("the row");
    moved.fence_epoch = Some(end.epoch - 1);
    evidence.promises.takeovers.clear();
    (row, end)
}

fn last_end(evidence: &Evidence, conversation: Uuid) -> Event {
    let mut events = evidence.stored.events.iter().filter(|event| event.conversation_id == conversation);
    events.rfind(|event| is_end(event)).expect("the AI's ownership ended").clone()
}

fn is_end(event: &Event) -> bool {
    matches!(event.kind.as_str(), "handed_off" | "agent_joined")
}

/// Puts a message at the end of its conversation, under an id of its own.
fn append(evidence: &mut Evidence, message: Message) {
    let id = message.conversation_id;
    let row = evidence.stored.conversations.iter_mut().find(|row| row.id == id).expect("its conversation");
    row.last_seq += 1;
    let (id, seq) = (Uuid::new_v4(), row.last_seq);
    evidence.stored.messages.push(Message { id, seq, ..message });
}
