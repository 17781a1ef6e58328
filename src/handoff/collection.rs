//! What a customer is asked before a handoff: which field is next, and what an answer is worth.
//!
//! Pure. Invariant: nothing is asked for more often than the settings say, and what is known is not asked for at all.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::policy::Asking;

/// Longest answer that is kept, in characters.
pub const ANSWER_CHARS_MAX: usize = 200;
/// Most fields.
pub const FIELDS_MAX: usize = 12;
/// Most times one is asked for.
pub const ASKS_MAX: u8 = 5;
/// Most words a name has.
const NAME_WORDS_MAX: usize = 5;

/// What is asked before a handoff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CollectionSettings {
    /// The fields, in the order they are asked for.
    pub fields: Vec<FieldRule>,
    /// How often a required field is asked for, before the handoff happens without it.
    pub asks_max: u8,
    /// Whether a chat of one's own page shows the fields as a form, all at once, instead of asking for one after the other.
    pub in_form: bool,
}

impl Default for CollectionSettings {
    fn default() -> Self {
        let field = |kind: FieldKind, key: &str, label: &str, required| FieldRule {
            key: key.to_owned(),
            label: label.to_owned(),
            kind,
            required,
            question: String::new(),
        };
        let fields =
            vec![field(FieldKind::Name, "name", "Name", false), field(FieldKind::Email, "email", "Email", true)];
        Self { fields, asks_max: 2, in_form: false }
    }
}

/// One thing that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    /// Its name in the records.
    pub key: String,
    /// Its name for people.
    pub label: String,
    /// What kind of answer it takes.
    pub kind: FieldKind,
    /// Whether it is asked for again where the answer is none.
    #[serde(default)]
    pub required: bool,
    /// The question in the admin's words; empty is Baton's own, in the customer's language.
    #[serde(default)]
    pub question: String,
}

/// What kind of answer a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// What they are called.
    Name,
    /// An email address.
    Email,
    /// A telephone number.
    Phone,
    /// The number of an order.
    Order,
    /// Anything.
    Text,
}

impl FieldKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Name, Self::Email, Self::Phone, Self::Order, Self::Text];

    /// Whether an answer can be found in the middle of other words.
    const fn is_told_by_its_form(self) -> bool {
        matches!(self, Self::Email | Self::Phone | Self::Order)
    }
}

impl CollectionSettings {
    /// What can not be, by field, each with what to do.
    pub fn problems(&self) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        let mut say = |field: String, words: &str| problems.push((field, words.to_owned()));
        if !(1..=ASKS_MAX).contains(&self.asks_max) {
            say("collection.asks_max".to_owned(), &format!("Write a whole number from 1 to {ASKS_MAX}."));
        }
        if self.fields.len() > FIELDS_MAX {
            say("collection.fields".to_owned(), &format!("These are more than {FIELDS_MAX} fields. Ask for fewer."));
        }
        for (at, field) in self.fields.iter().enumerate() {
            if field.label.trim().is_empty() || field.key.is_empty() {
                say(format!("collection.fields.{at}"), "The field has no name. Write one.");
            }
            if self.fields[..at].iter().any(|other| other.key == field.key) {
                say(format!("collection.fields.{at}"), "This is asked for twice. Remove one.");
            }
        }
        problems
    }

    /// The field with this key.
    pub fn field(&self, key: &str) -> Option<&FieldRule> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// The fields that are still to be asked for. `known` holds what needs no asking.
    pub fn missing(&self, asking: &Asking, known: &BTreeMap<String, String>) -> Vec<String> {
        let open = |field: &&FieldRule| {
            let asked = asking.asked.get(&field.key).copied().unwrap_or_default();
            let times = if field.required { self.asks_max.max(1) } else { 1 };
            asked < times && !asking.answers.contains_key(&field.key) && !known.contains_key(&field.key)
        };
        self.fields.iter().filter(open).map(|field| field.key.clone()).collect()
    }

    /// What is still to be asked for to be able to reach the customer; nothing where an address is known.
    pub fn contact_missing(&self, asking: &Asking, known: &BTreeMap<String, String>) -> Vec<String> {
        const KEY: &str = "email";
        let reachable =
            ["email", "phone"].iter().any(|key| known.contains_key(*key) || asking.answers.contains_key(*key));
        let asked = asking.asked.get(KEY).copied().unwrap_or_default();
        if reachable || asked >= self.asks_max.max(1) { Vec::new() } else { vec![KEY.to_owned()] }
    }

    /// Takes the answers out of the customer's words.
    #[must_use]
    pub fn answered(&self, asking: &Asking, text: &str) -> Asking {
        let mut next = asking.clone();
        let asked: Vec<_> = asking.waiting_for.iter().map(|key| (key, self.asked(key))).collect();
        let is_alone = asked.len() == 1;
        // What stands on a line of its own under a field's name answers that field and no other.
        let names_a_field = |line: &&str| asked.iter().any(|(_, (_, label))| named(label, line).is_some());
        let rest = text.lines().filter(|line| !names_a_field(line)).collect::<Vec<_>>().join("\n");
        for (key, (kind, label)) in &asked {
            let answer = match text.lines().find_map(|line| named(label, line)) {
                Some(answer) => read(*kind, &answer),
                None if is_alone || kind.is_told_by_its_form() => read(*kind, &rest),
                None => None,
            };
            if let Some(answer) = answer {
                next.answers.insert((*key).clone(), answer);
            }
        }
        next
    }

    /// The kind and the name of a field that was asked for. An email address is also asked for where no field says so.
    pub fn asked(&self, key: &str) -> (FieldKind, String) {
        self.field(key)
            .map_or_else(|| (FieldKind::Email, "Email".to_owned()), |field| (field.kind, field.label.clone()))
    }
}

/// What a line says behind a name and a colon.
fn named(label: &str, line: &str) -> Option<String> {
    let (line, length) = (line.trim_start(), label.chars().count());
    let (before, after): (String, String) = (line.chars().take(length).collect(), line.chars().skip(length).collect());
    let is_named = before.to_lowercase() == label.to_lowercase();
    is_named.then(|| after.trim_start().strip_prefix(':').map(str::to_owned)).flatten()
}

/// The answer in a text, if there is one.
pub fn read(kind: FieldKind, text: &str) -> Option<String> {
    let text = text.trim();
    match kind {
        FieldKind::Name => name(text),
        FieldKind::Email => {
            text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '(' | ')')).find_map(email)
        }
        FieldKind::Phone => phone(text),
        FieldKind::Order => text.split_whitespace().find_map(order),
        FieldKind::Text => (!text.is_empty()).then(|| text.chars().take(ANSWER_CHARS_MAX).collect()),
    }
}

fn email(word: &str) -> Option<String> {
    let word = word.trim_matches(|c: char| matches!(c, '.' | '!' | '?' | ':' | '"' | '\''));
    let word = word.strip_prefix("mailto:").unwrap_or(word);
    let (person, host) = word.split_once('@')?;
    let (_, ending) = host.rsplit_once('.')?;
    let fits = !person.is_empty() && ending.chars().count() >= 2 && !host.starts_with('.') && !host.contains('@');
    (fits && word.chars().count() <= ANSWER_CHARS_MAX).then(|| word.to_lowercase())
}

/// Seven to fifteen digits, as numbers of the world have.
fn phone(text: &str) -> Option<String> {
    let mut number = String::new();
    for c in text.chars() {
        match c {
            '+' if number.is_empty() => number.push(c),
            c if c.is_ascii_digit() => number.push(c),
            ' ' | '-' | '(' | ')' | '.' | '/' => {}
            _ if (8..=16).contains(&number.len()) => break,
            _ => number.clear(),
        }
    }
    let digits = number.trim_start_matches('+').len();
    (7..=15).contains(&digits).then_some(number)
}

/// A word with three digits or more.
fn order(word: &str) -> Option<String> {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let digits = word.chars().filter(char::is_ascii_digit).count();
    let fits = word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '/' | '_'));
    (digits >= 3 && fits && word.chars().count() <= 40).then(|| word.to_owned())
}

/// Few words, without what names do not have.
fn name(text: &str) -> Option<String> {
    const LEADS: [&str; 12] = [
        "my name is ",
        "i am ",
        "i'm ",
        "it's ",
        "this is ",
        "ich bin ",
        "ich heiße ",
        "mein name ist ",
        "me llamo ",
        "soy ",
        "je m'appelle ",
        "je suis ",
    ];
    let lower = text.to_lowercase();
    let lead = LEADS.iter().find(|lead| lower.starts_with(*lead)).map_or(0, |lead| lead.chars().count());
    let name: String = text.chars().skip(lead).collect();
    let name = name.trim().trim_end_matches(['.', '!']).to_owned();
    let odd = |c: char| c.is_ascii_digit() || matches!(c, '@' | '?' | '\n' | ':' | '/');
    let words = name.split_whitespace().count();
    ((1..=NAME_WORDS_MAX).contains(&words) && name.chars().count() <= 80 && !name.contains(odd)).then_some(name)
}
