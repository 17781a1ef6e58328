//! Server-sent events (WHATWG HTML, section 9.2) over a bounded queue. A reader that is too slow is cut off and connects again.

use std::convert::Infallible;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::stream;
use tokio::sync::mpsc;

/// Events a reader may be behind before the writer waits.
const QUEUE: usize = 256;
/// Time without an event after which a comment keeps proxies from closing the connection.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a browser waits before it connects again.
const RETRY_MS: u32 = 2_000;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    name: &'static str,
    id: Option<i64>,
    data: String,
}

impl Event {
    /// An event that is not replayed.
    pub fn named(name: &'static str, data: String) -> Self {
        Self { name, id: None, data }
    }

    /// An event a reader can resume after.
    #[must_use]
    pub fn with_id(self, id: i64) -> Self {
        Self { id: Some(id), ..self }
    }

    /// The event on the wire.
    pub fn encode(&self) -> String {
        let mut wire = String::with_capacity(self.data.len() + 48);
        if let Some(id) = self.id {
            wire.push_str(&format!("id: {id}\n"));
        }
        wire.push_str(&format!("event: {}\n", self.name));
        // A carriage return would end a line for the reader as well.
        for line in self.data.split(['\n', '\r']) {
            wire.push_str("data: ");
            wire.push_str(line);
            wire.push('\n');
        }
        wire.push('\n');
        wire
    }
}

/// A queue and the response that drains it. The response ends when the sender is dropped.
pub fn open() -> (mpsc::Sender<Event>, HttpResponse) {
    let (sender, receiver) = mpsc::channel::<Event>(QUEUE);
    let hello = Bytes::from(format!("retry: {RETRY_MS}\n\n"));
    let body = stream::unfold((receiver, Some(hello)), |(mut receiver, hello)| async move {
        if let Some(hello) = hello {
            return Some((Ok::<_, Infallible>(hello), (receiver, None)));
        }
        let bytes = match tokio::time::timeout(HEARTBEAT, receiver.recv()).await {
            Ok(Some(event)) => Bytes::from(event.encode()),
            Ok(None) => return None,
            Err(_) => Bytes::from_static(b": still here\n\n"),
        };
        Some((Ok(bytes), (receiver, None)))
    });
    let response = HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-cache, no-transform"))
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(body);
    (sender, response)
}

#[cfg(test)]
mod tests {
    use super::Event;

    #[test]
    fn every_line_of_data_is_marked() {
        let event = Event::named("patch", "<p>\none\r\ntwo</p>".into()).with_id(7);
        assert_eq!(event.encode(), "id: 7\nevent: patch\ndata: <p>\ndata: one\ndata: \ndata: two</p>\n\n");
    }
}
