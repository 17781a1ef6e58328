//! Sealing of channel credentials with the master key: XChaCha20-Poly1305 (RFC 8439 with the extended nonce of
//! draft-irtf-cfrg-xchacha), a fresh random nonce each, bound to the row it belongs to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;

const NONCE_BYTES: usize = 24;
const KEY_BYTES: usize = 32;

/// Why a value could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The key is not 32 bytes in base64url.
    #[error("the master key must be 32 bytes in base64url; make one with `baton doctor --new-key`")]
    BadKey,
    /// The value was sealed with another key, or changed.
    #[error("stored credentials do not open with this master key; restore the key they were saved with")]
    WrongKey,
    /// The system has no randomness to give.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
}

/// The key that everything secret in the database is sealed with. Never printed.
#[derive(Debug)]
pub struct MasterKey(SecretBox<[u8; KEY_BYTES]>);

impl MasterKey {
    /// Reads a key as `baton doctor --new-key` prints it.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim().trim_end_matches('=')).map_err(|_| SealError::BadKey)?;
        let bytes: [u8; KEY_BYTES] = bytes.try_into().map_err(|_| SealError::BadKey)?;
        Ok(Self(SecretBox::new(Box::new(bytes))))
    }

    /// A new random key, in the form [`MasterKey::parse`] reads.
    pub fn generate() -> Result<String, SealError> {
        let mut bytes = [0; KEY_BYTES];
        getrandom::fill(&mut bytes).map_err(|_| SealError::NoRandomness)?;
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Seals `plain` for the row named by `context`.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|_| SealError::NoRandomness)?;
        let payload = Payload { msg: plain, aad: context.as_bytes() };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::WrongKey)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`MasterKey::seal`] made for the same context.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::WrongKey)?;
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        self.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| SealError::WrongKey)
    }

    /// A key for one other purpose, so that no key is used for two things (HMAC-SHA256 as in RFC 5869's expand step).
    pub fn derive(&self, purpose: &str) -> SecretBox<[u8; KEY_BYTES]> {
        let mut mac = match Hmac::<Sha256>::new_from_slice(self.0.expose_secret()) {
            Ok(mac) => mac,
            Err(never) => unreachable!("HMAC takes a key of any length: {never}"),
        };
        mac.update(purpose.as_bytes());
        mac.update(&[1]);
        SecretBox::new(Box::new(mac.finalize().into_bytes().into()))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.0.expose_secret().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> MasterKey {
        MasterKey::parse(&MasterKey::generate().expect("random bytes")).expect("a key")
    }

    #[test]
    fn what_was_sealed_opens_only_with_the_same_key_and_row() {
        let (ours, theirs) = (key(), key());
        let sealed = ours.seal("channel:1", b"secret").expect("sealed");
        assert_eq!(ours.open("channel:1", &sealed).expect("opened"), b"secret");
        assert!(theirs.open("channel:1", &sealed).is_err());
        assert!(ours.open("channel:2", &sealed).is_err());
        let mut changed = sealed.clone();
        *changed.last_mut().expect("a byte") ^= 1;
        assert!(ours.open("channel:1", &changed).is_err());
        assert!(ours.open("channel:1", b"short").is_err());
    }

    #[test]
    fn a_key_is_never_printed() {
        let text = MasterKey::generate().expect("random bytes");
        let key = MasterKey::parse(&text).expect("a key");
        assert!(!format!("{key:?}").contains(&text));
        assert!(MasterKey::parse("too short").is_err());
    }

    #[test]
    fn derived_keys_differ_by_purpose() {
        let key = key();
        assert_ne!(key.derive("a").expose_secret(), key.derive("b").expose_secret());
    }
}
