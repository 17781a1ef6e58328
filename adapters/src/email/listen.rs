//! What is new in a mailbox, in order, each mail once.
//!
//! The place is the numbering of the folder (`UIDVALIDITY`) and the last number that was stored. A new numbering looks two weeks
//! back and relies on each mail being named by its content, so that none is answered twice. Invariant: mail that lay in the
//! mailbox before it was connected is never taken for new.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::contract::{Account, Inbound, ListenError, Sink};

use super::config::Config;
use super::imap::Opened;
use super::inbound;
use super::mail::{self, MAIL_BYTES_MAX};
use super::smtp::Identity;

/// How far back a folder with a new numbering is read.
const RESCAN_SECONDS: i64 = 14 * 24 * 60 * 60;
/// How far the mail server's clock may be behind ours.
const CLOCK_SLACK_SECONDS: i64 = 60 * 60;

/// Where a mailbox was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    uid_validity: u32,
    uid: u32,
    /// When the mailbox was connected, in Unix seconds.
    since: i64,
    /// Mails numbered below this were there when the folder was numbered anew.
    #[serde(default)]
    known_below: u32,
}

/// Reads a mailbox until the caller wants to stop.
pub(super) async fn run(
    account: &Account,
    config: &Config,
    identity: &Identity,
    sink: &dyn Sink,
) -> Result<(), ListenError> {
    let mut mailbox = Opened::open(&config.imap, identity, &config.folder).await?;
    let mut place = place(sink, &mailbox).await?;
    sink.connected().await;
    loop {
        for uid in mailbox.above(place.uid).await? {
            take(account, config, &mut mailbox, uid, &mut place, sink).await?;
        }
        match mailbox.wait(sink).await? {
            Some(again) => mailbox = again,
            None => return Ok(()),
        }
    }
}

/// Where to go on.
async fn place(sink: &dyn Sink, mailbox: &Opened) -> Result<Place, ListenError> {
    let stored = sink.cursor().await?.and_then(|cursor| serde_json::from_value::<Place>(cursor).ok());
    let place = match stored {
        Some(place) if place.uid_validity == mailbox.uid_validity => return Ok(place),
        Some(old) => {
            let since = old.since.max(sink.now() - RESCAN_SECONDS);
            tracing::warn!("the mailbox numbers its mails anew; it is read again");
            Place { uid_validity: mailbox.uid_validity, uid: 0, since, known_below: mailbox.uid_next }
        }
        None => Place {
            uid_validity: mailbox.uid_validity,
            uid: mailbox.uid_next.saturating_sub(1),
            since: sink.now(),
            known_below: 0,
        },
    };
    sink.take(Vec::new(), serde_json::to_value(place).ok()).await?;
    Ok(place)
}

async fn take(
    account: &Account,
    config: &Config,
    mailbox: &mut Opened,
    uid: u32,
    place: &mut Place,
    sink: &dyn Sink,
) -> Result<(), ListenError> {
    let mut events = Vec::new();
    let listed = mailbox.look(uid).await?;
    // Of what arrives now the server's clock may say anything; of what was there before, only what came since counts.
    let slack = if uid < place.known_below { 0 } else { CLOCK_SLACK_SECONDS };
    let fresh = listed.filter(|listed| listed.arrived >= place.since - slack);
    if let Some(listed) = fresh {
        let whole = usize::try_from(listed.bytes).is_ok_and(|bytes| bytes <= MAIL_BYTES_MAX);
        if let Some(raw) = mailbox.read(uid, whole).await? {
            events = read(account, config, raw).await;
        }
    }
    place.uid = uid;
    sink.take(events, serde_json::to_value(*place).ok()).await?;
    if config.mark_seen && fresh.is_some() {
        mailbox.mark_seen(uid).await?;
    }
    Ok(())
}

/// What a mail says. A mail that breaks the reader must not stop the mailbox.
async fn read(account: &Account, config: &Config, raw: Vec<u8>) -> Vec<Inbound> {
    let (config, mark) = (config.clone(), loop_mark(account));
    let reading = tokio::task::spawn_blocking(move || match mail::read(&raw) {
        Ok(mail) => inbound::events(&config, &mark, mail),
        Err(why) => vec![Inbound::Ignored(format!("a mail: {why}"))],
    });
    match reading.await {
        Ok(events) => events,
        Err(why) => {
            tracing::error!(%why, "a mail could not be read; it stays in the mailbox");
            Vec::new()
        }
    }
}

/// What this installation marks its mails with.
pub(super) fn loop_mark(account: &Account) -> String {
    let digest = Sha256::digest(account.hook_url.as_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
