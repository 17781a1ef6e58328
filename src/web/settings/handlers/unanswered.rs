//! `/settings/knowledge/unanswered`: what the AI could not answer.

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde_json::json;
use url::form_urlencoded;
use uuid::Uuid;

use crate::ai::unanswered::Group;
use crate::handoff::TicketNumber;
use crate::store::unanswered::{self, Unanswered};
use crate::web::moment::Moment;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::article;
use crate::web::settings::knowledge::Part;
use crate::web::settings::trail;
use crate::web::settings::unanswered::{Example, GroupLine, UnansweredPage, proposed_title};
use crate::web::site::Site;

use super::knowledge::parts;
use super::{Answer, done, layout, not_done};

/// Questions that are grouped; the rest waits until these are dealt with.
const QUESTIONS_MAX: u64 = 300;
/// Examples of a group.
const EXAMPLES_MAX: usize = 4;

/// The groups.
pub async fn index(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    let asked = unanswered::open(site.desk.store.reader(), QUESTIONS_MAX).await?;
    let grouping = site.grouping.clone();
    let group = move || {
        let questions: Vec<(Uuid, &str)> = asked.iter().map(|(asked, _)| (asked.id, asked.question.as_str())).collect();
        (grouping.group(&questions), asked)
    };
    let (groups, asked) = web::block(group).await.map_err(|error| Refusal::Broken(error.to_string()))?;
    let now = site.desk.clock.now();
    let parts = parts(&site, Part::Unanswered).await?;
    let page = UnansweredPage {
        layout: layout(&site, &who, &request, "Unanswered questions").await?,
        more: parts.unanswered > QUESTIONS_MAX,
        parts,
        groups: groups.iter().map(|group| line(group, &asked, now)).collect(),
    };
    reply::page(&request, 200, &page)
}

/// Puts a group away.
pub async fn dismiss(site: web::Data<Site>, post: AdminPost) -> Answer {
    let ids = article::questions(post.form.raw("questions"));
    let tx = site.desk.store.begin().await?;
    let count = unanswered::dismiss(&*tx, &ids, site.desk.clock.now()).await?;
    if count == 0 {
        return not_done(Part::Unanswered.path(), "They were put away already.");
    }
    trail::record(&site, &tx, &post.who, "unanswered.dismiss", "unanswered", json!({ "questions": count })).await?;
    tx.commit().await?;
    let noun = if count == 1 { "question is" } else { "questions are" };
    done(Part::Unanswered.path(), format!("{count} {noun} put away."))
}

fn line(group: &Group, asked: &[(Unanswered, TicketNumber)], now: DateTime<Utc>) -> GroupLine {
    let centre = &asked[group.centre].0;
    let title = proposed_title(&centre.question);
    let ids: Vec<String> = group.members.iter().map(|at| asked[*at].0.id.to_string()).collect();
    let questions = ids.join(",");
    let write: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("title", &title)
        .append_pair("language", centre.language.as_deref().unwrap_or("en"))
        .append_pair("questions", &questions)
        .finish();
    let example = |at: &usize| {
        let (asked, number) = &asked[*at];
        Example { question: asked.question.clone(), number: number.0, at: Moment::ago(asked.at, now) }
    };
    GroupLine {
        title,
        count: group.members.len(),
        last: Moment::ago(asked[group.members[0]].0.at, now),
        examples: group.members.iter().take(EXAMPLES_MAX).map(example).collect(),
        write_url: format!("/settings/knowledge/new?{write}"),
        questions,
    }
}
