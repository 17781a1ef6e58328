//! `X-Hub-Signature-256` over the bytes as they came, and the verify token of Meta's question whether the address is ours.

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::Method;
use secrecy::ExposeSecret as _;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::intake::query;
use crate::contract::{Account, RawRequest, Refused};

const HEADER: &str = "x-hub-signature-256";

/// Whether a request comes from Meta.
pub(super) fn check(account: &Account, request: &RawRequest) -> Result<(), Refused> {
    match request.method {
        Method::GET => asked_with_token(account, request),
        _ => signed(account, request),
    }
}

fn asked_with_token(account: &Account, request: &RawRequest) -> Result<(), Refused> {
    let tokens = account.credentials.get("verify_token");
    let given = query(request, "hub.verify_token").ok_or(Refused::Unsigned)?;
    if query(request, "hub.mode").as_deref() != Some("subscribe") {
        return Err(Refused::Unsigned);
    }
    if tokens.iter().all(|token| token.expose_secret().is_empty()) {
        return Err(Refused::NoSecret);
    }
    let fits = |token: &str| !token.is_empty() && bool::from(token.as_bytes().ct_eq(given.as_bytes()));
    if tokens.iter().any(|token| fits(token.expose_secret())) { Ok(()) } else { Err(Refused::BadSignature) }
}

fn signed(account: &Account, request: &RawRequest) -> Result<(), Refused> {
    let given = request.headers.get(HEADER).ok_or(Refused::Unsigned)?;
    let secrets = account.credentials.get("app_secret");
    if secrets.iter().all(|secret| secret.expose_secret().is_empty()) {
        return Err(Refused::NoSecret);
    }
    let given = given.to_str().ok().and_then(|given| from_hex(given.strip_prefix("sha256=")?));
    let given = given.ok_or(Refused::BadSignature)?;
    // Meta signs the text with everything beyond ASCII escaped, which is also how it sends it. A proxy on the way may have
    // written it out.
    let escaped = std::str::from_utf8(&request.body).ok().filter(|text| !text.is_ascii()).map(escape);
    let bodies = std::iter::once(request.body.as_ref()).chain(escaped.as_deref().map(str::as_bytes));
    let fits = |secret: &str, body: &[u8]| {
        !secret.is_empty() && mac(secret, body).is_some_and(|mac| mac.verify_slice(&given).is_ok())
    };
    let known = bodies.into_iter().any(|body| secrets.iter().any(|secret| fits(secret.expose_secret(), body)));
    if known { Ok(()) } else { Err(Refused::BadSignature) }
}

/// The header for a body, for a stand-in that plays Meta.
pub fn sign(secret: &str, body: &[u8]) -> String {
    let bytes = mac(secret, body).map(|mac| mac.finalize().into_bytes().to_vec()).unwrap_or_default();
    bytes.iter().fold("sha256=".to_owned(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// Everything beyond ASCII as `\uXXXX`, one for each UTF-16 unit.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            escaped.push(c);
        } else {
            escaped.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    escaped
}

fn mac(secret: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(body);
    Some(mac)
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
    if rest.is_empty() { bytes } else { None }
}
