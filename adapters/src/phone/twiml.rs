//! TwiML as a tree of verbs with the attributes the provider documents, written by an XML library.
//!
//! May not hold text that was not escaped: everything goes through the writer.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::contract::voice::Tongue;

/// A verb or a noun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Speaks.
    Say { text: String, voice: Option<String>, language: Option<String> },
    /// Waits.
    Pause { length: u32 },
    /// Listens for speech and keys.
    Gather(Gather),
    /// Goes on with another document.
    Redirect { url: String },
    /// Calls a number.
    Dial { action: String, timeout: u32, number: String, number_url: String },
    /// Records.
    Record { action: String, max_length: u32, transcribe_callback: Option<String> },
    /// Talks over a socket.
    Connect { action: String, relay: Relay },
    /// Ends the call.
    Hangup,
    /// Does not take the call.
    Reject,
}

/// What `<Gather>` is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gather {
    pub action: String,
    pub speech: bool,
    pub timeout: u32,
    pub num_digits: Option<u32>,
    pub barge_in: bool,
    pub language: Option<String>,
    pub hints: Vec<String>,
    pub prompts: Vec<Verb>,
}

/// What `<ConversationRelay>` is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relay {
    pub url: String,
    pub language: Option<String>,
    pub voice: Option<String>,
    pub others: Vec<Tongue>,
    pub interruptible: bool,
    pub hints: Vec<String>,
}

/// The whole document.
pub fn write(verbs: &[Verb]) -> String {
    let mut writer = Writer::new(Vec::new());
    // Writing into memory does not fail, and what is written came in as `str`.
    let written = document(&mut writer, verbs);
    debug_assert!(written.is_ok());
    String::from_utf8(writer.into_inner()).unwrap_or_default()
}

type Out = Writer<Vec<u8>>;

fn document(out: &mut Out, verbs: &[Verb]) -> io::Result<()> {
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    children(out, "Response", &[], verbs)
}

/// Attributes that are there; the provider's own library leaves the others out too.
type Attributes<'a> = [(&'a str, Option<String>)];

fn children(out: &mut Out, name: &str, attributes: &Attributes<'_>, verbs: &[Verb]) -> io::Result<()> {
    if verbs.is_empty() {
        return empty(out, name, attributes);
    }
    element(out, name, attributes, |out| verbs.iter().try_for_each(|verb| one(out, verb)))
}

fn element(
    out: &mut Out,
    name: &str,
    attributes: &Attributes<'_>,
    inside: impl FnOnce(&mut Out) -> io::Result<()>,
) -> io::Result<()> {
    let pairs = present(attributes);
    out.create_element(name).with_attributes(pairs).write_inner_content(inside).map(|_| ())
}

fn empty(out: &mut Out, name: &str, attributes: &Attributes<'_>) -> io::Result<()> {
    out.create_element(name).with_attributes(present(attributes)).write_empty().map(|_| ())
}

fn text(out: &mut Out, name: &str, attributes: &Attributes<'_>, words: &str) -> io::Result<()> {
    let words = speakable(words);
    let content = BytesText::new(&words);
    out.create_element(name).with_attributes(present(attributes)).write_text_content(content).map(|_| ())
}

fn present<'a>(attributes: &'a Attributes<'_>) -> impl Iterator<Item = (&'a str, &'a str)> {
    attributes.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)))
}

/// XML has no place for most control characters (XML 1.0 section 2.2), escaped or not.
fn speakable(words: &str) -> String {
    words.chars().map(|c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c }).collect()
}

fn one(out: &mut Out, verb: &Verb) -> io::Result<()> {
    match verb {
        Verb::Say { text: words, voice, language } => {
            text(out, "Say", &[("language", language.clone()), ("voice", voice.clone())], words)
        }
        Verb::Pause { length } => empty(out, "Pause", &[("length", Some(length.to_string()))]),
        Verb::Gather(gather) => self::gather(out, gather),
        Verb::Redirect { url } => text(out, "Redirect", &[("method", Some("POST".into()))], url),
        Verb::Dial { action, timeout, number, number_url } => {
            let attributes = [
                ("action", Some(action.clone())),
                ("answerOnBridge", Some("true".into())),
                ("method", Some("POST".into())),
                ("timeout", Some(timeout.to_string())),
            ];
            element(out, "Dial", &attributes, |out| {
                let whisper = [("method", Some("POST".into())), ("url", Some(number_url.clone()))];
                text(out, "Number", &whisper, number)
            })
        }
        Verb::Record { action, max_length, transcribe_callback } => {
            record(out, action, *max_length, transcribe_callback)
        }
        Verb::Connect { action, relay } => {
            let attributes = [("action", Some(action.clone())), ("method", Some("POST".into()))];
            element(out, "Connect", &attributes, |out| self::relay(out, relay))
        }
        Verb::Hangup => empty(out, "Hangup", &[]),
        Verb::Reject => empty(out, "Reject", &[]),
    }
}

fn gather(out: &mut Out, gather: &Gather) -> io::Result<()> {
    let input = if gather.speech { "dtmf speech" } else { "dtmf" };
    let hints = (!gather.hints.is_empty()).then(|| gather.hints.join(", "));
    let attributes = [
        ("action", Some(gather.action.clone())),
        // Silence is told too, instead of falling through to the next verb.
        ("actionOnEmptyResult", Some("true".into())),
        ("bargeIn", Some(gather.barge_in.to_string())),
        ("hints", hints.filter(|_| gather.speech)),
        ("input", Some(input.into())),
        ("language", gather.language.clone().filter(|_| gather.speech)),
        ("method", Some("POST".into())),
        ("numDigits", gather.num_digits.map(|digits| digits.to_string())),
        ("speechTimeout", gather.speech.then(|| "auto".into())),
        ("timeout", Some(gather.timeout.to_string())),
    ];
    children(out, "Gather", &attributes, &gather.prompts)
}

fn record(out: &mut Out, action: &str, max_length: u32, callback: &Option<String>) -> io::Result<()> {
    let attributes = [
        ("action", Some(action.to_owned())),
        ("finishOnKey", Some("#".into())),
        ("maxLength", Some(max_length.to_string())),
        ("method", Some("POST".into())),
        ("playBeep", Some("true".into())),
        ("transcribe", callback.as_ref().map(|_| "true".into())),
        ("transcribeCallback", callback.clone()),
    ];
    empty(out, "Record", &attributes)
}

fn relay(out: &mut Out, relay: &Relay) -> io::Result<()> {
    let hints = (!relay.hints.is_empty()).then(|| relay.hints.join(", "));
    let interruptible = if relay.interruptible { "any" } else { "none" };
    let attributes = [
        // Who speaks when: so that nobody who talks is asked whether they are there.
        ("debug", Some("speaker-events".into())),
        ("dtmfDetection", Some("true".into())),
        ("hints", hints),
        ("interruptible", Some(interruptible.into())),
        ("language", relay.language.clone()),
        ("url", Some(relay.url.clone())),
        ("voice", relay.voice.clone()),
    ];
    if relay.others.is_empty() {
        return empty(out, "ConversationRelay", &attributes);
    }
    element(out, "ConversationRelay", &attributes, |out| relay.others.iter().try_for_each(|other| tongue(out, other)))
}

fn tongue(out: &mut Out, other: &Tongue) -> io::Result<()> {
    empty(out, "Language", &[("code", Some(other.language.clone())), ("voice", other.voice.clone())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_say_can_not_become_markup() {
        let hostile = "</Say><Dial>+15550100</Dial> & \"so\" \u{1}on";
        let written = write(&[
            Verb::Say { text: hostile.into(), voice: Some("a\"b".into()), language: None },
            Verb::Redirect { url: "https://x.example/voice?a=1&b=2".into() },
        ]);
        assert_eq!(
            written,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Say voice=\"a&quot;b\">&lt;/Say&gt;&lt;Dial&gt;+15550100\
             &lt;/Dial&gt; &amp; &quot;so&quot;  on</Say><Redirect method=\"POST\">https://x.example/voice?a=1&amp;b=2\
             </Redirect></Response>"
        );
    }

    #[test]
    fn silence_is_always_told() {
        let gather = Gather {
            action: "https://x.example/a".into(),
            speech: true,
            timeout: 6,
            num_digits: None,
            barge_in: false,
            language: Some("de-DE".into()),
            hints: vec!["Lumen".into(), "Eiche".into()],
            prompts: vec![],
        };
        let written = write(&[Verb::Gather(gather)]);
        assert!(written.contains(
            "<Gather action=\"https://x.example/a\" actionOnEmptyResult=\"true\" bargeIn=\"false\" hints=\"Lumen, Eiche\" \
             input=\"dtmf speech\" language=\"de-DE\" method=\"POST\" speechTimeout=\"auto\" timeout=\"6\"/>"
        ));
    }

    #[test]
    fn an_empty_document_is_still_one() {
        assert_eq!(write(&[]), "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>");
    }
}
