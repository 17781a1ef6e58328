//! `/settings/phone` and `/settings/phone/{id}`: what answers calls on a number.

use actix_web::{HttpRequest, web};
use baton_adapters::contract::Answers;
use serde_json::{Value, json};

use crate::desk::calls::agent_of;
use crate::handoff::ChannelId;
use crate::handoff::call::{PhoneAgent, Talk, Transfer};
use crate::store::agents;
use crate::store::channels::{self, Account};
use crate::web::page::Flash;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::phone::{PhoneForm, PhoneLine, PhonePage, PhonesPage};
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::Site;

use super::{Answer, done, id, layout};

/// Every number.
pub async fn index(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    let accounts = channels::accounts(site.desk.store.reader()).await?;
    let phones = accounts.iter().filter(|account| speaks(&site, account)).map(line).collect();
    let layout = layout(&site, &who, &request, Section::Phone.label()).await?;
    reply::page(&request, 200, &PhonesPage { layout, phones })
}

/// What answers a number.
pub async fn show(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin, path: web::Path<String>) -> Answer {
    let account = find(&site, &path).await?;
    let people = agents::all(site.desk.store.reader()).await?;
    let form = PhoneForm::of(trail::version(account.updated_at), &agent_of(&account.channel), &people);
    render(&site, &request, &who, 200, &account, form, None).await
}

/// Changes it.
pub async fn update(site: web::Data<Site>, request: HttpRequest, post: AdminPost, path: web::Path<String>) -> Answer {
    let mut account = find(&site, &path).await?;
    let seen = trail::seen(post.form.raw("version"))?;
    let people = agents::all(site.desk.store.reader()).await?;
    let current = trail::version(account.updated_at);
    let mut form = PhoneForm::of(post.form.raw("version").to_owned(), &agent_of(&account.channel), &people);
    let Some(agent) = form.read(&post.form, &people) else {
        return render(&site, &request, &post.who, 422, &account, form, None).await;
    };
    put(&mut account, &agent)?;
    account.updated_at = site.desk.clock.now();
    let subject = format!("channel:{}", account.channel.id);
    let tx = site.desk.store.begin().await?;
    if !channels::save_account(&*tx, &account, seen).await? {
        drop(tx);
        form.version = current;
        let overtaken = trail::overtaken(&site, &post.who, &subject).await?;
        return render(&site, &request, &post.who, 409, &account, form, Some(overtaken)).await;
    }
    trail::record(&site, &tx, &post.who, "phone.change", &subject, json!({ "agent": agent })).await?;
    tx.commit().await?;
    site.reload_channels().await?;
    done(Section::Phone.path(), "Saved. It counts from the next call on.")
}

/// Writes the agent into the channel's settings, beside what its adapter keeps there.
fn put(account: &mut Account, agent: &PhoneAgent) -> Result<(), Refusal> {
    let value = serde_json::to_value(agent).map_err(|error| Refusal::Broken(error.to_string()))?;
    match &mut account.channel.settings {
        Value::Object(settings) => drop(settings.insert("agent".into(), value)),
        other => *other = json!({ "agent": value }),
    }
    Ok(())
}

async fn find(site: &Site, path: &str) -> Result<Account, Refusal> {
    let id: ChannelId = id(path, "phone number")?;
    let account = channels::account(site.desk.store.reader(), id).await?;
    account.filter(|account| speaks(site, account)).ok_or(Refusal::NotFound("phone number"))
}

fn speaks(site: &Site, account: &Account) -> bool {
    let kind = account.channel.kind.parse().ok();
    let channel = kind.and_then(|kind| site.desk.registry.get(kind));
    channel.is_some_and(|channel| channel.capabilities().answers == Answers::Spoken)
}

fn line(account: &Account) -> PhoneLine {
    let agent = agent_of(&account.channel);
    let talk = if agent.talk == Talk::Live { "talks live" } else { "talks in turns" };
    let people = match (agent.transfer, agent.numbers.len()) {
        (Transfer::Logged, _) => "the team calls back".to_owned(),
        (Transfer::Live, 0) => "no fallback number yet".to_owned(),
        (Transfer::Live, 1) => "1 fallback number".to_owned(),
        (Transfer::Live, count) => format!("{count} fallback numbers"),
    };
    PhoneLine {
        name: account.channel.name.clone(),
        number: number_of(account),
        url: format!("/settings/phone/{}", account.channel.id),
        about: format!("{}, {talk}, {people}", agent.language),
        enabled: account.enabled,
    }
}

fn number_of(account: &Account) -> String {
    account.channel.settings.get("number").and_then(Value::as_str).unwrap_or("No number yet").to_owned()
}

async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    account: &Account,
    form: PhoneForm,
    notice: Option<Flash>,
) -> Answer {
    let mut layout = layout(site, who, request, &account.channel.name).await?;
    layout.flash = notice.or(layout.flash);
    let page = PhonePage {
        layout,
        action: format!("/settings/phone/{}", account.channel.id),
        number: number_of(account),
        voice_url: format!("{}/voice/{}", site.public_url, account.channel.token),
        form,
    };
    reply::page(request, status, &page)
}
