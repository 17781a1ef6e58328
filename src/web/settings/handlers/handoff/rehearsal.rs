//! `/settings/handoff/rehearsal`: settings that are not saved, played over what was recorded.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, web};
use chrono::TimeDelta;

use crate::ai::signals::reading::Reading;
use crate::ai::signals::topic;
use crate::handoff::policy::{HandoffSettings, TopicMatch};
use crate::store::readings::{self, Recorded};
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::settings::access::AdminPost;
use crate::web::settings::difference;
use crate::web::settings::handoff::rehearsal::{RehearsalPage, rehearse};
use crate::web::settings::handoff::words::as_lines;
use crate::web::settings::posted::Posted;
use crate::web::site::Site;

use super::{Answer, layout, stored, topics};

/// Most days that are looked at.
const DAYS_MAX: u32 = 365;
/// Days that are looked at where none were named.
const DAYS: u32 = 30;
/// Most decisions that are looked at: about ten thousand conversations' worth, several times over.
const READINGS_MAX: u64 = 100_000;
/// Most messages that new topics are read in.
const TEXTS_MAX: u64 = 1_000;

/// Rehearses what a form of the handoff pages holds. Nothing is written.
pub async fn show(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let stored = stored(&site).await?;
    let from_topics = post.form.raw("page") == "topics";
    let Some(rules) = typed(&site, &post.form, &stored, from_topics).await? else {
        // What is wrong is said where it was typed.
        return match from_topics {
            true => topics::update(site, request, post).await,
            false => super::update(site, request, post).await,
        };
    };
    let days = post.form.raw("days").parse().unwrap_or(DAYS).clamp(1, DAYS_MAX);
    let now = site.desk.clock.now();
    let db = site.desk.store.reader();
    let recorded = readings::since(db, now - TimeDelta::days(days.into()), READINGS_MAX).await?;
    let (found, caveat) = new_topics(&site, &stored.value, &rules, &recorded).await?;
    let changes = difference::lines(&as_lines(&stored.value), &as_lines(&rules));
    let outcome = web::block(move || rehearse(&rules, &recorded, &found, days, now)).await;
    let page = RehearsalPage {
        layout: layout(&site, &post.who, &request, "Rehearsal").await?,
        back: if from_topics { "/settings/handoff/topics" } else { "/settings/handoff" },
        fields: post.form.fields().filter(|(name, _)| !matches!(*name, "csrf" | "days")).map(owned).collect(),
        days,
        outcome: outcome.map_err(|error| Refusal::Broken(error.to_string()))?,
        changes,
        caveat,
    };
    reply::page(&request, 200, &page)
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

async fn typed(
    site: &Site,
    form: &Posted,
    stored: &crate::store::settings::Versioned<HandoffSettings>,
    from_topics: bool,
) -> Result<Option<HandoffSettings>, Refusal> {
    if from_topics {
        let topics = topics::form(site, stored).await?.read(form);
        return Ok(topics.map(|topics| HandoffSettings { topics, ..stored.value.clone() }));
    }
    Ok(super::form(site, stored).await?.read(form, &stored.value))
}

/// What topics that are new would have found, by the place of the decision, and what that leaves open.
async fn new_topics(
    site: &Site,
    stored: &HandoffSettings,
    rules: &HandoffSettings,
    recorded: &[Recorded],
) -> Result<(BTreeMap<usize, TopicMatch>, Option<String>), Refusal> {
    let known = stored.topic_lines();
    let lines: Vec<String> = rules.topic_lines().into_iter().filter(|line| !known.contains(line)).collect();
    if lines.is_empty() {
        return Ok((BTreeMap::new(), None));
    }
    let mut newest: Vec<usize> = (0..recorded.len()).collect();
    newest.sort_by_key(|at| std::cmp::Reverse(recorded[*at].at));
    newest.truncate(usize::try_from(TEXTS_MAX).unwrap_or(usize::MAX));
    let ids: Vec<_> = newest.iter().map(|at| recorded[*at].id).collect();
    let texts = readings::texts(site.desk.store.reader(), &ids).await?;
    let read = move || {
        let found = newest.into_iter().zip(ids).filter_map(|(at, id)| {
            let text = texts.get(&id)?;
            Some((at, topic::of_message(&Reading::of(text), &lines)?))
        });
        found.collect::<BTreeMap<_, _>>()
    };
    let found = web::block(read).await.map_err(|error| Refusal::Broken(error.to_string()))?;
    let caveat = (recorded.len() > usize::try_from(TEXTS_MAX).unwrap_or(usize::MAX)).then(|| {
        format!("New topics were read in the newest {TEXTS_MAX} of {} messages; for older ones it is not known whether they match.", recorded.len())
    });
    Ok((found, caveat))
}
