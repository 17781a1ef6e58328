//! What clients were promised: kept by them, compared with what is stored when everything is over.

use std::collections::HashSet;
use std::sync::Mutex;
use std::time::Instant;

use uuid::Uuid;

/// The promises of a whole run.
#[derive(Debug, Default)]
pub struct Ledger {
    received: Mutex<Vec<Received>>,
    offered: Mutex<HashSet<String>>,
    replies: Mutex<Vec<Replied>>,
    takeovers: Mutex<Vec<TakenOver>>,
}

/// A customer's message that was answered with "stored".
#[derive(Clone, Debug)]
pub struct Received {
    /// `web` or `sms`.
    pub channel: &'static str,
    /// The provider's or the widget's name for it.
    pub id: String,
    /// The customer's number, or the session.
    pub from: String,
    pub text: String,
}

/// A person's reply that was answered with "stored".
#[derive(Clone, Debug)]
pub struct Replied {
    pub number: i64,
    pub message: Uuid,
    pub text: String,
}

/// A take-over that was answered with "it is yours".
#[derive(Clone, Copy, Debug)]
pub struct TakenOver {
    pub number: i64,
    /// The epoch it began.
    pub epoch: i64,
    pub at: Instant,
}

impl Ledger {
    /// A customer is about to send this: from here on it may be stored.
    pub fn offer(&self, text: &str) {
        self.offered.lock().expect("no panic").insert(text.to_owned());
    }

    pub fn received(&self, channel: &'static str, id: &str, from: &str, text: &str) {
        let received = Received { channel, id: id.to_owned(), from: from.to_owned(), text: text.to_owned() };
        self.received.lock().expect("no panic").push(received);
    }

    pub fn replied(&self, number: i64, message: Uuid, text: &str) {
        self.replies.lock().expect("no panic").push(Replied { number, message, text: text.to_owned() });
    }

    pub fn taken_over(&self, number: i64, epoch: i64) {
        self.takeovers.lock().expect("no panic").push(TakenOver { number, epoch, at: Instant::now() });
    }

    /// Everything written down so far.
    pub fn promises(&self) -> Promises {
        Promises {
            received: self.received.lock().expect("no panic").clone(),
            offered: self.offered.lock().expect("no panic").clone(),
            replies: self.replies.lock().expect("no panic").clone(),
            takeovers: self.takeovers.lock().expect("no panic").clone(),
        }
    }
}

/// What an audit compares the database and the world with.
#[derive(Clone, Debug, Default)]
pub struct Promises {
    /// In the order of the promises.
    pub received: Vec<Received>,
    pub offered: HashSet<String>,
    pub replies: Vec<Replied>,
    pub takeovers: Vec<TakenOver>,
}
