//! The real program, started to be killed: `baton bench serve` on one database and one port, again and again.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use baton::fail::Gap;
use baton::store::seal::MasterKey;
use tempfile::TempDir;

use super::chance::Chance;
use crate::support::Database;

/// Longest time from its start until it serves.
const READY_MAX: Duration = Duration::from_secs(30);
/// Longest time from being asked to stop to the end.
const STOP_MAX: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// Below the ports that the system gives away by itself, so that nobody takes the port while the program is dead.
const PORTS: std::ops::Range<u16> = 20_000..30_000;

/// Second of the people who sign in.
pub const OMAR: &str = "omar@example.com";
/// First of them; `bench serve` makes them.
pub const BENCH: &str = "bench@example.com";
/// The password of both.
pub const PASSWORD: &str = "bench-password";

/// What the program is run with, every time.
pub struct Victim {
    pub address: SocketAddr,
    pub folder: TempDir,
    database: Option<Database>,
    arguments: Vec<String>,
    key: String,
    settings: Vec<(&'static str, String)>,
}

impl Victim {
    /// A program that has not run yet, on a SQLite file, whatever the other tests run on.
    pub fn on_sqlite(chance: &Chance) -> Self {
        Self::on(Database::Sqlite(tempfile::tempdir().expect("a folder")), chance)
    }

    /// A program that has not run yet, on this database.
    pub fn on(database: Database, chance: &Chance) -> Self {
        let address = free_port(chance);
        let key = MasterKey::generate().expect("a key");
        let listen = address.to_string();
        let url = database.url();
        // In one argument: a key may begin with a dash.
        let sealed_with = format!("--master-key={key}");
        let arguments = ["bench", "serve", "--database", &url, "--listen", &listen, &sealed_with];
        let folder = tempfile::tempdir().expect("a folder");
        let clock = folder.path().join("clock");
        Self {
            address,
            folder,
            database: Some(database),
            arguments: arguments.map(str::to_owned).to_vec(),
            key,
            // A life is short: work that waits for a pause must get its chance in it.
            settings: vec![
                ("BATON_TURN_DEBOUNCE_MS", "50".to_owned()),
                ("BATON_LOG", "error".to_owned()),
                ("BATON_TEST_CLOCK_FILE", clock.display().to_string()),
            ],
        }
    }

    #[must_use]
    pub fn with(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What secrets are sealed with.
    pub fn key(&self) -> &str {
        &self.key
    }

    pub fn database_url(&self) -> String {
        self.database.as_ref().expect("a database").url()
    }

    /// Sets the clock of this life and the next ones, in seconds ahead of the machine's.
    pub fn set_clock(&self, ahead_s: i64) {
        let (written, clock) = (self.folder.path().join("clock.new"), self.folder.path().join("clock"));
        std::fs::write(&written, ahead_s.to_string()).expect("written");
        std::fs::rename(&written, &clock).expect("in place");
    }

    /// Lets a second person in.
    pub fn add_omar(&self) {
        use std::io::Write as _;
        let mut command = Command::new(env!("CARGO_BIN_EXE_baton"));
        command.args(["user", OMAR, "--name", "Omar"]).current_dir(self.folder.path()).env_clear();
        command.env("BATON_DATABASE_URL", self.database_url());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("the program runs");
        writeln!(child.stdin.take().expect("its input"), "{PASSWORD}").expect("written");
        assert!(child.wait().expect("it ends").success(), "Omar was let in");
    }

    /// Starts it with a few settings of this life alone.
    pub fn start(&self, settings: &[(&str, String)]) -> Life {
        let mut command = Command::new(env!("CARGO_BIN_EXE_baton"));
        command.args(&self.arguments);
        self.begin(command, settings)
    }

    /// Starts it so that a file that may not grow is an error it sees, not its end.
    pub fn start_on_a_small_disk(&self) -> Life {
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_baton")]).args(&self.arguments);
        self.begin(command, &[])
    }

    fn begin(&self, mut command: Command, settings: &[(&str, String)]) -> Life {
        command.current_dir(self.folder.path()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command.envs(settings.iter().map(|(name, value)| (name, value)));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let (sender, lines) = channel();
        let errors = sender.clone();
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let log = BufReader::new(child.stderr.take().expect("its log"));
        // Both end with the program's output.
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        std::thread::spawn(move || log.lines().map_while(Result::ok).try_for_each(|line| errors.send(line)));
        Life { child, lines, log: Vec::new() }
    }

    pub async fn remove(mut self) {
        if let Some(database) = self.database.take() {
            database.remove().await;
        }
    }
}

/// One run of the program. It is killed when the test ends early.
pub struct Life {
    child: Child,
    lines: Receiver<String>,
    /// What it said so far.
    pub log: Vec<String>,
}

impl Life {
    /// Waits until it serves.
    pub fn is_ready(&mut self) {
        let said = self.hears("{\"", READY_MAX);
        assert!(said, "it never served:\n{}", self.log.join("\n"));
    }

    /// Waits until it stands still at a gap. `false`: nothing led through it in time.
    pub fn stands_at(&mut self, gap: Gap, at_most: Duration) -> bool {
        self.hears(&format!("stopped at {}", gap.as_str()), at_most)
    }

    /// Waits for a line that begins so.
    fn hears(&mut self, start: &str, at_most: Duration) -> bool {
        let deadline = Instant::now() + at_most;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    let found = line.starts_with(start);
                    self.log.push(line);
                    if found {
                        return true;
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    /// SIGKILL: it gets no chance to finish anything.
    pub fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Its exit status, if it ended by itself.
    pub fn ended(&mut self) -> Option<i32> {
        self.child.try_wait().expect("a status").map(|status| status.code().unwrap_or(-1))
    }

    /// Lets no file of it grow over so many bytes; or as large as the disk again.
    pub fn limit_files(&self, bytes: Option<u64>) {
        let limit = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
        let pid = self.child.id().to_string();
        let set = Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={limit}:")]).status();
        assert!(set.expect("prlimit").success());
    }

    /// Asks it to stop in order.
    pub fn stop(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
        let deadline = Instant::now() + STOP_MAX;
        while Instant::now() < deadline {
            if let Some(code) = self.ended() {
                assert_eq!(code, 0, "it stopped in order:\n{}", self.log.join("\n"));
                return;
            }
            std::thread::sleep(LOOK_EVERY);
        }
        panic!("it still runs");
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn free_port(chance: &Chance) -> SocketAddr {
    // Two test processes may run with the same seed.
    let salt = u64::from(std::process::id());
    let width = u64::from(PORTS.end - PORTS.start);
    std::iter::repeat_with(|| (chance.next() ^ salt.wrapping_mul(7_919)) % width)
        .take(1_000)
        .filter_map(|offset| u16::try_from(offset).ok().map(|offset| PORTS.start + offset))
        .map(|port| SocketAddr::from(([127, 0, 0, 1], port)))
        .find(|address| TcpListener::bind(address).is_ok())
        .expect("a free port")
}
