//! Single lines of a timeline: what people did in their stretch, read and said in other words.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::handoff::ConversationId;
use crate::handoff::event::Entry;

use super::entity::event;
use super::timeline::{Line, read_line};
use super::{StoreError, codec};

/// The line with this id.
pub async fn line(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Line>, StoreError> {
    event::Entity::find_by_id(id).one(db).await?.map(read_line).transpose()
}

/// Says a line in other words. What happened, and where it stands, stays.
pub async fn reword(db: &impl ConnectionTrait, id: Uuid, entry: &Entry) -> Result<(), StoreError> {
    event::Entity::update_many()
        .col_expr(event::Column::Data, Expr::value(codec::json("data", entry)?))
        .filter(event::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// What people did during the last human stretch, if it ended with a hand-back.
pub async fn last_digest(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
) -> Result<Option<String>, StoreError> {
    let row = event::Entity::find()
        .filter(event::Column::ConversationId.eq(conversation.0))
        .filter(event::Column::Kind.eq("handed_back"))
        .order_by_desc(event::Column::Seq)
        .limit(1)
        .one(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(match read_line(row)?.entry {
        Entry::HandedBack { digest } => Some(digest),
        _ => None,
    })
}
