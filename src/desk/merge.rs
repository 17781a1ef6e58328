//! Two customers turn out to be one person: because somebody says so, or because both proved the same address.
//!
//! Nothing is moved, so it can be undone. Invariant: what a customer only claims to be theirs merges nobody.

use uuid::Uuid;

use crate::handoff::{AgentId, Author, ContactId, ConversationId, Event, MessageId, NewMessage};
use crate::store::Tx;
use crate::store::contact_links::{self, Link};
use crate::store::contacts::{self, Identity};

use super::{Desk, DeskError};

impl Desk {
    /// Says that one customer is another, who stands for both from now on. Left as a note in the conversation it was said in.
    ///
    /// # Errors
    /// [`DeskError::Invalid`] if they are the same already.
    pub async fn merge_contacts(
        &self,
        conversation: ConversationId,
        (contact, into): (ContactId, ContactId),
        by: AgentId,
    ) -> Result<(), DeskError> {
        let tx = self.store.begin().await?;
        let (names, why) = (self.names(&tx, contact, into).await?, "by hand".to_owned());
        if !self.join(&tx, contact, into, Some(by), why).await? {
            return Err(DeskError::Invalid("They are the same customer already.".into()));
        }
        let words =
            format!("Merged {} with {}: their conversations and addresses are shown together.", names.0, names.1);
        self.remember(tx, conversation, by, words).await
    }

    /// Takes such a saying back.
    ///
    /// # Errors
    /// [`DeskError::NotFound`] if it was taken back already.
    pub async fn undo_merge(&self, conversation: ConversationId, link: Uuid, by: AgentId) -> Result<(), DeskError> {
        let tx = self.store.begin().await?;
        let link = contact_links::find(&*tx, link).await?.ok_or(DeskError::NotFound("merge"))?;
        contact_links::part(&*tx, &link, by, self.clock.now()).await?;
        let names = self.names(&tx, link.contact, link.into).await?;
        self.remember(tx, conversation, by, format!("{} and {} are two customers again.", names.0, names.1)).await
    }

    /// Notes that an address is proven to be a customer's. If somebody else proved the same one, they are the same person.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn prove(&self, tx: &Tx, contact: ContactId, kind: &str, value: &str) -> Result<bool, DeskError> {
        match contacts::owner_of(&**tx, kind, value).await? {
            None => {
                let identity = Identity { kind: kind.into(), value: value.into(), verified: true };
                contacts::add_identity(&**tx, self.clock.new_id(), contact, &identity, self.clock.now()).await?;
                Ok(true)
            }
            Some((owner, true)) if owner != contact => {
                self.join(tx, contact, owner, None, format!("both proved {value}")).await
            }
            Some(_) => Ok(false),
        }
    }

    /// Links whoever stands for the two. `false`: they are one already.
    async fn join(
        &self,
        tx: &Tx,
        contact: ContactId,
        into: ContactId,
        by: Option<AgentId>,
        why: String,
    ) -> Result<bool, DeskError> {
        // Held in the same order by everybody, so that two who merge at once do not wait for each other.
        let mut held = [contact, into];
        held.sort();
        for one in held {
            contacts::hold(&**tx, one).await?;
        }
        let contact = contact_links::root(&**tx, contact).await?;
        let into = contact_links::root(&**tx, into).await?;
        if contact == into {
            return Ok(false);
        }
        let link = Link { id: self.clock.new_id(), contact, into, by, why, at: self.clock.now() };
        contact_links::join(&**tx, &link).await?;
        Ok(true)
    }

    async fn names(&self, tx: &Tx, one: ContactId, other: ContactId) -> Result<(String, String), DeskError> {
        let name = async |id| -> Result<String, DeskError> {
            let found = contacts::find(&**tx, id).await?.ok_or(DeskError::NotFound("contact"))?;
            Ok(found.name.or(found.email).or(found.phone).unwrap_or_else(|| "an unknown visitor".into()))
        };
        Ok((name(one).await?, name(other).await?))
    }

    async fn remember(&self, tx: Tx, id: ConversationId, by: AgentId, words: String) -> Result<(), DeskError> {
        let record = self.load(&tx, id).await?;
        let message = NewMessage::note(MessageId(self.clock.new_id()), Author::Agent(by), words);
        let changed = self.happen(&tx, &record, &Event::AgentNoted { message }).await?;
        tx.commit().await?;
        self.publish(&changed);
        Ok(())
    }
}
