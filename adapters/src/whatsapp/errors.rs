//! Meta's error codes, and what they mean for a message and for those to come.

use std::time::Duration;

use serde_json::Value;

use crate::contract::{DeliveryError, Refusal};
use crate::http::Answer;

/// How long the pair of sender and customer is left alone.
const PAIR_PAUSE: Duration = Duration::from_secs(6);
/// How long an account that sent too much is left alone.
const RATE_PAUSE: Duration = Duration::from_secs(30);

/// Meta's own code for an error it has no code for; 0 is a refused token.
const UNNAMED: u64 = 1;

/// An error as Meta writes it.
pub(super) struct Trouble {
    pub(super) code: u64,
    words: String,
}

impl Trouble {
    /// Reads one of `errors`, or the `error` of an answer.
    pub(super) fn of(error: &Value) -> Self {
        let text = |at: &str| error.pointer(at).and_then(Value::as_str).filter(|text| !text.is_empty());
        let words = text("/error_data/details").or_else(|| text("/message")).or_else(|| text("/title"));
        Self {
            code: error.get("code").and_then(Value::as_u64).unwrap_or(UNNAMED),
            words: words.unwrap_or_default().to_owned(),
        }
    }

    /// What it means, and Meta's own words.
    pub(super) fn why(&self) -> String {
        let meaning = match self.code {
            0 | 3 | 10 | 190 | 200..=299 => "Meta does not accept the access token; make a new one",
            131026 | 131021 => "this number can not get WhatsApp messages from this sender",
            131030 => "the number is not on the list of numbers the app may write to while it is being tried out",
            131047 => "the 24 hours after the customer's last message are over",
            131048 | 131049 | 131064 => "Meta holds the message back to protect customers from too many of them",
            131031 | 368 => "Meta has locked the account",
            131050 => "the customer asked for no more messages",
            131051 | 131052 | 131053 => "the file is of a kind or size WhatsApp does not take",
            132000..=132099 => "the template does not fit: its name, its language or the number of its gaps",
            _ => "",
        };
        match (meaning, self.words.as_str()) {
            ("", words) => format!("Meta {}: {words}", self.code),
            (meaning, "") => format!("{meaning} (Meta {})", self.code),
            (meaning, words) => format!("{meaning} (Meta {}: {words})", self.code),
        }
    }

    /// What it means for messages to come.
    pub(super) fn refusal(&self) -> Refusal {
        match self.code {
            131047 => Refusal::OutsideWindow,
            131050 => Refusal::OptedOut,
            3 | 10 | 190 | 200..=299 | 131031 | 368 => Refusal::Unauthorized,
            _ => Refusal::Other,
        }
    }
}

/// What an answer means that is no success.
pub(super) fn of_answer(answer: &Answer) -> DeliveryError {
    let body: Value = answer.json().unwrap_or_default();
    let Some(error) = body.get("error") else { return answer.trouble("") };
    let trouble = Trouble::of(error);
    let why = trouble.why();
    let again = |pause| DeliveryError::Again { why: why.clone(), after: Some(answer.retry_after().unwrap_or(pause)) };
    match trouble.code {
        131056 => again(PAIR_PAUSE),
        4 | 80007 | 130429 | 133016 => again(RATE_PAUSE),
        // Meta says itself that it has done nothing.
        131016 | 131057 => again(RATE_PAUSE),
        0 if answer.status == http::StatusCode::UNAUTHORIZED => {
            DeliveryError::Refused { why, refusal: Refusal::Unauthorized }
        }
        _ if answer.status.is_client_error() && answer.status != http::StatusCode::TOO_MANY_REQUESTS => {
            DeliveryError::Refused { why, refusal: trouble.refusal() }
        }
        _ => answer.trouble(&why),
    }
}
