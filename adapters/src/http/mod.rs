//! The one HTTP client of the adapters: limits on time and size, no redirect with a credential, and a guard for addresses that
//! a provider or a customer names.
//!
//! May not know what is asked or answered. Invariant: a request that may have left is never reported as one that did not.

mod answer;
mod download;
mod public;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};

use crate::contract::DeliveryError;

pub use answer::Answer;
pub use download::Download;
pub use public::{PublicOnly, is_public, may_call};

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest wait for a whole answer. A worker waits 30 s for a delivery.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(25);
/// How long an unused connection is kept.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
/// Largest answer of a provider's API.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;
const AGENT: &str = concat!("baton/", env!("CARGO_PKG_VERSION"));

/// The client. Cloning it is cheap, and so is making one: connections are set up by the first request.
#[derive(Clone, Debug, Default)]
pub struct Http(Arc<OnceLock<Option<Clients>>>);

#[derive(Debug)]
struct Clients {
    /// For addresses an admin set.
    trusted: Client,
    /// For all others: the public internet only.
    guarded: Client,
}

impl Http {
    /// For requests to an address an admin set.
    ///
    /// # Errors
    /// Where TLS can not be set up on this machine.
    pub fn trusted(&self) -> Result<&Client, DeliveryError> {
        self.clients().map(|clients| &clients.trusted)
    }

    /// For requests to an address somebody else named: names that lead to private addresses are not resolved. Ask
    /// [`may_call`] about the address first.
    ///
    /// # Errors
    /// Where TLS can not be set up on this machine.
    pub fn guarded(&self) -> Result<&Client, DeliveryError> {
        self.clients().map(|clients| &clients.guarded)
    }

    /// Sends a request and reads its answer, whatever its status.
    ///
    /// # Errors
    /// [`DeliveryError::Again`] if it can not have left, [`DeliveryError::Unknown`] if it may have.
    pub async fn ask(&self, request: RequestBuilder) -> Result<Answer, DeliveryError> {
        Answer::of(request, ANSWER_BYTES_MAX).await
    }

    fn clients(&self) -> Result<&Clients, DeliveryError> {
        let clients = self.0.get_or_init(|| {
            use_ring();
            let trusted = builder().build().ok()?;
            let guarded = builder().no_proxy().dns_resolver(Arc::new(PublicOnly)).build().ok()?;
            Some(Clients { trusted, guarded })
        });
        let why = || DeliveryError::refused("TLS can not be set up on this machine");
        clients.as_ref().ok_or_else(why)
    }
}

fn builder() -> reqwest::ClientBuilder {
    Client::builder()
        .user_agent(AGENT)
        .redirect(Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(ANSWER_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
}

/// Makes `ring` the cryptography of every TLS connection of this process. Does nothing the second time.
pub fn use_ring() {
    // An error says that there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
