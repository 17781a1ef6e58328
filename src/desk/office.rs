//! Whether people are there, by the office hours of the settings.

use chrono::{DateTime, Utc};

use crate::handoff::hours::{OfficeHours, Zone};
use crate::handoff::{ChannelId, TeamId};
use crate::store::{StoreError, Tx, settings};

use super::Desk;

/// The office at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Office {
    /// Whether people are there.
    pub open: bool,
    /// When they are there next; the moment itself while they are. `None`: never, as the settings stand.
    pub next_opening: Option<DateTime<Utc>>,
    /// The zone the hours are in; `None` without any.
    pub zone: Option<Zone>,
}

impl Office {
    /// The office by these hours. Without a schedule it is always open.
    pub fn at(hours: &OfficeHours, channel: ChannelId, team: Option<TeamId>, now: DateTime<Utc>) -> Self {
        match hours.of(channel, team) {
            Some(schedule) => {
                let next_opening = schedule.next_opening(now);
                Self { open: next_opening == Some(now), next_opening, zone: Some(schedule.zone) }
            }
            None => Self { open: true, next_opening: Some(now), zone: None },
        }
    }
}

impl Desk {
    /// Whether people are there now for a channel's conversations, or a team's.
    pub(super) async fn office(&self, tx: &Tx, channel: ChannelId, team: Option<TeamId>) -> Result<Office, StoreError> {
        let hours = settings::load::<OfficeHours>(&**tx).await?.value;
        Ok(Office::at(&hours, channel, team, self.clock.now()))
    }
}
