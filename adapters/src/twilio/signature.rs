//! `X-Twilio-Signature`: HMAC-SHA1 over the address as Twilio was told it, followed by the parameters of a form in the order
//! of their names. A body of another kind is signed by its SHA-256 in the query.
//!
//! Twilio signs some addresses in another spelling than it calls: with or without the port, with `'` as `%27`. Each
//! spelling is tried.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::form::{decode, is_form};
use crate::contract::{RawRequest, Refused};

const HEADER: &str = "x-twilio-signature";

/// Whether a request was signed with one of the auth tokens.
///
/// # Errors
/// [`Refused`], which says what is missing or wrong.
pub fn check(tokens: &[SecretString], request: &RawRequest) -> Result<(), Refused> {
    let given = request.headers.get(HEADER).ok_or(Refused::Unsigned)?;
    if tokens.iter().all(|token| token.expose_secret().is_empty()) {
        return Err(Refused::NoSecret);
    }
    let given = STANDARD.decode(given.as_bytes()).map_err(|_| Refused::BadSignature)?;
    let parameters = signed_parameters(request)?;
    let fits = spellings(&request.url).into_iter().any(|url| {
        let text = format!("{url}{parameters}");
        let secrets = tokens.iter().map(|token| token.expose_secret()).filter(|token| !token.is_empty());
        secrets.into_iter().any(|token| mac(token, &text).is_some_and(|mac| mac.verify_slice(&given).is_ok()))
    });
    if fits { Ok(()) } else { Err(Refused::BadSignature) }
}

/// The signature of a request to an address, for a stand-in that plays Twilio.
pub fn sign(token: &str, url: &str, form: &[(String, String)]) -> String {
    let text = format!("{url}{}", joined(form.iter().cloned()));
    mac(token, &text).map(|mac| STANDARD.encode(mac.finalize().into_bytes())).unwrap_or_default()
}

/// What follows the address in the signed text.
fn signed_parameters(request: &RawRequest) -> Result<String, Refused> {
    if is_form(request) {
        return Ok(joined(decode(&request.body).into_iter()));
    }
    if request.body.is_empty() {
        return Ok(String::new());
    }
    // What is no form is vouched for by its hash in the address, which is signed.
    let query = request.url.split_once('?').map_or("", |(_, query)| query);
    let named = decode(query.as_bytes()).into_iter().find(|(name, _)| name == "bodySHA256").map(|(_, hash)| hash);
    let actual: String = Sha256::digest(&request.body).iter().map(|byte| format!("{byte:02x}")).collect();
    let named = named.ok_or(Refused::BadSignature)?.to_ascii_lowercase();
    match bool::from(named.as_bytes().ct_eq(actual.as_bytes())) {
        true => Ok(String::new()),
        false => Err(Refused::BadSignature),
    }
}

/// Names in the order of their bytes, each before each of its different values.
fn joined(form: impl Iterator<Item = (String, String)>) -> String {
    let mut by_name: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, value) in form {
        by_name.entry(name).or_default().insert(value);
    }
    let mut text = String::new();
    for (name, values) in &by_name {
        for value in values {
            text.push_str(name);
            text.push_str(value);
        }
    }
    text
}

/// The ways in which an address may have been spelled when it was signed.
fn spellings(url: &str) -> Vec<String> {
    let mut all = vec![url.to_owned()];
    let mut add = |spelling: Option<String>| {
        if let Some(spelling) = spelling.filter(|spelling| !all.contains(spelling)) {
            all.push(spelling);
        }
    };
    add(with_port(url, false));
    add(with_port(url, true));
    for spelling in all.clone() {
        let (path, query) = spelling.split_once('?').unwrap_or((&spelling, ""));
        if query.contains('\'') {
            all.push(format!("{path}?{}", query.replace('\'', "%27")));
        }
        if !query.is_empty() {
            let again =
                url::form_urlencoded::Serializer::new(String::new()).extend_pairs(decode(query.as_bytes())).finish();
            all.push(format!("{path}?{again}"));
        }
    }
    all
}

/// The address with the port of its scheme, or with none.
fn with_port(url: &str, wanted: bool) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let default = match scheme {
        "https" | "wss" => "443",
        "http" | "ws" => "80",
        _ => return None,
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let host_from = authority.rfind('@').map_or(0, |at| at + 1);
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let port_at = authority[host_from..].rfind(':').map(|at| at + host_from).filter(|at| is_port(&authority[at + 1..]));
    match (port_at, wanted) {
        (Some(at), false) => Some(format!("{scheme}://{}{tail}", &authority[..at])),
        (None, true) => Some(format!("{scheme}://{authority}:{default}{tail}")),
        (Some(_), true) | (None, false) => None,
    }
}

fn mac(token: &str, text: &str) -> Option<Hmac<Sha1>> {
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).ok()?;
    mac.update(text.as_bytes());
    Some(mac)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, Method};

    use super::*;

    const TOKEN: &str = "12345";
    const URL: &str = "https://example.com/hooks/t";

    fn request(method: Method, url: &str, form: Option<&str>, body: &[u8], signature: &str) -> RawRequest {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_str(signature).expect("a header"));
        let kind = form.map_or("application/json", |_| "application/x-www-form-urlencoded");
        headers.insert("content-type", HeaderValue::from_str(kind).expect("a header"));
        let body = Bytes::copy_from_slice(form.map_or(body, str::as_bytes));
        RawRequest { method, url: url.into(), headers, body }
    }

    fn post(url: &str, form: &str, signed_url: &str) -> Result<(), Refused> {
        let signature = sign(TOKEN, signed_url, &decode(form.as_bytes()));
        check(&[TOKEN.into()], &request(Method::POST, url, Some(form), b"", &signature))
    }

    /// Computed apart from this code, with Python's `hmac` over the text that Twilio's documentation describes.
    #[test]
    fn signatures_computed_elsewhere_are_found_right() {
        let form = "Digits=1234&To=%2B18005551212&From=%2B14158675310&Caller=%2B14158675310&CallSid=CA1234567890ABCDE";
        let url = "https://example.com/myapp.php?foo=1&bar=2";
        assert_eq!(sign(TOKEN, url, &decode(form.as_bytes())), "L/OH5YylLD5NRKLltdqwSvS0BnU=");
        let body = b"{\"a\":1}";
        let url = format!("{URL}?bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862");
        let signature = sign(TOKEN, &url, &[]);
        assert_eq!(check(&[TOKEN.into()], &request(Method::POST, &url, None, body, &signature)), Ok(()));
        let other = request(Method::POST, &url, None, b"{\"a\":2}", &signature);
        assert_eq!(check(&[TOKEN.into()], &other), Err(Refused::BadSignature));
        let unvouched = request(Method::POST, URL, None, body, &sign(TOKEN, URL, &[]));
        assert_eq!(check(&[TOKEN.into()], &unvouched), Err(Refused::BadSignature));
    }

    #[test]
    fn an_address_may_have_been_signed_in_another_spelling() {
        let form = "Body=Hi&From=%2B1";
        for (called, signed) in [
            (URL, "https://example.com:443/hooks/t"),
            ("https://example.com:443/hooks/t", URL),
            ("http://example.com/t", "http://example.com:80/t"),
            ("https://example.com:8443/t?x=1", "https://example.com/t?x=1"),
            ("https://me:secret@example.com/t", "https://me:secret@example.com:443/t"),
            ("https://example.com/t?q=it's", "https://example.com/t?q=it%27s"),
            ("https://[2001:db8::1]/t", "https://[2001:db8::1]:443/t"),
        ] {
            assert_eq!(post(called, form, signed), Ok(()), "{called} signed as {signed}");
        }
        for wrong in ["https://example.com/hooks/u", "http://example.com/hooks/t", "https://example.com//hooks/t"] {
            assert_eq!(post(URL, form, wrong), Err(Refused::BadSignature), "{wrong}");
        }
    }

    #[test]
    fn names_are_sorted_by_their_bytes_and_repeated_values_count_once() {
        let text = |form: &str| joined(decode(form.as_bytes()).into_iter());
        assert_eq!(text("Reason=a&ReasonX=b"), "ReasonaReasonXb");
        assert_eq!(text("k=2&k=1&k=2"), "k1k2");
        assert_eq!(text("callSid=c&CallSid=b&CALLSID=a&Empty="), "CALLSIDaCallSidbEmptycallSidc");
        assert_eq!(text("Body=a+b%2Bc%C3%A9"), "Bodya b+c\u{e9}");
    }

    #[test]
    fn any_of_the_tokens_fits_and_none_is_never_enough() {
        let signature = sign("old", URL, &[]);
        let asked = request(Method::GET, URL, None, b"", &signature);
        assert_eq!(check(&["new".into(), "old".into()], &asked), Ok(()));
        assert_eq!(check(&["new".into()], &asked), Err(Refused::BadSignature));
        assert_eq!(check(&[], &asked), Err(Refused::NoSecret));
        let empty = request(Method::GET, URL, None, b"", &sign("", URL, &[]));
        assert_eq!(check(&["".into()], &empty), Err(Refused::NoSecret));
    }
}
