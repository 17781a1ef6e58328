//! Customers and agents as the load plays them: a widget's visitor, somebody with a phone, somebody signed in.

use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use http::header::{COOKIE, SET_COOKIE};
use sha2::Sha256;

use crate::cli::CliError;

use super::client::{Connection, Failed, Place, headers};
use super::load::for_each;
use super::random::Random;
use super::target::{Provider, Target};
use super::words;

/// A visitor of a page with the widget.
#[derive(Clone)]
pub(super) struct Visitor {
    /// What every request of theirs carries.
    pub(super) headers: HeaderMap,
    pub(super) session: String,
    /// The number people call the conversation by.
    pub(super) number: String,
}

impl Visitor {
    /// Becomes a contact. `number` makes an address of their own, for servers that believe us.
    pub(super) async fn arrive(connection: &mut Connection, widget: &str, number: usize) -> Result<HeaderMap, Failed> {
        let address = format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255);
        let mut stranger =
            headers(&[("x-bot-token", widget), ("content-type", "application/json"), ("x-forwarded-for", &address)])?;
        let name = words::name(&mut Random::new(number as u64));
        let body = serde_json::json!({"non_verified_name": name, "non_verified_custom_data": {}}).to_string();
        let created = connection.post("/backend/widget/v2/contact/create-unverified", &stranger, body).await?;
        let token = created.text("token")?;
        stranger.extend(headers(&[("authorization", &format!("Bearer {token}"))])?);
        Ok(stranger)
    }

    /// Begins a conversation.
    pub(super) async fn begin(connection: &mut Connection, headers: HeaderMap, browser: usize) -> Result<Self, Failed> {
        let body = format!(r#"{{"customData":{{"external_id":"browser-{browser}"}}}}"#);
        let session = connection.post("/backend/widget/v2/create-session", &headers, body).await?;
        Ok(Self { headers, session: session.text("id")?, number: session.text("ticketNumber")? })
    }

    /// Says something; the answer comes back with what was said to it.
    pub(super) async fn say(
        &self,
        connection: &mut Connection,
        id: uuid::Uuid,
        text: &str,
    ) -> Result<super::client::Answer, Failed> {
        let body = format!(r#"{{"uuid":"{id}","content":"{text}","session_id":"{}"}}"#, self.session);
        connection.post("/backend/widget/v2/chat/send", &self.headers, body).await
    }

    /// Asks for a person.
    pub(super) async fn ask_for_person(&self, connection: &mut Connection) -> Result<(), Failed> {
        let path = format!("/widget/v1/sessions/{}/person", self.session);
        connection.post(&path, &self.headers, "{}").await.map(|_| ())
    }
}

/// So many visitors whose conversations people have. What they say is answered by nobody, so a load gets its answers at
/// once.
pub(super) async fn visitors(target: &Target, count: usize, connections: usize) -> Result<Vec<Visitor>, CliError> {
    let (place, widget) = (target.place.clone(), target.widget.clone());
    for_each("customers arrive", (0..count).collect(), connections, move |share| {
        let (place, widget) = (place.clone(), widget.clone());
        async move {
            let mut connection = Connection::open(&place).await?;
            let mut here = Vec::with_capacity(share.len());
            for number in share {
                let headers = Visitor::arrive(&mut connection, &widget, number).await?;
                let visitor = Visitor::begin(&mut connection, headers, number).await?;
                visitor.ask_for_person(&mut connection).await?;
                here.push(visitor);
            }
            Ok(here)
        }
    })
    .await
}

/// What the provider of the loopback channel sends.
pub(super) struct Webhook {
    path: String,
    headers: HeaderMap,
    mac: Hmac<Sha256>,
}

impl Webhook {
    pub(super) fn of(provider: &Provider) -> Result<Self, CliError> {
        let mac = Hmac::<Sha256>::new_from_slice(provider.secret.as_bytes())
            .map_err(|why| CliError::Words(format!("the signing secret can not be used: {why}")))?;
        let headers = headers(&[("content-type", "application/json")])?;
        Ok(Self { path: format!("/hooks/{}", provider.token), headers, mac })
    }

    /// Delivers a customer's message.
    pub(super) async fn deliver(
        &self,
        connection: &mut Connection,
        id: &str,
        from: &str,
        text: &str,
    ) -> Result<(), Failed> {
        let body = event(id, from, text);
        let mut mac = self.mac.clone();
        mac.update(body.as_bytes());
        let mut signed = self.headers.clone();
        signed.extend(headers(&[("x-loopback-signature", &hex(&mac.finalize().into_bytes()))])?);
        connection.post(&self.path, &signed, body).await.map(|_| ())
    }
}

/// The body of a webhook. The texts are our own words and need no escapes.
pub(super) fn event(id: &str, from: &str, text: &str) -> String {
    format!(r#"{{"id":"{id}","from":"{from}","text":"{text}"}}"#)
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// An agent in a browser.
#[derive(Clone)]
pub(super) struct Agent {
    /// The cookie that says who it is.
    pub(super) headers: HeaderMap,
    /// What forms send back.
    pub(super) csrf: String,
}

impl Agent {
    /// Signs in through the form.
    pub(super) async fn sign_in(target: &Target) -> Result<Self, CliError> {
        let (Some(email), Some(password)) = (&target.email, &target.password) else {
            return Err(CliError::Words("--url needs --email and --password of somebody who can sign in".into()));
        };
        Ok(Self::by_form(&target.place, email, password).await?)
    }

    async fn by_form(place: &Place, email: &str, password: &str) -> Result<Self, Failed> {
        let mut connection = Connection::open(place).await?;
        let page = connection.get("/session", &HeaderMap::new()).await?;
        let (token, cookie) = (cookie(&page.headers, "baton_form")?, "baton_form");
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("csrf", &*token), ("next", "/inbox/all"), ("email", email), ("password", password)])
            .finish();
        let sent = headers(&[
            ("cookie", &format!("{cookie}={token}")),
            ("content-type", "application/x-www-form-urlencoded"),
        ])?;
        let answer = connection.post("/session", &sent, form).await?;
        let session = self::cookie(&answer.headers, "baton_session")?;
        Self::with_cookie(&mut connection, &format!("baton_session={session}")).await
    }

    /// Somebody who is signed in already.
    pub(super) async fn with_cookie(connection: &mut Connection, cookie: &str) -> Result<Self, Failed> {
        let headers = headers(&[(COOKIE.as_str(), cookie)])?;
        let page = connection.get("/inbox/all", &headers).await?;
        let html = String::from_utf8_lossy(&page.body);
        let csrf = between(&html, "name=\"csrf\" value=\"", "\"");
        let csrf = csrf.ok_or_else(|| Failed::Unreadable("the inbox has no form to send back".into()))?.to_owned();
        Ok(Self { headers, csrf })
    }
}

fn cookie(headers: &HeaderMap, name: &str) -> Result<String, Failed> {
    let set = headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let value = set.filter_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('=')?.split(';').next()).next();
    value
        .filter(|value| !value.is_empty())
        .map(str::to_owned)
        .ok_or_else(|| Failed::Unreadable(format!("no cookie {name} was set; are the address and password right?")))
}

/// What stands between two texts.
pub(super) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}
