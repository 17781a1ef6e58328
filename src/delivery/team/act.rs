//! Carrying out what people do in the team's place, under the name of the Baton agent they are.
//!
//! Invariant: everything here may be done twice. A person's message has an id made of its post, so the second time finds it.

use baton_adapters::contract::team::{TeamAct, TeamButton, ThreadRef};
use baton_adapters::contract::{DeliveryError, MediaRef};
use chrono::TimeDelta;
use uuid::Uuid;

use crate::desk::DeskError;
use crate::desk::inbound::{clean_name, media_type};
use crate::desk::reply::Reply;
use crate::handoff::conversation::Outcome;
use crate::handoff::people::Actor;
use crate::handoff::{AgentId, AttachmentId, ConversationId, Epoch, MessageId, Owner, Rejection};
use crate::store::agents::{self, Agent};
use crate::store::attachments::{self, Attachment};
use crate::store::team_events::{self, Person, TeamEventRow};
use crate::store::team_threads::{self, PostKind};
use crate::store::timeline;

use super::super::backoff;
use super::{Office, TeamRelay, within};

/// Tries before an act is given up.
const ATTEMPTS_MAX: i32 = 8;
/// How long a person is believed to be who the provider said.
const PERSON_AGE_MAX: TimeDelta = TimeDelta::minutes(10);
/// How long carried-out events are kept, so that a repetition is recognised.
const KEPT: TimeDelta = TimeDelta::days(14);
/// Carried-out events are forgotten once in so many.
const FORGET_EVERY: u128 = 256;

/// Why an act was not carried out.
enum Undone {
    /// The person must know.
    Told(String),
    /// Nobody can do anything about it.
    Dropped(&'static str),
    /// It may work later.
    Later(String, Option<std::time::Duration>),
    /// The store failed.
    Broken(DeskError),
}

impl From<DeskError> for Undone {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Rejected(_) | DeskError::Invalid(_) | DeskError::NotFound(_) | DeskError::NotTheirs => {
                Self::Told(error.to_string())
            }
            other => Self::Broken(other),
        }
    }
}

impl From<crate::store::StoreError> for Undone {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Broken(error.into())
    }
}

impl From<DeliveryError> for Undone {
    fn from(error: DeliveryError) -> Self {
        match error {
            DeliveryError::Again { why, after } => Self::Later(why, after),
            DeliveryError::Unknown { why } => Self::Later(why, None),
            DeliveryError::Refused { why, .. } => Self::Told(why),
        }
    }
}

impl TeamRelay {
    /// Carries out what has waited longest. `false`: nothing waits.
    ///
    /// # Errors
    /// Where the store failed.
    pub async fn act_due(&self, worker: Uuid) -> Result<bool, DeskError> {
        let now = self.desk.clock.now();
        if team_events::next_due(self.desk.store.reader()).await?.is_none_or(|due| due > now) {
            return Ok(false);
        }
        let tx = self.desk.store.begin().await?;
        let Some(event) = team_events::claim(&*tx, worker, self.lease(), now).await? else { return Ok(false) };
        tx.commit().await?;
        let Some(office) = self.office(event.channel).await? else {
            self.close(&event, Some("the channel is switched off or gone")).await?;
            return Ok(true);
        };
        match self.carry_out(&office, &event).await {
            Ok(()) => self.close(&event, None).await?,
            Err(Undone::Told(why)) => {
                self.whisper(&office, &event, &why).await;
                self.close(&event, Some(&why)).await?;
            }
            Err(Undone::Dropped(why)) => self.close(&event, Some(why)).await?,
            Err(Undone::Later(why, after)) => self.again(&office, &event, &why, after).await?,
            Err(Undone::Broken(error)) => return Err(error),
        }
        Ok(true)
    }

    async fn carry_out(&self, office: &Office, event: &TeamEventRow) -> Result<(), Undone> {
        let act: TeamAct =
            serde_json::from_value(event.act.clone()).map_err(|_| Undone::Dropped("it can not be read"))?;
        let db = self.desk.store.reader();
        let Some(id) = team_threads::conversation_of(db, event.channel, &event.place, &event.root).await? else {
            // The card may stand there before its name is recorded.
            return match event.attempts {
                ..=3 => Err(Undone::Later("no conversation has this thread yet".into(), None)),
                _ => Err(Undone::Dropped("no conversation has this thread")),
            };
        };
        let agent = self.agent(office, event).await?;
        match act {
            TeamAct::Wrote { post, text, internal, files } => {
                let said = Said { post, text, internal, files };
                self.wrote(office, event, id, &agent, said).await
            }
            TeamAct::Edited { post, text } => self.changed(event, id, &agent, &post, Some(&text)).await,
            TeamAct::Deleted { post } => self.changed(event, id, &agent, &post, None).await,
            TeamAct::Pressed { button, reference } => self.pressed(id, agent.id, button, &reference).await,
        }
    }

    /// The agent a person is, by the address their provider vouches for.
    async fn agent(&self, office: &Office, event: &TeamEventRow) -> Result<Agent, Undone> {
        let (db, now) = (self.desk.store.reader(), self.desk.clock.now());
        let known = team_events::person(db, event.channel, &event.member).await?;
        let person = match known.filter(|person| now - person.checked_at < PERSON_AGE_MAX) {
            Some(person) => person,
            None => {
                let member = within(office.place()?.member(&office.account, &event.member)).await?;
                let person = Person { name: member.name, email: member.email, checked_at: now };
                let tx = self.desk.store.begin().await?;
                team_events::remember_person(&*tx, event.channel, &event.member, &person).await?;
                tx.commit().await?;
                person
            }
        };
        let Some(email) = person.email else {
            return Err(Undone::Told("Only members of the team can answer customers from here.".into()));
        };
        match agents::by_email(db, &email).await?.filter(|agent| agent.disabled_at.is_none()) {
            Some(agent) => Ok(agent),
            None => Err(Undone::Told(format!(
                "There is no agent with the address {email} in Baton, so nothing was sent. Ask an admin to add you."
            ))),
        }
    }

    async fn pressed(
        &self,
        id: ConversationId,
        agent: AgentId,
        button: TeamButton,
        reference: &str,
    ) -> Result<(), Undone> {
        let (named, epoch) = reference.split_once(':').ok_or(Undone::Dropped("the card carries nothing"))?;
        if named != id.to_string() {
            return Err(Undone::Dropped("the card is of another conversation"));
        }
        match button {
            TeamButton::Take => {
                let seen = Epoch(epoch.parse().map_err(|_| Undone::Dropped("the card carries no epoch"))?);
                if let Err(error) = self.desk.take_over(id, agent, seen).await {
                    return Err(self.not_taken(error).await?);
                }
            }
            TeamButton::Resolve => {
                self.desk.resolve(id, Actor::Agent(agent), Outcome::Resolved).await?;
            }
            TeamButton::GiveBack => {
                self.desk.hand_back(id, agent, "").await?;
            }
        }
        Ok(())
    }

    /// The slower of two hears who was faster.
    async fn not_taken(&self, error: DeskError) -> Result<Undone, Undone> {
        let DeskError::Rejected(Rejection::TakenByOther { owner: Owner::Agent(other) }) = error else {
            return Ok(error.into());
        };
        let named =
            agents::find(self.desk.store.reader(), other).await?.map_or("Somebody else".into(), |agent| agent.name);
        Ok(Undone::Told(format!("{named} has taken this conversation. What you write here takes it from {named}.")))
    }

    /// A person's edit or deletion of what they wrote. What the customer has stays with them; the inbox shows what became of it.
    async fn changed(
        &self,
        event: &TeamEventRow,
        id: ConversationId,
        agent: &Agent,
        post: &str,
        text: Option<&str>,
    ) -> Result<(), Undone> {
        let original = timeline::message(self.desk.store.reader(), message_id(event, post)).await?;
        let Some(original) = original.filter(|message| message.conversation == id) else {
            return Err(Undone::Dropped("the message was never sent"));
        };
        let start: String = original.text.chars().take(80).collect();
        let note = match text {
            Some(text) => format!("Changed “{start}” afterwards, to:\n\n{text}"),
            None => format!("Deleted “{start}” afterwards"),
        };
        let is_public = original.visibility == crate::handoff::message::Visibility::Public;
        let note = if is_public { format!("{note}\n\nThe customer has the first version.") } else { note };
        let note_id = message_id(event, &event.provider_id);
        self.remember(id, note_id, &event.provider_id).await?;
        self.desk.note(id, agent.id, note_id, &note).await?;
        match is_public {
            true => Err(Undone::Told("The customer has the first version already. Write again to correct it.".into())),
            false => Ok(()),
        }
    }

    async fn wrote(
        &self,
        office: &Office,
        event: &TeamEventRow,
        id: ConversationId,
        agent: &Agent,
        said: Said,
    ) -> Result<(), Undone> {
        let message = message_id(event, &said.post);
        if timeline::message(self.desk.store.reader(), message).await?.is_some() {
            return Ok(());
        }
        // First, so that the thread is never told what stands in it already.
        self.remember(id, message, &said.post).await?;
        if said.internal {
            let names: Vec<String> = said.files.iter().filter_map(|file| file.name.clone()).collect();
            let text = if names.is_empty() { said.text } else { format!("{}\n\n({})", said.text, names.join(", ")) };
            self.desk.note(id, agent.id, message, &text).await?;
            return Ok(());
        }
        let attachments = self.bring(office, &said.files).await?;
        let reply = Reply { agent: agent.id, message, text: said.text, attachments, seen: None };
        self.desk.reply(id, reply).await?;
        Ok(())
    }

    async fn remember(&self, id: ConversationId, message: MessageId, post: &str) -> Result<(), Undone> {
        let tx = self.desk.store.begin().await?;
        team_threads::remember(&*tx, id, message, PostKind::Written, post, self.desk.clock.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Fetches and stores the files of a person's message. One that can not be had keeps the whole message back.
    async fn bring(&self, office: &Office, files: &[MediaRef]) -> Result<Vec<AttachmentId>, Undone> {
        let mut fetched = Vec::with_capacity(files.len());
        for media in files {
            let file = within(office.channel.fetch(&office.account, media)).await?;
            let kind = media_type(&file.content, &file.media_type).to_owned();
            fetched.push((clean_name(&file.name), kind, file.content));
        }
        let (tx, now) = (self.desk.store.begin().await?, self.desk.clock.now());
        let mut stored = Vec::with_capacity(fetched.len());
        for (name, media_type, content) in fetched {
            let id = AttachmentId(self.desk.clock.new_id());
            let size_bytes = i64::try_from(content.len()).unwrap_or(i64::MAX);
            let file =
                Attachment { id, conversation: None, message: None, contact: None, name, media_type, size_bytes };
            attachments::insert(&*tx, &file, content.to_vec(), now).await?;
            stored.push(id);
        }
        tx.commit().await?;
        Ok(stored)
    }

    /// Tells the person alone. Nothing depends on it.
    async fn whisper(&self, office: &Office, event: &TeamEventRow, words: &str) {
        let thread = ThreadRef { place: event.place.clone(), root: event.root.clone() };
        let Ok(place) = office.place() else { return };
        if let Err(error) = within(place.whisper(&office.account, &thread, &event.member, words)).await {
            tracing::warn!(%error, "a person of the team could not be told");
        }
    }

    async fn again(
        &self,
        office: &Office,
        event: &TeamEventRow,
        why: &str,
        after: Option<std::time::Duration>,
    ) -> Result<(), DeskError> {
        if event.attempts >= ATTEMPTS_MAX {
            tracing::error!(event = event.provider_id, why, "what a person of the team did could not be carried out");
            self.whisper(office, event, &format!("That could not be carried out: {why}")).await;
            return self.close(event, Some(why)).await;
        }
        let due = self.desk.clock.now() + backoff::delay(event.attempts, after, event.id);
        let tx = self.desk.store.begin().await?;
        team_events::again_at(&*tx, event.id, why, due).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn close(&self, event: &TeamEventRow, why: Option<&str>) -> Result<(), DeskError> {
        let now = self.desk.clock.now();
        let tx = self.desk.store.begin().await?;
        team_events::finish(&*tx, event.id, why, now).await?;
        if let Some(id) = team_threads::conversation_of(&*tx, event.channel, &event.place, &event.root).await? {
            team_threads::touch(&*tx, id).await?;
        }
        if event.id.as_u128().is_multiple_of(FORGET_EVERY) {
            team_events::forget_before(&*tx, now - KEPT).await?;
        }
        tx.commit().await?;
        self.desk.wake.team.ring_at(now);
        Ok(())
    }
}

/// What a person wrote.
struct Said {
    post: String,
    text: String,
    internal: bool,
    files: Vec<MediaRef>,
}

/// The id a post's message has, whenever it is asked for.
fn message_id(event: &TeamEventRow, post: &str) -> MessageId {
    MessageId(Uuid::new_v5(&event.channel.0, post.as_bytes()))
}
