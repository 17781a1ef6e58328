//! Opening a database, and the transactions on it.

use std::ops::Deref;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use baton_migrations::{Migrator, MigratorTrait};
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::sqlx::{self, ConnectOptions as _};
use sea_orm::{
    ConnAcquireErr, ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection,
    DatabaseTransaction, DbErr, ExecResult, QueryResult, Statement, TransactionTrait,
};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::batch;
use super::settings::Memory;
use super::writer::{Member, Writer};

/// How long a statement may wait for another writer of the same SQLite file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a caller waits for a free connection before it gets an error.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// Statements slower than this are logged.
const SLOW_STATEMENT: Duration = Duration::from_millis(500);
const READERS_MAX: u32 = 8;
/// Searches at a time on a large machine, so that they never keep every reader.
const SEARCHES_MAX: usize = 6;
/// Pages a reader keeps for itself, in kibibytes (negative: not in pages). The system keeps the file's pages for all of them: with a
/// quarter of SQLite's own figure lists and searches are as quick, and an idle process keeps 7 MB less.
const READER_CACHE: &str = "-512";
/// Statements the writer keeps prepared: each of the store's, alone and after the beginning of a transaction.
const WRITER_STATEMENTS_MAX: usize = 400;
/// Pages of the write-ahead log after which it is copied into the database, four times SQLite's own number: a page that is
/// written often is copied once. 4 KiB each.
const WAL_PAGES: u32 = 4_000;
const POSTGRES_CONNECTIONS_MAX: u32 = 16;
/// How long a connection to PostgreSQL is believed to stand after its last use.
const BELIEVED_FOR: Duration = Duration::from_secs(1);
/// Any number will do, as long as nobody else uses it.
const MIGRATION_LOCK: i64 = 718_293;

/// Why the store could not do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed. Trying again later may help.
    #[error("the database failed: {0}")]
    Database(#[from] DbErr),
    /// A row holds something no version of Baton writes.
    #[error("the database holds an unknown {column} {value:?}; was it written by a newer version?")]
    Unreadable {
        /// Which column.
        column: &'static str,
        /// What it holds.
        value: String,
    },
    /// The address of the database can not be used.
    #[error("BATON_DATABASE_URL: {0}")]
    Address(String),
    /// A sealed value could not be opened.
    #[error(transparent)]
    Seal(#[from] super::seal::SealError),
}

impl StoreError {
    /// Whether a unique index refused the row: somebody else wrote the same fact first.
    pub fn is_conflict(&self) -> bool {
        match self {
            Self::Database(error) => matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_))),
            Self::Unreadable { .. } | Self::Address(_) | Self::Seal(_) => false,
        }
    }
}

/// A database. SQLite has one writing connection and several reading ones; PostgreSQL has one pool.
#[derive(Clone)]
pub struct Store {
    /// SQLite's; PostgreSQL writes through the pool.
    writer: Option<Writer>,
    reader: DatabaseConnection,
    /// Turns to search.
    searches: Arc<Semaphore>,
    url: SecretString,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_postgres() { "Store(PostgreSQL)" } else { "Store(SQLite)" })
    }
}

/// A transaction. Dropping it rolls it back.
pub struct Tx(Work);

/// A connection inside a transaction.
pub struct Work {
    kind: Kind,
    settings: Memory,
}

enum Kind {
    /// PostgreSQL: on a connection of its own.
    Alone(DatabaseTransaction),
    /// SQLite: one after the other on the one writing connection, committed together.
    Shared(Member),
}

impl Tx {
    /// Makes everything done in it durable, or nothing.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.0.kind {
            Kind::Alone(tx) => Ok(tx.commit().await?),
            Kind::Shared(member) => member.commit().await,
        }
    }

    /// Runs the last statements, which see nothing of each other, and makes everything durable, or nothing.
    pub(super) async fn commit_after(self, statements: Vec<Statement>) -> Result<(), StoreError> {
        match self.0.kind {
            Kind::Alone(tx) => {
                batch::run_at_once(&tx, statements).await?;
                Ok(tx.commit().await?)
            }
            Kind::Shared(member) => member.commit_after(statements).await,
        }
    }
}

impl Work {
    /// The settings as this transaction has read them.
    pub(super) fn settings(&self) -> &Memory {
        &self.settings
    }
}

impl Deref for Tx {
    type Target = Work;

    fn deref(&self) -> &Work {
        &self.0
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Work {
    fn get_database_backend(&self) -> DatabaseBackend {
        match &self.kind {
            Kind::Alone(_) => DatabaseBackend::Postgres,
            Kind::Shared(_) => DatabaseBackend::Sqlite,
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match &self.kind {
            Kind::Alone(tx) => tx.execute_raw(statement).await,
            Kind::Shared(member) => member.wire().execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match &self.kind {
            Kind::Alone(tx) => tx.execute_unprepared(sql).await,
            Kind::Shared(member) => member.wire().execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match &self.kind {
            Kind::Alone(tx) => tx.query_one_raw(statement).await,
            Kind::Shared(member) => member.wire().query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match &self.kind {
            Kind::Alone(tx) => tx.query_all_raw(statement).await,
            Kind::Shared(member) => member.wire().query_all_raw(statement).await,
        }
    }
}

impl Store {
    /// Whether there is a database to open already; a SQLite file that is missing would be made.
    pub fn exists(url: &str) -> bool {
        url.strip_prefix("sqlite:").is_none_or(|path| std::path::Path::new(path.trim_start_matches("//")).exists())
    }

    /// Connects to `sqlite:PATH` or `postgres://...`. Creates the SQLite file if it is missing.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            Self::open_sqlite(path.trim_start_matches("//")).await
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let reader = Database::connect(postgres_options(url)).await?;
            Ok(Self { writer: None, reader, searches: searches(), url: url.into() })
        } else {
            let hint = "it must begin with sqlite: (a file) or postgres:// (a server)";
            Err(StoreError::Address(hint.to_owned()))
        }
    }

    async fn open_sqlite(path: &str) -> Result<Self, StoreError> {
        if path.is_empty() || path == ":memory:" {
            return Err(StoreError::Address("name a file, such as sqlite:baton.db".to_owned()));
        }
        make_private(path)?;
        let url = format!("sqlite://{path}?mode=rwc");
        let invalid = |error: sqlx::Error| StoreError::Address(format!("{path} is not a name of a file: {error}"));
        let writing = SqliteConnectOptions::from_str(&url).map_err(invalid)?;
        let writing = writing
            .statement_cache_capacity(WRITER_STATEMENTS_MAX)
            .log_statements(tracing::log::LevelFilter::Trace)
            .log_slow_statements(tracing::log::LevelFilter::Warn, SLOW_STATEMENT);
        let writer = Writer::open(durable(writing)).await?;
        let mut reading = sqlite_options(&url, READERS_MAX);
        reading.map_sqlx_sqlite_opts(|options| durable(options).pragma("cache_size", READER_CACHE));
        let reader = Database::connect(reading).await?;
        Ok(Self { writer: Some(writer), reader, searches: searches(), url: url.into() })
    }

    /// Brings the schema up to date. Safe to call from several nodes at once.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let url = self.url.expose_secret();
        if !self.is_postgres() {
            let alone = Database::connect(sqlite_options(url, 1)).await?;
            let outcome = Migrator::up(&alone, None).await;
            alone.close().await?;
            return Ok(outcome?);
        }
        // An advisory lock belongs to one connection, so the migrations run on one of their own.
        let alone = Database::connect(options(url, 1)).await?;
        alone.execute_unprepared(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).await?;
        let outcome = Migrator::up(&alone, None).await;
        alone.close().await?;
        Ok(outcome?)
    }

    /// Begins a transaction. On SQLite it is the only one that writes until it ends. Whoever holds it reads through it: on
    /// PostgreSQL, as many holders as there are connections that each ask for one more would wait for each other.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let kind = match &self.writer {
            Some(writer) => Kind::Shared(writer.begin().await?),
            None => Kind::Alone(self.reader.begin().await?),
        };
        Ok(Tx(Work { kind, settings: Memory::default() }))
    }

    /// A connection to read from, for whoever holds no transaction.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Waits for a turn to search, which ends when it is dropped. A search for a common word keeps a processor busy for long: one at
    /// a time on each is done sooner than all at once, and lists find a reader meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Database`] if there was none within ten seconds.
    pub(super) async fn turn_to_search(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let turn = tokio::time::timeout(ACQUIRE_TIMEOUT, self.searches.clone().acquire_owned()).await;
        // The semaphore is never closed.
        turn.ok().and_then(Result::ok).ok_or(StoreError::Database(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)))
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.reader.ping().await?)
    }

    /// Whether every migration of this version has run.
    pub async fn is_migrated(&self) -> Result<bool, StoreError> {
        Ok(Migrator::get_pending_migrations(&self.reader).await?.is_empty())
    }

    /// Writes a consistent copy of a SQLite database to `path` while it is in use.
    pub async fn backup_to(&self, path: &str) -> Result<(), StoreError> {
        if self.is_postgres() {
            let hint = "back up a PostgreSQL database with pg_dump, which is consistent by itself";
            return Err(StoreError::Address(hint.to_owned()));
        }
        // SQLite fills an empty file, and keeps who may read it.
        make_private(path)?;
        let statement =
            sea_orm::Statement::from_sql_and_values(DatabaseBackend::Sqlite, "VACUUM INTO ?", [path.to_owned().into()]);
        self.reader.execute_raw(statement).await?;
        Ok(())
    }

    /// Closes every connection.
    pub async fn close(self) -> Result<(), StoreError> {
        if let Some(writer) = self.writer {
            writer.close().await?;
        }
        Ok(self.reader.close().await?)
    }

    /// Whether it is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.writer.is_none()
    }
}

/// As many turns as there are processors, at most.
fn searches() -> Arc<Semaphore> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    Arc::new(Semaphore::new(processors.min(SEARCHES_MAX)))
}

/// Customers' words are in the file: a new one is readable by its owner only. SQLite gives its helper files the same mode.
fn make_private(path: &str) -> Result<(), StoreError> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => check_writable(path),
        Err(error) => Err(StoreError::Address(format!("can not make the file {path}: {error}"))),
    }
}

/// SQLite would open a file that may only be read, and fail at the first message.
fn check_writable(path: &str) -> Result<(), StoreError> {
    let opened = std::fs::OpenOptions::new().append(true).open(path);
    opened.map(drop).map_err(|error| {
        let advice = "Check who owns it and its folder, and that the disk is not mounted read-only.";
        StoreError::Address(format!("the file {path} can not be written: {error}. {advice}"))
    })
}

fn options(url: &str, connections_max: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections_max)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // Without these the pool looks after its connections in a task that may count idle ones below zero and then never ends, at
        // full speed (https://github.com/transact-rs/sqlx/issues/3645). A dead connection is noticed when it is asked for.
        .idle_timeout(None)
        .max_lifetime(None)
        .sqlx_logging_level(tracing::log::LevelFilter::Trace)
        .sqlx_slow_statements_logging_settings(tracing::log::LevelFilter::Warn, SLOW_STATEMENT);
    options
}

/// A connection that is in constant use is not asked whether it is still there: that would be one more way to the server and back
/// for each transaction. One that broke a moment ago fails one caller, who tries again.
fn postgres_options(url: &str) -> ConnectOptions {
    let mut options = options(url, POSTGRES_CONNECTIONS_MAX);
    options.test_before_acquire_if_idle_for(BELIEVED_FOR);
    options
}

fn sqlite_options(url: &str, connections_max: u32) -> ConnectOptions {
    let mut options = options(url, connections_max);
    // A file does not hang up: asking whether it is still there would be a way to the connection's thread and back.
    options.test_before_acquire(false);
    options.map_sqlx_sqlite_opts(durable);
    options
}

/// WAL lets readers go on while the writer commits; FULL makes a commit survive a power cut.
fn durable(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .pragma("journal_mode", "WAL")
        .pragma("synchronous", "FULL")
        .pragma("foreign_keys", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("wal_autocheckpoint", WAL_PAGES.to_string())
        .busy_timeout(BUSY_TIMEOUT)
}
