//! `/inbox/conversations/{number}`.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use crate::handoff::Seq;
use crate::store::conversations;
use crate::web::frame::frame;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::site::Site;

use super::lists;
use super::nav::View;
use super::page::ThreadPage;
use super::patch::{Patch, PatchAction, Patches};
use super::present::{self, Opened};
use super::thread::Thread;

/// Where a thread was opened from, and which part of it to show.
#[derive(Debug, Deserialize)]
pub struct Query {
    view: Option<String>,
    before: Option<i64>,
}

/// `GET /inbox/conversations/{number}`.
pub async fn show(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    query: web::Query<Query>,
) -> Result<HttpResponse, Refusal> {
    let opened = Opened::load(&site, &who, *number).await?;
    let view = query.view.as_deref().and_then(View::parse).unwrap_or(View::All);
    let thread = present::open(&site, &who, &opened, &view, query.before.map(Seq)).await?;
    if query.before.is_some() && reply::wants_patches(&request) {
        return earlier(&thread);
    }
    let page = page(&site, &who, &request, &opened, view, thread).await?;
    note_seen(&site, &opened).await?;
    reply::page(&request, 200, &page)
}

/// The page of a thread.
pub(super) async fn page(
    site: &Site,
    who: &SignedIn,
    request: &HttpRequest,
    opened: &Opened,
    view: View,
    thread: Thread,
) -> Result<ThreadPage, Refusal> {
    let number = opened.record.number;
    let title = format!("{} {number}", opened.customer().unwrap_or_else(|| "Visitor".into()));
    let live =
        format!("/inbox/live?view={}&conversation={}&after={}", view.slug(), number.0, opened.record.core.last_seq.0);
    Ok(ThreadPage {
        list: lists::list(site, who, &view, None, Some(number.0)).await?,
        layout: frame(site, who, request, &title, Some(view), Some(live)).await?,
        thread,
        contact: present::contact_panel(site, who, opened).await?,
    })
}

/// What is on a person's screen has been seen.
pub(super) async fn note_seen(site: &Site, opened: &Opened) -> Result<(), Refusal> {
    let core = &opened.record.core;
    if opened.record.seen < core.last_seq {
        let tx = site.desk.store.begin().await?;
        conversations::mark_seen(&*tx, core.id, core.last_seq).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Older lines, added to the thread that is open.
fn earlier(thread: &Thread) -> Result<HttpResponse, Refusal> {
    let broken = |error: askama::Error| Refusal::Broken(error.to_string());
    let number = thread.header.number;
    let mut patches = Patches::default();
    for item in &thread.items {
        patches.push(&Patch::new(PatchAction::Append, format!("timeline-{number}"), item.clone())).map_err(broken)?;
    }
    let link = Patch::new(PatchAction::Replace, format!("earlier-{number}"), thread.earlier.clone());
    patches.push(&link).map_err(broken)?;
    reply::patches(200, &patches)
}
