//! `/reports`: how well the AI passes the baton, week by week, as people judged it with one key.

mod samples;

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use chrono::{DateTime, Datelike as _, NaiveTime, TimeDelta, Utc};

use crate::handoff::ConversationId;
use crate::store::reviews::{self, Verdict};
use crate::store::suggestions::{self, Fate};

use super::frame::frame;
use super::icon::Icon;
use super::inbox::review::label;
use super::moment::Moment;
use super::page::Layout;
use super::refusal::Refusal;
use super::reply;
use super::session::SignedIn;
use super::site::Site;

/// Weeks that are shown.
const WEEKS: i64 = 12;
/// Opinions that are listed.
const NEWEST: u64 = 20;
/// How high the tallest bar is.
const BAR_MAX: i64 = 64;

/// The page.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "reports.html")]
pub struct ReportsPage {
    /// The document.
    pub layout: Layout,
    /// The weeks, the oldest first.
    pub weeks: Vec<Week>,
    /// The newest opinions.
    pub newest: Vec<Opinion>,
}

/// What happened in a week.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Week {
    /// Its Monday, in words.
    pub name: String,
    /// Handoffs, judged or not.
    pub handoffs: i64,
    /// What was said of them.
    pub right: i64,
    /// The same.
    pub late: i64,
    /// The same.
    pub unnecessary: i64,
    /// Conversations without one that should have had one.
    pub missed: i64,
    /// What became of the copilot's proposals.
    pub accepted: i64,
    /// The same.
    pub edited: i64,
    /// The same.
    pub rejected: i64,
}

/// One opinion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// The conversation's number.
    pub number: i64,
    /// What was said.
    pub verdict: Verdict,
    /// By whom.
    pub name: String,
    /// When.
    pub at: Moment,
}

impl ReportsPage {
    fn total(&self) -> Week {
        self.weeks.iter().fold(Week::default(), |sum, week| Week {
            name: "All".to_owned(),
            handoffs: sum.handoffs + week.handoffs,
            right: sum.right + week.right,
            late: sum.late + week.late,
            unnecessary: sum.unnecessary + week.unnecessary,
            missed: sum.missed + week.missed,
            accepted: sum.accepted + week.accepted,
            edited: sum.edited + week.edited,
            rejected: sum.rejected + week.rejected,
        })
    }

    /// The height of a bar, in pixels of the drawing.
    fn height(&self, count: &i64) -> i64 {
        let tallest = self.weeks.iter().map(Week::judged).max().unwrap_or(0).max(1);
        count * BAR_MAX / tallest
    }

    fn is_empty(&self) -> bool {
        self.total().is_quiet()
    }
}

impl Week {
    fn is_quiet(&self) -> bool {
        self.judged() == 0 && self.handoffs == 0 && self.accepted + self.edited + self.rejected == 0
    }

    fn judged(&self) -> i64 {
        self.right + self.late + self.unnecessary + self.missed
    }

    /// The share of the judged that were right, in words.
    fn share(&self) -> String {
        match self.judged() {
            0 => "\u{2013}".to_owned(),
            judged => format!("{} %", self.right * 100 / judged),
        }
    }
}

impl Opinion {
    fn words(&self) -> &'static str {
        match &self.verdict {
            Verdict::Missed => "Missed",
            other => label(other),
        }
    }
}

/// `GET /reports`.
pub async fn show(site: web::Data<Site>, who: SignedIn, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let mut weeks = Vec::new();
    let monday = monday(site.desk.clock.now());
    for back in (0..WEEKS).rev() {
        weeks.push(week(&site, monday - TimeDelta::weeks(back)).await?);
    }
    // Weeks before the first in which anything happened say nothing.
    let quiet = weeks.iter().take_while(|week| week.is_quiet()).count();
    weeks.drain(..quiet);
    let newest = newest(&site).await?;
    let layout = frame(&site, &who, &request, "Reports", None, None).await?;
    reply::page(&request, 200, &ReportsPage { layout, weeks, newest })
}

async fn week(site: &Site, from: DateTime<Utc>) -> Result<Week, Refusal> {
    let (db, to) = (site.desk.store.reader(), from + TimeDelta::weeks(1));
    let verdicts = reviews::counts_between(db, from, to).await?;
    let fates = suggestions::counts_between(db, from, to).await?;
    let said = |verdict| verdicts.iter().find(|(given, _)| *given == verdict).map_or(0, |(_, count)| *count);
    let became = |fate| fates.iter().find(|(given, _)| *given == Some(fate)).map_or(0, |(_, count)| *count);
    Ok(Week {
        name: from.format("%-d %b").to_string(),
        handoffs: i64::try_from(reviews::handoffs_between(db, from, to).await?).unwrap_or(i64::MAX),
        right: said(Verdict::Right),
        late: said(Verdict::Late),
        unnecessary: said(Verdict::Unnecessary),
        missed: said(Verdict::Missed),
        accepted: became(Fate::Accepted),
        edited: became(Fate::Edited),
        rejected: became(Fate::Rejected),
    })
}

async fn newest(site: &Site) -> Result<Vec<Opinion>, Refusal> {
    let (db, now) = (site.desk.store.reader(), site.desk.clock.now());
    let reviews = reviews::newest(db, NEWEST).await?;
    let ids: Vec<ConversationId> = reviews.iter().map(|review| review.conversation).collect();
    let numbers = reviews::numbers(db, &ids).await?;
    let names = site.directory.names().await?;
    let opinions = reviews.into_iter().filter_map(|review| {
        let (_, number) = numbers.iter().find(|(id, _)| *id == review.conversation)?;
        let name = names.agents.iter().find(|agent| agent.id == review.agent).map(|agent| agent.name.clone());
        Some(Opinion {
            number: number.0,
            verdict: review.verdict,
            name: name.unwrap_or_else(|| "Somebody".to_owned()),
            at: Moment::ago(review.at, now),
        })
    });
    Ok(opinions.collect())
}

/// The beginning of the week, in UTC.
fn monday(now: DateTime<Utc>) -> DateTime<Utc> {
    let back = TimeDelta::days(i64::from(now.weekday().num_days_from_monday()));
    (now - back).date_naive().and_time(NaiveTime::MIN).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_monday_at_midnight() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        assert_eq!(monday(at("2026-11-22T09:00:00Z")), at("2026-11-16T00:00:00Z"));
        assert_eq!(monday(at("2026-11-16T00:00:00Z")), at("2026-11-16T00:00:00Z"));
    }
}
