//! The channel accounts that requests name by token, kept in memory: every message needs one, and they hardly ever change.
//!
//! Invariant: a change made in this process counts at once; one made by another process counts after [`AGE_MAX`].

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use baton_adapters::contract;
use baton_adapters::web::WebChatSettings;
use tokio::time::Instant;

use crate::desk::address::Addresses;
use crate::store::channels::{self, Channel};
use crate::store::{Store, StoreError};

/// How long an account is believed without another look.
const AGE_MAX: Duration = Duration::from_secs(2);
/// Accounts kept. Only tokens that exist are.
const ACCOUNTS_MAX: usize = 1_000;

/// A channel account, ready for use.
#[derive(Debug)]
pub struct Account {
    /// The channel.
    pub channel: Arc<Channel>,
    /// The same as its adapter is given it.
    pub account: contract::Account,
    /// What a web chat's admin set; `None` where the settings are not a web chat's.
    pub chat: Option<Arc<WebChatSettings>>,
}

/// Accounts by token. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Accounts(Arc<RwLock<Known>>);

/// By token, with the moment they were read.
type Known = HashMap<String, (Instant, Arc<Account>)>;

impl Accounts {
    /// The account in use with this token.
    pub async fn find(
        &self,
        store: &Store,
        addresses: &Addresses,
        token: &str,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        if let Some(account) = self.fresh(token) {
            return Ok(Some(account));
        }
        let found = channels::by_token_with_credentials(store.reader(), addresses.key(), token).await?;
        let account = found.map(|(channel, secret)| Arc::new(account(addresses, channel, secret)));
        let mut accounts = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match &account {
            Some(account) if accounts.len() < ACCOUNTS_MAX || accounts.contains_key(token) => {
                accounts.insert(token.to_owned(), (Instant::now(), account.clone()));
            }
            Some(_) => {}
            None => drop(accounts.remove(token)),
        }
        Ok(account)
    }

    /// Forgets what is known, after a change.
    pub fn forget(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn fresh(&self, token: &str) -> Option<Arc<Account>> {
        let accounts = self.0.read().unwrap_or_else(PoisonError::into_inner);
        accounts.get(token).filter(|(read_at, _)| read_at.elapsed() < AGE_MAX).map(|(_, account)| account.clone())
    }
}

fn account(addresses: &Addresses, channel: Channel, secret: Option<Vec<u8>>) -> Account {
    Account {
        account: addresses.account(&channel, secret.as_deref()),
        chat: serde_json::from_value(channel.settings.clone()).ok().map(Arc::new),
        channel: Arc::new(channel),
    }
}
