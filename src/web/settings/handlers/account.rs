//! `/settings/channels`: accounts of channels whose provider is somebody else.

use std::str::FromStr as _;
use std::sync::Arc;

use actix_web::{HttpRequest, web};
use baton_adapters::contract::{self, Channel as Adapter, ChannelKind as Kind, Intake};
use serde_json::json;

use crate::handoff::ChannelId;
use crate::store::channels::{self, Account, Channel};
use crate::web::page::Flash;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::{self, SignedIn};
use crate::web::settings::access::AdminPost;
use crate::web::settings::account::{AccountForm, AccountPage, Beyond, TypedAccount};
use crate::web::settings::channels::ChannelBasics;
use crate::web::settings::posted::Posted;
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::Site;

use super::channel::{TOKEN_CHARS, find, subject};
use super::channels::shown;
use super::{Answer, done, layout, moved_to_people, not_done};

/// The adapter of a kind, if this build has one whose accounts are set up here.
pub(super) fn adapter(site: &Site, kind: &str) -> Result<Arc<dyn Adapter>, Refusal> {
    let kind = Kind::from_str(kind).ok().filter(|kind| *kind != Kind::Web);
    kind.and_then(|kind| site.desk.registry.get(kind).cloned()).ok_or(Refusal::NotFound("channel"))
}

/// An empty form.
pub(super) async fn new(site: &Site, request: &HttpRequest, who: &SignedIn, kind: &str) -> Answer {
    let adapter = adapter(site, kind)?;
    let form = empty(adapter.as_ref());
    render_new(site, request, who, 200, adapter.as_ref(), form).await
}

/// Makes an account.
pub(super) async fn create(site: &Site, request: &HttpRequest, post: &AdminPost) -> Answer {
    let adapter = adapter(site, post.form.raw("kind"))?;
    let mut form = empty(adapter.as_ref());
    let Some(typed) = form.read(&post.form, adapter.as_ref(), &contract::Account::default()) else {
        return render_new(site, request, &post.who, 422, adapter.as_ref(), form).await;
    };
    let id = insert(site, &post.who, adapter.kind(), &typed).await?;
    site.reload_channels().await?;
    let words = match adapter.capabilities().intake {
        Intake::Hook => "The channel is there. Paste its address at the provider, then test the connection.",
        Intake::Runtime | Intake::Own => "The channel is there. Test the connection now.",
    };
    done(&format!("/settings/channels/{id}"), words)
}

/// The form of an account.
pub(super) async fn show(site: &Site, request: &HttpRequest, who: &SignedIn, account: &Account) -> Answer {
    let adapter = adapter(site, &account.channel.kind)?;
    let stored = stored(site, account.channel.id).await?;
    let form = AccountForm::of(trail::version(account.updated_at), &basics(account), adapter.as_ref(), &stored);
    render(site, request, who, 200, account, adapter.as_ref(), form, None).await
}

/// Changes an account.
pub(super) async fn update(site: &Site, request: &HttpRequest, post: &AdminPost, account: &Account) -> Answer {
    let adapter = adapter(site, &account.channel.kind)?;
    let seen = trail::seen(post.form.raw("version"))?;
    let stored = stored(site, account.channel.id).await?;
    let mut form = AccountForm::of(trail::version(account.updated_at), &basics(account), adapter.as_ref(), &stored);
    let Some(typed) = form.read(&post.form, adapter.as_ref(), &stored) else {
        keep_version(&mut form, &post.form);
        return render(site, request, &post.who, 422, account, adapter.as_ref(), form, None).await;
    };
    let mut changed = account.clone();
    changed.channel.name.clone_from(&typed.basics.name);
    changed.channel.autopilot = typed.basics.autopilot;
    changed.channel.settings = typed.settings.clone();
    changed.enabled = typed.basics.enabled;
    changed.updated_at = site.desk.clock.now();
    let tx = site.desk.store.begin().await?;
    if !channels::save_account(&*tx, &changed, seen).await? {
        drop(tx);
        let notice = trail::overtaken(site, &post.who, &subject(account.channel.id)).await?;
        return render(site, request, &post.who, 409, account, adapter.as_ref(), form, Some(notice)).await;
    }
    if !typed.changed_secrets.is_empty() {
        channels::save_credentials(&*tx, &site.key, account.channel.id, &typed.credentials.write()).await?;
    }
    trail::record(site, &tx, &post.who, "channel.change", &subject(account.channel.id), detail(&typed)).await?;
    tx.commit().await?;
    site.reload_channels().await?;
    let moved = moved_to_people(site).await?;
    done(Section::Channels.path(), format!("{} is saved.{moved}", typed.basics.name))
}

/// Asks the provider with what is saved.
pub async fn test(site: web::Data<Site>, post: AdminPost, path: web::Path<String>) -> Answer {
    let _ = &post.who;
    let account = find(&site, &path).await?;
    let adapter = adapter(&site, &account.channel.kind)?;
    let stored = stored(&site, account.channel.id).await?;
    let back = format!("/settings/channels/{}", account.channel.id);
    match adapter.test(&stored).await {
        Ok(words) => {
            site.desk.channel_recovered(account.channel.id).await?;
            done(&back, words)
        }
        Err(why) => not_done(&back, why),
    }
}

fn empty(adapter: &dyn Adapter) -> AccountForm {
    let basics = ChannelBasics { name: String::new(), autopilot: true, enabled: true };
    AccountForm::of(String::new(), &basics, adapter, &contract::Account::default())
}

fn basics(account: &Account) -> ChannelBasics {
    ChannelBasics { name: account.channel.name.clone(), autopilot: account.channel.autopilot, enabled: account.enabled }
}

/// The account as its adapter is given it.
async fn stored(site: &Site, id: ChannelId) -> Result<contract::Account, Refusal> {
    let found = channels::with_credentials(site.desk.store.reader(), &site.key, id).await?;
    let (channel, opened) = found.ok_or(Refusal::NotFound("channel"))?;
    Ok(site.desk.addresses.account(&channel, opened.as_deref()))
}

async fn insert(site: &Site, who: &SignedIn, kind: Kind, typed: &TypedAccount) -> Result<ChannelId, Refusal> {
    let token: String = session::random_token()?.chars().take(TOKEN_CHARS).collect();
    let now = site.desk.clock.now();
    let channel = Channel {
        id: ChannelId(site.desk.clock.new_id()),
        kind: kind.as_str().to_owned(),
        name: typed.basics.name.clone(),
        token: format!("{kind}_{token}"),
        autopilot: typed.basics.autopilot,
        settings: typed.settings.clone(),
        created_at: now,
    };
    let tx = site.desk.store.begin().await?;
    channels::insert(&*tx, &site.key, &channel, Some(&typed.credentials.write())).await?;
    if !typed.basics.enabled {
        let off = Account { channel: channel.clone(), enabled: false, updated_at: now };
        channels::save_account(&*tx, &off, now).await?;
    }
    trail::record(site, &tx, who, "channel.create", &subject(channel.id), detail(typed)).await?;
    tx.commit().await?;
    Ok(channel.id)
}

/// What is written down about a change: everything but the secrets themselves.
fn detail(typed: &TypedAccount) -> serde_json::Value {
    json!({
        "name": typed.basics.name, "autopilot": typed.basics.autopilot, "enabled": typed.basics.enabled,
        "settings": typed.settings, "secrets": typed.changed_secrets,
    })
}

/// Keeps the version the sender has seen, so that correcting a typing error overwrites nothing.
fn keep_version(form: &mut AccountForm, posted: &Posted) {
    posted.raw("version").clone_into(&mut form.version);
}

async fn render_new(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    adapter: &dyn Adapter,
    form: AccountForm,
) -> Answer {
    let kind = shown(adapter.kind());
    let layout = layout(site, who, request, &format!("New channel: {}", kind.label())).await?;
    let action = Section::Channels.path().to_owned();
    let kind_word = adapter.kind().as_str();
    reply::page(
        request,
        status,
        &AccountPage { layout, kind, kind_word, action, hook_url: None, stored: false, beyond: Vec::new(), form },
    )
}

#[expect(clippy::too_many_arguments, reason = "a page, its parts")]
async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    account: &Account,
    adapter: &dyn Adapter,
    form: AccountForm,
    notice: Option<Flash>,
) -> Answer {
    let mut layout = layout(site, who, request, &account.channel.name).await?;
    layout.flash = notice.or(layout.flash);
    let action = format!("/settings/channels/{}", account.channel.id);
    let hook_url = matches!(adapter.capabilities().intake, Intake::Hook);
    let page = AccountPage {
        layout,
        kind: shown(adapter.kind()),
        kind_word: adapter.kind().as_str(),
        beyond: beyond(adapter, account, &action),
        action,
        hook_url: hook_url.then(|| site.desk.addresses.hook(&account.channel.token)),
        stored: true,
        form,
    };
    reply::page(request, status, &page)
}

/// What goes on from an account: consent at the provider, and what answers calls.
fn beyond(adapter: &dyn Adapter, account: &Account, action: &str) -> Vec<Beyond> {
    let install = adapter.install().map(|_| Beyond {
        title: "Workspaces",
        about: "Installs the app by consent at the provider, which brings the token. Another workspace becomes an account of its own. \
                Save the client id and the client secret first.",
        url: format!("{action}/installation"),
        button: format!("Add to {}", shown(adapter.kind()).label()),
    });
    let calls = adapter.voice().map(|_| Beyond {
        title: "What answers calls",
        about: "Greeting, language, fallback numbers, and the addresses the provider needs.",
        url: format!("{}/{}", Section::Phone.path(), account.channel.id),
        button: "Phone settings".to_owned(),
    });
    install.into_iter().chain(calls).collect()
}
