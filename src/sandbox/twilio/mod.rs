//! Stand-in Twilio: its Messages API with Basic auth and error codes, signed webhooks, reports, media behind a password.
//!
//! Invariant: it is as strict as the real one, so that what works here works there.

mod api;
mod phone;
mod tone;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::web::{ServiceConfig, get, post};
use baton_adapters::twilio;

use super::calls::Call;
use super::world::World;
use crate::clock::{Clock as _, SystemClock};
use baton_adapters::contract::ChannelKind;

/// The account.
pub const ACCOUNT_SID: &str = "AC5a4d0b0c0e0f00000000000000000001";
/// Its token.
pub const AUTH_TOKEN: &str = "sandbox-auth-token";
/// The company's number.
pub const NUMBER: &str = "+15550100900";

/// Stand-in Twilio. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Twilio {
    /// Numbers that have answered STOP.
    stopped: Arc<Mutex<HashSet<String>>>,
    /// Everything that was accepted, in order: to whom, and what.
    accepted: Arc<Mutex<Vec<Accepted>>>,
}

/// A message that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// To whom.
    pub to: String,
    /// What it says.
    pub text: String,
    /// Where reports about it go.
    pub callback: String,
}

impl Twilio {
    /// Everything that was accepted, in order.
    pub fn accepted(&self) -> Vec<Accepted> {
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn accept(&self, message: Accepted) {
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner).push(message);
    }

    fn is_stopped(&self, number: &str) -> bool {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner).contains(number)
    }

    fn set_stopped(&self, number: &str, stopped: bool) {
        let mut numbers = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        if stopped {
            numbers.insert(number.to_owned());
        } else {
            numbers.remove(number);
        }
    }
}

/// What it serves.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/2010-04-01/Accounts/{sid}.json", get().to(api::account))
        .route("/2010-04-01/Accounts/{sid}/IncomingPhoneNumbers.json", get().to(api::numbers))
        .route("/2010-04-01/Accounts/{sid}/Messages.json", post().to(api::create_message))
        .route("/2010-04-01/Accounts/{sid}/Calls/{call}.json", post().to(api::redirect_call))
        .route("/2010-04-01/Accounts/{sid}/Recordings/{recording}", get().to(api::recording))
        .route("/2010-04-01/Accounts/{sid}/Messages/{message}/Media/{file}", get().to(api::media));
}

/// A new name for something of Twilio's.
fn new_sid(prefix: &str) -> String {
    format!("{prefix}{}", SystemClock.new_id().simple())
}

impl World {
    /// Owes Baton a call of its webhook, signed as Twilio signs.
    fn owe_twilio_call(&self, url: &str, form: &[(&str, String)]) {
        let form: Vec<(String, String)> = form.iter().map(|(name, value)| ((*name).into(), value.clone())).collect();
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&form).finish();
        let headers = vec![
            ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8".to_owned()),
            ("X-Twilio-Signature", twilio::sign(&AUTH_TOKEN.into(), url, body.as_bytes())),
            ("I-Twilio-Idempotency-Token", SystemClock.new_id().to_string()),
        ];
        self.calls().owe(Call { url: url.to_owned(), headers, body: body.into_bytes() });
    }

    /// Where Baton is called about text messages.
    fn sms_hook(&self) -> String {
        self.hook(ChannelKind::Sms)
    }
}
