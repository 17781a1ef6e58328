//! A visitor nobody vouches for becomes a contact.

use actix_web::{HttpRequest, HttpResponse};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::desk::settings::Organisation;
use crate::handoff::{ChannelId, ContactId};
use crate::store::contacts::{self, Contact, Identity};
use crate::store::settings;
use crate::web::headers::client_address;
use crate::web::site::Site;

use super::body::{SentJson, email, facts, short};
use super::refusal::Problem;
use super::token::{self, Claims};
use super::visitor::Widget;

#[derive(Deserialize)]
struct NewContact {
    email: Option<String>,
    non_verified_name: Option<String>,
    non_verified_custom_data: Option<Map<String, Value>>,
}

#[derive(Serialize)]
struct Created {
    token: String,
}

/// `POST /backend/widget/v2/contact/create-unverified`.
///
/// An address given here is kept as the visitor's own claim. It makes no identity, so it opens nobody else's history.
pub(super) async fn create(request: HttpRequest, widget: Widget, body: SentJson) -> Result<HttpResponse, Problem> {
    let site = &widget.site;
    site.limits.new_contact(client_address(&request, &site.boot))?;
    let new: NewContact = body.read()?;
    let custom_data = Value::Object(facts("non_verified_custom_data", new.non_verified_custom_data)?);
    let (email, name) = (email(new.email)?, short("non_verified_name", new.non_verified_name)?);
    let (clock, id) = (&site.desk.clock, ContactId(site.desk.clock.new_id()));
    let now = clock.now();
    let contact = Contact {
        id,
        name,
        email,
        phone: None,
        avatar_url: None,
        language: None,
        verified: false,
        custom_data,
        created_at: now,
    };
    let visitor = Identity { kind: "visitor".into(), value: id.to_string(), verified: false };
    let tx = site.desk.store.begin().await?;
    contacts::insert(&*tx, &contact).await?;
    contacts::add_identity(&*tx, clock.new_id(), id, &visitor, now).await?;
    tx.commit().await?;
    let token = sign(site, id, Some(widget.channel.id), false).await?;
    Ok(HttpResponse::Created().json(Created { token }))
}

/// A token for a contact.
pub(super) async fn sign(
    site: &Site,
    contact: ContactId,
    channel: Option<ChannelId>,
    verified: bool,
) -> Result<String, Problem> {
    let organisation = settings::load::<Organisation>(site.desk.store.reader()).await?.value.id;
    let claims = Claims { organisation, contact, channel, verified };
    let key = site.key.derive(token::PURPOSE);
    token::sign(key.expose_secret(), claims, site.desk.clock.now().timestamp())
        .map_err(|why| Problem::Broken(format!("a contact token could not be written: {why}")))
}
