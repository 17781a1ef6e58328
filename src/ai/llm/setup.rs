//! The settings, the keys and the actions together, ready to be used.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;

use super::actions::Action;
use super::settings::LanguageModel;

/// Everything needed to ask a model.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// What the admin decided.
    pub settings: LanguageModel,
    /// What the provider knows us by.
    pub key: Option<SecretString>,
    /// What the model may call.
    pub actions: Vec<Action>,
    /// Secrets of the actions, by the name of their security scheme.
    pub secrets: BTreeMap<String, SecretString>,
}

/// Where the setup comes from: whoever composes the program knows the store and the master key.
#[async_trait]
pub trait Setups: Send + Sync {
    /// The setup as it is now.
    ///
    /// # Errors
    /// In words, where it can not be read.
    async fn current(&self) -> Result<Arc<Setup>, String>;

    /// Whether the model was switched on when the setup was last read.
    fn is_enabled(&self) -> bool;
}
