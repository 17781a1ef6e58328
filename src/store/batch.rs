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
    fn postgres_is_told_the_types() {
        assert_eq!(value_rows(DatabaseBackend::Sqlite, 2, &["uuid", "text"]), "VALUES (?, ?), (?, ?)");
        let typed = value_rows(DatabaseBackend::Postgres, 2, &["uuid", "text"]);
        assert_eq!(typed, "VALUES ($1::uuid, $2::text), ($3::uuid, $4::text)");
    }
}
