//! The demo's channel accounts at the stand-in providers.

use baton_adapters::contract::{ChannelKind, Credentials};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::world::World;
use super::{slack, twilio, whatsapp};
use crate::handoff::call::{FallbackNumber, Hours, PhoneAgent};
use crate::store::seal::MasterKey;
use crate::store::{StoreError, Tx, channels};

/// The company's address.
pub(super) const MAILBOX: &str = "hello@lumen-oak.example";
/// What its mailbox opens with.
const MAILBOX_PASSWORD: &str = "sandbox-mailbox";

/// What an account of a kind is set to, and its secrets. Kinds without a stand-in provider have nothing.
pub fn account(kind: ChannelKind, world: &World) -> (Value, Credentials) {
    match kind {
        ChannelKind::Sms => (
            json!({ "account_sid": twilio::ACCOUNT_SID, "sender": twilio::NUMBER, "api_base_url": world.url() }),
            Credentials::default().with("auth_token", [twilio::AUTH_TOKEN.into()]),
        ),
        ChannelKind::Email => (mailbox(world), Credentials::default().with("password", [MAILBOX_PASSWORD.into()])),
        ChannelKind::PhoneVoice => (
            json!({
                "number": twilio::NUMBER, "account_sid": twilio::ACCOUNT_SID, "api_base_url": world.url(),
                "agent": phone_agent(),
            }),
            Credentials::default().with("auth_token", [twilio::AUTH_TOKEN.into()]),
        ),
        ChannelKind::Whatsapp => (
            json!({
                "phone_number_id": whatsapp::PHONE_NUMBER_ID, "business_account_id": whatsapp::BUSINESS_ACCOUNT_ID,
                "base_url": world.url(), "app_answerer": super::ADMIN_EMAIL,
            }),
            Credentials::default()
                .with("access_token", [whatsapp::ACCESS_TOKEN.into()])
                .with("app_secret", [whatsapp::APP_SECRET.into()])
                .with("verify_token", [whatsapp::VERIFY_TOKEN.into()]),
        ),
        ChannelKind::Slack => slack::account(world),
        ChannelKind::Web => (json!({}), Credentials::default()),
    }
}

/// What answers calls in the demo: the AI, and behind it two phones of the company.
fn phone_agent() -> PhoneAgent {
    let phone = |number: &str, label: &str| FallbackNumber {
        number: number.to_owned(),
        label: label.to_owned(),
        agent: None,
        hours: Hours::default(),
    };
    PhoneAgent {
        greeting: "Hello, this is Lumen and Oak. How can I help?".to_owned(),
        hints: vec!["Lumen".to_owned(), "Oak".to_owned()],
        numbers: vec![phone("+15550100777", "Front desk"), phone("+15550100888", "Workshop")],
        ..PhoneAgent::default()
    }
}

/// The company's mailbox.
fn mailbox(world: &World) -> Value {
    world.post().let_in(MAILBOX, MAILBOX_PASSWORD);
    let ports = world.mail_ports();
    json!({
        "address": MAILBOX, "sender_name": "Lumen & Oak", "signature": ["Lumen & Oak", "Lamps and oak, made to last"],
        "imap_host": "127.0.0.1", "imap_port": ports.imap.to_string(), "imap_security": "none",
        "smtp_host": "127.0.0.1", "smtp_port": ports.smtp.to_string(), "smtp_security": "none",
    })
}

/// Points the accounts of the demo at the stand-ins of this run, whose port is another each time.
pub(super) async fn connect(tx: &Tx, key: &MasterKey, world: &World, now: DateTime<Utc>) -> Result<(), StoreError> {
    for mut channel in channels::all(&**tx).await? {
        let Ok(kind) = channel.kind.parse::<ChannelKind>() else { continue };
        let (settings, credentials) = account(kind, world);
        if !channel.token.starts_with("demo-") || settings.as_object().is_none_or(serde_json::Map::is_empty) {
            continue;
        }
        let mut settings = settings;
        // What the admin of a demo that is kept has said about calls stays as it is.
        if let Some(agent) = channel.settings.get("agent") {
            settings["agent"] = agent.clone();
        }
        channel.settings = settings;
        channels::save(&**tx, &channel, now).await?;
        channels::save_credentials(&**tx, key, channel.id, &credentials.write()).await?;
    }
    Ok(())
}

/// Tells the stand-ins where the demo is called.
pub fn set_hooks(world: &World, public_url: &str) {
    for kind in ChannelKind::ALL {
        if kind != ChannelKind::Web {
            let door = if kind == ChannelKind::PhoneVoice { "voice" } else { "hooks" };
            world.set_hook(kind, &format!("{public_url}/{door}/{}", token(kind)));
        }
    }
}

/// The token of the demo's account of a kind.
pub(super) const fn token(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Web => "demo",
        ChannelKind::Email => "demo-email",
        ChannelKind::Whatsapp => "demo-whatsapp",
        ChannelKind::Sms => "demo-sms",
        ChannelKind::Slack => "demo-slack",
        ChannelKind::PhoneVoice => "demo-phone",
    }
}
