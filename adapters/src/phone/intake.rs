//! What the provider's requests tell about a call.

use std::collections::HashMap;

use crate::contract::voice::{CallReport, Dialled, Recording};
use crate::contract::{ParseError, RawRequest};

/// What stands in the place of a number that is withheld. Two are the letters ANONYMOUS and RESTRICTED on a keypad.
const WITHHELD: [&str; 7] =
    ["anonymous", "restricted", "unknown", "unavailable", "+266696687", "+7378742833", "+86282452253"];

/// Reads a form. Fields that are not known are skipped.
pub(super) fn report(request: &RawRequest) -> Result<CallReport, ParseError> {
    let form = Form::read(request);
    let call = form.text("CallSid").ok_or_else(|| ParseError("it names no call".into()))?;
    let status = form.text("CallStatus").unwrap_or_default();
    Ok(CallReport {
        call,
        parent: form.text("ParentCallSid"),
        from: form.text("From").or_else(|| form.text("Caller")).filter(|number| is_number(number)),
        to: form.text("To").or_else(|| form.text("Called")).unwrap_or_default(),
        forwarded_from: form.text("ForwardedFrom").filter(|number| is_number(number)),
        caller_name: form.text("CallerName"),
        is_over: matches!(status.as_str(), "completed" | "busy" | "failed" | "no-answer" | "canceled"),
        speech: form.text("SpeechResult"),
        language: form.text("Language"),
        keys: form.text("Digits").filter(|keys| keys != "hangup"),
        dialled: form.text("DialCallStatus").map(|status| Dialled {
            status,
            bridged: form.text("DialBridged").is_some_and(|word| word.eq_ignore_ascii_case("true")),
            duration_s: form.number("DialCallDuration"),
        }),
        recording: form
            .text("RecordingUrl")
            // The same address without an ending gives a file several times as large.
            .map(|url| Recording {
                url: format!("{url}.mp3"),
                duration_s: form.number("RecordingDuration").unwrap_or(0),
            }),
        transcription: form.text("TranscriptionText"),
        session: form.text("SessionStatus"),
        duration_s: form.number("CallDuration"),
    })
}

/// The fields of a request, the first of each name.
struct Form(HashMap<String, String>);

impl Form {
    fn read(request: &RawRequest) -> Self {
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        let body = url::form_urlencoded::parse(&request.body);
        let mut fields = HashMap::new();
        for (name, value) in body.chain(url::form_urlencoded::parse(query.as_bytes())) {
            fields.entry(name.into_owned()).or_insert_with(|| value.into_owned());
        }
        Self(fields)
    }

    /// A field that says something.
    fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn number(&self, name: &str) -> Option<u32> {
        self.text(name)?.parse().ok()
    }
}

/// Whether it is a number that can be called back, and so a name for a person.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    !WITHHELD.contains(&text.to_ascii_lowercase().as_str())
        && (7..=15).contains(&digits.len())
        && digits.chars().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<CallReport, ParseError> {
        report(&RawRequest {
            method: http::Method::POST,
            url: "https://support.example/voice/x?step=1".into(),
            headers: http::HeaderMap::new(),
            body: bytes::Bytes::copy_from_slice(body.as_bytes()),
        })
    }

    #[test]
    fn a_call_is_read_with_what_was_said() {
        let read =
            read("CallSid=CA1&CallStatus=in-progress&From=%2B15550100142&To=%2B15550100&SpeechResult=Hi+there&New=1");
        let report = read.expect("a report");
        assert_eq!((report.call.as_str(), report.from.as_deref()), ("CA1", Some("+15550100142")));
        assert_eq!((report.speech.as_deref(), report.is_over), (Some("Hi there"), false));
    }

    #[test]
    fn a_withheld_number_names_nobody() {
        for number in ["anonymous", "Restricted", "%2B266696687", "%2B7378742833", "", "12"] {
            let report = read(&format!("CallSid=CA1&From={number}&To=%2B15550100")).expect("a report");
            assert_eq!(report.from, None, "{number}");
        }
    }

    #[test]
    fn a_dial_counts_as_bridged_only_where_the_provider_says_so() {
        let bridged = |body: &str| read(body).expect("a report").dialled.expect("a dial").bridged;
        assert!(bridged("CallSid=CA1&DialCallStatus=completed&DialBridged=true"));
        assert!(!bridged("CallSid=CA1&DialCallStatus=completed&DialBridged=false"));
        assert!(!bridged("CallSid=CA1&DialCallStatus=completed"));
    }

    #[test]
    fn a_request_that_names_no_call_is_refused() {
        assert!(read("From=%2B15550100142").is_err());
    }
}
