//! `baton doctor`: checks a configuration and says what is wrong, in words.

mod outside;

use std::path::Path;
use std::time::Instant;

use clap::Args;

use crate::boot::{Boot, DEFAULTS};
use crate::store::seal::MasterKey;
use crate::store::{Store, agents, channels, rounds};

use super::{CliError, say};

/// Conversations a check counts.
const UNGUARDED_MAX: u64 = 10_000;

/// Options of `baton doctor`.
#[derive(Debug, Args)]
pub struct Options {
    /// Print a new master key and stop.
    #[arg(long)]
    new_key: bool,
    /// Print the settings file that explains every setting, and stop.
    #[arg(long)]
    defaults: bool,
    /// Ask nobody: neither the channels' providers nor the public address.
    #[arg(long)]
    offline: bool,
}

/// What one check came to.
enum Finding {
    Good(String),
    Advice(String),
    Bad(String),
}

pub(super) async fn run(file: Option<&Path>, options: &Options) -> Result<(), CliError> {
    if options.new_key {
        say(&MasterKey::generate().map_err(|why| CliError::Words(why.to_string()))?);
        return Ok(());
    }
    if options.defaults {
        say(DEFAULTS.trim_end());
        return Ok(());
    }
    let boot = Boot::load(file, &[])?;
    let mut findings = vec![listening(&boot), public_url(&boot)];
    let key = MasterKey::parse(boot.master_key());
    findings.push(master_key(&boot, key.is_ok()));
    findings.push(encoder());
    if !Store::exists(boot.database_url()) {
        findings.push(missing_file(boot.database_url()));
        return report(&findings);
    }
    match Store::open(boot.database_url()).await {
        Ok(store) => {
            findings.extend(database(&store, key.as_ref().ok()).await);
            if let (Ok(key), true) = (key, !options.offline && store.is_migrated().await.unwrap_or(false)) {
                findings.extend(outside::ask(&boot, &store, key).await);
            }
            store.close().await?;
        }
        Err(why) => findings.push(Finding::Bad(format!("Database: {why}"))),
    }
    report(&findings)
}

/// A file that is not there yet is no mistake, if there is a folder to make it in.
fn missing_file(url: &str) -> Finding {
    let path = Path::new(url.trim_start_matches("sqlite:").trim_start_matches("//"));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match folder.is_dir() && !path.as_os_str().is_empty() {
        true => Finding::Advice(format!("Database: {} is not there yet; the first start makes it.", path.display())),
        false => Finding::Bad(format!("Database: there is no folder {} to make the file in.", folder.display())),
    }
}

fn report(findings: &[Finding]) -> Result<(), CliError> {
    let mut bad = 0;
    for finding in findings {
        match finding {
            Finding::Good(words) => say(&format!("ok      {words}")),
            Finding::Advice(words) => say(&format!("advice  {words}")),
            Finding::Bad(words) => {
                bad += 1;
                say(&format!("wrong   {words}"));
            }
        }
    }
    match bad {
        0 => Ok(()),
        1 => Err(CliError::Words("one thing to put right".into())),
        more => Err(CliError::Words(format!("{more} things to put right"))),
    }
}

fn listening(boot: &Boot) -> Finding {
    match std::net::TcpListener::bind(boot.listen) {
        Ok(_) => Finding::Good(format!("Address {} is free to listen on.", boot.listen)),
        Err(why) if why.kind() == std::io::ErrorKind::AddrInUse => {
            Finding::Advice(format!("Address {} is in use; that is right if Baton runs already.", boot.listen))
        }
        Err(why) => Finding::Bad(format!("Address {}: {why}. Choose another with BATON_LISTEN.", boot.listen)),
    }
}

fn public_url(boot: &Boot) -> Finding {
    if boot.public_url.is_empty() {
        let local = boot.listen.ip().is_loopback();
        return match local {
            true => Finding::Good("Public address: none, this installation is for this machine only.".into()),
            false => Finding::Advice("BATON_PUBLIC_URL is not set; links and cookies assume plain http.".into()),
        };
    }
    match boot.is_https() {
        true => Finding::Good(format!("Public address {}.", boot.public_url)),
        false => Finding::Advice(format!(
            "Public address {} is not https; sign-ins can be read on the way.",
            boot.public_url
        )),
    }
}

fn master_key(boot: &Boot, parses: bool) -> Finding {
    match (boot.master_key().is_empty(), parses) {
        (true, _) => Finding::Bad("BATON_MASTER_KEY is not set. Make one with `baton doctor --new-key`.".into()),
        (false, true) => Finding::Good("The master key has the right form.".into()),
        (false, false) => Finding::Bad("BATON_MASTER_KEY is not 32 bytes in base64url. Was it cut off?".into()),
    }
}

/// Opens the sentence encoder, reads all of its weights, and has it read a sentence.
fn encoder() -> Finding {
    let begun = Instant::now();
    let encoder = match baton_encoder::shared() {
        Ok(encoder) => encoder,
        Err(why) => return Finding::Advice(format!("Sentence encoder: words only, {why}.")),
    };
    let opened = begun.elapsed();
    if let Err(why) = encoder.verify() {
        return Finding::Bad(format!("Sentence encoder: {why}."));
    }
    let sentence = "Where is my parcel? It should have come last week.";
    encoder.encode(sentence);
    let begun = Instant::now();
    encoder.encode(sentence);
    Finding::Good(format!(
        "The sentence encoder runs on {} instructions: opened in {} ms, {:.1} ms a sentence.",
        encoder.kernel().name(),
        opened.as_millis(),
        begun.elapsed().as_secs_f64() * 1_000.0,
    ))
}

async fn database(store: &Store, key: Option<&MasterKey>) -> Vec<Finding> {
    let mut findings = Vec::new();
    match store.is_migrated().await {
        Ok(true) => findings.push(Finding::Good("The database answers and is up to date.".into())),
        Ok(false) => {
            let words = "The database answers, and the next start (or `baton migrate`) will bring it up to date.";
            findings.push(Finding::Advice(words.into()));
            return findings;
        }
        Err(why) => {
            findings.push(Finding::Bad(format!("Database: {why}")));
            return findings;
        }
    }
    match agents::none_yet(store.reader()).await {
        Ok(true) => findings.push(Finding::Advice("Nobody can sign in yet: open /setup, or use `baton user`.".into())),
        Ok(false) => findings.push(Finding::Good("There are people who can sign in.".into())),
        Err(why) => findings.push(Finding::Bad(format!("Agents: {why}"))),
    }
    findings.push(unguarded(store).await);
    if let Some(key) = key {
        findings.extend(credentials(store, key).await);
    }
    findings
}

/// Whether every open conversation that people have has an owner or the queue, a clock, and a notification.
async fn unguarded(store: &Store) -> Finding {
    match rounds::unguarded(store.reader(), UNGUARDED_MAX).await {
        Ok(found) if found.is_empty() => {
            Finding::Good("Somebody looks after every conversation that people have.".into())
        }
        Ok(found) => Finding::Bad(format!(
            "Nobody looks after {} conversation{}: a running Baton puts that right within a minute. Is it running?",
            found.len(),
            if found.len() == 1 { "" } else { "s" },
        )),
        Err(why) => Finding::Bad(format!("Conversations: {why}")),
    }
}

/// Tries to open every channel's credentials with the key that is set.
async fn credentials(store: &Store, key: &MasterKey) -> Vec<Finding> {
    let all = match channels::all(store.reader()).await {
        Ok(all) => all,
        Err(why) => return vec![Finding::Bad(format!("Channels: {why}"))],
    };
    let mut findings = Vec::new();
    for channel in all {
        if let Err(why) = channels::with_credentials(store.reader(), key, channel.id).await {
            findings.push(Finding::Bad(format!("Channel {}: {why}", channel.name)));
        }
    }
    if findings.is_empty() {
        findings.push(Finding::Good("Every channel's credentials open with this master key.".into()));
    }
    findings
}
