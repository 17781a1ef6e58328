//! What is in the database when everything is over, read with plain SQL: the auditor takes nobody's word for it.

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseConnection, FromQueryResult, Statement};
use serde_json::Value;
use uuid::Uuid;

/// Everything an audit looks at.
#[derive(Clone, Debug)]
pub struct Stored {
    pub conversations: Vec<Conversation>,
    /// By conversation and place.
    pub messages: Vec<Message>,
    /// By conversation and place.
    pub events: Vec<Event>,
    pub receipts: Vec<Receipt>,
    pub outbox: Vec<Outgoing>,
    pub attempts: Vec<Attempt>,
    pub turns: Vec<Turn>,
    pub timers: Vec<Timer>,
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct Conversation {
    pub number: i64,
    pub id: Uuid,
    pub channel_kind: String,
    pub owner_kind: String,
    pub status: String,
    pub last_seq: i64,
    pub watermark: i64,
    pub handoff_id: Option<Uuid>,
    pub handoff_acknowledged: bool,
    /// The customer's number, on a channel that has one.
    pub phone: Option<String>,
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct Message {
    pub id: Uuid,
    pub conversation_id: Uuid,
    pub seq: i64,
    pub author_kind: String,
    pub visibility: String,
    pub text: String,
    pub epoch: i64,
    pub delivery: String,
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct Event {
    pub conversation_id: Uuid,
    pub seq: i64,
    pub kind: String,
    pub epoch: i64,
    pub data: Value,
    pub created_at: DateTime<Utc>,
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct Receipt {
    pub channel_kind: String,
    pub provider_id: String,
    pub message_id: Option<Uuid>,
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct Outgoing {
    pub id: Uuid,
    pub conversation_id: Uuid,
    pub seq: i64,
    pub message_id: Uuid,
    pub fence_epoch: Option<i64>,
    pub state: String,
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct Attempt {
    pub outbox_id: Uuid,
    pub started_at: DateTime<Utc>,
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct Turn {
    pub conversation_id: Uuid,
}

/// Work that waits.
#[derive(Clone, Debug, FromQueryResult)]
#[expect(dead_code, reason = "read by whoever reads the failure")]
pub struct Left {
    pub state: String,
    pub conversation_id: Uuid,
    pub due_at: DateTime<Utc>,
    pub lease_until: Option<DateTime<Utc>>,
    pub written_at: DateTime<Utc>,
}

#[derive(Clone, Debug, FromQueryResult)]
pub struct Timer {
    pub conversation_id: Uuid,
    pub kind: String,
}

impl Stored {
    pub async fn read(db: &DatabaseConnection) -> Self {
        Self {
            conversations: all(
                db,
                "SELECT c.number, c.id, c.channel_kind, c.owner_kind, c.status, c.last_seq, c.watermark, \
                 c.handoff_id, c.handoff_acknowledged, i.value AS phone FROM conversations c \
                 LEFT JOIN contact_identities i ON i.contact_id = c.contact_id AND i.kind = 'phone' ORDER BY c.number",
            )
            .await,
            messages: all(
                db,
                "SELECT id, conversation_id, seq, author_kind, visibility, text, epoch, delivery FROM messages \
                 ORDER BY conversation_id, seq",
            )
            .await,
            events: all(
                db,
                "SELECT conversation_id, seq, kind, epoch, data, created_at FROM events ORDER BY conversation_id, seq",
            )
            .await,
            receipts: all(
                db,
                "SELECT c.kind AS channel_kind, r.provider_id, r.message_id FROM receipts r \
                 JOIN channels c ON c.id = r.channel_id",
            )
            .await,
            outbox: all(db, "SELECT id, conversation_id, seq, message_id, fence_epoch, state FROM outbox").await,
            attempts: all(db, "SELECT outbox_id, started_at FROM delivery_attempts ORDER BY started_at").await,
            turns: all(db, "SELECT conversation_id FROM turns").await,
            timers: all(db, "SELECT conversation_id, kind FROM timers").await,
        }
    }

    /// What waits to be done: the first turns and messages in line, and when each is due. Empty: everything came to its end.
    pub async fn left(db: &DatabaseConnection) -> Vec<Left> {
        all(
            db,
            "SELECT * FROM (SELECT 'turn' AS state, conversation_id, due_at, lease_until, created_at AS written_at FROM turns \
             UNION ALL SELECT state, conversation_id, due_at, lease_until, updated_at FROM outbox \
             WHERE state IN ('queued', 'sending')) AS l ORDER BY conversation_id, due_at LIMIT 20",
        )
        .await
    }
}

async fn all<T: FromQueryResult>(db: &DatabaseConnection, sql: &str) -> Vec<T> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    T::find_by_statement(statement).all(db).await.expect("the database can be read")
}
