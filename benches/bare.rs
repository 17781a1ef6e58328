//! The yardstick of `baton bench ingest`: a bare HTTP server that stores the rows a message makes in Baton, and does nothing
//! else. No signature, no rules, no events to anybody; the same schema, indices and search index, the same durability.
//!
//! One thread owns the one writing connection. Whatever waits for it shares the next commit, and is answered after it.

use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use actix_web::{App, HttpResponse, HttpServer, web};
use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, Result, params};
use serde::Deserialize;
use tokio::sync::oneshot;
use uuid::Uuid;

/// Most messages that share a commit.
const GROUP_MAX: usize = 512;
const STATEMENTS: usize = 32;

/// Where the present moment comes from.
pub type Clock = fn() -> DateTime<Utc>;

/// A message as a provider delivers it.
#[derive(Debug, Deserialize)]
pub struct Message {
    /// The provider's name for it.
    pub id: String,
    /// A customer's place, or `new`.
    pub from: String,
    /// What was said.
    pub text: String,
}

/// The way to the writing thread.
#[derive(Clone)]
pub struct Writer(Sender<(Message, oneshot::Sender<bool>)>);

impl Writer {
    /// Opens a file that has Baton's schema, and begins with so many customers in conversation.
    pub fn open(file: &Path, customers: u64, clock: Clock) -> Result<Self> {
        let mut rows = Rows::open(file, clock)?;
        rows.begin_with(customers)?;
        let (sender, waiting) = channel();
        std::thread::spawn(move || write(&mut rows, &waiting));
        Ok(Self(sender))
    }

    /// Stores a message; whether it is durable.
    pub async fn store(&self, message: Message) -> bool {
        let (sender, stored) = oneshot::channel();
        self.0.send((message, sender)).is_ok() && stored.await.unwrap_or(false)
    }
}

/// Everything that waits is one transaction.
fn write(rows: &mut Rows, waiting: &Receiver<(Message, oneshot::Sender<bool>)>) {
    let mut group = Vec::with_capacity(GROUP_MAX);
    while let Ok(first) = waiting.recv() {
        group.push(first);
        group.extend(waiting.try_iter().take(GROUP_MAX - 1));
        let stored = rows.commit(group.iter().map(|(message, _)| message)).is_ok();
        for (_, sender) in group.drain(..) {
            // A client that went away needs no answer.
            let _ = sender.send(stored);
        }
    }
}

/// Serves until the process ends.
pub async fn serve(listener: TcpListener, writer: Writer) -> std::io::Result<()> {
    HttpServer::new(move || {
        App::new().app_data(web::Data::new(writer.clone())).route("/messages", web::post().to(take))
    })
    .listen(listener)?
    .run()
    .await
}

async fn take(writer: web::Data<Writer>, message: web::Json<Message>) -> HttpResponse {
    match writer.store(message.into_inner()).await {
        true => HttpResponse::Ok().finish(),
        false => HttpResponse::InternalServerError().finish(),
    }
}

/// The median time of one durable commit of one message, one after the other and without a server.
pub fn commit_p50(file: &Path, commits: u32, clock: Clock) -> Result<Duration> {
    let mut rows = Rows::open(file, clock)?;
    let mut times = Vec::new();
    for nth in 0..commits {
        let message =
            Message { id: format!("single-{nth}"), from: "0".into(), text: "where is my parcel please".into() };
        let begun = Instant::now();
        rows.commit(std::iter::once(&message))?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    Ok(times.get(times.len() / 2).copied().unwrap_or_default())
}

struct Rows {
    db: Connection,
    ids: u128,
    newcomers: u64,
    clock: Clock,
    now: String,
}

impl Rows {
    fn open(file: &Path, clock: Clock) -> Result<Self> {
        let db = Connection::open(file)?;
        db.execute_batch(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;",
        )?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        let taken: i64 = db.query_row("SELECT count(*) FROM receipts", (), |row| row.get(0))?;
        Ok(Self { db, ids: (taken as u128 + 1) << 64, newcomers: 0, clock, now: String::new() })
    }

    fn begin_with(&mut self, customers: u64) -> Result<()> {
        self.db.execute_batch("BEGIN IMMEDIATE")?;
        self.tick();
        for place in 0..customers {
            self.arrive(conversation(place), &place.to_string(), "hello")?;
        }
        self.newcomers = customers;
        self.db.execute_batch("COMMIT")
    }

    fn commit<'a>(&mut self, messages: impl Iterator<Item = &'a Message>) -> Result<()> {
        self.db.execute_batch("BEGIN IMMEDIATE")?;
        for message in messages {
            self.tick();
            let stored = match message.from.parse() {
                Ok(place) => self.say(conversation(place), message),
                Err(_) => {
                    self.newcomers += 1;
                    self.arrive(conversation(self.newcomers), &message.id, &message.text)
                }
            };
            if let Err(error) = stored {
                self.db.execute_batch("ROLLBACK")?;
                return Err(error);
            }
        }
        self.db.execute_batch("COMMIT")
    }

    /// The present as Baton writes it: RFC 3339 with microseconds.
    fn tick(&mut self) {
        self.now = (self.clock)().to_rfc3339_opts(SecondsFormat::Micros, false);
    }

    /// Ids that sort by time, as Baton's do.
    fn id(&mut self) -> Uuid {
        self.ids += 1 << 16;
        Uuid::from_u128(self.ids)
    }

    /// What a message of a known customer makes: a receipt, a message, a newer conversation.
    fn say(&mut self, conversation: Uuid, message: &Message) -> Result<()> {
        let (receipt, id) = (self.id(), self.id());
        let seq: i64 = self
            .db
            .prepare_cached(
                "UPDATE conversations SET last_seq = last_seq + 1, watermark = last_seq + 1, last_text = ?2, \
                 last_author = 'contact', last_at = ?3, updated_at = ?3 WHERE id = ?1 RETURNING last_seq",
            )?
            .query_row(params![conversation, message.text, self.now], |row| row.get(0))?;
        self.receive(receipt, conversation, id, &message.id)?;
        self.message(conversation, id, seq, "contact", &message.text, 2)
    }

    fn receive(&self, receipt: Uuid, conversation: Uuid, message: Uuid, provider_id: &str) -> Result<()> {
        self.db
            .prepare_cached(
                "INSERT INTO receipts (id, channel_id, provider_id, conversation_id, message_id, created_at) \
                 VALUES (?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![receipt, CHANNEL, provider_id, conversation, message, self.now])
            .map(|_| ())
    }

    fn message(&self, conversation: Uuid, id: Uuid, seq: i64, author: &str, text: &str, epoch: i64) -> Result<()> {
        self.db
            .prepare_cached(
                "INSERT INTO messages (id, conversation_id, seq, author_kind, visibility, text, sources, \
                 has_attachments, epoch, delivery, created_at) VALUES (?, ?, ?, ?, 'public', ?, '[]', 0, ?, 'none', ?)",
            )?
            .execute(params![id, conversation, seq, author, text, epoch, self.now])?;
        // Baton does the same a moment later, in batches.
        self.db
            .prepare_cached("INSERT INTO messages_search (rowid, text) VALUES (last_insert_rowid(), ?)")?
            .execute([text])
            .map(|_| ())
    }

    /// What somebody new makes: besides the message a contact, an identity, a conversation, a handoff with its line, a
    /// notice that must be sent, and a timer.
    fn arrive(&mut self, conversation: Uuid, name: &str, text: &str) -> Result<()> {
        let ids: [Uuid; 9] = std::array::from_fn(|_| self.id());
        let [contact, identity, handoff, line, outbox, timer, receipt, said, notice] = ids;
        let now = &self.now;
        let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| self.db.prepare_cached(sql)?.execute(values).map(|_| ());
        run(
            "INSERT INTO contacts (id, phone, verified, custom_data, created_at, updated_at) VALUES (?, ?, 1, 'null', ?, ?)",
            params![contact, name, now, now],
        )?;
        run(
            "INSERT INTO contact_identities (id, contact_id, kind, value, verified, created_at) \
             VALUES (?, ?, 'phone', ?, 1, ?)",
            params![identity, contact, name, now],
        )?;
        run(
            "INSERT INTO conversations (id, channel_id, channel_kind, contact_id, owner_kind, epoch, status, last_seq, \
             watermark, waiting_since, handoff_id, handoff_acknowledged, ai_answers, handoff_reason, title, sentiment, \
             verified, attributes, last_text, last_author, seen_seq, last_at, created_at, updated_at) \
             VALUES (?1, ?2, 'sms', ?3, 'queue', 2, 'open', 3, 1, ?5, ?4, 0, 0, 'autopilot_off', ?6, 'neutral', 1, \
             'null', ?6, 'system', 0, ?5, ?5, ?5)",
            params![conversation, CHANNEL, contact, handoff, now, text],
        )?;
        self.receive(receipt, conversation, said, name)?;
        self.message(conversation, said, 1, "contact", text, 1)?;
        self.message(conversation, notice, 3, "system", NOTICE, 2)?;
        run(
            "INSERT INTO events (id, conversation_id, seq, kind, actor_kind, data, epoch, created_at) \
             VALUES (?, ?, 2, 'handed_off', 'system', '{}', 2, ?)",
            params![line, conversation, now],
        )?;
        run(
            "INSERT INTO handoffs (id, conversation_id, epoch, reason, explanation, summary, sentiment, tried, sources, \
             created_at, notified) VALUES (?, ?, 2, 'autopilot_off', '', ?, 'neutral', '[]', '[]', ?, 1)",
            params![handoff, conversation, text, now],
        )?;
        run(
            "INSERT INTO outbox (id, conversation_id, seq, message_id, channel_id, state, attempts, due_at, created_at, \
             updated_at) VALUES (?1, ?2, 3, ?3, ?4, 'sent', 1, ?5, ?5, ?5)",
            params![outbox, conversation, notice, CHANNEL, now],
        )?;
        run(
            "INSERT INTO timers (id, conversation_id, kind, due_at, created_at) VALUES (?1, ?2, 'renotify', ?3, ?3)",
            params![timer, conversation, now],
        )
    }
}

const CHANNEL: Uuid = Uuid::from_u128(7);
const NOTICE: &str = "I am passing you to a person on our team. They can see our conversation.";

fn conversation(place: u64) -> Uuid {
    Uuid::from_u128(u128::from(place) << 64 | 0xC0)
}
