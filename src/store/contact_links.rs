//! Which customers are one person: each but one of them names the one who stands for all.
//!
//! Invariant: links are the truth, `contacts.merged_into` follows from them and always names somebody who is not merged themselves.
//! Conversations and addresses stay with the customer they came under, so undoing a link leaves nothing behind.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::handoff::{AgentId, ContactId};

use super::StoreError;
use super::entity::{contact, contact_link};

/// Most customers of one person that are looked at.
const GROUP_MAX: u64 = 100;

/// A customer who was found to be another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Identity.
    pub id: Uuid,
    /// The customer.
    pub contact: ContactId,
    /// Who stands for both.
    pub into: ContactId,
    /// Who says so; `None` is an address that both proved.
    pub by: Option<AgentId>,
    /// Why, in words.
    pub why: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Who stands for a customer; often they themselves.
pub async fn root(db: &impl ConnectionTrait, id: ContactId) -> Result<ContactId, StoreError> {
    let into: Option<Option<Uuid>> = contact::Entity::find_by_id(id.0)
        .select_only()
        .column(contact::Column::MergedInto)
        .into_tuple()
        .one(db)
        .await?;
    Ok(into.flatten().map_or(id, ContactId))
}

/// Every customer who is the same person, the one who stands for all first.
pub async fn group(db: &impl ConnectionTrait, id: ContactId) -> Result<Vec<ContactId>, StoreError> {
    let root = root(db, id).await?;
    let others: Vec<Uuid> = contact::Entity::find()
        .select_only()
        .column(contact::Column::Id)
        .filter(contact::Column::MergedInto.eq(root.0))
        .order_by_asc(contact::Column::Id)
        .limit(GROUP_MAX)
        .into_tuple()
        .all(db)
        .await?;
    Ok(std::iter::once(root).chain(others.into_iter().map(ContactId)).collect())
}

/// Keeps a link between two customers who stand for themselves, and for whoever was merged into them.
pub async fn join(db: &impl ConnectionTrait, link: &Link) -> Result<(), StoreError> {
    let row = contact_link::ActiveModel {
        id: ActiveValue::Set(link.id),
        contact_id: ActiveValue::Set(link.contact.0),
        into_id: ActiveValue::Set(link.into.0),
        agent_id: ActiveValue::Set(link.by.map(|agent| agent.0)),
        why: ActiveValue::Set(link.why.clone()),
        made_at: ActiveValue::Set(link.at),
        undone_at: ActiveValue::Set(None),
        undone_by: ActiveValue::Set(None),
    };
    contact_link::Entity::insert(row).exec_without_returning(db).await?;
    contact::Entity::update_many()
        .col_expr(contact::Column::MergedInto, Expr::value(Some(link.into.0)))
        .filter(
            Condition::any()
                .add(contact::Column::Id.eq(link.contact.0))
                .add(contact::Column::MergedInto.eq(link.contact.0)),
        )
        .exec(db)
        .await?;
    Ok(())
}

/// Undoes a link: the customer stands for themselves again, and for whoever had been merged into them.
pub async fn part(db: &impl ConnectionTrait, link: &Link, by: AgentId, now: DateTime<Utc>) -> Result<(), StoreError> {
    contact_link::Entity::update_many()
        .col_expr(contact_link::Column::UndoneAt, Expr::value(Some(now)))
        .col_expr(contact_link::Column::UndoneBy, Expr::value(Some(by.0)))
        .filter(contact_link::Column::Id.eq(link.id))
        .exec(db)
        .await?;
    let (mut behind, mut next) = (HashSet::from([link.contact.0]), vec![link.contact.0]);
    while !next.is_empty() {
        let rows = active().filter(contact_link::Column::IntoId.is_in(next)).all(db).await?;
        next = rows.into_iter().map(|row| row.contact_id).filter(|id| behind.insert(*id)).collect();
    }
    behind.remove(&link.contact.0);
    contact::Entity::update_many()
        .col_expr(contact::Column::MergedInto, Expr::value(None::<Uuid>))
        .filter(contact::Column::Id.eq(link.contact.0))
        .exec(db)
        .await?;
    contact::Entity::update_many()
        .col_expr(contact::Column::MergedInto, Expr::value(Some(link.contact.0)))
        .filter(contact::Column::Id.is_in(behind))
        .exec(db)
        .await?;
    Ok(())
}

/// The links that hold among customers.
pub async fn among(db: &impl ConnectionTrait, contacts: &[ContactId]) -> Result<Vec<Link>, StoreError> {
    let rows = active()
        .filter(contact_link::Column::ContactId.is_in(contacts.iter().map(|id| id.0)))
        .order_by_asc(contact_link::Column::MadeAt)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(read).collect())
}

/// A link that holds.
pub async fn find(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Link>, StoreError> {
    Ok(active().filter(contact_link::Column::Id.eq(id)).one(db).await?.map(read))
}

fn active() -> sea_orm::Select<contact_link::Entity> {
    contact_link::Entity::find().filter(contact_link::Column::UndoneAt.is_null())
}

fn read(row: contact_link::Model) -> Link {
    Link {
        id: row.id,
        contact: ContactId(row.contact_id),
        into: ContactId(row.into_id),
        by: row.agent_id.map(AgentId),
        why: row.why,
        at: row.made_at,
    }
}
