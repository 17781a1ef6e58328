//! Questions the AI had no answer to.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::handoff::{ConversationId, TicketNumber};

use super::StoreError;
use super::entity::{conversation, unanswered};

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered {
    /// Identity.
    pub id: Uuid,
    /// Where it was asked.
    pub conversation: ConversationId,
    /// The customer's words.
    pub question: String,
    /// BCP-47, if known.
    pub language: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Keeps a question.
pub async fn insert(db: &impl ConnectionTrait, asked: &Unanswered) -> Result<(), StoreError> {
    let row = unanswered::ActiveModel {
        id: ActiveValue::Set(asked.id),
        conversation_id: ActiveValue::Set(asked.conversation.0),
        question: ActiveValue::Set(asked.question.clone()),
        language: ActiveValue::Set(asked.language.clone()),
        created_at: ActiveValue::Set(asked.at),
        dismissed_at: ActiveValue::Set(None),
    };
    row.insert(db).await?;
    Ok(())
}

/// The newest questions nobody has dealt with, each with the number of its conversation.
pub async fn open(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<(Unanswered, TicketNumber)>, StoreError> {
    let rows = unanswered::Entity::find()
        .filter(unanswered::Column::DismissedAt.is_null())
        .order_by_desc(unanswered::Column::CreatedAt)
        .order_by_desc(unanswered::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.conversation_id).collect();
    let numbers: Vec<(Uuid, i64)> = conversation::Entity::find()
        .select_only()
        .columns([conversation::Column::Id, conversation::Column::Number])
        .filter(conversation::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    let number = |id: Uuid| numbers.iter().find(|(known, _)| *known == id).map(|(_, number)| TicketNumber(*number));
    // A question outlives a conversation that was erased, but there is nothing to look at any more.
    Ok(rows.into_iter().filter_map(|row| number(row.conversation_id).map(|number| (read(row), number))).collect())
}

/// How many questions wait.
pub async fn count_open(db: &impl ConnectionTrait) -> Result<u64, StoreError> {
    Ok(unanswered::Entity::find().filter(unanswered::Column::DismissedAt.is_null()).count(db).await?)
}

/// Puts questions away.
pub async fn dismiss(db: &impl ConnectionTrait, ids: &[Uuid], now: DateTime<Utc>) -> Result<u64, StoreError> {
    let changed = unanswered::Entity::update_many()
        .col_expr(unanswered::Column::DismissedAt, Expr::value(Some(now)))
        .filter(unanswered::Column::Id.is_in(ids.iter().copied()))
        .filter(unanswered::Column::DismissedAt.is_null())
        .exec(db)
        .await?;
    Ok(changed.rows_affected)
}

fn read(row: unanswered::Model) -> Unanswered {
    Unanswered {
        id: row.id,
        conversation: ConversationId(row.conversation_id),
        question: row.question,
        language: row.language,
        at: row.created_at,
    }
}
