//! Timers fire: a snooze ends, an unnoticed handoff is announced again.

use crate::fail::Gap;
use crate::handoff::Event;
use crate::handoff::effect::Timer;
use crate::store::timers;

use super::{Desk, DeskError};

impl Desk {
    /// Fires the timer that has been due longest. `false`: none is due.
    pub async fn fire_due_timer(&self) -> Result<bool, DeskError> {
        let Some(due) = timers::due(self.store.reader(), self.clock.now()).await? else { return Ok(false) };
        let (id, timer) = (due.conversation, due.kind);
        let tx = self.store.begin().await?;
        // The conversation first, as everybody who changes it does: two who lock in different order block each other.
        let record = self.load(&tx, id).await?;
        if !timers::take(&*tx, &due).await? {
            return Ok(true);
        }
        let event = match timer {
            Timer::Wake => Event::Woke,
            Timer::Renotify => Event::NotificationDue,
            Timer::Rating => self.rating_question(&record),
            Timer::Attend => {
                self.attend(tx, record).await?;
                return Ok(true);
            }
        };
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
