//! The HTTP clients of this process: one for the model's server, which an admin names and which may well be on this machine, and a
//! guarded one for everything else, which reaches public addresses only.
//!
//! May not know what is asked or answered.
//!
//! Invariant: neither follows a redirect, so that a key goes nowhere but where it was meant for.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;

pub use baton_adapters::http::{PublicOnly, is_public, may_call, use_ring};

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an unused connection is kept.
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);
const AGENT: &str = concat!("baton/", env!("CARGO_PKG_VERSION"));

/// The clients. Cloning them is cheap.
#[derive(Clone, Debug)]
pub struct Clients {
    /// For the model's server.
    pub model: reqwest::Client,
    /// For everything else: public addresses only.
    pub guarded: reqwest::Client,
    /// The same for installations that allow private addresses.
    pub unguarded: reqwest::Client,
}

impl Clients {
    /// New clients.
    ///
    /// # Errors
    /// Where TLS can not be set up.
    pub fn new() -> Result<Self, reqwest::Error> {
        use_ring();
        Ok(Self {
            model: builder().build()?,
            guarded: builder().no_proxy().dns_resolver(Arc::new(PublicOnly)).build()?,
            unguarded: builder().no_proxy().build()?,
        })
    }
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(AGENT)
        .redirect(Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
}
