//! A contact's conversations: the list, and a new one.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::handoff::TicketNumber;
use crate::store::conversations::{self, OfContact};

use super::body::{SentJson, facts};
use super::refusal::Problem;
use super::render::Renderer;
use super::visitor::Visitor;
use super::wire::SessionPage;

/// Conversations on one page.
const PAGE: usize = 20;
/// Longest name a page may give its visitor, in characters.
const EXTERNAL_ID_CHARS_MAX: usize = 200;

#[derive(Deserialize)]
pub(super) struct Query {
    filters: Option<String>,
    cursor: Option<String>,
    offset: Option<String>,
}

#[derive(Default, Deserialize)]
struct Filters {
    external_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewSession {
    custom_data: Option<Map<String, Value>>,
}

/// `GET /backend/widget/v2/sessions`, newest first.
pub(super) async fn list(visitor: Visitor, query: web::Query<Query>) -> Result<HttpResponse, Problem> {
    let Query { filters, cursor, offset } = query.into_inner();
    let external_id = external_id_of(&visitor, filters.as_deref())?;
    let before = page_token(cursor.or(offset).as_deref())?;
    let wanted =
        OfContact { contact: visitor.contact.id, channel: visitor.channel.id, verified: visitor.verified, external_id };
    let mut records =
        conversations::of_contact(visitor.site.desk.store.reader(), &wanted, before, PAGE as u64 + 1).await?;
    let more = records.len() > PAGE;
    records.truncate(PAGE);
    let next = records.last().filter(|_| more).map(|record| record.number.0.to_string());
    let mut renderer = Renderer::new(&visitor);
    let mut items = Vec::with_capacity(records.len());
    for record in &records {
        items.push(renderer.session(record).await?);
    }
    Ok(HttpResponse::Ok().json(SessionPage { items, next }))
}

/// `POST /backend/widget/v2/create-session`.
pub(super) async fn create(visitor: Visitor, body: SentJson) -> Result<HttpResponse, Problem> {
    let NewSession { custom_data } = body.read()?;
    let mut attributes = facts("customData", custom_data)?;
    let external_id = match attributes.remove("external_id") {
        Some(Value::String(id)) if !id.trim().is_empty() => Some(checked(id)?),
        Some(Value::Null) | None if visitor.verified => None,
        _ => return Err(Problem::Invalid("customData.external_id must be a text that names this browser.".into())),
    };
    visitor.count_message()?;
    let desk = &visitor.site.desk;
    let (contact, attributes) = (visitor.contact.id, Value::Object(attributes));
    let record = desk.open_conversation(&visitor.channel, contact, external_id, visitor.verified, attributes).await?;
    Ok(HttpResponse::Created().json(Renderer::new(&visitor).session(&record).await?))
}

/// The browser a list is for. Whoever nobody vouches for must name theirs.
fn external_id_of(visitor: &Visitor, filters: Option<&str>) -> Result<Option<String>, Problem> {
    let filters: Filters = match filters.map(str::trim) {
        None | Some("") => Filters::default(),
        Some(json) => serde_json::from_str(json).map_err(|why| {
            Problem::Invalid(format!("filters must be JSON such as {{\"external_id\":\"...\"}}: {why}."))
        })?,
    };
    match filters.external_id {
        Some(id) => Ok(Some(checked(id)?)),
        None if visitor.verified => Ok(None),
        None => Err(Problem::Invalid("filters must hold the external_id that names this browser.".into())),
    }
}

fn checked(id: String) -> Result<String, Problem> {
    if id.chars().count() > EXTERNAL_ID_CHARS_MAX || id.contains('\0') {
        return Err(Problem::Invalid(format!("external_id is longer than {EXTERNAL_ID_CHARS_MAX} characters.")));
    }
    Ok(id)
}

/// Where the page before ended; a list begins at the newest.
fn page_token(token: Option<&str>) -> Result<Option<TicketNumber>, Problem> {
    match token.map(str::trim) {
        None | Some("" | "0") => Ok(None),
        Some(token) => match token.parse() {
            Ok(number) => Ok(Some(TicketNumber(number))),
            Err(_) => Err(Problem::Invalid("cursor must be the `next` of the page before.".into())),
        },
    }
}
