//! Which handoffs are to be told to browsers, and what waits to be sent.
//!
//! Which are owed is read from the handoffs nobody has noticed, so that nothing has to remember to ask for a notice.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict, Order, Query};
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::handoff::{ConversationId, HandoffId};

use super::entity::{conversation, handoff, push_notice};
use super::{StoreError, conversations};

/// Handoffs found at once.
const FOUND_MAX: u64 = 50;

/// Something to tell a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushNotice {
    /// Identity.
    pub id: Uuid,
    /// Which browser.
    pub browser: Uuid,
    /// About which conversation.
    pub conversation: ConversationId,
    /// Which handoff of it.
    pub handoff: HandoffId,
    /// Tries so far.
    pub attempts: i32,
}

/// Open conversations whose handoff nobody has noticed since before `before`, and which were told in the inbox more often than to
/// browsers. The longest unnoticed come last: they have been told the most.
pub async fn owed(db: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<Vec<ConversationId>, StoreError> {
    let of_handoff = |column: handoff::Column| Expr::col((handoff::Entity, column));
    let pushed = Func::coalesce([of_handoff(handoff::Column::Pushed), Expr::val(0)]);
    let query = Query::select()
        .column((conversation::Entity, conversation::Column::Id))
        .from(conversation::Entity)
        .inner_join(
            handoff::Entity,
            of_handoff(handoff::Column::Id).equals((conversation::Entity, conversation::Column::HandoffId)),
        )
        .and_where(conversations::is_open())
        .and_where(Expr::col((conversation::Entity, conversation::Column::OwnerKind)).ne("ai"))
        .and_where(Expr::col((conversation::Entity, conversation::Column::HandoffAcknowledged)).eq(false))
        .and_where(of_handoff(handoff::Column::CreatedAt).lte(before))
        .and_where(Expr::expr(pushed).lt(of_handoff(handoff::Column::Notified)))
        .order_by((handoff::Entity, handoff::Column::CreatedAt), Order::Desc)
        .limit(FOUND_MAX)
        .to_owned();
    let rows = db.query_all(&query).await?;
    rows.into_iter().map(|row| Ok(ConversationId(row.try_get_by_index(0)?))).collect()
}

/// Notes up to which telling browsers were told of a handoff.
pub async fn mark_pushed(db: &impl ConnectionTrait, id: HandoffId, telling: i32) -> Result<(), StoreError> {
    handoff::Entity::update_many()
        .col_expr(handoff::Column::Pushed, Expr::value(Some(telling)))
        .filter(handoff::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Keeps a notice to be sent. One of the same handoff that still waits for the same browser says the same.
pub async fn insert(db: &impl ConnectionTrait, new: &PushNotice, now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = push_notice::ActiveModel {
        id: ActiveValue::Set(new.id),
        subscription_id: ActiveValue::Set(new.browser),
        conversation_id: ActiveValue::Set(new.conversation.0),
        handoff_id: ActiveValue::Set(new.handoff.0),
        attempts: ActiveValue::Set(new.attempts),
        due_at: ActiveValue::Set(now),
        created_at: ActiveValue::Set(now),
    };
    let waits = OnConflict::columns([push_notice::Column::HandoffId, push_notice::Column::SubscriptionId])
        .do_nothing()
        .to_owned();
    push_notice::Entity::insert(row).on_conflict(waits).try_insert().exec_without_returning(db).await?;
    Ok(())
}

/// Whether a notice may be sent.
pub async fn is_any_due(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(push_notice::Entity::find().filter(push_notice::Column::DueAt.lte(now)).limit(1).one(db).await?.is_some())
}

/// Claims the notice that has been due longest until `until`.
pub async fn claim(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<PushNotice>, StoreError> {
    let due = push_notice::Entity::find()
        .filter(push_notice::Column::DueAt.lte(now))
        .order_by_asc(push_notice::Column::DueAt)
        .order_by_asc(push_notice::Column::Id)
        .one(db)
        .await?;
    let Some(row) = due else { return Ok(None) };
    let taken = push_notice::Entity::update_many()
        .col_expr(push_notice::Column::DueAt, Expr::value(until))
        .col_expr(push_notice::Column::Attempts, Expr::value(row.attempts + 1))
        .filter(push_notice::Column::Id.eq(row.id))
        .filter(push_notice::Column::DueAt.eq(row.due_at))
        .exec(db)
        .await?;
    Ok((taken.rows_affected == 1).then(|| PushNotice {
        id: row.id,
        browser: row.subscription_id,
        conversation: ConversationId(row.conversation_id),
        handoff: HandoffId(row.handoff_id),
        attempts: row.attempts + 1,
    }))
}

/// Forgets a notice: it was taken, or there is nothing to tell any more.
pub async fn remove(db: &impl ConnectionTrait, id: Uuid) -> Result<(), StoreError> {
    push_notice::Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// Notes when a notice is tried again.
pub async fn again_at(db: &impl ConnectionTrait, id: Uuid, at: DateTime<Utc>) -> Result<(), StoreError> {
    push_notice::Entity::update_many()
        .col_expr(push_notice::Column::DueAt, Expr::value(at))
        .filter(push_notice::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}
