//! `/settings/privacy`.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use crate::desk::erase::Retention;
use crate::handoff::{ChannelId, ContactId};
use crate::store::settings::{self, Section as _};
use crate::store::{channels, contacts, erasure};
use crate::web::page::Flash;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::privacy::{DaysRow, Found, PrivacyPage, read, rows};
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::Site;

use super::one_form::version;
use super::{Answer, done, id, layout};

/// Conversations that are counted.
const COUNTED_MAX: u64 = 1_000;

/// Whom the reader looks for.
#[derive(Debug, Deserialize)]
pub struct Query {
    #[serde(default)]
    contact: String,
}

/// The page, with whoever was looked for.
pub async fn show(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin, query: web::Query<Query>) -> Answer {
    let stored = settings::load::<Retention>(site.desk.store.reader()).await?;
    let days = rows(&stored.value, &named_channels(&site).await?);
    render(&site, &request, &who, 200, stored.version, days, query.contact.trim(), None).await
}

/// Changes how long conversations are kept.
pub async fn update(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let seen = version(post.form.raw("version"))?;
    let stored = settings::load::<Retention>(site.desk.store.reader()).await?;
    let mut days = rows(&stored.value, &named_channels(&site).await?);
    let Some(wanted) = read(&mut days, &post.form) else {
        return render(&site, &request, &post.who, 422, seen, days, "", None).await;
    };
    let tx = site.desk.store.begin().await?;
    if !settings::save(&*tx, &wanted, seen, Some(post.who.agent.id), site.desk.clock.now()).await? {
        drop(tx);
        let overtaken = trail::overtaken(&site, &post.who, Retention::NAME).await?;
        return render(&site, &request, &post.who, 409, stored.version, days, "", Some(overtaken)).await;
    }
    trail::record(&site, &tx, &post.who, "retention.change", Retention::NAME, json!(wanted)).await?;
    tx.commit().await?;
    done(Section::Privacy.path(), "Saved. What is older goes within the next minutes.")
}

/// Everything that is stored about a customer, as a file.
pub async fn export(site: web::Data<Site>, post: AdminPost) -> Answer {
    let contact: ContactId = id(post.form.raw("contact"), "contact")?;
    let stored = site.desk.export_contact(contact).await?;
    note(&site, &post.who, "contact.export", contact).await?;
    let body = serde_json::to_string_pretty(&stored).map_err(|error| Refusal::Broken(error.to_string()))?;
    let disposition = format!("attachment; filename=\"contact-{contact}.json\"");
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(body))
}

/// Erases a customer.
pub async fn erase(site: web::Data<Site>, post: AdminPost) -> Answer {
    let contact: ContactId = id(post.form.raw("contact"), "contact")?;
    if contacts::find(site.desk.store.reader(), contact).await?.is_none() {
        return Err(Refusal::NotFound("contact"));
    }
    note(&site, &post.who, "contact.erase", contact).await?;
    let erased = site.desk.erase_contact(contact).await?;
    let words = if erased == 1 { "1 conversation".to_owned() } else { format!("{erased} conversations") };
    done(Section::Privacy.path(), format!("The contact and {words} are erased."))
}

/// Says who asked for it. The id alone: what it stood for is to be forgotten.
async fn note(site: &Site, who: &SignedIn, action: &str, contact: ContactId) -> Result<(), Refusal> {
    let tx = site.desk.store.begin().await?;
    trail::record(site, &tx, who, action, &format!("contact:{contact}"), json!({})).await?;
    Ok(tx.commit().await?)
}

async fn named_channels(site: &Site) -> Result<Vec<(ChannelId, String)>, Refusal> {
    let all = channels::all(site.desk.store.reader()).await?;
    Ok(all.into_iter().map(|channel| (channel.id, channel.name)).collect())
}

async fn look_up(site: &Site, wanted: &str) -> Result<Option<Vec<Found>>, Refusal> {
    if wanted.is_empty() {
        return Ok(None);
    }
    let db = site.desk.store.reader();
    let mut found = Vec::new();
    for id in erasure::find(db, wanted).await? {
        let Some(contact) = contacts::find(db, id).await? else { continue };
        let name = contact.name.or(contact.email).or(contact.phone).unwrap_or_else(|| "Unknown visitor".into());
        let conversations = erasure::conversations_of(db, id, COUNTED_MAX).await?.len();
        found.push(Found { id: id.to_string(), name, conversations });
    }
    Ok(Some(found))
}

#[expect(clippy::too_many_arguments, reason = "a page is its frame, its form and what was looked for")]
async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    version: i64,
    days: Vec<DaysRow>,
    wanted: &str,
    notice: Option<Flash>,
) -> Answer {
    let mut layout = layout(site, who, request, Section::Privacy.label()).await?;
    layout.flash = notice.or(layout.flash);
    let found = look_up(site, wanted).await?;
    reply::page(request, status, &PrivacyPage { layout, version, days, wanted: wanted.to_owned(), found })
}
