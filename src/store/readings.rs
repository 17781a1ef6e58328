//! What the policy read at each decision: the ground of explanations, and of rehearsals.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ActiveValue, ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::handoff::policy::{Decision, PolicyInput};
use crate::handoff::{ChannelId, ConversationId, Epoch, Seq, TicketNumber};

use super::entity::{message, reading};
use super::{StoreError, codec};

/// Decisions of one conversation that are shown.
const SHOWN_MAX: u64 = 200;
/// Decisions whose texts are asked for at once.
const TEXTS_AT_ONCE: usize = 200;
/// Lines before a decision among which the customer's last message is looked for.
const LINES_BACK: i64 = 12;

/// A decision with everything it rested on.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Identity.
    pub id: Uuid,
    /// Which conversation.
    pub conversation: ConversationId,
    /// The place on the timeline where its consequence stands.
    pub seq: Seq,
    /// Under which epoch.
    pub epoch: Epoch,
    /// On which channel.
    pub channel: ChannelId,
    /// What it rested on.
    pub input: PolicyInput,
    /// What was decided.
    pub decision: Decision,
    /// When.
    pub at: DateTime<Utc>,
}

/// The two parts of a reading that are one column.
#[derive(Serialize, Deserialize)]
struct Kept {
    input: PolicyInput,
    decision: Decision,
}

/// Keeps a reading.
pub async fn insert(db: &impl ConnectionTrait, reading: &Reading) -> Result<(), StoreError> {
    let kept = Kept { input: reading.input.clone(), decision: reading.decision.clone() };
    let row = reading::ActiveModel {
        id: ActiveValue::Set(reading.id),
        conversation_id: ActiveValue::Set(reading.conversation.0),
        seq: ActiveValue::Set(reading.seq.0),
        epoch: ActiveValue::Set(reading.epoch.0),
        channel_id: ActiveValue::Set(reading.channel.0),
        decision: ActiveValue::Set(reading.decision.word().to_owned()),
        input: ActiveValue::Set(codec::json("readings.input", &kept)?),
        created_at: ActiveValue::Set(reading.at),
    };
    reading::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The last decisions of a conversation, oldest first.
pub async fn of(db: &impl ConnectionTrait, id: ConversationId) -> Result<Vec<Reading>, StoreError> {
    let rows = reading::Entity::find()
        .filter(reading::Column::ConversationId.eq(id.0))
        .order_by_desc(reading::Column::Seq)
        .order_by_desc(reading::Column::CreatedAt)
        .limit(SHOWN_MAX)
        .all(db)
        .await?;
    let mut readings = rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    readings.reverse();
    Ok(readings)
}

/// Whether a conversation has any.
pub async fn exist(db: &impl ConnectionTrait, id: ConversationId) -> Result<bool, StoreError> {
    let found = reading::Entity::find().filter(reading::Column::ConversationId.eq(id.0)).one(db).await?;
    Ok(found.is_some())
}

/// What the customer had said last before each of these decisions.
pub async fn texts(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, StoreError> {
    let mut texts = HashMap::new();
    for ids in ids.chunks(TEXTS_AT_ONCE) {
        let rows = reading::Entity::find()
            .select_only()
            .column(reading::Column::Id)
            .column(message::Column::Text)
            .join_rev(
                JoinType::InnerJoin,
                message::Entity::belongs_to(reading::Entity)
                    .from(message::Column::ConversationId)
                    .to(reading::Column::ConversationId)
                    .into(),
            )
            .filter(reading::Column::Id.is_in(ids.iter().copied()))
            .filter(message::Column::AuthorKind.eq("contact"))
            .filter(
                Expr::col((message::Entity, message::Column::Seq))
                    .lt(Expr::col((reading::Entity, reading::Column::Seq))),
            )
            .filter(
                Expr::col((message::Entity, message::Column::Seq)).gt(Expr::col((
                    reading::Entity,
                    reading::Column::Seq,
                ))
                .sub(LINES_BACK)),
            )
            .order_by_asc(message::Column::Seq)
            .into_tuple::<(Uuid, String)>()
            .all(db)
            .await?;
        // Later messages take the place of earlier ones.
        texts.extend(rows);
    }
    Ok(texts)
}

fn read(row: reading::Model) -> Result<Reading, StoreError> {
    let kept: Kept = codec::read_json("readings.input", row.input)?;
    Ok(Reading {
        id: row.id,
        conversation: ConversationId(row.conversation_id),
        seq: Seq(row.seq),
        epoch: Epoch(row.epoch),
        channel: ChannelId(row.channel_id),
        input: kept.input,
        decision: kept.decision,
        at: row.created_at,
    })
}

/// A reading among many: with what a list needs of its conversation.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Identity.
    pub id: Uuid,
    /// The conversation's number.
    pub number: TicketNumber,
    /// The conversation.
    pub conversation: ConversationId,
    /// On which channel.
    pub channel: ChannelId,
    /// The place of its consequence.
    pub seq: Seq,
    /// Under which epoch.
    pub epoch: Epoch,
    /// When.
    pub at: DateTime<Utc>,
    /// What it rested on.
    pub input: PolicyInput,
    /// What was decided.
    pub decision: Decision,
}

#[derive(Deserialize)]
struct Line(Uuid, i64, Uuid, Uuid, i64, i64, DateTime<Utc>, Kept);

/// Every reading since a moment, at most `limit`, the newest; in the order of conversations and their timelines.
///
/// SQLite hands a list over as one row, for the reason that `rows` gives.
pub async fn since(db: &impl ConnectionTrait, from: DateTime<Utc>, limit: u64) -> Result<Vec<Recorded>, StoreError> {
    const FROM: &str = "FROM readings r JOIN conversations c ON c.id = r.conversation_id WHERE r.created_at >= ";
    const LAST: &str = " ORDER BY r.created_at DESC LIMIT ";
    let backend = db.get_database_backend();
    let sql = match backend {
        DatabaseBackend::Postgres => format!(
            "SELECT json_build_array(r.id, c.number, r.conversation_id, r.channel_id, r.seq, r.epoch, r.created_at, r.input)::text {FROM}$1{LAST}$2"
        ),
        _ => format!(
            "SELECT group_concat(line, char(10)) FROM (SELECT json_array(hex(r.id), c.number, hex(r.conversation_id), hex(r.channel_id), \
             r.seq, r.epoch, r.created_at, json(r.input)) AS line {FROM}?{LAST}?)"
        ),
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found = db.query_all_raw(Statement::from_sql_and_values(backend, sql, [from.into(), limit.into()])).await?;
    let mut recorded = Vec::new();
    for row in found {
        let lines: Option<String> = row.try_get_by_index(0)?;
        for line in lines.iter().flat_map(|lines| lines.lines()) {
            let unreadable = |_| StoreError::Unreadable { column: "readings", value: line.to_owned() };
            let Line(id, number, conversation, channel, seq, epoch, at, kept) =
                serde_json::from_str(line).map_err(unreadable)?;
            recorded.push(Recorded {
                id,
                number: TicketNumber(number),
                conversation: ConversationId(conversation),
                channel: ChannelId(channel),
                seq: Seq(seq),
                epoch: Epoch(epoch),
                at,
                input: kept.input,
                decision: kept.decision,
            });
        }
    }
    recorded.sort_by_key(|reading| (reading.number.0, reading.seq, reading.at));
    Ok(recorded)
}
