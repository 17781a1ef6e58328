//! Whether a request is signed, the handshake of a socket too.
//!
//! The provider signs a handshake with the scheme of a socket, and with the query of its address as if it were a form.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, UPGRADE};
use http::{HeaderMap, Method};
use secrecy::SecretString;

use crate::contract::{RawRequest, Refused};
use crate::twilio::signature;

/// Whether a request was signed with one of the auth tokens.
pub(super) fn check(tokens: &[SecretString], request: &RawRequest) -> Result<(), Refused> {
    if !is_handshake(&request.headers) {
        return signature::check(tokens, request);
    }
    let mut outcome = Err(Refused::BadSignature);
    for spelling in handshakes(request) {
        outcome = signature::check(tokens, &spelling);
        if outcome != Err(Refused::BadSignature) {
            break;
        }
    }
    outcome
}

fn is_handshake(headers: &HeaderMap) -> bool {
    headers.get(UPGRADE).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// The ways in which a handshake may have been signed, as requests whose signature is made like any other's.
fn handshakes(request: &RawRequest) -> [RawRequest; 3] {
    let url = request.url.replacen("http", "ws", 1);
    let (bare, query) = url.split_once('?').unwrap_or((&url, ""));
    let mut headers = request.headers.clone();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let form = |url: String| RawRequest {
        method: Method::POST,
        url,
        headers: headers.clone(),
        body: Bytes::copy_from_slice(query.as_bytes()),
    };
    let whole = RawRequest { url: url.clone(), body: Bytes::new(), ..request.clone() };
    [form(bare.to_owned()), form(format!("{bare}/")), whole]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handshake(signed: &str, form: &[(&str, &str)]) -> RawRequest {
        let form: Vec<(String, String)> = form.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let mut headers = HeaderMap::new();
        headers.insert(UPGRADE, HeaderValue::from_static("WebSocket"));
        let signature = HeaderValue::from_str(&signature::sign("12345", signed, &form)).expect("a header");
        headers.insert("x-twilio-signature", signature);
        let url = "https://x.example/voice/t/socket?a=1".into();
        RawRequest { method: Method::GET, url, headers, body: Bytes::new() }
    }

    #[test]
    fn a_handshake_is_signed_with_the_scheme_of_a_socket() {
        let tokens = ["12345".into()];
        for (signed, form) in [
            ("wss://x.example/voice/t/socket", &[("a", "1")][..]),
            ("wss://x.example/voice/t/socket/", &[("a", "1")][..]),
            ("wss://x.example/voice/t/socket?a=1", &[][..]),
        ] {
            assert_eq!(check(&tokens, &handshake(signed, form)), Ok(()), "{signed}");
        }
        let other = handshake("https://x.example/voice/t/socket?a=1", &[]);
        assert_eq!(check(&tokens, &other), Err(Refused::BadSignature));
        assert_eq!(check(&["".into()], &other), Err(Refused::NoSecret));
        let unsigned =
            RawRequest { headers: [(UPGRADE, HeaderValue::from_static("websocket"))].into_iter().collect(), ..other };
        assert_eq!(check(&tokens, &unsigned), Err(Refused::Unsigned));
    }
}
