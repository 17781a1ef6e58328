//! Conversations that are finished before they are stored, very many at a time: for filling a database.
//!
//! May not be used for what a customer just said: nothing here asks the core, and nobody is told. Invariant: the rows are
//! those that single inserts would have written.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, IntoActiveModel,
    QuerySelect,
};
use uuid::Uuid;

use crate::handoff::effect::Timer;
use crate::handoff::{ConversationId, TicketNumber};

use super::contacts::{self, Contact};
use super::conversations::{self, Record};
use super::entity::{contact, conversation, message, timer};
use super::timeline::Message;
use super::{StoreError, codec};

/// Values a statement may have: PostgreSQL counts them in 16 bits, SQLite takes fewer.
const VALUES_MAX: usize = 30_000;
const CONTACT_COLUMNS: usize = 10;
const CONVERSATION_COLUMNS: usize = 43;
const MESSAGE_COLUMNS: usize = 15;
const TIMER_COLUMNS: usize = 5;

/// The highest number a conversation has.
pub async fn last_number(db: &impl ConnectionTrait) -> Result<TicketNumber, StoreError> {
    let highest: Option<Option<i64>> = conversation::Entity::find()
        .select_only()
        .column_as(conversation::Column::Number.max(), "highest")
        .into_tuple()
        .one(db)
        .await?;
    Ok(TicketNumber(highest.flatten().unwrap_or(1_000)))
}

/// Stores customers and their conversations under the numbers they carry.
pub async fn insert(
    db: &impl ConnectionTrait,
    contacts: &[Contact],
    records: &[Record],
    messages: &[Message],
) -> Result<(), StoreError> {
    for some in contacts.chunks(VALUES_MAX / CONTACT_COLUMNS) {
        contact::Entity::insert_many(some.iter().map(contacts::write)).exec_without_returning(db).await?;
    }
    for some in records.chunks(VALUES_MAX / CONVERSATION_COLUMNS) {
        let rows = some.iter().map(|record| conversations::write(record).into_active_model().reset_all());
        conversation::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    for some in messages.chunks(VALUES_MAX / MESSAGE_COLUMNS) {
        let rows = some.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        message::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Sets a timer of one kind on conversations that have none of it yet.
pub async fn set_timers(
    db: &impl ConnectionTrait,
    conversations: &[(Uuid, ConversationId)],
    kind: Timer,
    due_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for some in conversations.chunks(VALUES_MAX / TIMER_COLUMNS) {
        let rows = some.iter().map(|(id, conversation)| timer::ActiveModel {
            id: ActiveValue::Set(*id),
            conversation_id: ActiveValue::Set(conversation.0),
            kind: ActiveValue::Set(codec::word(&kind)),
            due_at: ActiveValue::Set(due_at),
            created_at: ActiveValue::Set(now),
        });
        timer::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Lets the next conversation go on after the highest number. SQLite does so by itself.
pub async fn go_on_after(db: &impl ConnectionTrait, last: TicketNumber) -> Result<(), StoreError> {
    if db.get_database_backend() == DatabaseBackend::Postgres {
        db.execute_unprepared(&format!("SELECT setval('conversations_number_seq', {})", last.0)).await?;
    }
    Ok(())
}

fn row(message: &Message) -> Result<message::ActiveModel, StoreError> {
    let (author_kind, author_agent_id) = codec::author_columns(message.author);
    Ok(message::ActiveModel {
        pk: ActiveValue::NotSet,
        id: ActiveValue::Set(message.id.0),
        conversation_id: ActiveValue::Set(message.conversation.0),
        seq: ActiveValue::Set(message.seq.0),
        author_kind: ActiveValue::Set(author_kind),
        author_agent_id: ActiveValue::Set(author_agent_id),
        visibility: ActiveValue::Set(codec::word(&message.visibility)),
        text: ActiveValue::Set(message.text.clone()),
        sources: ActiveValue::Set(codec::json("sources", &message.sources)?),
        has_attachments: ActiveValue::Set(message.has_attachments),
        epoch: ActiveValue::Set(message.epoch.0),
        delivery: ActiveValue::Set(codec::word(&message.delivery)),
        delivery_detail: ActiveValue::Set(message.delivery_detail.clone()),
        cut_off: ActiveValue::Set(message.cut_off),
        vote: ActiveValue::Set(message.vote),
        created_at: ActiveValue::Set(message.at),
    })
}
