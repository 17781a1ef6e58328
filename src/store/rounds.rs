//! What the rounds look for: conversations that wait for a person, that nobody writes in, or that nobody looks after.
//!
//! Invariant: each query is a range of an index of open conversations.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, PaginatorTrait as _, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select, Statement,
};
use uuid::Uuid;

use crate::handoff::ConversationId;
use crate::handoff::policy::Reason;

use super::entity::{conversation, handoff};
use super::{StoreError, codec, conversations};

/// What an open conversation that people have is without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// Its owner has left or never was.
    Owner,
    /// Nobody was told of it.
    Handoff,
    /// Nothing will look after it.
    Clock,
    /// Nobody has noticed it, and nobody will be told again.
    Notification,
}

/// Open conversations in the queue, longest wait first.
pub async fn queued(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<ConversationId>, StoreError> {
    let ids: Vec<Uuid> = in_the_queue(limit).into_tuple().all(db).await?;
    Ok(ids.into_iter().map(ConversationId).collect())
}

/// The whole statement behind [`queued`], so that its plan can be looked at.
pub fn queued_statement(db: &impl ConnectionTrait, limit: u64) -> Statement {
    in_the_queue(limit).build(db.get_database_backend())
}

fn in_the_queue(limit: u64) -> Select<conversation::Entity> {
    conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id)
        .filter(conversations::is_open())
        .filter(conversation::Column::OwnerKind.eq("queue"))
        .order_by_asc(conversation::Column::LastAt)
        .order_by_asc(conversation::Column::Number)
        .limit(limit)
}

/// Open conversations of these kinds of owners in which nothing was said since a moment and the customer does not wait.
pub async fn idle(
    db: &impl ConnectionTrait,
    owners: &[&str],
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<ConversationId>, StoreError> {
    let ids: Vec<Uuid> = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id)
        .filter(conversations::is_open())
        .filter(conversation::Column::OwnerKind.is_in(owners.iter().copied()))
        .filter(conversation::Column::LastAt.lt(before))
        .filter(conversation::Column::WaitingSince.is_null())
        .order_by_asc(conversation::Column::LastAt)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(ConversationId).collect())
}

/// What was asked before the switch. What comes after it is given to people as it comes, unless a machine wrote it.
const SWITCHED_OFF: &str = "
SELECT c.id FROM conversations c
JOIN channels ch ON ch.id = c.channel_id
WHERE c.status = 'open' AND c.owner_kind = 'ai' AND c.waiting_since IS NOT NULL
    AND NOT ch.autopilot AND c.waiting_since <= ch.autopilot_off_since
ORDER BY c.last_at LIMIT ";

/// Open conversations that wait for an answer of the AI where it has been switched off since, longest wait first.
pub async fn switched_off(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<ConversationId>, StoreError> {
    let statement = Statement::from_string(db.get_database_backend(), format!("{SWITCHED_OFF}{limit}"));
    let rows = db.query_all_raw(statement).await?;
    let ids = rows.into_iter().map(|row| Ok(ConversationId(row.try_get_by_index(0)?)));
    ids.collect()
}

/// Open conversations on channels of these kinds that the queue has only because the AI failed, handed off until a moment, which
/// nobody has noticed and of which the AI has not had a second try; longest wait first.
pub async fn failed_by_ai(
    db: &impl ConnectionTrait,
    kinds: &[&str],
    handed_off_until: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<ConversationId>, StoreError> {
    let here = (conversation::Entity, conversation::Column::Id);
    let of = |column| Expr::col((handoff::Entity, column));
    let current = Query::select()
        .expr(Expr::val(1))
        .from(handoff::Entity)
        .and_where(of(handoff::Column::Id).equals((conversation::Entity, conversation::Column::HandoffId)))
        .and_where(of(handoff::Column::CreatedAt).lte(handed_off_until))
        .to_owned();
    let tried = Query::select()
        .expr(Expr::val(1))
        .from(handoff::Entity)
        .and_where(of(handoff::Column::ConversationId).equals(here))
        .and_where(of(handoff::Column::AiAgain).is_not_null())
        .to_owned();
    let ids: Vec<Uuid> = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id)
        .filter(conversations::is_open())
        .filter(conversation::Column::OwnerKind.eq("queue"))
        .filter(conversation::Column::HandoffReason.eq(codec::word(&Reason::AiUnavailable)))
        .filter(conversation::Column::HandoffAcknowledged.eq(false))
        .filter(conversation::Column::ChannelKind.is_in(kinds.iter().copied()))
        .filter(Expr::exists(current))
        .filter(Expr::exists(tried).not())
        .order_by_asc(conversation::Column::LastAt)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(ConversationId).collect())
}

/// Open conversations that people have had since before a moment, of whose handoff nobody has taken notice and no supervisor been
/// told; longest first.
pub async fn unseen(
    db: &impl ConnectionTrait,
    had_before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<ConversationId>, StoreError> {
    let ids: Vec<Uuid> = left_unseen()
        .filter(conversation::Column::CareSince.lte(had_before))
        .filter(Expr::exists(supervisors_told()).not())
        .select_only()
        .column(conversation::Column::Id)
        .order_by_asc(conversation::Column::CareSince)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(ConversationId).collect())
}

/// How many of those that supervisors were told of nobody has noticed yet.
pub async fn told_and_unseen(db: &impl ConnectionTrait) -> Result<u64, StoreError> {
    Ok(left_unseen().filter(Expr::exists(supervisors_told())).count(db).await?)
}

fn left_unseen() -> Select<conversation::Entity> {
    conversation::Entity::find()
        .filter(conversations::is_open())
        .filter(conversation::Column::OwnerKind.is_in(["queue", "agent"]))
        .filter(conversation::Column::HandoffId.is_not_null())
        .filter(conversation::Column::HandoffAcknowledged.eq(false))
}

/// Supervisors were told since people have it. One that was resolved and reopened is a new case.
fn supervisors_told() -> SelectStatement {
    let of = |column| Expr::col((handoff::Entity, column));
    let here = |column| Expr::col((conversation::Entity, column));
    Query::select()
        .expr(Expr::val(1))
        .from(handoff::Entity)
        .and_where(of(handoff::Column::Id).equals((conversation::Entity, conversation::Column::HandoffId)))
        .and_where(of(handoff::Column::SupervisorsToldAt).gte(here(conversation::Column::CareSince)))
        .to_owned()
}

/// One row for each thing that is missing.
const UNGUARDED: &str = "
SELECT c.id, CASE
    WHEN c.owner_kind = 'agent' AND a.id IS NULL THEN 'owner'
    WHEN h.id IS NULL THEN 'handoff'
    WHEN w.id IS NULL THEN 'clock'
    ELSE 'notification' END AS lack
FROM conversations c
LEFT JOIN agents a ON a.id = c.owner_agent_id AND a.disabled_at IS NULL
LEFT JOIN handoffs h ON h.id = c.handoff_id
LEFT JOIN timers w ON w.conversation_id = c.id AND w.kind = 'attend'
LEFT JOIN timers r ON r.conversation_id = c.id AND r.kind = 'renotify'
WHERE c.status = 'open' AND c.owner_kind <> 'ai'
    AND ((c.owner_kind = 'agent' AND a.id IS NULL) OR h.id IS NULL OR w.id IS NULL
        OR (NOT c.handoff_acknowledged AND r.id IS NULL))
ORDER BY c.last_at LIMIT ";

/// Open conversations that people have and nobody looks after, and the first thing each is without.
pub async fn unguarded(db: &impl ConnectionTrait, limit: u64) -> Result<BTreeMap<ConversationId, Lack>, StoreError> {
    let backend: DatabaseBackend = db.get_database_backend();
    let statement = Statement::from_string(backend, format!("{UNGUARDED}{limit}"));
    let mut found = BTreeMap::new();
    for row in db.query_all_raw(statement).await? {
        let (id, lack): (Uuid, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let lack = match lack.as_str() {
            "owner" => Lack::Owner,
            "handoff" => Lack::Handoff,
            "clock" => Lack::Clock,
            _ => Lack::Notification,
        };
        found.insert(ConversationId(id), lack);
    }
    Ok(found)
}
