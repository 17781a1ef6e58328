//! What a contact has read and may read again.

use actix_web::{HttpResponse, web};

use crate::handoff::{ConversationId, Seq};
use crate::realtime::Hint;
use crate::store::conversations::Record;
use crate::store::timeline::{self, Delivery, Item};
use crate::web::site::Site;

use super::refusal::Problem;
use super::render::Renderer;
use super::visitor::Visitor;
use super::wire::{HistoryItem, Poll};

/// Items of a history; of a longer one the newest.
const ITEMS_MAX: u64 = 2_000;

/// `GET /backend/widget/v2/poll/{session}`.
pub(super) async fn poll(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let record = visitor.session_at(&path).await?;
    let mut renderer = Renderer::new(&visitor);
    let history = whole(&visitor, &record, &mut renderer).await?;
    // Read again, so that it is never older than its history.
    let record = visitor.session(record.core.id).await?;
    Ok(HttpResponse::Ok().json(Poll { session: renderer.session(&record).await?, history }))
}

/// `GET /backend/widget/v2/session/history/{session}`.
pub(super) async fn show(visitor: Visitor, path: web::Path<String>) -> Result<HttpResponse, Problem> {
    let record = visitor.session_at(&path).await?;
    Ok(HttpResponse::Ok().json(whole(&visitor, &record, &mut Renderer::new(&visitor)).await?))
}

async fn whole(visitor: &Visitor, record: &Record, renderer: &mut Renderer) -> Result<Vec<HistoryItem>, Problem> {
    let items = timeline::before(visitor.site.desk.store.reader(), record.core.id, None, ITEMS_MAX).await?;
    let history = renderer.history(record, &items).await?;
    mark_fetched(&visitor.site, record.core.id, &items).await?;
    Ok(history)
}

/// Lets the team see that the contact's widget has these messages.
pub(super) async fn mark_fetched(site: &Site, conversation: ConversationId, items: &[Item]) -> Result<(), Problem> {
    let is_news = |item: &&Item| matches!(item, Item::Message(message) if message.delivery == Delivery::Sent);
    let Some(through) = items.iter().filter(is_news).map(Item::seq).max() else { return Ok(()) };
    let tx = site.desk.store.begin().await?;
    let changed = timeline::mark_fetched(&*tx, conversation, through).await?;
    tx.commit().await?;
    if changed {
        let last = items.iter().map(Item::seq).max().unwrap_or(Seq(0));
        site.desk.bus.publish(Hint::Changed { conversation, last, notify: false });
    }
    Ok(())
}
