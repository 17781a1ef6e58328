//! What Slack tells Baton: Events API envelopes and pressed buttons, read once, whether they came by webhook or by socket.
//!
//! Whatever is not recognised is nothing to act on, never an error: Slack adds kinds of event without notice, and stops
//! sending to whoever refuses too many.

use serde_json::Value;
use slack_morphism::prelude::*;

use crate::contract::MediaRef;
use crate::contract::team::{TeamAct, TeamEvent, ThreadRef};

use super::card;
use super::config::SlackSettings;
use super::mrkdwn::to_markdown;

/// Something Slack told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Slack asks whether this address is ours; the answer is the word itself.
    Challenge(String),
    /// Somebody wrote to the app.
    Wrote(Wrote),
    /// Somebody changed what they had written to the app.
    Edited { provider_id: String, post: String, text: String },
    /// Somebody took back what they had written to the app.
    Deleted { provider_id: String, post: String },
    /// The team did something in its own place.
    Team(TeamEvent),
    /// Nothing to act on, with its name for the log.
    Nothing(String),
}

/// What somebody wrote to the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrote {
    /// The message, `channel:ts`: the same whether it was told as a message or as a mention.
    pub(super) post: String,
    /// Workspace and person, `team:user`.
    pub(super) person: String,
    /// What, as Markdown.
    pub(super) text: String,
    pub(super) files: Vec<MediaRef>,
    /// The thread it belongs to, `channel:ts`; none in a direct message outside any thread.
    pub(super) thread: Option<String>,
    /// Whether it counts only if its thread is a conversation already: nobody mentioned the app.
    pub(super) joins_only: bool,
}

/// Which workspace a request is for.
pub(super) fn workspace(body: &Value) -> Option<&str> {
    let authorized = body.pointer("/authorizations/0/team_id");
    authorized.or_else(|| body.get("team_id")).or_else(|| body.pointer("/team/id")).and_then(Value::as_str)
}

/// The JSON of a webhook's body: itself, or the `payload` of a form.
pub(super) fn json_of(body: &[u8]) -> Result<Value, String> {
    if body.first() == Some(&b'{') {
        return serde_json::from_slice(body).map_err(|why| why.to_string());
    }
    let payload = url::form_urlencoded::parse(body).find(|(name, _)| name == "payload");
    let (_, payload) = payload.ok_or("neither JSON nor a form with a payload")?;
    serde_json::from_str(&payload).map_err(|why| why.to_string())
}

/// Reads one envelope or interaction.
pub(super) fn hear(settings: &SlackSettings, body: &Value) -> Heard {
    let kind = body.get("type").and_then(Value::as_str).unwrap_or("no type");
    let elsewhere = kind != "url_verification"
        && !settings.team_id.is_empty()
        && workspace(body).is_some_and(|team| team != settings.team_id);
    if elsewhere {
        return Heard::Nothing("an event of another workspace".into());
    }
    match kind {
        "url_verification" => match body.get("challenge").and_then(Value::as_str) {
            Some(challenge) => Heard::Challenge(challenge.to_owned()),
            None => Heard::Nothing("url_verification without a challenge".into()),
        },
        "event_callback" => event(settings, body),
        "block_actions" => pressed(settings, body),
        other => Heard::Nothing(other.to_owned()),
    }
}

fn event(settings: &SlackSettings, body: &Value) -> Heard {
    let Ok(callback) = serde_json::from_value::<SlackPushEventCallback>(body.clone()) else {
        return Heard::Nothing("an event_callback without its members".into());
    };
    let raw = &body["event"];
    let team = callback.team_id.0;
    match callback.event {
        SlackEventCallbackBody::Message(message) => said(settings, &team, &message, raw),
        SlackEventCallbackBody::AppMention(mention) => {
            let message = SlackMessageEvent::new(mention.origin, SlackMessageSender::new().with_user(mention.user));
            let message = message.with_content(mention.content);
            if raw.get("bot_id").is_some_and(|id| !id.is_null()) {
                return Heard::Nothing("a robot's mention".into());
            }
            said(settings, &team, &message, raw)
        }
        _ => Heard::Nothing(raw["type"].as_str().unwrap_or("an event without a type").to_owned()),
    }
}

fn said(settings: &SlackSettings, team: &str, message: &SlackMessageEvent, raw: &Value) -> Heard {
    // A mention names its channel beside the message, which takes the name before the origin sees it.
    let channel = message.origin.channel.as_ref().map(|channel| channel.0.as_str()).or_else(|| raw["channel"].as_str());
    let Some(channel) = channel else { return Heard::Nothing("a message without a channel".into()) };
    match &message.subtype {
        None
        | Some(
            SlackMessageEventType::FileShare
            | SlackMessageEventType::ThreadBroadcast
            | SlackMessageEventType::MeMessage,
        ) => wrote(settings, team, channel, message, raw),
        Some(SlackMessageEventType::MessageChanged) => changed(settings, channel, raw),
        Some(SlackMessageEventType::MessageDeleted) => deleted(settings, channel, raw),
        Some(_) => Heard::Nothing(format!("message/{}", raw["subtype"].as_str().unwrap_or_default())),
    }
}

/// Whether a person wrote it, and not this app, another one, or Slack's own robot.
fn by_a_person(settings: &SlackSettings, raw: &Value) -> Option<String> {
    let is_robot = raw.get("bot_id").is_some_and(|id| !id.is_null()) || raw["subtype"] == "bot_message";
    let user = raw["user"].as_str().filter(|user| !user.is_empty() && !is_robot)?;
    (user != settings.bot_user_id && user != "USLACKBOT").then(|| user.to_owned())
}

fn wrote(settings: &SlackSettings, team: &str, channel: &str, message: &SlackMessageEvent, raw: &Value) -> Heard {
    let Some(user) = by_a_person(settings, raw) else { return Heard::Nothing("a robot's message".into()) };
    let ts = message.origin.ts.0.as_str();
    let thread = raw["thread_ts"].as_str().filter(|thread| *thread != ts);
    let slack_text = message.content.as_ref().and_then(|content| content.text.as_deref()).unwrap_or_default();
    let files = files(raw);
    let post = format!("{channel}:{ts}");
    if settings.is_support_channel(channel) {
        let Some(root) = thread else { return Heard::Nothing("the team talks among itself".into()) };
        let (text, internal) = settings.without_note_prefix(slack_text);
        let act = TeamAct::Wrote { post: post.clone(), text: to_markdown(text), internal, files };
        return team_event(post, channel, root, user, act);
    }
    let mention = format!("<@{}>", settings.bot_user_id);
    let mentioned = raw["type"] == "app_mention" || !settings.bot_user_id.is_empty() && slack_text.contains(&mention);
    let direct = raw["channel_type"] == "im" || channel.starts_with('D');
    if !direct && !mentioned && thread.is_none() {
        return Heard::Nothing("a message that is not for the app".into());
    }
    let home = raw["user_team"].as_str().or_else(|| raw["user_profile"]["team"].as_str()).unwrap_or(team);
    let root = if direct { thread } else { Some(thread.unwrap_or(ts)) };
    Heard::Wrote(Wrote {
        post,
        person: format!("{home}:{user}"),
        text: to_markdown(slack_text.replace(&mention, "").trim()),
        files,
        thread: root.map(|root| format!("{channel}:{root}")),
        joins_only: !direct && !mentioned,
    })
}

fn changed(settings: &SlackSettings, channel: &str, raw: &Value) -> Heard {
    let (now, before) = (&raw["message"], &raw["previous_message"]);
    let Some(user) = by_a_person(settings, now) else { return Heard::Nothing("a robot's edit".into()) };
    let (Some(ts), Some(text)) = (now["ts"].as_str(), now["text"].as_str()) else {
        return Heard::Nothing("an edit without a text".into());
    };
    // Slack says the same when it only shows a preview of a link.
    if before["text"] == now["text"] {
        return Heard::Nothing("a preview".into());
    }
    let post = format!("{channel}:{ts}");
    let when = now["edited"]["ts"].as_str().or_else(|| raw["event_ts"].as_str()).unwrap_or_default();
    let provider_id = format!("{post}/edited/{when}");
    if settings.is_support_channel(channel) {
        let root = now["thread_ts"].as_str().unwrap_or(ts);
        let act = TeamAct::Edited { post, text: to_markdown(text) };
        return team_event(provider_id, channel, root, user, act);
    }
    Heard::Edited { provider_id, post, text: to_markdown(text) }
}

fn deleted(settings: &SlackSettings, channel: &str, raw: &Value) -> Heard {
    let before = &raw["previous_message"];
    let Some(user) = by_a_person(settings, before) else { return Heard::Nothing("a robot's deletion".into()) };
    let Some(ts) = raw["deleted_ts"].as_str().or_else(|| before["ts"].as_str()) else {
        return Heard::Nothing("a deletion without a message".into());
    };
    let post = format!("{channel}:{ts}");
    let provider_id = format!("{post}/deleted");
    if settings.is_support_channel(channel) {
        let root = before["thread_ts"].as_str().unwrap_or(ts);
        return team_event(provider_id, channel, root, user, TeamAct::Deleted { post });
    }
    Heard::Deleted { provider_id, post }
}

fn pressed(settings: &SlackSettings, body: &Value) -> Heard {
    let Ok(SlackInteractionEvent::BlockActions(event)) = serde_json::from_value(body.clone()) else {
        return Heard::Nothing("block_actions without their members".into());
    };
    let container = &body["container"];
    let place = container["channel_id"].as_str().or_else(|| body["channel"]["id"].as_str());
    let (Some(place), Some(root), Some(user)) = (place, container["message_ts"].as_str(), event.user) else {
        return Heard::Nothing("a press outside any message".into());
    };
    if !settings.is_support_channel(place) {
        return Heard::Nothing("a press outside the support channel".into());
    }
    let action = event.actions.unwrap_or_default().into_iter().next();
    let Some((action, button)) =
        action.and_then(|action| card::button(&action.action_id.0).map(|button| (action, button)))
    else {
        return Heard::Nothing("another button".into());
    };
    let at = action.action_ts.map(|ts| ts.0).unwrap_or_default();
    let provider_id = format!("{place}:{root}/pressed/{at}/{}", user.id.0);
    let act = TeamAct::Pressed { button, reference: action.value.unwrap_or_default() };
    team_event(provider_id, place, root, user.id.0, act)
}

fn team_event(provider_id: String, place: &str, root: &str, member: String, act: TeamAct) -> Heard {
    let thread = ThreadRef { place: place.to_owned(), root: root.to_owned() };
    Heard::Team(TeamEvent { provider_id, thread, member, act })
}

fn files(raw: &Value) -> Vec<MediaRef> {
    let files: Vec<SlackFile> = serde_json::from_value(raw["files"].clone()).unwrap_or_default();
    files
        .into_iter()
        .filter_map(|file| {
            let url = file.url_private_download.or(file.url_private)?;
            Some(MediaRef {
                id: url.into(),
                media_type: file.mimetype.map(|kind| kind.0),
                name: file.name.or(file.title),
            })
        })
        .collect()
}

#[cfg(test)]
#[path = "hearing_test.rs"]
mod tests;
