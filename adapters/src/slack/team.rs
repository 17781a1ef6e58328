//! The team's place to answer: a thread for each conversation in the support channel.
//!
//! Every post carries Baton's key for it in Slack's message metadata, so that one whose outcome nobody heard can be found again
//! instead of being made twice.

use std::time::Duration;

use async_trait::async_trait;
use serde::Serialize;
use serde_json::{Value, json};
use slack_morphism::prelude::*;

use crate::contract::team::{Card, TeamAttachment, TeamMember, TeamPlace, TeamPost, ThreadRef};
use crate::contract::{Account, DeliveryError};

use super::api::{Shown, ask, call};
use super::config::SlackSettings;
use super::mrkdwn::escape;
use super::{Slack, card, files};

/// Slack allows about one message a second in a channel.
const INTERVAL: Duration = Duration::from_millis(1_100);
/// The kind of metadata Baton's posts carry.
const EVENT_TYPE: &str = "baton_post";
/// Posts that are looked through for one whose outcome nobody heard.
const SEARCH_MAX: &str = "50";

/// `chat.postMessage` and `chat.update`, as far as Baton uses them.
#[derive(Debug, Default, Serialize)]
pub(super) struct Message {
    pub(super) channel: String,
    /// What notifications show, and all there is where there are no blocks.
    pub(super) text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) blocks: Option<Vec<SlackBlock>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thread_ts: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ts: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) username: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub(super) reply_broadcast: bool,
    pub(super) unfurl_links: bool,
    pub(super) unfurl_media: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<SlackMessageMetadata>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// What a post carries so that it can be found again.
pub(super) fn metadata(key: &str) -> SlackMessageMetadata {
    let payload = std::collections::HashMap::from([("key".to_owned(), key.to_owned())]);
    SlackMessageMetadata::new(EVENT_TYPE.into()).with_event_payload(payload)
}

#[async_trait]
impl TeamPlace for Slack {
    fn place(&self, account: &Account) -> Option<String> {
        let settings = SlackSettings::read(&account.settings);
        (!settings.support_channel.is_empty()).then_some(settings.support_channel)
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    async fn begin(&self, account: &Account, place: &str, key: &str, card: &Card) -> Result<ThreadRef, DeliveryError> {
        let (blocks, text) = card::blocks(card);
        let message = Message {
            channel: place.to_owned(),
            text,
            blocks: Some(blocks),
            metadata: Some(metadata(key)),
            ..Message::default()
        };
        let answer = call(&self.http, account, Shown::Bot, "chat.postMessage", &message).await?;
        let place = answer["channel"].as_str().unwrap_or(place).to_owned();
        Ok(ThreadRef { place, root: ts(&answer)? })
    }

    async fn refresh(&self, account: &Account, thread: &ThreadRef, card: &Card) -> Result<(), DeliveryError> {
        let (blocks, text) = card::blocks(card);
        let message = Message {
            channel: thread.place.clone(),
            ts: Some(thread.root.clone()),
            text,
            blocks: Some(blocks),
            ..Message::default()
        };
        call(&self.http, account, Shown::Bot, "chat.update", &message).await?;
        Ok(())
    }

    async fn post(&self, account: &Account, thread: &ThreadRef, post: &TeamPost) -> Result<String, DeliveryError> {
        let mut text = card::line(&post.content);
        for TeamAttachment { name, .. } in &post.files {
            text.push_str(&format!("\n:paperclip: {}", escape(name)));
        }
        let message = Message {
            channel: thread.place.clone(),
            thread_ts: Some(thread.root.clone()),
            text,
            reply_broadcast: post.loud,
            metadata: Some(metadata(&post.key)),
            ..Message::default()
        };
        let answer = call(&self.http, account, Shown::Bot, "chat.postMessage", &message).await?;
        let posted = ts(&answer)?;
        // The line stands and names its files. One that Slack does not take is in the inbox; the line is not written again.
        for file in &post.files {
            let Err(_) = files::share(&self.http, account, thread, &file.name, file.bytes.clone()).await else {
                continue;
            };
            let text = format!("{} could not be shown here; it is in Baton.", escape(&file.name));
            let sorry = Message {
                channel: thread.place.clone(),
                thread_ts: Some(thread.root.clone()),
                text,
                ..Message::default()
            };
            drop(call(&self.http, account, Shown::Bot, "chat.postMessage", &sorry).await);
        }
        Ok(posted)
    }

    async fn find_thread(&self, account: &Account, place: &str, key: &str) -> Result<Option<ThreadRef>, DeliveryError> {
        let arguments = [("channel", place), ("limit", SEARCH_MAX), ("include_all_metadata", "true")];
        let answer = ask(&self.http, account, "conversations.history", &arguments).await?;
        Ok(with_key(&answer, key).map(|root| ThreadRef { place: place.to_owned(), root }))
    }

    async fn find_post(
        &self,
        account: &Account,
        thread: &ThreadRef,
        key: &str,
    ) -> Result<Option<String>, DeliveryError> {
        let arguments = [
            ("channel", thread.place.as_str()),
            ("ts", thread.root.as_str()),
            ("limit", "200"),
            ("include_all_metadata", "true"),
        ];
        let answer = ask(&self.http, account, "conversations.replies", &arguments).await?;
        Ok(with_key(&answer, key))
    }

    async fn whisper(
        &self,
        account: &Account,
        thread: &ThreadRef,
        member: &str,
        text: &str,
    ) -> Result<(), DeliveryError> {
        let message = Message {
            channel: thread.place.clone(),
            thread_ts: Some(thread.root.clone()),
            user: Some(member.to_owned()),
            text: escape(text),
            ..Message::default()
        };
        call(&self.http, account, Shown::Bot, "chat.postEphemeral", &message).await?;
        Ok(())
    }

    async fn member(&self, account: &Account, member: &str) -> Result<TeamMember, DeliveryError> {
        let answer = ask(&self.http, account, "users.info", &[("user", member)]).await?;
        Ok(read_member(&SlackSettings::read(&account.settings), &answer["user"]))
    }
}

/// Who a user is. Only a full member of the workspace, whose address Slack has not doubted, is believed to be their address.
fn read_member(settings: &SlackSettings, user: &Value) -> TeamMember {
    let profile = &user["profile"];
    let named = [&profile["display_name"], &profile["real_name"], &user["real_name"], &user["name"]];
    let name = named.iter().filter_map(|name| name.as_str()).find(|name| !name.is_empty()).unwrap_or("Somebody");
    let outside = ["deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger"];
    let is_foreign =
        !settings.team_id.is_empty() && user["team_id"].as_str().is_some_and(|team| team != settings.team_id);
    let doubted = outside.iter().any(|flag| user[*flag] == true) || user["is_email_confirmed"] == false || is_foreign;
    let email = profile["email"].as_str().filter(|_| !doubted).map(str::to_owned);
    TeamMember { name: name.to_owned(), email }
}

/// Slack's name for the message an answer is about.
pub(super) fn ts(answer: &Value) -> Result<String, DeliveryError> {
    let why = || DeliveryError::Unknown { why: "Slack did not say which message it made".into() };
    answer["ts"].as_str().map(str::to_owned).ok_or_else(why)
}

fn with_key(answer: &Value, key: &str) -> Option<String> {
    let wanted = json!({"event_type": EVENT_TYPE, "event_payload": {"key": key}});
    let messages = answer["messages"].as_array()?;
    let found = messages.iter().find(|message| {
        message["metadata"]["event_type"] == wanted["event_type"]
            && message["metadata"]["event_payload"]["key"] == wanted["event_payload"]["key"]
    })?;
    found["ts"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_members_own_address_is_believed() {
        let settings = SlackSettings { team_id: "T1".into(), ..SlackSettings::default() };
        let user = |more: Value| {
            let mut user = json!({"id": "U1", "team_id": "T1", "name": "ines", "profile": {"email": "ines@example.com", "display_name": ""}, "real_name": "Ines Duarte", "is_email_confirmed": true});
            for (name, value) in more.as_object().expect("members") {
                user[name.as_str()] = value.clone();
            }
            read_member(&settings, &user)
        };
        let ines = user(json!({}));
        assert_eq!((ines.name.as_str(), ines.email.as_deref()), ("Ines Duarte", Some("ines@example.com")));
        for doubt in ["deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger"] {
            assert_eq!(user(json!({doubt: true})).email, None, "{doubt}");
        }
        assert_eq!(user(json!({"is_email_confirmed": false})).email, None);
        assert_eq!(user(json!({"team_id": "T2"})).email, None);
    }

    #[test]
    fn a_post_is_found_by_its_key() {
        let answer = json!({"ok": true, "messages": [
            {"ts": "1.1", "text": "x"},
            {"ts": "1.2", "metadata": {"event_type": "other", "event_payload": {"key": "k"}}},
            {"ts": "1.3", "metadata": metadata("k")},
        ]});
        assert_eq!(with_key(&answer, "k").as_deref(), Some("1.3"));
        assert_eq!(with_key(&answer, "l"), None);
    }
}
