//! Files sent by anyone. The content is read only when a file is served.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::handoff::{AttachmentId, ContactId, ConversationId, MessageId};

use super::StoreError;
use super::entity::attachment;

/// A file without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Identity.
    pub id: AttachmentId,
    /// The conversation it became part of; empty between upload and send.
    pub conversation: Option<ConversationId>,
    /// The message it came with.
    pub message: Option<MessageId>,
    /// The customer who uploaded it, if a customer did.
    pub contact: Option<ContactId>,
    /// Name as given, cleaned.
    pub name: String,
    /// Type as sniffed, never as claimed.
    pub media_type: String,
    /// Size in bytes.
    pub size_bytes: i64,
}

/// Stores a file.
pub async fn insert(
    db: &impl ConnectionTrait,
    file: &Attachment,
    content: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = attachment::ActiveModel {
        id: ActiveValue::Set(file.id.0),
        conversation_id: ActiveValue::Set(file.conversation.map(|id| id.0)),
        message_id: ActiveValue::Set(file.message.map(|id| id.0)),
        contact_id: ActiveValue::Set(file.contact.map(|id| id.0)),
        name: ActiveValue::Set(file.name.clone()),
        media_type: ActiveValue::Set(file.media_type.clone()),
        size_bytes: ActiveValue::Set(file.size_bytes),
        content: ActiveValue::Set(content),
        created_at: ActiveValue::Set(now),
    };
    attachment::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Makes uploaded files part of a message. Files that already belong to one stay there.
pub async fn attach(
    db: &impl ConnectionTrait,
    files: &[AttachmentId],
    conversation: ConversationId,
    message: MessageId,
) -> Result<(), StoreError> {
    if files.is_empty() {
        return Ok(());
    }
    attachment::Entity::update_many()
        .col_expr(attachment::Column::ConversationId, Expr::value(Some(conversation.0)))
        .col_expr(attachment::Column::MessageId, Expr::value(Some(message.0)))
        .filter(attachment::Column::Id.is_in(files.iter().map(|id| id.0)))
        .filter(attachment::Column::MessageId.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Makes a file part of a conversation but of none of its messages, so that it goes when the conversation does.
pub async fn keep_with(
    db: &impl ConnectionTrait,
    file: AttachmentId,
    conversation: ConversationId,
) -> Result<(), StoreError> {
    attachment::Entity::update_many()
        .col_expr(attachment::Column::ConversationId, Expr::value(Some(conversation.0)))
        .filter(attachment::Column::Id.eq(file.0))
        .exec(db)
        .await?;
    Ok(())
}

/// The file with this id, without its content.
pub async fn find(db: &impl ConnectionTrait, id: AttachmentId) -> Result<Option<Attachment>, StoreError> {
    Ok(heads().filter(attachment::Column::Id.eq(id.0)).into_tuple::<Head>().one(db).await?.map(read))
}

/// The files of a conversation's messages, without their content.
pub async fn of_conversation(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
) -> Result<Vec<Attachment>, StoreError> {
    let rows = heads()
        .filter(attachment::Column::ConversationId.eq(conversation.0))
        .order_by_asc(attachment::Column::Id)
        .into_tuple::<Head>()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// Puts the content into a file that was stored empty.
pub async fn fill(
    db: &impl ConnectionTrait,
    id: AttachmentId,
    name: &str,
    media_type: &str,
    content: Vec<u8>,
) -> Result<(), StoreError> {
    attachment::Entity::update_many()
        .col_expr(attachment::Column::Name, Expr::value(name))
        .col_expr(attachment::Column::MediaType, Expr::value(media_type))
        .col_expr(attachment::Column::SizeBytes, Expr::value(i64::try_from(content.len()).unwrap_or(i64::MAX)))
        .col_expr(attachment::Column::Content, Expr::value(content))
        .filter(attachment::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// The files of messages with their content, in the order they were added.
pub async fn of_messages(
    db: &impl ConnectionTrait,
    messages: &[MessageId],
) -> Result<Vec<(Attachment, Vec<u8>)>, StoreError> {
    let rows = attachment::Entity::find()
        .filter(attachment::Column::MessageId.is_in(messages.iter().map(|id| id.0)))
        .order_by_asc(attachment::Column::Id)
        .all(db)
        .await?;
    let split = |row: attachment::Model| {
        let head =
            (row.id, row.conversation_id, row.message_id, row.contact_id, row.name, row.media_type, row.size_bytes);
        (read(head), row.content)
    };
    Ok(rows.into_iter().map(split).collect())
}

/// A file's content.
pub async fn content(db: &impl ConnectionTrait, id: AttachmentId) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(attachment::Entity::find_by_id(id.0).one(db).await?.map(|row| row.content))
}

type Uuid = uuid::Uuid;
type Head = (Uuid, Option<Uuid>, Option<Uuid>, Option<Uuid>, String, String, i64);

fn heads() -> sea_orm::Select<attachment::Entity> {
    attachment::Entity::find().select_only().columns([
        attachment::Column::Id,
        attachment::Column::ConversationId,
        attachment::Column::MessageId,
        attachment::Column::ContactId,
        attachment::Column::Name,
        attachment::Column::MediaType,
        attachment::Column::SizeBytes,
    ])
}

fn read((id, conversation, message, contact, name, media_type, size_bytes): Head) -> Attachment {
    Attachment {
        id: AttachmentId(id),
        conversation: conversation.map(ConversationId),
        message: message.map(MessageId),
        contact: contact.map(ContactId),
        name,
        media_type,
        size_bytes,
    }
}
