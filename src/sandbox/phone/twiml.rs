//! Reads a document, and refuses whatever the provider does not document.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

/// A verb or noun with its attributes, its text and what stands inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Verb {
    pub(super) name: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) text: String,
    pub(super) inside: Vec<Verb>,
}

/// What may stand where, with the attributes it may have.
const DOCUMENTED: &[(&str, &str, &[&str])] = &[
    ("", "Response", &[]),
    ("Response", "Say", &["voice", "language", "loop"]),
    ("Gather", "Say", &["voice", "language", "loop"]),
    ("Response", "Pause", &["length"]),
    ("Gather", "Pause", &["length"]),
    (
        "Response",
        "Gather",
        &[
            "input",
            "action",
            "method",
            "timeout",
            "speechTimeout",
            "maxSpeechTime",
            "finishOnKey",
            "numDigits",
            "hints",
            "language",
            "speechModel",
            "enhanced",
            "profanityFilter",
            "bargeIn",
            "actionOnEmptyResult",
        ],
    ),
    (
        "Response",
        "Dial",
        &[
            "action",
            "method",
            "timeout",
            "timeLimit",
            "callerId",
            "answerOnBridge",
            "hangupOnStar",
            "ringTone",
            "record",
        ],
    ),
    ("Dial", "Number", &["sendDigits", "url", "method", "statusCallback", "statusCallbackEvent"]),
    (
        "Response",
        "Record",
        &[
            "action",
            "method",
            "timeout",
            "maxLength",
            "finishOnKey",
            "playBeep",
            "trim",
            "transcribe",
            "transcribeCallback",
        ],
    ),
    ("Response", "Redirect", &["method"]),
    ("Response", "Connect", &["action", "method"]),
    (
        "Connect",
        "ConversationRelay",
        &[
            "url",
            "welcomeGreeting",
            "language",
            "ttsLanguage",
            "transcriptionLanguage",
            "ttsProvider",
            "voice",
            "transcriptionProvider",
            "speechModel",
            "profanityFilter",
            "dtmfDetection",
            "interruptible",
            "preemptible",
            "hints",
            "debug",
        ],
    ),
    ("ConversationRelay", "Language", &["code", "ttsProvider", "voice", "transcriptionProvider", "speechModel"]),
    ("Response", "Hangup", &[]),
    ("Response", "Reject", &["reason"]),
];

impl Verb {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    pub(super) fn is_on(&self, name: &str) -> bool {
        self.attribute(name) == Some("true")
    }

    pub(super) fn needed(&self, name: &str) -> Result<&str, String> {
        self.attribute(name).ok_or_else(|| format!("<{}> has no {name}", self.name))
    }
}

/// The verbs of a document.
pub(super) fn read(document: &str) -> Result<Vec<Verb>, String> {
    let mut reader = Reader::from_str(document);
    let mut open: Vec<Verb> = vec![Verb::default()];
    loop {
        match reader.read_event().map_err(|why| why.to_string())? {
            Event::Start(start) => open.push(verb(&start)?),
            Event::Empty(start) => close(&mut open, verb(&start)?)?,
            Event::End(_) => {
                let done = open.pop().ok_or("a tag is closed that was not opened")?;
                close(&mut open, done)?;
            }
            Event::Text(text) => append(&mut open, &text),
            Event::GeneralRef(reference) => {
                let written = format!("&{};", &*reference);
                append(&mut open, &unescape(&written).map_err(|why| why.to_string())?);
            }
            Event::Decl(_) | Event::Comment(_) => {}
            Event::Eof => break,
            other => return Err(format!("{other:?} does not belong here")),
        }
    }
    let mut response = open.pop().and_then(|mut root| root.inside.pop()).ok_or("there is no Response")?;
    response.inside.iter_mut().for_each(|verb| verb.text = verb.text.trim().to_owned());
    Ok(response.inside)
}

fn append(open: &mut [Verb], words: &str) {
    if let Some(last) = open.last_mut() {
        last.text.push_str(words);
    }
}

fn verb(start: &BytesStart<'_>) -> Result<Verb, String> {
    let name = start.name().as_ref().to_owned();
    let mut attributes = BTreeMap::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|why| why.to_string())?;
        let key = attribute.key.as_ref().to_owned();
        let value = unescape(&attribute.value).map_err(|why| why.to_string())?.into_owned();
        attributes.insert(key, value);
    }
    Ok(Verb { name, attributes, ..Verb::default() })
}

fn close(open: &mut [Verb], done: Verb) -> Result<(), String> {
    let parent = open.last_mut().ok_or("a tag stands outside the document")?;
    let row = DOCUMENTED.iter().find(|(inside, name, _)| *inside == parent.name && *name == done.name);
    let (_, _, known) = row.ok_or_else(|| format!("<{}> may not stand in <{}>", done.name, parent.name))?;
    if let Some(unknown) = done.attributes.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(format!("<{}> has no attribute {unknown}", done.name));
    }
    parent.inside.push(done);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_as_it_was_meant() {
        let read = read(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Say language=\"en-US\">A &amp; B &lt;c></Say>\
             <Redirect method=\"POST\">https://x.example/a?b=1&amp;c=2</Redirect></Response>",
        );
        let verbs = read.expect("a document");
        assert_eq!((verbs[0].text.as_str(), verbs[1].text.as_str()), ("A & B <c>", "https://x.example/a?b=1&c=2"));
    }

    #[test]
    fn what_is_not_documented_is_refused() {
        for document in [
            "<Response><Shout>hello</Shout></Response>",
            "<Response><Say volume=\"11\">hello</Say></Response>",
            "<Response><Gather><Dial/></Gather></Response>",
            "<Say>hello</Say>",
            "<Response><Say>hello",
            "",
        ] {
            assert!(read(document).is_err(), "{document}");
        }
    }
}
