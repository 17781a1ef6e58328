//! The language model's settings, read from the store for whoever asks it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};

use crate::ai::llm::actions::{Action, openapi};
use crate::ai::llm::{LanguageModel, Setup, Setups};
use crate::store::seal::MasterKey;
use crate::store::{Store, StoreError, secrets, settings};
use crate::web::settings::model::{ACTION_SECRETS, MODEL_KEY};

/// The settings as they are stored, with the key of the environment before the stored one.
pub(super) struct Stored {
    store: Store,
    key: Arc<MasterKey>,
    environment: Option<SecretString>,
    /// The actions of the version they were read at: a document is read once.
    actions: Mutex<(i64, Vec<Action>)>,
    enabled: AtomicBool,
}

impl Stored {
    pub(super) fn new(store: Store, key: Arc<MasterKey>, environment: SecretString) -> Self {
        let environment = Some(environment).filter(|key| !key.expose_secret().is_empty());
        Self { store, key, environment, actions: Mutex::new((-1, Vec::new())), enabled: AtomicBool::new(false) }
    }

    async fn read(&self) -> Result<Setup, StoreError> {
        let db = self.store.reader();
        let stored = settings::load::<LanguageModel>(db).await?;
        self.enabled.store(stored.value.enabled, Ordering::Relaxed);
        if !stored.value.enabled && stored.version == 0 {
            return Ok(Setup::default());
        }
        let mut kept: BTreeMap<String, SecretString> = secrets::open(db, &self.key, "").await?.into_iter().collect();
        let key = self.environment.clone().or_else(|| kept.remove(MODEL_KEY));
        let secrets =
            kept.into_iter().filter_map(|(name, secret)| Some((name.strip_prefix(ACTION_SECRETS)?.to_owned(), secret)));
        Ok(Setup {
            key,
            secrets: secrets.collect(),
            actions: self.actions(&stored.value, stored.version),
            settings: stored.value,
        })
    }

    fn actions(&self, settings: &LanguageModel, version: i64) -> Vec<Action> {
        let mut held = self.actions.lock().unwrap_or_else(PoisonError::into_inner);
        if held.0 != version {
            // The page stores no document it can not read; one that is there all the same offers nothing.
            let actions = openapi::actions(&settings.actions).unwrap_or_else(|why| {
                tracing::warn!(%why, "the actions can not be read; none is offered");
                Vec::new()
            });
            *held = (version, actions);
        }
        held.1.clone()
    }
}

#[async_trait]
impl Setups for Stored {
    async fn current(&self) -> Result<Arc<Setup>, String> {
        self.read().await.map(Arc::new).map_err(|error| error.to_string())
    }

    fn is_enabled(&self) -> bool {
        self.enabled.load(Ordering::Relaxed)
    }
}
