//! Lines on a socket.

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// Longest line of a command.
const LINE_BYTES_MAX: u64 = 64 * 1024;

/// A connection read by lines.
pub(super) struct Wire {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
}

impl Wire {
    pub(super) fn new(stream: TcpStream) -> Self {
        let (reader, writer) = stream.into_split();
        Self { reader: BufReader::new(reader), writer }
    }

    /// The next line without its end; `None` when the other side has gone.
    pub(super) async fn line(&mut self) -> std::io::Result<Option<String>> {
        Ok(self.bytes().await?.map(|line| String::from_utf8_lossy(&line).into_owned()))
    }

    /// The bytes of the next line without its end.
    pub(super) async fn bytes(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut limited = (&mut self.reader).take(LINE_BYTES_MAX);
        if limited.read_until(b'\n', &mut line).await? == 0 {
            return Ok(None);
        }
        while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            line.pop();
        }
        Ok(Some(line))
    }

    /// Sends a line.
    pub(super) async fn say(&mut self, line: &str) -> std::io::Result<()> {
        self.send(format!("{line}\r\n").as_bytes()).await
    }

    /// Sends bytes.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.writer.write_all(bytes).await?;
        self.writer.flush().await
    }

    /// Says no more.
    pub(super) async fn hang_up(&mut self) -> std::io::Result<()> {
        self.writer.shutdown().await
    }
}
