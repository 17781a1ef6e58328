//! The connections that channels hold open: one task an account, in one process at a time.
//!
//! Knows no protocol. Invariant: what was heard is stored before the place behind it, and by nobody who lost the lease.

use std::collections::HashMap;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use backon::{BackoffBuilder as _, ExponentialBuilder};
use baton_adapters::contract::{Account, Channel as Adapter, ChannelKind, ListenError};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::desk::brake::Brake;
use crate::desk::{Desk, DeskError};
use crate::handoff::ChannelId;
use crate::store::channels::{self, Channel};
use crate::store::intake;

use super::ear::Ear;

/// How often it is looked whether an account was added, changed or switched off.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long a connection is another process's after its last sign of life.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How often a lease is prolonged.
const PROLONG_EVERY: Duration = Duration::from_secs(20);
/// Shortest and longest pause before a broken connection is made again.
const PAUSE_MIN: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(120);
/// Pause after a refusal: a person must change something, and servers lock out those who keep trying.
const REFUSED_PAUSE: Duration = Duration::from_secs(300);

/// An account's task, and the state of the account it was begun for.
struct Running {
    account: DateTime<Utc>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// Keeps the connections of every account until the process stops.
pub async fn run(desk: Desk, mut stopped: watch::Receiver<bool>) {
    let holder = desk.clock.new_id();
    let mut running: HashMap<ChannelId, Running> = HashMap::new();
    while !*stopped.borrow() {
        match wanted(&desk).await {
            Ok(wanted) => adjust(&desk, holder, &mut running, wanted).await,
            Err(error) => tracing::error!(%error, "the channels that need a connection could not be read"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stopped.changed() => {}
        }
    }
    for (_, task) in running.drain() {
        end(task).await;
    }
}

type Wanted = (Channel, Arc<dyn Adapter>, DateTime<Utc>);

/// The accounts that need a connection.
async fn wanted(desk: &Desk) -> Result<Vec<Wanted>, DeskError> {
    let accounts = channels::accounts(desk.store.reader()).await?;
    let listening = accounts.into_iter().filter(|account| account.enabled).filter_map(|account| {
        let kind = ChannelKind::from_str(&account.channel.kind).ok()?;
        let adapter = desk.registry.get(kind)?;
        let settings = Account { settings: account.channel.settings.clone(), ..Account::default() };
        adapter.listens(&settings).then(|| (account.channel, adapter.clone(), account.updated_at))
    });
    Ok(listening.collect())
}

async fn adjust(desk: &Desk, holder: Uuid, running: &mut HashMap<ChannelId, Running>, wanted: Vec<Wanted>) {
    let current = |id: &ChannelId, task: &Running| {
        wanted.iter().any(|(channel, _, changed)| channel.id == *id && *changed == task.account)
    };
    let outdated: Vec<ChannelId> = running.iter().filter(|(id, task)| !current(id, task)).map(|(id, _)| *id).collect();
    for id in outdated {
        if let Some(task) = running.remove(&id) {
            end(task).await;
        }
    }
    for (channel, adapter, changed) in wanted {
        running.entry(channel.id).or_insert_with(|| {
            let (stop, stopped) = watch::channel(false);
            let line =
                Line { desk: desk.clone(), holder, channel: Arc::new(channel), adapter, brake: Brake::for_mail() };
            Running { account: changed, stop, task: tokio::spawn(line.keep(stopped)) }
        });
    }
}

async fn end(running: Running) {
    running.stop.send_replace(true);
    if let Err(error) = running.task.await {
        tracing::error!(%error, "a connection's task broke down");
    }
}

/// One account's connection.
struct Line {
    desk: Desk,
    holder: Uuid,
    channel: Arc<Channel>,
    adapter: Arc<dyn Adapter>,
    brake: Brake,
}

impl Line {
    async fn keep(self, mut stopped: watch::Receiver<bool>) {
        let mut pauses = pauses();
        while !*stopped.borrow() {
            let pause = match self.hold(&stopped).await {
                Ok(Held::Elsewhere) => LOOK_EVERY,
                Ok(Held::Ended { stood: true }) => {
                    pauses = self::pauses();
                    PAUSE_MIN
                }
                Ok(Held::Ended { stood: false }) => pauses.next().unwrap_or(PAUSE_MAX),
                Ok(Held::Refused) => REFUSED_PAUSE,
                Err(error) => {
                    tracing::error!(channel = %self.channel.name, %error, "a connection's lease could not be read");
                    PAUSE_MAX
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = stopped.changed() => {}
            }
        }
    }

    /// Listens for as long as the connection and the lease hold.
    async fn hold(&self, stopped: &watch::Receiver<bool>) -> Result<Held, DeskError> {
        if !self.claim().await? {
            return Ok(Held::Elsewhere);
        }
        let (lost, lease) = watch::channel(false);
        let ear = Ear::new(self.desk.clone(), self.channel.clone(), self.holder, &self.brake, [stopped.clone(), lease]);
        let account = self.account().await?;
        let listening = self.adapter.listen(&account, &ear);
        let ended = tokio::select! {
            ended = listening => ended,
            () = self.prolong(&lost) => Ok(()),
        };
        let stood = ear.stood();
        let held = self.note(ended, stood).await?;
        let tx = self.desk.store.begin().await?;
        intake::release(&*tx, self.channel.id, self.holder).await?;
        tx.commit().await?;
        Ok(held)
    }

    async fn account(&self) -> Result<baton_adapters::contract::Account, DeskError> {
        let desk = &self.desk;
        let found = channels::with_credentials(desk.store.reader(), desk.addresses.key(), self.channel.id).await?;
        let (channel, opened) = found.ok_or(DeskError::NotFound("this channel is gone"))?;
        Ok(desk.addresses.account(&channel, opened.as_deref()))
    }

    async fn claim(&self) -> Result<bool, DeskError> {
        let now = self.desk.clock.now();
        let tx = self.desk.store.begin().await?;
        let claimed = intake::claim(&*tx, self.channel.id, self.holder, now + LEASE, now).await?;
        tx.commit().await?;
        Ok(claimed)
    }

    /// Prolongs the lease; returns when it is lost.
    async fn prolong(&self, lost: &watch::Sender<bool>) {
        loop {
            tokio::time::sleep(PROLONG_EVERY).await;
            match self.claim().await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(channel = %self.channel.name, %error, "a connection's lease was not prolonged")
                }
            }
        }
        tracing::warn!(channel = %self.channel.name, "another process has the connection now");
        lost.send_replace(true);
    }

    /// Says how a connection ended, where people look for it.
    async fn note(&self, ended: Result<(), ListenError>, stood: bool) -> Result<Held, DeskError> {
        let name = &self.channel.name;
        match ended {
            Ok(()) => Ok(Held::Ended { stood }),
            Err(ListenError::Interrupted(why)) => {
                tracing::warn!(channel = %name, %why, "a connection was ended");
                Ok(Held::Ended { stood })
            }
            Err(ListenError::NotNeeded) => Ok(Held::Refused),
            Err(ListenError::Broken(why)) => {
                tracing::warn!(channel = %name, why, "a channel's connection broke; it will be made again");
                if !stood {
                    self.desk.channel_failed(self.channel.id, name, &why).await?;
                }
                Ok(Held::Ended { stood })
            }
            Err(ListenError::Refused(why)) => {
                self.desk.channel_failed(self.channel.id, name, &why).await?;
                Ok(Held::Refused)
            }
        }
    }
}

/// What became of a try to hold a connection.
enum Held {
    /// Another process has it.
    Elsewhere,
    /// It ended; whether it had stood.
    Ended { stood: bool },
    /// The provider does not want it.
    Refused,
}

fn pauses() -> impl Iterator<Item = Duration> + Send {
    ExponentialBuilder::default()
        .with_min_delay(PAUSE_MIN)
        .with_max_delay(PAUSE_MAX)
        .with_jitter()
        .without_max_times()
        .build()
}
