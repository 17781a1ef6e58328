//! One configured account of a channel: what an admin set, and its secrets.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The name of the only secret of channels that have one.
pub const SIGNING: &str = "signing";

/// One configured account of a channel.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// What logs call it. Not a secret and not a name to look anything up by.
    pub id_hint: String,
    /// What an admin set: the channel's fields by name, all but the secrets.
    pub settings: Value,
    /// Its secrets.
    pub credentials: Credentials,
    /// Where the provider calls, as configured publicly.
    pub hook_url: String,
}

impl Account {
    /// A text an admin set, trimmed; empty where none is.
    pub fn text(&self, name: &str) -> &str {
        self.settings.get(name).and_then(Value::as_str).unwrap_or_default().trim()
    }

    /// A text an admin set, or what goes without one.
    pub fn text_or<'a>(&'a self, name: &str, default: &'a str) -> &'a str {
        match self.text(name) {
            "" => default,
            text => text,
        }
    }

    /// A list an admin set, without its empty lines.
    pub fn lines(&self, name: &str) -> Vec<&str> {
        let list = self.settings.get(name).and_then(Value::as_array);
        let lines = list.into_iter().flatten().filter_map(Value::as_str).map(str::trim);
        lines.filter(|line| !line.is_empty()).collect()
    }

    /// A switch an admin set.
    pub fn flag(&self, name: &str, default: bool) -> bool {
        self.settings.get(name).and_then(Value::as_bool).unwrap_or(default)
    }

    /// The current secret of a name, in the clear; only for the request that needs it.
    pub fn secret(&self, name: &str) -> Option<&str> {
        self.credentials.first(name).map(|secret| secret.expose_secret())
    }
}

/// An account's secrets by name. Several under one name while one is being replaced, the current one first; to check what the
/// provider signed, any of them will do.
#[derive(Clone, Debug, Default)]
pub struct Credentials(BTreeMap<String, Vec<SecretString>>);

/// How secrets are written before they are sealed: one, or the current one and those before it.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    One(String),
    Several(Vec<String>),
}

impl Credentials {
    /// A single secret under [`SIGNING`].
    pub fn signing(secret: SecretString) -> Self {
        Self::default().with(SIGNING, [secret])
    }

    /// The same with the secrets of a name.
    #[must_use]
    pub fn with(mut self, name: &str, secrets: impl IntoIterator<Item = SecretString>) -> Self {
        self.0.insert(name.to_owned(), secrets.into_iter().collect());
        self
    }

    /// The secrets of a name, the current one first.
    pub fn get(&self, name: &str) -> &[SecretString] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// The names that have a secret.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The current secret of a name.
    pub fn first(&self, name: &str) -> Option<&SecretString> {
        self.get(name).first()
    }

    /// Makes a secret the current one; the one before is kept for what was signed with it.
    pub fn replace(&mut self, name: &str, secret: SecretString) {
        let before = self.0.remove(name).unwrap_or_default().into_iter().next();
        self.0.insert(name.to_owned(), std::iter::once(secret).chain(before).collect());
    }

    /// Forgets the secrets of a name.
    pub fn forget(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Reads what [`Credentials::write`] wrote. Bytes of another form are one secret under [`SIGNING`], as channels that have
    /// only one store it.
    pub fn read(bytes: &[u8]) -> Self {
        match serde_json::from_slice::<BTreeMap<String, Written>>(bytes) {
            Ok(named) => Self(named.into_iter().map(|(name, written)| (name, written.secrets())).collect()),
            Err(_) => std::str::from_utf8(bytes).map_or_else(|_| Self::default(), |text| Self::signing(text.into())),
        }
    }

    /// Everything in the clear, to be sealed at once.
    pub fn write(&self) -> Vec<u8> {
        let clear =
            |secrets: &Vec<SecretString>| secrets.iter().map(|secret| secret.expose_secret().to_owned()).collect();
        let named: BTreeMap<&String, Vec<String>> =
            self.0.iter().map(|(name, secrets)| (name, clear(secrets))).collect();
        serde_json::to_vec(&named).unwrap_or_default()
    }
}

impl Written {
    fn secrets(self) -> Vec<SecretString> {
        match self {
            Self::One(secret) => vec![secret.into()],
            Self::Several(secrets) => secrets.into_iter().map(SecretString::from).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_read_as_they_were_written_and_a_lone_one_signs() {
        let mut credentials = Credentials::signing("old".into());
        credentials.replace(SIGNING, "new".into());
        credentials.replace("token", "t".into());
        let read = Credentials::read(&credentials.write());
        let clear = |name| read.get(name).iter().map(|secret| secret.expose_secret()).collect::<Vec<_>>();
        assert_eq!((clear(SIGNING), clear("token")), (vec!["new", "old"], vec!["t"]));
        assert_eq!(Credentials::read(b"plain").first(SIGNING).map(|secret| secret.expose_secret()), Some("plain"));
        assert!(!format!("{read:?}").contains("old"), "secrets stay out of logs");
    }
}
