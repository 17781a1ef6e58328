//! The rung of the browsers: people whose inbox is closed are told of a handoff nobody has noticed, by the push services of the
//! browsers they named.
//!
//! May not decide who is told (the core does). Invariant: what is told is looked at again in the moment it is sent, so that nobody
//! is called for what somebody has noticed; a notice whose outcome nobody heard is sent again, and takes the first one's place.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use sha2::{Digest as _, Sha256};

use crate::desk::{Desk, DeskError};
use crate::handoff::conversation::Status;
use crate::handoff::escalation::{Ladder, PushWords, Reachable, told_elsewhere};
use crate::handoff::policy::Reason;
use crate::handoff::{ConversationId, HandoffId, Owner};
use crate::push::{Identity, Keys, Notice, Outcome, Services, Target, Text, contact};
use crate::store::browsers::{self, Browser};
use crate::store::conversations::{self, Record};
use crate::store::push_notices::{self, PushNotice};
use crate::store::settings::load;
use crate::store::{agents, contacts, handoffs, quiet_hours, teams};

use super::backoff;

/// Notices that are sent at the same time.
const AT_ONCE_MAX: usize = 16;
/// Tries of one notice. The next telling makes a new one.
const ATTEMPTS_MAX: i32 = 5;
/// How long a try may take before somebody else tries.
const TRY: TimeDelta = TimeDelta::minutes(1);
/// How long a service keeps a notice for a browser that is off. Older ones would call for what is long done.
const KEPT_FOR: std::time::Duration = std::time::Duration::from_secs(15 * 60);
/// Characters of a topic (RFC 8030 section 5.4).
const TOPIC_CHARS: usize = 32;

/// Tells browsers.
#[derive(Clone)]
pub struct Pusher {
    desk: Desk,
    services: Arc<Services>,
}

impl Pusher {
    /// One for a desk.
    pub fn new(desk: Desk, services: Arc<Services>) -> Self {
        Self { desk, services }
    }

    /// Keeps what is owed and sends what is due. `false`: neither is.
    ///
    /// # Errors
    /// Where the store failed.
    pub async fn step(&self) -> Result<bool, DeskError> {
        if !browsers::is_any(self.desk.store.reader()).await? {
            return Ok(false);
        }
        let queued = self.queue_owed().await?;
        let sent = self.send_due().await?;
        Ok(queued || sent)
    }

    async fn queue_owed(&self) -> Result<bool, DeskError> {
        let db = self.desk.store.reader();
        let Some(wait) = load::<Ladder>(db).await?.value.push_wait() else { return Ok(false) };
        let owed = push_notices::owed(db, self.desk.clock.now() - wait).await?;
        if owed.is_empty() {
            return Ok(false);
        }
        let people = self.reachable().await?;
        let mut queued = false;
        for id in owed {
            queued |= self.queue(id, &people).await?;
        }
        Ok(queued)
    }

    /// Everybody who may be told now: not those who want to be left alone.
    async fn reachable(&self) -> Result<Vec<Reachable>, DeskError> {
        let db = self.desk.store.reader();
        let quiet = quiet_hours::quiet_at(db, self.desk.clock.now()).await?;
        let people = agents::all(db)
            .await?
            .into_iter()
            .filter(|agent| !quiet.contains(&agent.id))
            .map(|agent| Reachable { id: agent.id, availability: agent.duty.availability });
        Ok(people.collect())
    }

    /// Keeps a notice for each browser of those who are told of a conversation. `false`: somebody has noticed it meanwhile.
    async fn queue(&self, id: ConversationId, people: &[Reachable]) -> Result<bool, DeskError> {
        let now = self.desk.clock.now();
        let tx = self.desk.store.begin().await?;
        let Some(record) = conversations::lock(&*tx, id).await? else { return Ok(false) };
        let Some(handoff) = unnoticed(&record) else { return Ok(false) };
        let Some(stored) = handoffs::find(&*tx, handoff).await? else { return Ok(false) };
        let team = match record.core.team {
            Some(team) => teams::members(&*tx, team).await?,
            None => Vec::new(),
        };
        let told: Vec<_> = told_elsewhere(record.core.owner, &team, people).into_iter().collect();
        for browser in browsers::of_agents(&*tx, &told).await? {
            let (id, browser) = (self.desk.clock.new_id(), browser.id);
            let notice = PushNotice { id, browser, conversation: record.core.id, handoff, attempts: 0 };
            push_notices::insert(&*tx, &notice, now).await?;
        }
        push_notices::mark_pushed(&*tx, handoff, stored.notified).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn send_due(&self) -> Result<bool, DeskError> {
        let now = self.desk.clock.now();
        if !push_notices::is_any_due(self.desk.store.reader(), now).await? {
            return Ok(false);
        }
        let mut claimed = Vec::new();
        let tx = self.desk.store.begin().await?;
        while claimed.len() < AT_ONCE_MAX {
            let Some(notice) = push_notices::claim(&*tx, now, now + TRY).await? else { break };
            claimed.push(notice);
        }
        tx.commit().await?;
        let identity = Identity::of(&self.desk.store, self.desk.addresses.key(), now).await.map_err(|error| {
            tracing::error!(%error, "browsers can not be told of handoffs");
            error.to_string()
        });
        let mut sending: FuturesUnordered<_> =
            claimed.into_iter().map(|notice| self.send(notice, identity.as_ref())).collect();
        while let Some(sent) = sending.next().await {
            sent?;
        }
        Ok(true)
    }

    async fn send(&self, notice: PushNotice, identity: Result<&Identity, &String>) -> Result<(), DeskError> {
        let db = self.desk.store.reader();
        let browser = browsers::find(db, notice.browser).await?;
        let Some((browser, text)) = self.still_to_tell(&notice, browser).await? else {
            let tx = self.desk.store.begin().await?;
            push_notices::remove(&*tx, notice.id).await?;
            tx.commit().await?;
            return Ok(());
        };
        let outcome = match (identity, target(&browser, self.services.private_allowed)) {
            (Err(why), _) => Outcome::Later(why.clone(), None),
            (_, Err(why)) => Outcome::Refused(why),
            (Ok(identity), Ok(target)) => {
                let (topic, contact) = (topic(notice.conversation), contact(self.desk.addresses.public()));
                let told = Notice { text: &text, topic: Some(&topic), kept_for: KEPT_FOR, contact: &contact };
                let sent = self.services.send(identity, &target, &told, self.desk.clock.now()).await;
                sent.unwrap_or_else(|error| Outcome::Later(error.to_string(), None))
            }
        };
        self.record(&notice, &browser, outcome).await
    }

    /// What to say; nothing where somebody has noticed meanwhile, or the person is gone.
    async fn still_to_tell(
        &self,
        notice: &PushNotice,
        browser: Option<Browser>,
    ) -> Result<Option<(Browser, Text)>, DeskError> {
        let (db, Some(browser)) = (self.desk.store.reader(), browser) else { return Ok(None) };
        let Some(record) = conversations::find(db, notice.conversation).await? else { return Ok(None) };
        if unnoticed(&record) != Some(notice.handoff)
            || !self.reachable().await?.iter().any(|person| person.id == browser.agent)
        {
            return Ok(None);
        }
        let says = load::<Ladder>(db).await?.value.push_says;
        let customer = contacts::find(db, record.core.contact).await?.and_then(|contact| contact.name);
        let waits = match handoffs::find(db, notice.handoff).await? {
            Some(handoff) => (self.desk.clock.now() - handoff.at).num_minutes(),
            None => 0,
        };
        Ok(Some((browser, text(&record, customer.as_deref(), waits, says))))
    }

    async fn record(&self, notice: &PushNotice, browser: &Browser, outcome: Outcome) -> Result<(), DeskError> {
        let now = self.desk.clock.now();
        let tx = self.desk.store.begin().await?;
        match outcome {
            Outcome::Taken => {
                push_notices::remove(&*tx, notice.id).await?;
                browsers::told(&*tx, browser.id, now).await?;
            }
            Outcome::Gone => {
                tracing::info!(agent = %browser.agent, "a browser does not want to be notified any more");
                browsers::remove(&*tx, browser.id).await?;
            }
            Outcome::Later(why, after) if notice.attempts < ATTEMPTS_MAX => {
                tracing::warn!(agent = %browser.agent, why, "a browser could not be told; it is tried again");
                browsers::failed(&*tx, browser.id, &why, now).await?;
                let wait = backoff::delay(notice.attempts, after, notice.id);
                push_notices::again_at(&*tx, notice.id, now + wait).await?;
            }
            Outcome::Later(why, _) | Outcome::Refused(why) => {
                tracing::warn!(agent = %browser.agent, why, "a browser could not be told");
                browsers::failed(&*tx, browser.id, &why, now).await?;
                push_notices::remove(&*tx, notice.id).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

/// The handoff of a conversation that waits to be noticed.
fn unnoticed(record: &Record) -> Option<HandoffId> {
    let waits = record.core.status == Status::Open && record.core.owner != Owner::Ai;
    record.core.handoff.filter(|handoff| waits && !handoff.acknowledged).map(|handoff| handoff.id)
}

fn target(browser: &Browser, private_allowed: bool) -> Result<Target, String> {
    let keys = Keys::of(&browser.point, &browser.auth).ok_or("the browser's keys are none")?;
    Target::of(&browser.endpoint, keys, private_allowed).map_err(|why| why.to_string())
}

fn text(record: &Record, customer: Option<&str>, waits_min: i64, says: PushWords) -> Text {
    let who = customer.map(str::trim).filter(|name| !name.is_empty()).unwrap_or("A customer");
    let why = record.handoff_reason.map_or("handed off", Reason::words);
    let why = if waits_min < 2 { why.to_owned() } else { format!("{why}, {waits_min} min ago") };
    let (title, body) = match says {
        PushWords::Nothing => ("A customer needs a person".to_owned(), "Open the inbox to see who.".to_owned()),
        PushWords::WhoAndWhy => (format!("{who} needs a person"), format!("#{} {why}", record.number.0)),
        PushWords::LastWords => {
            let said = record.last_text.as_deref().filter(|_| record.last_author.as_deref() == Some("contact"));
            let said = said.map(|said| format!("\n{said}")).unwrap_or_default();
            (format!("{who} needs a person"), format!("#{} {why}{said}", record.number.0))
        }
    };
    let url = format!("/inbox/conversations/{}", record.number.0);
    Text { title, body, url, tag: topic(record.core.id) }
}

/// The same for every notice of a conversation, and nothing to anybody who reads it on the way.
fn topic(id: ConversationId) -> String {
    let digest = Sha256::new().chain_update("push topic").chain_update(id.0.as_bytes()).finalize();
    URL_SAFE_NO_PAD.encode(digest).chars().take(TOPIC_CHARS).collect()
}
