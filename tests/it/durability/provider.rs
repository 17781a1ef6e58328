//! The world outside: a provider on this machine that keeps what reaches it, and is as unreliable as providers are.
//!
//! Blocking sockets and a thread a connection: what it has taken in is written down before it answers, whatever happens to
//! whoever sent it.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::chance::Chance;

/// Something that reached the world. The first has place 0.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub at: Instant,
    pub key: String,
    pub to: String,
    pub text: String,
}

/// How often, of a hundred sends, something goes wrong.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moods {
    /// It takes a while to answer.
    pub slow: u64,
    /// It wants to be left alone for a second, and takes nothing.
    pub busy: u64,
    /// It takes the message, and the connection breaks before the answer.
    pub taken_and_gone: u64,
    /// The connection breaks before it takes anything.
    pub gone: u64,
}

/// The provider.
#[derive(Clone)]
pub struct Provider {
    address: SocketAddr,
    state: Arc<State>,
}

struct State {
    arrivals: Mutex<Vec<Arrival>>,
    known: Mutex<HashSet<String>>,
    moods: Mutex<Moods>,
    chance: Chance,
}

impl Provider {
    pub fn start(moods: Moods, chance: Chance) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let state =
            Arc::new(State { arrivals: Mutex::default(), known: Mutex::default(), moods: Mutex::new(moods), chance });
        let shared = state.clone();
        // They end with the test's process.
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let state = shared.clone();
                std::thread::spawn(move || drop(state.serve(connection)));
            }
        });
        Self { address, state }
    }

    pub fn url(&self) -> String {
        format!("http://{}/messages", self.address)
    }

    /// Everything that reached it, in order.
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.state.arrivals.lock().expect("no panic").clone()
    }

    /// From now on nothing goes wrong.
    pub fn calm_down(&self) {
        *self.state.moods.lock().expect("no panic") = Moods::default();
    }
}

impl State {
    fn serve(&self, connection: TcpStream) -> std::io::Result<()> {
        connection.set_nodelay(true)?;
        let mut answers = connection.try_clone()?;
        let mut requests = BufReader::new(connection);
        while let Some(body) = read_request(&mut requests)? {
            let Some(answer) = self.take(&body) else { return Ok(()) };
            answers.write_all(answer.as_bytes())?;
        }
        Ok(())
    }

    /// What is answered; nothing if the connection breaks.
    fn take(&self, body: &[u8]) -> Option<&'static str> {
        let moods = *self.moods.lock().expect("no panic");
        let lot = self.chance.below(100);
        let message: Value = serde_json::from_slice(body).expect("Baton sends JSON");
        let field = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
        let key = field("key");
        let is_new = !self.known.lock().expect("no panic").contains(&key);
        // A message it has already is answered as taken: that is what the key is for.
        if is_new && lot < moods.busy {
            return Some("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n");
        }
        if (moods.busy..moods.busy + moods.gone).contains(&lot) {
            return None;
        }
        self.known.lock().expect("no panic").insert(key.clone());
        let arrival = Arrival { at: Instant::now(), key, to: field("to"), text: field("text") };
        self.arrivals.lock().expect("no panic").push(arrival);
        if lot >= 100 - moods.taken_and_gone {
            return None;
        }
        if self.chance.percent(moods.slow) {
            std::thread::sleep(Duration::from_millis(50 + self.chance.below(250)));
        }
        Some("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
    }
}

/// The body of the next request; nothing if the other side is done, or was killed in the middle of it.
fn read_request(from: &mut BufReader<TcpStream>) -> std::io::Result<Option<Vec<u8>>> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    Ok(from.read_exact(&mut body).is_ok().then_some(body))
}
