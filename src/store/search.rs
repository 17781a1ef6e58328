//! Search by words, contact or number, and the indexes it looks into.
//!
//! On SQLite the indexes are written in batches, after the transactions that stored what they hold. Invariant: a search first
//! brings them up to date, so what was stored before is found.

use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, QueryResult, Statement, Value};

use crate::handoff::ContactId;

use super::inbox::{Cursor, Row, beyond, bind};
use super::rows::{self, NEWEST_FIRST, TABLES};
use super::{Store, StoreError};

/// Words of a query beyond this many are ignored.
const WORDS_MAX: usize = 8;
/// Messages, or contacts, looked at for one search.
const HITS_MAX: u64 = 200;
/// Conversations of the contacts that were found.
const OF_CONTACTS_MAX: u64 = 1_000;
/// Characters of a query from which on it is found inside a name; shorter ones are looked for at its beginning.
const PART_CHARS_MIN: usize = 3;
/// Rows that enter an index in one transaction, so that it is short.
const BATCH: u64 = 500;
/// Batches a search waits for; only a mass import leaves more, and the indexer is at work on it.
const BATCHES_MAX: usize = 20;

/// Up to `limit` conversations that match `query`: a ticket number (`1042` or `#1042`), part of a contact's name,
/// email or phone, or words of a message (each a prefix, a single letter a word). The most recently active first, from a place on.
pub async fn search(store: &Store, query: &str, after: Option<Cursor>, limit: u64) -> Result<Vec<Row>, StoreError> {
    // Control characters match nothing, and PostgreSQL refuses the first of them.
    let query: String = query.chars().filter(|c| !c.is_control()).collect();
    let query = query.trim();
    if query.is_empty() {
        return Ok(Vec::new());
    }
    index_all_new(store).await?;
    let (from, values) = statement(query, after, limit, store.is_postgres());
    let _turn = store.turn_to_search().await?;
    rows::read(store.reader(), &from, values).await
}

/// Up to `limit` contacts with the query in their name, email or phone, or known by exactly that.
pub async fn find_contacts(store: &Store, query: &str, limit: u64) -> Result<Vec<ContactId>, StoreError> {
    let query: String = query.chars().filter(|c| !c.is_control()).collect();
    let query = query.trim();
    if query.is_empty() {
        return Ok(Vec::new());
    }
    index_all_new(store).await?;
    let mut values = Vec::new();
    let known = contacts(query, store.is_postgres(), &mut values);
    let exact = bind(&mut values, query.to_lowercase());
    let limit = bind(&mut values, i64::try_from(limit).unwrap_or(i64::MAX));
    let sql = format!(
        "SELECT h.contact_id FROM ({known} LIMIT {HITS_MAX}) h \
         UNION SELECT i.contact_id FROM contact_identities i WHERE i.value = {exact} LIMIT {limit}"
    );
    let db = store.reader();
    let found = db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    found.iter().map(|row| Ok(ContactId(row.try_get_by_index(0)?))).collect()
}

/// One statement, so that a search is one way to the database and back. The newest are picked before anything else is read of them:
/// a common word finds hundreds.
fn statement(query: &str, after: Option<Cursor>, limit: u64, postgres: bool) -> (String, Vec<Value>) {
    let mut values = Vec::new();
    let known = contacts(query, postgres, &mut values);
    let mut found = vec![format!(
        "SELECT number FROM (SELECT k.number FROM ({known} LIMIT {HITS_MAX}) h \
         JOIN conversations k ON k.contact_id = h.contact_id ORDER BY k.number DESC LIMIT {OF_CONTACTS_MAX}) theirs"
    )];
    found.extend(said(query, postgres, &mut values).map(|said| {
        format!("SELECT k.number FROM ({said} LIMIT {HITS_MAX}) h JOIN conversations k ON k.id = h.conversation_id")
    }));
    if let Ok(number) = query.trim_start_matches('#').parse::<i64>() {
        found.push(format!("SELECT number FROM conversations WHERE number = {}", bind(&mut values, number)));
    }
    let found = found.join(" UNION ");
    let beyond = beyond(after, &mut values);
    let limit = bind(&mut values, i64::try_from(limit).unwrap_or(i64::MAX));
    let newest = format!(
        "SELECT c.number FROM ({found}) f CROSS JOIN conversations c WHERE c.number = f.number{beyond} \
         {NEWEST_FIRST} LIMIT {limit}"
    );
    (format!("FROM ({newest}) f CROSS JOIN {TABLES} WHERE c.number = f.number {NEWEST_FIRST}"), values)
}

/// The contacts whose name, address or number holds the query.
fn contacts(query: &str, postgres: bool, values: &mut Vec<Value>) -> String {
    let lower = query.to_lowercase();
    match (query.chars().count() < PART_CHARS_MIN, postgres) {
        (true, true) => {
            let start = bind(values, format!("{}%", literal(&lower)));
            format!("SELECT id AS contact_id FROM contacts WHERE name IS NOT NULL AND lower(name) LIKE {start}")
        }
        (true, false) => {
            let (from, to) = (bind(values, lower.clone()), bind(values, format!("{lower}\u{10ffff}")));
            format!(
                "SELECT id AS contact_id FROM contacts WHERE name IS NOT NULL AND lower(name) >= {from} AND lower(name) < {to}"
            )
        }
        (false, true) => {
            let (whole, part) = (bind(values, lower.clone()), bind(values, format!("%{}%", literal(&lower))));
            format!(
                "SELECT id AS contact_id FROM contacts WHERE trigrams(contact_words(name, email, phone)) @> trigrams({whole}) \
                 AND contact_words(name, email, phone) LIKE {part}"
            )
        }
        (false, false) => {
            let part = bind(values, quoted(query));
            format!(
                "SELECT w.contact_id FROM contacts_search s JOIN contact_words w ON w.pk = s.rowid \
                 WHERE contacts_search MATCH {part} ORDER BY s.rowid DESC"
            )
        }
    }
}

/// The conversations in which all the query's words were said; `None` if it has none.
fn said(query: &str, postgres: bool, values: &mut Vec<Value>) -> Option<String> {
    let words: Vec<&str> =
        query.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(WORDS_MAX).collect();
    if words.is_empty() {
        return None;
    }
    Some(if postgres {
        let word = |word: &&str| if is_whole(word) { (*word).to_owned() } else { format!("{word}:*") };
        let words = words.iter().map(word).collect::<Vec<_>>().join(" & ");
        let words = bind(values, words);
        format!(
            "SELECT conversation_id FROM messages WHERE to_tsvector('simple', text) @@ to_tsquery('simple', {words}) \
             ORDER BY pk DESC"
        )
    } else {
        let word = |word: &&str| format!("{}{}", quoted(word), if is_whole(word) { "" } else { "*" });
        let words = words.iter().map(word).collect::<Vec<_>>().join(" ");
        let words = bind(values, words);
        format!(
            "SELECT m.conversation_id FROM messages_search s JOIN messages m ON m.pk = s.rowid \
             WHERE messages_search MATCH {words} ORDER BY s.rowid DESC"
        )
    })
}

/// A single letter begins so many words that it would find everything, slowly; it is looked for as a word.
fn is_whole(word: &str) -> bool {
    word.len() == 1
}

/// A phrase of FTS5, in which no sign means anything.
fn quoted(words: &str) -> String {
    format!("\"{}\"", words.replace('"', "\"\""))
}

/// A pattern of LIKE, in which no sign means anything.
fn literal(words: &str) -> String {
    words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// What SQLite indexes, and in which table's order.
const INDEXES: [Index; 2] = [
    Index { name: "messages", index: "messages_search", table: "messages" },
    Index { name: "contacts", index: "contacts_search", table: "contact_words" },
];

/// An index that is written in batches.
struct Index {
    /// Its name in `search_progress`.
    name: &'static str,
    /// The table of the index.
    index: &'static str,
    /// The table whose `text` it holds by `pk`, which only grows.
    table: &'static str,
}

/// Brings the indexes up to date, a short transaction at a time. `true`: so much is missing that it must go on later.
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

/// Puts up to `limit` messages, and as many contacts, that are not in their index yet into it; how many there were.
/// PostgreSQL has done so itself.
pub async fn index_new(db: &impl ConnectionTrait, limit: u64) -> Result<u64, StoreError> {
    let mut added = 0;
    if db.get_database_backend() != DatabaseBackend::Postgres {
        for index in &INDEXES {
            added += index.add_new(db, limit).await?;
        }
    }
    Ok(added)
}

impl Index {
    async fn add_new(&self, db: &impl ConnectionTrait, limit: u64) -> Result<u64, StoreError> {
        let Self { name, index, table } = self;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let next = format!(
            "SELECT p.pk, (SELECT max(pk) FROM (SELECT pk FROM {table} WHERE pk > p.pk ORDER BY pk LIMIT ?)) \
             FROM search_progress p WHERE p.name = '{name}'"
        );
        let Some(found) = one(db, &next, vec![limit.into()]).await? else { return Ok(0) };
        let (done, last): (i64, Option<i64>) = (found.try_get_by_index(0)?, found.try_get_by_index(1)?);
        let Some(last) = last else { return Ok(0) };
        let add = format!(
            "INSERT INTO {index} (rowid, text) SELECT pk, text FROM {table} WHERE pk > ? AND pk <= ? ORDER BY pk"
        );
        let added = db.execute_raw(sqlite(&add, vec![done.into(), last.into()])).await?.rows_affected();
        let note = format!("UPDATE search_progress SET pk = ? WHERE name = '{name}'");
        db.execute_raw(sqlite(&note, vec![last.into()])).await?;
        Ok(added)
    }
}

async fn is_behind(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    if db.get_database_backend() == DatabaseBackend::Postgres {
        return Ok(false);
    }
    let newer = INDEXES.map(|Index { name, table, .. }| {
        format!("EXISTS (SELECT 1 FROM {table} WHERE pk > (SELECT pk FROM search_progress WHERE name = '{name}'))")
    });
    let answer = one(db, &format!("SELECT {}", newer.join(" OR ")), Vec::new()).await?;
    Ok(answer.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(false))
}

async fn one(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Result<Option<QueryResult>, DbErr> {
    db.query_one_raw(sqlite(sql, values)).await
}

fn sqlite(sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(DatabaseBackend::Sqlite, sql, values)
}
