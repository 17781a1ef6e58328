//! The core's steps with the addresses a provider needs to come back.

use baton_adapters::contract::voice::{Step as Wire, Tongue, Words};

use crate::desk::calls::Told;
use crate::handoff::call::{PhoneAgent, Step, Utterance};
use crate::web::site::Site;

/// How long the caller may be silent before they are asked, in seconds.
const CALLER_WAIT_S: u32 = 6;
/// How long a person who picked up may take to press a key, in seconds.
const KEY_WAIT_S: u32 = 8;
/// Longest message a caller may leave, in seconds.
const RECORD_S_MAX: u32 = 180;

/// The addresses of one call at one step.
pub(super) struct Urls {
    call: String,
    step: u32,
}

impl Urls {
    pub(super) fn of(site: &Site, token: &str, told: &Told) -> Self {
        Self { call: format!("{}/voice/{token}/{}", site.public_url, told.stored.id), step: told.stored.call.step }
    }

    fn to(&self, what: &str) -> String {
        format!("{}/{what}?step={}", self.call, self.step)
    }

    /// Providers want no query in the address of a socket.
    fn socket(&self) -> String {
        let address = format!("{}/socket", self.call);
        match address.strip_prefix("http") {
            Some(rest) => format!("ws{rest}"),
            None => address,
        }
    }
}

/// The steps as the contract has them.
pub(super) fn render(told: &Told, urls: &Urls) -> Vec<Wire> {
    let tag = told.stored.call.language.as_deref().unwrap_or(&told.agent.language);
    told.steps.iter().flat_map(|step| one(step, &told.agent, tag, urls)).collect()
}

/// The step in the language of this tag.
fn one(step: &Step, agent: &PhoneAgent, tag: &str, urls: &Urls) -> Vec<Wire> {
    let language = there(tag);
    let words = |utterance: &Utterance| words(utterance, agent, tag);
    match step {
        Step::Say { words: said } => vec![Wire::Say(words(said))],
        Step::Listen { prompts } => vec![Wire::Listen {
            then: urls.to("heard"),
            prompts: prompts.iter().map(words).collect(),
            barge_in: agent.interruptible,
            speech: true,
            keys: None,
            wait_s: CALLER_WAIT_S,
            language,
            hints: agent.hints.clone(),
        }],
        Step::Poll { pause: 0 } => vec![Wire::Go(urls.to("next"))],
        Step::Poll { pause } => vec![Wire::Pause(*pause), Wire::Go(urls.to("next"))],
        Step::Converse => vec![Wire::Converse {
            socket: urls.socket(),
            then: urls.to("closed"),
            language,
            voice: there(agent.voice_of(tag)),
            others: others(agent, tag),
            interruptible: agent.interruptible,
            hints: agent.hints.clone(),
        }],
        Step::Dial { target } => vec![Wire::Dial {
            number: target.number.clone(),
            ring_s: agent.ring_s,
            whisper: urls.to("whisper"),
            then: urls.to("dialled"),
        }],
        Step::Whisper { text } => {
            // The team is told in the language of the number, whatever the caller speaks.
            let prompt = self::words(&Utterance::house(text.clone()), agent, &agent.language);
            vec![
                Wire::Listen {
                    then: urls.to("key"),
                    prompts: vec![prompt],
                    barge_in: true,
                    speech: false,
                    keys: Some(1),
                    wait_s: KEY_WAIT_S,
                    language: None,
                    hints: Vec::new(),
                },
                Wire::HangUp,
            ]
        }
        // A recording of nothing asks nobody, so the document goes on by itself.
        Step::Record => vec![
            Wire::Record {
                then: urls.to("recorded"),
                transcribed: Some(urls.to("transcribed")),
                length_s_max: RECORD_S_MAX,
            },
            Wire::HangUp,
        ],
        Step::HangUp => vec![Wire::HangUp],
    }
}

fn words(utterance: &Utterance, agent: &PhoneAgent, tag: &str) -> Words {
    Words { text: utterance.text.clone(), language: there(tag), voice: there(agent.voice_of(tag)) }
}

/// The languages a conversation over a socket may change to.
fn others(agent: &PhoneAgent, tag: &str) -> Vec<Tongue> {
    let further = agent.languages.iter().map(|one| one.tag.as_str());
    let all = std::iter::once(agent.language.as_str()).chain(further);
    all.filter(|one| *one != tag)
        .map(|one| Tongue { language: one.to_owned(), voice: there(agent.voice_of(one)) })
        .collect()
}

fn there(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
