//! Customers' messages that arrive together: looked up in one query, written in a few statements.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue, ConnectionTrait, DatabaseBackend, EntityTrait, FromQueryResult, QueryResult, QueryTrait, Statement,
    Value,
};
use uuid::Uuid;

use crate::handoff::{ChannelId, ContactId, ConversationId, Fence, NewMessage, TurnId};

use super::conversations::{self, Record};
use super::entity::{conversation, message, receipt, turn};
use super::timeline::Delivery;
use super::{StoreError, Tx, batch, timeline, turns};

/// Most arrivals of one statement.
const PIECE_MAX: usize = 32;

/// Where an arrival belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In this conversation.
    Conversation(ConversationId),
    /// In the contact's open conversation on the channel.
    Contact(ContactId),
    /// In the open conversation of the contact with this address.
    Address {
        /// `phone`, `email`, ...
        kind: String,
        /// The address.
        value: String,
    },
}

/// What is asked about an arrival.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Through which channel it came.
    pub channel: ChannelId,
    /// The provider's name for it.
    pub provider_id: &'a str,
    /// Where it belongs.
    pub place: &'a Place,
}

/// What is known about an arrival.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The conversation it belongs to.
    pub record: Record,
    /// Where the same event went the first time, if it is a repeated one.
    pub first: Option<ConversationId>,
}

/// A message to be stored, its conversation as it is afterwards, and the AI's turn if it owes one.
#[derive(Clone, Debug)]
pub struct Arrival<'a> {
    /// Identity of the receipt.
    pub receipt: Uuid,
    /// The provider's name for it.
    pub provider_id: &'a str,
    /// The message, at the conversation's watermark.
    pub message: &'a NewMessage,
    /// The conversation afterwards.
    pub after: &'a Record,
    /// The turn that answers.
    pub turn: Option<(TurnId, Fence, DateTime<Utc>)>,
}

/// Looks arrivals up, in the order asked; `None` where there is no conversation yet. On PostgreSQL the conversations stay
/// locked until the transaction ends.
pub async fn find(db: &impl ConnectionTrait, asked: &[Asked<'_>]) -> Result<Vec<Option<Found>>, StoreError> {
    let mut found: Vec<Option<Found>> = vec![None; asked.len()];
    let mut from = 0;
    for piece in batch::pieces(asked.len(), PIECE_MAX) {
        for row in db.query_all_raw(question(db.get_database_backend(), &asked[from..from + piece])).await? {
            let (n, answer) = read(&row)?;
            if let Some(place) = usize::try_from(n).ok().and_then(|n| found.get_mut(from + n)) {
                *place = Some(answer);
            }
        }
        from += piece;
    }
    Ok(found)
}

/// The question of one look-up, for whoever wants to see its plan.
pub fn question(backend: DatabaseBackend, asked: &[Asked<'_>]) -> Statement {
    let types = ["bigint", "uuid", "uuid", "text", "text", "uuid", "text"];
    let rows = batch::value_rows(backend, asked.len(), &types);
    let first = "(SELECT r.conversation_id FROM receipts r \
         WHERE r.channel_id = asked.channel_id AND r.provider_id = asked.provider_id)";
    let id = "COALESCE(asked.conversation_id, \
         (SELECT k.id FROM conversations k WHERE k.contact_id = COALESCE(asked.contact_id, \
             (SELECT i.contact_id FROM contact_identities i WHERE i.kind = asked.kind AND i.value = asked.address)) \
          AND k.channel_id = asked.channel_id AND k.status <> 'resolved' ORDER BY k.number DESC LIMIT 1))";
    let with =
        format!("WITH asked(n, conversation_id, contact_id, kind, address, channel_id, provider_id) AS ({rows})");
    let sql = match backend {
        // Joined on an expression, a dozen rows make PostgreSQL read the whole table; ids in an array are looked up.
        DatabaseBackend::Postgres => format!(
            "{with}, places AS MATERIALIZED (SELECT asked.n, {first} AS first, {id} AS id FROM asked) \
             SELECT places.n AS asked_n, places.first AS first_conversation_id, c.* \
             FROM places JOIN conversations c ON c.id = places.id \
             WHERE c.id = ANY (ARRAY(SELECT places.id FROM places)) ORDER BY c.number FOR UPDATE OF c"
        ),
        _ => format!(
            "{with} SELECT asked.n AS asked_n, {first} AS first_conversation_id, c.* \
             FROM asked JOIN conversations c ON c.id = {id}"
        ),
    };
    let mut values: Vec<Value> = Vec::with_capacity(asked.len() * types.len());
    for (n, one) in asked.iter().enumerate() {
        let (conversation, contact, address) = match one.place {
            Place::Conversation(id) => (Some(id.0), None, None),
            Place::Contact(id) => (None, Some(id.0), None),
            Place::Address { kind, value } => (None, None, Some((kind.clone(), value.clone()))),
        };
        let (kind, address) = address.unzip();
        values.extend([
            Value::from(i64::try_from(n).unwrap_or_default()),
            conversation.into(),
            contact.into(),
            kind.into(),
            address.into(),
            one.channel.0.into(),
            one.provider_id.into(),
        ]);
    }
    Statement::from_sql_and_values(backend, sql, values)
}

fn read(row: &QueryResult) -> Result<(i64, Found), StoreError> {
    let n: i64 = row.try_get("", "asked_n")?;
    let first: Option<Uuid> = row.try_get("", "first_conversation_id")?;
    let record = conversations::read(conversation::Model::from_query_result(row, "")?)?;
    Ok((n, Found { record, first: first.map(ConversationId) }))
}

/// Stores arrivals and commits. Each conversation may appear several times, its states in order.
///
/// # Errors
/// A conflict ([`StoreError::is_conflict`]) if one of them was stored before; nothing can be said then of any of them.
pub async fn store(tx: Tx, arrivals: &[Arrival<'_>], now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut last = Vec::new();
    let mut from = 0;
    for piece in batch::pieces(arrivals.len(), PIECE_MAX) {
        let some = &arrivals[from..from + piece];
        from += piece;
        batch::run_at_once(&*tx, std::mem::replace(&mut last, statements(tx.get_database_backend(), some, now)?))
            .await?;
    }
    tx.commit_after(last).await
}

fn statements(
    backend: DatabaseBackend,
    arrivals: &[Arrival<'_>],
    now: DateTime<Utc>,
) -> Result<Vec<Statement>, StoreError> {
    let receipts = arrivals.iter().map(|arrival| receipt::ActiveModel {
        id: ActiveValue::Set(arrival.receipt),
        channel_id: ActiveValue::Set(arrival.after.core.channel.0),
        provider_id: ActiveValue::Set(arrival.provider_id.to_owned()),
        conversation_id: ActiveValue::Set(Some(arrival.after.core.id.0)),
        message_id: ActiveValue::Set(Some(arrival.message.id.0)),
        created_at: ActiveValue::Set(now),
    });
    let mut messages = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        let core = &arrival.after.core;
        messages.push(timeline::message_row(
            core.id,
            core.watermark,
            core.epoch,
            arrival.message,
            Delivery::None,
            now,
        )?);
    }
    let mut statements = vec![
        receipt::Entity::insert_many(receipts).build(backend),
        message::Entity::insert_many(messages).build(backend),
    ];
    let due: Vec<turn::ActiveModel> = last_of_each(arrivals)
        .filter_map(|arrival| {
            let (id, fence, due_at) = arrival.turn?;
            Some(turns::row(id, arrival.after.core.id, fence, due_at, now))
        })
        .collect();
    if !due.is_empty() {
        statements.push(turns::upsert(due).build(backend));
    }
    statements.push(save(backend, &last_of_each(arrivals).map(|arrival| arrival.after).collect::<Vec<_>>()));
    Ok(statements)
}

/// The last state of each conversation.
fn last_of_each<'a>(arrivals: &'a [Arrival<'a>]) -> impl Iterator<Item = &'a Arrival<'a>> {
    arrivals.iter().enumerate().filter_map(|(place, arrival)| {
        let later = arrivals[place + 1..].iter().any(|later| later.after.core.id == arrival.after.core.id);
        (!later).then_some(arrival)
    })
}

/// Writes what a customer's message changes of a conversation.
fn save(backend: DatabaseBackend, records: &[&Record]) -> Statement {
    let types =
        ["bigint", "bigint", "bigint", "timestamptz", "text", "text", "text", "text", "timestamptz", "timestamptz"];
    let rows = batch::value_rows(backend, records.len(), &types);
    let sql = format!(
        "WITH changed(number, last_seq, watermark, waiting_since, title, language, last_text, last_author, last_at, \
         updated_at) AS ({rows}) \
         UPDATE conversations SET last_seq = changed.last_seq, watermark = changed.watermark, \
         waiting_since = changed.waiting_since, title = changed.title, language = changed.language, \
         last_text = changed.last_text, last_author = changed.last_author, last_at = changed.last_at, \
         updated_at = changed.updated_at FROM changed WHERE conversations.number = changed.number"
    );
    let mut values: Vec<Value> = Vec::with_capacity(records.len() * types.len());
    for record in records {
        values.extend([
            record.number.0.into(),
            record.core.last_seq.0.into(),
            record.core.watermark.0.into(),
            record.core.waiting_since.into(),
            record.title.clone().into(),
            record.language.clone().into(),
            record.last_text.clone().into(),
            record.last_author.clone().into(),
            record.last_at.into(),
            Value::from(record.updated_at),
        ]);
    }
    Statement::from_sql_and_values(backend, sql, values)
}
