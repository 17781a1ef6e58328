//! The demo's channel accounts at the stand-in providers.

use baton_adapters::contract::{ChannelKind, Credentials};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::world::World;
use super::{slack, twilio, whatsapp};
use crate::store::seal::MasterKey;
use crate::store::{StoreError, Tx, channels};

/// What an account of a kind is set to, and its secrets. Kinds without a stand-in provider have nothing.
pub(super) fn account(kind: ChannelKind, world: &World) -> (Value, Credentials) {
    match kind {
        ChannelKind::Sms => (
            json!({ "account_sid": twilio::ACCOUNT_SID, "sender": twilio::NUMBER, "api_base_url": world.url() }),
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
        ChannelKind::Web | ChannelKind::Email | ChannelKind::PhoneVoice => (json!({}), Credentials::default()),
    }
}

/// Points the accounts of the demo at the stand-ins of this run, whose port is another each time.
pub(super) async fn connect(tx: &Tx, key: &MasterKey, world: &World, now: DateTime<Utc>) -> Result<(), StoreError> {
    for mut channel in channels::all(&**tx).await? {
        let Ok(kind) = channel.kind.parse::<ChannelKind>() else { continue };
        let (settings, credentials) = account(kind, world);
        if !channel.token.starts_with("demo-") || settings.as_object().is_none_or(serde_json::Map::is_empty) {
            continue;
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
            world.set_hook(kind, &format!("{public_url}/hooks/{}", token(kind)));
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
