//! Customers and what they are known by.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde_json::Value;
use uuid::Uuid;

use crate::handoff::ContactId;

use super::entity::{contact, contact_identity};
use super::{StoreError, batch};

/// A customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    /// Identity.
    pub id: ContactId,
    /// Name, as given.
    pub name: Option<String>,
    /// Email address, as given.
    pub email: Option<String>,
    /// Phone number, as given.
    pub phone: Option<String>,
    /// Picture.
    pub avatar_url: Option<String>,
    /// BCP-47.
    pub language: Option<String>,
    /// Whether the installation's own server vouched for them.
    pub verified: bool,
    /// Free facts the embedding page or server gave.
    pub custom_data: Value,
    /// When first seen.
    pub created_at: DateTime<Utc>,
}

/// Something a customer is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `email`, `phone`, `whatsapp`, `slack`, `visitor`.
    pub kind: String,
    /// The address, number or id.
    pub value: String,
    /// Whether it is proven.
    pub verified: bool,
}

/// Stores a new customer.
pub async fn insert(db: &impl ConnectionTrait, contact: &Contact) -> Result<(), StoreError> {
    write(contact).insert(db).await?;
    Ok(())
}

/// Writes a customer back.
pub async fn save(db: &impl ConnectionTrait, contact: &Contact, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut row = write(contact);
    row.id = ActiveValue::Unchanged(contact.id.0);
    row.created_at = ActiveValue::Unchanged(contact.created_at);
    row.updated_at = ActiveValue::Set(now);
    row.update(db).await?;
    Ok(())
}

/// The customer with this id.
pub async fn find(db: &impl ConnectionTrait, id: ContactId) -> Result<Option<Contact>, StoreError> {
    Ok(contact::Entity::find_by_id(id.0).one(db).await?.map(read))
}

/// Makes other transactions that ask for the same customer wait for this one, so that two first messages at once begin one
/// conversation. SQLite has one writer anyway.
pub async fn hold(db: &impl ConnectionTrait, id: ContactId) -> Result<(), StoreError> {
    if db.get_database_backend() == DatabaseBackend::Postgres {
        contact::Entity::find_by_id(id.0).lock_exclusive().one(db).await?;
    }
    Ok(())
}

/// The customer known by this identity.
pub async fn by_identity(db: &impl ConnectionTrait, kind: &str, value: &str) -> Result<Option<Contact>, StoreError> {
    let identity = contact_identity::Entity::find()
        .filter(contact_identity::Column::Kind.eq(kind))
        .filter(contact_identity::Column::Value.eq(value))
        .one(db)
        .await?;
    match identity {
        Some(identity) => find(db, ContactId(identity.contact_id)).await,
        None => Ok(None),
    }
}

/// Whose an identity is, and whether it is proven.
pub async fn owner_of(
    db: &impl ConnectionTrait,
    kind: &str,
    value: &str,
) -> Result<Option<(ContactId, bool)>, StoreError> {
    let found = contact_identity::Entity::find()
        .filter(contact_identity::Column::Kind.eq(kind))
        .filter(contact_identity::Column::Value.eq(value))
        .one(db)
        .await?;
    Ok(found.map(|row| (ContactId(row.contact_id), row.verified)))
}

/// Adds something a customer is known by.
pub async fn add_identity(
    db: &impl ConnectionTrait,
    id: Uuid,
    contact: ContactId,
    identity: &Identity,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = contact_identity::ActiveModel {
        id: ActiveValue::Set(id),
        contact_id: ActiveValue::Set(contact.0),
        kind: ActiveValue::Set(identity.kind.clone()),
        value: ActiveValue::Set(identity.value.clone()),
        verified: ActiveValue::Set(identity.verified),
        created_at: ActiveValue::Set(now),
    };
    row.insert(db).await?;
    Ok(())
}

/// Notes that something a customer is known by is proven.
pub async fn verify_identity(db: &impl ConnectionTrait, kind: &str, value: &str) -> Result<(), StoreError> {
    contact_identity::Entity::update_many()
        .col_expr(contact_identity::Column::Verified, Expr::value(true))
        .filter(contact_identity::Column::Kind.eq(kind))
        .filter(contact_identity::Column::Value.eq(value))
        .exec(db)
        .await?;
    Ok(())
}

/// Makes something a customer is known by the first they are written to under.
pub async fn prefer_identity(db: &impl ConnectionTrait, kind: &str, value: &str) -> Result<(), StoreError> {
    let first = DateTime::<Utc>::UNIX_EPOCH;
    contact_identity::Entity::update_many()
        .col_expr(contact_identity::Column::CreatedAt, Expr::value(first))
        .filter(contact_identity::Column::Kind.eq(kind))
        .filter(contact_identity::Column::Value.eq(value))
        .exec(db)
        .await?;
    Ok(())
}

/// What customers are known by of one kind: each with their contact.
pub async fn addresses(
    db: &impl ConnectionTrait,
    kind: &str,
    contacts: &[ContactId],
) -> Result<Vec<(ContactId, String)>, StoreError> {
    let contacts = batch::padded(contacts.iter().map(|id| id.0).collect());
    let rows = contact_identity::Entity::find()
        .filter(contact_identity::Column::ContactId.is_in(contacts))
        .filter(contact_identity::Column::Kind.eq(kind))
        .order_by_asc(contact_identity::Column::CreatedAt)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (ContactId(row.contact_id), row.value)).collect())
}

/// Everything customers are known by.
pub async fn identities(db: &impl ConnectionTrait, contacts: &[ContactId]) -> Result<Vec<Identity>, StoreError> {
    let rows = contact_identity::Entity::find()
        .filter(contact_identity::Column::ContactId.is_in(contacts.iter().map(|id| id.0)))
        .order_by_asc(contact_identity::Column::CreatedAt)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| Identity { kind: row.kind, value: row.value, verified: row.verified }).collect())
}

pub(super) fn write(contact: &Contact) -> contact::ActiveModel {
    contact::ActiveModel {
        id: ActiveValue::Set(contact.id.0),
        name: ActiveValue::Set(contact.name.clone()),
        email: ActiveValue::Set(contact.email.clone()),
        phone: ActiveValue::Set(contact.phone.clone()),
        avatar_url: ActiveValue::Set(contact.avatar_url.clone()),
        language: ActiveValue::Set(contact.language.clone()),
        verified: ActiveValue::Set(contact.verified),
        custom_data: ActiveValue::Set(contact.custom_data.clone()),
        merged_into: ActiveValue::NotSet,
        created_at: ActiveValue::Set(contact.created_at),
        updated_at: ActiveValue::Set(contact.created_at),
    }
}

pub(super) fn read(row: contact::Model) -> Contact {
    Contact {
        id: ContactId(row.id),
        name: row.name,
        email: row.email,
        phone: row.phone,
        avatar_url: row.avatar_url,
        language: row.language,
        verified: row.verified,
        custom_data: row.custom_data,
        created_at: row.created_at,
    }
}
