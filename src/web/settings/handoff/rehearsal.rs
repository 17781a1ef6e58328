//! The rehearsal: what other settings would have made of the conversations of the last weeks.

use std::collections::BTreeMap;

use askama::Template;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::handoff::policy::{HandoffSettings, Reason, TopicMatch};
use crate::handoff::rehearsal::{Fall, Step, play};
use crate::store::readings::Recorded;
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::difference::DiffLine;
use crate::web::settings::shell::Section;

/// Differences that are listed.
const LISTED_MAX: usize = 100;
/// Width of the plot, in its own units.
const PLOT_WIDTH: usize = 720;
/// Height of its bars.
const PLOT_HEIGHT: usize = 120;

/// `POST /settings/handoff/rehearsal`, and the same for topics.
#[derive(Clone, Debug, PartialEq, Template)]
#[template(path = "settings/handoff/rehearsal.html")]
pub struct RehearsalPage {
    /// The document.
    pub layout: Layout,
    /// The page the settings come from.
    pub back: &'static str,
    /// The form's fields, to be sent on.
    pub fields: Vec<(String, String)>,
    /// How many days are looked at.
    pub days: u32,
    /// What came of it.
    pub outcome: Rehearsal,
    /// What changes, line by line.
    pub changes: Vec<DiffLine>,
    /// What could not be known, in words.
    pub caveat: Option<String>,
}

impl RehearsalPage {
    const SECTION: Section = Section::Handoff;
}

/// What came of a rehearsal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rehearsal {
    /// Stretches of the AI's ownership that were looked at.
    pub stretches: usize,
    /// How many ended in a handoff.
    pub happened: usize,
    /// How many would have.
    pub rehearsed: usize,
    /// Handed off under the rehearsed settings alone.
    pub more: usize,
    /// Handed off then, and not under the rehearsed settings.
    pub fewer: usize,
    /// Handed off in both, at another moment or for another reason.
    pub moved: usize,
    /// Reasons: name, how often then, how often rehearsed.
    pub reasons: Vec<(&'static str, usize, usize)>,
    /// The days: bars of the plot.
    pub days: Vec<Day>,
    /// The differences, newest first.
    pub lines: Vec<Difference>,
}

/// One day of the plot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub label: String,
    /// Handoffs then.
    pub happened: usize,
    /// Handoffs rehearsed.
    pub rehearsed: usize,
    /// Where its bars begin, and how wide each is.
    pub x: usize,
    /// Width of a bar.
    pub width: usize,
    /// Height of the bar of what happened.
    pub happened_height: usize,
    /// Height of the bar of what was rehearsed.
    pub rehearsed_height: usize,
}

impl Day {
    /// Where the second bar begins.
    pub fn x2(&self) -> usize {
        self.x + self.width
    }

    /// Where a bar of a height begins from above.
    pub fn top(&self, height: &usize) -> usize {
        PLOT_HEIGHT - height
    }
}

/// A conversation in which it would have gone otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its number.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// What happened.
    pub then: String,
    /// What would have.
    pub now: String,
}

/// Plays settings over what was recorded, in the order of conversations and their timelines. `topics` holds what
/// settings with other topics would have found, by place.
pub fn rehearse(
    settings: &HandoffSettings,
    recorded: &[Recorded],
    topics: &BTreeMap<usize, TopicMatch>,
    days: u32,
    now: DateTime<Utc>,
) -> Rehearsal {
    let mut outcome = Rehearsal::default();
    let mut reasons: BTreeMap<&'static str, (usize, usize)> = BTreeMap::new();
    let mut by_day: BTreeMap<NaiveDate, (usize, usize)> = BTreeMap::new();
    let mut begin = 0;
    for stretch in recorded.chunk_by(|a, b| a.conversation == b.conversation && a.epoch == b.epoch) {
        let steps: Vec<Step<'_>> = stretch
            .iter()
            .enumerate()
            .map(|(at, it)| Step { input: &it.input, decision: &it.decision, topic: topics.get(&(begin + at)) })
            .collect();
        begin += stretch.len();
        let played = play(settings, stretch[0].channel, &steps);
        outcome.stretches += 1;
        for (fall, is_now) in [(&played.then, false), (&played.now, true)] {
            let Some(fall) = fall else { continue };
            let day = by_day.entry(stretch[fall.at].at.date_naive()).or_default();
            let reason = reasons.entry(fall.reason.words()).or_default();
            if is_now {
                (outcome.rehearsed, day.1, reason.1) = (outcome.rehearsed + 1, day.1 + 1, reason.1 + 1);
            } else {
                (outcome.happened, day.0, reason.0) = (outcome.happened + 1, day.0 + 1, reason.0 + 1);
            }
        }
        match (&played.then, &played.now) {
            (None, Some(_)) => outcome.more += 1,
            (Some(_), None) => outcome.fewer += 1,
            (Some(then), Some(now)) if (then.at, then.reason) != (now.at, now.reason) => outcome.moved += 1,
            _ => continue,
        }
        outcome.lines.push(Difference {
            number: stretch[0].number.0,
            at: stretch[played.now.as_ref().or(played.then.as_ref()).map_or(0, |fall| fall.at)].at,
            then: in_words(played.then.as_ref()),
            now: in_words(played.now.as_ref()),
        });
    }
    outcome.lines.sort_by_key(|line| std::cmp::Reverse(line.at));
    outcome.lines.truncate(LISTED_MAX);
    outcome.reasons = reasons.into_iter().map(|(name, (then, now))| (name, then, now)).collect();
    outcome.days = plot(&by_day, days, now);
    outcome
}

fn in_words(fall: Option<&Fall>) -> String {
    match fall {
        None => "Stays with the AI".to_owned(),
        Some(fall) if fall.asks_first => format!("After a question: {}", fall.explanation),
        Some(fall) if fall.reason == Reason::AiDecision => format!("The AI could not help: {}", fall.explanation),
        Some(fall) => fall.explanation.clone(),
    }
}

fn plot(by_day: &BTreeMap<NaiveDate, (usize, usize)>, days: u32, now: DateTime<Utc>) -> Vec<Day> {
    let highest = by_day.values().map(|(then, now)| *then.max(now)).max().unwrap_or_default().max(1);
    let count = usize::try_from(days).unwrap_or(1).max(1);
    let slot = (PLOT_WIDTH / count).max(3);
    let width = (slot.saturating_sub(2) / 2).max(1);
    let height = |handoffs: usize| handoffs * PLOT_HEIGHT / highest;
    (0..days)
        .enumerate()
        .map(|(at, back)| {
            let date = now.date_naive() - TimeDelta::days(i64::from(days - 1 - back));
            let (happened, rehearsed) = by_day.get(&date).copied().unwrap_or_default();
            Day {
                label: date.format("%-d %b").to_string(),
                happened,
                rehearsed,
                x: at * slot,
                width,
                happened_height: height(happened),
                rehearsed_height: height(rehearsed),
            }
        })
        .collect()
}
