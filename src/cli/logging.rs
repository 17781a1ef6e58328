//! Where the log goes: standard error, as lines for people or for machines.

use std::io::{IsTerminal as _, stderr};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::boot::{Boot, LogFormat};

use super::CliError;

/// Starts the log.
pub(super) fn start(boot: &Boot) -> Result<(), CliError> {
    let filter = EnvFilter::try_new(&boot.log)
        .map_err(|why| CliError::Words(format!("BATON_LOG: {why}; try \"info\" or \"info,baton=debug\"")))?;
    let lines = fmt().with_env_filter(filter).with_ansi(stderr().is_terminal()).with_writer(stderr);
    let started = match boot.log_format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    started.map_err(|why| CliError::Words(format!("the log can not be started: {why}")))
}
