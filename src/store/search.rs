//! Search by words, contact or number.

use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
    Statement,
};
use uuid::Uuid;

use super::entity::{contact, conversation};
use super::inbox::{Cursor, Row, beyond, newest_first, with_contacts};
use super::{StoreError, codec};

/// Words of a query beyond this many are ignored.
const WORDS_MAX: usize = 8;
/// Messages looked at for one page of results.
const HITS_MAX: u64 = 200;

/// Up to `limit` conversations that match `query`: a ticket number (`1042` or `#1042`), part of a contact's name,
/// email or phone, or words of a message (each a prefix). The most recently active first, from a place on.
pub async fn search(
    db: &impl ConnectionTrait,
    query: &str,
    after: Option<Cursor>,
    limit: u64,
) -> Result<Vec<Row>, StoreError> {
    // Control characters match nothing, and PostgreSQL refuses the first of them.
    let query: String = query.chars().filter(|c| !c.is_control()).collect();
    let query = query.trim();
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let number = query.trim_start_matches('#').parse::<i64>().ok();
    let mut any = Condition::any()
        .add(conversation::Column::ContactId.is_in(contacts(db, query).await?))
        .add(conversation::Column::Id.is_in(said(db, query).await?));
    if let Some(number) = number {
        any = any.add(conversation::Column::Number.eq(number));
    }
    let matching = conversation::Entity::find().filter(any).filter(beyond(after));
    let found = newest_first(matching).limit(limit).all(db).await?;
    with_contacts(db, found).await
}

async fn contacts(db: &impl ConnectionTrait, query: &str) -> Result<Vec<Uuid>, StoreError> {
    use contact::Column::{Email, Name, Phone};
    let pattern = codec::containing(&query.to_lowercase());
    let part_of = |column| Expr::expr(Func::lower(Expr::col(column))).like(pattern.clone());
    let rows = contact::Entity::find()
        .filter(Condition::any().add(part_of(Name)).add(part_of(Email)).add(part_of(Phone)))
        .limit(HITS_MAX)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

#[derive(FromQueryResult)]
struct Hit {
    conversation_id: Uuid,
}

async fn said(db: &impl ConnectionTrait, query: &str) -> Result<Vec<Uuid>, StoreError> {
    let words: Vec<String> = query
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(WORDS_MAX)
        .map(str::to_owned)
        .collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let (backend, limit) = (db.get_database_backend(), i64::try_from(HITS_MAX).unwrap_or(i64::MAX));
    let statement = if backend == DatabaseBackend::Postgres {
        let query = words.iter().map(|word| format!("{word}:*")).collect::<Vec<_>>().join(" & ");
        Statement::from_sql_and_values(
            backend,
            "SELECT conversation_id FROM messages WHERE to_tsvector('simple', text) @@ to_tsquery('simple', $1) \
             ORDER BY pk DESC LIMIT $2",
            [query.into(), limit.into()],
        )
    } else {
        let query = words.iter().map(|word| format!("\"{word}\"*")).collect::<Vec<_>>().join(" ");
        Statement::from_sql_and_values(
            backend,
            "SELECT m.conversation_id FROM messages_search s JOIN messages m ON m.pk = s.rowid \
             WHERE messages_search MATCH ? ORDER BY s.rowid DESC LIMIT ?",
            [query.into(), limit.into()],
        )
    };
    let mut ids: Vec<Uuid> =
        Hit::find_by_statement(statement).all(db).await?.into_iter().map(|hit| hit.conversation_id).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}
