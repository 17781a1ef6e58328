//! What an admin sets for a Slack workspace.

use serde::{Deserialize, Serialize};

/// Where Slack's Web API is, unless an admin names another place.
pub const API_URL: &str = "https://slack.com/api";
/// What marks a message of the team as internal, unless an admin chooses another word.
const NOTE_PREFIX: &str = "!note";

/// What an admin sets for a Slack workspace, and what the installation told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SlackSettings {
    /// The workspace (`T…`), told by Slack when the app is installed.
    pub team_id: String,
    /// The app's own user (`U…`), told by Slack; what it writes is never read as a person's.
    pub bot_user_id: String,
    /// The channel (`C…`) in which the team answers. Empty: it answers elsewhere.
    pub support_channel: String,
    /// What begins a message that stays inside the team.
    pub note_prefix: String,
    /// Whether Slack's events come over a socket that Baton opens, for installations without a public address.
    pub socket_mode: bool,
    /// The app's client id, for installing it in more workspaces.
    pub client_id: String,
    /// Where the Web API is.
    pub api_url: String,
}

impl Default for SlackSettings {
    fn default() -> Self {
        Self {
            team_id: String::new(),
            bot_user_id: String::new(),
            support_channel: String::new(),
            note_prefix: NOTE_PREFIX.into(),
            socket_mode: false,
            client_id: String::new(),
            api_url: API_URL.into(),
        }
    }
}

impl SlackSettings {
    /// The settings of an account; what can not be read is as if it had not been set.
    pub fn read(settings: &serde_json::Value) -> Self {
        serde_json::from_value(settings.clone()).unwrap_or_default()
    }

    /// Whether the team answers in this channel.
    pub(super) fn is_support_channel(&self, channel: &str) -> bool {
        !self.support_channel.is_empty() && self.support_channel == channel
    }

    /// A message without the word that keeps it inside the team, and whether it had one.
    pub(super) fn without_note_prefix<'a>(&self, text: &'a str) -> (&'a str, bool) {
        let prefix = self.note_prefix.trim();
        let rest = text.trim_start().strip_prefix(prefix).filter(|_| !prefix.is_empty());
        // `!note` is no prefix of `!notebook`.
        match rest.filter(|rest| !prefix.ends_with(char::is_alphanumeric) || !rest.starts_with(char::is_alphanumeric)) {
            Some(rest) => (rest.trim_start_matches([':', ' ', '\n', '\t']), true),
            None => (text, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_begins_with_its_word() {
        let settings = SlackSettings::default();
        assert_eq!(settings.without_note_prefix("!note call her"), ("call her", true));
        assert_eq!(settings.without_note_prefix(" !note: call her"), ("call her", true));
        assert_eq!(settings.without_note_prefix("!notebook"), ("!notebook", false));
        assert_eq!(settings.without_note_prefix("no !note"), ("no !note", false));
        let other = SlackSettings { note_prefix: "//".into(), ..SlackSettings::default() };
        assert_eq!(other.without_note_prefix("//call her"), ("call her", true));
        let none = SlackSettings { note_prefix: " ".into(), ..SlackSettings::default() };
        assert_eq!(none.without_note_prefix("hello"), ("hello", false));
    }
}
