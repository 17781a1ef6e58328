//! `/settings/handoff/topics`.

use actix_web::{HttpRequest, web};

use crate::handoff::policy::{HandoffSettings, Topic};
use crate::store::settings::Versioned;
use crate::store::{agents, teams};
use crate::web::page::Flash;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::difference::DiffLine;
use crate::web::settings::handoff::topics::{TopicTrial, TopicsForm, TopicsPage, try_out};
use crate::web::site::Site;

use super::{Answer, SAVED, done, layout, overtaken, save, stored, version};

const PATH: &str = "/settings/handoff/topics";

/// What stands beside the form.
#[derive(Default)]
struct Beside {
    trial: Option<TopicTrial>,
    difference: Vec<DiffLine>,
    notice: Option<Flash>,
}

/// The list.
pub async fn show(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    let form = form(&site, &stored(&site).await?).await?;
    render(&site, &request, &who, 200, form, Beside::default()).await
}

/// Changes it.
pub async fn update(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let seen = version(post.form.raw("version"))?;
    let stored = stored(&site).await?;
    let mut form = form(&site, &stored).await?;
    let current = std::mem::replace(&mut form.version, seen.to_string());
    let Some(topics) = form.read(&post.form) else {
        return render(&site, &request, &post.who, 422, form, Beside::default()).await;
    };
    let rules = HandoffSettings { topics, ..stored.value.clone() };
    let tx = site.desk.store.begin().await?;
    if !save(&site, &tx, &post.who, &rules, seen).await? {
        drop(tx);
        form.version = current;
        let (difference, notice) = overtaken(&site, &post.who, &stored.value, &rules).await?;
        let beside = Beside { difference, notice: Some(notice), ..Beside::default() };
        return render(&site, &request, &post.who, 409, form, beside).await;
    }
    tx.commit().await?;
    done(PATH, SAVED)
}

/// Tries a message on the topics as they are typed. Nothing is written.
pub async fn try_message(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let mut form = form(&site, &stored(&site).await?).await?;
    post.form.raw("version").clone_into(&mut form.version);
    let Some(topics) = form.read(&post.form) else {
        return render(&site, &request, &post.who, 422, form, Beside::default()).await;
    };
    let trial = tried(form.message.clone(), topics).await?;
    render(&site, &request, &post.who, 200, form, Beside { trial, ..Beside::default() }).await
}

async fn tried(message: String, topics: Vec<Topic>) -> Result<Option<TopicTrial>, Refusal> {
    if message.trim().is_empty() {
        return Ok(None);
    }
    let trial = web::block(move || try_out(message.trim(), &topics)).await;
    Ok(Some(trial.map_err(|error| Refusal::Broken(error.to_string()))?))
}

/// The form, with what is stored.
pub(super) async fn form(site: &Site, stored: &Versioned<HandoffSettings>) -> Result<TopicsForm, Refusal> {
    let db = site.desk.store.reader();
    let everyone = [(String::new(), "As routed".to_owned()), ("queue".to_owned(), "The queue".to_owned())];
    let teams = teams::all(db).await?.into_iter().map(|team| (format!("team:{}", team.id), team.name));
    let agents = agents::all(db).await?.into_iter().map(|agent| (format!("agent:{}", agent.id), agent.name));
    let targets = everyone.into_iter().chain(teams).chain(agents).collect();
    Ok(TopicsForm::of(stored.version.to_string(), &stored.value.topics, targets))
}

async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    form: TopicsForm,
    beside: Beside,
) -> Answer {
    let mut layout = layout(site, who, request, "Handoff topics").await?;
    let Beside { trial, difference, notice } = beside;
    layout.flash = notice.or(layout.flash);
    reply::page(request, status, &TopicsPage { layout, form, trial, difference })
}
