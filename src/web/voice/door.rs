//! Who a request about a call is from, and which call it is about.

use std::str::FromStr as _;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use baton_adapters::contract::voice::{CallReport, Step, Voice};
use baton_adapters::contract::{Channel, ChannelKind};

use crate::desk::DeskError;
use crate::handoff::CallId;
use crate::store::calls::{self, StoredCall};
use crate::web::accounts::Account;
use crate::web::hooks::raw_request;
use crate::web::site::Site;

/// What a request is not let in with.
#[derive(Debug)]
pub(super) enum Shut {
    /// There is no such number or call, or it is not the sender's.
    Unknown,
    /// It is not signed by the provider.
    Forbidden,
    /// The desk failed.
    Desk(DeskError),
}

impl From<DeskError> for Shut {
    fn from(error: DeskError) -> Self {
        Self::Desk(error)
    }
}

impl From<crate::store::StoreError> for Shut {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl Shut {
    /// What the provider is answered.
    pub(super) fn answer(self) -> HttpResponse {
        match self {
            Self::Unknown => HttpResponse::NotFound().finish(),
            Self::Forbidden => HttpResponse::Forbidden().finish(),
            Self::Desk(error) => {
                tracing::error!(%error, "a request about a call could not be worked on");
                HttpResponse::build(StatusCode::SERVICE_UNAVAILABLE).finish()
            }
        }
    }
}

/// A number's account, with the channel that speaks for it.
pub(super) struct Number {
    pub(super) account: Arc<Account>,
    pub(super) channel: Arc<dyn Channel>,
}

impl Number {
    /// Lets a signed request in.
    pub(super) async fn enter(
        site: &Site,
        request: &HttpRequest,
        token: &str,
        body: web::Bytes,
    ) -> Result<(Self, baton_adapters::contract::RawRequest), Shut> {
        let account = site.account(token).await?.ok_or(Shut::Unknown)?;
        let kind = ChannelKind::from_str(&account.channel.kind).map_err(|_| Shut::Unknown)?;
        let channel = site.desk.registry.get(kind).cloned().filter(|channel| channel.voice().is_some());
        let channel = channel.ok_or(Shut::Unknown)?;
        let raw = raw_request(site, request, body);
        if let Err(why) = channel.authenticate(&account.account, &raw, site.desk.clock.now().timestamp()) {
            tracing::warn!(channel = %account.channel.name, %why, "a request about a call was refused");
            return Err(Shut::Forbidden);
        }
        Ok((Self { account, channel }, raw))
    }

    /// What speaks for it. [`Number::enter`] has seen that there is something.
    pub(super) fn voice(&self) -> Result<&dyn Voice, Shut> {
        self.channel.voice().ok_or(Shut::Unknown)
    }

    /// The steps as the provider reads them.
    pub(super) fn document(&self, steps: &[Step]) -> Result<HttpResponse, Shut> {
        let document = self.voice()?.document(steps);
        Ok(HttpResponse::Ok().content_type(document.content_type).body(document.body))
    }

    /// The call of this number with this id, if a report is about it or about a leg that was dialled from it.
    pub(super) async fn call(&self, site: &Site, id: &str, report: &CallReport) -> Result<StoredCall, Shut> {
        let stored = self.call_by_id(site, id).await?;
        let is_its_own = report.call == stored.provider_id || report.parent.as_ref() == Some(&stored.provider_id);
        if is_its_own { Ok(stored) } else { Err(Shut::Unknown) }
    }

    /// The call of this number with this id.
    pub(super) async fn call_by_id(&self, site: &Site, id: &str) -> Result<StoredCall, Shut> {
        let id: CallId = id.parse().map_err(|_| Shut::Unknown)?;
        let stored = calls::find(site.desk.store.reader(), id).await?.ok_or(Shut::Unknown)?;
        if stored.channel == self.account.channel.id { Ok(stored) } else { Err(Shut::Unknown) }
    }
}
