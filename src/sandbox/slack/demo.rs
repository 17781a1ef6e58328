//! The demo's workspace: who is in it, and what Baton is told of what they do.

use baton_adapters::contract::{ChannelKind, Credentials};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::events::signed;
use super::workspace::{BOT_TOKEN, BOT_USER, TEAM, Workspace};
use crate::clock::{Clock as _, SystemClock};
use crate::sandbox::calls::Call;
use crate::sandbox::world::World;

/// Where the workspace is on the world's server.
pub(in crate::sandbox) const SCOPE: &str = "/slack";
/// The channel the team answers in.
pub(in crate::sandbox) const SUPPORT: &str = "C0SUPPORT";
/// The customer who writes to the app, and their direct messages.
pub(in crate::sandbox) const CUSTOMER: &str = "U0NOOR";
pub(in crate::sandbox) const DIRECT: &str = "D0NOOR";
/// The team, with the addresses of the demo's agents.
pub(in crate::sandbox) const TEAM_MEMBERS: &[(&str, &str, &str)] =
    &[("U0INES", "Ines", "ines@example.com"), ("U0OMAR", "Omar", "omar@example.com")];
/// What requests are signed with.
const SIGNING_SECRET: &str = "stand-in-slack-signing-secret";

/// The workspace on a server; `news` is told of changes.
pub(in crate::sandbox) fn open(server: &str, news: watch::Sender<u64>) -> Workspace {
    let workspace = Workspace::live(move || news.send_modify(|count| *count += 1));
    workspace.at(&format!("{server}{SCOPE}"));
    workspace.channel(SUPPORT, "support");
    for (id, name, email) in TEAM_MEMBERS {
        workspace.person(id, name, email);
    }
    workspace.person(CUSTOMER, "Noor", "noor@example.com");
    workspace
}

/// What the demo's account is set to.
pub(in crate::sandbox) fn account(world: &World) -> (Value, Credentials) {
    let settings = json!({
        "api_url": format!("{}{SCOPE}/api", world.url()), "support_channel": SUPPORT, "team_id": TEAM, "bot_user_id": BOT_USER,
        "note_prefix": "!note",
    });
    (settings, Credentials::signing(SIGNING_SECRET.into()).with("bot_token", [BOT_TOKEN.into()]))
}

impl World {
    /// Slack tells Baton of something.
    pub(in crate::sandbox) fn slack_tells(&self, content_type: &str, body: Vec<u8>) {
        let mut headers = vec![("content-type", content_type.to_owned())];
        headers.extend(signed(SIGNING_SECRET, SystemClock.now().timestamp(), &body));
        self.calls().owe(Call { url: self.hook(ChannelKind::Slack), headers, body });
        self.changed();
    }
}
