//! Search by words, contact or number, and the index it looks into.
//!
//! On SQLite the index is written in batches, after the transactions that stored the messages. Invariant: a search first
//! brings it up to date, so what was stored before is found.

use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseBackend, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
    Statement,
};
use uuid::Uuid;

use super::entity::{contact, conversation};
use super::inbox::{Cursor, Row, beyond, newest_first, with_contacts};
use super::{Store, StoreError, codec};

/// Words of a query beyond this many are ignored.
const WORDS_MAX: usize = 8;
/// Messages looked at for one page of results.
const HITS_MAX: u64 = 200;

/// Messages that enter the index in one transaction, so that it is short.
const BATCH: u64 = 500;
/// Batches a search waits for; only a mass import leaves more, and the indexer is at work on it.
const BATCHES_MAX: usize = 20;

/// Up to `limit` conversations that match `query`: a ticket number (`1042` or `#1042`), part of a contact's name,
/// email or phone, or words of a message (each a prefix). The most recently active first, from a place on.
pub async fn search(store: &Store, query: &str, after: Option<Cursor>, limit: u64) -> Result<Vec<Row>, StoreError> {
    // Control characters match nothing, and PostgreSQL refuses the first of them.
    let query: String = query.chars().filter(|c| !c.is_control()).collect();
    let query = query.trim();
    if query.is_empty() {
        return Ok(Vec::new());
    }
    index_all_new(store).await?;
    let db = store.reader();
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

/// Brings the index up to date, a short transaction at a time. `true`: so much is missing that it must go on later.
pub async fn index_all_new(store: &Store) -> Result<bool, StoreError> {
    for _ in 0..BATCHES_MAX {
        if !is_behind(store.reader()).await? {
            return Ok(false);
        }
        let tx = store.begin().await?;
        index_new(&*tx, BATCH).await?;
        tx.commit().await?;
    }
    is_behind(store.reader()).await
}

/// Puts up to `limit` messages that are not in the index yet into it; how many there were. PostgreSQL has done so itself.
pub async fn index_new(db: &impl ConnectionTrait, limit: u64) -> Result<u64, StoreError> {
    if db.get_database_backend() == DatabaseBackend::Postgres {
        return Ok(0);
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let run = |sql, values: [sea_orm::Value; 2]| Statement::from_sql_and_values(DatabaseBackend::Sqlite, sql, values);
    let found = db.query_one_raw(Statement::from_sql_and_values(DatabaseBackend::Sqlite, NEXT_BATCH, [limit.into()]));
    let Some(found) = found.await? else { return Ok(0) };
    let (first, last): (i64, Option<i64>) = (found.try_get_by_index(0)?, found.try_get_by_index(1)?);
    let Some(last) = last else { return Ok(0) };
    let added = db
        .execute_raw(run(
            "INSERT INTO messages_search(rowid, text) SELECT pk, text FROM messages WHERE pk > ? AND pk <= ? ORDER BY pk",
            [first.into(), last.into()],
        ))
        .await?;
    db.execute_raw(run("UPDATE search_progress SET pk = ? WHERE name = ?", [last.into(), "messages".into()])).await?;
    Ok(added.rows_affected())
}

/// Where the next batch begins (after this one) and ends (with this one, if there is any).
const NEXT_BATCH: &str = "SELECT p.pk, (SELECT max(pk) FROM (SELECT pk FROM messages WHERE pk > p.pk ORDER BY pk LIMIT ?)) \
     FROM search_progress p WHERE p.name = 'messages'";

async fn is_behind(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    if db.get_database_backend() == DatabaseBackend::Postgres {
        return Ok(false);
    }
    let newer = "SELECT 1 FROM messages WHERE pk > (SELECT pk FROM search_progress WHERE name = 'messages') LIMIT 1";
    Ok(db.query_one_raw(Statement::from_string(DatabaseBackend::Sqlite, newer)).await?.is_some())
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
