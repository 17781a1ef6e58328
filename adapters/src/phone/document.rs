//! The steps of a call as TwiML.

use crate::contract::voice::{Document, Step, Words};

use super::twiml::{Gather, Relay, Verb, write};

/// The steps as TwiML.
pub(super) fn document(steps: &[Step]) -> Document {
    let verbs: Vec<Verb> = steps.iter().map(verb).collect();
    Document { content_type: "text/xml; charset=utf-8", body: write(&verbs) }
}

fn verb(step: &Step) -> Verb {
    match step {
        Step::Say(words) => say(words),
        Step::Pause(seconds) => Verb::Pause { length: *seconds },
        Step::Listen { then, prompts, barge_in, speech, keys, wait_s, language, hints } => Verb::Gather(Gather {
            action: then.clone(),
            speech: *speech,
            timeout: *wait_s,
            num_digits: *keys,
            barge_in: *barge_in,
            language: language.clone(),
            hints: hints.clone(),
            prompts: prompts.iter().map(say).collect(),
        }),
        Step::Go(url) => Verb::Redirect { url: url.clone() },
        Step::Dial { number, ring_s, whisper, then } => {
            Verb::Dial { action: then.clone(), timeout: *ring_s, number: number.clone(), number_url: whisper.clone() }
        }
        Step::Record { then, transcribed, length_s_max } => {
            Verb::Record { action: then.clone(), max_length: *length_s_max, transcribe_callback: transcribed.clone() }
        }
        Step::Converse { socket, then, language, voice, others, interruptible, hints } => Verb::Connect {
            action: then.clone(),
            relay: Relay {
                url: socket.clone(),
                language: language.clone(),
                voice: voice.clone(),
                others: others.clone(),
                interruptible: *interruptible,
                hints: hints.clone(),
            },
        },
        Step::HangUp => Verb::Hangup,
        Step::Reject => Verb::Reject,
    }
}

fn say(words: &Words) -> Verb {
    Verb::Say { text: words.text.clone(), voice: words.voice.clone(), language: words.language.clone() }
}
