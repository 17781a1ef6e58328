//! What a browser says about itself when it is to be notified: where its push service is, and its keys.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::{Host, Url};

use crate::outbound::may_call;

/// Longest address of a push service.
pub const ENDPOINT_BYTES_MAX: usize = 2_000;
/// An uncompressed point of P-256.
pub(super) const POINT_BYTES: usize = 65;
/// The secret a browser shares with whoever may write to it (RFC 8291 section 3.2).
const AUTH_BYTES: usize = 16;

/// A browser's keys.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    /// Its public key, `p256dh`.
    pub point: [u8; POINT_BYTES],
    /// The shared secret, `auth`.
    pub auth: [u8; AUTH_BYTES],
}

/// A browser that can be notified.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// Where its push service takes notices for it.
    pub endpoint: Url,
    /// What they are encrypted with.
    pub keys: Keys,
}

/// Why what a browser said can not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// No address, or one that may not be called.
    #[error("This browser's push service is not at a public https address, so nothing can be sent there.")]
    Endpoint,
    /// No keys.
    #[error("This browser did not give its keys. Reload the page and try again.")]
    Keys,
}

impl Target {
    /// Reads what a browser sent. `private_allowed`: services on this machine may be called too, and without TLS.
    ///
    /// # Errors
    /// Where it can not be used.
    pub fn read(endpoint: &str, point: &str, auth: &str, private_allowed: bool) -> Result<Self, Unusable> {
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
        let keys = bytes(point).ok().zip(bytes(auth).ok()).and_then(|(point, auth)| Keys::of(&point, &auth));
        Self::of(endpoint, keys.ok_or(Unusable::Keys)?, private_allowed)
    }

    /// The same for keys that were stored. The address is judged again: what may be called can have changed.
    ///
    /// # Errors
    /// Where the address may not be called.
    pub fn of(endpoint: &str, keys: Keys, private_allowed: bool) -> Result<Self, Unusable> {
        let url = Url::parse(endpoint).ok().filter(|_| endpoint.len() <= ENDPOINT_BYTES_MAX);
        let url = url.filter(|url| url.username().is_empty() && url.password().is_none());
        let url = url.filter(|url| match url.scheme() {
            "https" => private_allowed || may_call(url),
            "http" => private_allowed && is_loopback(url),
            _ => false,
        });
        Ok(Self { endpoint: url.ok_or(Unusable::Endpoint)?, keys })
    }
}

impl Keys {
    /// Keys of the right form; `None`: they are not.
    pub fn of(point: &[u8], auth: &[u8]) -> Option<Self> {
        let point: [u8; POINT_BYTES] = point.try_into().ok()?;
        // What is no point of the curve is noticed when something is encrypted for it.
        (point[0] == 4).then_some(Self { point, auth: auth.try_into().ok()? })
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    fn read(endpoint: &str, private_allowed: bool) -> Result<Url, Unusable> {
        Target::read(endpoint, POINT, AUTH, private_allowed).map(|target| target.endpoint)
    }

    #[test]
    fn an_endpoint_is_public_and_behind_tls_unless_the_installation_allows_its_own_machine() {
        assert!(read("https://push.example.net/wpush/v2/abc", false).is_ok());
        for wrong in [
            "http://push.example.net/abc",
            "https://127.0.0.1/abc",
            "https://10.0.0.7/abc",
            "https://[::1]/abc",
            "https://user:secret@push.example.net/abc",
            "ftp://push.example.net/abc",
            "push.example.net",
            "",
        ] {
            assert_eq!(read(wrong, false), Err(Unusable::Endpoint), "{wrong}");
        }
        assert!(read("http://127.0.0.1:9/abc", true).is_ok());
        assert_eq!(read("http://push.example.net/abc", true), Err(Unusable::Endpoint), "no TLS only at home");
        let long = format!("https://push.example.net/{}", "a".repeat(ENDPOINT_BYTES_MAX));
        assert_eq!(read(&long, false), Err(Unusable::Endpoint));
    }

    #[test]
    fn keys_have_their_length_and_form() {
        let keys = |point: &str, auth: &str| Target::read("https://push.example.net/a", point, auth, false).is_ok();
        assert!(keys(POINT, AUTH) && keys(&format!("{POINT}="), &format!("{AUTH}==")));
        assert!(!keys(&POINT[..80], AUTH) && !keys(POINT, "") && !keys("not base64!", AUTH));
        assert!(!keys(&POINT.replacen('B', "A", 1), AUTH), "a compressed or other point");
    }
}
