//! Replies that were proposed to people, and what became of them.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::handoff::{AgentId, ConversationId};

use super::entity::suggestion;
use super::{StoreError, codec};

/// What a person did with a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Sent as it was.
    Accepted,
    /// Sent with changes.
    Edited,
    /// Put away, or replaced by words of their own.
    Rejected,
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Identity.
    pub id: Uuid,
    /// For which conversation.
    pub conversation: ConversationId,
    /// To whom.
    pub agent: AgentId,
    /// The words.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Keeps a proposal.
pub async fn insert(db: &impl ConnectionTrait, suggestion: &Suggestion) -> Result<(), StoreError> {
    let row = suggestion::ActiveModel {
        id: ActiveValue::Set(suggestion.id),
        conversation_id: ActiveValue::Set(suggestion.conversation.0),
        agent_id: ActiveValue::Set(suggestion.agent.0),
        text: ActiveValue::Set(suggestion.text.clone()),
        created_at: ActiveValue::Set(suggestion.at),
        outcome: ActiveValue::Set(None),
    };
    row.insert(db).await?;
    Ok(())
}

/// A proposal that was made for this conversation and whose fate is open.
pub async fn find_open(
    db: &impl ConnectionTrait,
    id: Uuid,
    conversation: ConversationId,
) -> Result<Option<Suggestion>, StoreError> {
    let row = suggestion::Entity::find_by_id(id)
        .filter(suggestion::Column::ConversationId.eq(conversation.0))
        .filter(suggestion::Column::Outcome.is_null())
        .one(db)
        .await?;
    Ok(row.map(|row| Suggestion {
        id: row.id,
        conversation: ConversationId(row.conversation_id),
        agent: AgentId(row.agent_id),
        text: row.text,
        at: row.created_at,
    }))
}

/// Writes down what became of a proposal, once.
pub async fn close(db: &impl ConnectionTrait, id: Uuid, fate: Fate) -> Result<(), StoreError> {
    suggestion::Entity::update_many()
        .col_expr(suggestion::Column::Outcome, Expr::value(codec::word(&fate)))
        .filter(suggestion::Column::Id.eq(id))
        .filter(suggestion::Column::Outcome.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// How many proposals of a stretch of time had each fate; none is still open.
pub async fn counts_between(
    db: &impl ConnectionTrait,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<(Option<Fate>, i64)>, StoreError> {
    let rows: Vec<(Option<String>, i64)> = suggestion::Entity::find()
        .select_only()
        .column(suggestion::Column::Outcome)
        .column_as(suggestion::Column::Id.count(), "count")
        .filter(suggestion::Column::CreatedAt.gte(from).and(suggestion::Column::CreatedAt.lt(to)))
        .group_by(suggestion::Column::Outcome)
        .into_tuple()
        .all(db)
        .await?;
    let fate = |word: Option<String>| word.map(|word| codec::read_word("suggestions.outcome", &word)).transpose();
    rows.into_iter().map(|(word, count)| Ok((fate(word)?, count))).collect()
}
