//! Start-up settings: embedded defaults, then a file, then the environment.
//!
//! May not hold anything an admin changes while Baton runs. Invariant: `defaults.toml` documents every key.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use config::{Config, Environment, File, FileFormat};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::desk::Pace;

/// The embedded file that documents every setting.
pub const DEFAULTS: &str = include_str!("defaults.toml");

/// Start-up settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Boot {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Address customers reach Baton at; empty is the listening one.
    pub public_url: String,
    /// Where the database is. May hold a password.
    pub database_url: SecretString,
    /// What secrets are sealed with.
    pub master_key: SecretString,
    /// What the language model's provider knows us by; empty is the one of the settings page.
    pub language_model_key: SecretString,
    /// What to log.
    pub log: String,
    /// How to log.
    pub log_format: LogFormat,
    /// Quiet time before an answer, in milliseconds.
    pub turn_debounce_ms: u64,
    /// How long a request about a call waits for an answer, in milliseconds.
    pub call_wait_ms: u64,
    /// Longest time for an answer, in milliseconds.
    pub turn_deadline_ms: u64,
    /// Longest silence of a worker, in milliseconds.
    pub lease_ms: u64,
    /// Time until an unacknowledged handoff is announced again, in seconds.
    pub renotify_s: u64,
    /// AI turns at a time.
    pub turn_workers: usize,
    /// Deliveries at a time.
    pub delivery_workers: usize,
    /// How often a widget without a live stream asks for news, in seconds.
    pub widget_poll_s: u32,
    /// Largest upload, in bytes.
    pub upload_bytes_max: usize,
    /// Whether a website to import may be on this machine or its network.
    pub allow_private_addresses: bool,
    /// Proxies whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

/// How to log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// Lines for machines.
    Json,
}

/// Why the settings can not be used, in words.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    /// A setting is missing, unknown or of the wrong kind.
    #[error(
        "the settings can not be read: {0}\nRun `baton doctor` to check them; every setting is explained by `baton doctor --defaults`."
    )]
    Unreadable(#[from] config::ConfigError),
    /// A setting has a value that can not be right.
    #[error("{0}")]
    Wrong(String),
}

impl Boot {
    /// Reads the settings; `overrides` (from the command line) win over everything.
    pub fn load(file: Option<&Path>, overrides: &[(&str, String)]) -> Result<Self, BootError> {
        let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        if let Some(file) = file {
            builder = builder.add_source(File::from(file).format(FileFormat::Toml));
        }
        let lists = Environment::with_prefix("BATON")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("trusted_proxies");
        builder = builder.add_source(lists.source(Some(own_environment())));
        for (key, value) in overrides {
            builder = builder.set_override(*key, value.clone())?;
        }
        let boot: Self = builder.build()?.try_deserialize()?;
        boot.check()?;
        Ok(boot)
    }

    fn check(&self) -> Result<(), BootError> {
        let positive = [
            ("turn_workers", self.turn_workers),
            ("delivery_workers", self.delivery_workers),
            ("upload_bytes_max", self.upload_bytes_max),
        ];
        for (name, value) in positive {
            if value == 0 {
                return Err(BootError::Wrong(format!("{name} must be at least 1")));
            }
        }
        if self.turn_deadline_ms >= self.lease_ms {
            let why = "turn_deadline_ms must be less than lease_ms, or two workers could draft the same answer";
            return Err(BootError::Wrong(why.to_owned()));
        }
        if !self.public_url.is_empty() {
            let url: url::Url =
                self.public_url.parse().map_err(|why| BootError::Wrong(format!("public_url is no address: {why}")))?;
            if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
                return Err(BootError::Wrong("public_url must begin with http:// or https:// and name a host".into()));
            }
        }
        Ok(())
    }

    /// Whether browsers reach Baton over TLS, so that cookies may be marked Secure.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// How long things take and wait.
    pub fn pace(&self) -> Pace {
        Pace {
            debounce: Duration::from_millis(self.turn_debounce_ms),
            call_wait: Duration::from_millis(self.call_wait_ms),
            turn_deadline: Duration::from_millis(self.turn_deadline_ms),
            lease: Duration::from_millis(self.lease_ms),
            renotify: Duration::from_secs(self.renotify_s),
        }
    }

    /// The database's address.
    pub fn database_url(&self) -> &str {
        self.database_url.expose_secret()
    }

    /// The master key as given.
    pub fn master_key(&self) -> &str {
        self.master_key.expose_secret()
    }
}

/// The environment without what is not a setting: the name of the settings file, and test switches.
fn own_environment() -> config::Map<String, String> {
    std::env::vars().filter(|(name, _)| name != "BATON_CONFIG" && !name.starts_with("BATON_TEST_")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_alone_are_a_complete_configuration() {
        let boot = Boot::load(None, &[]).expect("the defaults are complete");
        assert_eq!(boot.listen.port(), 8080);
        assert!(boot.master_key().is_empty());
    }

    #[test]
    fn a_wrong_value_is_refused_with_its_name() {
        let error = Boot::load(None, &[("turn_workers", "0".into())]).expect_err("refused");
        assert!(error.to_string().contains("turn_workers"));
        let error = Boot::load(None, &[("public_url", "support.example".into())]).expect_err("refused");
        assert!(error.to_string().contains("public_url"));
        assert!(Boot::load(None, &[("no_such_setting", "1".into())]).is_err());
    }

    #[test]
    fn secrets_do_not_show_in_debug() {
        let boot = Boot::load(None, &[("master_key", "very-secret".into())]).expect("settings");
        assert!(!format!("{boot:?}").contains("very-secret"));
    }
}
