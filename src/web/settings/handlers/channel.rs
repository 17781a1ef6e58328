//! `/settings/channels/new` and `/settings/channels/{id}`: one channel.

use actix_web::{HttpRequest, HttpResponse, web};
use baton_adapters::contract::ChannelKind as Kind;
use baton_adapters::web::WebChatSettings;
use serde_json::{Value, json};

use crate::handoff::ChannelId;
use crate::store::StoreError;
use crate::store::channels::{self, Account, Channel};
use crate::web::page::Flash;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::{self, SignedIn};
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::channels::ChannelBasics;
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::settings::web_channel::{Embed, WebChannelForm, WebChannelPage};
use crate::web::site::Site;

use super::{Answer, account, done, id, layout, moved_to_people};

/// Characters of a public token behind its prefix; more than enough that nobody guesses one.
pub(super) const TOKEN_CHARS: usize = 24;

/// Which kind of channel is to be made.
#[derive(serde::Deserialize)]
pub struct Asked {
    /// Its word; web chat without one.
    kind: Option<String>,
}

/// An empty form.
pub async fn new(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin, asked: web::Query<Asked>) -> Answer {
    if let Some(kind) = asked.kind.as_deref().filter(|kind| *kind != Kind::Web.as_str()) {
        return account::new(&site, &request, &who, kind).await;
    }
    render_new(&site, &request, &who, 200, WebChannelForm::default()).await
}

/// Makes a channel.
pub async fn create(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    if !matches!(post.form.raw("kind"), "" | "web") {
        return account::create(&site, &request, &post).await;
    }
    let mut form = WebChannelForm::default();
    let Some((basics, settings)) = form.read(&post.form) else {
        return render_new(&site, &request, &post.who, 422, form).await;
    };
    let id = add(&site, &post.who, &basics, &settings).await?;
    site.reload_channels().await?;
    done(&format!("/settings/channels/{id}"), "The channel is there. Put its line on your site.")
}

/// The form of a channel.
pub async fn show(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin, path: web::Path<String>) -> Answer {
    let stored = find(&site, &path).await?;
    if stored.channel.kind != Kind::Web.as_str() {
        return account::show(&site, &request, &who, &stored).await;
    }
    render(&site, &request, &who, 200, &stored, stored_form(&stored), None).await
}

/// Changes a channel.
pub async fn update(site: web::Data<Site>, request: HttpRequest, post: AdminPost, path: web::Path<String>) -> Answer {
    let stored = find(&site, &path).await?;
    if stored.channel.kind != Kind::Web.as_str() {
        return account::update(&site, &request, &post, &stored).await;
    }
    let seen = trail::seen(post.form.raw("version"))?;
    let mut form = stored_form(&stored);
    let Some((basics, settings)) = form.read(&post.form) else {
        // Correcting a typing error overwrites nothing.
        post.form.raw("version").clone_into(&mut form.version);
        return render(&site, &request, &post.who, 422, &stored, form, None).await;
    };
    let changed = with(&site, &stored, &basics, &settings)?;
    if !save(&site, &post.who, &changed, seen).await? {
        let overtaken = trail::overtaken(&site, &post.who, &subject(stored.channel.id)).await?;
        return render(&site, &request, &post.who, 409, &stored, form, Some(overtaken)).await;
    }
    site.reload_channels().await?;
    let moved = moved_to_people(&site).await?;
    done(Section::Channels.path(), format!("{} is saved.{moved}", basics.name))
}

pub(super) async fn find(site: &Site, path: &str) -> Result<Account, Refusal> {
    let id: ChannelId = id(path, "channel")?;
    let account = channels::account(site.desk.store.reader(), id).await?;
    account.ok_or(Refusal::NotFound("channel"))
}

fn stored_form(account: &Account) -> WebChannelForm {
    let basics = ChannelBasics {
        name: account.channel.name.clone(),
        autopilot: account.channel.autopilot,
        enabled: account.enabled,
    };
    // Settings nobody can read are shown as new ones: saving the form is how they are repaired.
    let settings: WebChatSettings = serde_json::from_value(account.channel.settings.clone()).unwrap_or_default();
    WebChannelForm::of(trail::version(account.updated_at), &basics, &settings)
}

/// The channel as it shall be.
fn with(
    site: &Site,
    account: &Account,
    basics: &ChannelBasics,
    settings: &WebChatSettings,
) -> Result<Account, Refusal> {
    let mut changed = account.clone();
    changed.channel.name.clone_from(&basics.name);
    changed.channel.autopilot = basics.autopilot;
    changed.enabled = basics.enabled;
    changed.updated_at = site.desk.clock.now();
    changed.channel.settings = json_of(settings)?;
    Ok(changed)
}

async fn save(
    site: &Site,
    who: &SignedIn,
    changed: &Account,
    seen: chrono::DateTime<chrono::Utc>,
) -> Result<bool, StoreError> {
    let tx = site.desk.store.begin().await?;
    if !channels::save_account(&*tx, changed, seen).await? {
        return Ok(false);
    }
    let detail = json!({
        "name": changed.channel.name, "autopilot": changed.channel.autopilot, "enabled": changed.enabled,
        "settings": changed.channel.settings,
    });
    trail::record(site, &tx, who, "channel.change", &subject(changed.channel.id), detail).await?;
    tx.commit().await?;
    Ok(true)
}

async fn add(
    site: &Site,
    who: &SignedIn,
    basics: &ChannelBasics,
    settings: &WebChatSettings,
) -> Result<ChannelId, Refusal> {
    let token: String = session::random_token()?.chars().take(TOKEN_CHARS).collect();
    let now = site.desk.clock.now();
    let channel = Channel {
        id: ChannelId(site.desk.clock.new_id()),
        kind: Kind::Web.as_str().to_owned(),
        name: basics.name.clone(),
        token: format!("w_{token}"),
        autopilot: basics.autopilot,
        settings: json_of(settings)?,
        created_at: now,
    };
    let tx = site.desk.store.begin().await?;
    channels::insert(&*tx, &site.key, &channel, None).await?;
    if !basics.enabled {
        let off = Account { channel: channel.clone(), enabled: false, updated_at: now };
        channels::save_account(&*tx, &off, now).await?;
    }
    let detail = json!({ "kind": channel.kind, "name": channel.name, "enabled": basics.enabled });
    trail::record(site, &tx, who, "channel.create", &subject(channel.id), detail).await?;
    tx.commit().await?;
    Ok(channel.id)
}

fn json_of(settings: &WebChatSettings) -> Result<Value, Refusal> {
    serde_json::to_value(settings).map_err(|error| Refusal::Broken(error.to_string()))
}

pub(super) fn subject(id: ChannelId) -> String {
    format!("channel:{id}")
}

async fn render_new(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    form: WebChannelForm,
) -> Result<HttpResponse, Refusal> {
    let layout = layout(site, who, request, "New web chat").await?;
    let action = Section::Channels.path().to_owned();
    reply::page(request, status, &WebChannelPage { layout, action, form, embed: None })
}

async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    account: &Account,
    form: WebChannelForm,
    notice: Option<Flash>,
) -> Answer {
    let mut layout = layout(site, who, request, &account.channel.name).await?;
    layout.flash = notice.or(layout.flash);
    let action = format!("/settings/channels/{}", account.channel.id);
    let embed = Embed { public_url: site.public_url.to_string(), token: account.channel.token.clone() };
    reply::page(request, status, &WebChannelPage { layout, action, form, embed: Some(embed) })
}
