//! SMTP (RFC 5321), as much of it as a submission needs.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::faults::Fault;
use super::post::Post;
use super::wire::Wire;

/// Largest mail that is taken.
const MAIL_BYTES_MAX: usize = 30 * 1024 * 1024;
/// What an answer takes when the server is slow.
const SLOW: Duration = Duration::from_secs(3);

#[derive(Default)]
struct Envelope {
    from: Option<String>,
    to: Vec<String>,
}

pub(super) async fn converse(mut wire: Wire, post: &Post) -> std::io::Result<()> {
    wire.say("220 sandbox.example ESMTP").await?;
    let mut envelope = Envelope::default();
    while let Some(line) = wire.line().await? {
        if post.fails(Fault::Down) {
            return Ok(());
        }
        if post.fails(Fault::Slow) {
            tokio::time::sleep(SLOW).await;
        }
        let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => wire.say("250-sandbox.example\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-AUTH PLAIN LOGIN XOAUTH2\r\n250 SIZE 31457280").await?,
            "HELO" | "NOOP" => wire.say("250 sandbox.example").await?,
            "AUTH" => authenticate(&mut wire, post, rest).await?,
            "MAIL" if post.fails(Fault::Busy) => wire.say("451 4.7.1 Too many mails, try again later").await?,
            "MAIL" => {
                envelope = Envelope { from: Some(path(rest)), to: Vec::new() };
                wire.say("250 2.1.0 Ok").await?;
            }
            "RCPT" if envelope.from.is_none() => wire.say("503 5.5.1 MAIL first").await?,
            "RCPT" if !path(rest).contains('@') => wire.say("501 5.1.3 Bad address").await?,
            "RCPT" => {
                envelope.to.push(path(rest));
                wire.say("250 2.1.5 Ok").await?;
            }
            "DATA" if envelope.to.is_empty() => wire.say("503 5.5.1 RCPT first").await?,
            "DATA" => take(&mut wire, post, std::mem::take(&mut envelope)).await?,
            "RSET" => {
                envelope = Envelope::default();
                wire.say("250 2.0.0 Ok").await?;
            }
            "QUIT" => {
                wire.say("221 2.0.0 Bye").await?;
                return Ok(());
            }
            _ => wire.say("502 5.5.2 Not understood").await?,
        }
    }
    Ok(())
}

async fn take(wire: &mut Wire, post: &Post, envelope: Envelope) -> std::io::Result<()> {
    wire.say("354 Go on; end with a line of one dot").await?;
    let mut raw = Vec::new();
    loop {
        let Some(line) = wire.bytes().await? else { return Ok(()) };
        if line == b"." {
            break;
        }
        raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        raw.extend_from_slice(b"\r\n");
        if raw.len() > MAIL_BYTES_MAX {
            return wire.say("552 5.3.4 Too large").await;
        }
    }
    let sender = envelope.from.unwrap_or_default();
    let marked = [format!("Return-Path: <{sender}>\r\n").into_bytes(), raw].concat();
    post.deliver(&sender, &envelope.to, &marked);
    if post.fails(Fault::Lost) {
        // The line breaks before the answer.
        return wire.hang_up().await;
    }
    wire.say("250 2.0.0 Ok: queued").await
}

async fn authenticate(wire: &mut Wire, post: &Post, rest: &str) -> std::io::Result<()> {
    let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
    let opened = match mechanism.to_ascii_uppercase().as_str() {
        "PLAIN" => {
            let answer = answer(wire, initial, "").await?;
            let mut parts = answer.split('\0').skip(1);
            post.opens(parts.next().unwrap_or(""), parts.next().unwrap_or(""))
        }
        "LOGIN" => {
            let user = answer(wire, initial, "VXNlcm5hbWU6").await?;
            let password = answer(wire, "", "UGFzc3dvcmQ6").await?;
            post.opens(&user, &password)
        }
        "XOAUTH2" => post.opens_to_bearer(bearer(&answer(wire, initial, "").await?)),
        _ => false,
    };
    wire.say(if opened { "235 2.7.0 Welcome" } else { "535 5.7.8 Wrong user name or password" }).await
}

async fn answer(wire: &mut Wire, initial: &str, challenge: &str) -> std::io::Result<String> {
    let coded = if initial.is_empty() {
        wire.say(&format!("334 {challenge}")).await?;
        wire.line().await?.unwrap_or_default()
    } else {
        initial.to_owned()
    };
    Ok(String::from_utf8_lossy(&STANDARD.decode(coded.trim()).unwrap_or_default()).into_owned())
}

/// The token of an XOAUTH2 answer.
pub(super) fn bearer(answer: &str) -> &str {
    answer.split('\x01').find_map(|part| part.strip_prefix("auth=Bearer ")).unwrap_or("")
}

/// The address in `FROM:<a@b> SIZE=1`.
fn path(text: &str) -> String {
    let inside = text.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(path, _)| path);
    inside.unwrap_or_else(|| text.split_once(':').map_or("", |(_, path)| path.trim())).to_lowercase()
}
