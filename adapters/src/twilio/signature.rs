//! `X-Twilio-Signature`: HMAC-SHA1 over the address and the form, as the provider's own libraries compute it.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use url::Url;

use crate::contract::{RawRequest, Refused};

const HEADER: &str = "x-twilio-signature";

/// A form's fields: each name once, its values once each, in the order of their bytes.
type Fields = BTreeMap<String, BTreeSet<String>>;

/// Whether the provider signed the request with one of the secrets.
///
/// # Errors
/// [`Refused`] if the signature or every secret is missing, or none fits.
pub fn verify(secrets: &[SecretString], request: &RawRequest) -> Result<(), Refused> {
    let given = request.headers.get(HEADER).and_then(|value| value.to_str().ok()).ok_or(Refused::Unsigned)?;
    if secrets.iter().all(|secret| secret.expose_secret().is_empty()) {
        return Err(Refused::NoSecret);
    }
    let given = STANDARD.decode(given.trim()).map_err(|_| Refused::BadSignature)?;
    let (fields, addresses) = signed(request).ok_or(Refused::BadSignature)?;
    let fits = |secret: &SecretString| {
        let key = secret.expose_secret().as_bytes();
        !key.is_empty() && addresses.iter().any(|address| bool::from(mac(key, address, &fields).ct_eq(&given)))
    };
    if secrets.iter().any(fits) { Ok(()) } else { Err(Refused::BadSignature) }
}

/// The header's value for a request, as the provider computes it. For a stand-in of the provider.
pub fn sign(secret: &SecretString, url: &str, form_body: &[u8]) -> String {
    STANDARD.encode(mac(secret.expose_secret().as_bytes(), url, &form(form_body)))
}

/// What is signed of a request: the form's fields, and the ways its address may have been written.
fn signed(request: &RawRequest) -> Option<(Fields, Vec<String>)> {
    if is_handshake(request) {
        // The scheme of a socket, and its query as if it were a form.
        let url = request.url.replacen("http", "ws", 1);
        let (bare, query) = url.split_once('?').unwrap_or((&url, ""));
        let mut addresses = spellings(bare);
        addresses.extend(spellings(&format!("{bare}/")));
        return Some((form(query.as_bytes()), addresses));
    }
    let addresses = spellings(&request.url);
    if request.body.is_empty() || is_form(request) {
        return Some((form(&request.body), addresses));
    }
    // Another body is named in the query by its hash.
    let query = request.url.split_once('?').map_or("", |(_, query)| query);
    let named = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "bodySHA256")?.1;
    let hash: String = Sha256::digest(&request.body).iter().map(|byte| format!("{byte:02x}")).collect();
    named.eq_ignore_ascii_case(&hash).then(|| (Fields::new(), addresses))
}

fn is_handshake(request: &RawRequest) -> bool {
    let upgrade = request.headers.get(http::header::UPGRADE).and_then(|value| value.to_str().ok());
    upgrade.is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
}

fn is_form(request: &RawRequest) -> bool {
    let kind = request.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded"))
}

fn form(body: &[u8]) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in url::form_urlencoded::parse(body) {
        fields.entry(name.into_owned()).or_default().insert(value.into_owned());
    }
    fields
}

/// The provider signs with or without a port, and may write an apostrophe as `%27`.
fn spellings(url: &str) -> Vec<String> {
    let mut all = vec![url.to_owned()];
    if let Ok(parsed) = Url::parse(url)
        && let Some((before, host, after)) = around_host(url)
    {
        let without = format!("{before}{host}{after}");
        let port = parsed.port().unwrap_or(if matches!(parsed.scheme(), "https" | "wss") { 443 } else { 80 });
        all.push(format!("{before}{host}:{port}{after}"));
        all.push(without);
    }
    let escaped: Vec<String> =
        all.iter().filter(|one| one.contains('\'')).map(|one| one.replace('\'', "%27")).collect();
    all.extend(escaped);
    all.dedup();
    all
}

/// The address before its host, its host without a port, and what comes after both. Bytes are left as they are.
fn around_host(url: &str) -> Option<(&str, &str, &str)> {
    let begin = url.find("://")? + 3;
    let end = url[begin..].find(['/', '?', '#']).map_or(url.len(), |at| begin + at);
    let begin = url[begin..end].rfind('@').map_or(begin, |at| begin + at + 1);
    let host = &url[begin..end];
    let bare = match host.rfind(':') {
        Some(at) if !host[at..].contains(']') => &host[..at],
        _ => host,
    };
    Some((&url[..begin], bare, &url[end..]))
}

fn mac(key: &[u8], address: &str, fields: &Fields) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key) else { return Vec::new() };
    mac.update(address.as_bytes());
    for (name, values) in fields {
        for value in values {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
    }
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, Method};

    use super::*;

    const BODY: &str =
        "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";

    fn request(url: &str, body: &str, signature: &str) -> RawRequest {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", "application/x-www-form-urlencoded; charset=UTF-8".parse().expect("a header"));
        headers.insert(HEADER, signature.parse().expect("a header"));
        RawRequest { method: Method::POST, url: url.into(), headers, body: Bytes::copy_from_slice(body.as_bytes()) }
    }

    fn check(request: &RawRequest) -> Result<(), Refused> {
        verify(&["12345".into()], request)
    }

    fn sign(url: &str, fields: &Fields) -> String {
        STANDARD.encode(mac(b"12345", url, fields))
    }

    #[test]
    fn the_documented_example_fits_with_and_without_a_port() {
        for (url, signature) in [
            ("https://mycompany.com/myapp.php?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
            ("https://mycompany.com:443/myapp.php?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
            ("https://mycompany.com:1234/myapp.php?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
            ("https://mycompany.com/myapp.php?foo=1&bar=2", "kvajT1Ptam85bY51eRf/AJRuM3w="),
        ] {
            assert_eq!(check(&request(url, BODY, signature)), Ok(()), "{url}");
        }
    }

    #[test]
    fn whatever_is_changed_is_refused() {
        let (url, good) = ("https://mycompany.com/myapp.php?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
        let refused = Err(Refused::BadSignature);
        assert_eq!(check(&request("https://mycompany.com/myapp.php?foo=1&bar=3", BODY, good)), refused);
        assert_eq!(check(&request(url, &BODY.replace("1234&", "1235&"), good)), refused);
        assert_eq!(check(&request(url, BODY, "nonsense")), refused);
        assert_eq!(verify(&["other".into()], &request(url, BODY, good)), refused);
        assert_eq!(verify(&["".into()], &request(url, BODY, good)), Err(Refused::NoSecret));
        assert_eq!(verify(&["other".into(), "12345".into()], &request(url, BODY, good)), Ok(()));
        let unsigned = RawRequest { headers: HeaderMap::new(), ..request(url, BODY, good) };
        assert_eq!(check(&unsigned), Err(Refused::Unsigned));
    }

    #[test]
    fn names_are_sorted_alone_and_a_repeated_value_counts_once() {
        let body = "ReasonConferenceEnded=a&Reason=b&Reason=b&Reason=a&Empty=";
        let written = "https://x.example/EmptyReasonaReasonbReasonConferenceEndeda";
        let signature = sign(written, &Fields::new());
        assert_eq!(check(&request("https://x.example/", body, &signature)), Ok(()));
    }

    #[test]
    fn a_body_that_is_no_form_must_be_named_in_the_query() {
        let hash: String = Sha256::digest(b"{}").iter().map(|byte| format!("{byte:02x}")).collect();
        let json = |url: &str| {
            let mut request = request(url, "{}", &sign(url, &Fields::new()));
            request.headers.insert("content-type", "application/json".parse().expect("a header"));
            request
        };
        assert_eq!(check(&json(&format!("https://x.example/h?bodySHA256={hash}"))), Ok(()));
        assert_eq!(check(&json("https://x.example/h")), Err(Refused::BadSignature));
        assert_eq!(check(&json("https://x.example/h?bodySHA256=00")), Err(Refused::BadSignature));
    }

    #[test]
    fn a_handshake_is_signed_with_the_scheme_of_a_socket() {
        let mut handshake = request("https://x.example/voice/t/socket?a=1", "", "");
        handshake.headers.insert("upgrade", "WebSocket".parse().expect("a header"));
        for address in ["wss://x.example/voice/t/socket", "wss://x.example/voice/t/socket/"] {
            let signature = sign(address, &form(b"a=1"));
            handshake.headers.insert(HEADER, signature.parse().expect("a header"));
            assert_eq!(check(&handshake), Ok(()), "{address}");
        }
        handshake
            .headers
            .insert(HEADER, sign("https://x.example/voice/t/socket?a=1", &Fields::new()).parse().expect("a header"));
        assert_eq!(check(&handshake), Err(Refused::BadSignature));
    }
}
