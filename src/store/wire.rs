//! The connection that writes to a SQLite database.
//!
//! Each call wakes SQLite's thread and is woken by it, which costs more than most statements do. So whatever only opens or closes a
//! part of a transaction waits for the statement after it, and the two go in one call.
//!
//! Invariant: once the database may have given the transaction up by itself, nothing more is written until
//! [`Wire::give_up`] has ended it. A statement outside a transaction would be durable at once, without its neighbours.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex as StdMutex, PoisonError};

use futures_util::TryStreamExt as _;
use sea_orm::sea_query::Values;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteQueryResult, SqliteRow};
use sea_orm::sqlx::{self, AssertSqlSafe, ConnectOptions as _, Connection as _, Execute, Executor as _, Sqlite};
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
};
use sea_query_sqlx::SqlxValues;
use tokio::sync::Mutex;

/// Result codes after which SQLite may have rolled back: full, I/O, memory, busy, interrupted, and what a damaged file gives
/// (<https://www.sqlite.org/lang_transaction.html>, "Response To Errors Within A Transaction").
const ROLLED_BACK: [i32; 8] = [5, 7, 8, 9, 10, 11, 13, 26];

/// An open connection.
pub(super) struct Wire {
    /// `None` once it is closed.
    connection: Mutex<Option<SqliteConnection>>,
    /// What goes before the next statement.
    ahead: StdMutex<Vec<&'static str>>,
    is_lost: AtomicBool,
}

impl Wire {
    /// Opens the file.
    pub(super) async fn open(options: &SqliteConnectOptions) -> Result<Self, DbErr> {
        let connection = options.connect().await.map_err(|error| DbErr::Conn(shared(error)))?;
        Ok(Self {
            connection: Mutex::new(Some(connection)),
            ahead: StdMutex::default(),
            is_lost: AtomicBool::new(false),
        })
    }

    /// Puts a statement before the next one.
    pub(super) fn before_next(&self, sql: &'static str) {
        self.ahead().push(sql);
    }

    /// Whether nothing was said since this statement was put before the next one.
    pub(super) fn still_waits(&self, sql: &'static str) -> bool {
        *self.ahead() == [sql]
    }

    /// Forgets what would go before the next statement.
    pub(super) fn forget(&self) {
        self.ahead().clear();
    }

    /// Whether the database may have given the transaction up.
    pub(super) fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Acquire)
    }

    /// Undoes the transaction, if there still is one.
    pub(super) async fn give_up(&self) -> Result<(), DbErr> {
        self.forget();
        self.is_lost.store(false, Ordering::Release);
        match self.execute_unprepared("ROLLBACK").await {
            Err(error) if !error.to_string().contains("no transaction is active") => Err(error),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Closes the connection.
    pub(super) async fn shut(&self) -> Result<(), DbErr> {
        match self.connection.lock().await.take() {
            Some(connection) => connection.close().await.map_err(|error| DbErr::Conn(shared(error))),
            None => Ok(()),
        }
    }

    fn ahead(&self) -> std::sync::MutexGuard<'_, Vec<&'static str>> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The statement, after what goes before it.
    fn together(&self, sql: &str) -> Result<String, DbErr> {
        if self.is_lost() {
            return Err(DbErr::Custom("the database gave the transaction up".into()));
        }
        let ahead = std::mem::take(&mut *self.ahead());
        Ok(ahead.iter().copied().chain([sql]).collect::<Vec<_>>().join(";"))
    }

    /// What a call came to. Remembers if it may have cost the transaction.
    fn outcome<T>(&self, outcome: Result<T, sqlx::Error>) -> Result<T, RuntimeErr> {
        outcome.map_err(|error| {
            let code = error.as_database_error().and_then(|error| error.code()?.parse::<i32>().ok());
            // The lower byte is the primary code. Without one it is not known what happened.
            let is_harmless = code.is_some_and(|code| !ROLLED_BACK.contains(&(code & 0xff)))
                && !error.to_string().contains("no such savepoint");
            if !is_harmless {
                self.is_lost.store(true, Ordering::Release);
            }
            shared(error)
        })
    }

    /// Runs what comes together. The result is the last statement's: SQLite counts a `BEGIN` as many changes as the statement before
    /// it made.
    async fn run<'q>(&self, query: impl Execute<'q, Sqlite> + 'q) -> Result<ExecResult, DbErr> {
        let mut connection = self.connection.lock().await;
        let mut results = open(&mut connection)?.fetch_many(query);
        let mut last = SqliteQueryResult::default();
        while let Some(result) = self.outcome(results.try_next().await).map_err(DbErr::Exec)? {
            last = result.left().unwrap_or(last);
        }
        Ok(last.into())
    }

    async fn rows(&self, statement: Statement) -> Result<Vec<SqliteRow>, DbErr> {
        let sql = self.together(&statement.sql)?;
        let query = sqlx::query_with(AssertSqlSafe(sql), SqlxValues(values(statement)));
        let rows = query.fetch_all(open(&mut *self.connection.lock().await)?).await;
        self.outcome(rows).map_err(DbErr::Query)
    }
}

fn open(connection: &mut Option<SqliteConnection>) -> Result<&mut SqliteConnection, DbErr> {
    connection.as_mut().ok_or_else(|| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))
}

fn shared(error: sqlx::Error) -> RuntimeErr {
    RuntimeErr::SqlxError(error.into())
}

fn values(statement: Statement) -> Values {
    statement.values.unwrap_or_else(|| Values(Vec::new()))
}

#[async_trait::async_trait]
impl ConnectionTrait for Wire {
    fn get_database_backend(&self) -> DatabaseBackend {
        DatabaseBackend::Sqlite
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let sql = self.together(&statement.sql)?;
        self.run(sqlx::query_with(AssertSqlSafe(sql), SqlxValues(values(statement)))).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let sql = self.together(sql)?;
        self.run(sqlx::raw_sql(AssertSqlSafe(sql))).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.rows(statement).await?.into_iter().next().map(QueryResult::from))
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        Ok(self.rows(statement).await?.into_iter().map(QueryResult::from).collect())
    }
}
