//! Invitations to the desk.

use actix_web::{HttpRequest, web};
use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use crate::store::agents;
use crate::store::invitations::{self, Invitation};
use crate::web::refusal::Refusal;
use crate::web::session;
use crate::web::settings::access::AdminPost;
use crate::web::settings::agents::InviteForm;
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::Site;

use super::agents::{EMAIL_TAKEN, render_with};
use super::{Answer, done, id};

/// How long a link works.
const LIFETIME: TimeDelta = TimeDelta::days(7);

/// Makes a link that lets somebody join. It is shown this once.
pub async fn create(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let mut form = InviteForm::default();
    let Some((name, email, role)) = form.read(&post.form) else {
        return render_with(&site, &request, &post.who, 422, form).await;
    };
    if agents::by_email(site.desk.store.reader(), &email).await?.is_some() {
        form.email.error = Some(EMAIL_TAKEN.to_owned());
        return render_with(&site, &request, &post.who, 422, form).await;
    }
    let token = session::random_token()?;
    let now = site.desk.clock.now();
    let invitation = Invitation {
        id: site.desk.clock.new_id(),
        email,
        name,
        role,
        invited_by: post.who.agent.id,
        expires_at: now + LIFETIME,
    };
    let tx = site.desk.store.begin().await?;
    invitations::insert(&*tx, &invitation, &session::hash(&token), now).await?;
    let detail = json!({ "name": invitation.name, "email": invitation.email, "role": invitation.role });
    trail::record(&site, &tx, &post.who, "agent.invite", &format!("invitation:{}", invitation.id), detail).await?;
    tx.commit().await?;
    let link = format!("{}/invitation/{token}", site.public_url);
    let form = InviteForm { made: Some((invitation.name, link)), ..InviteForm::default() };
    render_with(&site, &request, &post.who, 200, form).await
}

/// Takes an invitation back: its link does not work any more.
pub async fn withdraw(site: web::Data<Site>, post: AdminPost, path: web::Path<String>) -> Answer {
    let wanted: Uuid = id(&path, "invitation")?;
    let tx = site.desk.store.begin().await?;
    if !invitations::delete(&*tx, wanted).await? {
        return Err(Refusal::NotFound("invitation"));
    }
    trail::record(&site, &tx, &post.who, "agent.uninvite", &format!("invitation:{wanted}"), json!({})).await?;
    tx.commit().await?;
    done(Section::Agents.path(), "The invitation is withdrawn. Its link does not work any more.")
}
