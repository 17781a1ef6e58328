//! `/inbox/conversations/{number}/messages/{id}/original`: the whole of a mail of which the thread shows the new part.
//!
//! Its HTML stands in a frame in which nothing runs, without pictures from elsewhere until somebody asks for them (`pictures=1`).

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::handoff::{Author, MessageId};
use crate::store::attachments;
use crate::store::message_details::{self, Details};
use crate::store::timeline::{self, Message};
use crate::web::frame::frame;
use crate::web::framed;
use crate::web::icon::Icon;
use crate::web::moment::Moment;
use crate::web::page::Layout;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::site::Site;

use super::present::Opened;

/// The page.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "inbox/original.html")]
pub struct OriginalPage {
    /// The document.
    pub layout: Layout,
    /// The conversation's number.
    pub number: i64,
    /// Where its line is on the timeline.
    pub seq: i64,
    /// What it is about.
    pub subject: Option<String>,
    /// Who wrote it.
    pub from: String,
    /// Who else got it.
    pub cc: Vec<String>,
    /// When.
    pub at: Moment,
    /// What it says.
    pub content: Content,
}

/// What a mail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Characters.
    Text(String),
    /// A page.
    Page {
        /// The frame's address.
        url: String,
        /// Whether it names pictures that are elsewhere.
        elsewhere: bool,
        /// Whether they are shown.
        pictures: bool,
    },
}

/// Whether pictures from elsewhere are asked for.
#[derive(Debug, Deserialize)]
pub struct Query {
    pictures: Option<u8>,
}

impl Query {
    fn wants_pictures(&self) -> bool {
        self.pictures == Some(1)
    }
}

/// A kept mail.
struct Kept {
    opened: Opened,
    message: Message,
    details: Details,
    is_page: bool,
    text: String,
}

/// `GET /inbox/conversations/{number}/messages/{id}/original`.
pub async fn show(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    path: web::Path<(i64, MessageId)>,
    query: web::Query<Query>,
) -> Result<HttpResponse, Refusal> {
    let (number, id) = path.into_inner();
    let kept = find(&site, &who, number, id).await?;
    let pictures = query.wants_pictures();
    let content = if kept.is_page {
        let asked = if pictures { "?pictures=1" } else { "" };
        let url = format!("{}/body{asked}", address(number, id));
        Content::Page { url, elsewhere: framed::clean(&kept.text, false).1, pictures }
    } else {
        Content::Text(kept.text)
    };
    let page = OriginalPage {
        layout: frame(&site, &who, &request, "Original mail", None, None).await?,
        number,
        seq: kept.message.seq.0,
        subject: kept.details.subject,
        from: kept.opened.customer().unwrap_or_else(|| "The customer".into()),
        cc: kept.details.cc,
        at: Moment::date(kept.message.at),
        content,
    };
    reply::page(&request, 200, &page)
}

/// `GET /inbox/conversations/{number}/messages/{id}/original/body`: what stands in the frame.
pub async fn body(
    site: web::Data<Site>,
    who: SignedIn,
    path: web::Path<(i64, MessageId)>,
    query: web::Query<Query>,
) -> Result<HttpResponse, Refusal> {
    let (number, id) = path.into_inner();
    let kept = find(&site, &who, number, id).await?;
    if !kept.is_page {
        return Err(Refusal::NotFound("mail"));
    }
    let pictures = query.wants_pictures();
    let (cleaned, _) = framed::clean(&kept.text, pictures);
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, framed::policy(pictures)))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(framed::document(&cleaned)))
}

/// Where a kept mail is shown.
pub fn address(number: i64, id: impl std::fmt::Display) -> String {
    format!("/inbox/conversations/{number}/messages/{id}/original")
}

async fn find(site: &Site, who: &SignedIn, number: i64, id: MessageId) -> Result<Kept, Refusal> {
    let gone = || Refusal::NotFound("mail");
    let opened = Opened::load(site, who, number).await?;
    let db = site.desk.store.reader();
    let message = timeline::message(db, id).await?.ok_or_else(gone)?;
    if message.conversation != opened.record.core.id || message.author != Author::Contact {
        return Err(gone());
    }
    let details = message_details::of(db, &[id]).await?.remove(&id).ok_or_else(gone)?;
    let file = attachments::find(db, details.original.ok_or_else(gone)?).await?.ok_or_else(gone)?;
    let content = attachments::content(db, file.id).await?.ok_or_else(gone)?;
    let text = String::from_utf8_lossy(&content).into_owned();
    Ok(Kept { opened, message, details, is_page: file.name.ends_with(".html"), text })
}
