//! What a caller left when nobody took the call: the recording, and what was understood of it.
//!
//! Invariant: each is stored once, however often the provider tells of it.

use std::sync::Arc;

use baton_adapters::contract::MediaRef;

use crate::handoff::{CallId, MessageId};
use crate::store::calls;
use crate::store::channels::Channel;

use super::super::receive::{Extra, Incoming, Place};
use super::super::{Desk, DeskError};

impl Desk {
    /// Stores that the caller left a message, with its sound, which is fetched from `url`.
    pub async fn voicemail_left(
        &self,
        channel: &Arc<Channel>,
        id: CallId,
        url: String,
        seconds: u32,
    ) -> Result<(), DeskError> {
        let text = format!("(Voicemail, {}:{:02} min)", seconds / 60, seconds % 60);
        let sound = MediaRef { id: url, media_type: Some("audio/mpeg".into()), name: Some("voicemail.mp3".into()) };
        self.keep_voicemail(channel, id, "recording", text, vec![sound]).await
    }

    /// Stores what was understood of a message the caller left.
    pub async fn voicemail_said(&self, channel: &Arc<Channel>, id: CallId, text: String) -> Result<(), DeskError> {
        self.keep_voicemail(channel, id, "voicemail", format!("(Voicemail) {text}"), Vec::new()).await
    }

    async fn keep_voicemail(
        &self,
        channel: &Arc<Channel>,
        id: CallId,
        part: &str,
        text: String,
        media: Vec<MediaRef>,
    ) -> Result<(), DeskError> {
        let stored = calls::find(self.store.reader(), id).await?.ok_or(DeskError::NotFound("call"))?;
        let incoming = Incoming {
            channel: channel.clone(),
            provider_id: format!("{}:{part}", stored.provider_id),
            message: MessageId(self.clock.new_id()),
            place: Place::Conversation { id: stored.conversation, visitor: None },
            text,
            attachments: Vec::new(),
            shown_before: Vec::new(),
            language: None,
            extra: Extra { media, ..Extra::default() },
        };
        self.receive(incoming).await.map(|_| ())
    }
}
