//! The `baton` command, run as a process of its own in a folder of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Longest wait for a line that must be printed. The demo prepares its data first.
const LINE_WAIT: Duration = Duration::from_secs(40);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A folder to run `baton` in, and the settings it runs with.
pub struct Program {
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
}

impl Program {
    /// No settings but the defaults.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), settings: Vec::new() }
    }

    /// The same with a setting.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.settings.push((name, value.to_owned()));
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What is in the folder.
    pub fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).stdin(Stdio::null()).output().expect("the program runs")
    }

    /// Runs it to its end with something to read.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Output {
        let piped =
            |command: &mut Command| command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = piped(&mut self.command(arguments)).expect("the program runs");
        child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("written");
        child.wait_with_output().expect("it ends")
    }

    /// Writes each text only after the line that answers the one before.
    pub fn talk(&self, arguments: &[&str], said: &[&str]) -> Vec<String> {
        let piped =
            |command: &mut Command| command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = piped(&mut self.command(arguments)).expect("the program runs");
        let mut input = child.stdin.take().expect("its input");
        let mut output = BufReader::new(child.stdout.take().expect("its output")).lines();
        let answer = |text: &&str| {
            input.write_all(text.as_bytes()).expect("written");
            output.next().expect("an answer").expect("UTF-8")
        };
        let answers = said.iter().map(answer).collect();
        drop(input);
        assert!(child.wait().expect("it ends").success());
        answers
    }

    /// Starts it and leaves it running.
    pub fn start(&self, arguments: &[&str]) -> Running {
        let mut child =
            self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        let output = child.stdout.take().expect("its output");
        let (sender, lines) = channel();
        // Ends with the program's output.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Running { child, lines }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_baton"));
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A program that runs. It is killed when the test ends early.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    /// The next line that begins with `start`; the rest of it.
    pub fn line(&self, start: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(LINE_WAIT).expect("the program prints it");
            if let Some(rest) = line.strip_prefix(start) {
                return rest.trim().to_owned();
            }
        }
    }

    /// Asks it to stop; its exit status, and how long it took.
    pub async fn terminate(mut self, at_most: Duration) -> (Option<i32>, Duration) {
        let began = Instant::now();
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
        while began.elapsed() < at_most {
            if let Some(status) = self.child.try_wait().expect("a status") {
                return (status.code(), began.elapsed());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        panic!("it still runs after {at_most:?}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
