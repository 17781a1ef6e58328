//! The installation's own server vouches for a customer it has signed in, with an API key, and gets a token for them.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::handoff::ContactId;
use crate::store::api_keys;
use crate::store::contacts::{self, Contact, Identity};
use crate::web::session::hash;
use crate::web::site::Site;

use super::body::{SentJson, email, facts, language, short};
use super::contact::sign;
use super::refusal::Problem;
use super::visitor::bearer;

/// Kind of the identity that proves who a customer is.
const EMAIL: &str = "email";

#[derive(Deserialize)]
struct User {
    email: Option<String>,
    name: Option<String>,
    avatar_url: Option<String>,
    phone: Option<String>,
    language: Option<String>,
    #[serde(rename = "customData", alias = "custom_data")]
    custom_data: Option<Map<String, Value>>,
}

#[derive(Serialize)]
struct Authenticated {
    token: String,
    contact: Who,
}

#[derive(Serialize)]
struct Who {
    id: ContactId,
}

/// `POST /widget/authenticate-user`.
pub(super) async fn create(
    site: web::Data<Site>,
    request: HttpRequest,
    body: SentJson,
) -> Result<HttpResponse, Problem> {
    let key = bearer(request.headers()).ok_or(Problem::Unauthorized("Send an API key in the header Authorization."))?;
    let known = api_keys::find(site.desk.store.reader(), &hash(&key)).await?;
    known.ok_or(Problem::Unauthorized("This API key is not valid. Make one in the settings."))?;
    let user: User = body.read()?;
    let address = email(user.email.clone())?
        .ok_or_else(|| Problem::Invalid("email is missing. It is what a customer is known by.".into()))?
        .to_lowercase();
    let facts = facts("customData", user.custom_data.clone())?;
    let id = match vouch(&site, &address, &user, &facts).await {
        // Two servers vouched for a new customer at once; the second finds what the first made.
        Err(Problem::Store(error)) if error.is_conflict() => vouch(&site, &address, &user, &facts).await?,
        other => other?,
    };
    let token = sign(&site, id, None, true).await?;
    Ok(HttpResponse::Ok().json(Authenticated { token, contact: Who { id } }))
}

/// Makes or completes the customer that a proven address stands for.
async fn vouch(site: &Site, address: &str, user: &User, facts: &Map<String, Value>) -> Result<ContactId, Problem> {
    let now = site.desk.clock.now();
    let tx = site.desk.store.begin().await?;
    let known = contacts::by_identity(&*tx, EMAIL, address).await?;
    let is_new = known.is_none();
    let mut contact = known.unwrap_or_else(|| Contact {
        id: ContactId(site.desk.clock.new_id()),
        name: None,
        email: None,
        phone: None,
        avatar_url: None,
        language: None,
        verified: true,
        custom_data: Value::Object(Map::new()),
        created_at: now,
    });
    complete(&mut contact, address, user, facts)?;
    if is_new {
        contacts::insert(&*tx, &contact).await?;
        let identity = Identity { kind: EMAIL.into(), value: address.to_owned(), verified: true };
        contacts::add_identity(&*tx, site.desk.clock.new_id(), contact.id, &identity, now).await?;
    } else {
        contacts::save(&*tx, &contact, now).await?;
        contacts::verify_identity(&*tx, EMAIL, address).await?;
    }
    // A number its server vouches for is as good as one that called: whoever proved it is the same person.
    if let Some(phone) = contact.phone.as_deref().and_then(international) {
        site.desk.prove(&tx, contact.id, "phone", &phone).await?;
    }
    tx.commit().await?;
    Ok(contact.id)
}

/// A number as providers write it, `+15550100142`; one without its country's code names nobody for sure.
fn international(phone: &str) -> Option<String> {
    let number: String = phone.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '/')).collect();
    let digits = number.strip_prefix('+')?;
    let fits = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then_some(number)
}

/// What the server says replaces what was known; what it leaves out stays.
fn complete(contact: &mut Contact, address: &str, user: &User, facts: &Map<String, Value>) -> Result<(), Problem> {
    contact.verified = true;
    contact.email = Some(address.to_owned());
    contact.name = short("name", user.name.clone())?.or(contact.name.take());
    contact.phone = short("phone", user.phone.clone())?.or(contact.phone.take());
    contact.avatar_url = short("avatar_url", user.avatar_url.clone())?.or(contact.avatar_url.take());
    contact.language = language(user.language.as_deref()).or(contact.language.take());
    let mut custom_data = contact.custom_data.as_object().cloned().unwrap_or_default();
    custom_data.extend(facts.clone());
    contact.custom_data = Value::Object(custom_data);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::international;

    #[test]
    fn a_number_without_its_country_is_nobodys() {
        assert_eq!(international("+1 (555) 010-0142").as_deref(), Some("+15550100142"));
        for vague in ["555 0100142", "0555 010 0142", "+1555x0100142", "+12", ""] {
            assert_eq!(international(vague), None, "{vague}");
        }
    }
}
