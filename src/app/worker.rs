//! Loops that run due work: a step at a time until nothing is due, then asleep until something is.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::delivery::{Courier, Pusher, TeamRelay};
use crate::desk::wake::Alarm;
use crate::desk::{Desk, DeskError};
use crate::intake::{Fetcher, keep_connections};
use crate::store::{timers, turns};
use crate::web::site::Site;
use crate::web::voice::pull;

/// Longest sleep: other nodes share the database and can not wake this one.
const POLL_MAX: Duration = Duration::from_secs(1);
/// Pause after a failure, so that a broken database is not hammered.
const FAILURE_PAUSE: Duration = Duration::from_secs(1);
/// How often it is looked which letters are owed.
const LETTERS_PAUSE: Duration = Duration::from_secs(5);
/// How often it is looked which browsers are to be told.
const PUSH_PAUSE: Duration = Duration::from_secs(2);
/// How often it is looked whether there is news of the channels to write.
const HEALTH_PAUSE: Duration = Duration::from_secs(5);

/// Starts every worker of a site.
pub(super) fn spawn_all(site: &Site, courier: &Courier, stopped: &watch::Receiver<bool>) -> Vec<JoinHandle<()>> {
    let mut tasks = Vec::new();
    let desk = &site.desk;
    for _ in 0..site.boot.turn_workers {
        let (desk, id) = (desk.clone(), desk.clock.new_id());
        let looking = desk.clone();
        tasks.push(tokio::spawn(run(
            "turns",
            site.clone(),
            desk.wake.turns.clone(),
            stopped.clone(),
            move || {
                let desk = desk.clone();
                async move { desk.run_due_turn(id).await }
            },
            move || {
                let desk = looking.clone();
                async move { Ok(turns::next_due(desk.store.reader()).await?) }
            },
        )));
    }
    for _ in 0..site.boot.delivery_workers {
        let (courier, id) = (courier.clone(), desk.clock.new_id());
        let looking = courier.clone();
        tasks.push(tokio::spawn(run(
            "delivery",
            site.clone(),
            desk.wake.delivery.clone(),
            stopped.clone(),
            move || {
                let courier = courier.clone();
                async move { courier.deliver_due(id).await }
            },
            move || {
                let courier = looking.clone();
                async move { courier.next_due().await }
            },
        )));
    }
    tasks.push(tokio::spawn(super::clock_watch::run(desk.clone(), stopped.clone())));
    let (firing, looking) = (desk.clone(), desk.clone());
    tasks.push(tokio::spawn(run(
        "timers",
        site.clone(),
        desk.wake.timers.clone(),
        stopped.clone(),
        move || {
            let desk = firing.clone();
            async move { desk.fire_due_timer().await }
        },
        move || {
            let desk = looking.clone();
            async move { Ok(timers::next_due(desk.store.reader()).await?) }
        },
    )));
    tasks.push(calling(site, stopped));
    tasks.push(tokio::spawn(super::rounds::run(site.clone(), stopped.clone())));
    tasks.push(fetching(site, stopped));
    tasks.push(telling(site, stopped));
    tasks.push(tokio::spawn(letters(desk.clone(), stopped.clone())));
    tasks.push(tokio::spawn(push(Pusher::new(desk.clone(), site.push.clone()), stopped.clone())));
    tasks.push(tokio::spawn(keep_connections(desk.clone(), stopped.clone())));
    tasks.push(tokio::spawn(health(desk.clone(), stopped.clone())));
    tasks.push(super::assisting::spawn(desk, stopped));
    tasks.push(super::summaries::spawn(desk, stopped));
    tasks.extend(super::indexer::spawn(desk, stopped));
    tasks
}

/// The worker that fetches what became of calls.
fn calling(site: &Site, stopped: &watch::Receiver<bool>) -> JoinHandle<()> {
    let (pulling, looking) = (site.clone(), site.clone());
    tokio::spawn(run(
        "calls",
        site.clone(),
        site.desk.wake.calls.clone(),
        stopped.clone(),
        move || {
            let site = pulling.clone();
            async move { pull::pull_due_call(&site).await }
        },
        move || {
            let site = looking.clone();
            async move { pull::next_due(&site).await }
        },
    ))
}

/// The worker that goes between conversations and the team's own place. One is enough: such places take about a post a second.
fn telling(site: &Site, stopped: &watch::Receiver<bool>) -> JoinHandle<()> {
    let desk = &site.desk;
    let (relay, id) = (TeamRelay::new(desk.clone()), desk.clock.new_id());
    let looking = relay.clone();
    tokio::spawn(run(
        "team",
        site.clone(),
        desk.wake.team.clone(),
        stopped.clone(),
        move || {
            let relay = relay.clone();
            async move { relay.step(id).await }
        },
        move || {
            let relay = looking.clone();
            async move { relay.next_due().await }
        },
    ))
}

/// The worker that fetches files.
fn fetching(site: &Site, stopped: &watch::Receiver<bool>) -> JoinHandle<()> {
    let desk = &site.desk;
    let (fetching, looking) = (Fetcher::new(desk.clone()), Fetcher::new(desk.clone()));
    tokio::spawn(run(
        "media",
        site.clone(),
        desk.wake.media.clone(),
        stopped.clone(),
        move || {
            let fetcher = fetching.clone();
            async move { fetcher.fetch_due().await }
        },
        move || {
            let fetcher = looking.clone();
            async move { fetcher.next_due().await }
        },
    ))
}

/// Writes and sends mails about conversations. Which are owed is read from all conversations of the day, so it looks now and then.
async fn letters(desk: Desk, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        match desk.send_due_letter().await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => {
                metrics::counter!("baton_worker_failures_total", "worker" => "letters").increment(1);
                tracing::error!(worker = "letters", %error, "a worker's step failed; it will be tried again");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(LETTERS_PAUSE) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// Tells browsers of handoffs nobody has noticed.
async fn push(pusher: Pusher, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        match pusher.step().await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => {
                metrics::counter!("baton_worker_failures_total", "worker" => "push").increment(1);
                tracing::error!(worker = "push", %error, "a worker's step failed; it will be tried again");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(PUSH_PAUSE) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// Writes what came and went on each channel, now and then, and once more at the end.
async fn health(desk: Desk, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        tokio::select! {
            () = tokio::time::sleep(HEALTH_PAUSE) => {}
            _ = stopped.changed() => {}
        }
        if let Err(error) = desk.write_health().await {
            tracing::warn!(%error, "how the channels are doing could not be written");
        }
    }
}

async fn run<S, N>(
    name: &'static str,
    site: Site,
    alarm: Alarm,
    mut stopped: watch::Receiver<bool>,
    step: impl Fn() -> S,
    next_due: impl Fn() -> N,
) where
    S: Future<Output = Result<bool, DeskError>>,
    N: Future<Output = Result<Option<DateTime<Utc>>, DeskError>>,
{
    while !*stopped.borrow() {
        alarm.clear();
        let pause = match step().await {
            Ok(true) => continue,
            Ok(false) => match next_due().await {
                Ok(due) => {
                    if let Some(due) = due {
                        alarm.note(due);
                    }
                    until(alarm.due(), site.desk.clock.now())
                }
                Err(_) => FAILURE_PAUSE,
            },
            Err(error) => {
                metrics::counter!("baton_worker_failures_total", "worker" => name).increment(1);
                tracing::error!(worker = name, %error, "a worker's step failed; it will be tried again");
                FAILURE_PAUSE
            }
        };
        rest(&alarm, pause, &site, &mut stopped).await;
    }
}

/// Sleeps until something is due. Who is told of something later only sleeps less long: to look for it now would be in vain.
async fn rest(alarm: &Alarm, mut pause: Duration, site: &Site, stopped: &mut watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = alarm.rung() => {
                let now = site.desk.clock.now();
                match alarm.due() {
                    Some(due) if due > now && !*stopped.borrow() => pause = until(Some(due), now),
                    Some(_) | None => return,
                }
            }
            () = tokio::time::sleep(pause) => return,
            _ = stopped.changed() => return,
        }
    }
}

fn until(due: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Duration {
    due.and_then(|due| (due - now).to_std().ok())
        .map_or_else(|| if due.is_some() { Duration::from_millis(5) } else { POLL_MAX }, |wait| wait.min(POLL_MAX))
}
