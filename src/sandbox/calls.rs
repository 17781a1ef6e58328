//! The webhooks the stand-in providers owe: kept until they are answered with success, as real providers do.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::Client;
use tokio::sync::Notify;

use super::faults::{Fault, Faults};

/// Tries before a provider gives up.
const TRIES_MAX: u32 = 40;
/// How long a provider waits for an answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// A moment between what happens and the call about it.
const PAUSE: Duration = Duration::from_millis(200);
/// How long it waits after a call that failed.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// One call of a webhook.
#[derive(Clone, Debug)]
pub struct Call {
    /// Where.
    pub url: String,
    /// Its headers, the signature among them.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

/// The calls that are owed. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    owed: Arc<Mutex<VecDeque<(Call, u32)>>>,
    news: Arc<Notify>,
}

impl Calls {
    fn lock(&self) -> MutexGuard<'_, VecDeque<(Call, u32)>> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a call.
    pub fn owe(&self, call: Call) {
        self.lock().push_back((call, 0));
        self.news.notify_one();
    }

    /// How many are owed.
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    /// Makes every call that is owed, once. Those that fail stay owed. How many succeeded.
    pub async fn make(&self, client: &Client, faults: &Faults) -> usize {
        let mut now: Vec<(Call, u32)> = self.lock().drain(..).collect();
        if faults.is_on(Fault::Shuffled) {
            now.reverse();
        }
        let mut made = 0;
        for (call, tries) in now {
            let times = if faults.is_on(Fault::Twice) { 2 } else { 1 };
            let mut answered = false;
            for _ in 0..times {
                answered |= make_one(client, &call).await;
            }
            if answered {
                made += 1;
            } else if tries < TRIES_MAX {
                self.lock().push_back((call, tries + 1));
            }
        }
        made
    }

    /// Makes calls as they come up, for ever.
    pub(super) async fn run(self, client: Client, faults: Faults) {
        loop {
            if self.count() == 0 {
                self.news.notified().await;
            }
            tokio::time::sleep(PAUSE).await;
            let owed = self.count();
            if self.make(&client, &faults).await < owed {
                tokio::time::sleep(RETRY_PAUSE).await;
            }
        }
    }
}

async fn make_one(client: &Client, call: &Call) -> bool {
    let mut request = client.post(&call.url).timeout(PATIENCE).body(call.body.clone());
    for (name, value) in &call.headers {
        request = request.header(*name, value);
    }
    request.send().await.is_ok_and(|answer| answer.status().is_success())
}
