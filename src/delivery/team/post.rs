//! Posting: one thing a time, in the order of the conversation, no faster than the place allows.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use baton_adapters::contract::DeliveryError;
use baton_adapters::contract::team::{Card, TeamPost, ThreadRef};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::desk::DeskError;
use crate::fail::Gap;
use crate::handoff::{MessageId, Owner, Seq};
use crate::store::conversations::{self, Record};
use crate::store::team_threads::{self, PostKind, Progress, Thread};
use crate::store::{Tx, timeline};

use super::super::backoff;
use super::{Office, TeamRelay, line, within};

/// Failures in a row after which a thread rests until something happens in its conversation.
const ATTEMPTS_MAX: i32 = 8;
/// Items of the timeline looked at in one go.
const ITEMS_MAX: u64 = 100;

/// What a thread needs next.
enum Next {
    /// A card, at this place of the conversation.
    Begin(Box<Card>, Seq),
    /// The card says something that is no longer so.
    Refresh(Box<Card>),
    /// A line, which brings the thread up to here; told because of this message, if it is about one that failed.
    Post(Box<TeamPost>, Seq, Option<MessageId>),
    /// Nothing.
    Rest(Progress),
}

/// What was achieved, and what to remember of it.
struct Achieved {
    progress: Progress,
    failure_of: Option<(MessageId, String)>,
}

impl TeamRelay {
    /// Posts the next thing of the thread that has waited longest. `false`: nothing waits.
    pub(super) async fn post_due(&self, worker: Uuid) -> Result<bool, DeskError> {
        let now = self.desk.clock.now();
        if team_threads::next_due(self.desk.store.reader()).await?.is_none_or(|due| due > now) {
            return Ok(false);
        }
        let tx = self.desk.store.begin().await?;
        let Some(thread) = team_threads::claim(&*tx, worker, self.lease(), now).await? else { return Ok(false) };
        let next = self.next(&tx, &thread).await?;
        if let Next::Rest(progress) = next {
            team_threads::advance(&*tx, &thread, worker, progress, now).await?;
            tx.commit().await?;
            return Ok(true);
        }
        let key = key(&thread, &next);
        team_threads::attempt(&*tx, &thread, &key).await?;
        tx.commit().await?;
        let outcome = match self.office(thread.channel).await? {
            Some(office) => self.perform(&office, &thread, next, &key).await,
            None => Err(DeliveryError::refused("the channel is switched off or gone")),
        };
        self.desk.fail.check(Gap::AfterTeamPost)?;
        self.record(&thread, worker, outcome).await?;
        Ok(true)
    }

    /// What the thread needs next, by what is stored.
    async fn next(&self, tx: &Tx, thread: &Thread) -> Result<Next, DeskError> {
        let Some(record) = conversations::find(&**tx, thread.conversation).await? else {
            return Ok(Next::Rest(Progress { closed: true, clean: true, ..Progress::default() }));
        };
        let began = if thread.root.is_some() { thread.began } else { record.core.last_seq };
        let card = Box::new(self.card(tx, &record, began).await?);
        if thread.root.is_none() {
            return Ok(Next::Begin(card, began));
        }
        if thread.card.as_deref() != Some(&digest(&card)) {
            return Ok(Next::Refresh(card));
        }
        self.next_line(tx, thread, &record, &card.customer).await
    }

    async fn next_line(&self, tx: &Tx, thread: &Thread, record: &Record, customer: &str) -> Result<Next, DeskError> {
        let items = timeline::after(&**tx, thread.conversation, thread.posted, ITEMS_MAX).await?;
        let known = team_threads::remembered(&**tx, thread.conversation, PostKind::Written).await?;
        let mut through = thread.posted;
        for (place, item) in items.iter().enumerate() {
            if line::is_overtaken(item, items.get(place + 1)) {
                through = item.seq();
                continue;
            }
            if let Some(post) = self.line(tx, thread, item, customer, &known).await? {
                return Ok(Next::Post(Box::new(post), item.seq(), None));
            }
            through = item.seq();
        }
        let told = team_threads::remembered(&**tx, thread.conversation, PostKind::Failure).await?;
        let failed = timeline::undelivered(&**tx, thread.conversation).await?;
        if let Some(message) = failed.into_iter().find(|message| !told.contains(&message.id)) {
            let post = self.failure_line(thread, &message);
            return Ok(Next::Post(Box::new(post), through, Some(message.id)));
        }
        let is_over = record.core.owner == Owner::Ai || record.core.is_resolved();
        let all_seen = items.len() < usize::try_from(ITEMS_MAX).unwrap_or(usize::MAX);
        let closed = is_over && all_seen;
        Ok(Next::Rest(Progress { posted: Some(through), closed, clean: all_seen, ..Progress::default() }))
    }

    async fn perform(
        &self,
        office: &Office,
        thread: &Thread,
        next: Next,
        key: &str,
    ) -> Result<Achieved, DeliveryError> {
        let (place, account) = (office.place()?, &office.account);
        // Only the same post is looked for: whatever else was tried came to an end that somebody heard.
        let unheard = thread.attempt.as_deref() == Some(key);
        let achieved = |progress| Achieved { progress, failure_of: None };
        match (next, reference(thread)) {
            (Next::Begin(card, began), _) => {
                let found = match unheard {
                    true => within(place.find_thread(account, &thread.place, key)).await?,
                    false => None,
                };
                let made = match found {
                    Some(made) => made,
                    None => within(place.begin(account, &thread.place, key, &card)).await?,
                };
                Ok(achieved(Progress {
                    root: Some(made.root),
                    began: Some(began),
                    posted: Some(began),
                    card: Some(digest(&card)),
                    ..Progress::default()
                }))
            }
            (Next::Refresh(card), Some(reference)) => {
                // Saying the same twice changes nothing.
                within(place.refresh(account, &reference, &card)).await.map_err(harmless)?;
                Ok(achieved(Progress { card: Some(digest(&card)), ..Progress::default() }))
            }
            (Next::Post(post, through, failure_of), Some(reference)) => {
                let found = match unheard {
                    true => within(place.find_post(account, &reference, key)).await?,
                    false => None,
                };
                let made = match found {
                    Some(made) => made,
                    None => within(place.post(account, &reference, &post)).await?,
                };
                let progress = Progress { posted: Some(through), ..Progress::default() };
                Ok(Achieved { progress, failure_of: failure_of.map(|message| (message, made)) })
            }
            (Next::Rest(progress), _) => Ok(achieved(progress)),
            (Next::Refresh(_) | Next::Post(..), None) => Err(DeliveryError::refused("the thread has no card yet")),
        }
    }

    async fn record(
        &self,
        thread: &Thread,
        worker: Uuid,
        outcome: Result<Achieved, DeliveryError>,
    ) -> Result<(), DeskError> {
        let now = self.desk.clock.now();
        let pause = self.interval(thread).await?;
        let tx = self.desk.store.begin().await?;
        match outcome {
            Ok(Achieved { progress, failure_of }) => {
                team_threads::advance(&*tx, thread, worker, progress, now).await?;
                if let Some((message, post)) = failure_of {
                    let kind = PostKind::Failure;
                    team_threads::remember(&*tx, thread.conversation, message, kind, &post, now).await?;
                }
                team_threads::rest(&*tx, thread.channel, &thread.place, now + pause).await?;
            }
            Err(error) => self.record_failure(&tx, thread, worker, &error, now).await?,
        }
        tx.commit().await?;
        Ok(())
    }

    async fn record_failure(
        &self,
        tx: &Tx,
        thread: &Thread,
        worker: Uuid,
        error: &DeliveryError,
        now: DateTime<Utc>,
    ) -> Result<(), DeskError> {
        let (after, unheard) = match error {
            DeliveryError::Again { after, .. } => (*after, false),
            DeliveryError::Refused { .. } => (None, false),
            DeliveryError::Unknown { .. } => (None, true),
        };
        let due = now + backoff::delay(thread.attempts + 1, after, self.desk.clock.new_id());
        let again_at = (thread.attempts + 1 < ATTEMPTS_MAX).then_some(due);
        let why = error.to_string();
        tracing::warn!(conversation = %thread.conversation, why, "the team could not be told");
        team_threads::fail(&**tx, thread, worker, unheard, &why, again_at, now).await?;
        if let Some(after) = after {
            // Who asks for a pause means the room, not the thread.
            let until = now + TimeDelta::from_std(after).unwrap_or_default();
            team_threads::rest(&**tx, thread.channel, &thread.place, until).await?;
        }
        Ok(())
    }

    async fn interval(&self, thread: &Thread) -> Result<TimeDelta, DeskError> {
        let office = self.office(thread.channel).await?;
        let interval = office.and_then(|office| office.channel.team().map(|place| place.interval()));
        Ok(TimeDelta::from_std(interval.unwrap_or_default()).unwrap_or_default())
    }
}

/// A repetition does no harm, so an outcome nobody heard is just a failure.
fn harmless(error: DeliveryError) -> DeliveryError {
    match error {
        DeliveryError::Unknown { why } => DeliveryError::Again { why, after: None },
        other => other,
    }
}

fn reference(thread: &Thread) -> Option<ThreadRef> {
    thread.root.clone().map(|root| ThreadRef { place: thread.place.clone(), root })
}

/// The same for every try of the same post.
fn key(thread: &Thread, next: &Next) -> String {
    match next {
        Next::Begin(..) => format!("{}/card", thread.conversation),
        Next::Refresh(card) => format!("{}/card/{}", thread.conversation, digest(card)),
        Next::Post(post, ..) => post.key.clone(),
        Next::Rest(_) => thread.conversation.to_string(),
    }
}

/// Tells one card from another.
fn digest(card: &Card) -> String {
    let mut hasher = DefaultHasher::new();
    card.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
