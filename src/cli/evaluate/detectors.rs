//! The detectors on labelled messages, pairs and dialogues.

use serde::Deserialize;

use super::figure::{Counts, Figure, share};
use super::lines::{self, Folder};
use crate::ai::signals::reading::Reading;
use crate::ai::signals::{frustration as impatience, human_request as request, topic};
use crate::cli::CliError;
use crate::cli::classify::{Question, Role, Turn, answer};

/// A labelled message.
#[derive(Debug, Deserialize)]
struct Message {
    src: String,
    text: String,
    #[serde(default)]
    lang: Option<String>,
    label: i8,
}

/// What is asked about a message.
type Detector = fn(&Reading) -> bool;

pub(super) fn human_request(folder: Folder<'_>) -> Result<Vec<Figure>, CliError> {
    let core = ["handmade", "real", "nlupp", "botframework", "rasa"];
    single(folder, "human_request.jsonl", "human request", &core, |reading| request::of_message(reading).decided)
}

pub(super) fn frustration(folder: Folder<'_>) -> Result<Vec<Figure>, CliError> {
    let core = ["handmade", "real"];
    single(folder, "frustration.jsonl", "frustration", &core, |reading| {
        impatience::of_turn(reading).0 >= impatience::THRESHOLD
    })
}

fn single(
    folder: Folder<'_>,
    file: &str,
    name: &str,
    core: &[&str],
    detector: Detector,
) -> Result<Vec<Figure>, CliError> {
    let messages: Vec<Message> = lines::sample(folder, file)?;
    let source = |message: &Message| message.src.split('-').next().unwrap_or_default().to_owned();
    let judged: Vec<(&Message, bool, bool)> = messages
        .iter()
        .filter(|message| message.label >= 0 && !["goemotions", "xed"].contains(&message.src.as_str()))
        .map(|message| (message, message.label == 1, detector(&Reading::of(&message.text))))
        .collect();
    let of = |fits: &dyn Fn(&Message) -> bool| {
        Counts::of(judged.iter().filter(|(message, ..)| fits(message)).map(|(_, is_one, chosen)| (*is_one, *chosen)))
    };
    let english = |message: &Message| message.lang.as_deref().unwrap_or("en") == "en";
    let is_core = |message: &Message| core.contains(&source(message).as_str());
    let en = of(&|message| is_core(message) && english(message));
    let other = of(&|message| is_core(message) && !english(message));
    let plain =
        of(&|message| ["plain", "banking77", "clinc150"].contains(&source(message).as_str()) && message.label == 0);
    Ok(vec![
        Figure::good(format!("{name}: core/en F1"), en.f1(), en.lines()),
        Figure::good(format!("{name}: core/other F1"), other.f1(), other.lines()),
        Figure::mistakes(format!("{name}: plain false alarms"), plain.false_alarms(), plain.lines()),
    ])
}

/// A topic and which intents it covers.
#[derive(Debug, Deserialize)]
struct Topic {
    phrase: String,
    src: String,
    positive: Vec<String>,
    skip: Vec<String>,
}

/// A message and its intent.
#[derive(Debug, Deserialize)]
struct Intent {
    src: String,
    text: String,
    intent: String,
}

pub(super) fn topics(folder: Folder<'_>) -> Result<Vec<Figure>, CliError> {
    let topics: Vec<Topic> = lines::read_whole(folder.path, "topics.json")?.unwrap_or_default();
    let messages: Vec<Intent> = lines::sample(folder, "topic_messages.jsonl")?;
    let (mut english, mut many) = (Vec::new(), Vec::new());
    for wanted in &topics {
        let asked =
            messages.iter().filter(|message| message.src == wanted.src && !wanted.skip.contains(&message.intent));
        let phrase = [wanted.phrase.clone()];
        let counts = Counts::of(asked.map(|message| {
            let found = topic::of_message(&Reading::of(&message.text), &phrase).is_some_and(|found| found.decided);
            (wanted.positive.contains(&message.intent), found)
        }));
        if wanted.src == "handmade" { many.push(counts) } else { english.push(counts) }
    }
    let mean = |counts: &[Counts], of: fn(Counts) -> f64| {
        counts.iter().map(|counts| of(*counts)).sum::<f64>() / share(counts.len(), 1).max(1.0)
    };
    let lines = |counts: &[Counts]| counts.iter().map(|counts| counts.lines()).sum();
    Ok(vec![
        Figure::good("topics: English macro F1, phrase alone", mean(&english, Counts::f1), lines(&english)),
        Figure::mistakes("topics: English false alarms", mean(&english, Counts::false_alarms), lines(&english)),
        Figure::good("topics: 12 languages macro recall", mean(&many, Counts::recall), lines(&many)),
        Figure::mistakes("topics: 12 languages false alarms", mean(&many, Counts::false_alarms), lines(&many)),
    ])
}

/// Two messages.
#[derive(Debug, Deserialize)]
struct Pair {
    text: String,
    previous: String,
    label: i8,
}

pub(super) fn repeats(folder: Folder<'_>) -> Result<Vec<Figure>, CliError> {
    let pairs: Vec<Pair> = lines::sample(folder, "repeat_pairs.jsonl")?;
    let counts = Counts::of(pairs.into_iter().filter(|pair| pair.label >= 0).map(|pair| {
        let earlier = Turn { role: Role::Customer, text: pair.previous };
        (pair.label == 1, gets_nowhere(pair.text, vec![earlier]))
    }));
    Ok(vec![
        Figure::good("repeated question: recall", counts.recall(), counts.lines()),
        Figure::mistakes("repeated question: false alarms", counts.false_alarms(), counts.lines()),
    ])
}

/// A dialogue that ends with a message of the customer.
#[derive(Debug, Deserialize)]
struct Dialogue {
    text: String,
    turns: Vec<Turn>,
    repeat: i8,
}

pub(super) fn dialogues(folder: Folder<'_>) -> Result<Vec<Figure>, CliError> {
    in_dialogues(folder, "dialogs.jsonl", "dialogues: no progress F1")
}

fn in_dialogues(folder: Folder<'_>, file: &str, name: &str) -> Result<Vec<Figure>, CliError> {
    let dialogues: Vec<Dialogue> = lines::sample(folder, file)?;
    let counts = Counts::of(
        dialogues.into_iter().map(|dialogue| (dialogue.repeat == 1, gets_nowhere(dialogue.text, dialogue.turns))),
    );
    Ok(vec![Figure::good(name, counts.f1(), counts.lines())])
}

fn gets_nowhere(text: String, turns: Vec<Turn>) -> bool {
    answer(Question { id: serde_json::Value::Null, text, lang: None, turns, topics: Vec::new() }).no_progress.decided
}

/// A message of our own.
#[derive(Debug, Deserialize)]
struct Own {
    lang: String,
    kind: String,
    text: String,
}

/// Our own lines, which nothing was learned from.
pub(super) fn own_messages(folder: Folder<'_>) -> Result<Vec<Figure>, CliError> {
    let messages: Vec<Own> = lines::sample(folder, "messages.jsonl")?;
    let readings: Vec<_> = messages.iter().map(|message| (message, Reading::of(&message.text))).collect();
    let mut figures = Vec::new();
    let detectors: [(&str, &[&str], Detector); 2] = [
        ("human request", &["request", "angry_request"], |reading| request::of_message(reading).decided),
        ("frustration", &["angry", "angry_request"], |reading| impatience::of_turn(reading).0 >= impatience::THRESHOLD),
    ];
    for (name, kinds, detector) in detectors {
        for (slice, english) in [("en", true), ("other", false)] {
            let asked = readings.iter().filter(|(message, _)| (message.lang == "en") == english);
            let counts =
                Counts::of(asked.map(|(message, reading)| (kinds.contains(&message.kind.as_str()), detector(reading))));
            figures.push(Figure::good(format!("own lines: {name} {slice} F1"), counts.f1(), counts.lines()));
        }
    }
    figures.extend(in_dialogues(folder, "dialogues.jsonl", "own lines: no progress F1")?);
    Ok(figures)
}
