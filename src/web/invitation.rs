//! `/invitation/{token}`: somebody who was invited chooses a password and is at the desk.
//!
//! Invariant: the link works once, for a week; it is taken out in the transaction that makes the person.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde_json::json;

use crate::handoff::AgentId;
use crate::store::agents::{self, Agent};
use crate::store::audit::{self, Change};
use crate::store::invitations::{self, Invitation};

use super::field::Field;
use super::headers::client_address;
use super::page::Layout;
use super::refusal::Refusal;
use super::settings::posted::Posted;
use super::settings::rules::{self, fill};
use super::signing::{check_token, form_token, off_loop, organisation, with_token};
use super::site::Site;
use super::{password, reply, session};

/// The page. Sends `csrf`, `name`, `password`, `password_again` to its own address.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "invitation.html")]
pub struct InvitationPage {
    /// The document.
    pub layout: Layout,
    /// Whose desk it is.
    pub organisation: String,
    /// Where the form is sent.
    pub action: String,
    /// The address they will sign in with.
    pub email: String,
    /// The name customers see.
    pub name: Field,
    /// Their password.
    pub password: Field,
    /// The same once more.
    pub password_again: Field,
}

/// `GET /invitation/{token}`.
pub async fn show(
    site: web::Data<Site>,
    request: HttpRequest,
    token: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    let invitation = find(&site, &request, &token).await?;
    let csrf = form_token(&request)?;
    let page = page(&site, &invitation, &token, &csrf).await?;
    with_token(&site, reply::page(&request, 200, &page)?, csrf)
}

/// `POST /invitation/{token}`.
pub async fn accept(
    site: web::Data<Site>,
    request: HttpRequest,
    token: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Refusal> {
    let form = Posted::parse(&body);
    check_token(&request, form.raw("csrf"))?;
    let invitation = find(&site, &request, &token).await?;
    let mut page = page(&site, &invitation, &token, form.raw("csrf")).await?;
    let name = fill(&mut page.name, &form, rules::name);
    let chosen = fill(&mut page.password, &form, rules::new_password);
    let same = fill(&mut page.password_again, &form, |typed| match typed == form.raw("password") {
        true => Ok(()),
        false => Err("The two passwords differ. Type the same one twice.".to_owned()),
    });
    let (Some(name), Some(chosen), Some(())) = (name, chosen, same) else {
        let csrf = form.raw("csrf").to_owned();
        return with_token(&site, reply::page(&request, 422, &page)?, csrf);
    };
    let hash = off_loop(move || password::hash(&chosen)).await?.map_err(|why| Refusal::BadForm(why.to_string()))?;
    let agent = join(&site, &invitation, name, &hash).await?;
    let cookie = session::begin(&site, &agent).await?;
    Ok(HttpResponse::SeeOther().cookie(cookie).insert_header((header::LOCATION, "/inbox")).finish())
}

async fn find(site: &Site, request: &HttpRequest, token: &str) -> Result<Invitation, Refusal> {
    site.limits.sign_in(client_address(request, &site.boot), "invitation")?;
    let now = site.desk.clock.now();
    let found = invitations::by_token(site.desk.store.reader(), &session::hash(token), now).await?;
    found.ok_or(Refusal::NotFound("invitation; it works once, for a week. Ask for another one"))
}

async fn join(site: &Site, invitation: &Invitation, name: String, hash: &str) -> Result<Agent, Refusal> {
    let now = site.desk.clock.now();
    let agent = Agent {
        id: AgentId(site.desk.clock.new_id()),
        email: invitation.email.clone(),
        name,
        role: invitation.role,
        theme: "system".into(),
        shortcuts: true,
        created_at: now,
        disabled_at: None,
        duty: Default::default(),
    };
    let tx = site.desk.store.begin().await?;
    if !invitations::delete(&*tx, invitation.id).await? {
        return Err(Refusal::NotFound("invitation; it was taken up already"));
    }
    agents::insert(&*tx, &agent, hash).await?;
    let change = Change {
        id: site.desk.clock.new_id(),
        at: now,
        agent: Some(invitation.invited_by),
        action: "agent.join".into(),
        subject: format!("agent:{}", agent.id),
        detail: json!({ "name": agent.name, "email": agent.email, "role": agent.role }),
    };
    audit::insert(&*tx, &change).await?;
    tx.commit().await?;
    site.directory.forget();
    Ok(agent)
}

async fn page(site: &Site, invitation: &Invitation, token: &str, csrf: &str) -> Result<InvitationPage, Refusal> {
    Ok(InvitationPage {
        layout: Layout::public("Join the desk", csrf),
        organisation: organisation(site).await?,
        action: format!("/invitation/{token}"),
        email: invitation.email.clone(),
        name: Field::text("name", "Your name")
            .autocomplete("name")
            .hint("Customers see it on your replies.")
            .value(&invitation.name),
        password: Field::password("password", "Password", "new-password").hint("10 to 200 characters."),
        password_again: Field::password("password_again", "Password again", "new-password"),
    })
}
