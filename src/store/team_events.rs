//! What people did in the team's own place: stored before the provider is answered, carried out after it, in order of each
//! thread.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;
use uuid::Uuid;

use crate::handoff::ChannelId;

use super::StoreError;
use super::entity::{team_event, team_person};

/// Something a person did, waiting to be carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct TeamEventRow {
    /// Identity.
    pub id: Uuid,
    /// Through which account it came.
    pub channel: ChannelId,
    /// The provider's name for the event.
    pub provider_id: String,
    /// In which room.
    pub place: String,
    /// In which thread.
    pub root: String,
    /// Who, by the provider's name for them.
    pub member: String,
    /// What.
    pub act: Value,
    /// Tries so far.
    pub attempts: i32,
}

/// Stores an event. `false`: it was stored before.
pub async fn insert(db: &impl ConnectionTrait, event: &TeamEventRow, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let row = team_event::ActiveModel {
        id: ActiveValue::Set(event.id),
        channel_id: ActiveValue::Set(event.channel.0),
        provider_id: ActiveValue::Set(event.provider_id.clone()),
        place: ActiveValue::Set(event.place.clone()),
        root: ActiveValue::Set(event.root.clone()),
        member: ActiveValue::Set(event.member.clone()),
        act: ActiveValue::Set(event.act.clone()),
        attempts: ActiveValue::Set(0),
        due_at: ActiveValue::Set(now),
        lease_until: ActiveValue::Set(None),
        lease_by: ActiveValue::Set(None),
        done_at: ActiveValue::Set(None),
        detail: ActiveValue::Set(None),
        created_at: ActiveValue::Set(now),
    };
    let known =
        OnConflict::columns([team_event::Column::ChannelId, team_event::Column::ProviderId]).do_nothing().to_owned();
    Ok(team_event::Entity::insert(row).on_conflict(known).exec_without_returning(db).await? == 1)
}

/// Claims the event that has waited longest, and is the first of its thread.
pub async fn claim(
    db: &impl ConnectionTrait,
    worker: Uuid,
    lease: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Option<TeamEventRow>, StoreError> {
    let free =
        Condition::any().add(team_event::Column::LeaseUntil.is_null()).add(team_event::Column::LeaseUntil.lt(now));
    let due = waiting().filter(team_event::Column::DueAt.lte(now)).filter(free.clone());
    let Some(row) = due.one(db).await? else { return Ok(None) };
    let taken = team_event::Entity::update_many()
        .col_expr(team_event::Column::LeaseUntil, Expr::value(Some(now + lease)))
        .col_expr(team_event::Column::LeaseBy, Expr::value(Some(worker)))
        .col_expr(team_event::Column::Attempts, Expr::value(row.attempts + 1))
        .filter(team_event::Column::Id.eq(row.id))
        .filter(team_event::Column::DoneAt.is_null())
        .filter(free)
        .exec(db)
        .await?;
    Ok((taken.rows_affected == 1).then(|| TeamEventRow { attempts: row.attempts + 1, ..read(row) }))
}

/// When an event next may be carried out.
pub async fn next_due(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, StoreError> {
    let row = waiting().one(db).await?;
    Ok(row.map(|row| row.lease_until.map_or(row.due_at, |until| Ord::max(until, row.due_at))))
}

/// Notes that an event was carried out, or why it was not.
pub async fn finish(
    db: &impl ConnectionTrait,
    id: Uuid,
    detail: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    team_event::Entity::update_many()
        .col_expr(team_event::Column::DoneAt, Expr::value(Some(now)))
        .col_expr(team_event::Column::Detail, Expr::value(detail.map(str::to_owned)))
        .col_expr(team_event::Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .filter(team_event::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Gives an event back, to be tried again at a time.
pub async fn again_at(db: &impl ConnectionTrait, id: Uuid, why: &str, due_at: DateTime<Utc>) -> Result<(), StoreError> {
    team_event::Entity::update_many()
        .col_expr(team_event::Column::DueAt, Expr::value(due_at))
        .col_expr(team_event::Column::Detail, Expr::value(Some(why.to_owned())))
        .col_expr(team_event::Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .filter(team_event::Column::Id.eq(id))
        .filter(team_event::Column::DoneAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Forgets events that were carried out before a time. They are kept so long that a repetition is recognised.
pub async fn forget_before(db: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let gone = team_event::Entity::delete_many().filter(team_event::Column::DoneAt.lt(before)).exec(db).await?;
    Ok(gone.rows_affected)
}

/// A person of the team's place, as the provider said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name shown there.
    pub name: String,
    /// Their proven address.
    pub email: Option<String>,
    /// When the provider said so.
    pub checked_at: DateTime<Utc>,
}

/// What is known of a person.
pub async fn person(db: &impl ConnectionTrait, channel: ChannelId, member: &str) -> Result<Option<Person>, StoreError> {
    let row = team_person::Entity::find_by_id((channel.0, member.to_owned())).one(db).await?;
    Ok(row.map(|row| Person { name: row.name, email: row.email, checked_at: row.checked_at }))
}

/// Remembers what the provider said of a person.
pub async fn remember_person(
    db: &impl ConnectionTrait,
    channel: ChannelId,
    member: &str,
    person: &Person,
) -> Result<(), StoreError> {
    let row = team_person::ActiveModel {
        channel_id: ActiveValue::Set(channel.0),
        member: ActiveValue::Set(member.to_owned()),
        name: ActiveValue::Set(person.name.clone()),
        email: ActiveValue::Set(person.email.clone()),
        checked_at: ActiveValue::Set(person.checked_at),
    };
    let newer = OnConflict::columns([team_person::Column::ChannelId, team_person::Column::Member])
        .update_columns([team_person::Column::Name, team_person::Column::Email, team_person::Column::CheckedAt])
        .to_owned();
    team_person::Entity::insert(row).on_conflict(newer).exec_without_returning(db).await?;
    Ok(())
}

fn waiting() -> sea_orm::Select<team_event::Entity> {
    team_event::Entity::find()
        .filter(team_event::Column::DoneAt.is_null())
        .filter(Expr::exists(earlier()).not())
        .order_by_asc(team_event::Column::DueAt)
        .order_by_asc(team_event::Column::Id)
        .limit(1)
}

/// Events of the same thread that came before and wait too.
fn earlier() -> SelectStatement {
    let earlier = Alias::new("earlier");
    let same = |column: team_event::Column| Expr::col((earlier.clone(), column)).equals((team_event::Entity, column));
    Query::select()
        .expr(Expr::val(1))
        .from_as(team_event::Entity, earlier.clone())
        .and_where(same(team_event::Column::ChannelId))
        .and_where(same(team_event::Column::Place))
        .and_where(same(team_event::Column::Root))
        .and_where(Expr::col((earlier.clone(), team_event::Column::DoneAt)).is_null())
        .and_where(
            Expr::col((earlier, team_event::Column::Id)).lt(Expr::col((team_event::Entity, team_event::Column::Id))),
        )
        .to_owned()
}

fn read(row: team_event::Model) -> TeamEventRow {
    TeamEventRow {
        id: row.id,
        channel: ChannelId(row.channel_id),
        provider_id: row.provider_id,
        place: row.place,
        root: row.root,
        member: row.member,
        act: row.act,
        attempts: row.attempts,
    }
}
