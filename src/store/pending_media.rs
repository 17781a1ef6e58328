//! Files that a provider still has. Their attachments are there already, empty, so that a message knows what it carries.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;

use crate::handoff::{AttachmentId, ChannelId, ConversationId};

use super::StoreError;
use super::entity::pending_media;

/// A file that a provider still has.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    /// The attachment that waits for it.
    pub attachment: AttachmentId,
    /// Through which channel it came.
    pub channel: ChannelId,
    /// In which conversation.
    pub conversation: ConversationId,
    /// What the adapter calls it.
    pub media: Value,
    /// Tries so far.
    pub attempts: i32,
}

/// Adds a file to be fetched.
pub async fn insert(db: &impl ConnectionTrait, file: &Pending, now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = pending_media::ActiveModel {
        attachment_id: ActiveValue::Set(file.attachment.0),
        channel_id: ActiveValue::Set(file.channel.0),
        conversation_id: ActiveValue::Set(file.conversation.0),
        media: ActiveValue::Set(file.media.clone()),
        attempts: ActiveValue::Set(file.attempts),
        due_at: ActiveValue::Set(now),
        lease_until: ActiveValue::Set(None),
        detail: ActiveValue::Set(None),
        failed_at: ActiveValue::Set(None),
        created_at: ActiveValue::Set(now),
    };
    pending_media::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Takes the file that has been due longest, for a while. Whoever counted the try has it.
pub async fn claim(
    db: &impl ConnectionTrait,
    lease: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Option<Pending>, StoreError> {
    let free = Condition::any()
        .add(pending_media::Column::LeaseUntil.is_null())
        .add(pending_media::Column::LeaseUntil.lt(now));
    let row = pending_media::Entity::find()
        .filter(pending_media::Column::FailedAt.is_null())
        .filter(pending_media::Column::DueAt.lte(now))
        .filter(free)
        .order_by_asc(pending_media::Column::DueAt)
        .limit(1)
        .one(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let taken = pending_media::Entity::update_many()
        .col_expr(pending_media::Column::LeaseUntil, Expr::value(Some(now + lease)))
        .col_expr(pending_media::Column::Attempts, Expr::col(pending_media::Column::Attempts).add(1))
        .filter(pending_media::Column::AttachmentId.eq(row.attachment_id))
        .filter(pending_media::Column::Attempts.eq(row.attempts))
        .exec(db)
        .await?;
    Ok((taken.rows_affected == 1).then(|| Pending { attempts: row.attempts + 1, ..read(row) }))
}

/// The file is here, or nobody needs it any more.
pub async fn remove(db: &impl ConnectionTrait, attachment: AttachmentId) -> Result<(), StoreError> {
    pending_media::Entity::delete_by_id(attachment.0).exec(db).await?;
    Ok(())
}

/// The file is tried again at a time, or never (`None`).
pub async fn postpone(
    db: &impl ConnectionTrait,
    attachment: AttachmentId,
    until: Option<DateTime<Utc>>,
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    pending_media::Entity::update_many()
        .col_expr(pending_media::Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(pending_media::Column::DueAt, Expr::value(until.unwrap_or(now)))
        .col_expr(pending_media::Column::FailedAt, Expr::value(until.is_none().then_some(now)))
        .col_expr(pending_media::Column::Detail, Expr::value(Some(why.to_owned())))
        .filter(pending_media::Column::AttachmentId.eq(attachment.0))
        .exec(db)
        .await?;
    Ok(())
}

/// When the next file is due.
pub async fn next_due(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, StoreError> {
    let row = pending_media::Entity::find()
        .filter(pending_media::Column::FailedAt.is_null())
        .order_by_asc(pending_media::Column::DueAt)
        .limit(1)
        .one(db)
        .await?;
    Ok(row.map(|row| row.lease_until.map_or(row.due_at, |lease| Ord::max(lease, row.due_at))))
}

/// The files of a conversation that are not here: each with the reason, if there will be none.
pub async fn of_conversation(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
) -> Result<Vec<(AttachmentId, Option<String>)>, StoreError> {
    let rows =
        pending_media::Entity::find().filter(pending_media::Column::ConversationId.eq(conversation.0)).all(db).await?;
    let failed = |row: &pending_media::Model| row.failed_at.map(|_| row.detail.clone().unwrap_or_default());
    Ok(rows.into_iter().map(|row| (AttachmentId(row.attachment_id), failed(&row))).collect())
}

fn read(row: pending_media::Model) -> Pending {
    Pending {
        attachment: AttachmentId(row.attachment_id),
        channel: ChannelId(row.channel_id),
        conversation: ConversationId(row.conversation_id),
        media: row.media,
        attempts: row.attempts,
    }
}
