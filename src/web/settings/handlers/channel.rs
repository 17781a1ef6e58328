//! `/settings/channels/new` and `/settings/channels/{id}`: one channel.

use std::str::FromStr as _;

use actix_web::{HttpRequest, HttpResponse, web};
use baton_adapters::contract::ChannelKind as Kind;
use baton_adapters::web::WebChatSettings;
use serde_json::{Value, json};

use crate::handoff::ChannelId;
use crate::store::StoreError;
use crate::store::channels::{self, Account, Channel};
use crate::web::page::Flash;
use crate::web::refusal::Refusal;
use crate::web::session::{self, SignedIn};
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::channels::{ChannelBasics, HookChannelForm, HookChannelPage};
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::settings::web_channel::{Embed, WebChannelForm, WebChannelPage};
use crate::web::site::Site;
use crate::web::{flash, reply};

use super::channels::{hook_url, shown};
use super::{Answer, done, id, layout};

/// Characters of a public token behind its prefix; more than enough that nobody guesses one.
const TOKEN_CHARS: usize = 24;

/// Which form a channel has, and what is in it.
enum Form {
    Web(Box<WebChannelForm>),
    Hook(Box<HookChannelForm>),
}

/// An empty form for a web channel.
pub async fn new(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    render_new(&site, &request, &who, 200, WebChannelForm::default()).await
}

/// Makes a web channel.
pub async fn create(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
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
    let account = find(&site, &path).await?;
    let form = stored_form(&account);
    render(&site, &request, &who, 200, &account, form, None).await
}

/// Changes a channel.
pub async fn update(site: web::Data<Site>, request: HttpRequest, post: AdminPost, path: web::Path<String>) -> Answer {
    let account = find(&site, &path).await?;
    let seen = trail::seen(post.form.raw("version"))?;
    let mut form = stored_form(&account);
    let read = match &mut form {
        Form::Web(form) => form.read(&post.form).map(|(basics, settings)| (basics, Some(settings))),
        Form::Hook(form) => form.read(&post.form).map(|basics| (basics, None)),
    };
    let Some((basics, settings)) = read else {
        form.set_version(post.form.raw("version"));
        return render(&site, &request, &post.who, 422, &account, form, None).await;
    };
    let changed = with(&site, &account, &basics, settings.as_ref())?;
    if !save(&site, &post.who, &changed, seen).await? {
        let overtaken = trail::overtaken(&site, &post.who, &subject(account.channel.id)).await?;
        return render(&site, &request, &post.who, 409, &account, form, Some(overtaken)).await;
    }
    site.reload_channels().await?;
    Ok(flash::redirect(Section::Channels.path(), Some(&Flash::Done(format!("{} is saved.", basics.name)))))
}

impl Form {
    /// Keeps the version the sender has seen, so that correcting a typing error overwrites nothing.
    fn set_version(&mut self, version: &str) {
        match self {
            Self::Web(form) => version.clone_into(&mut form.version),
            Self::Hook(form) => version.clone_into(&mut form.version),
        }
    }
}

async fn find(site: &Site, path: &str) -> Result<Account, Refusal> {
    let id: ChannelId = id(path, "channel")?;
    let account = channels::account(site.desk.store.reader(), id).await?;
    account.ok_or(Refusal::NotFound("channel"))
}

fn stored_form(account: &Account) -> Form {
    let version = trail::version(account.updated_at);
    let basics = ChannelBasics {
        name: account.channel.name.clone(),
        autopilot: account.channel.autopilot,
        enabled: account.enabled,
    };
    if account.channel.kind == Kind::Web.as_str() {
        // Settings nobody can read are shown as new ones: saving the form is how they are repaired.
        let settings: WebChatSettings = serde_json::from_value(account.channel.settings.clone()).unwrap_or_default();
        Form::Web(Box::new(WebChannelForm::of(version, &basics, &settings)))
    } else {
        Form::Hook(Box::new(HookChannelForm::of(version, &basics)))
    }
}

/// The channel as it shall be.
fn with(
    site: &Site,
    account: &Account,
    basics: &ChannelBasics,
    settings: Option<&WebChatSettings>,
) -> Result<Account, Refusal> {
    let mut changed = account.clone();
    changed.channel.name.clone_from(&basics.name);
    changed.channel.autopilot = basics.autopilot;
    changed.enabled = basics.enabled;
    changed.updated_at = site.desk.clock.now();
    if let Some(settings) = settings {
        changed.channel.settings = json_of(settings)?;
    }
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

fn subject(id: ChannelId) -> String {
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
    form: Form,
    notice: Option<Flash>,
) -> Answer {
    let mut layout = layout(site, who, request, &account.channel.name).await?;
    layout.flash = notice.or(layout.flash);
    let action = format!("/settings/channels/{}", account.channel.id);
    match form {
        Form::Web(form) => {
            let embed = Embed { public_url: site.public_url.to_string(), token: account.channel.token.clone() };
            reply::page(request, status, &WebChannelPage { layout, action, form: *form, embed: Some(embed) })
        }
        Form::Hook(form) => {
            let kind = Kind::from_str(&account.channel.kind).map_err(|_| Refusal::NotFound("channel"))?;
            let hook_url = hook_url(site, account);
            reply::page(request, status, &HookChannelPage { layout, kind: shown(kind), action, hook_url, form: *form })
        }
    }
}
