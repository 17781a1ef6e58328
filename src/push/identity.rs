//! Who we are to push services: a key pair an installation makes once, and the signed words that go with each notice (RFC 8292).
//!
//! Invariant: the pair is never replaced. Browsers are bound to its public half; with another one each of them would be lost.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::PushError;
use crate::store::seal::MasterKey;
use crate::store::{Store, secrets};

/// Name the pair is kept under, sealed.
pub const SECRET: &str = "push.identity";
/// How long signed words hold; a day is the most a service takes.
const VALID_FOR: TimeDelta = TimeDelta::hours(12);

/// The key pair.
pub struct Identity {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl Identity {
    /// This installation's, made if there is none yet.
    ///
    /// # Errors
    /// Where the store fails or the stored pair can not be read.
    pub async fn of(store: &Store, key: &MasterKey, now: DateTime<Utc>) -> Result<Self, PushError> {
        if let Some(kept) = kept(store, key).await? {
            return Self::read(&kept);
        }
        let tx = store.begin().await?;
        secrets::keep_first(&*tx, key, SECRET, &Self::generate()?, now).await?;
        tx.commit().await?;
        // Of two who made one at the same moment, both go on with the first.
        Self::read(&kept(store, key).await?.ok_or(PushError::Identity)?)
    }

    /// A new pair, as it is kept.
    fn generate() -> Result<SecretString, PushError> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())?;
        Ok(SecretString::from(URL_SAFE_NO_PAD.encode(document)))
    }

    fn read(kept: &SecretString) -> Result<Self, PushError> {
        let document = URL_SAFE_NO_PAD.decode(kept.expose_secret()).map_err(|_| PushError::Identity)?;
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &document, &random)
            .map_err(|_| PushError::Identity)?;
        Ok(Self { pair, random })
    }

    /// The public half, as browsers and services want it.
    pub fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.pair.public_key())
    }

    /// The `Authorization` of a request to the service at `origin`; `contact` is whom its operators may turn to.
    pub(super) fn authorization(&self, origin: &str, contact: &str, now: DateTime<Utc>) -> Result<String, PushError> {
        let head = json!({ "typ": "JWT", "alg": "ES256" });
        let claims = json!({ "aud": origin, "exp": (now + VALID_FOR).timestamp(), "sub": contact });
        let words = [head, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string())).join(".");
        let signature = URL_SAFE_NO_PAD.encode(self.pair.sign(&self.random, words.as_bytes())?);
        Ok(format!("vapid t={words}.{signature}, k={}", self.public_key()))
    }
}

async fn kept(store: &Store, key: &MasterKey) -> Result<Option<SecretString>, PushError> {
    let found = secrets::open(store.reader(), key, SECRET).await?;
    Ok(found.into_iter().find(|(name, _)| name == SECRET).map(|(_, secret)| secret))
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::signature::Verifier as _;
    use p256::ecdsa::{Signature, VerifyingKey};
    use serde_json::Value;

    use super::*;

    #[test]
    fn another_implementation_verifies_what_is_signed() {
        let identity = Identity::read(&Identity::generate().expect("a pair")).expect("read again");
        let now = "2026-11-27T03:00:00Z".parse().expect("a time");
        let header = identity.authorization("https://push.example.net", "mailto:a@b.example", now).expect("signed");
        let (token, key) = header.strip_prefix("vapid t=").expect("vapid").split_once(", k=").expect("a key");
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
        let key = VerifyingKey::from_sec1_bytes(&bytes(key)).expect("a point");
        let (words, signature) = token.rsplit_once('.').expect("a signature");
        let signature = Signature::from_slice(&bytes(signature)).expect("64 bytes");
        key.verify(words.as_bytes(), &signature).expect("signed by it");
        assert!(key.verify(format!("{words}x").as_bytes(), &signature).is_err());
        let (head, claims) = words.split_once('.').expect("two parts");
        let read = |part: &str| serde_json::from_slice::<Value>(&bytes(part)).expect("JSON");
        assert_eq!(read(head)["alg"], "ES256");
        assert_eq!(
            (&read(claims)["aud"], &read(claims)["sub"]),
            (&json!("https://push.example.net"), &json!("mailto:a@b.example"))
        );
        assert_eq!(read(claims)["exp"], json!(now.timestamp() + 12 * 3_600));
    }
}
