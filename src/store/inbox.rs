//! The inbox's lists: one page of a view, by key, and the counts beside the views.
//!
//! Invariant: every view has an index that holds its rows in their order, so a page costs its rows, whatever is stored.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait as _, QueryFilter, QueryOrder, QueryResult,
    QuerySelect,
};
use sea_orm::{Statement, Value};

use crate::handoff::policy::Reason;
use crate::handoff::waiting::Missed;
use crate::handoff::{AgentId, ContactId, ConversationId, Owner, Status, TeamId, TicketNumber};

use super::StoreError;
use super::conversations::{self, Record};
use super::entity::conversation;
use super::rows::{self, NEWEST_FIRST, TABLES};

/// A view is counted up to this many: more are too many to tell apart.
pub const COUNTED_MAX: u64 = 1_000;

/// Which conversations a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// Open, and this agent's.
    Mine(AgentId),
    /// Open, handed off, taken by nobody.
    Unassigned,
    /// Open, the AI's, and the AI answers there.
    Ai,
    /// Open, in the hands of people.
    HandedOff,
    /// Put aside.
    Snoozed,
    /// Done.
    Resolved,
    /// Everything.
    All,
    /// Not done, and this team's.
    Team(TeamId),
}

/// Where the next page begins: after the row with this time and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// When something was last said in the last row.
    pub last_at: DateTime<Utc>,
    /// Its number.
    pub number: TicketNumber,
}

/// A row of a list: what it shows of a conversation, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which conversation.
    pub id: ConversationId,
    /// The number people say to each other.
    pub number: TicketNumber,
    /// Kind of the channel, as a word.
    pub channel_kind: String,
    /// The customer's name, or else their address, or else their number.
    pub customer: Option<String>,
    /// Whose turn it is.
    pub owner: Owner,
    /// The team it was given to.
    pub team: Option<TeamId>,
    /// Whether it is open.
    pub status: Status,
    /// Why it was handed off last.
    pub handoff_reason: Option<Reason>,
    /// Since when the customer waits.
    pub waiting_since: Option<DateTime<Utc>>,
    /// Whether the customer wrote after a person last read.
    pub news: bool,
    /// The last public words.
    pub last_text: Option<String>,
    /// Whose they were: `contact`, `ai`, `agent`, `system`.
    pub last_author: Option<String>,
    /// When something was last said.
    pub last_at: DateTime<Utc>,
    /// When the nearest promise to the customer is broken.
    pub due_at: Option<DateTime<Utc>>,
    /// The promises that were.
    pub missed: Missed,
    /// Whether the AI answers on its channel.
    pub ai_answers: bool,
}

/// How many conversations the views hold that people work from, none counted beyond [`COUNTED_MAX`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Of [`View::Mine`].
    pub mine: u64,
    /// Of [`View::Unassigned`].
    pub unassigned: u64,
    /// Of [`View::Ai`].
    pub ai: u64,
    /// Of [`View::HandedOff`].
    pub handed_off: u64,
    /// Of [`View::Snoozed`].
    pub snoozed: u64,
}

/// How many open conversations of the queue have waited since before a moment.
pub async fn waiting_longer(db: &impl ConnectionTrait, since: DateTime<Utc>) -> Result<u64, StoreError> {
    let before = conversation::Entity::find()
        .filter(conversations::is_open())
        .filter(conversation::Column::OwnerKind.eq("queue"))
        .filter(conversation::Column::WaitingSince.lt(since));
    Ok(before.count(db).await?)
}

/// The counts beside the views, for every agent at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    shared: Counts,
    mine: HashMap<AgentId, u64>,
}

impl Tally {
    /// What one agent sees.
    pub fn of(&self, agent: AgentId) -> Counts {
        Counts { mine: self.mine.get(&agent).copied().unwrap_or_default(), ..self.shared }
    }
}

/// Up to `limit` rows of a view, the most recently active first.
pub async fn page(
    db: &impl ConnectionTrait,
    view: View,
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<Row>, StoreError> {
    let (from, values) = page_of(view, after, limit);
    rows::read(db, &from, values).await
}

/// The whole statement behind [`page`], so that its plan can be looked at.
pub fn page_statement(db: &impl ConnectionTrait, view: View, after: Option<Cursor>, limit: u64) -> Statement {
    let (from, values) = page_of(view, after, limit);
    let backend = db.get_database_backend();
    Statement::from_sql_and_values(backend, rows::statement(backend, &from), values)
}

fn page_of(view: View, after: Option<Cursor>, limit: u64) -> (String, Vec<Value>) {
    let (condition, mut values) = condition(view);
    let beyond = beyond(after, &mut values);
    let limit = bind(&mut values, i64::try_from(limit).unwrap_or(i64::MAX));
    (format!("FROM {TABLES} WHERE {condition}{beyond} {NEWEST_FIRST} LIMIT {limit}"), values)
}

/// The rows of these conversations. One that is gone has none.
pub async fn rows_of(db: &impl ConnectionTrait, ids: &[ConversationId]) -> Result<Vec<Row>, StoreError> {
    let mut values = Vec::with_capacity(ids.len());
    let ids = ids.iter().map(|id| bind(&mut values, id.0)).collect::<Vec<_>>().join(", ");
    rows::read(db, &format!("FROM {TABLES} WHERE c.id IN ({ids})"), values).await
}

/// The conversations of contacts, newest first.
pub async fn of_contact(
    db: &impl ConnectionTrait,
    contacts: &[ContactId],
    before: Option<TicketNumber>,
    limit: u64,
) -> Result<Vec<Record>, StoreError> {
    let whose = contacts.iter().map(|id| id.0);
    let mut query = conversation::Entity::find().filter(conversation::Column::ContactId.is_in(whose));
    if let Some(before) = before {
        query = query.filter(conversation::Column::Number.lt(before.0));
    }
    let rows = query.order_by_desc(conversation::Column::Number).limit(limit).all(db).await?;
    rows.into_iter().map(conversations::read).collect()
}

/// Counts for every agent. No view is read further than it is counted.
pub async fn tally(db: &impl ConnectionTrait) -> Result<Tally, StoreError> {
    let up_to = |condition: &str| {
        format!("(SELECT count(*) FROM (SELECT 1 FROM conversations c WHERE {condition} LIMIT {COUNTED_MAX}) v)")
    };
    let of = |view| up_to(condition(view).0);
    let shared =
        format!("SELECT {}, {}, {}, {}", of(View::Unassigned), of(View::Ai), of(View::HandedOff), of(View::Snoozed));
    let own = up_to("c.owner_agent_id = a.id AND c.status = 'open'");
    let own = format!("SELECT a.id, {own} FROM agents a WHERE a.disabled_at IS NULL");
    let mut tally = Tally::default();
    if let Some(row) = query(db, &shared, Vec::new()).await?.pop() {
        tally.shared.unassigned = count(&row, 0)?;
        tally.shared.ai = count(&row, 1)?;
        tally.shared.handed_off = count(&row, 2)?;
        tally.shared.snoozed = count(&row, 3)?;
    }
    for row in query(db, &own, Vec::new()).await? {
        tally.mine.insert(AgentId(row.try_get_by_index(0)?), count(&row, 1)?);
    }
    Ok(tally)
}

/// The rows after a place in [`NEWEST_FIRST`]'s order; every row without one.
pub(super) fn beyond(after: Option<Cursor>, values: &mut Vec<Value>) -> String {
    let Some(cursor) = after else { return String::new() };
    let (last_at, number) = (bind(values, cursor.last_at), bind(values, cursor.number.0));
    format!(" AND (c.last_at, c.number) < ({last_at}, {number})")
}

/// Adds a value; its name in the statement. Both databases know `$1`.
pub(super) fn bind(values: &mut Vec<Value>, value: impl Into<Value>) -> String {
    values.push(value.into());
    format!("${}", values.len())
}

async fn query(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Vec<QueryResult>, DbErr> {
    db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await
}

fn count(row: &QueryResult, index: usize) -> Result<u64, StoreError> {
    let count: i64 = row.try_get_by_index(index)?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// Which rows a view holds. The words stand in the statement itself, so that the database sees which index they fit.
fn condition(view: View) -> (&'static str, Vec<Value>) {
    let condition = match view {
        View::Mine(agent) => return ("c.owner_agent_id = $1 AND c.status = 'open'", vec![agent.0.into()]),
        View::Team(team) => return ("c.team_id = $1 AND c.status <> 'resolved'", vec![team.0.into()]),
        View::Unassigned => "c.status = 'open' AND c.owner_kind = 'queue'",
        View::Ai => {
            "c.status = 'open' AND c.owner_kind = 'ai' AND c.channel_id NOT IN (SELECT id FROM channels WHERE NOT autopilot)"
        }
        View::HandedOff => "c.status = 'open' AND c.owner_kind <> 'ai'",
        // SQLite does not conclude the second half from the first, which names the index.
        View::Snoozed => "c.status = 'snoozed' AND c.status <> 'open'",
        View::Resolved => "c.status = 'resolved' AND c.status <> 'open'",
        View::All => "1 = 1",
    };
    (condition, Vec::new())
}

impl View {
    /// Whether a row belongs to the view: the question of [`condition`], asked of a row that was read.
    pub fn holds(self, row: &Row) -> bool {
        let open = row.status == Status::Open;
        let resolved = matches!(row.status, Status::Resolved { .. });
        match self {
            Self::Mine(agent) => open && row.owner == Owner::Agent(agent),
            Self::Unassigned => open && row.owner == Owner::Queue,
            Self::Ai => open && row.owner == Owner::Ai && row.ai_answers,
            Self::HandedOff => open && row.owner.is_human(),
            Self::Snoozed => matches!(row.status, Status::Snoozed { .. }),
            Self::Resolved => resolved,
            Self::All => true,
            Self::Team(team) => row.team == Some(team) && !resolved,
        }
    }
}
