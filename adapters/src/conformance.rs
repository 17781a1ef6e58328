//! Rules that every channel must pass, whatever its provider. Run over the whole registry, and by a channel's own tests.

use bytes::Bytes;
use http::{HeaderMap, Method};

use crate::contract::{Channel, Credentials, RawRequest};

/// Checks the rules. The error names the one that was broken.
///
/// # Errors
/// The broken rule, in words.
pub fn check(channel: &dyn Channel) -> Result<(), String> {
    let kind = channel.kind();
    let hostile: [&[u8]; 6] = [b"", b"\0\xff\xfe", b"{", b"[]", b"a=1&a=2&%zz", &[b'['; 4096]];
    for body in hostile {
        let request = RawRequest {
            method: Method::POST,
            url: "https://support.example/hooks/x".into(),
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(body),
        };
        if channel.authenticate(&Credentials::default(), &request, 0).is_ok() {
            return Err(format!("{kind}: an unsigned request was believed"));
        }
        // Parsing bytes nobody signed may fail, but it must return.
        drop(channel.parse(&request));
    }
    if channel.capabilities().text_chars_max == 0 {
        return Err(format!("{kind}: no message fits"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::Registry;

    #[test]
    fn every_channel_of_the_registry_keeps_the_rules() {
        for channel in Registry::standard().iter() {
            super::check(channel.as_ref()).unwrap_or_else(|rule| panic!("{rule}"));
        }
    }
}
