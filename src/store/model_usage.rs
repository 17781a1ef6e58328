//! What the language model was paid for each conversation.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue, ConnectionTrait, EntityTrait};

use crate::handoff::ConversationId;

use super::StoreError;
use super::entity::model_usage::{ActiveModel, Column, Entity};

/// Tokens and money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModelUsage {
    /// How often the model was asked.
    pub requests: u64,
    /// Tokens sent.
    pub input_tokens: u64,
    /// Tokens received.
    pub output_tokens: u64,
    /// What they cost, in millionths of the currency's unit.
    pub cost_micros: u64,
}

/// Adds to what a conversation has used.
pub async fn add(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    used: ModelUsage,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        conversation_id: ActiveValue::Set(conversation.0),
        requests: ActiveValue::Set(signed(used.requests)),
        input_tokens: ActiveValue::Set(signed(used.input_tokens)),
        output_tokens: ActiveValue::Set(signed(used.output_tokens)),
        cost_micros: ActiveValue::Set(signed(used.cost_micros)),
        updated_at: ActiveValue::Set(now),
    };
    let mut sums = OnConflict::column(Column::ConversationId);
    for (column, more) in [
        (Column::Requests, used.requests),
        (Column::InputTokens, used.input_tokens),
        (Column::OutputTokens, used.output_tokens),
        (Column::CostMicros, used.cost_micros),
    ] {
        sums.value(column, Expr::col((Entity, column)).add(signed(more)));
    }
    sums.value(Column::UpdatedAt, now);
    Entity::insert(row).on_conflict(sums).exec_without_returning(db).await?;
    Ok(())
}

/// What a conversation has used.
pub async fn of(db: &impl ConnectionTrait, conversation: ConversationId) -> Result<ModelUsage, StoreError> {
    let row = Entity::find_by_id(conversation.0).one(db).await?;
    Ok(row.map_or_else(ModelUsage::default, |row| ModelUsage {
        requests: row.requests.unsigned_abs(),
        input_tokens: row.input_tokens.unsigned_abs(),
        output_tokens: row.output_tokens.unsigned_abs(),
        cost_micros: row.cost_micros.unsigned_abs(),
    }))
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
