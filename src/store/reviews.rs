//! What people thought of handoffs: those that happened, and those that should have.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::handoff::{AgentId, ConversationId, TicketNumber};

use super::entity::{conversation, handoff, review};
use super::{StoreError, codec};

/// What somebody thought of a handoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// At the right moment.
    Right,
    /// It should have come earlier.
    Late,
    /// The AI could have gone on.
    Unnecessary,
    /// There was none, and there should have been.
    Missed,
}

impl Verdict {
    /// Every verdict, in the order of the keys.
    pub const ALL: [Self; 4] = [Self::Right, Self::Late, Self::Unnecessary, Self::Missed];
}

/// An opinion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The handoff, or the conversation that had none.
    pub subject: Uuid,
    /// In which conversation.
    pub conversation: ConversationId,
    /// What was thought.
    pub verdict: Verdict,
    /// By whom.
    pub agent: AgentId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Keeps an opinion; a later one about the same takes its place.
pub async fn save(db: &impl ConnectionTrait, opinion: &Review) -> Result<(), StoreError> {
    let row = review::ActiveModel {
        subject_id: ActiveValue::Set(opinion.subject),
        conversation_id: ActiveValue::Set(opinion.conversation.0),
        verdict: ActiveValue::Set(codec::word(&opinion.verdict)),
        agent_id: ActiveValue::Set(opinion.agent.0),
        created_at: ActiveValue::Set(opinion.at),
    };
    let replace = OnConflict::column(review::Column::SubjectId)
        .update_columns([review::Column::Verdict, review::Column::AgentId, review::Column::CreatedAt])
        .to_owned();
    review::Entity::insert(row).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}

/// Takes an opinion back.
pub async fn delete(db: &impl ConnectionTrait, subject: Uuid) -> Result<(), StoreError> {
    review::Entity::delete_by_id(subject).exec(db).await?;
    Ok(())
}

/// The opinion about a handoff or a conversation.
pub async fn find(db: &impl ConnectionTrait, subject: Uuid) -> Result<Option<Review>, StoreError> {
    review::Entity::find_by_id(subject).one(db).await?.map(read).transpose()
}

/// The newest opinions.
pub async fn newest(db: &impl ConnectionTrait, limit: u64) -> Result<Vec<Review>, StoreError> {
    let rows = review::Entity::find().order_by_desc(review::Column::CreatedAt).limit(limit).all(db).await?;
    rows.into_iter().map(read).collect()
}

/// The numbers of conversations.
pub async fn numbers(
    db: &impl ConnectionTrait,
    conversations: &[ConversationId],
) -> Result<Vec<(ConversationId, TicketNumber)>, StoreError> {
    let rows: Vec<(Uuid, i64)> = conversation::Entity::find()
        .select_only()
        .columns([conversation::Column::Id, conversation::Column::Number])
        .filter(conversation::Column::Id.is_in(conversations.iter().map(|id| id.0)))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, number)| (ConversationId(id), TicketNumber(number))).collect())
}

/// How many handoffs happened in a stretch of time.
pub async fn handoffs_between(
    db: &impl ConnectionTrait,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let inside = handoff::Column::CreatedAt.gte(from).and(handoff::Column::CreatedAt.lt(to));
    Ok(handoff::Entity::find().filter(inside).count(db).await?)
}

/// How often each verdict was given in a stretch of time.
pub async fn counts_between(
    db: &impl ConnectionTrait,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<(Verdict, i64)>, StoreError> {
    let rows: Vec<(String, i64)> = review::Entity::find()
        .select_only()
        .column(review::Column::Verdict)
        .column_as(review::Column::SubjectId.count(), "count")
        .filter(review::Column::CreatedAt.gte(from).and(review::Column::CreatedAt.lt(to)))
        .group_by(review::Column::Verdict)
        .into_tuple()
        .all(db)
        .await?;
    rows.into_iter().map(|(word, count)| Ok((codec::read_word("reviews.verdict", &word)?, count))).collect()
}

fn read(row: review::Model) -> Result<Review, StoreError> {
    Ok(Review {
        subject: row.subject_id,
        conversation: ConversationId(row.conversation_id),
        verdict: codec::read_word("reviews.verdict", &row.verdict)?,
        agent: AgentId(row.agent_id),
        at: row.created_at,
    })
}
