//! Slack, twice: as a channel customers write on (direct messages to the app, mentions in channels), and as the team's place to
//! answer customers of every channel.
//!
//! Models are slack-morphism's; signatures, calls and limits are checked here. Invariant: what Baton posted itself is never read
//! as a person's.

mod api;
mod card;
mod config;
mod deliver;
mod files;
mod hearing;
mod install;
mod mrkdwn;
mod signature;
mod socket;
mod team;

use async_trait::async_trait;

use crate::contract::install::Install;
use crate::contract::team::TeamPlace;
use crate::contract::{
    Account, Capabilities, Channel, ChannelKind, Delivered, DeliveryError, FieldKind, FieldSpec, Files, HookReply,
    Identity, Inbound, InboundFile, InboundMessage, ListenError, Markup, MediaRef, Outbound, ParseError, Parsed,
    RawRequest, Refused, SIGNING, Sink, ThreadKey, ThreadRule,
};
use crate::http::Http;

pub use config::SlackSettings;

use hearing::{Heard, Wrote};

/// Longest message, in characters; Slack takes 40,000, of which markup may be a good part.
const TEXT_CHARS_MAX: usize = 16_000;

/// Slack.
#[derive(Clone, Debug, Default)]
pub struct Slack {
    http: Http,
}

const FIELDS: &[FieldSpec] = &[
    FieldSpec::optional(
        "support_channel",
        "Support channel",
        "The id of the channel your team answers in, such as C0123456789 (Slack: channel details, at the bottom). Empty: \
         handoffs are not posted to Slack.",
        FieldKind::Line,
    ),
    FieldSpec::optional(
        "note_prefix",
        "Internal notes begin with",
        "A message in a thread that begins so stays inside the team.",
        FieldKind::Line,
    )
    .default("!note"),
    FieldSpec::optional(
        api::BOT_TOKEN,
        "Bot token",
        "Begins with xoxb- (Slack: OAuth & Permissions). Filled in for you by “Add to Slack”.",
        FieldKind::Secret,
    ),
    FieldSpec::optional(
        SIGNING,
        "Signing secret",
        "Slack: Basic Information. Not needed with Socket Mode.",
        FieldKind::Secret,
    ),
    FieldSpec::optional(
        "socket_mode",
        "Socket Mode",
        "Events come over a connection that Baton opens, for installations without a public address.",
        FieldKind::Toggle,
    )
    .default("false"),
    FieldSpec::optional(
        api::APP_TOKEN,
        "App-level token",
        "Begins with xapp-, with the scope connections:write. Only for Socket Mode.",
        FieldKind::Secret,
    ),
    FieldSpec::optional("client_id", "Client id", "Slack: Basic Information. For “Add to Slack”.", FieldKind::Line)
        .advanced(),
    FieldSpec::optional(
        "client_secret",
        "Client secret",
        "Slack: Basic Information. For “Add to Slack”.",
        FieldKind::Secret,
    )
    .advanced(),
    FieldSpec::optional(
        "team_id",
        "Workspace id",
        "Begins with T. “Add to Slack” and “Test” tell it.",
        FieldKind::Line,
    )
    .advanced(),
    FieldSpec::optional(
        "bot_user_id",
        "The app's user id",
        "Begins with U. “Add to Slack” and “Test” tell it.",
        FieldKind::Line,
    )
    .advanced(),
    FieldSpec::base_url("api_url", "Web API", config::API_URL),
];

#[async_trait]
impl Channel for Slack {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Slack
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            markup: Markup::Markdown,
            threads: true,
            files: Some(Files { count_max: 10, bytes_max: 5 * 1024 * 1024, kinds: &[] }),
            ..Capabilities::text("slack", TEXT_CHARS_MAX)
        }
    }

    fn fields(&self) -> &'static [FieldSpec] {
        FIELDS
    }

    fn check_settings(&self, account: &Account) -> Vec<(&'static str, String)> {
        let mut wrong = Vec::new();
        let settings = SlackSettings::read(&account.settings);
        let channel = settings.support_channel.trim();
        let is_id = channel.starts_with(['C', 'G']) && channel.chars().all(|c| c.is_ascii_alphanumeric());
        if !channel.is_empty() && !is_id {
            wrong.push(("support_channel", "Use the channel's id, which begins with C or G, not its name.".into()));
        }
        if settings.socket_mode && account.secret(api::APP_TOKEN).is_none() {
            wrong.push((api::APP_TOKEN, "Socket Mode needs the app-level token.".into()));
        }
        if !settings.socket_mode && account.secret(SIGNING).is_none() {
            wrong.push((SIGNING, "Without it nothing Slack sends is believed. Or use Socket Mode.".into()));
        }
        wrong
    }

    fn authenticate(&self, account: &Account, request: &RawRequest, unix_seconds: i64) -> Result<(), Refused> {
        signature::check(account.credentials.get(SIGNING), request, unix_seconds)
    }

    fn parse(&self, account: &Account, request: &RawRequest) -> Result<Parsed, ParseError> {
        let body = hearing::json_of(&request.body).map_err(ParseError)?;
        Ok(parsed(hearing::hear(&SlackSettings::read(&account.settings), &body)))
    }

    async fn deliver(&self, account: &Account, message: &Outbound) -> Result<Delivered, DeliveryError> {
        deliver::deliver(self, account, message).await
    }

    async fn fetch(&self, account: &Account, media: &MediaRef) -> Result<InboundFile, DeliveryError> {
        files::fetch(&self.http, account, media).await
    }

    async fn test(&self, account: &Account) -> Result<String, String> {
        self.try_out(account).await.map_err(|why| why.to_string())
    }

    fn listens(&self, account: &Account) -> bool {
        SlackSettings::read(&account.settings).socket_mode
    }

    async fn listen(&self, account: &Account, sink: &dyn Sink) -> Result<(), ListenError> {
        socket::listen(&self.http, account, sink).await
    }

    fn addressee(&self, request: &RawRequest) -> Option<(&'static str, String)> {
        let body = hearing::json_of(&request.body).ok()?;
        hearing::workspace(&body).map(|team| ("team_id", team.to_owned()))
    }

    fn team(&self) -> Option<&dyn TeamPlace> {
        Some(self)
    }

    fn install(&self) -> Option<&dyn Install> {
        Some(self)
    }
}

impl Slack {
    async fn try_out(&self, account: &Account) -> Result<String, DeliveryError> {
        let who = api::ask(&self.http, account, "auth.test", &[]).await?;
        let text = |value: &serde_json::Value| value.as_str().unwrap_or("?").to_owned();
        let mut found = format!(
            "Connected to {} ({}) as {} ({}).",
            text(&who["team"]),
            text(&who["team_id"]),
            text(&who["user"]),
            text(&who["user_id"])
        );
        let channel = account.text("support_channel");
        if !channel.is_empty() {
            let room = api::ask(&self.http, account, "conversations.info", &[("channel", channel)]).await?;
            let name = text(&room["channel"]["name"]);
            found.push_str(&match room["channel"]["is_member"] == true {
                true => format!(" Handoffs go to #{name}."),
                false => format!(" The app is not in #{name} yet: write /invite in that channel."),
            });
        }
        Ok(found)
    }
}

fn parsed(heard: Heard) -> Parsed {
    if let Heard::Challenge(challenge) = heard {
        return Parsed { reply: HookReply::ok("text/plain; charset=utf-8", challenge), events: Vec::new() };
    }
    vec![inbound(heard)].into()
}

fn inbound(heard: Heard) -> Inbound {
    match heard {
        Heard::Challenge(_) => Inbound::Ignored("url_verification".into()),
        Heard::Wrote(wrote) => message(wrote).into(),
        Heard::Edited { provider_id, post, text } => Inbound::Edited { provider_id, of: post, text },
        Heard::Deleted { provider_id, post } => Inbound::Deleted { provider_id, of: post },
        Heard::Team(event) => Inbound::Team(Box::new(event)),
        Heard::Nothing(what) => Inbound::Ignored(what),
    }
}

fn message(wrote: Wrote) -> InboundMessage {
    let seconds = wrote.post.split_once(':').and_then(|(_, ts)| ts.split('.').next()?.parse().ok());
    let thread = wrote.thread.map(ThreadKey);
    InboundMessage {
        media: wrote.files,
        sent_at: seconds,
        threads: thread.clone().into_iter().collect(),
        thread_rule: if wrote.joins_only { ThreadRule::AnybodyIfKnown } else { ThreadRule::Anybody },
        own_thread: thread,
        ..InboundMessage::new(wrote.post, Identity::new("slack", wrote.person), wrote.text)
    }
}
