//! The addresses this installation is reached at: by providers, and for its files.
//!
//! Invariant: a file's address holds a signature, since `<img>`, a mail program and a provider send no header.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use baton_adapters::contract::{Account, Credentials};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::ExposeSecret as _;
use sha2::Sha256;

use crate::handoff::AttachmentId;
use crate::store::channels::Channel;
use crate::store::seal::MasterKey;

/// Where this installation is reached, and the key its files' addresses are signed with. Cloning is cheap.
#[derive(Clone)]
pub struct Addresses {
    url: Arc<str>,
    key: Arc<MasterKey>,
}

impl Addresses {
    /// Addresses under a public one.
    pub fn new(public_url: &str, key: Arc<MasterKey>) -> Self {
        Self { url: public_url.trim_end_matches('/').into(), key }
    }

    /// The public address, without a slash at its end.
    pub fn public(&self) -> &Arc<str> {
        &self.url
    }

    /// What channels' credentials are sealed with.
    pub fn key(&self) -> &MasterKey {
        &self.key
    }

    /// Where the provider of a channel calls.
    pub fn hook(&self, token: &str) -> String {
        format!("{}/hooks/{token}", self.url)
    }

    /// Where a file is.
    pub fn file(&self, id: AttachmentId, name: &str) -> String {
        let name = url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20");
        let signature = URL_SAFE_NO_PAD.encode(self.mac(id).finalize().into_bytes());
        format!("{}/files/{id}/{signature}/{name}", self.url)
    }

    /// Whether a signature is the file's.
    pub fn is_signed(&self, id: AttachmentId, signature: &str) -> bool {
        URL_SAFE_NO_PAD.decode(signature).is_ok_and(|sent| self.mac(id).verify_slice(&sent).is_ok())
    }

    /// A channel as its adapter is given it.
    pub fn account(&self, channel: &Channel, opened: Option<&[u8]>) -> Account {
        Account {
            id_hint: channel.name.clone(),
            settings: channel.settings.clone(),
            credentials: opened.map(Credentials::read).unwrap_or_default(),
            hook_url: self.hook(&channel.token),
        }
    }

    fn mac(&self, id: AttachmentId) -> Hmac<Sha256> {
        let key = self.key.derive("files");
        let mut mac = match Hmac::<Sha256>::new_from_slice(key.expose_secret()) {
            Ok(mac) => mac,
            Err(never) => unreachable!("HMAC takes a key of any length: {never}"),
        };
        mac.update(id.0.as_bytes());
        mac
    }
}
