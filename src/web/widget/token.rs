//! Contact tokens: JWTs (RFC 7519) signed with HMAC-SHA256 and nothing else (RFC 8725 section 3.1), under a key of their own.
//!
//! May not say who may do what. Invariant: nothing of a token is parsed before its signature was checked.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

use crate::handoff::{ChannelId, ContactId};

/// What the key is derived for.
pub(super) const PURPOSE: &str = "contact tokens";
/// The one header there is.
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
const SUBJECT: &str = "widget-contact";
/// Longest token that is looked at, in bytes.
const TOKEN_BYTES_MAX: usize = 4 * 1024;

/// Whom a token speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claims {
    /// The installation.
    pub(super) organisation: Uuid,
    /// The customer.
    pub(super) contact: ContactId,
    /// The widget it was made by; `None` is every widget of the installation.
    pub(super) channel: Option<ChannelId>,
    /// Whether the installation's own server vouched for them.
    pub(super) verified: bool,
}

/// Not one of our tokens. Deliberately without a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Forged;

#[derive(Serialize, Deserialize)]
struct Payload {
    sub: Subject,
    iat: i64,
}

#[derive(Serialize, Deserialize)]
struct Subject {
    #[serde(rename = "type")]
    kind: String,
    payload: SubjectPayload,
}

#[derive(Serialize, Deserialize)]
struct SubjectPayload {
    org_id: Uuid,
    contact: Contact,
    channel_id: Option<ChannelId>,
    verified: bool,
}

#[derive(Serialize, Deserialize)]
struct Contact {
    id: ContactId,
}

/// Makes a token at a time, in Unix seconds.
pub(super) fn sign(key: &[u8], claims: Claims, issued_at: i64) -> Result<String, serde_json::Error> {
    let payload = SubjectPayload {
        org_id: claims.organisation,
        contact: Contact { id: claims.contact },
        channel_id: claims.channel,
        verified: claims.verified,
    };
    let payload = Payload { sub: Subject { kind: SUBJECT.into(), payload }, iat: issued_at };
    let (header, payload) = (URL_SAFE_NO_PAD.encode(HEADER), URL_SAFE_NO_PAD.encode(serde_json::to_vec(&payload)?));
    let signed = format!("{header}.{payload}");
    let signature = URL_SAFE_NO_PAD.encode(mac(key, &signed).finalize().into_bytes());
    Ok(format!("{signed}.{signature}"))
}

/// Reads a token, if it is one of ours.
pub(super) fn verify(key: &[u8], token: &str) -> Result<Claims, Forged> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(Forged);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Forged)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Forged)?;
    mac(key, signed).verify_slice(&signature).map_err(|_| Forged)?;
    let (header, payload) = signed.split_once('.').ok_or(Forged)?;
    // Only this server signs, always with this header: any other was not meant as a contact token.
    if URL_SAFE_NO_PAD.decode(header).map_err(|_| Forged)? != HEADER.as_bytes() {
        return Err(Forged);
    }
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| Forged)?;
    let Payload { sub, .. } = serde_json::from_slice(&payload).map_err(|_| Forged)?;
    if sub.kind != SUBJECT {
        return Err(Forged);
    }
    let SubjectPayload { org_id, contact, channel_id, verified } = sub.payload;
    Ok(Claims { organisation: org_id, contact: contact.id, channel: channel_id, verified })
}

fn mac(key: &[u8], signed: &str) -> Hmac<Sha256> {
    let mut mac = match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mac) => mac,
        Err(never) => unreachable!("HMAC takes a key of any length: {never}"),
    };
    mac.update(signed.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed apart from this code, with the key 00 01 02 ... 1f.
    const VECTOR: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOnsidHlwZSI6IndpZGdldC1jb250YWN0IiwicGF5bG9hZCI6eyJvcm\
        dfaWQiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDEiLCJjb250YWN0Ijp7ImlkIjoiMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAt\
        MDAwMDAwMDAwMDAyIn0sImNoYW5uZWxfaWQiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDMiLCJ2ZXJpZmllZCI6ZmFsc2V9fS\
        wiaWF0IjoxNzkwMDAwMDAwfQ.T5HZDR9G_-3umYpkwdFfjU81YqWycUPh7ngw54yBaJ4";

    fn key() -> Vec<u8> {
        (0..32).collect()
    }

    fn claims() -> Claims {
        Claims {
            organisation: Uuid::from_u128(1),
            contact: ContactId(Uuid::from_u128(2)),
            channel: Some(ChannelId(Uuid::from_u128(3))),
            verified: false,
        }
    }

    fn signed(header: &str, payload: &str) -> String {
        let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature = URL_SAFE_NO_PAD.encode(mac(&key(), &text).finalize().into_bytes());
        format!("{text}.{signature}")
    }

    fn payload() -> String {
        let payload = VECTOR.split('.').nth(1).expect("a payload");
        String::from_utf8(URL_SAFE_NO_PAD.decode(payload).expect("base64url")).expect("UTF-8")
    }

    #[test]
    fn a_token_is_made_and_read_as_the_standard_says() {
        assert_eq!(sign(&key(), claims(), 1_790_000_000).expect("a token"), VECTOR);
        assert_eq!(verify(&key(), VECTOR), Ok(claims()));
    }

    #[test]
    fn a_token_of_another_key_or_a_changed_one_is_refused() {
        assert_eq!(verify(&[0; 32], VECTOR), Err(Forged));
        for place in [3, 60, VECTOR.len() - 2] {
            let mut changed = VECTOR.as_bytes().to_vec();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(verify(&key(), &String::from_utf8(changed).expect("ASCII")), Err(Forged), "byte {place}");
        }
    }

    #[test]
    fn no_other_algorithm_is_accepted_even_with_a_good_signature() {
        let headers = [
            r#"{"alg":"none"}"#,
            r#"{"alg":"None","typ":"JWT"}"#,
            r#"{"alg":"HS512","typ":"JWT"}"#,
            r#"{"alg":"RS256","typ":"JWT"}"#,
            r#"{"alg":"hs256","typ":"JWT"}"#,
            r#"{"alg":"HS256","typ":"JWT","crit":["b64"],"b64":false}"#,
            r#"{"alg":"HS256","typ":"JWT","jwk":{"kty":"oct","k":"AA"}}"#,
            r#"{"alg":"HS256","typ":"JWT","kid":"../../dev/null"}"#,
            "{}",
        ];
        for header in headers {
            assert_eq!(verify(&key(), &signed(header, &payload())), Err(Forged), "{header}");
        }
        assert_eq!(verify(&key(), &signed(HEADER, &payload())), Ok(claims()));
    }

    #[test]
    fn a_missing_signature_and_other_shapes_are_refused() {
        let unsigned = VECTOR.rsplit_once('.').expect("a signature").0;
        let cases = [
            String::new(),
            "..".into(),
            "a.b.c".into(),
            unsigned.to_owned(),
            format!("{unsigned}."),
            format!("{VECTOR}."),
            format!("{VECTOR}="),
            format!("{VECTOR}.AAAA"),
            format!(" {VECTOR}"),
            format!("{}.{VECTOR}", URL_SAFE_NO_PAD.encode("{}")),
            "x".repeat(TOKEN_BYTES_MAX + 1),
        ];
        for token in cases {
            assert_eq!(verify(&key(), &token), Err(Forged), "{token}");
        }
    }

    #[test]
    fn a_signed_token_of_another_kind_is_refused() {
        let other_kind = payload().replace(SUBJECT, "agent");
        let no_contact = payload().replace(r#""contact":{"id":"00000000-0000-0000-0000-000000000002"},"#, "");
        let twice = payload().replace(r#""verified":false"#, r#""verified":false,"verified":true"#);
        for payload in [other_kind, no_contact, twice, "[]".into(), "null".into()] {
            assert_eq!(verify(&key(), &signed(HEADER, &payload)), Err(Forged), "{payload}");
        }
    }
}
