//! A connection that keeps writes back until the end of a change, and then runs them in one call.
//!
//! Each statement to SQLite wakes a thread and is woken by it; a change of a conversation makes a dozen statements that nobody
//! waits for. Invariant: what is kept back runs in order, and before anything that is read through here.

use std::sync::{Mutex, PoisonError};

use sea_orm::sqlx::sqlite::SqliteQueryResult;
use sea_orm::{ConnectionTrait, DatabaseBackend, DbErr, ExecResult, QueryResult, Statement};

use super::open::Work;
use super::{StoreError, Tx, batch};

/// Writes of one transaction that are kept back. They never happen unless [`Later::run`] is called. PostgreSQL, whose protocol
/// takes one statement at a time, gets each at once.
pub struct Later<'tx> {
    tx: &'tx Work,
    kept: Mutex<Vec<Statement>>,
}

impl<'tx> Later<'tx> {
    /// Keeps writes of `tx` back.
    pub fn new(tx: &'tx Tx) -> Self {
        Self { tx, kept: Mutex::default() }
    }

    /// Runs what was kept back.
    pub async fn run(self) -> Result<(), StoreError> {
        Ok(self.flush().await?)
    }

    async fn flush(&self) -> Result<(), DbErr> {
        let kept = std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner));
        match kept.is_empty() {
            true => Ok(()),
            false => batch::run(self.tx, kept).await,
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Later<'_> {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.tx.get_database_backend()
    }

    /// Says nothing about the rows it changed, since it has not changed them yet.
    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        if self.get_database_backend() != DatabaseBackend::Sqlite {
            return self.tx.execute_raw(statement).await;
        }
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).push(statement);
        Ok(SqliteQueryResult::default().into())
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.flush().await?;
        self.tx.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.flush().await?;
        self.tx.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.flush().await?;
        self.tx.query_all_raw(statement).await
    }
}
