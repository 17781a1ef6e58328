//! `/settings/api-keys`.

use actix_web::{HttpRequest, web};
use serde_json::json;
use uuid::Uuid;

use crate::store::api_keys::{self, ApiKey};
use crate::web::field::Field;
use crate::web::moment::Moment;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::{self, SignedIn};
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::api_keys::{ApiKeysPage, KeyLine, name_field, read};
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::Site;

use super::{Answer, done, id, layout};

/// What every key begins with, so that a leaked one is recognised.
const PREFIX: &str = "baton_";
/// Characters of a key that are kept in the clear, to tell keys apart.
const SHOWN_CHARS: usize = 12;

/// The keys in use.
pub async fn index(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    render(&site, &request, &who, 200, name_field(), None).await
}

/// Makes a key. This answer is the only place that ever shows it: a redirect would have to carry it in an address or a
/// cookie.
pub async fn create(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let mut name = name_field();
    let Some(given) = read(&mut name, &post.form) else {
        return render(&site, &request, &post.who, 422, name, None).await;
    };
    let secret = add(&site, &post.who, given).await?;
    render(&site, &request, &post.who, 200, name_field(), Some(secret)).await
}

/// Revokes a key.
pub async fn revoke(site: web::Data<Site>, post: AdminPost, path: web::Path<String>) -> Answer {
    let id: Uuid = id(&path, "key")?;
    let tx = site.desk.store.begin().await?;
    let key = api_keys::by_id(&*tx, id).await?.ok_or(Refusal::NotFound("key"))?;
    api_keys::revoke(&*tx, id, site.desk.clock.now()).await?;
    let detail = json!({ "name": key.name, "prefix": key.prefix });
    trail::record(&site, &tx, &post.who, "api_key.revoke", &format!("api_key:{id}"), detail).await?;
    tx.commit().await?;
    done(Section::ApiKeys.path(), format!("The key \u{201c}{}\u{201d} is revoked.", key.name))
}

async fn add(site: &Site, who: &SignedIn, name: String) -> Result<String, Refusal> {
    let secret = format!("{PREFIX}{}", session::random_token()?);
    let prefix = secret.chars().take(SHOWN_CHARS).collect();
    let key = ApiKey { id: site.desk.clock.new_id(), name, prefix, created_at: site.desk.clock.now() };
    let tx = site.desk.store.begin().await?;
    api_keys::insert(&*tx, &key, &session::hash(&secret)).await?;
    let detail = json!({ "name": key.name, "prefix": key.prefix });
    trail::record(site, &tx, who, "api_key.create", &format!("api_key:{}", key.id), detail).await?;
    tx.commit().await?;
    Ok(secret)
}

async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    name: Field,
    secret: Option<String>,
) -> Answer {
    let now = site.desk.clock.now();
    let keys = api_keys::all(site.desk.store.reader()).await?.into_iter().map(|key| KeyLine {
        id: key.id.to_string(),
        name: key.name,
        prefix: key.prefix,
        made: Moment::ago(key.created_at, now),
    });
    let keys = keys.collect();
    let layout = layout(site, who, request, Section::ApiKeys.label()).await?;
    reply::page(request, status, &ApiKeysPage { layout, keys, name, secret })
}
