//! A page with an open stream: it looks for marks in what arrives, and remembers when it saw each first.
//!
//! Reads the socket itself, in place, since thousands of these share a processor with the server. Invariant: a mark that is
//! torn in two by the network is seen all the same.

use std::collections::HashMap;
use std::time::Instant;

use http::HeaderMap;
use memchr::memmem::Finder;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::client::{Failed, Place};

/// What begins a mark. No word of the vocabulary has it.
const MARK: &str = "zq";
const DIGITS: usize = 8;
const MARK_BYTES: usize = MARK.len() + DIGITS;
const BUFFER_BYTES: usize = 16 * 1024;

/// The mark of a message.
pub(super) fn mark(number: usize) -> String {
    format!("{MARK}{number:0DIGITS$}")
}

/// When each mark was seen first.
pub(super) type Seen = HashMap<usize, Instant>;

/// An open stream.
pub(super) struct Screen {
    stream: TcpStream,
    seen: Seen,
    /// What stands at the end of the last read and may be the beginning of a mark.
    kept: Vec<u8>,
}

impl Screen {
    /// Opens `path` and waits for the head of the answer.
    pub(super) async fn open(place: &Place, path: &str, headers: &HeaderMap) -> Result<Self, Failed> {
        let broken = |why| Failed::Connect(place.address, why);
        let mut stream = TcpStream::connect(place.address).await.map_err(broken)?;
        let mut request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\naccept: text/event-stream\r\n", place.host);
        for (name, value) in headers {
            let value = value.to_str().map_err(|why| Failed::Unreadable(why.to_string()))?;
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes()).await.map_err(broken)?;
        let mut head = Vec::with_capacity(1_024);
        while memchr::memmem::find(&head, b"\r\n\r\n").is_none() {
            if stream.read_buf(&mut head).await.map_err(broken)? == 0 || head.len() > BUFFER_BYTES {
                return Err(Failed::Unreadable(format!("{path} ended before it began")));
            }
        }
        if !head.starts_with(b"HTTP/1.1 200") {
            let first = String::from_utf8_lossy(&head).lines().next().unwrap_or_default().to_owned();
            return Err(Failed::Unreadable(format!("{path} was answered {first}")));
        }
        Ok(Self { stream, seen: Seen::new(), kept: Vec::new() })
    }

    /// Watches until told to stop; what was seen, and whether the stream was still open.
    pub(super) async fn watch(mut self, mut stop: tokio::sync::watch::Receiver<bool>) -> (Seen, bool) {
        let finder = Finder::new(MARK);
        // Lent for the time of a read only, so that an idle screen holds no buffer.
        loop {
            tokio::select! {
                ready = self.stream.readable() => if ready.is_err() { return (self.seen, false) },
                _ = stop.wait_for(|stop| *stop) => return (self.seen, true),
            }
            if !self.take(&finder) {
                return (self.seen, false);
            }
        }
    }

    /// Reads what is there. `false`: the stream has ended.
    fn take(&mut self, finder: &Finder<'_>) -> bool {
        let mut buffer = [0; BUFFER_BYTES];
        loop {
            let kept = self.kept.len();
            buffer[..kept].copy_from_slice(&self.kept);
            match self.stream.try_read(&mut buffer[kept..]) {
                Ok(0) => return false,
                Ok(count) => self.scan(&buffer[..kept + count], finder),
                Err(why) if why.kind() == std::io::ErrorKind::WouldBlock => return true,
                Err(_) => return false,
            }
        }
    }

    fn scan(&mut self, bytes: &[u8], finder: &Finder<'_>) {
        let now = Instant::now();
        for place in finder.find_iter(bytes) {
            let digits = bytes.get(place + MARK.len()..place + MARK_BYTES);
            let number = digits.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
            if let Some(number) = number {
                self.seen.entry(number).or_insert(now);
            }
        }
        self.kept.clear();
        self.kept.extend_from_slice(&bytes[bytes.len().saturating_sub(MARK_BYTES - 1)..]);
    }
}
