//! Help in the composer: a reply from the knowledge, and the writer's own words said differently. Inserted, never sent.

use actix_multipart::Multipart;
use actix_web::{HttpRequest, HttpResponse, web};
use uuid::Uuid;

use crate::ai::assistant::Rewrite;
use crate::desk::DeskError;
use crate::handoff::message::Source;
use crate::web::refusal::Refusal;
use crate::web::session::SignedIn;
use crate::web::site::Site;

use super::actions::find;
use super::composer::{Composer, Mode, Suggested};
use super::present::{self, Opened};
use super::writing::{Draft, read, show};

/// `POST /conversations/{number}/suggestion`.
pub async fn suggest(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    form: Multipart,
) -> Result<HttpResponse, Refusal> {
    let draft = read(&site, form).await?;
    who.check_csrf(&draft.csrf)?;
    let id = find(&site, *number).await?;
    if let Some(former) = draft.suggestion() {
        site.desk.reject_suggestion(id, former).await?;
    }
    let typed = draft.without_suggestion();
    let suggested = match site.desk.suggest(id, who.agent.id).await {
        Ok(Some(proposal)) => {
            let suggested = Suggested::Inserted { id: proposal.id, sources: titles(proposal.sources) };
            let (body, text) = (joined(&typed, &proposal.text), proposal.text);
            return insert(&site, &who, &request, *number, &draft, (body, text), suggested).await;
        }
        Ok(None) => Suggested::Nothing,
        Err(DeskError::Invalid(why)) => Suggested::Failed(why),
        Err(error) => return Err(error.into()),
    };
    insert(&site, &who, &request, *number, &draft, (typed, String::new()), suggested).await
}

/// `POST /conversations/{number}/suggestion/rejection`.
pub async fn reject(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    form: Multipart,
) -> Result<HttpResponse, Refusal> {
    let draft = read(&site, form).await?;
    who.check_csrf(&draft.csrf)?;
    let id = find(&site, *number).await?;
    if let Some(suggestion) = draft.suggestion() {
        site.desk.reject_suggestion(id, suggestion).await?;
    }
    insert(&site, &who, &request, *number, &draft, (draft.without_suggestion(), String::new()), Suggested::No).await
}

/// `POST /conversations/{number}/rewriting`.
pub async fn rewrite(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    form: Multipart,
) -> Result<HttpResponse, Refusal> {
    let draft = read(&site, form).await?;
    who.check_csrf(&draft.csrf)?;
    let opened = Opened::load(&site, &who, *number).await?;
    let how = match draft.how.as_str() {
        "friendlier" => Rewrite::Friendlier,
        "shorter" => Rewrite::Shorter,
        "corrected" => Rewrite::Corrected,
        "translated" => Rewrite::Translated(opened.record.language.clone().unwrap_or_else(|| "en".to_owned())),
        _ => return Err(Refusal::BadForm("The form is damaged. Reload the page.".into())),
    };
    let kept = draft.suggestion().map_or(Suggested::No, |id| Suggested::Inserted { id, sources: Vec::new() });
    let (body, suggested) = match site.desk.rewrite(&draft.body, &how).await {
        Ok(text) => (text, kept),
        Err(DeskError::Invalid(why)) => (draft.body.clone(), Suggested::Failed(why)),
        Err(error) => return Err(error.into()),
    };
    insert(&site, &who, &request, *number, &draft, (body, draft.suggested_text.clone()), suggested).await
}

/// The composer with other words in it.
async fn insert(
    site: &Site,
    who: &SignedIn,
    request: &HttpRequest,
    number: i64,
    draft: &Draft,
    (body, suggested_text): (String, String),
    suggested: Suggested,
) -> Result<HttpResponse, Refusal> {
    let opened = Opened::load(site, who, number).await?;
    let fresh = present::composer(site, who, &opened);
    let composer = Composer {
        mode: Mode::Reply,
        body,
        suggested,
        suggested_text,
        message_id: if draft.message_id.is_empty() { fresh.message_id.clone() } else { draft.message_id.clone() },
        // What came in meanwhile has not been seen because of this.
        seen_seq: draft.seen_seq.parse().unwrap_or(fresh.seen_seq),
        error: draft.files_again(),
        head: draft.head_over(fresh.head.clone()),
        ..fresh
    };
    show(site, who, request, &opened, 200, composer).await
}

fn joined(typed: &str, proposed: &str) -> String {
    match typed.trim() {
        "" => proposed.to_owned(),
        typed => format!("{typed}\n\n{proposed}"),
    }
}

fn titles(sources: Vec<Source>) -> Vec<(String, Option<String>)> {
    sources.into_iter().map(|source| (source.title, source.url)).collect()
}

impl Draft {
    /// The proposal in it.
    pub(super) fn suggestion(&self) -> Option<Uuid> {
        self.suggestion_id.parse().ok()
    }

    /// What was typed besides the proposal, which is taken out where it still stands as it was.
    fn without_suggestion(&self) -> String {
        let proposed = self.suggested_text.trim();
        match proposed.is_empty() {
            true => self.body.clone(),
            false => self.body.replace(proposed, "").trim().to_owned(),
        }
    }
}
