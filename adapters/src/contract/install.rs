//! Installing an app in a customer's account at a provider by the provider's own consent page (OAuth 2, RFC 6749 section 4.1).

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::Value;

use super::Account;

/// A channel whose accounts can be made by consent instead of by copying secrets.
#[async_trait]
pub trait Install: Send + Sync {
    /// The provider's consent page. `state` comes back with its answer and ties it to the admin who asked.
    ///
    /// # Errors
    /// What is missing in the account, in words.
    fn consent_page(&self, account: &Account, return_to: &str, state: &str) -> Result<String, String>;

    /// Exchanges the consent page's answer for an account's settings and secrets.
    ///
    /// # Errors
    /// What the provider said.
    async fn complete(&self, account: &Account, return_to: &str, code: &str) -> Result<Installed, String>;
}

/// What an installation brought.
#[derive(Clone, Debug)]
pub struct Installed {
    /// What the provider calls the place it was installed in.
    pub name: String,
    /// The setting that tells one installation from another: installing twice in one place renews its account.
    pub place: &'static str,
    /// Settings to keep, by name.
    pub settings: Vec<(&'static str, Value)>,
    /// Secrets to keep, by name.
    pub secrets: Vec<(&'static str, SecretString)>,
}
