//! `/settings/knowledge/trial`: "Test the AI".

use actix_web::{HttpRequest, web};

use crate::ai::knowledge::{Hit, Language, Scope};
use crate::ai::signals::{human_request, no_progress, topic};
use crate::desk::DeskError;
use crate::desk::calls::agent_of;
use crate::desk::trial::Trial;
use crate::handoff::ChannelId;
use crate::handoff::event::Sentiment;
use crate::handoff::policy::{Decision, Levers, Signal, Signals};
use crate::store::channels;
use crate::web::html::SafeHtml;
use crate::web::markdown;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::knowledge::{Part, language_words};
use crate::web::settings::trial::{
    Asked, Outcome, PassageLine, SignalLine, TrialForm, TrialPage, decision_words, percent,
};
use crate::web::site::Site;

use super::knowledge::{channel_names, parts};
use super::{Answer, layout};

/// Passages that are shown.
const PASSAGES_MAX: usize = 5;
/// Below this a detector hears nothing, and quoting what came nearest would read like a reason.
const WORTH_QUOTING: f32 = 0.1;
/// Characters of each.
const PASSAGE_CHARS: usize = 400;

/// The empty page.
pub async fn show(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    let form = TrialForm::new(&channel_names(&site).await?);
    render(&site, &request, &who, 200, form, None).await
}

/// Asks the AI. Nothing is written.
pub async fn ask(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let mut form = TrialForm::new(&channel_names(&site).await?);
    let Some(Asked { question, channel, language }) = form.read(&post.form) else {
        return render(&site, &request, &post.who, 422, form, None).await;
    };
    match site.desk.try_out(&question, channel, language).await {
        Ok(trial) => {
            let outcome = outcome(&site, &question, channel, trial).await?;
            render(&site, &request, &post.who, 200, form, Some(outcome)).await
        }
        Err(DeskError::Invalid(why)) => {
            form.question.error = Some(why);
            render(&site, &request, &post.who, 422, form, None).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn outcome(site: &Site, question: &str, channel: Option<ChannelId>, trial: Trial) -> Result<Outcome, Refusal> {
    let db = site.desk.store.reader();
    let stored = match channel {
        Some(channel) => channels::find(db, channel).await?,
        None => None,
    };
    let autopilot = stored.as_ref().is_none_or(|channel| channel.autopilot);
    // Only a phone number has a limit of its own; a channel of another kind has none stored.
    let knowledge = stored.map(|channel| agent_of(&channel).knowledge).unwrap_or_default();
    let Trial { draft, decision, read } = trial;
    let sources = draft.reply.as_ref().map(|reply| reply.sources.clone()).unwrap_or_default();
    let (headline, because) = match autopilot {
        true => decision_words(&decision, draft.wish.as_deref(), !sources.is_empty()),
        false => (
            "It goes to a person".to_owned(),
            "The AI does not answer on this channel: its autopilot is off. Below is what it would say.".to_owned(),
        ),
    };
    let hands_off = !autopilot || matches!(decision, Decision::HandOff { .. });
    // Whoever is handed over is told so in the server's words; an answer of the AI that rests on nothing would mislead here.
    let reply = draft.reply.as_ref().filter(|_| !hands_off || !sources.is_empty());
    let (library, scope) = (site.articles.clone(), Scope { channel, knowledge, article: None });
    let asked = question.to_owned();
    // In the language the answer was given in, so that the passages shown are those it was chosen from.
    let language = draft.language.as_deref().and_then(Language::from_tag);
    let search = move || library.search(&asked, language, scope, PASSAGES_MAX);
    let found = web::block(search).await.map_err(|error| Refusal::Broken(error.to_string()))?;
    Ok(Outcome {
        headline,
        because,
        hands_off,
        answer: reply.map(|reply| SafeHtml::from_cleaned(markdown::render(&reply.text))),
        sources,
        facts: facts(draft.language.as_deref(), draft.sentiment, draft.confidence),
        signals: signals(&draft.signals, &read.standing.levers),
        passages: found.hits.iter().map(passage).collect(),
    })
}

fn facts(language: Option<&str>, mood: Sentiment, confidence: f32) -> Vec<(&'static str, String)> {
    let mood = match mood {
        Sentiment::Angry => "Angry",
        Sentiment::Neutral => "Neutral",
        Sentiment::Happy => "Happy",
    };
    let language = language.map_or("Cannot be told", language_words);
    vec![
        ("Language", language.to_owned()),
        ("Mood", mood.to_owned()),
        ("How sure the answer is", format!("{} %", percent(confidence))),
    ]
}

fn signals(found: &Signals, levers: &Levers) -> Vec<SignalLine> {
    let line = |name: &str, signal: &Signal, threshold: f32, on: bool| SignalLine {
        name: name.to_owned(),
        percent: percent(signal.p),
        threshold: percent(threshold),
        decided: signal.decided,
        because: if signal.p < WORTH_QUOTING { Vec::new() } else { signal.because.clone() },
        counts: on && levers.enabled,
    };
    let mut lines = vec![
        line("Asks for a person", &found.human_request, human_request::THRESHOLD, levers.on_request),
        line("Loses patience", &found.frustration, levers.sensitivity.from(), levers.on_frustration),
        line("Gets nowhere", &found.no_progress, no_progress::THRESHOLD, levers.on_no_progress),
    ];
    lines.extend(found.topic.as_ref().map(|topic| SignalLine {
        name: format!("Topic: {}", topic.phrase),
        percent: percent(topic.p),
        threshold: percent(topic::THRESHOLD),
        decided: topic.decided,
        because: topic.because.clone(),
        counts: levers.enabled,
    }));
    lines
}

fn passage(hit: &Hit) -> PassageLine {
    PassageLine {
        article: hit.article.id.to_string(),
        title: hit.article.title.clone(),
        heading: hit.passage.headings.join(" › "),
        text: markdown::plain(&hit.passage.text()).chars().take(PASSAGE_CHARS).collect(),
        score: format!("{:.1}", hit.score),
        coverage: percent(hit.coverage),
    }
}

async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    form: TrialForm,
    outcome: Option<Outcome>,
) -> Answer {
    let layout = layout(site, who, request, "Test the AI").await?;
    let parts = parts(site, Part::Trial).await?;
    reply::page(request, status, &TrialPage { layout, parts, form, outcome })
}
