//! From the database to the file.

use std::collections::{BTreeMap, HashMap};

use baton_adapters::contract::Credentials;
use sea_orm::ConnectionTrait;

use crate::handoff::AgentId;
use crate::store::seal::MasterKey;
use crate::store::{StoreError, agents, channels, secrets, settings, teams};

use super::document::{AgentEntry, ChannelEntry, Document, TeamEntry, without_nulls};
use super::references::References;
use super::sections::PARTS;

/// Everything admins decided.
pub(super) async fn gather(db: &impl ConnectionTrait, key: &MasterKey) -> Result<Document, StoreError> {
    let references = references(db).await?;
    let mut sections = BTreeMap::new();
    for part in PARTS {
        let stored = settings::load_json(db, part.name).await?.map_or_else(part.default, |(value, _)| value);
        let whole = (part.check)(stored.clone()).unwrap_or(stored);
        sections.insert(part.name.to_owned(), without_nulls(references.named(whole)));
    }
    let people = agents::everybody(db).await?;
    let emails: HashMap<AgentId, String> = people.iter().map(|agent| (agent.id, agent.email.clone())).collect();
    let mut entries: Vec<AgentEntry> = people
        .into_iter()
        .map(|agent| AgentEntry {
            email: agent.email,
            name: agent.name,
            role: agent.role,
            active: agent.disabled_at.is_none(),
            capacity: agent.duty.capacity,
        })
        .collect();
    entries.sort_by(|a, b| a.email.cmp(&b.email));
    let mut groups = Vec::new();
    for team in teams::all(db).await? {
        let members = teams::members(db, team.id).await?;
        let mut members: Vec<String> = members.iter().filter_map(|id| emails.get(id).cloned()).collect();
        members.sort();
        groups.push(TeamEntry { name: team.name, description: team.description, members });
    }
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    let names = secrets::names(db, "").await?;
    Ok(Document {
        agents: entries,
        teams: groups,
        channels: channel_entries(db, key, &references).await?,
        secrets: names.into_iter().map(|(name, _)| (name.clone(), variable(&[&name]))).collect(),
        settings: sections,
    })
}

async fn channel_entries(
    db: &impl ConnectionTrait,
    key: &MasterKey,
    references: &References,
) -> Result<Vec<ChannelEntry>, StoreError> {
    let mut entries = Vec::new();
    for account in channels::accounts(db).await? {
        let opened = channels::with_credentials(db, key, account.channel.id).await?.and_then(|(_, secret)| secret);
        let credentials = opened.map(|bytes| Credentials::read(&bytes)).unwrap_or_default();
        let channel = account.channel;
        let secrets = credentials.names().map(|name| (name.to_owned(), variable(&[&channel.name, name])));
        entries.push(ChannelEntry {
            secrets: secrets.collect(),
            settings: without_nulls(references.named(channel.settings)),
            kind: channel.kind,
            name: channel.name,
            token: channel.token,
            autopilot: channel.autopilot,
            enabled: account.enabled,
        });
    }
    entries.sort_by(|a, b| (&a.name, &a.token).cmp(&(&b.name, &b.token)));
    Ok(entries)
}

/// What everybody and everything is called.
pub(super) async fn references(db: &impl ConnectionTrait) -> Result<References, StoreError> {
    let mut references = References::default();
    for agent in agents::everybody(db).await? {
        references.add("agent", &agent.email, &agent.id.0.to_string());
    }
    for team in teams::all(db).await? {
        references.add("team", &team.name, &team.id.0.to_string());
    }
    let accounts = channels::accounts(db).await?;
    for account in &accounts {
        let channel = &account.channel;
        let twins = accounts.iter().filter(|other| other.channel.name == channel.name).count();
        let name = if twins == 1 { &channel.name } else { &channel.token };
        references.add("channel", name, &channel.id.0.to_string());
    }
    Ok(references)
}

/// The environment variable a secret is read from.
fn variable(parts: &[&str]) -> String {
    let word = |part: &&str| -> String {
        part.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
    };
    format!("env:SECRET_{}", parts.iter().map(word).collect::<Vec<_>>().join("_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_can_be_set_in_any_shell() {
        assert_eq!(variable(&["Support SMS", "auth_token"]), "env:SECRET_SUPPORT_SMS_AUTH_TOKEN");
        assert_eq!(variable(&["language_model.key"]), "env:SECRET_LANGUAGE_MODEL_KEY");
    }
}
