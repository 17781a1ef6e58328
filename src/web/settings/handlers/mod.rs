//! What happens at each address of the settings: extract, parse, one change, render.

pub mod account;
pub mod agents;
pub mod api_keys;
pub mod articles;
pub mod browsers;
pub mod channel;
pub mod channels;
pub mod handoff;
pub mod import;
pub mod install;
pub mod invitations;
pub mod knowledge;
pub mod model;
pub mod office_hours;
pub mod one_form;
pub mod phone;
pub mod privacy;
pub mod profile;
pub mod quiet;
pub mod ratings;
pub mod routing;
mod staff;
pub mod teams;
pub mod trial;
pub mod unanswered;

use actix_web::{HttpRequest, HttpResponse};

use crate::handoff::people::Role;
use crate::web::flash;
use crate::web::frame::frame;
use crate::web::page::{Flash, Layout};
use crate::web::refusal::Refusal;
use crate::web::session::SignedIn;
use crate::web::site::Site;

use super::shell::Section;

/// What a handler answers.
pub type Answer = Result<HttpResponse, Refusal>;

/// `GET /settings`: the first page the reader may open.
pub async fn first(who: SignedIn) -> HttpResponse {
    let section = match who.agent.role {
        Role::Admin => Section::Channels,
        Role::Agent => Section::Profile,
    };
    flash::redirect(section.path(), None)
}

/// The document around a page of the settings.
async fn layout(site: &Site, who: &SignedIn, request: &HttpRequest, title: &str) -> Result<Layout, Refusal> {
    frame(site, who, request, title, None, None).await
}

/// Back to a page, with what was done.
fn done(to: &str, words: impl Into<String>) -> Answer {
    Ok(flash::redirect(to, Some(&Flash::Done(words.into()))))
}

/// Moves what waited for an AI that is switched off now, and says how much it was.
async fn moved_to_people(site: &Site) -> Result<String, Refusal> {
    Ok(match site.desk.hand_over_unanswered().await? {
        0 => String::new(),
        1 => " 1 conversation that waited for the AI went to people.".to_owned(),
        moved => format!(" {moved} conversations that waited for the AI went to people."),
    })
}

/// Back to a page, with why nothing was done.
fn not_done(to: &str, words: impl Into<String>) -> Answer {
    Ok(flash::redirect(to, Some(&Flash::Problem(words.into()))))
}

/// An id of an address; whatever is no id names nothing.
fn id<T: std::str::FromStr>(segment: &str, what: &'static str) -> Result<T, Refusal> {
    segment.parse().map_err(|_| Refusal::NotFound(what))
}

/// Hashes or checks a password, slow on purpose, away from the threads that serve everybody else.
async fn slowly<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    actix_web::web::block(work).await.map_err(|error| Refusal::Broken(error.to_string()))
}
