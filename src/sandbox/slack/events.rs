//! What people do in the workspace, and the requests Slack sends because of it.

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::workspace::{BOT, BOT_USER, Post, State, TEAM, Workspace};

/// The headers of a request signed as Slack signs it.
pub fn signed(secret: &str, unix_seconds: i64, body: &[u8]) -> [(&'static str, String); 2] {
    let timestamp = unix_seconds.to_string();
    let mut digest = String::new();
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
        for part in [b"v0:".as_slice(), timestamp.as_bytes(), b":", body] {
            mac.update(part);
        }
        digest = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    }
    [("x-slack-request-timestamp", timestamp), ("x-slack-signature", format!("v0={digest}"))]
}

impl Workspace {
    /// Somebody writes in a channel or a thread. The request Slack sends.
    pub fn writes(&self, user: &str, channel: &str, thread: Option<&str>, text: &str) -> Value {
        self.writes_with(user, channel, thread, text, &[])
    }

    /// The same with files, by name and content.
    pub fn writes_with(
        &self,
        user: &str,
        channel: &str,
        thread: Option<&str>,
        text: &str,
        files: &[(&str, &[u8])],
    ) -> Value {
        let mut state = self.lock();
        let ts = state.next_ts();
        let mut shared = Vec::new();
        for (name, content) in files {
            let id = format!("F{}", state.files.len() + 1);
            state.files.insert(id.clone(), ((*name).to_owned(), Bytes::copy_from_slice(content)));
            let url = format!("{}/files/{id}", state.base_url);
            shared.push(json!({
                "id": id, "name": name, "title": name, "mimetype": "application/octet-stream", "size": content.len(),
                "url_private": url, "url_private_download": url, "user": user, "file_access": "visible",
            }));
        }
        let mut post = Post::new(channel, ts.clone(), user, text);
        post.thread = thread.map(str::to_owned);
        post.files = files.iter().map(|(name, _)| (*name).to_owned()).collect();
        state.posts.push(post);
        let mut event = json!({
            "type": "message", "channel": channel, "user": user, "text": text, "ts": ts, "event_ts": ts, "team": TEAM,
            "channel_type": kind(channel), "client_msg_id": format!("client-{ts}"),
        });
        if let Some(thread) = thread {
            event["thread_ts"] = thread.into();
        }
        if !shared.is_empty() {
            event["subtype"] = "file_share".into();
            event["files"] = shared.into();
        }
        envelope(&event)
    }

    /// Somebody changes what they wrote. The request Slack sends.
    pub fn edits(&self, channel: &str, ts: &str, text: &str) -> Option<Value> {
        let mut state = self.lock();
        let now = state.next_ts();
        let post = state.post_mut(channel, ts)?;
        let before = whole(post);
        text.clone_into(&mut post.text);
        let mut after = whole(post);
        after["edited"] = json!({"user": post.user, "ts": now});
        Some(envelope(&json!({
            "type": "message", "subtype": "message_changed", "hidden": true, "channel": channel, "ts": now, "event_ts": now,
            "channel_type": kind(channel), "message": after, "previous_message": before,
        })))
    }

    /// Somebody takes back what they wrote. The request Slack sends.
    pub fn deletes(&self, channel: &str, ts: &str) -> Option<Value> {
        let mut state = self.lock();
        let now = state.next_ts();
        let before = whole(state.post(channel, ts)?);
        state.posts.retain(|post| post.channel != channel || post.ts != ts);
        Some(envelope(&json!({
            "type": "message", "subtype": "message_deleted", "hidden": true, "channel": channel, "ts": now, "event_ts": now,
            "channel_type": kind(channel), "deleted_ts": ts, "previous_message": before,
        })))
    }

    /// Somebody presses a button of a card: the form Slack sends.
    pub fn presses(&self, user: &str, channel: &str, ts: &str, words: &str) -> Option<Vec<u8>> {
        let mut state = self.lock();
        let at = state.next_ts();
        let post = state.post(channel, ts)?;
        let mut action = post.button(words)?.clone();
        action["action_ts"] = at.clone().into();
        action["block_id"] = "actions".into();
        let payload = json!({
            "type": "block_actions", "api_app_id": "A0BATON", "token": "unused", "trigger_id": format!("{at}.trigger"),
            "team": {"id": TEAM, "domain": "demo"}, "user": {"id": user, "username": user, "name": user, "team_id": TEAM},
            "container": {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": false},
            "channel": {"id": channel, "name": name(&state, channel)}, "actions": [action],
            "response_url": format!("{}/actions/unused", state.base_url), "state": {"values": {}},
        });
        Some(form(&payload))
    }

    /// Slack tells the app of its own post, as it does.
    pub fn echo(&self, channel: &str, ts: &str) -> Option<Value> {
        let state = self.lock();
        let mut event = whole(state.post(channel, ts)?);
        event["channel"] = channel.into();
        event["event_ts"] = ts.into();
        event["channel_type"] = kind(channel).into();
        Some(envelope(&event))
    }
}

fn form(payload: &Value) -> Vec<u8> {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair("payload", &payload.to_string())
        .finish()
        .into_bytes()
}

fn whole(post: &Post) -> Value {
    let mut message = json!({"type": "message", "user": post.user, "text": post.text, "ts": post.ts, "team": TEAM});
    if let Some(thread) = &post.thread {
        message["thread_ts"] = thread.as_str().into();
    }
    if post.user == BOT_USER {
        message["bot_id"] = BOT.into();
        message["app_id"] = "A0BATON".into();
    }
    if let Some(username) = &post.username {
        message["subtype"] = "bot_message".into();
        message["username"] = username.as_str().into();
        message["user"] = Value::Null;
    }
    message
}

fn envelope(event: &Value) -> Value {
    let ts = event["event_ts"].as_str().unwrap_or_default();
    json!({
        "token": "unused", "team_id": TEAM, "context_team_id": TEAM, "api_app_id": "A0BATON", "type": "event_callback",
        "event_id": format!("Ev{}", ts.replace('.', "")), "event_time": 1_700_000_000, "event_context": "4-demo",
        "authorizations": [{"enterprise_id": null, "team_id": TEAM, "user_id": BOT_USER, "is_bot": true}],
        "is_ext_shared_channel": false, "event": event,
    })
}

fn kind(channel: &str) -> &'static str {
    if channel.starts_with('D') { "im" } else { "channel" }
}

fn name(state: &State, channel: &str) -> String {
    state.channels.get(channel).cloned().unwrap_or_else(|| channel.to_owned())
}
