//! How a mail finds its conversation again: a token of ours in the Message-IDs we make and in the address answers go to.
//!
//! Pure. The token itself is made and checked by the desk, which alone can tell a real one from a guess.

use super::mail::Mail;

/// Shortest and longest token.
const TOKEN_BYTES: std::ops::RangeInclusive<usize> = 16..=64;
/// Stands in front of a token, so that no other Message-ID is taken for one of ours.
const MARK: &str = "b.";
/// Stands between an address and a token (RFC 5233).
const TAG: char = '+';

/// The Message-ID of a mail: the same for every try, so that a receiver drops a second one.
pub(super) fn message_id(token: &str, key: &str, domain: &str) -> String {
    let key: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{MARK}{token}.{key}@{domain}")
}

/// The token in a Message-ID of ours.
fn token_of(id: &str) -> Option<&str> {
    let (left, _) = id.rsplit_once('@')?;
    let (token, key) = left.strip_prefix(MARK)?.split_once('.')?;
    (is_token(token) && !key.is_empty()).then_some(token)
}

/// Whether a Message-ID has the form of ours.
pub(super) fn is_made_by_us(id: &str) -> bool {
    token_of(id).is_some()
}

/// `support@shop.example` with a token: `support+token@shop.example`.
pub(super) fn tagged(address: &str, token: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{local}{TAG}{token}@{domain}"),
        None => address.to_owned(),
    }
}

/// The token in an address of ours.
fn token_in(address: &str, ours: &[String]) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    let (base, token) = local.rsplit_once(TAG)?;
    let known = ours.iter().any(|our| our.rsplit_once('@') == Some((base, domain)));
    (known && is_token(token)).then(|| token.to_owned())
}

fn is_token(token: &str) -> bool {
    TOKEN_BYTES.contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// Every token a mail carries, the surest first.
pub(super) fn tokens(mail: &Mail, ours: &[String]) -> Vec<String> {
    let addresses = mail.delivered_to.iter().chain(mail.to.iter().chain(&mail.cc).map(|mailbox| &mailbox.address));
    let mut tokens: Vec<String> = addresses.filter_map(|address| token_in(address, ours)).collect();
    tokens.extend(mail.refers_to.iter().filter_map(|id| token_of(id)).map(str::to_owned));
    if let Some(bounce) = &mail.bounce {
        tokens.extend(bounce.message_ids.iter().filter_map(|id| token_of(id)).map(str::to_owned));
    }
    let mut once = Vec::new();
    for token in tokens {
        if !once.contains(&token) {
            once.push(token);
        }
    }
    once
}

/// Whether an address is one of ours, with a token or without.
pub(super) fn is_ours(address: &str, ours: &[String]) -> bool {
    let address = address.to_lowercase();
    ours.contains(&address) || token_in(&address, ours).is_some()
}

/// A subject without the marks of answers and forwards.
pub fn bare_subject(subject: &str) -> &str {
    /// Marks of answers in many languages.
    const MARKS: [&str; 18] = [
        "re", "aw", "sv", "vs", "antw", "ref", "res", "rif", "odp", "ynt", "回复", "答复", "fwd", "fw", "wg", "tr",
        "rv", "enc",
    ];
    let mut rest = subject.trim();
    loop {
        let Some((mark, after)) = rest.split_once([':', '：']) else { return rest };
        let mark = mark.trim().to_lowercase();
        let mark = mark.split('[').next().unwrap_or("");
        if !MARKS.contains(&mark) {
            return rest;
        }
        rest = after.trim_start();
    }
}

/// A subject as the answer to it: one mark, whatever there was.
pub(super) fn answer_subject(subject: &str) -> String {
    let bare = bare_subject(subject);
    if bare.is_empty() { "Your message to us".to_owned() } else { format!("Re: {bare}") }
}

#[cfg(test)]
mod tests {
    use super::super::mail::Mailbox;
    use super::*;

    const TOKEN: &str = "k3v9x2m7q4t8w5z1";

    fn mailbox(address: &str) -> Mailbox {
        Mailbox { name: String::new(), address: address.into() }
    }

    #[test]
    fn a_token_is_found_in_addresses_and_references() {
        let ours = ["support@shop.example".to_owned()];
        let id = message_id(TOKEN, "0199-ab", "shop.example");
        assert_eq!(id, format!("b.{TOKEN}.0199ab@shop.example"));
        let mail = Mail { refers_to: vec!["x@y".into(), id], ..Mail::default() };
        assert_eq!(tokens(&mail, &ours), [TOKEN]);
        let mail = Mail { to: vec![mailbox(&tagged(&ours[0], TOKEN))], ..Mail::default() };
        assert_eq!(tokens(&mail, &ours), [TOKEN]);
        let elsewhere = Mail { to: vec![mailbox(&format!("support+{TOKEN}@evil.example"))], ..Mail::default() };
        assert_eq!(tokens(&elsewhere, &ours), Vec::<String>::new());
    }

    #[test]
    fn subjects_are_compared_without_marks() {
        assert_eq!(bare_subject("Re: AW: Re[2]: Lamp: broken"), "Lamp: broken");
        assert_eq!(answer_subject("RE: Fwd: Lamp"), "Re: Lamp");
        assert_eq!(bare_subject("Refund: when?"), "Refund: when?");
    }
}
