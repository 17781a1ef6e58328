//! Settings: ratings. Which channels' customers are asked how they were helped, and when.

use askama::Template;

use crate::handoff::ChannelId;
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::one_form::whole;
use crate::web::settings::posted::Posted;
use crate::web::settings::shell::Section;

/// Three days.
const MINUTES_MAX: u32 = 4_320;

/// `/settings/ratings`. Sends `csrf`, `version`, `ask-{channel}` and `delay-{channel}` to `POST /settings/ratings`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/ratings.html")]
pub struct RatingsPage {
    /// The document.
    pub layout: Layout,
    /// The version that is being edited.
    pub version: i64,
    /// The channels.
    pub rows: Vec<RatingRow>,
}

impl RatingsPage {
    const SECTION: Section = Section::Ratings;
}

/// One channel, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RatingRow {
    /// Which.
    pub channel: ChannelId,
    /// Its name.
    pub name: String,
    /// Whether its customers are asked.
    pub ask: bool,
    /// How many minutes after the end.
    pub delay: String,
    /// What is wrong.
    pub error: Option<String>,
}

impl RatingRow {
    /// Takes in what was sent; the minutes, if they are right.
    pub fn read(&mut self, form: &Posted) -> Option<u32> {
        self.ask = form.is_on(&format!("ask-{}", self.channel));
        self.delay = form.line(&format!("delay-{}", self.channel));
        match whole(0, MINUTES_MAX)(&self.delay) {
            Ok(minutes) => Some(minutes.unwrap_or_default()),
            Err(why) => {
                self.error = Some(why);
                None
            }
        }
    }
}
