//! Carrying out what the core decides, inside the caller's transaction.

use chrono::{DateTime, TimeDelta, Utc};

use crate::handoff::effect::{Effect, Timer};
use crate::handoff::event::Entry;
use crate::handoff::message::Visibility;
use crate::handoff::{
    Author, ConversationId, Epoch, Event, HandoffId, MessageId, NewMessage, OutboxId, Seq, TurnId, apply,
};
use crate::realtime::Hint;
use crate::store::conversations::Record;
use crate::store::summaries_due::{self, What};
use crate::store::timeline::{Delivery, insert_line, insert_message, insert_shown, set_delivery};
use crate::store::{Later, Tx, agents, attachments, calls, conversations, handoffs, outbox, timers, turns};

use super::manner::Manner;
use super::pacing::{Pacing, newly_given};
use super::{Desk, DeskError};

/// Characters of a message that the list shows.
const PREVIEW_CHARS: usize = 160;
/// Characters of the first message that become the title.
const TITLE_CHARS: usize = 80;

/// A conversation after an event, in a transaction that is not committed yet.
pub(super) struct Changed {
    pub(super) record: Record,
    pub(super) notify: bool,
    pub(super) due: Due,
}

/// What the workers have to do because of a change, and when.
#[derive(Clone, Copy, Default)]
pub(super) struct Due {
    pub(super) turn: Option<DateTime<Utc>>,
    pub(super) delivery: Option<DateTime<Utc>>,
    pub(super) timer: Option<DateTime<Utc>>,
    pub(super) call: Option<DateTime<Utc>>,
    pub(super) team: Option<DateTime<Utc>>,
}

impl Changed {
    /// A conversation in which nothing is to be done.
    pub(super) fn nothing(record: Record) -> Self {
        Self { record, notify: false, due: Due::default() }
    }
}

impl Desk {
    /// Applies an event: the conversation is saved and every effect carried out in `tx`.
    pub(super) async fn happen(&self, tx: &Tx, before: &Record, event: &Event) -> Result<Changed, DeskError> {
        self.happen_to(tx, before, before, event).await
    }

    /// The same where facts beside the core's were learned with the event: `stored` is the row, `learned` what it should say.
    pub(super) async fn happen_to(
        &self,
        tx: &Tx,
        stored: &Record,
        learned: &Record,
        event: &Event,
    ) -> Result<Changed, DeskError> {
        let now = self.clock.now();
        let transition = apply(&stored.core, event, now)?;
        let mut record = Record { core: transition.next, updated_at: now, ..learned.clone() };
        let mut due = Due::default();
        let pacing = self.pace(tx, stored, &mut record, event, &transition.effects).await?;
        let room = self.room_to_tell(tx, &transition.effects).await?;
        // Nobody waits for a single one of these, so they are written together.
        let later = Later::new(tx);
        let manner = self.manner(tx, &record, event).await?;
        for effect in &transition.effects {
            match effect {
                Effect::DiscardUnsent { through } => self.discard_unsent(tx, &later, record.core.id, *through).await?,
                effect => self.carry_out(&later, &mut record, &mut due, (&pacing, manner), effect).await?,
            }
        }
        if let Some(room) = room {
            self.tell_room(&later, record.core.id, &room).await?;
            due.team = Some(now);
        }
        if let Some(agent) = newly_given(stored, &record) {
            agents::mark_given(&later, agent, now).await?;
        }
        conversations::save(&later, stored, &record).await?;
        later.run().await?;
        let notify = transition.effects.iter().any(|effect| matches!(effect, Effect::Notify { .. }));
        Ok(Changed { record, notify, due })
    }

    /// Loads a conversation for a change.
    pub(super) async fn load(&self, tx: &Tx, id: ConversationId) -> Result<Record, DeskError> {
        conversations::lock(&**tx, id).await?.ok_or(DeskError::NotFound("conversation"))
    }

    /// Tells the world, after the commit.
    pub(super) fn publish(&self, changed: &Changed) {
        let core = &changed.record.core;
        self.bus.publish(Hint::Changed { conversation: core.id, last: core.last_seq, notify: changed.notify });
        let Due { turn, delivery, timer, call, team } = changed.due;
        // Nothing said is of interest there until a thread is open, which is where no team has such a place.
        let told = core.owner.is_human() && self.wake.team_listens.is_set();
        let team = team.or_else(|| told.then(|| self.clock.now()));
        let alarms = [
            (&self.wake.turns, turn),
            (&self.wake.delivery, delivery),
            (&self.wake.timers, timer),
            (&self.wake.calls, call),
            (&self.wake.team, team),
        ];
        for (alarm, due) in alarms {
            if let Some(due) = due {
                alarm.ring_at(due);
            }
        }
    }

    async fn carry_out(
        &self,
        later: &Later<'_>,
        record: &mut Record,
        due: &mut Due,
        (pacing, manner): (&Pacing, Manner),
        effect: &Effect,
    ) -> Result<(), DeskError> {
        let (id, now) = (record.core.id, self.clock.now());
        match effect {
            Effect::Store { seq, message } => self.store_message(later, record, *seq, message).await?,
            Effect::StoreShown { seq, message, epoch } => {
                insert_shown(later, id, *seq, *epoch, message, now).await?;
                note_message(record, message, now);
            }
            Effect::Record { seq, by, entry } => {
                note_on_record(record, entry);
                let line = self.clock.new_id();
                insert_line(later, line, id, *seq, record.core.epoch, *by, entry, now).await?;
                if matches!(entry, Entry::HandedBack { .. }) {
                    self.ask_for_summary(later, id, What::HandBack(line)).await?;
                }
            }
            Effect::Deliver { seq, message, fence } => {
                if manner.leaves_now(later, *message).await? {
                    self.queue(later, record, *seq, *message, *fence).await?;
                    due.delivery = Some(now);
                }
            }
            // Reads first, so it is not carried out here.
            Effect::DiscardUnsent { .. } => {}
            Effect::RunTurn { fence } => {
                let at = now + manner.quiet_time(self.pace.debounce);
                turns::schedule(later, TurnId(self.clock.new_id()), id, *fence, at, now).await?;
                due.turn = Some(at);
            }
            Effect::CancelTurn => turns::cancel(later, id).await?,
            Effect::OpenHandoff { epoch, handoff } => {
                record.handoff_reason = Some(handoff.reason);
                record.sentiment = handoff.sentiment;
                handoffs::insert(later, id, *epoch, handoff, now).await?;
                self.ask_for_summary(later, id, What::Handoff(handoff.id)).await?;
                if manner.is_spoken() {
                    calls::ask_to_pull(later, id, now).await?;
                    due.call = Some(now);
                }
            }
            Effect::AcknowledgeHandoff { handoff, by } => handoffs::acknowledge(later, *handoff, *by, now).await?,
            Effect::Notify { handoff } => handoffs::count_notification(later, *handoff).await?,
            Effect::SetTimer { timer, at } => {
                let at = at.unwrap_or_else(|| self.due_by(*timer, pacing));
                timers::set(later, self.clock.new_id(), id, *timer, at, now).await?;
                due.timer = Some(due.timer.map_or(at, |earlier| earlier.min(at)));
            }
            Effect::CancelTimer { timer } => timers::cancel(later, id, *timer).await?,
        }
        Ok(())
    }

    /// Where a language model can write it, what was cut from the conversation is only what stands there first.
    async fn ask_for_summary(&self, later: &Later<'_>, id: ConversationId, what: What) -> Result<(), DeskError> {
        if self.assistant.summarises() {
            summaries_due::insert(later, id, what, self.clock.now()).await?;
        }
        Ok(())
    }

    async fn store_message(
        &self,
        later: &Later<'_>,
        record: &mut Record,
        seq: Seq,
        message: &NewMessage,
    ) -> Result<(), DeskError> {
        let now = self.clock.now();
        let delivery = match (message.visibility, message.author) {
            (Visibility::Note, _) | (_, Author::Contact) => Delivery::None,
            (Visibility::Public, Author::Ai | Author::Agent(_) | Author::System) => Delivery::Queued,
        };
        insert_message(later, record.core.id, seq, record.core.epoch, message, delivery, now).await?;
        attachments::attach(later, &message.attachments, record.core.id, message.id).await?;
        note_message(record, message, now);
        Ok(())
    }

    /// A row that waits for a worker.
    async fn queue(
        &self,
        later: &Later<'_>,
        record: &Record,
        seq: Seq,
        message: MessageId,
        fence: Option<Epoch>,
    ) -> Result<(), DeskError> {
        let row = outbox::Row {
            id: OutboxId(self.clock.new_id()),
            conversation: record.core.id,
            seq,
            message,
            channel: record.core.channel,
            fence,
            state: outbox::State::Queued,
            attempts: 0,
        };
        Ok(outbox::insert(later, &row, self.clock.now()).await?)
    }

    async fn discard_unsent(
        &self,
        tx: &Tx,
        later: &Later<'_>,
        id: ConversationId,
        through: Epoch,
    ) -> Result<(), DeskError> {
        let now = self.clock.now();
        for row in outbox::unsent_through(&**tx, id, through).await? {
            let (state, delivery, why) = match outbox::is_in_doubt(&**tx, &row, None).await? {
                true => (outbox::State::Unknown, Delivery::Unknown, "a person took over; it may have left before"),
                false => (outbox::State::Discarded, Delivery::Discarded, "a person took over before it was sent"),
            };
            outbox::set_state(later, row.id, state, Some(why), now).await?;
            set_delivery(later, row.message, delivery, Some(why)).await?;
        }
        Ok(())
    }

    /// A new id for a message Baton writes itself.
    pub(super) fn new_message_id(&self) -> MessageId {
        MessageId(self.clock.new_id())
    }

    /// A new id for a handoff.
    pub(super) fn new_handoff_id(&self) -> HandoffId {
        HandoffId(self.clock.new_id())
    }
}

/// What the list shows of a conversation after something was said in it.
pub(super) fn note_message(record: &mut Record, message: &NewMessage, now: DateTime<Utc>) {
    record.last_at = now;
    if message.visibility == Visibility::Public {
        record.last_text = Some(shorten(&message.text, PREVIEW_CHARS));
        record.last_author = Some(author_word(message.author).to_owned());
        if record.title.is_none() && message.author == Author::Contact {
            record.title = Some(shorten(&message.text, TITLE_CHARS));
        }
    }
}

fn note_on_record(record: &mut Record, entry: &Entry) {
    match entry {
        Entry::Rated { score, .. } => record.rating = Some(i32::from(*score)),
        Entry::RatingRequested => record.rating_asked_at = Some(record.updated_at),
        _ => {}
    }
    record.last_at = record.updated_at;
}

fn author_word(author: Author) -> &'static str {
    match author {
        Author::Contact => "contact",
        Author::Ai => "ai",
        Author::Agent(_) => "agent",
        Author::System => "system",
    }
}

/// The first characters of a text on one line.
pub(super) fn shorten(text: &str, chars_max: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

/// A span of configured time as the database's arithmetic wants it.
pub(super) fn delta(duration: std::time::Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

/// The timer's own word in logs.
pub(super) fn timer_word(timer: Timer) -> &'static str {
    match timer {
        Timer::Wake => "wake",
        Timer::Renotify => "renotify",
        Timer::Attend => "attend",
        Timer::Rating => "rating",
    }
}
