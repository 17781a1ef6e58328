//! Timers fire: a snooze ends, an unnoticed handoff is announced again.

use crate::fail::Gap;
use crate::handoff::Event;
use crate::handoff::effect::Timer;
use crate::store::timers;

use super::{Desk, DeskError};

impl Desk {
    /// Fires the timer that has been due longest. `false`: none is due.
    pub async fn fire_due_timer(&self) -> Result<bool, DeskError> {
        let tx = self.store.begin().await?;
        let Some((id, timer)) = timers::take_due(&*tx, self.clock.now()).await? else { return Ok(false) };
        let event = match timer {
            Timer::Wake => Event::Woke,
            Timer::Renotify => Event::NotificationDue,
        };
        let record = self.load(&tx, id).await?;
        match self.happen(&tx, &record, &event).await {
            Ok(changed) => {
                self.fail.check(Gap::BeforeTimerCommit)?;
                tx.commit().await?;
                self.publish(&changed);
            }
            // What the timer was for has happened otherwise; it only has to go.
            Err(DeskError::Rejected(why)) => {
                tracing::debug!(conversation = %id, timer = super::change::timer_word(timer), %why, "timer had nothing to do");
                tx.commit().await?;
            }
            Err(error) => return Err(error),
        }
        Ok(true)
    }
}
