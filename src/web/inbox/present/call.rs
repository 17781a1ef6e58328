//! The lines of a phone call.

use crate::handoff::call::{CallLine, Ending};
use crate::web::icon::Icon;

use super::thread::language_words;

/// A line as it is read.
pub(super) fn happened(line: &CallLine) -> (Icon, String) {
    match line {
        CallLine::Began { from: Some(number) } => (Icon::Phone, format!("Called from {number}")),
        CallLine::Began { from: None } => (Icon::Phone, "Called from a withheld number".to_owned()),
        CallLine::Language { language, words: None } => {
            (Icon::Chat, format!("The call goes on in {}", language_words(language)))
        }
        CallLine::Language { language, words: Some(words) } => {
            (Icon::Chat, format!("The caller asked for {}: \u{201c}{words}\u{201d}", language_words(language)))
        }
        CallLine::Silence => (Icon::Clock, "Nothing was heard; the caller was asked whether they are there".to_owned()),
        CallLine::CutOff { heard } if heard.is_empty() => {
            (Icon::Ban, "The caller spoke before the AI had begun".to_owned())
        }
        CallLine::CutOff { .. } => (Icon::Ban, "The AI was cut off; the record holds what was heard".to_owned()),
        CallLine::Reconnected => (Icon::Retry, "The line to the AI was lost; the call goes on in turns".to_owned()),
        CallLine::Ringing { label } => (Icon::Bell, format!("Calling {label}")),
        CallLine::PickedUp { label } => (Icon::Phone, format!("{label} was picked up and hears what it is about")),
        CallLine::Accepted { label } => (Icon::Check, format!("{label} took the call")),
        CallLine::NotAccepted { label } => (Icon::Ban, format!("{label} did not take it: declined, or a voicemail")),
        CallLine::Missed { label, status } => {
            (Icon::Ban, format!("{label} could not be reached ({})", words_of(status)))
        }
        CallLine::Unasked { label } => {
            (Icon::Alert, format!("{label} was put through though nobody had pressed a key; that does not count"))
        }
        CallLine::Talked { label, seconds } => {
            (Icon::CheckCircle, format!("Spoke with {label} for {}", length(*seconds)))
        }
        CallLine::NobodyAnswered => (Icon::Alert, "Nobody could be reached".to_owned()),
        CallLine::Voicemail { seconds } => (Icon::Mail, format!("Left a message of {}", length(*seconds))),
        CallLine::Texted => (Icon::Mobile, "The caller was sent a text message".to_owned()),
        CallLine::Ended { ending } => (Icon::Phone, ended(*ending).to_owned()),
    }
}

fn ended(ending: Ending) -> &'static str {
    match ending {
        Ending::HungUp => "The caller hung up",
        Ending::Goodbye => "The call ended in silence",
        Ending::Bridged => "The call ended after speaking with a person",
        Ending::Escalated => "The call ended; somebody is to call back",
        Ending::Voicemail => "The call ended with a message",
        Ending::Texted => "The call ended; a text message is on its way",
    }
}

fn words_of(status: &str) -> &str {
    match status {
        "no-answer" => "no answer",
        "busy" => "busy",
        "canceled" => "called off",
        "failed" => "the number can not be called",
        other => other,
    }
}

/// A length of time as `1:05 min`.
pub(super) fn length(seconds: u32) -> String {
    format!("{}:{:02} min", seconds / 60, seconds % 60)
}
