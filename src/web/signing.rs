//! Set-up of the first admin, signing in and signing out.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use crate::desk::settings::Organisation;
use crate::handoff::people::Role;
use crate::handoff::{AgentId, ChannelId};
use crate::store::agents::{self, Agent};
use crate::store::audit::{self, Change};
use crate::store::channels::{self, Channel};
use crate::store::settings;

use super::flash;
use super::headers::client_address;
use super::page::Layout;
use super::password::{self, PasswordError};
use super::refusal::Refusal;
use super::reply;
use super::session::{self, SignedIn};
use super::setup::SetupPage;
use super::signin::SignInPage;
use super::site::Site;

/// What forms of people who are not signed in send back (double submit).
const CSRF_COOKIE: &str = "baton_form";
const NAME_CHARS_MAX: usize = 80;

/// Where to go after signing in.
#[derive(Debug, Deserialize)]
pub struct Then {
    #[serde(default)]
    then: String,
}

/// `GET /session`.
pub async fn sign_in_page(
    site: web::Data<Site>,
    request: HttpRequest,
    query: web::Query<Then>,
) -> Result<HttpResponse, Refusal> {
    if agents::none_yet(site.desk.store.reader()).await? {
        return Ok(flash::redirect("/setup", None));
    }
    let csrf = form_token(&request)?;
    let name = organisation(&site).await?;
    let page = SignInPage::new(Layout::public("Sign in", &csrf), &name, safe_path(&query.then), "");
    with_token(&site, reply::page(&request, 200, &page)?, csrf)
}

/// Who signs in.
#[derive(Deserialize)]
pub struct SignIn {
    csrf: String,
    #[serde(default)]
    next: String,
    email: String,
    password: String,
}

/// `POST /session`.
pub async fn sign_in(
    site: web::Data<Site>,
    request: HttpRequest,
    form: web::Form<SignIn>,
) -> Result<HttpResponse, Refusal> {
    check_token(&request, &form.csrf)?;
    let form = form.into_inner();
    site.limits.sign_in(client_address(&request, &site.boot), &form.email)?;
    let db = site.desk.store.reader();
    let agent = agents::by_email(db, form.email.trim()).await?.filter(|agent| agent.disabled_at.is_none());
    let stored = match &agent {
        Some(agent) => agents::password_hash(db, agent.id).await?,
        None => None,
    };
    let password = form.password;
    let fits = off_loop(move || password::verify(&password, stored.as_deref())).await?;
    let Some(agent) = agent.filter(|_| fits) else {
        metrics::counter!("baton_sign_ins_refused_total").increment(1);
        let csrf = form_token(&request)?;
        let layout = Layout::public("Sign in", &csrf);
        let page = SignInPage::new(layout, &organisation(&site).await?, safe_path(&form.next), &form.email);
        let page = page.refused("That address and password do not go together. Try again.");
        return with_token(&site, reply::page(&request, 401, &page)?, csrf);
    };
    let cookie = session::begin(&site, &agent).await?;
    Ok(HttpResponse::SeeOther().cookie(cookie).insert_header((header::LOCATION, safe_path(&form.next))).finish())
}

/// What signing out sends.
#[derive(Deserialize)]
pub struct SignOut {
    #[serde(default)]
    csrf: String,
}

/// `POST /session/end`.
pub async fn sign_out(site: web::Data<Site>, who: SignedIn, form: web::Form<SignOut>) -> Result<HttpResponse, Refusal> {
    who.check_csrf(&form.csrf)?;
    let cookie = session::end(&site, &who.session).await?;
    Ok(HttpResponse::SeeOther().cookie(cookie).insert_header((header::LOCATION, "/session")).finish())
}

/// `GET /setup`.
pub async fn setup_page(site: web::Data<Site>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    if !agents::none_yet(site.desk.store.reader()).await? {
        return Ok(flash::redirect("/session", None));
    }
    let csrf = form_token(&request)?;
    let page = SetupPage::new(Layout::public("Set up Baton", &csrf));
    with_token(&site, reply::page(&request, 200, &page)?, csrf)
}

/// The first admin.
#[derive(Deserialize)]
pub struct Setup {
    csrf: String,
    organisation: String,
    name: String,
    email: String,
    password: String,
    password_again: String,
}

/// `POST /setup`. Possible once.
pub async fn setup(
    site: web::Data<Site>,
    request: HttpRequest,
    form: web::Form<Setup>,
) -> Result<HttpResponse, Refusal> {
    check_token(&request, &form.csrf)?;
    let form = form.into_inner();
    if let Some(page) = problems(&form, &form_token(&request)?) {
        return with_token(&site, reply::page(&request, 422, &page)?, form.csrf);
    }
    let password = form.password.clone();
    let hash = off_loop(move || password::hash(&password)).await?.map_err(|why| Refusal::BadForm(why.to_string()))?;
    let Some(agent) = found(&site, &form, &hash).await? else { return Ok(flash::redirect("/session", None)) };
    let cookie = session::begin(&site, &agent).await?;
    site.reload_channels().await?;
    site.directory.forget();
    Ok(HttpResponse::SeeOther().cookie(cookie).insert_header((header::LOCATION, "/settings/channels")).finish())
}

/// Stores the organisation, its first admin and a web channel; `None` if somebody was faster.
async fn found(site: &Site, form: &Setup, hash: &str) -> Result<Option<Agent>, Refusal> {
    let (desk, now) = (&site.desk, site.desk.clock.now());
    let tx = desk.store.begin().await?;
    if !agents::none_yet(&*tx).await? {
        return Ok(None);
    }
    let agent = Agent {
        id: AgentId(desk.clock.new_id()),
        email: form.email.trim().to_lowercase(),
        name: form.name.trim().to_owned(),
        role: Role::Admin,
        theme: "system".into(),
        shortcuts: true,
        created_at: now,
        disabled_at: None,
        duty: Default::default(),
    };
    agents::insert(&*tx, &agent, hash).await?;
    let organisation = Organisation { id: desk.clock.new_id(), name: form.organisation.trim().to_owned() };
    settings::save(&*tx, &organisation, 0, Some(agent.id), now).await?;
    let token = session::random_token()?;
    let channel = Channel {
        id: ChannelId(desk.clock.new_id()),
        kind: baton_adapters::contract::ChannelKind::Web.as_str().into(),
        name: "Web chat".into(),
        token: format!("w_{}", &token[..24]),
        autopilot: true,
        settings: serde_json::to_value(baton_adapters::web::WebChatSettings {
            title: organisation.name.clone(),
            ..Default::default()
        })
        .map_err(|error| Refusal::Broken(error.to_string()))?,
        created_at: now,
    };
    channels::insert(&*tx, &site.key, &channel, None).await?;
    let change = Change {
        id: desk.clock.new_id(),
        at: now,
        agent: Some(agent.id),
        action: "installation.set_up".into(),
        subject: organisation.name,
        detail: serde_json::Value::Null,
    };
    audit::insert(&*tx, &change).await?;
    tx.commit().await?;
    Ok(Some(agent))
}

/// The form again with an error beside each field that needs another value; `None` if all is well.
fn problems(form: &Setup, csrf: &str) -> Option<SetupPage> {
    let mut page = SetupPage::new(Layout::public("Set up Baton", csrf));
    page.organisation = page.organisation.value(&form.organisation);
    page.name = page.name.value(&form.name);
    page.email = page.email.value(&form.email);
    let mut bad = false;
    let is_name = |text: &str| !text.trim().is_empty() && text.chars().count() <= NAME_CHARS_MAX;
    if !is_name(&form.organisation) {
        bad = true;
        page.organisation = page.organisation.error("Write the name customers know you by, in up to 80 characters.");
    }
    if !is_name(&form.name) {
        bad = true;
        page.name = page.name.error("Write your name, in up to 80 characters.");
    }
    if !form.email.trim().contains('@') || form.email.len() > 254 {
        bad = true;
        page.email = page.email.error("Write an email address, such as ines@example.com.");
    }
    let length = form.password.chars().count();
    if !(password::CHARS_MIN..=password::CHARS_MAX).contains(&length) {
        bad = true;
        page.password = page.password.error(PasswordError::Length.to_string());
    } else if form.password != form.password_again {
        bad = true;
        page.password_again = page.password_again.error("The two passwords differ. Type them again.");
    }
    bad.then_some(page)
}

/// The organisation's name.
pub(super) async fn organisation(site: &Site) -> Result<String, Refusal> {
    Ok(settings::load::<Organisation>(site.desk.store.reader()).await?.value.name)
}

/// Hashing keeps a processor busy for a while; requests go on meanwhile.
pub(super) async fn off_loop<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Refusal::Broken(error.to_string()))
}

/// Only a path of this site: a link must not be able to send people elsewhere after they signed in.
fn safe_path(then: &str) -> &str {
    let is_local = then.starts_with('/') && !then.starts_with("//") && !then.contains(['\\', '\r', '\n']);
    if is_local { then } else { "/inbox" }
}

/// The token of the forms of somebody who is not signed in; a new one if the browser has none.
pub(super) fn form_token(request: &HttpRequest) -> Result<String, Refusal> {
    match request.cookie(CSRF_COOKIE) {
        Some(cookie) if cookie.value().len() >= 32 => Ok(cookie.value().to_owned()),
        _ => session::random_token(),
    }
}

/// Refuses a form that did not come from one of our pages.
pub(super) fn check_token(request: &HttpRequest, sent: &str) -> Result<(), Refusal> {
    let cookie = request.cookie(CSRF_COOKIE).ok_or(Refusal::StaleForm)?;
    if sent.as_bytes().ct_eq(cookie.value().as_bytes()).into() { Ok(()) } else { Err(Refusal::StaleForm) }
}

/// The answer, and the cookie its form is checked against.
pub(super) fn with_token(site: &Site, mut response: HttpResponse, token: String) -> Result<HttpResponse, Refusal> {
    let cookie = Cookie::build(CSRF_COOKIE, token)
        .path("/")
        .http_only(true)
        .secure(site.boot.is_https())
        .same_site(SameSite::Strict)
        .finish();
    response.add_cookie(&cookie).map_err(|error| Refusal::Broken(error.to_string()))?;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::safe_path;

    #[test]
    fn signing_in_leads_to_this_site_only() {
        assert_eq!(safe_path("/inbox/mine?after=1"), "/inbox/mine?after=1");
        for elsewhere in ["", "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
            assert_eq!(safe_path(elsewhere), "/inbox", "{elsewhere}");
        }
    }
}
