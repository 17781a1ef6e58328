//! What a connection tells its account: events are taken in, one after the other, and then the place behind them is kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use baton_adapters::contract::{Inbound, Interrupted, Sink};
use serde_json::Value;
use tokio::sync::watch;
use uuid::Uuid;

use crate::desk::brake::Brake;
use crate::desk::{Desk, DeskError};
use crate::store::channels::Channel;
use crate::store::intake;

/// An account's ear.
pub(super) struct Ear<'a> {
    desk: Desk,
    channel: Arc<Channel>,
    holder: Uuid,
    brake: &'a Brake,
    stops: [watch::Receiver<bool>; 2],
    stood: AtomicBool,
}

impl<'a> Ear<'a> {
    pub(super) fn new(
        desk: Desk,
        channel: Arc<Channel>,
        holder: Uuid,
        brake: &'a Brake,
        stops: [watch::Receiver<bool>; 2],
    ) -> Self {
        Self { desk, channel, holder, brake, stops, stood: AtomicBool::new(false) }
    }

    /// Whether the connection ever stood.
    pub(super) fn stood(&self) -> bool {
        self.stood.load(Ordering::Relaxed)
    }

    async fn keep(&self, cursor: &Value) -> Result<bool, DeskError> {
        let tx = self.desk.store.begin().await?;
        let kept = intake::set_cursor(&*tx, self.channel.id, self.holder, cursor).await?;
        tx.commit().await?;
        Ok(kept)
    }
}

#[async_trait]
impl Sink for Ear<'_> {
    async fn cursor(&self) -> Result<Option<Value>, Interrupted> {
        intake::cursor(self.desk.store.reader(), self.channel.id).await.map_err(|error| Interrupted(error.to_string()))
    }

    async fn take(&self, events: Vec<Inbound>, cursor: Option<Value>) -> Result<(), Interrupted> {
        for event in events {
            let event = self.brake.check(event, self.desk.clock.now());
            self.desk.take_in(&self.channel, event).await.map_err(|error| Interrupted(error.to_string()))?;
        }
        let Some(cursor) = cursor else { return Ok(()) };
        match self.keep(&cursor).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Interrupted("another process has the connection now".into())),
            Err(error) => Err(Interrupted(error.to_string())),
        }
    }

    async fn connected(&self) {
        self.stood.store(true, Ordering::Relaxed);
        if let Err(error) = self.desk.channel_recovered(self.channel.id).await {
            tracing::warn!(channel = %self.channel.name, %error, "that a channel works again could not be noted");
        }
        tracing::info!(channel = %self.channel.name, "a channel's connection stands");
    }

    async fn stopped(&self) {
        let [mut process, mut lease] = self.stops.clone();
        let stop = async |stop: &mut watch::Receiver<bool>| {
            // An error says that whoever could stop us is gone.
            drop(stop.wait_for(|stopped| *stopped).await);
        };
        tokio::select! {
            () = stop(&mut process) => {}
            () = stop(&mut lease) => {}
        }
    }

    fn now(&self) -> i64 {
        self.desk.clock.now().timestamp()
    }
}
