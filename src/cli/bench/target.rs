//! Who is measured: a server that runs already, or one of our own in a process of its own, so that its memory and its
//! processor time are its alone.
//!
//! Invariant: a server that was started here is stopped, and the folder that was made for it is removed, whatever happens.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde::Deserialize;

use crate::cli::CliError;

use super::Common;
use super::client::Place;

/// How long a stopped server may take to finish what it began.
const STOP_TIMEOUT: Duration = Duration::from_secs(15);
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// What a database on a server is sealed with. It is no secret: what is in such a database is made up.
const KEY: &str = "YmF0b24gYmVuY2g6IHRoaXMgaXMgbm8gc2VjcmV0ICE";
/// Ticks a second in which Linux counts processor time.
const TICKS_A_SECOND: f64 = 100.0;

/// What a server of our own needs to be.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    /// Whether the AI answers.
    pub(super) ai: bool,
    /// Where it sends texts.
    pub(super) provider: Option<String>,
    /// Settings for its environment.
    pub(super) settings: Vec<(&'static str, String)>,
}

/// A server, and how to reach it as a customer, as a provider and as an agent.
pub(super) struct Target {
    pub(super) place: Place,
    pub(super) widget: String,
    pub(super) email: Option<String>,
    pub(super) password: Option<String>,
    /// Only a server of our own has a provider that can be played.
    pub(super) provider: Option<Provider>,
    pub(super) own: Option<Own>,
}

/// How webhooks come in.
#[derive(Clone, Debug)]
pub(super) struct Provider {
    pub(super) token: String,
    pub(super) secret: String,
}

/// A server of our own.
pub(super) struct Own {
    pub(super) process: Process,
    pub(super) database: String,
}

#[derive(Deserialize)]
struct Ready {
    address: std::net::SocketAddr,
    web_token: String,
    sms_token: String,
    secret: String,
    email: String,
    password: String,
}

impl Target {
    /// The server that `--url` names; without one, a server of our own on `database`.
    pub(super) async fn reach(common: &Common, database: &Database, wanted: &Wanted) -> Result<Self, CliError> {
        let Some(url) = &common.url else { return Self::start(database, wanted) };
        let widget = common.widget.clone().ok_or_else(|| {
            CliError::Words("--url needs --widget: the token of a web chat, from its settings page".into())
        })?;
        let place = Place::of_url(url).await?;
        let (email, password) = (common.email.clone(), common.password.clone());
        Ok(Self { place, widget, email, password, provider: None, own: None })
    }

    /// Starts a server of our own.
    pub(super) fn start(database: &Database, wanted: &Wanted) -> Result<Self, CliError> {
        let mut arguments = vec!["serve".to_owned(), "--database".into(), database.url.clone()];
        if !wanted.ai {
            arguments.push("--no-ai".into());
        }
        if let Some(key) = &database.master_key {
            // In one argument: a key may begin with a dash.
            arguments.push(format!("--master-key={key}"));
        }
        if let Some(provider) = &wanted.provider {
            arguments.extend(["--provider".into(), provider.clone()]);
        }
        let (process, line) = Process::start(&arguments, &wanted.settings)?;
        let ready: Ready = serde_json::from_str(&line)
            .map_err(|why| CliError::Words(format!("the server's first line can not be read ({why}): {line}")))?;
        Ok(Self {
            place: Place { address: ready.address, host: ready.address.to_string() },
            widget: ready.web_token,
            email: Some(ready.email),
            password: Some(ready.password),
            provider: Some(Provider { token: ready.sms_token, secret: ready.secret }),
            own: Some(Own { process, database: database.url.clone() }),
        })
    }

    /// The memory a server of our own uses.
    pub(super) fn memory_mb(&self) -> Option<f64> {
        self.own.as_ref().and_then(|own| own.process.memory_mb())
    }

    /// The processor time a server of our own has used.
    pub(super) fn cpu_seconds(&self) -> Option<f64> {
        self.own.as_ref().and_then(|own| own.process.cpu_seconds())
    }

    /// Lets a server of our own finish and stops it.
    pub(super) fn stop(self) -> Result<(), CliError> {
        self.own.map_or(Ok(()), |own| own.process.stop())
    }
}

/// This program once more, as another process.
pub(super) struct Process {
    child: Child,
    /// From the start to the line that said it was ready.
    pub(super) ready_after: Duration,
}

impl Process {
    /// Runs `baton bench` with these arguments; the line it prints when it is ready.
    pub(super) fn start(arguments: &[String], settings: &[(&'static str, String)]) -> Result<(Self, String), CliError> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("bench").args(arguments).stdin(Stdio::null()).stdout(Stdio::piped());
        if std::env::var_os("BATON_LOG").is_none() {
            command.env("BATON_LOG", "error");
        }
        command.envs(settings.iter().map(|(name, value)| (name, value)));
        let begun = Instant::now();
        let mut child = command.spawn()?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let process = Self { child, ready_after: begun.elapsed() };
        if line.is_empty() {
            let why = format!("`baton bench {}` did not start; it said why above", arguments.join(" "));
            return Err(CliError::Words(why));
        }
        Ok((process, line))
    }

    fn memory_mb(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let kb: f64 =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim_end_matches("kB").trim().parse().ok()?;
        Some(kb / 1_024.0)
    }

    fn cpu_seconds(&self) -> Option<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // Fields are counted from behind the name, which may hold anything.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let ticks = fields.next()?.parse::<f64>().ok()? + fields.next()?.parse::<f64>().ok()?;
        Some(ticks / TICKS_A_SECOND)
    }

    /// Asks it to stop and waits until it has.
    pub(super) fn stop(mut self) -> Result<(), CliError> {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw) {
            rustix::process::kill_process(pid, rustix::process::Signal::TERM).map_err(std::io::Error::from)?;
        }
        let begun = Instant::now();
        while begun.elapsed() < STOP_TIMEOUT {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Err(CliError::Words("the measured server did not stop; it was ended".into()))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A database to measure on.
pub(super) struct Database {
    pub(super) url: String,
    /// A database on a server has no folder to keep a key in.
    master_key: Option<String>,
    /// Removed with this value.
    _folder: Option<Folder>,
}

impl Database {
    /// The one that `--database` names; without one, a new SQLite file in a folder of its own.
    pub(super) fn of(named: Option<&str>) -> Result<Self, CliError> {
        match named {
            None => Self::scratch(),
            Some(url) if url.starts_with("sqlite:") => {
                Ok(Self { url: url.to_owned(), master_key: None, _folder: None })
            }
            Some(url) => Ok(Self { url: url.to_owned(), master_key: Some(KEY.to_owned()), _folder: None }),
        }
    }

    /// A new SQLite file.
    pub(super) fn scratch() -> Result<Self, CliError> {
        let folder = Folder::new()?;
        let url = format!("sqlite:{}", folder.0.join("bench.db").display());
        Ok(Self { url, master_key: None, _folder: Some(folder) })
    }
}

/// A folder that is removed at the end.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> Result<Self, CliError> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("baton-measured-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind is in the system's folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
