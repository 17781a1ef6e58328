//! Server-sent events (WHATWG HTML, section 9.2).
//!
//! May not hold an event longer than it takes to write it: a stream is pulled by its socket, so a reader that is slow costs
//! nothing but its own place among the news, and an idle one no buffer.

use std::error::Error;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::{Stream, StreamExt as _, stream};

/// Time without an event after which a comment keeps proxies from closing the connection.
pub const HEARTBEAT: Duration = Duration::from_secs(15);
/// Bytes the server may gather before it writes them, and the most of an event that it is given at a time: together they fit
/// into the buffer that each connection has anyway.
pub const GATHER_BYTES_MAX: usize = 4_096;
const PIECE_BYTES_MAX: usize = 3_072;
/// The comment.
pub const STILL_HERE: Bytes = Bytes::from_static(b": still here\n\n");

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
    pub fn encode(&self) -> Bytes {
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
        Bytes::from(wire)
    }
}

/// What a stream begins with: how long the reader waits before it connects again.
pub fn hello(retry_ms: u32) -> Bytes {
    Bytes::from(format!("retry: {retry_ms}\n\n"))
}

/// The response that passes on what a stream gives, for as long as it does. In small pieces, each written before the next one
/// is taken: the server would keep a buffer as large as the largest for every idle stream.
pub fn respond<Failure: Error + 'static>(chunks: impl Stream<Item = Result<Bytes, Failure>> + 'static) -> HttpResponse {
    let chunks = chunks.flat_map(|chunk| match chunk {
        Ok(chunk) => stream::iter(pieces(chunk)).map(Ok).left_stream(),
        Err(failure) => stream::iter([Err(failure)]).right_stream(),
    });
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-cache, no-transform"))
        // A compressed stream would be held back until a block is full.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(chunks)
}

/// Cut after a line where there is one.
fn pieces(mut chunk: Bytes) -> impl Iterator<Item = Bytes> {
    std::iter::from_fn(move || {
        let most = chunk.len().min(PIECE_BYTES_MAX);
        let line_ends = memchr::memrchr(b'\n', &chunk[..most]).map(|at| at + 1);
        let whole = most == chunk.len();
        let piece = chunk.split_to(line_ends.filter(|_| !whole).unwrap_or(most));
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_small_end_with_a_line_and_add_up() {
        let chunk = Bytes::from("a line\n".repeat(1_000) + &"x".repeat(4_000) + "\n\n");
        let cut: Vec<Bytes> = pieces(chunk.clone()).collect();
        assert!(cut.iter().all(|piece| piece.len() <= PIECE_BYTES_MAX));
        assert!(cut[..2].iter().all(|piece| piece.ends_with(b"line\n")), "a reader sees whole lines where it can");
        assert_eq!(cut.concat(), chunk);
        assert_eq!(pieces(Bytes::new()).count(), 0);
    }

    #[test]
    fn every_line_of_data_is_marked() {
        let event = Event::named("patch", "<p>\none\r\ntwo</p>".into()).with_id(7);
        assert_eq!(event.encode(), "id: 7\nevent: patch\ndata: <p>\ndata: one\ndata: \ndata: two</p>\n\n");
        assert_eq!(Event::named("typing", "{}".into()).encode(), "event: typing\ndata: {}\n\n");
    }
}
