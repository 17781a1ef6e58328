//! Reads a stream of server-sent events (the "text/event-stream" format of the HTML standard) out of bytes.
//!
//! Invariant: never holds more than [`EVENT_BYTES_MAX`], whatever comes.

/// Longest event.
pub const EVENT_BYTES_MAX: usize = 1024 * 1024;

/// One event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// Its name; empty where it has none.
    pub name: String,
    /// Its data lines, joined.
    pub data: String,
}

/// An event is longer than it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an event is longer than a megabyte")]
pub struct TooLong;

/// What has come and is not read yet.
#[derive(Debug, Default)]
pub struct Decoder {
    unread: Vec<u8>,
    event: Event,
    has_data: bool,
}

impl Decoder {
    /// Takes in bytes; the events that are complete with them.
    ///
    /// # Errors
    /// [`TooLong`], after which the stream can not be read on.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Vec<Event>, TooLong> {
        self.unread.extend_from_slice(bytes);
        let mut events = Vec::new();
        let mut start = 0;
        while let Some(length) = self.unread[start..].iter().position(|byte| *byte == b'\n') {
            let line = &self.unread[start..start + length];
            let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned();
            start += length + 1;
            events.extend(self.line(&line));
        }
        self.unread.drain(..start);
        match self.unread.len() + self.event.data.len() > EVENT_BYTES_MAX {
            true => Err(TooLong),
            false => Ok(events),
        }
    }

    /// The event whose end the server did not send any more.
    pub fn finish(&mut self) -> Option<Event> {
        let rest = std::mem::take(&mut self.unread);
        self.line(String::from_utf8_lossy(&rest).trim_end_matches('\r'));
        self.line("")
    }

    fn line(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            return std::mem::take(&mut self.has_data).then_some(event);
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
                self.has_data = true;
            }
            // A comment, an id or a delay: nothing here.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_come_out_the_same_however_the_bytes_are_cut() {
        let stream =
            ": hello\nevent: delta\ndata: {\"text\":\"zwölf\"}\r\n\r\ndata: a\ndata:b\n\nid: 4\n\ndata: [DONE]\n\n";
        let whole = Decoder::default().feed(stream.as_bytes()).expect("events");
        assert_eq!(whole.len(), 3);
        assert_eq!((whole[0].name.as_str(), whole[0].data.as_str()), ("delta", "{\"text\":\"zwölf\"}"));
        assert_eq!(whole[1].data, "a\nb");
        for size in 1..9 {
            let mut decoder = Decoder::default();
            let parts: Vec<Event> =
                stream.as_bytes().chunks(size).flat_map(|part| decoder.feed(part).expect("events")).collect();
            assert_eq!(parts, whole, "in pieces of {size}");
        }
    }

    #[test]
    fn an_event_without_its_end_is_still_read_and_an_endless_one_is_refused() {
        let mut decoder = Decoder::default();
        assert!(decoder.feed(b"data: last").expect("nothing yet").is_empty());
        assert_eq!(decoder.finish().expect("an event").data, "last");
        assert_eq!(decoder.finish(), None);
        assert_eq!(Decoder::default().feed(&vec![b'x'; EVENT_BYTES_MAX + 1]), Err(TooLong));
    }
}
