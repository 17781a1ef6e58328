//! The channels this build has, by kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::contract::{Channel, ChannelKind};

/// The channels this build has.
#[derive(Clone, Default)]
pub struct Registry(BTreeMap<ChannelKind, Arc<dyn Channel>>);

impl Registry {
    /// Every channel of this build.
    pub fn standard() -> Self {
        Self::default()
            .with(crate::web::WebChat)
            .with(crate::sms::Sms::default())
            .with(crate::whatsapp::Whatsapp::default())
            .with(crate::email::Email::default())
            .with(crate::slack::Slack::default())
            .with(crate::phone::Phone::default())
    }

    /// The same with one more; one of the same kind is replaced.
    #[must_use]
    pub fn with(mut self, channel: impl Channel + 'static) -> Self {
        self.0.insert(channel.kind(), Arc::new(channel));
        self
    }

    /// The channel of a kind.
    pub fn get(&self, kind: ChannelKind) -> Option<&Arc<dyn Channel>> {
        self.0.get(&kind)
    }

    /// Every channel.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Channel>> {
        self.0.values()
    }
}
