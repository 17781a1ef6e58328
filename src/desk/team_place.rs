//! The team's own place to answer, as use cases see it: which room hears of a handoff, and what people did there.
//!
//! May not know what kind of place it is, and asks nobody outside: what people did is stored here before their provider is
//! answered, and carried out by `delivery::team`.

use std::str::FromStr as _;

use baton_adapters::contract::team::TeamEvent;
use baton_adapters::contract::{Account, ChannelKind};

use crate::handoff::effect::Effect;
use crate::handoff::{ChannelId, ConversationId};
use crate::store::team_events::{self, TeamEventRow};
use crate::store::{Later, Tx, channels, team_threads};

use super::{Desk, DeskError};

/// The room that hears of handoffs.
pub(super) struct Room {
    channel: ChannelId,
    place: String,
}

impl Desk {
    /// Keeps what somebody did in the team's place. The same event twice is once.
    ///
    /// # Errors
    /// Where it could not be stored; the provider tells it again.
    pub async fn team_did(&self, channel: ChannelId, event: TeamEvent) -> Result<(), DeskError> {
        let now = self.clock.now();
        let act = serde_json::to_value(&event.act).map_err(|why| DeskError::Invalid(why.to_string()))?;
        let row = TeamEventRow {
            id: self.clock.new_id(),
            channel,
            provider_id: event.provider_id,
            place: event.thread.place,
            root: event.thread.root,
            member: event.member,
            act,
            attempts: 0,
        };
        let tx = self.store.begin().await?;
        team_events::insert(&*tx, &row, now).await?;
        tx.commit().await?;
        self.wake.team.ring_at(now);
        Ok(())
    }

    /// The room to tell, if these effects tell people of something and an admin chose one.
    pub(super) async fn room_to_tell(&self, tx: &Tx, effects: &[Effect]) -> Result<Option<Room>, DeskError> {
        if !effects.iter().any(|effect| matches!(effect, Effect::Notify { .. })) || !self.has_team_places() {
            return Ok(None);
        }
        let rooms = channels::all(&**tx).await?.into_iter().filter_map(|channel| {
            let kind = ChannelKind::from_str(&channel.kind).ok()?;
            let adapter = self.registry.get(kind)?;
            let account = Account { settings: channel.settings, ..Account::default() };
            Some(Room { channel: channel.id, place: adapter.team()?.place(&account)? })
        });
        Ok(rooms.into_iter().next())
    }

    /// Has the conversation's thread begun, or looked at again, once this transaction is over.
    pub(super) async fn tell_room(
        &self,
        later: &Later<'_>,
        conversation: ConversationId,
        room: &Room,
    ) -> Result<(), DeskError> {
        Ok(team_threads::open(later, conversation, room.channel, &room.place, self.clock.now()).await?)
    }

    /// Whether any channel of this build has a place for the team.
    fn has_team_places(&self) -> bool {
        self.registry.iter().any(|channel| channel.team().is_some())
    }
}
