//! Whether a request was signed by Slack: `v0`, HMAC-SHA256 over `v0:{timestamp}:{body}`.
//!
//! Everything is taken as it arrived: the timestamp as text, the body as bytes. The window is symmetric, so that a request
//! from the future is no better than an old one.

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

use crate::contract::{RawRequest, Refused};

/// How far a request's time may be from this server's clock, either way.
const WINDOW_SECONDS: u64 = 300;
/// The only version there is.
const VERSION: &str = "v0";

/// Whether any of the secrets signed the request.
pub(super) fn check(secrets: &[SecretString], request: &RawRequest, unix_seconds: i64) -> Result<(), Refused> {
    let mut usable = secrets.iter().map(ExposeSecret::expose_secret).filter(|secret| !secret.is_empty()).peekable();
    if usable.peek().is_none() {
        return Err(Refused::NoSecret);
    }
    let timestamp = header(request, "x-slack-request-timestamp").ok_or(Refused::Unsigned)?;
    let signature = header(request, "x-slack-signature").ok_or(Refused::Unsigned)?;
    let at: i64 = timestamp.parse().map_err(|_| Refused::BadTime)?;
    if at.abs_diff(unix_seconds) > WINDOW_SECONDS {
        return Err(Refused::BadTime);
    }
    let (version, digest) = signature.split_once('=').ok_or(Refused::BadSignature)?;
    let digest = hex(digest).filter(|_| version == VERSION).ok_or(Refused::BadSignature)?;
    let signed = usable.any(|secret| {
        // A key of any length will do for HMAC.
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).is_ok_and(|mut mac| {
            for part in [VERSION.as_bytes(), b":", timestamp.as_bytes(), b":", &request.body] {
                mac.update(part);
            }
            mac.verify_slice(&digest).is_ok()
        })
    });
    if signed { Ok(()) } else { Err(Refused::BadSignature) }
}

fn header<'a>(request: &'a RawRequest, name: &str) -> Option<&'a str> {
    let mut values = request.headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    // Two signatures are no signature: whoever adds one must not choose which is read.
    values.next().is_none().then_some(value).filter(|value| !value.is_empty())
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits.chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, Method};

    use super::*;

    // Computed with Python's hmac module over b"v0:1700000000:" + BODY.
    const SECRET: &str = "a-secret-of-this-test";
    const BODY: &str = r#"{"type":"url_verification","challenge":"hello"}"#;
    const SIGNATURE: &str = "v0=b3986957a947bd0b81f1fb38e494dd798eeba2bc65ff089053c7386dc605b926";
    const AT: i64 = 1_700_000_000;

    fn request(timestamp: &str, signature: &str, body: &str) -> RawRequest {
        let mut headers = HeaderMap::new();
        headers.insert("x-slack-request-timestamp", timestamp.parse().expect("a header"));
        headers.insert("x-slack-signature", signature.parse().expect("a header"));
        let body = Bytes::copy_from_slice(body.as_bytes());
        RawRequest { method: Method::POST, url: "https://support.example/hooks/x".into(), headers, body }
    }

    fn secrets(secrets: &[&str]) -> Vec<SecretString> {
        secrets.iter().map(|secret| SecretString::from((*secret).to_owned())).collect()
    }

    #[test]
    fn a_request_signed_elsewhere_is_believed_with_either_of_two_secrets() {
        let signed = request("1700000000", SIGNATURE, BODY);
        assert_eq!(check(&secrets(&[SECRET]), &signed, AT), Ok(()));
        assert_eq!(check(&secrets(&["the next one", SECRET]), &signed, AT + 299), Ok(()));
        let upper = SIGNATURE.replacen("v0=", "", 1).to_uppercase();
        assert_eq!(check(&secrets(&[SECRET]), &request("1700000000", &format!("v0={upper}"), BODY), AT), Ok(()));
    }

    #[test]
    fn stale_early_tampered_and_unsigned_requests_are_refused() {
        let ours = secrets(&[SECRET]);
        let signed = request("1700000000", SIGNATURE, BODY);
        assert_eq!(check(&ours, &signed, AT + 301), Err(Refused::BadTime));
        assert_eq!(check(&ours, &signed, AT - 301), Err(Refused::BadTime));
        assert_eq!(check(&ours, &request("17e8", SIGNATURE, BODY), AT), Err(Refused::BadTime));
        assert_eq!(check(&ours, &request("1700000001", SIGNATURE, BODY), AT), Err(Refused::BadSignature));
        assert_eq!(check(&ours, &request("1700000000", SIGNATURE, "{}"), AT), Err(Refused::BadSignature));
        assert_eq!(check(&secrets(&["another"]), &signed, AT), Err(Refused::BadSignature));
        assert_eq!(check(&secrets(&[""]), &signed, AT), Err(Refused::NoSecret));
        assert_eq!(check(&[], &signed, AT), Err(Refused::NoSecret));
        let next_version = SIGNATURE.replacen("v0", "v1", 1);
        for broken in ["", "v0", "v0=", "v0=zz", "=", "v0=é", &next_version] {
            let Ok(value) = http::HeaderValue::from_bytes(broken.as_bytes()) else { continue };
            let mut unsigned = signed.clone();
            unsigned.headers.insert("x-slack-signature", value);
            assert!(check(&ours, &unsigned, AT).is_err(), "{broken}");
        }
        let mut twice = signed.clone();
        twice.headers.append("x-slack-signature", SIGNATURE.parse().expect("a header"));
        assert_eq!(check(&ours, &twice, AT), Err(Refused::Unsigned));
    }
}
