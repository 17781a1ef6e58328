//! A provider's own Python library, in a process that is asked line by line. `bin/test` installs the libraries and names their
//! Python in `BATON_TEST_PYTHON`; without it the tests that ask one say so and pass.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A library that can be asked.
pub struct Library {
    process: Child,
    answers: BufReader<ChildStdout>,
}

impl Library {
    /// Starts a script of `tests/peers`, if this run has the libraries.
    #[expect(clippy::print_stderr, reason = "who runs it must know what was not asked")]
    pub fn open(script: &str) -> Option<Self> {
        let Some(python) = std::env::var_os("BATON_TEST_PYTHON") else {
            eprintln!("BATON_TEST_PYTHON names no Python with the providers' libraries; bin/test installs one");
            return None;
        };
        let path = format!("{}/tests/peers/{script}", env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new(python);
        let mut process = command.arg(path).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("Python");
        let answers = BufReader::new(process.stdout.take().expect("its answers"));
        Some(Self { process, answers })
    }

    /// Asks one thing.
    pub fn ask(&mut self, question: &Value) -> Value {
        let stdin = self.process.stdin.as_mut().expect("its questions");
        writeln!(stdin, "{question}").expect("asked");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("an answer");
        serde_json::from_str(&answer).expect("JSON; its standard error says why there is none")
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        // It ends with its questions.
        drop(self.process.stdin.take());
        drop(self.process.wait());
    }
}
