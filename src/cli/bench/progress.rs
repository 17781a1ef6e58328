//! How far a measurement is: on a terminal only, and never where the figures go.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

const DRAWN_A_SECOND: u8 = 5;
const TICK: Duration = Duration::from_millis(200);

/// A bar on standard error. Dropping it clears it.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// So many steps.
    pub(super) fn steps(what: &str, steps: u64) -> Self {
        let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::stderr_with_hz(DRAWN_A_SECOND));
        // The template is a constant of this file.
        if let Ok(style) = ProgressStyle::with_template("{msg:<28} {bar:32} {pos}/{len} {elapsed}") {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        Self(bar)
    }

    /// A length of time; it passes by itself.
    pub(super) fn time(what: &str, time: Duration) -> Self {
        let steps = u64::try_from(time.as_millis() / TICK.as_millis()).unwrap_or(u64::MAX);
        let progress = Self::steps(what, steps);
        if let Ok(style) = ProgressStyle::with_template("{msg:<28} {bar:32} {elapsed}") {
            progress.0.set_style(style);
        }
        let bar = progress.0.clone();
        tokio::spawn(async move {
            while !bar.is_finished() {
                tokio::time::sleep(TICK).await;
                bar.inc(1);
            }
        });
        progress
    }

    pub(super) fn advance(&self, steps: u64) {
        self.0.inc(steps);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
