//! Several statements in as few round trips as the database allows.

use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, Statement, Values};
use uuid::Uuid;

/// Runs statements in order. SQLite takes all of them in one call; PostgreSQL's extended protocol takes one at a time.
pub(super) async fn run(db: &impl ConnectionTrait, statements: Vec<Statement>) -> Result<(), DbErr> {
    if statements.is_empty() {
        return Ok(());
    }
    if db.get_database_backend() != DatabaseBackend::Sqlite {
        for statement in statements {
            db.execute_raw(statement).await?;
        }
        return Ok(());
    }
    let mut sql = String::new();
    let mut values = Vec::new();
    for statement in statements {
        sql.push_str(&statement.sql);
        sql.push(';');
        values.extend(statement.values.map(|values| values.0).unwrap_or_default());
    }
    let together = Statement { sql, values: Some(Values(values)), db_backend: DatabaseBackend::Sqlite };
    db.execute_raw(together).await?;
    Ok(())
}

/// Runs statements that change different rows and see nothing of each other, in any order. One call on either database: on PostgreSQL
/// they are parts of one statement.
pub(super) async fn run_at_once(db: &impl ConnectionTrait, statements: Vec<Statement>) -> Result<(), DbErr> {
    if db.get_database_backend() != DatabaseBackend::Postgres || statements.len() < 2 {
        return run(db, statements).await;
    }
    db.execute_raw(as_parts_of_one(statements)).await?;
    Ok(())
}

/// Statements as parts of one, each with its own values.
fn as_parts_of_one(statements: Vec<Statement>) -> Statement {
    let mut values = Vec::new();
    let mut parts = Vec::with_capacity(statements.len());
    for (place, statement) in statements.into_iter().enumerate() {
        parts.push(format!("part{place} AS ({})", renumbered(&statement.sql, values.len())));
        values.extend(statement.values.map(|values| values.0).unwrap_or_default());
    }
    let sql = format!("WITH {} SELECT 1", parts.join(", "));
    Statement { sql, values: Some(Values(values)), db_backend: DatabaseBackend::Postgres }
}

/// The rows of two questions of the same columns, in one call: those of the first, then those of the second.
pub(super) fn one_after_the_other(backend: DatabaseBackend, [first, second]: [Statement; 2]) -> Statement {
    let mut values = first.values.map(|values| values.0).unwrap_or_default();
    let second_sql = match backend {
        DatabaseBackend::Postgres => renumbered(&second.sql, values.len()),
        _ => second.sql,
    };
    values.extend(second.values.map(|values| values.0).unwrap_or_default());
    let sql = format!("SELECT * FROM ({}) AS first UNION ALL SELECT * FROM ({second_sql}) AS second", first.sql);
    Statement { sql, values: Some(Values(values)), db_backend: backend }
}

/// The same statement whose first value is the one after `before` others. No statement of ours has a `$` but before a number.
fn renumbered(sql: &str, before: usize) -> String {
    let mut pieces = sql.split('$');
    let mut all = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
        let number: usize = piece[..digits].parse().unwrap_or_default();
        all.push_str(&format!("${}{}", number + before, &piece[digits..]));
    }
    all
}

/// `VALUES` rows for a common table expression. PostgreSQL is told the types, SQLite has none.
pub(super) fn value_rows(backend: DatabaseBackend, rows: usize, types: &[&str]) -> String {
    let mut sql = String::from("VALUES ");
    for row in 0..rows {
        sql.push_str(if row == 0 { "(" } else { ", (" });
        for (column, kind) in types.iter().enumerate() {
            if column > 0 {
                sql.push_str(", ");
            }
            match backend {
                DatabaseBackend::Postgres => {
                    sql.push_str(&format!("${}::{kind}", row * types.len() + column + 1));
                }
                _ => sql.push('?'),
            }
        }
        sql.push(')');
    }
    sql
}

/// The ids, some of them repeated up to a power of two, for the same reason as [`pieces`].
pub(super) fn padded(mut ids: Vec<Uuid>) -> Vec<Uuid> {
    if let Some(last) = ids.last().copied() {
        ids.resize(ids.len().next_power_of_two(), last);
    }
    ids
}

/// Cuts `len` into pieces whose sizes are powers of two up to `max`, so that few different statements are ever prepared.
pub(super) fn pieces(mut len: usize, max: usize) -> Vec<usize> {
    let mut pieces = Vec::new();
    while len > 0 {
        let piece = (1 << len.ilog2()).min(max);
        pieces.push(piece);
        len -= piece;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_powers_of_two_and_add_up() {
        assert_eq!(pieces(13, 32), [8, 4, 1]);
        assert_eq!(pieces(70, 32), [32, 32, 4, 2]);
        assert!(pieces(0, 32).is_empty());
    }

    #[test]
    fn padding_repeats_and_adds_nothing() {
        let ids: Vec<Uuid> = (1..=5).map(Uuid::from_u128).collect();
        let padded = padded(ids.clone());
        assert_eq!(padded.len(), 8);
        assert_eq!(padded[..5], ids);
        assert!(padded[5..].iter().all(|id| *id == ids[4]));
    }

    #[test]
    fn parts_of_one_statement_keep_their_values() {
        let part = |sql: &str, values: [i64; 2]| {
            Statement::from_sql_and_values(DatabaseBackend::Postgres, sql, values.map(sea_orm::Value::from))
        };
        let one = as_parts_of_one(vec![
            part("INSERT INTO a VALUES ($1, $2)", [1, 2]),
            part("UPDATE b SET c = $2 WHERE d = $1", [3, 4]),
        ]);
        assert_eq!(
            one.sql,
            "WITH part0 AS (INSERT INTO a VALUES ($1, $2)), part1 AS (UPDATE b SET c = $4 WHERE d = $3) SELECT 1"
        );
        assert_eq!(one.values, Some(Values([1_i64, 2, 3, 4].map(sea_orm::Value::from).to_vec())));
    }

    #[test]
    fn one_question_after_the_other_keeps_both_their_values() {
        for (backend, [first, second], together) in [
            (DatabaseBackend::Sqlite, ["SELECT ?", "SELECT ?"], ["?", "?"]),
            (DatabaseBackend::Postgres, ["SELECT $1", "SELECT $1"], ["$1", "$2"]),
        ] {
            let ask = |sql: &str, value: i64| Statement::from_sql_and_values(backend, sql, [value.into()]);
            let both = one_after_the_other(backend, [ask(first, 1), ask(second, 2)]);
            let [a, b] = together;
            let sql = format!("SELECT * FROM (SELECT {a}) AS first UNION ALL SELECT * FROM (SELECT {b}) AS second");
            assert_eq!((both.sql, both.values), (sql, Some(Values(vec![1_i64.into(), 2_i64.into()]))));
        }
    }

    #[test]
    fn postgres_is_told_the_types() {
        assert_eq!(value_rows(DatabaseBackend::Sqlite, 2, &["uuid", "text"]), "VALUES (?, ?), (?, ?)");
        let typed = value_rows(DatabaseBackend::Postgres, 2, &["uuid", "text"]);
        assert_eq!(typed, "VALUES ($1::uuid, $2::text), ($3::uuid, $4::text)");
    }
}
