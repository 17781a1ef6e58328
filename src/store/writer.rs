//! The one writer of a SQLite database. Transactions that wait for it share a commit, so that many small facts cost one
//! `fsync`: group commit. Each but a group's first runs in a savepoint, so that one that fails undoes nothing of its
//! neighbours'.
//!
//! Invariant: nobody is told that a transaction is durable before the commit that holds it has succeeded. A group whose
//! database transaction was lost (a full disk makes SQLite roll back by itself) fails as a whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::{ConnAcquireErr, ConnectionTrait, DbErr, Statement};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use super::open::ACQUIRE_TIMEOUT;
use super::wire::Wire;
use super::{StoreError, batch};

const BEGIN: &str = "BEGIN IMMEDIATE";
const UNDO_MEMBER: &str = "ROLLBACK TO member;RELEASE member";

/// Hands the connection to one transaction after the other, in the order they asked.
#[derive(Clone)]
pub(super) struct Writer(Arc<Shared>);

struct Shared {
    line: Arc<Mutex<Line>>,
    /// How many wait for the connection.
    waiting: AtomicUsize,
    /// Whether somebody has already queued up to end the group.
    ending: AtomicBool,
}

/// The connection and what runs on it.
struct Line {
    options: SqliteConnectOptions,
    wire: Wire,
    group: Option<Group>,
}

/// Transactions that will be committed together.
#[derive(Default)]
struct Group {
    /// Those that are done and wait for the commit.
    done: Vec<oneshot::Sender<Result<(), DbErr>>>,
    debt: Debt,
}

/// What the last transaction left behind.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Debt {
    #[default]
    None,
    /// It gave up inside its savepoint.
    Savepoint,
    /// It gave up and had none; nobody else has written yet.
    Everything,
}

/// One transaction of a group. It has the connection alone until it ends; dropping it undoes what it did.
pub(super) struct Member {
    shared: Arc<Shared>,
    line: OwnedMutexGuard<Line>,
    has_savepoint: bool,
    is_done: bool,
}

impl Writer {
    /// Opens the one connection; it is opened again with the same options after a failure.
    pub(super) async fn open(options: SqliteConnectOptions) -> Result<Self, DbErr> {
        let wire = Wire::open(&options).await?;
        let line = Arc::new(Mutex::new(Line { options, wire, group: None }));
        Ok(Self(Arc::new(Shared { line, waiting: AtomicUsize::new(0), ending: AtomicBool::new(false) })))
    }

    /// Waits for the connection and begins.
    pub(super) async fn begin(&self) -> Result<Member, StoreError> {
        // Whoever waits long gets an error instead: another process may hold the file, and the line would only grow.
        let waiting = Waiting::new(&self.0);
        let line = tokio::time::timeout(ACQUIRE_TIMEOUT, self.0.line.clone().lock_owned()).await;
        drop(waiting);
        let mut line = line.map_err(|_| StoreError::Database(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)))?;
        let has_savepoint = line.join().await;
        Ok(Member { shared: self.0.clone(), line, has_savepoint, is_done: false })
    }

    /// Closes the connection, after whatever runs on it.
    pub(super) async fn close(self) -> Result<(), StoreError> {
        let mut line = self.0.line.lock().await;
        line.end().await;
        // What replaces it is never opened: the store is closed.
        Ok(line.wire.shut().await?)
    }
}

/// Somebody in the line.
struct Waiting<'a>(&'a Shared);

impl<'a> Waiting<'a> {
    fn new(shared: &'a Shared) -> Self {
        shared.waiting.fetch_add(1, Ordering::AcqRel);
        Self(shared)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Member {
    /// The connection, to work on it.
    pub(super) fn wire(&self) -> &Wire {
        &self.line.wire
    }

    /// Waits until the group is durable.
    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        if self.has_savepoint {
            self.line.wire.before_next("RELEASE member");
        }
        let (sender, outcome) = oneshot::channel();
        self.line.group.get_or_insert_default().done.push(sender);
        self.is_done = true;
        drop(self);
        let unknown = |_| DbErr::Custom("the process stops; whether the commit succeeded is not known".into());
        Ok(outcome.await.map_err(unknown)??)
    }

    /// Runs the last statements of the transaction and waits until the group is durable. Nobody else to wait for: one call.
    pub(super) async fn commit_after(mut self, mut statements: Vec<Statement>) -> Result<(), StoreError> {
        if self.has_savepoint || self.shared.waiting.load(Ordering::Acquire) > 0 {
            batch::run(self.wire(), statements).await?;
            return self.commit().await;
        }
        statements.push(Statement::from_string(self.wire().get_database_backend(), "COMMIT"));
        // A failure leaves the transaction open, and dropping this undoes it.
        batch::run(self.wire(), statements).await?;
        self.line.group = None;
        self.is_done = true;
        Ok(())
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let has_savepoint = self.has_savepoint;
        if let Some(group) = self.line.group.as_mut().filter(|group| !self.is_done && group.debt == Debt::None) {
            group.debt = if has_savepoint { Debt::Savepoint } else { Debt::Everything };
        }
        // The line moves on when this returns and the guard is dropped.
        if self.line.group.is_some() {
            self.shared.end_soon();
        }
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
    /// Enters the group, or begins one. Says whether a savepoint is set. All of it happens with the first statement.
    async fn join(&mut self) -> bool {
        if self.wire.is_lost() || self.group.as_ref().is_some_and(|group| group.debt == Debt::Everything) {
            self.end().await;
        }
        if self.wire.is_lost() {
            self.recover().await;
        }
        let Some(group) = &mut self.group else {
            self.wire.before_next(BEGIN);
            self.group = Some(Group::default());
            return false;
        };
        if std::mem::take(&mut group.debt) == Debt::Savepoint {
            self.wire.before_next(UNDO_MEMBER);
        }
        self.wire.before_next("SAVEPOINT member");
        true
    }

    /// Commits what is done, undoes what is not, and tells everybody who waits.
    async fn end(&mut self) {
        let Some(Group { done, debt }) = self.group.take() else { return };
        let outcome = match debt {
            // Nobody has said anything to the database.
            _ if self.wire.still_waits(BEGIN) => {
                self.wire.forget();
                Ok(())
            }
            _ if self.wire.is_lost() => Err(DbErr::Custom("the database gave the transaction up".into())),
            Debt::Everything => self.wire.give_up().await,
            Debt::None => self.commit().await,
            Debt::Savepoint => {
                self.wire.before_next(UNDO_MEMBER);
                self.commit().await
            }
        };
        if let Err(error) = &outcome {
            if !done.is_empty() {
                tracing::error!(%error, transactions = done.len(), "a commit failed; nothing of it is stored");
            }
            self.recover().await;
        }
        for waiting in done {
            // Whoever went away does not need to know.
            drop(waiting.send(outcome.clone()));
        }
    }

    async fn commit(&self) -> Result<(), DbErr> {
        self.wire.execute_unprepared("COMMIT").await.map(drop)
    }

    async fn recover(&mut self) {
        if let Err(error) = self.wire.give_up().await {
            tracing::warn!(%error, "a transaction could not be undone; the database is opened again");
            self.replace().await;
        }
    }

    /// After such a failure it is not known what state the connection is in, so another one takes its place.
    async fn replace(&mut self) {
        match Wire::open(&self.options).await {
            Ok(wire) => {
                let old = std::mem::replace(&mut self.wire, wire);
                tokio::spawn(async move {
                    if let Err(error) = old.shut().await {
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
