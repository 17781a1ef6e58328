//! Who is signed in. A random token in a cookie, its hash in the database, and a second token that forms send back.

use std::future::Future;
use std::pin::Pin;

use actix_web::cookie::{Cookie, SameSite, time::Duration as CookieDuration};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::handoff::people::Role;
use crate::store::agents::Agent;
use crate::store::sessions::{self, Session};

use super::refusal::Refusal;
use super::site::Site;

/// Name of the cookie. Over TLS it is prefixed so that no other host or plain page can set it (RFC 6265bis section 4.1.3).
const COOKIE: &str = "baton_session";
const COOKIE_OVER_TLS: &str = "__Host-baton_session";
/// How long a browser stays signed in.
const LIFETIME_DAYS: i64 = 14;
const TOKEN_BYTES: usize = 32;

/// A request from a signed-in agent.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub agent: Agent,
    /// Their browser.
    pub session: Session,
}

impl SignedIn {
    /// Refuses a form that did not come from one of our pages.
    ///
    /// # Errors
    /// [`Refusal::StaleForm`] if the token is missing or wrong.
    pub fn check_csrf(&self, sent: &str) -> Result<(), Refusal> {
        if sent.as_bytes().ct_eq(self.session.csrf.as_bytes()).into() { Ok(()) } else { Err(Refusal::StaleForm) }
    }

    /// Refuses whoever may not change settings.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for anybody but an admin.
    pub fn require_admin(&self) -> Result<(), Refusal> {
        match self.agent.role {
            Role::Admin => Ok(()),
            Role::Agent => Err(Refusal::Forbidden),
        }
    }
}

impl FromRequest for SignedIn {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let site = request.app_data::<web::Data<Site>>().cloned();
        let token = request.cookie(COOKIE_OVER_TLS).or_else(|| request.cookie(COOKIE)).map(|c| c.value().to_owned());
        let wanted = request.uri().path_and_query().map(|path| path.as_str().to_owned()).unwrap_or_default();
        let is_page = request.method().is_safe();
        Box::pin(async move {
            let sign_in = || Refusal::SignIn { then: is_page.then_some(wanted) };
            let site = site.ok_or(Refusal::Forbidden)?;
            let token = token.ok_or_else(sign_in.clone())?;
            let (db, now) = (site.desk.store.reader(), site.desk.clock.now());
            let (session, agent) = sessions::signed_in(db, &hash(&token), now).await?.ok_or_else(sign_in)?;
            Ok(Self { agent, session })
        })
    }
}

/// Begins a session for an agent; the cookie to set.
pub async fn begin(site: &Site, agent: &Agent) -> Result<Cookie<'static>, Refusal> {
    let (token, csrf) = (random_token()?, random_token()?);
    let now = site.desk.clock.now();
    let expires_at = now + TimeDelta::days(LIFETIME_DAYS);
    let session = Session { id: site.desk.clock.new_id(), agent: agent.id, csrf, expires_at };
    let tx = site.desk.store.begin().await?;
    sessions::insert(&*tx, &session, &hash(&token), now).await?;
    tx.commit().await?;
    Ok(cookie(site, token, CookieDuration::days(LIFETIME_DAYS)))
}

/// Ends a session; the cookie to set.
pub async fn end(site: &Site, session: &Session) -> Result<Cookie<'static>, Refusal> {
    let tx = site.desk.store.begin().await?;
    sessions::end(&*tx, session.id).await?;
    tx.commit().await?;
    Ok(cookie(site, String::new(), CookieDuration::ZERO))
}

fn cookie(site: &Site, value: String, age: CookieDuration) -> Cookie<'static> {
    let secure = site.boot.is_https();
    Cookie::build(if secure { COOKIE_OVER_TLS } else { COOKIE }, value)
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .max_age(age)
        .finish()
}

/// A token nobody can guess.
pub fn random_token() -> Result<String, Refusal> {
    let mut bytes = [0; TOKEN_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Refusal::Broken(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// What is kept of a token.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
