//! The inbox's lists: one page of a view, by key, and the counts beside the views.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use crate::handoff::{AgentId, ContactId, ConversationId, Owner, Status, TeamId, TicketNumber};

use super::conversations::{self, Record};
use super::entity::{contact, conversation};
use super::{StoreError, contacts};

/// Which conversations a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// Open, and this agent's.
    Mine(AgentId),
    /// Open, handed off, taken by nobody.
    Unassigned,
    /// Open, the AI's.
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

impl View {
    /// Whether a loaded conversation belongs to the view: the question that [`condition`] asks of stored ones.
    pub fn holds(self, record: &Record) -> bool {
        let (open, owner) = (record.core.status == Status::Open, record.core.owner);
        match self {
            Self::Mine(agent) => open && owner == Owner::Agent(agent),
            Self::Unassigned => open && owner == Owner::Queue,
            Self::Ai => open && owner == Owner::Ai,
            Self::HandedOff => open && owner.is_human(),
            Self::Snoozed => matches!(record.core.status, Status::Snoozed { .. }),
            Self::Resolved => record.core.is_resolved(),
            Self::All => true,
            Self::Team(team) => record.core.team == Some(team) && !record.core.is_resolved(),
        }
    }
}

/// Where the next page begins: after the row with this time and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// When something was last said in the last row.
    pub last_at: DateTime<Utc>,
    /// Its number.
    pub number: TicketNumber,
}

/// A row of a list: the conversation and its customer's name.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The conversation.
    pub record: Record,
    /// The customer.
    pub contact: Option<contacts::Contact>,
}

/// How many conversations the views hold that people work from.
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

/// Up to `limit` rows of a view, the most recently active first.
pub async fn page(
    db: &impl ConnectionTrait,
    view: View,
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<Row>, StoreError> {
    let query = conversation::Entity::find().filter(condition(view)).filter(beyond(after));
    rows(db, newest_first(query).limit(limit)).await
}

/// The rows of these conversations, in no order. One that is gone has none.
pub async fn rows_of(db: &impl ConnectionTrait, ids: &[ConversationId]) -> Result<Vec<Row>, StoreError> {
    rows(db, conversation::Entity::find().filter(conversation::Column::Id.is_in(ids.iter().map(|id| id.0)))).await
}

/// A contact's conversations, newest first.
pub async fn of_contact(
    db: &impl ConnectionTrait,
    contact: ContactId,
    before: Option<TicketNumber>,
    limit: u64,
) -> Result<Vec<Record>, StoreError> {
    let mut query = conversation::Entity::find().filter(conversation::Column::ContactId.eq(contact.0));
    if let Some(before) = before {
        query = query.filter(conversation::Column::Number.lt(before.0));
    }
    let rows = query.order_by_desc(conversation::Column::Number).limit(limit).all(db).await?;
    rows.into_iter().map(conversations::read).collect()
}

/// The counts beside the views, for one agent.
pub async fn counts(db: &impl ConnectionTrait, agent: AgentId) -> Result<Counts, StoreError> {
    let count = |view| conversation::Entity::find().filter(condition(view)).count(db);
    Ok(Counts {
        mine: count(View::Mine(agent)).await?,
        unassigned: count(View::Unassigned).await?,
        ai: count(View::Ai).await?,
        handed_off: count(View::HandedOff).await?,
        snoozed: count(View::Snoozed).await?,
    })
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

/// Counts for every agent, in one look.
pub async fn tally(db: &impl ConnectionTrait) -> Result<Tally, StoreError> {
    use conversation::Column::{Number, OwnerAgentId, OwnerKind, Status as Standing};
    let groups: Vec<(String, String, Option<Uuid>, i64)> = conversation::Entity::find()
        .select_only()
        .columns([Standing, OwnerKind, OwnerAgentId])
        .column_as(Number.count(), "conversations")
        .filter(Standing.is_in(["open", "snoozed"]))
        .group_by(Standing)
        .group_by(OwnerKind)
        .group_by(OwnerAgentId)
        .into_tuple()
        .all(db)
        .await?;
    let mut tally = Tally::default();
    for (standing, owner, agent, count) in groups {
        let count = count.unsigned_abs();
        match (standing.as_str(), owner.as_str(), agent) {
            ("snoozed", _, _) => tally.shared.snoozed += count,
            (_, "ai", _) => tally.shared.ai += count,
            (_, "queue", _) => {
                tally.shared.unassigned += count;
                tally.shared.handed_off += count;
            }
            (_, _, agent) => {
                tally.shared.handed_off += count;
                *tally.mine.entry(AgentId(agent.unwrap_or_default())).or_default() += count;
            }
        }
    }
    Ok(tally)
}

/// Attaches the customers to conversations found by a search, keeping their order.
pub(super) async fn with_contacts(
    db: &impl ConnectionTrait,
    found: Vec<conversation::Model>,
) -> Result<Vec<Row>, StoreError> {
    let ids: Vec<_> = found.iter().map(|row| row.contact_id).collect();
    let people = contact::Entity::find().filter(contact::Column::Id.is_in(ids)).all(db).await?;
    found
        .into_iter()
        .map(|row| {
            let contact = people.iter().find(|person| person.id == row.contact_id).cloned().map(contacts::read);
            Ok(Row { record: conversations::read(row)?, contact })
        })
        .collect()
}

async fn rows(db: &impl ConnectionTrait, query: Select<conversation::Entity>) -> Result<Vec<Row>, StoreError> {
    let found = query.all(db).await?;
    with_contacts(db, found).await
}

pub(super) fn newest_first(query: Select<conversation::Entity>) -> Select<conversation::Entity> {
    query.order_by_desc(conversation::Column::LastAt).order_by_desc(conversation::Column::Number)
}

/// The rows after a place in [`newest_first`]'s order; every row without one.
pub(super) fn beyond(after: Option<Cursor>) -> Condition {
    let Some(cursor) = after else { return Condition::all() };
    let same_moment = Condition::all()
        .add(conversation::Column::LastAt.eq(cursor.last_at))
        .add(conversation::Column::Number.lt(cursor.number.0));
    Condition::any().add(conversation::Column::LastAt.lt(cursor.last_at)).add(same_moment)
}

fn condition(view: View) -> Condition {
    use conversation::Column::{OwnerAgentId, OwnerKind, Status as Standing, TeamId};
    let open = Condition::all().add(Standing.eq("open"));
    match view {
        View::Mine(agent) => open.add(OwnerAgentId.eq(agent.0)),
        View::Unassigned => open.add(OwnerKind.eq("queue")),
        View::Ai => open.add(OwnerKind.eq("ai")),
        View::HandedOff => open.add(OwnerKind.is_in(["queue", "agent"])),
        View::Snoozed => Condition::all().add(Standing.eq("snoozed")),
        View::Resolved => Condition::all().add(Standing.eq("resolved")),
        View::All => Condition::all(),
        View::Team(team) => Condition::all().add(TeamId.eq(team.0)).add(Standing.is_in(["open", "snoozed"])),
    }
}
