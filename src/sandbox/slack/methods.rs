//! The Web API's methods, as far as Baton uses them, checked as strictly as Slack checks.

use serde_json::{Value, json};

use super::strict::check_blocks;
use super::workspace::{BOT, BOT_USER, Post, State, TEAM};

/// Longest text of a message.
const TEXT_CHARS_MAX: usize = 40_000;

type Answer = Result<Value, &'static str>;

impl State {
    /// What a method answers, without `ok`. The error is Slack's word for it.
    pub(super) fn answer(&mut self, method: &str, arguments: &Value) -> Answer {
        match method {
            "auth.test" => Ok(json!({
                "url": "https://demo.slack.com/", "team": "Demo", "user": "baton", "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT,
            })),
            "chat.postMessage" => self.post_message(arguments),
            "chat.update" => self.update(arguments),
            "chat.postEphemeral" => self.whisper(arguments),
            "users.info" => {
                let person = self.people.get(text(arguments, "user")?).ok_or("user_not_found")?;
                Ok(json!({"user": person}))
            }
            "conversations.info" => {
                let id = text(arguments, "channel")?;
                let name = self.channels.get(id).ok_or("channel_not_found")?;
                Ok(json!({"channel": {"id": id, "name": name, "is_member": true}}))
            }
            "conversations.history" => {
                let channel = text(arguments, "channel")?;
                Ok(self.listed(|post| post.channel == channel && post.thread.is_none(), true))
            }
            "conversations.replies" => {
                let (channel, ts) = (text(arguments, "channel")?, text(arguments, "ts")?);
                Ok(self.listed(
                    |post| post.channel == channel && (post.ts == ts || post.thread.as_deref() == Some(ts)),
                    false,
                ))
            }
            "apps.connections.open" => Ok(json!({"url": self.socket_url})),
            "files.getUploadURLExternal" => self.upload_place(arguments),
            "files.completeUploadExternal" => self.complete_upload(arguments),
            "oauth.v2.access" => {
                text(arguments, "redirect_uri")?;
                if text(arguments, "code")? == "used before" {
                    return Err("invalid_code");
                }
                let here = || (TEAM.to_owned(), "Demo".to_owned(), super::BOT_TOKEN.to_owned());
                let (team, name, token) = self.consents.take().unwrap_or_else(here);
                Ok(json!({
                    "app_id": "A0BATON", "access_token": token, "token_type": "bot", "scope": "chat:write", "bot_user_id": BOT_USER,
                    "team": {"id": team, "name": name}, "enterprise": null, "authed_user": {"id": "U0ADMIN"},
                }))
            }
            _ => Err("unknown_method"),
        }
    }

    fn post_message(&mut self, arguments: &Value) -> Answer {
        let mut channel = text(arguments, "channel")?.to_owned();
        if channel.starts_with('U') {
            channel = format!("D{}", &channel[1..]);
        } else if !self.channels.contains_key(&channel) && !channel.starts_with('D') {
            return Err("channel_not_found");
        }
        check_blocks(&arguments["blocks"])?;
        let words = arguments["text"].as_str().unwrap_or_default();
        if words.is_empty() && arguments["blocks"].is_null() {
            return Err("no_text");
        }
        if words.chars().count() > TEXT_CHARS_MAX {
            return Err("msg_too_long");
        }
        let ts = self.next_ts();
        let mut post = Post::new(&channel, ts.clone(), BOT_USER, words);
        post.thread = arguments["thread_ts"].as_str().map(str::to_owned);
        post.username = arguments["username"].as_str().map(str::to_owned);
        post.former = std::mem::replace(&mut post.blocks, arguments["blocks"].clone());
        post.metadata = arguments["metadata"].clone();
        post.broadcast = arguments["reply_broadcast"] == true;
        self.posts.push(post);
        Ok(
            json!({"channel": channel, "ts": ts, "message": {"type": "message", "ts": ts, "text": words, "bot_id": BOT}}),
        )
    }

    fn update(&mut self, arguments: &Value) -> Answer {
        check_blocks(&arguments["blocks"])?;
        let (channel, ts) = (text(arguments, "channel")?, text(arguments, "ts")?);
        let post = self.post_mut(channel, ts).ok_or("message_not_found")?;
        if post.user != BOT_USER {
            return Err("cant_update_message");
        }
        arguments["text"].as_str().unwrap_or_default().clone_into(&mut post.text);
        post.blocks = arguments["blocks"].clone();
        Ok(json!({"channel": channel, "ts": ts, "text": post.text}))
    }

    fn whisper(&mut self, arguments: &Value) -> Answer {
        let (user, words) = (text(arguments, "user")?.to_owned(), text(arguments, "text")?.to_owned());
        text(arguments, "channel")?;
        self.whispers.push((user, words));
        Ok(json!({"message_ts": self.next_ts()}))
    }

    fn listed(&self, wanted: impl Fn(&Post) -> bool, newest_first: bool) -> Value {
        let mut messages: Vec<Value> = self
            .posts
            .iter()
            .filter(|post| wanted(post))
            .map(|post| json!({"type": "message", "user": post.user, "text": post.text, "ts": post.ts, "metadata": post.metadata}))
            .collect();
        if newest_first {
            messages.reverse();
        }
        json!({"messages": messages, "has_more": false})
    }
}

pub(super) fn text<'a>(arguments: &'a Value, name: &str) -> Result<&'a str, &'static str> {
    arguments[name].as_str().filter(|text| !text.is_empty()).ok_or("invalid_arguments")
}
