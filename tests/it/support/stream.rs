//! Reads an event stream whose data is text: the patches of an open inbox.

use std::time::Duration;

/// Longest wait for an event that must come.
const EVENT_WAIT: Duration = Duration::from_secs(5);

/// Silence after which a stream that is still open is taken to have said everything.
const QUIET: Duration = Duration::from_secs(1);

/// An open stream.
pub struct Stream {
    response: reqwest::Response,
    unread: String,
}

impl Stream {
    pub fn of(response: reqwest::Response) -> Self {
        Self { response, unread: String::new() }
    }

    /// The name and the data of the next event, which must come.
    pub async fn next(&mut self) -> (String, String) {
        tokio::time::timeout(EVENT_WAIT, self.read()).await.expect("an event in time").expect("an open stream")
    }

    /// Reads until an event of this name holds `words`; what it holds.
    pub async fn until(&mut self, name: &str, words: &str) -> String {
        loop {
            let (event, data) = self.next().await;
            if event == name && data.contains(words) {
                return data;
            }
        }
    }

    /// Everything that comes until the server ends the stream, or until nothing came for a while.
    pub async fn rest(&mut self) -> String {
        let mut told = String::new();
        while let Ok(Some((_, data))) = tokio::time::timeout(QUIET, self.read()).await {
            told.push_str(&data);
        }
        told
    }

    /// Whether the server ends the stream.
    pub async fn ends(&mut self) -> bool {
        tokio::time::timeout(EVENT_WAIT, async { while self.read().await.is_some() {} }).await.is_ok()
    }

    async fn read(&mut self) -> Option<(String, String)> {
        loop {
            while let Some((block, rest)) = self.unread.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.unread = rest;
                if let Some(name) = values(&block, "event: ").first() {
                    return Some(((*name).to_owned(), values(&block, "data: ").join("\n")));
                }
            }
            let chunk = self.response.chunk().await.ok()??;
            self.unread.push_str(&String::from_utf8_lossy(&chunk));
        }
    }
}

/// The values of a field of an event, in order.
fn values<'a>(block: &'a str, field: &str) -> Vec<&'a str> {
    block.lines().filter_map(|line| line.strip_prefix(field)).collect()
}
