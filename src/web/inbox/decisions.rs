//! `/inbox/conversations/{number}/decisions`: why the AI handed off, or why it did not, decision by decision.
//!
//! May not decide anything: what is said is what the policy considered then, read from the record. Invariant: every lever is
//! named, those that were off too.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::handoff::TicketNumber;
use crate::handoff::policy::{Considered, Decision, Declined, Lever, Measure, Outcome, PolicyInput, consider};
use crate::store::conversations;
use crate::store::readings::{self, Reading};
use crate::web::frame::frame;
use crate::web::icon::Icon;
use crate::web::moment::Moment;
use crate::web::page::Layout;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::site::Site;

/// The page.
#[derive(Clone, Debug, PartialEq, Template)]
#[template(path = "inbox/decisions.html")]
pub struct DecisionsPage {
    /// The document.
    pub layout: Layout,
    /// The conversation's number.
    pub number: i64,
    /// The decisions, newest first.
    pub decisions: Vec<Explained>,
}

/// A decision in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Explained {
    /// Where its consequence stands on the timeline.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// The question it answers.
    pub question: &'static str,
    /// What was decided, and why.
    pub answer: String,
    /// Whether it is the one that was asked for.
    pub open: bool,
    /// The levers.
    pub levers: Vec<LeverLine>,
}

/// A lever in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeverLine {
    /// Its name.
    pub name: &'static str,
    /// What it saw, and from where on it counts.
    pub saw: String,
    /// The words behind it.
    pub because: Vec<String>,
    /// What came of it.
    pub came: &'static str,
    /// Its mark: `decided`, `held`, `off`, or nothing.
    pub mark: &'static str,
}

/// Which decision is asked for.
#[derive(Debug, Deserialize)]
pub struct Query {
    at: Option<i64>,
}

/// `GET /inbox/conversations/{number}/decisions`.
pub async fn show(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    query: web::Query<Query>,
) -> Result<HttpResponse, Refusal> {
    let db = site.desk.store.reader();
    let record = conversations::by_number(db, TicketNumber(*number)).await?;
    let record = record.ok_or(Refusal::NotFound("conversation"))?;
    let readings = readings::of(db, record.core.id).await?;
    let page = DecisionsPage {
        layout: frame(&site, &who, &request, "Why?", None, None).await?,
        number: *number,
        decisions: explained(&readings, query.at),
    };
    reply::page(&request, 200, &page)
}

/// The decisions, newest first; the one at a place of the timeline is open, without one the newest.
pub fn explained(readings: &[Reading], at: Option<i64>) -> Vec<Explained> {
    let asked = at.and_then(|at| readings.iter().rposition(|reading| reading.seq.0 <= at));
    let asked = asked.or(readings.len().checked_sub(1));
    let lines = readings.iter().enumerate().map(|(place, reading)| {
        let (_, considered) = consider(&reading.input);
        Explained {
            seq: reading.seq.0,
            at: Moment::clock(reading.at),
            question: question(&reading.decision),
            answer: answer(&reading.decision, &reading.input),
            open: Some(place) == asked,
            levers: considered.iter().map(|line| lever(line, &reading.input)).collect(),
        }
    });
    let mut lines: Vec<Explained> = lines.collect();
    lines.reverse();
    lines
}

const fn question(decision: &Decision) -> &'static str {
    match decision {
        Decision::HandOff { .. } => "Why did the AI hand off here?",
        Decision::Collect { .. } | Decision::AskProblem { .. } => "Why did the AI ask this first?",
        Decision::Answer | Decision::TryFirst | Decision::Decline(_) => "Why did the AI not hand off here?",
    }
}

fn answer(decision: &Decision, input: &PolicyInput) -> String {
    match decision {
        Decision::HandOff { explanation, promise, .. } => {
            let promise =
                if *promise { " Nobody was there, so the customer was told when somebody would be." } else { "" };
            format!("Handed off: {explanation}.{promise}")
        }
        Decision::Collect { fields, pending } => {
            format!("It will be handed off: {}. First it asked for {}.", pending.explanation, fields.join(", "))
        }
        Decision::AskProblem { .. } => "The customer asks for a person. What it is about is asked first.".to_owned(),
        Decision::TryFirst => {
            "The customer asks for a person, and a solution is attempted first. Insisting counts as an attempt."
                .to_owned()
        }
        Decision::Decline(Declined::Person) => "A person was asked for, and no lever passes that on.".to_owned(),
        Decision::Decline(Declined::Closed) => {
            "Nobody was there, and outside office hours nothing is handed off.".to_owned()
        }
        Decision::Decline(Declined::Topic) => {
            "The topic is kept for people, and handing off is switched off.".to_owned()
        }
        Decision::Answer if input.wish.is_some() => {
            "The AI did not know, and no lever passes that on. It said so.".to_owned()
        }
        Decision::Answer => "No lever was pulled far enough. The AI answered.".to_owned(),
    }
}

fn lever(line: &Considered, input: &PolicyInput) -> LeverLine {
    let (came, mark) = match line.outcome {
        Outcome::Decided => ("This decided.", "decided"),
        Outcome::Held => ("This held it back.", "held"),
        Outcome::Off => ("Switched off.", "off"),
        Outcome::Passed => ("Pulled, but something else decided.", ""),
        Outcome::Quiet => ("Not pulled.", ""),
    };
    let came = match (line.lever, line.outcome) {
        (Lever::Master, Outcome::Quiet) => "On.",
        (Lever::ProblemFirst | Lever::Attempts | Lever::Details | Lever::Hours, Outcome::Quiet) => "Nothing held back.",
        _ => came,
    };
    LeverLine { name: name(line.lever), saw: saw(line, input), because: line.because.clone(), came, mark }
}

const fn name(lever: Lever) -> &'static str {
    match lever {
        Lever::Master => "Hand conversations to people",
        Lever::Topics => "Topics kept for people",
        Lever::Request => "The customer asks for a person",
        Lever::Frustration => "The customer is frustrated",
        Lever::NoProgress => "The conversation gets nowhere",
        Lever::TurnLimit => "Limit of answers",
        Lever::AiDecision => "The AI does not know",
        Lever::ProblemFirst => "A problem statement first",
        Lever::Attempts => "Attempts at a solution first",
        Lever::Details => "Basic information first",
        Lever::Hours => "Office hours",
    }
}

fn saw(line: &Considered, input: &PolicyInput) -> String {
    let percent = |p: f32| format!("{} %", crate::web::settings::trial::percent(p));
    let standing = &input.standing;
    if !line.on && matches!(line.measure, Measure::Count(..)) {
        return String::new();
    }
    match (line.lever, line.measure) {
        (Lever::NoProgress, Measure::Probability(p, from)) => {
            let (given, wanted) = (standing.answers, standing.levers.attempts);
            format!("{}, counts from {} on; answers: {given} of {wanted}", percent(p), percent(from))
        }
        (_, Measure::Probability(p, from)) => format!("{}, counts from {} on", percent(p), percent(from)),
        (Lever::Details, Measure::Count(missing, _)) => format!("{missing} to ask for"),
        (_, Measure::Count(count, from)) => format!("{count} of {from}"),
        (Lever::ProblemFirst, Measure::Fact(true)) => "the problem is known".to_owned(),
        (Lever::ProblemFirst, Measure::Fact(false)) => "the problem is not known".to_owned(),
        (Lever::Hours, Measure::Fact(true)) => "somebody is there".to_owned(),
        (Lever::Hours, Measure::Fact(false)) => "nobody is there".to_owned(),
        (Lever::AiDecision, Measure::Fact(true)) => "it did not know".to_owned(),
        (Lever::AiDecision, Measure::Fact(false)) => "it had an answer".to_owned(),
        (_, Measure::Fact(true)) => "on".to_owned(),
        (_, Measure::Fact(false)) => "off".to_owned(),
        (_, Measure::None) => String::new(),
    }
}
