//! From the file to the database, inside a transaction that the caller ends: everything, or nothing where something is wrong.

use std::collections::BTreeMap;

use baton_adapters::Registry;
use baton_adapters::contract::{Account, ChannelKind, Credentials};
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::cli::CliError;
use crate::clock::{Clock as _, SystemClock};
use crate::handoff::people::Duty;
use crate::handoff::{AgentId, ChannelId, TeamId};
use crate::store::agents::{self, Agent};
use crate::store::audit::{self, Change};
use crate::store::channels::{self, Account as Stored, Channel};
use crate::store::seal::MasterKey;
use crate::store::teams::{self, Team};
use crate::store::{StoreError, Tx, secrets, settings};
use crate::web::password;
use crate::web::settings::rules;

use super::document::{AgentEntry, ChannelEntry, Document, TeamEntry, without_nulls};
use super::gather::references;
use super::sections::PARTS;

/// What an import came to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// What is wrong. With any of them nothing may be committed.
    pub problems: Vec<String>,
    /// What a reader of the differences would not see.
    pub notes: Vec<String>,
}

/// Reads an environment variable.
type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

struct Importer<'a> {
    tx: &'a Tx,
    key: &'a MasterKey,
    environment: Environment<'a>,
    now: DateTime<Utc>,
    outcome: Outcome,
}

/// Writes what differs from `wanted`.
pub(super) async fn apply(
    tx: &Tx,
    key: &MasterKey,
    wanted: &Document,
    environment: Environment<'_>,
) -> Result<Outcome, CliError> {
    let mut importer = Importer { tx, key, environment, now: SystemClock.now(), outcome: Outcome::default() };
    for entry in &wanted.agents {
        importer.agent(entry).await?;
    }
    for entry in &wanted.teams {
        importer.team(entry).await?;
    }
    for entry in &wanted.channels {
        importer.channel(entry).await?;
    }
    importer.sections(&wanted.settings).await?;
    importer.secrets(&wanted.secrets).await?;
    let rest = agents::everybody(&**tx).await?;
    if !rest.is_empty() && agents::lock_admins(&**tx).await?.is_empty() {
        importer.wrong("agents", "nobody would be left who may change settings; keep an active admin");
    }
    Ok(importer.outcome)
}

impl Importer<'_> {
    fn wrong(&mut self, place: &str, why: impl AsRef<str>) {
        self.outcome.problems.push(format!("{place}: {}", why.as_ref()));
    }

    fn checked<T>(&mut self, place: &str, verdict: rules::Verdict<T>) -> Option<T> {
        verdict.map_err(|why| self.wrong(place, why)).ok()
    }

    async fn agent(&mut self, entry: &AgentEntry) -> Result<(), CliError> {
        let place = format!("agents, {}", entry.email);
        let (email, name) =
            (self.checked(&place, rules::email(&entry.email)), self.checked(&place, rules::name(&entry.name)));
        let (Some(email), Some(name)) = (email, name) else { return Ok(()) };
        let disabled_at = (!entry.active).then_some(self.now);
        match agents::by_email(&**self.tx, &email).await? {
            Some(known) => {
                let disabled_at = if entry.active { None } else { known.disabled_at.or(disabled_at) };
                let changed = Agent {
                    name,
                    role: entry.role,
                    disabled_at,
                    duty: Duty { capacity: entry.capacity, ..known.duty },
                    ..known.clone()
                };
                if changed != known {
                    agents::save(&**self.tx, &changed).await?;
                    self.audit("agent.imported", &email, Value::Null).await?;
                }
            }
            None => {
                let agent = Agent {
                    id: AgentId(SystemClock.new_id()),
                    email: email.clone(),
                    name,
                    role: entry.role,
                    theme: "system".into(),
                    shortcuts: true,
                    created_at: self.now,
                    disabled_at,
                    duty: Duty { capacity: entry.capacity, ..Duty::default() },
                };
                // A password nobody knows, until `baton user` sets one.
                let secret = SystemClock.new_id().to_string() + &SystemClock.new_id().to_string();
                let hash = password::hash(&secret).map_err(|why| CliError::Words(why.to_string()))?;
                agents::insert(&**self.tx, &agent, &hash).await?;
                self.audit("agent.imported", &email, Value::Null).await?;
                let note = format!("{email} has no password yet: run `baton user {email}`.");
                self.outcome.notes.push(note);
            }
        }
        Ok(())
    }

    async fn team(&mut self, entry: &TeamEntry) -> Result<(), CliError> {
        let place = format!("teams, {}", entry.name);
        let Some(name) = self.checked(&place, rules::name(&entry.name)) else { return Ok(()) };
        let mut members = Vec::new();
        for email in &entry.members {
            match agents::by_email(&**self.tx, email).await? {
                Some(agent) => members.push(agent.id),
                None => self.wrong(&place, format!("there is no agent {email}")),
            }
        }
        members.sort_by_key(|id| id.0);
        let known = teams::all(&**self.tx).await?.into_iter().find(|team| team.name == name);
        let id = match &known {
            Some(team) => team.id,
            None => {
                let id = TeamId(SystemClock.new_id());
                let team =
                    Team { id, name: name.clone(), description: entry.description.clone(), created_at: self.now };
                teams::insert(&**self.tx, &team).await?;
                id
            }
        };
        let mut before = teams::members(&**self.tx, id).await?;
        before.sort_by_key(|id| id.0);
        if known.is_none() || before != members {
            teams::set_members(&**self.tx, id, &members, || SystemClock.new_id()).await?;
            self.audit("team.imported", &name, Value::Null).await?;
        }
        Ok(())
    }

    async fn channel(&mut self, entry: &ChannelEntry) -> Result<(), CliError> {
        let place = format!("channels, {}", entry.name);
        let Some(name) = self.checked(&place, rules::name(&entry.name)) else { return Ok(()) };
        let resolved =
            references(&**self.tx).await?.resolved(entry.settings.clone(), &place, &mut self.outcome.problems);
        let accounts = channels::accounts(&**self.tx).await?;
        let known = accounts.into_iter().find(|account| account.channel.token == entry.token);
        let id = known.as_ref().map_or_else(|| ChannelId(SystemClock.new_id()), |account| account.channel.id);
        let stored = channels::with_credentials(&**self.tx, self.key, id).await?.and_then(|(_, secret)| secret);
        let before = stored.as_deref().map(Credentials::read).unwrap_or_default();
        let credentials = self.credentials(&place, &entry.secrets, before.clone());
        self.check_channel(&place, entry, &resolved, &credentials);
        let channel = Channel {
            id,
            kind: entry.kind.clone(),
            name: name.clone(),
            token: entry.token.clone(),
            autopilot: entry.autopilot,
            settings: resolved,
            created_at: known.as_ref().map_or(self.now, |account| account.channel.created_at),
        };
        if known.as_ref().is_some_and(|account| account.channel.kind != channel.kind) {
            self.wrong(&place, "its token belongs to a channel of another kind; give it another token");
            return Ok(());
        }
        let fresh = credentials.write();
        match known {
            None => {
                let secret = (!entry.secrets.is_empty()).then_some(fresh.as_slice());
                channels::insert(&**self.tx, self.key, &channel, secret).await?;
                if !entry.enabled {
                    let off = Stored { channel, enabled: false, updated_at: self.now };
                    channels::save_account(&**self.tx, &off, self.now).await?;
                }
                self.audit("channel.imported", &name, Value::Null).await?;
            }
            Some(account) => {
                let same = without_nulls(account.channel.settings.clone()) == channel.settings;
                let settings = if same { account.channel.settings.clone() } else { channel.settings.clone() };
                let wanted = Stored {
                    channel: Channel { settings, ..channel },
                    enabled: entry.enabled,
                    updated_at: account.updated_at,
                };
                if wanted != account {
                    let seen = account.updated_at;
                    channels::save_account(&**self.tx, &Stored { updated_at: self.now, ..wanted }, seen).await?;
                    self.audit("channel.imported", &name, Value::Null).await?;
                }
                if fresh != before.write() {
                    channels::save_credentials(&**self.tx, self.key, id, &fresh).await?;
                    self.outcome.notes.push(format!("{name}: its secrets are replaced."));
                    self.audit("channel.secrets_imported", &name, Value::Null).await?;
                }
            }
        }
        Ok(())
    }

    /// The secrets of a channel; those the environment does not have stay as they are.
    fn credentials(&mut self, place: &str, wanted: &BTreeMap<String, String>, mut known: Credentials) -> Credentials {
        for (name, reference) in wanted {
            let current = known.first(name).map(|secret| secret.expose_secret().to_owned());
            match self.looked_up(reference) {
                Ok(Some(secret)) if current.as_deref() != Some(secret.expose_secret()) => known.replace(name, secret),
                Ok(None) if current.is_none() => {
                    self.wrong(place, format!("the secret {name} is to come from {reference}, which is not set"));
                }
                Ok(_) => {}
                Err(why) => self.wrong(place, why),
            }
        }
        known
    }

    fn looked_up(&self, reference: &str) -> Result<Option<SecretString>, String> {
        let variable = reference
            .strip_prefix("env:")
            .ok_or("a secret is written as env:VARIABLE, never as itself; take it out of the file")?;
        Ok((self.environment)(variable).filter(|value| !value.is_empty()).map(SecretString::from))
    }

    fn check_channel(&mut self, place: &str, entry: &ChannelEntry, settings: &Value, credentials: &Credentials) {
        if entry.token.is_empty() || !entry.token.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) {
            self.wrong(place, "a token is made of letters, digits, - and _");
        }
        let kind: ChannelKind = match entry.kind.parse() {
            Ok(kind) => kind,
            Err(why) => return self.wrong(place, format!("{why}")),
        };
        if let Some(channel) = Registry::standard().get(kind) {
            let account = Account {
                id_hint: entry.name.clone(),
                settings: settings.clone(),
                credentials: credentials.clone(),
                hook_url: String::new(),
            };
            for (field, why) in channel.check_settings(&account) {
                self.wrong(&format!("{place}, {field}"), why);
            }
        }
    }

    async fn sections(&mut self, wanted: &BTreeMap<String, Value>) -> Result<(), CliError> {
        let references = references(&**self.tx).await?;
        for (name, value) in wanted {
            let Some(part) = PARTS.iter().find(|part| part.name == name) else {
                let known = PARTS.iter().map(|part| part.name).collect::<Vec<_>>().join(", ");
                self.wrong(name, format!("there is no such section; the sections are {known}"));
                continue;
            };
            let place = format!("settings.{name}");
            let value = references.resolved(value.clone(), &place, &mut self.outcome.problems);
            let checked = match (part.check)(value) {
                Ok(checked) => checked,
                Err(problems) => {
                    problems.iter().for_each(|why| self.wrong(&place, why));
                    continue;
                }
            };
            let stored = settings::load_json(&**self.tx, part.name).await?;
            let (before, seen) = stored.unwrap_or_else(|| ((part.default)(), 0));
            // What was stored by an earlier release says the same with other words.
            if (part.check)(before.clone()).unwrap_or(before) != checked {
                settings::save_json(&**self.tx, part.name, checked, seen, None, self.now).await?;
                self.audit("settings.imported", part.name, json!({ "version": seen + 1 })).await?;
            }
        }
        Ok(())
    }

    async fn secrets(&mut self, wanted: &BTreeMap<String, String>) -> Result<(), CliError> {
        let stored: BTreeMap<String, SecretString> =
            secrets::open(&**self.tx, self.key, "").await?.into_iter().collect();
        for (name, reference) in wanted {
            let current = stored.get(name).map(|secret| secret.expose_secret());
            match self.looked_up(reference) {
                Ok(Some(secret)) if current != Some(secret.expose_secret()) => {
                    secrets::set(&**self.tx, self.key, name, &secret, None, self.now).await?;
                    self.outcome.notes.push(format!("The secret {name} is replaced."));
                    self.audit("secret.imported", name, Value::Null).await?;
                }
                Ok(None) if current.is_none() => {
                    self.wrong("secrets", format!("{name} is to come from {reference}, which is not set"));
                }
                Ok(_) => {}
                Err(why) => self.wrong("secrets", why),
            }
        }
        Ok(())
    }

    async fn audit(&self, action: &str, subject: &str, detail: Value) -> Result<(), StoreError> {
        let change = Change {
            id: SystemClock.new_id(),
            at: self.now,
            agent: None,
            action: action.to_owned(),
            subject: subject.to_owned(),
            detail,
        };
        audit::insert(&**self.tx, &change).await
    }
}
