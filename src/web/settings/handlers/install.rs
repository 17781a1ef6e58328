//! `/settings/channels/{id}/installation`: an account by consent at the provider, instead of by copying secrets.
//!
//! Invariant: what comes back is believed only for the admin who asked, within [`CONSENT_TIME`].

use std::str::FromStr as _;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use baton_adapters::contract::install::Installed;
use baton_adapters::contract::{Account, Channel as Adapter, ChannelKind, Credentials};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::handoff::{AgentId, ChannelId};
use crate::store::channels::{self, Channel};
use crate::web::refusal::Refusal;
use crate::web::session::{self, SignedIn};
use crate::web::settings::access::Admin;
use crate::web::settings::trail;
use crate::web::site::Site;

use super::{Answer, done, id, not_done};

/// How long an admin may take on the consent page.
const CONSENT_TIME: TimeDelta = TimeDelta::minutes(15);
/// Where providers send the admin back to.
const RETURN_PATH: &str = "/settings/channels/installation";
/// Settings of one place that another one does not inherit.
const OWN_SETTINGS: &[&str] = &["support_channel"];

/// What the consent page sends back.
#[derive(Debug, Deserialize)]
pub struct Consent {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    error: String,
}

/// Sends the admin to the consent page. Changes nothing.
pub async fn begin(site: web::Data<Site>, Admin(who): Admin, path: web::Path<String>) -> Answer {
    let channel: ChannelId = id(&path, "channel")?;
    let (account, adapter) = find(&site, channel).await?;
    let state = state(&site, channel, who.agent.id, site.desk.clock.now() + CONSENT_TIME);
    let install = adapter.install().ok_or(Refusal::NotFound("channel"))?;
    match install.consent_page(&account.account, &return_to(&site), &state) {
        Ok(page) => Ok(HttpResponse::SeeOther().insert_header(("Location", page)).finish()),
        Err(why) => not_done(&page_of(channel), why),
    }
}

/// Takes what the consent page sent back: renews the account of that place, or makes one.
pub async fn complete(
    site: web::Data<Site>,
    _: HttpRequest,
    Admin(who): Admin,
    consent: web::Query<Consent>,
) -> Answer {
    let Some(channel) = channel_of(&site, &consent.state, who.agent.id) else {
        let why = "That took too long, or was begun by somebody else. Press the button again.";
        return not_done("/settings/channels", why);
    };
    if consent.code.is_empty() {
        let why = if consent.error.is_empty() { "no code came back" } else { consent.error.as_str() };
        return not_done(&page_of(channel), format!("Nothing was installed ({why})."));
    }
    let (base, adapter) = find(&site, channel).await?;
    let install = adapter.install().ok_or(Refusal::NotFound("channel"))?;
    let installed = match install.complete(&base.account, &return_to(&site), &consent.code).await {
        Ok(installed) => installed,
        Err(why) => return not_done(&page_of(channel), format!("Nothing was installed: {why}.")),
    };
    let name = installed.name.clone();
    let kept = keep(&site, &who, base, installed).await?;
    site.reload_channels().await?;
    done(&page_of(kept), format!("Installed in {name}."))
}

/// A stored channel as its adapter is given it.
struct Stored {
    channel: Channel,
    account: Account,
}

async fn find(site: &Site, id: ChannelId) -> Result<(Stored, Arc<dyn Adapter>), Refusal> {
    let found = channels::with_credentials(site.desk.store.reader(), &site.key, id).await?;
    let (channel, opened) = found.ok_or(Refusal::NotFound("channel"))?;
    let kind = ChannelKind::from_str(&channel.kind).ok();
    let adapter = kind.and_then(|kind| site.desk.registry.get(kind).cloned()).ok_or(Refusal::NotFound("channel"))?;
    let account = site.desk.addresses.account(&channel, opened.as_deref());
    Ok((Stored { channel, account }, adapter))
}

/// Stores what an installation brought, in the account of its place. The first place is the account it was begun from.
async fn keep(site: &Site, who: &SignedIn, base: Stored, installed: Installed) -> Result<ChannelId, Refusal> {
    let place = installed.settings.iter().find(|(name, _)| *name == installed.place).map(|(_, value)| value.clone());
    let place = place.unwrap_or_default();
    let own = base.account.text(installed.place).to_owned();
    let (mut stored, is_new) = if own.is_empty() || place == own.as_str() {
        (base, false)
    } else {
        match sibling(site, &base.channel.kind, installed.place, &place).await? {
            Some(sibling) => (sibling, false),
            None => (another(site, base, &installed.name)?, true),
        }
    };
    if let Value::Object(settings) = &mut stored.channel.settings {
        settings.extend(installed.settings.into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    for (name, secret) in installed.secrets {
        stored.account.credentials.replace(name, secret);
    }
    write(site, who, &stored.channel, &stored.account.credentials, is_new, &installed.name).await?;
    Ok(stored.channel.id)
}

async fn sibling(site: &Site, kind: &str, setting: &str, place: &Value) -> Result<Option<Stored>, Refusal> {
    let accounts = channels::accounts(site.desk.store.reader()).await?;
    let same = |channel: &Channel| channel.kind == kind && channel.settings.get(setting) == Some(place);
    match accounts.into_iter().find(|account| same(&account.channel)) {
        Some(account) => Ok(Some(find(site, account.channel.id).await?.0)),
        None => Ok(None),
    }
}

/// An account for one more place, with the app's own settings and secrets.
fn another(site: &Site, base: Stored, name: &str) -> Result<Stored, Refusal> {
    let mut channel = Channel {
        id: ChannelId(site.desk.clock.new_id()),
        name: format!("{} ({name})", base.channel.name),
        token: session::random_token()?,
        created_at: site.desk.clock.now(),
        ..base.channel
    };
    if let Value::Object(settings) = &mut channel.settings {
        settings.retain(|name, _| !OWN_SETTINGS.contains(&name.as_str()));
    }
    Ok(Stored { channel, account: base.account })
}

async fn write(
    site: &Site,
    who: &SignedIn,
    channel: &Channel,
    credentials: &Credentials,
    is_new: bool,
    name: &str,
) -> Result<(), Refusal> {
    let (tx, now) = (site.desk.store.begin().await?, site.desk.clock.now());
    if is_new {
        channels::insert(&*tx, &site.key, channel, Some(&credentials.write())).await?;
    } else {
        channels::save(&*tx, channel, now).await?;
        channels::save_credentials(&*tx, &site.key, channel.id, &credentials.write()).await?;
    }
    let detail = json!({ "name": channel.name, "installed_in": name });
    trail::record(site, &tx, who, "channel.install", &format!("channel:{}", channel.id), detail).await?;
    tx.commit().await?;
    Ok(())
}

fn page_of(channel: ChannelId) -> String {
    format!("/settings/channels/{channel}")
}

fn return_to(site: &Site) -> String {
    format!("{}{RETURN_PATH}", site.public_url)
}

/// Ties a consent to its account, its admin and its time.
fn state(site: &Site, channel: ChannelId, agent: AgentId, until: DateTime<Utc>) -> String {
    let words = format!("{channel}.{}", until.timestamp());
    let signature = URL_SAFE_NO_PAD.encode(mac(site, &words, agent).finalize().into_bytes());
    format!("{words}.{signature}")
}

/// The account a consent was begun for, if this admin began it and it is not too late.
fn channel_of(site: &Site, state: &str, agent: AgentId) -> Option<ChannelId> {
    let (words, signature) = state.rsplit_once('.')?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    mac(site, words, agent).verify_slice(&signature).ok()?;
    let (channel, until) = words.split_once('.')?;
    let until: i64 = until.parse().ok()?;
    (site.desk.clock.now().timestamp() <= until).then(|| channel.parse().ok()).flatten()
}

fn mac(site: &Site, words: &str, agent: AgentId) -> Hmac<Sha256> {
    let key = site.key.derive("installations");
    let mut mac = match Hmac::<Sha256>::new_from_slice(key.expose_secret()) {
        Ok(mac) => mac,
        Err(never) => unreachable!("HMAC takes a key of any length: {never}"),
    };
    mac.update(words.as_bytes());
    mac.update(agent.0.as_bytes());
    mac
}
