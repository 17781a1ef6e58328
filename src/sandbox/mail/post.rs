//! The post office: a mailbox for every address, made when the first mail arrives.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use baton_adapters::email;
use chrono::{DateTime, Utc};
use tokio::sync::watch;

use super::super::faults::{Fault, Faults};
use crate::clock::Clock;

/// Mails a mailbox keeps; the oldest go.
const MAILS_MAX: usize = 2_000;
/// Addresses of this domain do not exist, and mail to them comes back.
pub const NOWHERE: &str = "nowhere.example";

/// A mail in a mailbox.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) uid: u32,
    pub(super) raw: Arc<[u8]>,
    pub(super) arrived: DateTime<Utc>,
    pub(super) seen: bool,
}

#[derive(Debug)]
pub(super) struct Folder {
    pub(super) uid_validity: u32,
    pub(super) uid_next: u32,
    pub(super) mails: Vec<Kept>,
}

#[derive(Debug, Default)]
struct State {
    folders: BTreeMap<String, Folder>,
    passwords: BTreeMap<String, String>,
    tokens: HashSet<String>,
}

/// The post office. Clones share it.
#[derive(Clone)]
pub struct Post {
    state: Arc<Mutex<State>>,
    clock: Arc<dyn Clock>,
    faults: Faults,
    news: Arc<watch::Sender<u64>>,
}

impl Post {
    /// An empty one.
    pub fn new(clock: Arc<dyn Clock>, faults: Faults) -> Self {
        Self { state: Arc::default(), clock, faults, news: Arc::new(watch::channel(0).0) }
    }

    /// Lets somebody read the mailbox of an address with a password. Without one, mailboxes are open to nobody.
    pub fn let_in(&self, address: &str, password: &str) {
        self.lock().passwords.insert(address.to_lowercase(), password.to_owned());
    }

    /// Lets the bearer of a token in, to every mailbox.
    pub fn let_bearer_in(&self, token: &str) {
        self.lock().tokens.insert(token.to_owned());
    }

    /// Takes a token back.
    pub fn forget_bearer(&self, token: &str) {
        self.lock().tokens.remove(token);
    }

    /// Whether a failure is switched on.
    pub(super) fn fails(&self, fault: Fault) -> bool {
        self.faults.is_on(fault)
    }

    /// Delivers a mail to each addressee, and back to its sender what can not be delivered.
    pub fn deliver(&self, sender: &str, to: &[String], raw: &[u8]) {
        let twice = self.fails(Fault::Twice);
        for address in to {
            if address.ends_with(&format!("@{NOWHERE}")) {
                if !sender.is_empty() {
                    self.put(sender, &bounce(sender, address, raw));
                }
                continue;
            }
            self.put(address, raw);
            if twice {
                self.put(address, raw);
            }
        }
        self.ring();
    }

    /// Numbers a mailbox anew, as a server does after it was restored from a backup.
    pub fn renumber(&self, address: &str) {
        let mut state = self.lock();
        if let Some(folder) = state.folders.get_mut(&mailbox(address)) {
            folder.uid_validity += 1;
            for (kept, uid) in folder.mails.iter_mut().zip(1..) {
                kept.uid = uid;
            }
            folder.uid_next = u32::try_from(folder.mails.len()).unwrap_or(0) + 1;
        }
        drop(state);
        self.ring();
    }

    /// Every mail of an address, oldest first.
    pub fn mails(&self, address: &str) -> Vec<email::Mail> {
        let raws: Vec<Arc<[u8]>> =
            self.within(address, |folder| folder.mails.iter().map(|kept| kept.raw.clone()).collect());
        raws.iter().filter_map(|raw| email::read(raw).ok()).collect()
    }

    /// The bytes of every mail of an address, oldest first.
    pub fn raw_mails(&self, address: &str) -> Vec<Arc<[u8]>> {
        self.within(address, |folder| folder.mails.iter().map(|kept| kept.raw.clone()).collect())
    }

    /// Changes with every mail that arrives.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    pub(super) fn opens(&self, user: &str, password: &str) -> bool {
        self.lock().passwords.get(&user.to_lowercase()).is_some_and(|known| known == password)
    }

    pub(super) fn opens_to_bearer(&self, token: &str) -> bool {
        self.lock().tokens.contains(token)
    }

    /// Looks into a mailbox, which is made if there is none.
    pub(super) fn within<T>(&self, address: &str, look: impl FnOnce(&mut Folder) -> T) -> T {
        let mut state = self.lock();
        let empty = || Folder { uid_validity: 1, uid_next: 1, mails: Vec::new() };
        look(state.folders.entry(mailbox(address)).or_insert_with(empty))
    }

    fn put(&self, address: &str, raw: &[u8]) {
        let arrived = self.clock.now();
        self.within(address, |folder| {
            folder.mails.push(Kept { uid: folder.uid_next, raw: raw.into(), arrived, seen: false });
            folder.uid_next += 1;
            if folder.mails.len() > MAILS_MAX {
                folder.mails.remove(0);
            }
        });
    }

    fn ring(&self) {
        self.news.send_modify(|news| *news += 1);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The mailbox of an address; what stands behind a `+` is the same mailbox.
fn mailbox(address: &str) -> String {
    let address = address.trim().to_lowercase();
    match address.split_once('@') {
        Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or(local)),
        None => address,
    }
}

/// The report of a mail that could not be delivered (RFC 3464).
fn bounce(sender: &str, to: &str, raw: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(raw);
    let head = text.split("\r\n\r\n").next().unwrap_or("");
    format!(
        "Return-Path: <>\r\nFrom: Mail Delivery System <mailer-daemon@sandbox.example>\r\nTo: {sender}\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"report\"\r\n\r\n\
         --report\r\nContent-Type: text/plain\r\n\r\nYour mail to {to} could not be delivered.\r\n\
         --report\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; sandbox.example\r\n\r\n\
         Final-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 No such mailbox\r\n\
         --report\r\nContent-Type: text/rfc822-headers\r\n\r\n{head}\r\n--report--\r\n"
    )
    .into_bytes()
}
