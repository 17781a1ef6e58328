//! Settings: what answers calls on a number, and whom callers are put through to.

use askama::Template;

use crate::handoff::call::{Knowledge, NobodyAnswers, PhoneAgent, Talk, Transfer, Triggers, WORDING_FIELDS, Wording};
use crate::store::agents::Agent;
use crate::web::field::{Choice, Field};
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{self, fill, flip, pick};
use crate::web::settings::shell::Section;

mod typed;

use typed::{fallback_numbers, language_line, likely_words, number_line, other_languages, seconds, tag, time_zone};

/// Longest name, greeting or other sentence that is said.
const SAID_CHARS_MAX: usize = 600;
/// Longest rules for the AI.
const INSTRUCTIONS_CHARS_MAX: usize = 4_000;

/// `/settings/phone`: every number.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/phones.html")]
pub struct PhonesPage {
    /// The document.
    pub layout: Layout,
    /// The numbers.
    pub phones: Vec<PhoneLine>,
}

/// A number in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneLine {
    /// What the team calls it.
    pub name: String,
    /// The number.
    pub number: String,
    /// Its page.
    pub url: String,
    /// What answers it, in a few words.
    pub about: String,
    /// Whether it is in use.
    pub enabled: bool,
}

/// `/settings/phone/{id}`. Sends `csrf`, `version` and the fields by their names to its own address.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/phone.html")]
pub struct PhonePage {
    /// The document.
    pub layout: Layout,
    /// Where the form is sent.
    pub action: String,
    /// The number.
    pub number: String,
    /// Where the provider asks about calls.
    pub voice_url: String,
    /// The form.
    pub form: PhoneForm,
}

impl PhonesPage {
    const SECTION: Section = Section::Phone;
}

impl PhonePage {
    const SECTION: Section = Section::Phone;
}

/// What answers calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneForm {
    /// The version that is being edited.
    pub version: String,
    /// Who speaks: greeting, language, voice, further languages, knowledge, instructions, likely words, way of talking, whether it
    /// can be interrupted.
    pub voice: [Field; 9],
    /// When the AI passes a call on.
    pub triggers: [Field; 4],
    /// Where to: what a handoff does, the numbers, their time zone, ringing, whisper, and when nobody answers.
    pub people: [Field; 6],
    /// What is said at certain moments.
    pub wording: [Field; WORDING_FIELDS],
}

impl PhoneForm {
    /// The form with what is stored.
    pub fn of(version: String, agent: &PhoneAgent, people: &[Agent]) -> Self {
        Self {
            version,
            voice: voice_fields(agent),
            triggers: trigger_fields(agent.triggers),
            people: people_fields(agent, people),
            wording: wording_fields(agent),
        }
    }

    /// Takes in what was sent; what to store, if every field is right.
    pub fn read(&mut self, form: &Posted, people: &[Agent]) -> Option<PhoneAgent> {
        let [greeting, language, voice, languages, knowledge, instructions, hints, talk, interruptible] =
            &mut self.voice;
        let greeting = fill(greeting, form, rules::required(SAID_CHARS_MAX));
        let language = fill(language, form, tag);
        let voice = fill(voice, form, rules::optional(rules::NAME_CHARS_MAX));
        let languages = fill(languages, form, other_languages);
        let knowledge = pick(knowledge, form);
        let instructions = fill(instructions, form, rules::optional(INSTRUCTIONS_CHARS_MAX));
        let hints = fill(hints, form, likely_words);
        let talk = pick(talk, form);
        let interruptible = flip(interruptible, form);
        let [request, frustration, progress, decision] = &mut self.triggers;
        let triggers = Triggers {
            on_request: flip(request, form),
            on_frustration: flip(frustration, form),
            on_no_progress: flip(progress, form),
            on_ai_decision: flip(decision, form),
        };
        let [transfer, numbers, zone, ring, whisper, nobody] = &mut self.people;
        let transfer = pick(transfer, form);
        let numbers = fill(numbers, form, |typed| fallback_numbers(typed, people));
        let time_zone = fill(zone, form, time_zone);
        let ring_s = fill(ring, form, seconds);
        let whisper = fill(whisper, form, rules::required(SAID_CHARS_MAX));
        let nobody = pick(nobody, form);
        let said: Vec<Option<String>> =
            self.wording.iter_mut().map(|field| fill(field, form, rules::required(SAID_CHARS_MAX))).collect();
        let said: Vec<String> = said.into_iter().collect::<Option<_>>()?;
        let mut agent = PhoneAgent {
            greeting: greeting?,
            language: language?,
            voice: voice?,
            languages: languages?,
            knowledge: match knowledge?.as_str() {
                "own" => Knowledge::Own,
                "nothing" => Knowledge::Nothing,
                _ => Knowledge::Everything,
            },
            instructions: instructions?,
            hints: hints?,
            talk: if talk? == "live" { Talk::Live } else { Talk::Turns },
            interruptible,
            transfer: if transfer? == "logged" { Transfer::Logged } else { Transfer::Live },
            time_zone: time_zone?,
            numbers: numbers?,
            ring_s: ring_s?,
            whisper: whisper?,
            nobody: match nobody?.as_str() {
                "text" => NobodyAnswers::Text,
                "ai" => NobodyAnswers::Ai,
                _ => NobodyAnswers::Voicemail,
            },
            triggers,
            ..PhoneAgent::default()
        };
        // What is Baton's own is not stored, so that it follows when the language changes.
        let (seen, standard) = (Wording::of(&agent.language), Wording::default());
        let known = seen.texts().into_iter().zip(standard.texts());
        for ((stored, typed), (own, english)) in agent.wording.all_mut().into_iter().zip(said).zip(known) {
            if typed != *own {
                *stored = typed;
            } else {
                stored.clone_from(english);
            }
        }
        Some(agent)
    }

    /// What is wrong, if anything is.
    pub fn errors(&self) -> usize {
        let fields = self.voice.iter().chain(&self.triggers).chain(&self.people).chain(&self.wording);
        fields.filter(|field| field.error.is_some()).count()
    }
}

fn knowledge_field(agent: &PhoneAgent) -> Field {
    let reach = vec![
        Choice::new("everything", "Every article that is for this number, or for every channel"),
        Choice::new("own", "Only articles kept to this number"),
        Choice::new("nothing", "None; a language model goes by its instructions alone"),
    ];
    let now = match agent.knowledge {
        Knowledge::Everything => "everything",
        Knowledge::Own => "own",
        Knowledge::Nothing => "nothing",
    };
    Field::select("knowledge", "What it may know", reach)
        .hint("Which channels an article is for is said in the article.")
        .value(now)
}

fn voice_fields(agent: &PhoneAgent) -> [Field; 9] {
    let talk = vec![
        Choice::new("turns", "In turns (works with every account)"),
        Choice::new("live", "Live: the caller hears the AI as it writes, and may interrupt (ConversationRelay)"),
    ];
    [
        Field::lines("greeting", "First words", 2).value(&agent.greeting),
        Field::text("language", "Language")
            .hint("As a tag, such as en-US or de-DE. It is spoken and understood.")
            .value(&agent.language),
        Field::text("voice", "Voice")
            .optional()
            .hint("The provider\u{2019}s name of a voice, such as Polly.Joanna-Neural. Empty: its standard voice.")
            .value(&agent.voice),
        Field::lines("languages", "Further languages", 2)
            .optional()
            .hint("One a line: de-DE | Polly.Vicki-Neural | 2. A caller gets it by the key, by asking for it, or by speaking it; the voice and the key may be left out. Say the keys in the first words.")
            .value(agent.languages.iter().map(language_line).collect::<Vec<_>>().join("\n")),
        knowledge_field(agent),
        Field::lines("instructions", "Instructions", 3)
            .optional()
            .hint("Tone and rules on this number, for a language model.")
            .value(&agent.instructions),
        Field::lines("hints", "Likely words", 2)
            .optional()
            .hint("Names callers say, one a line, so that they are understood.")
            .value(agent.hints.join("\n")),
        Field::select("talk", "How the AI talks", talk).value(if agent.talk == Talk::Live { "live" } else { "turns" }),
        Field::toggle("interruptible", "A caller who speaks stops the AI").on(agent.interruptible),
    ]
}

fn trigger_fields(triggers: Triggers) -> [Field; 4] {
    [
        Field::toggle("on_request", "When the caller asks for a person, or presses 0").on(triggers.on_request),
        Field::toggle("on_frustration", "When the caller is losing patience").on(triggers.on_frustration),
        Field::toggle("on_no_progress", "When the call gets nowhere").on(triggers.on_no_progress),
        Field::toggle("on_ai_decision", "When the AI does not know").on(triggers.on_ai_decision),
    ]
}

fn people_fields(agent: &PhoneAgent, people: &[Agent]) -> [Field; 6] {
    let transfer =
        vec![Choice::new("live", "Put the caller through"), Choice::new("logged", "End the call; the team calls back")];
    let nobody = vec![
        Choice::new("voicemail", "The caller leaves a message"),
        Choice::new("text", "The caller gets a text message to answer to"),
        Choice::new("ai", "The AI goes on"),
    ];
    let nobody_now = match agent.nobody {
        NobodyAnswers::Voicemail => "voicemail",
        NobodyAnswers::Text => "text",
        NobodyAnswers::Ai => "ai",
    };
    let numbers: Vec<String> = agent.numbers.iter().map(|one| number_line(one, people)).collect();
    [
        Field::select("transfer", "A handoff", transfer)
            .value(if agent.transfer == Transfer::Logged { "logged" } else { "live" }),
        Field::lines("numbers", "Fallback numbers", 4)
            .optional()
            .hint("One a line, called in this order: +15550100777 | Front desk | Mon-Fri 09:00-17:30 | ines@example.com. Hours and the person may be left out.")
            .value(numbers.join("\n")),
        Field::text("time_zone", "Time zone of the hours")
            .hint("An IANA name, such as Europe/Berlin.")
            .value(&agent.time_zone),
        Field::text("ring_s", "Ring for").hint("Seconds, for each number.").value(agent.ring_s.to_string()),
        Field::lines("whisper", "What the person who picks up hears", 2)
            .hint("{caller}, {reason} and {summary} are filled in. Then a key takes the call, so that no voicemail can.")
            .value(&agent.whisper),
        Field::select("nobody", "When nobody takes the call", nobody).value(nobody_now),
    ]
}

fn wording_fields(agent: &PhoneAgent) -> [Field; WORDING_FIELDS] {
    // As a caller hears them: what was left as it is stands in the language of the number.
    let wording = agent.wording_in(&agent.language);
    let texts = wording.texts();
    let field = |name, label, value: &String| Field::lines(name, label, 2).value(value);
    [
        field("wait", "While the AI thinks", texts[0]),
        field("still_there", "When nothing is heard", texts[1]),
        field("goodbye", "Before the call ends in silence", texts[2]),
        field("transferring", "When the caller is put through", texts[3]),
        field("logged", "When the team will call back", texts[4]),
        field("voicemail", "Before the caller leaves a message", texts[5]),
        field("nobody_said", "When the AI goes on", texts[6]),
        field("texting", "Before the caller gets a text message", texts[7]),
        field("text", "The text message", texts[8]),
        field("reconnected", "When the line was lost for a moment", texts[9]),
        field("switched", "When the caller has chosen this language", texts[10]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_comes_back_as_it_was() {
        let agent = PhoneAgent { time_zone: "Europe/Berlin".into(), ring_s: 15, ..PhoneAgent::default() };
        let form = PhoneForm::of("1".into(), &agent, &[]);
        let fields = form.voice.iter().chain(&form.triggers).chain(&form.people).chain(&form.wording);
        let sent = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields.map(|field| (field.name, field.value.clone())))
            .finish();
        let mut again = form.clone();
        assert_eq!(again.read(&Posted::parse(sent.as_bytes()), &[]), Some(agent));
        assert!(again.read(&Posted::parse(b"language=english%21&ring_s=500"), &[]).is_none());
        assert!(again.errors() >= 3);
        assert_eq!(again.voice[1].value, "english!");
    }
}
