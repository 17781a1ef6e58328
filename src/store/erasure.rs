//! Erasing: everything that is stored about a conversation or a customer, whatever table it is in.
//!
//! The tables are asked for, not listed: one that a later version adds is erased too. Invariant: a row that names an erased
//! conversation, message, outgoing row or contact in a column of that name is gone.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use uuid::Uuid;

use crate::handoff::{ChannelId, ContactId, ConversationId};

use super::StoreError;
use super::entity::{contact, contact_identity, conversation};

/// Erases a conversation.
pub async fn conversation(db: &impl ConnectionTrait, id: ConversationId) -> Result<(), StoreError> {
    let of_outbox = tables_with(db, "outbox_id").await?;
    erase(db, &of_outbox, "outbox_id", "(SELECT id FROM outbox WHERE conversation_id = $1)", id.0).await?;
    let with_conversation = tables_with(db, "conversation_id").await?;
    let of_messages = tables_with(db, "message_id").await?;
    let only_messages: Vec<String> =
        of_messages.into_iter().filter(|table| !with_conversation.contains(table)).collect();
    erase(db, &only_messages, "message_id", "(SELECT id FROM messages WHERE conversation_id = $1)", id.0).await?;
    erase(db, &with_conversation, "conversation_id", "($1)", id.0).await?;
    conversation::Entity::delete_many().filter(conversation::Column::Id.eq(id.0)).exec(db).await?;
    Ok(())
}

/// Erases a customer whose conversations are erased. `false`: a conversation is left, and nothing was done.
pub async fn contact(db: &impl ConnectionTrait, id: ContactId) -> Result<bool, StoreError> {
    if !conversations_of(db, id, 1).await?.is_empty() {
        return Ok(false);
    }
    let tables = tables_with(db, "contact_id").await?;
    // What is found by their name follows their row by itself.
    let tables: Vec<String> = tables.into_iter().filter(|table| table != "contact_words").collect();
    erase(db, &tables, "contact_id", "($1)", id.0).await?;
    contact::Entity::delete_many().filter(contact::Column::Id.eq(id.0)).exec(db).await?;
    Ok(true)
}

/// Up to `limit` of a customer's conversations.
pub async fn conversations_of(
    db: &impl ConnectionTrait,
    id: ContactId,
    limit: u64,
) -> Result<Vec<ConversationId>, StoreError> {
    let ids: Vec<Uuid> = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id)
        .filter(conversation::Column::ContactId.eq(id.0))
        .order_by_asc(conversation::Column::Number)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(ConversationId).collect())
}

/// The customers an admin means: by id, email address, phone number, or whatever else they are known by.
pub async fn find(db: &impl ConnectionTrait, named: &str) -> Result<Vec<ContactId>, StoreError> {
    let mut found: Vec<Uuid> = contact::Entity::find()
        .select_only()
        .column(contact::Column::Id)
        .filter(
            sea_orm::Condition::any()
                .add(contact::Column::Email.eq(named))
                .add(contact::Column::Email.eq(named.to_lowercase()))
                .add(contact::Column::Phone.eq(named)),
        )
        .into_tuple()
        .all(db)
        .await?;
    let known: Vec<Uuid> = contact_identity::Entity::find()
        .select_only()
        .column(contact_identity::Column::ContactId)
        .filter(contact_identity::Column::Value.is_in([named.to_owned(), named.to_lowercase()]))
        .into_tuple()
        .all(db)
        .await?;
    found.extend(known);
    if let Ok(id) = named.parse::<Uuid>() {
        found.extend(contact::Entity::find_by_id(id).one(db).await?.map(|row| row.id));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found.into_iter().map(ContactId).collect())
}

/// Resolved conversations in which nothing was said since a moment, longest ago first; of one channel, or of all but some.
pub async fn outdated(
    db: &impl ConnectionTrait,
    channel: Option<ChannelId>,
    but_not: &[ChannelId],
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<ConversationId>, StoreError> {
    let mut query = conversation::Entity::find()
        .select_only()
        .column(conversation::Column::Id)
        .filter(conversation::Column::Status.eq("resolved"))
        .filter(conversation::Column::LastAt.lt(before));
    if let Some(channel) = channel {
        query = query.filter(conversation::Column::ChannelId.eq(channel.0));
    }
    if !but_not.is_empty() {
        query = query.filter(conversation::Column::ChannelId.is_not_in(but_not.iter().map(|id| id.0)));
    }
    let ids: Vec<Uuid> = query.order_by_asc(conversation::Column::LastAt).limit(limit).into_tuple().all(db).await?;
    Ok(ids.into_iter().map(ConversationId).collect())
}

async fn erase(
    db: &impl ConnectionTrait,
    tables: &[String],
    column: &str,
    which: &str,
    id: Uuid,
) -> Result<(), StoreError> {
    for table in tables {
        let sql = format!("DELETE FROM {table} WHERE {column} IN {which}");
        db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, [id.into()])).await?;
    }
    Ok(())
}

/// The tables that have a column of this name.
async fn tables_with(db: &impl ConnectionTrait, column: &str) -> Result<Vec<String>, StoreError> {
    let sql = match db.get_database_backend() {
        DatabaseBackend::Postgres => {
            "SELECT table_name::text FROM information_schema.columns \
             WHERE column_name = $1 AND table_schema = current_schema() ORDER BY table_name"
        }
        _ => {
            "SELECT t.name FROM sqlite_master t JOIN pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND c.name = $1 ORDER BY t.name"
        }
    };
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [column.to_owned().into()]);
    let rows = db.query_all_raw(statement).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>()?)
}
