//! Who calls: which widget (`X-Bot-Token`), from which page (`Origin`), for which contact (`Authorization: Bearer`).

use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpRequest, web};
use baton_adapters::contract::ChannelKind;
use baton_adapters::web::{WebChatSettings, allows_origin};
use secrecy::ExposeSecret as _;

use crate::desk::receive;
use crate::handoff::{ContactId, ConversationId};
use crate::store::channels::Channel;
use crate::store::contacts::{self, Contact};
use crate::store::conversations::{self, Record};
use crate::web::site::Site;

use super::refusal::Problem;
use super::token;

const BOT_TOKEN: &str = "x-bot-token";

/// A widget on a page that may embed it.
#[derive(Clone)]
pub(super) struct Widget {
    /// The installation.
    pub(super) site: web::Data<Site>,
    /// Its channel.
    pub(super) channel: Arc<Channel>,
    /// What the admin set for it.
    pub(super) settings: Arc<WebChatSettings>,
}

/// Whoever calls with a contact's token. Whether the contact still exists is not looked up.
#[derive(Clone)]
pub(super) struct Caller {
    widget: Widget,
    /// The customer.
    pub(super) contact_id: ContactId,
    /// Whether the installation's own server vouched for them.
    pub(super) verified: bool,
}

impl Deref for Caller {
    type Target = Widget;

    fn deref(&self) -> &Widget {
        &self.widget
    }
}

/// A contact who calls through a widget.
#[derive(Clone)]
pub(super) struct Visitor {
    caller: Caller,
    /// The customer.
    pub(super) contact: Contact,
}

impl Deref for Visitor {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl Caller {
    /// The contact's own conversation with this id.
    ///
    /// # Errors
    /// [`Problem::NotFound`] if there is none, [`Problem::Forbidden`] if it is somebody else's.
    pub(super) async fn session(&self, id: ConversationId) -> Result<Record, Problem> {
        let record = conversations::find(self.site.desk.store.reader(), id).await?;
        let record = record.ok_or(Problem::NotFound("session"))?;
        if self.as_visitor().owns(&record) && record.core.channel == self.channel.id {
            Ok(record)
        } else {
            Err(Problem::Forbidden("This session belongs to somebody else."))
        }
    }

    /// The same, for an id that is part of the address.
    pub(super) async fn session_at(&self, path: &str) -> Result<Record, Problem> {
        let id = path.parse().map_err(|_| Problem::NotFound("session"))?;
        self.session(id).await
    }

    /// Counts one more thing the contact does, and refuses what is too often.
    pub(super) fn count_message(&self) -> Result<(), Problem> {
        Ok(self.site.limits.message(self.contact_id.0)?)
    }

    /// Who calls, in the desk's words.
    pub(super) fn as_visitor(&self) -> receive::Visitor {
        receive::Visitor { contact: self.contact_id, verified: self.verified }
    }
}

impl FromRequest for Widget {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let site = request.app_data::<web::Data<Site>>().cloned();
        let bot = text(request.headers(), BOT_TOKEN);
        let origin = request.headers().get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("null").to_owned());
        Box::pin(async move {
            let site = site.ok_or_else(|| Problem::Broken("the site is not set up".into()))?;
            let bot = bot.ok_or(Problem::Unauthorized("Send the widget's token in the header X-Bot-Token."))?;
            let account = site.account(&bot).await?;
            let account = account
                .filter(|account| account.channel.kind == ChannelKind::Web.as_str())
                .ok_or(Problem::Unauthorized("No widget has this token. Copy it from the channel's settings."))?;
            let channel = account.channel.clone();
            let settings = account
                .chat
                .clone()
                .ok_or_else(|| Problem::Broken(format!("the settings of channel {} are unreadable", channel.id)))?;
            if origin.is_some_and(|origin| !allows_origin(&settings.allowed_origins, &origin)) {
                return Err(Problem::Forbidden(
                    "This page may not embed the widget. Add its origin to the channel's settings.",
                ));
            }
            Ok(Self { site, channel, settings })
        })
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let widget = Widget::from_request(request, payload);
        let bearer = bearer(request.headers());
        Box::pin(async move {
            let widget = widget.await?;
            let bearer =
                bearer.ok_or(Problem::Unauthorized("Send the contact's token in the header Authorization."))?;
            let key = widget.site.key.derive(token::PURPOSE);
            let claims = token::verify(key.expose_secret(), &bearer).map_err(|_| stranger())?;
            if claims.channel.is_some_and(|channel| channel != widget.channel.id) {
                return Err(stranger());
            }
            Ok(Self { contact_id: claims.contact, verified: claims.verified, widget })
        })
    }
}

impl FromRequest for Visitor {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::from_request(request, payload);
        Box::pin(async move {
            let caller = caller.await?;
            let contact = contacts::find(caller.site.desk.store.reader(), caller.contact_id).await?;
            Ok(Self { contact: contact.ok_or_else(stranger)?, caller })
        })
    }
}

fn stranger() -> Problem {
    Problem::Unauthorized("This contact token is not valid here. Create the contact again.")
}

/// The token after `Bearer`, whose name is case-insensitive (RFC 9110 section 11.1).
pub(super) fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = text(headers, header::AUTHORIZATION.as_str())?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
