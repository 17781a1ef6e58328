//! `/inbox/{view}` and `/inbox/search`.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::handoff::{AgentId, TeamId, TicketNumber};
use crate::store::inbox::{self, Cursor};
use crate::store::search;
use crate::web::flash;
use crate::web::frame::frame;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::site::Site;

use super::list::{List, Older, SortOrder};
use super::nav::View;
use super::page::InboxPage;
use super::patch::{Patch, PatchAction, Patches};
use super::present::{self, People};
use super::row::Row;

/// Rows of one page of a list.
const ROWS_MAX: u64 = 50;

/// Where a list goes on.
#[derive(Debug, Deserialize)]
pub struct Page {
    /// `last_at` in microseconds and the number, joined by a dot.
    after: Option<String>,
}

/// What is searched for.
#[derive(Debug, Deserialize)]
pub struct Query {
    #[serde(default)]
    q: String,
    /// Where the list goes on, as in [`Page`].
    after: Option<String>,
}

/// `GET /inbox`.
pub async fn home(_: SignedIn) -> HttpResponse {
    flash::redirect("/inbox/unassigned", None)
}

/// `GET /inbox/{view}`.
pub async fn show(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    slug: web::Path<String>,
    page: web::Query<Page>,
) -> Result<HttpResponse, Refusal> {
    let view = View::parse(&slug).ok_or(Refusal::NotFound("view"))?;
    let after = page.after.as_deref().map(parse_cursor).transpose()?;
    let list = list(&site, &who, &view, after, None).await?;
    if after.is_some() && reply::wants_patches(&request) {
        return more(&list);
    }
    // Live rows belong at the top of a view, so a page from further down stays as it is.
    let live = after.is_none().then(|| format!("/inbox/live?view={}", view.slug()));
    let layout = frame(&site, &who, &request, &list.heading, Some(view), live).await?;
    reply::page(&request, 200, &InboxPage { layout, list })
}

/// `GET /inbox/search?q=`.
pub async fn search(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    query: web::Query<Query>,
) -> Result<HttpResponse, Refusal> {
    let people = People::load(&site.directory, who.agent.id).await?;
    let now = site.desk.clock.now();
    let after = query.after.as_deref().map(parse_cursor).transpose()?;
    let found = search::search(&site.desk.store, &query.q, after, ROWS_MAX + 1).await?;
    let words: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", query.q.trim()).finish();
    let (shown, older) = page_of(&found, &format!("/inbox/search?{words}&"));
    let rows = shown.iter().map(|row| present::row(row, &people, &View::All, false, now)).collect();
    let list = List::of_search(query.q.trim(), rows, older);
    if after.is_some() && reply::wants_patches(&request) {
        return more(&list);
    }
    let layout = frame(&site, &who, &request, "Search", None, None).await?;
    reply::page(&request, 200, &InboxPage { layout, list })
}

/// A view's list, the open conversation marked.
pub async fn list(
    site: &Site,
    who: &SignedIn,
    view: &View,
    after: Option<Cursor>,
    open: Option<i64>,
) -> Result<List, Refusal> {
    let db = site.desk.store.reader();
    let people = People::load(&site.directory, who.agent.id).await?;
    let now = site.desk.clock.now();
    let stored = inbox::page(db, stored_view(view, who.agent.id)?, after, ROWS_MAX + 1).await?;
    let (shown, older) = page_of(&stored, &format!("/inbox/{}?", view.slug()));
    let rows: Vec<Row> =
        shown.iter().map(|row| present::row(row, &people, view, open == Some(row.number.0), now)).collect();
    let name = match view {
        View::Team(id) => id.parse().ok().and_then(|id| people.team(TeamId(id))).unwrap_or_else(|| "Team".into()),
        view => view.label().to_owned(),
    };
    Ok(List::of_view(view, &name, rows, SortOrder::Descending, older))
}

/// The rows of one page, and where the next one is, if one row more was found than a page shows.
fn page_of<'a>(found: &'a [inbox::Row], address: &str) -> (&'a [inbox::Row], Option<String>) {
    let shown = &found[..found.len().min(ROWS_MAX as usize)];
    let last = shown.last().filter(|_| found.len() > shown.len());
    let older = last.map(|last| format!("{address}after={}.{}", last.last_at.timestamp_micros(), last.number.0));
    (shown, older)
}

/// The next page of a list, added to the one that is open.
fn more(list: &List) -> Result<HttpResponse, Refusal> {
    let broken = |error: askama::Error| Refusal::Broken(error.to_string());
    let mut patches = Patches::default();
    for row in &list.rows {
        patches.push(&Patch::new(PatchAction::Append, "rows", row.clone())).map_err(broken)?;
    }
    let older: Older = list.older.clone();
    patches.push(&Patch::new(PatchAction::Replace, "older", older)).map_err(broken)?;
    reply::patches(200, &patches)
}

/// The store's name for a view.
pub fn stored_view(view: &View, me: AgentId) -> Result<inbox::View, Refusal> {
    Ok(match view {
        View::Mine => inbox::View::Mine(me),
        View::Unassigned => inbox::View::Unassigned,
        View::Ai => inbox::View::Ai,
        View::HandedOff => inbox::View::HandedOff,
        View::Snoozed => inbox::View::Snoozed,
        View::Resolved => inbox::View::Resolved,
        View::All => inbox::View::All,
        View::Team(id) => inbox::View::Team(id.parse().map_err(|_| Refusal::NotFound("team"))?),
    })
}

fn parse_cursor(text: &str) -> Result<Cursor, Refusal> {
    let bad = || Refusal::BadForm("The link to older conversations is damaged. Open the list again.".into());
    let (micros, number) = text.split_once('.').ok_or_else(bad)?;
    let last_at: DateTime<Utc> = micros.parse().ok().and_then(DateTime::from_timestamp_micros).ok_or_else(bad)?;
    let number = TicketNumber(number.parse().map_err(|_| bad())?);
    Ok(Cursor { last_at, number })
}

#[cfg(test)]
mod tests {
    use super::parse_cursor;

    #[test]
    fn a_damaged_cursor_is_refused() {
        assert!(parse_cursor("1760000000000000.1042").is_ok());
        for text in ["", "1", "x.1", "1.x", "99999999999999999999.1"] {
            assert!(parse_cursor(text).is_err(), "{text}");
        }
    }
}
