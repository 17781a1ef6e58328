//! The one writer of a SQLite database. Transactions that wait for it share a commit, so that many small facts cost one
//! `fsync`: group commit. Each but a group's first runs in a savepoint, so that one that fails undoes nothing of its
//! neighbours'.
//!
//! Invariant: nobody is told that a transaction is durable before the commit that holds it has succeeded. A group whose
//! database transaction was lost (a full disk makes SQLite roll back by itself) fails as a whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::{
    ConnAcquireErr, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard, oneshot};

use super::StoreError;
use super::open::ACQUIRE_TIMEOUT;

/// Hands the connection to one transaction after the other, in the order they asked.
#[derive(Clone)]
pub(super) struct Writer(Arc<Shared>);

struct Shared {
    line: Arc<Mutex<Line>>,
    /// Whether somebody has already queued up to end the group.
    ending: AtomicBool,
}

/// The connection and what runs on it.
struct Line {
    options: ConnectOptions,
    db: DatabaseConnection,
    group: Option<Group>,
}

/// Transactions that will be committed together.
struct Group {
    tx: DatabaseTransaction,
    /// Those that are done and wait for the commit.
    done: Vec<oneshot::Sender<Result<(), DbErr>>>,
    debt: Debt,
}

/// What the last transaction left behind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Debt {
    None,
    /// It gave up inside its savepoint.
    Savepoint,
    /// It gave up and had none; nobody else has written yet.
    Everything,
    /// The database lost the transaction.
    Lost,
}

/// One transaction of a group. It has the connection alone until it ends; dropping it undoes what it did.
pub(super) struct Member {
    shared: Arc<Shared>,
    group: OwnedMappedMutexGuard<Line, Group>,
    has_savepoint: bool,
    is_done: bool,
}

impl Writer {
    /// A writer over `db`, which has one connection. `options` replace it after a failure.
    pub(super) fn new(db: DatabaseConnection, options: ConnectOptions) -> Self {
        let line = Arc::new(Mutex::new(Line { options, db, group: None }));
        Self(Arc::new(Shared { line, ending: AtomicBool::new(false) }))
    }

    /// Waits for the connection and begins.
    pub(super) async fn begin(&self) -> Result<Member, StoreError> {
        // Whoever waits long gets an error instead: another process may hold the file, and the line would only grow.
        let line = tokio::time::timeout(ACQUIRE_TIMEOUT, self.0.line.clone().lock_owned()).await;
        let mut line = line.map_err(|_| StoreError::Database(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)))?;
        let has_savepoint = line.join().await?;
        let group = OwnedMutexGuard::try_map(line, |line| line.group.as_mut())
            .map_err(|_| StoreError::Database(DbErr::Custom("the transaction ended before it began".into())))?;
        Ok(Member { shared: self.0.clone(), group, has_savepoint, is_done: false })
    }

    /// Closes the connection, after whatever runs on it.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        let mut line = self.0.line.lock().await;
        line.end().await;
        Ok(line.db.clone().close().await?)
    }
}

impl Member {
    /// The transaction to work in.
    pub(super) fn transaction(&self) -> &DatabaseTransaction {
        &self.group.tx
    }

    /// Waits until the group is durable.
    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        if self.has_savepoint {
            self.group.tx.execute_unprepared("RELEASE member").await.inspect_err(|_| self.group.debt = Debt::Lost)?;
        }
        let (sender, outcome) = oneshot::channel();
        self.group.done.push(sender);
        self.is_done = true;
        drop(self);
        let unknown = |_| DbErr::Custom("the process stops; whether the commit succeeded is not known".into());
        Ok(outcome.await.map_err(unknown)??)
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        if !self.is_done && self.group.debt == Debt::None {
            self.group.debt = if self.has_savepoint { Debt::Savepoint } else { Debt::Everything };
        }
        // The line moves on when this returns and the guard is dropped.
        self.shared.end_soon();
    }
}

impl Shared {
    /// Ends the group after everybody who waits now: the line is first come, first served. In a task of its own, so that
    /// a caller who goes away does not leave the others without their commit.
    fn end_soon(self: &Arc<Self>) {
        if self.ending.swap(true, Ordering::AcqRel) {
            return;
        }
        let shared = self.clone();
        // Without a runtime the process is ending, and the database undoes what was not committed.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let mut line = shared.line.lock().await;
                shared.ending.store(false, Ordering::Release);
                line.end().await;
            });
        }
    }
}

impl Line {
    /// Enters the group, or begins one. Says whether a savepoint was set.
    async fn join(&mut self) -> Result<bool, StoreError> {
        let sql = match &self.group {
            Some(Group { debt: Debt::None, .. }) => Some("SAVEPOINT member"),
            Some(Group { debt: Debt::Savepoint, .. }) => Some("ROLLBACK TO member; RELEASE member; SAVEPOINT member"),
            Some(Group { debt: Debt::Everything | Debt::Lost, .. }) => {
                self.end().await;
                None
            }
            None => None,
        };
        let (Some(sql), Some(group)) = (sql, &mut self.group) else {
            self.group = Some(Group { tx: self.begin().await?, done: Vec::new(), debt: Debt::None });
            return Ok(false);
        };
        if let Err(error) = group.tx.execute_unprepared(sql).await {
            group.debt = Debt::Lost;
            self.end().await;
            return Err(error.into());
        }
        group.debt = Debt::None;
        Ok(true)
    }

    async fn begin(&mut self) -> Result<DatabaseTransaction, StoreError> {
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.db.begin_with_options(immediate).await?)
    }

    /// Commits what is done, undoes what is not, and tells everybody who waits.
    async fn end(&mut self) {
        let Some(Group { tx, done, debt }) = self.group.take() else { return };
        let outcome = match debt {
            Debt::None => tx.commit().await,
            Debt::Savepoint => match tx.execute_unprepared("ROLLBACK TO member; RELEASE member").await {
                Ok(_) => tx.commit().await,
                Err(error) => Err(error),
            },
            Debt::Everything => tx.rollback().await,
            Debt::Lost => Err(DbErr::Custom("the database gave the transaction up".into())),
        };
        if let Err(error) = &outcome {
            tracing::error!(%error, transactions = done.len(), "a commit failed; nothing of it is stored");
            self.replace().await;
        }
        for waiting in done {
            // Whoever went away does not need to know.
            drop(waiting.send(outcome.clone()));
        }
    }

    /// After a failure it is not known what state the connection is in, so another one takes its place.
    async fn replace(&mut self) {
        match Database::connect(self.options.clone()).await {
            Ok(db) => {
                let old = std::mem::replace(&mut self.db, db);
                tokio::spawn(async move {
                    if let Err(error) = old.close().await {
                        tracing::warn!(%error, "the failed connection did not close");
                    }
                });
            }
            Err(error) => {
                tracing::error!(%error, "the database can not be opened again; trying with the old connection")
            }
        }
    }
}
