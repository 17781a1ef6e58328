//! Reading the rows of a list.
//!
//! SQLite runs on a thread of its own, and each row it hands over wakes the one that waits: a list there is one row, a line of
//! JSON for each of its own. PostgreSQL sends its rows together.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseBackend, QueryResult, Statement, Value};
use serde::Deserialize;
use uuid::Uuid;

use crate::handoff::waiting::Missed;
use crate::handoff::{ConversationId, TeamId, TicketNumber};

use super::inbox::Row;
use super::{StoreError, codec};

/// Where the columns come from.
pub(super) const TABLES: &str = "conversations c LEFT JOIN contacts p ON p.id = c.contact_id \
     LEFT JOIN contacts w ON w.id = p.merged_into LEFT JOIN channels h ON h.id = c.channel_id";
/// The order of every list.
pub(super) const NEWEST_FIRST: &str = "ORDER BY c.last_at DESC, c.number DESC";

/// The columns of a [`Line`], in its order.
const COLUMNS: &str = "c.number, c.id, c.channel_kind, coalesce(w.name, p.name, w.email, p.email, p.phone), c.owner_kind, \
     c.owner_agent_id, c.team_id, c.status, c.snoozed_until, c.outcome, c.handoff_reason, c.waiting_since, c.watermark - c.seen_seq, \
     c.last_text, c.last_author, c.last_at, c.goal_due_at, c.goals_missed, CASE WHEN h.autopilot THEN 1 ELSE 0 END";
/// The same as JSON, which has no bytes.
const COLUMNS_IN_JSON: &str = "c.number, hex(c.id), c.channel_kind, coalesce(w.name, p.name, w.email, p.email, p.phone), c.owner_kind, \
     nullif(hex(c.owner_agent_id), ''), nullif(hex(c.team_id), ''), c.status, c.snoozed_until, c.outcome, \
     c.handoff_reason, c.waiting_since, c.watermark - c.seen_seq, c.last_text, c.last_author, c.last_at, \
     c.goal_due_at, c.goals_missed, CASE WHEN h.autopilot THEN 1 ELSE 0 END";

/// A row as it is stored.
#[derive(Deserialize)]
struct Line(
    i64,
    Uuid,
    String,
    Option<String>,
    String,
    Option<Uuid>,
    Option<Uuid>,
    String,
    Option<DateTime<Utc>>,
    Option<String>,
    Option<String>,
    Option<DateTime<Utc>>,
    i64,
    Option<String>,
    Option<String>,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    i32,
    i32,
);

/// The statement that reads the rows of `FROM ... ORDER BY ... LIMIT ...`.
pub(super) fn statement(backend: DatabaseBackend, from: &str) -> String {
    match backend {
        DatabaseBackend::Postgres => format!("SELECT {COLUMNS} {from}"),
        _ => format!("SELECT group_concat(line, char(10)) FROM (SELECT json_array({COLUMNS_IN_JSON}) AS line {from})"),
    }
}

/// Runs a [`statement`].
pub(super) async fn read(db: &impl ConnectionTrait, from: &str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
    let backend = db.get_database_backend();
    let found = db.query_all_raw(Statement::from_sql_and_values(backend, statement(backend, from), values)).await?;
    if backend == DatabaseBackend::Postgres {
        return found.iter().map(|row| columns(row)?.row()).collect();
    }
    let Some(found) = found.first() else { return Ok(Vec::new()) };
    let lines: Option<String> = found.try_get_by_index(0)?;
    let mut rows = lines.iter().flat_map(|lines| lines.lines()).map(line).collect::<Result<Vec<_>, _>>()?;
    // SQLite puts lines together in the order it finds them, but does not promise to.
    rows.sort_by_key(|row| std::cmp::Reverse((row.last_at, row.number)));
    Ok(rows)
}

fn line(text: &str) -> Result<Row, StoreError> {
    let unreadable = |_| StoreError::Unreadable { column: "conversations", value: text.to_owned() };
    serde_json::from_str::<Line>(text).map_err(unreadable)?.row()
}

fn columns(row: &QueryResult) -> Result<Line, StoreError> {
    Ok(Line(
        row.try_get_by_index(0)?,
        row.try_get_by_index(1)?,
        row.try_get_by_index(2)?,
        row.try_get_by_index(3)?,
        row.try_get_by_index(4)?,
        row.try_get_by_index(5)?,
        row.try_get_by_index(6)?,
        row.try_get_by_index(7)?,
        row.try_get_by_index(8)?,
        row.try_get_by_index(9)?,
        row.try_get_by_index(10)?,
        row.try_get_by_index(11)?,
        row.try_get_by_index(12)?,
        row.try_get_by_index(13)?,
        row.try_get_by_index(14)?,
        row.try_get_by_index(15)?,
        row.try_get_by_index(16)?,
        row.try_get_by_index(17)?,
        row.try_get_by_index(18)?,
    ))
}

impl Line {
    fn row(self) -> Result<Row, StoreError> {
        Ok(Row {
            id: ConversationId(self.1),
            number: TicketNumber(self.0),
            channel_kind: self.2,
            customer: self.3,
            owner: codec::read_owner(&self.4, self.5)?,
            team: self.6.map(TeamId),
            status: codec::read_status(&self.7, self.8, self.9.as_deref())?,
            handoff_reason: self.10.map(|reason| codec::read_word("handoff_reason", &reason)).transpose()?,
            waiting_since: self.11,
            news: self.12 > 0,
            last_text: self.13,
            last_author: self.14,
            last_at: self.15,
            due_at: self.16,
            missed: Missed::from_bits(self.17),
            ai_answers: self.18 == 1,
        })
    }
}
