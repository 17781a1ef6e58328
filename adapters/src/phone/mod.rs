//! Phone calls through Twilio: documents (TwiML), ConversationRelay, and text messages to a caller.
//!
//! The steps of a call are decided elsewhere; this folder reads what the provider tells and writes what it is told.

use async_trait::async_trait;
use serde::Deserialize;

use crate::contract::voice::{CallReport, Document, Heard, Said, Step, Voice};
use crate::contract::{
    Account, Answers, Capabilities, Channel, ChannelKind, Delivered, DeliveryError, FieldKind, FieldSpec, InboundFile,
    MediaRef, Outbound, ParseError, Parsed, RawRequest, Refusal, Refused,
};
use crate::http::Http;
use crate::markup;
use crate::twilio::{self, ACCOUNT_SID, AUTH_TOKEN, Api, BASE_URL};

mod document;
mod intake;
mod relay;
mod twiml;

/// Longest text message, in characters; the provider cuts it into segments.
const TEXT_CHARS_MAX: usize = 1_600;
/// Largest recording that is fetched: three minutes are less.
const RECORDING_BYTES_MAX: usize = 5 * 1024 * 1024;

const NUMBER: FieldSpec = FieldSpec::required(
    "number",
    "Phone number",
    "The number customers call, with its country code, such as +15550100.",
    FieldKind::Line,
);
const FIELDS: [FieldSpec; 4] = [NUMBER, ACCOUNT_SID, AUTH_TOKEN, BASE_URL];

/// Phone calls.
#[derive(Clone, Debug, Default)]
pub struct Phone {
    http: Http,
}

/// What the API answers to a message.
#[derive(Deserialize)]
struct Sent {
    sid: Option<String>,
}

#[async_trait]
impl Channel for Phone {
    fn kind(&self) -> ChannelKind {
        ChannelKind::PhoneVoice
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            answers: Answers::Spoken,
            intake: crate::contract::Intake::Own,
            segments: true,
            ..Capabilities::text("phone", TEXT_CHARS_MAX)
        }
    }

    fn fields(&self) -> &'static [FieldSpec] {
        &FIELDS
    }

    fn check_settings(&self, account: &Account) -> Vec<(&'static str, String)> {
        let number = account.text(NUMBER.name);
        let digits = number.strip_prefix('+').unwrap_or_default();
        let fits = (7..=15).contains(&digits.len()) && digits.chars().all(|digit| digit.is_ascii_digit());
        match fits {
            true => Vec::new(),
            false => vec![(NUMBER.name, "Write the number with + and its country code, without spaces.".to_owned())],
        }
    }

    fn authenticate(&self, account: &Account, request: &RawRequest, _: i64) -> Result<(), Refused> {
        twilio::verify(account.credentials.get(AUTH_TOKEN.name), request)
    }

    fn parse(&self, _: &Account, _: &RawRequest) -> Result<Parsed, ParseError> {
        // Calls come in by their own addresses; nothing is written to this one.
        Ok(Parsed::default())
    }

    async fn deliver(&self, account: &Account, message: &Outbound) -> Result<Delivered, DeliveryError> {
        let text = markup::plain(&message.text);
        let form = [("To", message.to.as_str()), ("From", account.text(NUMBER.name)), ("Body", text.as_str())];
        let answer = Api::of(&self.http, account)?.post("Messages", &form).await?;
        let sent: Option<Sent> = answer.json();
        Ok(Delivered { provider_id: sent.and_then(|sent| sent.sid), ..Delivered::default() })
    }

    async fn fetch(&self, account: &Account, media: &MediaRef) -> Result<InboundFile, DeliveryError> {
        match twilio::fetch(&self.http, account, media, RECORDING_BYTES_MAX).await {
            // It is told of before it is there.
            Err(DeliveryError::Refused { why, refusal: Refusal::Other }) => {
                Err(DeliveryError::Again { why: format!("the recording is not there yet ({why})"), after: None })
            }
            outcome => outcome,
        }
    }

    async fn test(&self, account: &Account) -> Result<String, String> {
        let words = |why: DeliveryError| why.to_string();
        Api::of(&self.http, account).map_err(words)?.account().await.map_err(words)?;
        Ok("The account SID and the auth token fit.".to_owned())
    }

    fn voice(&self) -> Option<&dyn Voice> {
        Some(self)
    }
}

#[async_trait]
impl Voice for Phone {
    fn report(&self, request: &RawRequest) -> Result<CallReport, ParseError> {
        intake::report(request)
    }

    fn document(&self, steps: &[Step]) -> Document {
        document::document(steps)
    }

    fn heard(&self, frame: &str) -> Result<Heard, ParseError> {
        relay::heard(frame)
    }

    fn frame(&self, said: &Said) -> String {
        relay::frame(said)
    }

    async fn redirect(&self, account: &Account, call: &str, url: &str) -> Result<(), DeliveryError> {
        let resource = format!("Calls/{call}");
        Api::of(&self.http, account)?.post(&resource, &[("Url", url), ("Method", "POST")]).await.map(|_| ())
    }
}
