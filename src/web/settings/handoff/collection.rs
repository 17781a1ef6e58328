//! What is asked before a handoff.

use askama::Template;

use crate::handoff::collection::{ASKS_MAX, CollectionSettings, FIELDS_MAX, FieldKind, FieldRule};
use crate::web::field::{Control, Field};
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::difference::DiffLine;
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{self, NAME_CHARS_MAX, TEXT_CHARS_MAX, fill, flip};
use crate::web::settings::shell::Section;

/// `/settings/handoff/collection`. Sends `csrf`, `version`, `asks_max`, `in_form`, and for each field `label-N`, `kind-N`, `required-N`,
/// `question-N`, `remove-N`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/handoff/collection.html")]
pub struct CollectionPage {
    /// The document.
    pub layout: Layout,
    /// The form.
    pub form: CollectionForm,
    /// Whether anything asks for the fields as it is set now.
    pub in_use: bool,
    /// How what is typed differs from what somebody else has saved meanwhile.
    pub difference: Vec<DiffLine>,
}

impl CollectionPage {
    const SECTION: Section = Section::Handoff;
    const HERE: &str = "/settings/handoff/collection";
}

/// The fields as they are edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectionForm {
    /// The version that is being edited.
    pub version: String,
    /// The fields, and one to add.
    pub rows: Vec<FieldRow>,
    /// How often a required one is asked for.
    pub asks_max: Field,
    /// Whether web chat shows a form.
    pub in_form: Field,
}

/// One field as it is edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRow {
    /// Its key, if it has one already.
    pub key: String,
    /// Its name for people.
    pub label: String,
    /// What kind of answer it takes.
    pub kind: FieldKind,
    /// Whether it is asked for again.
    pub required: bool,
    /// The question in the admin's words.
    pub question: String,
    /// Whether it is new.
    pub is_new: bool,
    /// What is wrong with it.
    pub error: Option<String>,
}

impl FieldRow {
    /// The kinds to choose from: what is sent, the name, whether it is chosen.
    pub fn kinds(&self) -> Vec<(&'static str, &'static str, bool)> {
        FieldKind::ALL.iter().map(|kind| (kind_word(*kind), kind_name(*kind), *kind == self.kind)).collect()
    }

    fn new() -> Self {
        Self {
            key: String::new(),
            label: String::new(),
            kind: FieldKind::Text,
            required: false,
            question: String::new(),
            is_new: true,
            error: None,
        }
    }

    fn of(field: &FieldRule) -> Self {
        Self {
            key: field.key.clone(),
            label: field.label.clone(),
            kind: field.kind,
            required: field.required,
            question: field.question.clone(),
            is_new: false,
            error: None,
        }
    }

    fn posted(form: &Posted, at: usize) -> Self {
        let kind = form.raw(&format!("kind-{at}"));
        let kind = FieldKind::ALL.into_iter().find(|known| kind_word(*known) == kind).unwrap_or(FieldKind::Text);
        Self {
            key: form.line(&format!("key-{at}")),
            label: form.line(&format!("label-{at}")),
            kind,
            required: form.is_on(&format!("required-{at}")),
            question: form.text(&format!("question-{at}")),
            is_new: false,
            error: None,
        }
    }

    fn rule(&self) -> Result<FieldRule, String> {
        if self.label.is_empty() {
            return Err("The field has no name. Write one.".to_owned());
        }
        if self.label.chars().count() > NAME_CHARS_MAX {
            return Err(format!("The name is too long. Say it in {NAME_CHARS_MAX} characters."));
        }
        let question = rules::optional(TEXT_CHARS_MAX)(&self.question)?;
        // A name, an email and a telephone number are the customer's own, so their keys are fixed.
        let key = match self.kind {
            FieldKind::Name | FieldKind::Email | FieldKind::Phone => kind_word(self.kind).to_owned(),
            FieldKind::Order | FieldKind::Text => key_of(&self.label),
        };
        Ok(FieldRule { key, label: self.label.clone(), kind: self.kind, required: self.required, question })
    }
}

impl CollectionForm {
    /// The form with what is stored.
    pub fn of(version: String, stored: &CollectionSettings) -> Self {
        let asks = Field {
            control: Control::Input("number"),
            ..Field::text("asks_max", "Times a required field is asked for")
        };
        Self {
            version,
            rows: stored.fields.iter().map(FieldRow::of).chain([FieldRow::new()]).collect(),
            asks_max: asks
                .hint("After that the conversation is handed off without it. An optional field is asked for once.")
                .value(stored.asks_max.to_string()),
            in_form: Field::toggle("in_form", "Web chat shows the fields as a form")
                .hint("All at once, in the chat. Off, and on every other channel but email: one question after the other.")
                .on(stored.in_form),
        }
    }

    /// Takes in what was sent; what to store, if every field is right.
    pub fn read(&mut self, form: &Posted) -> Option<CollectionSettings> {
        let asks_max = fill(&mut self.asks_max, form, rules::number(1, ASKS_MAX.into()));
        let in_form = flip(&mut self.in_form, form);
        let (mut rows, mut fields): (Vec<FieldRow>, Vec<FieldRule>) = (Vec::new(), Vec::new());
        let mut is_right = true;
        for at in 0..=FIELDS_MAX {
            let mut row = FieldRow::posted(form, at);
            if row.label.is_empty() && row.question.is_empty() || form.is_on(&format!("remove-{at}")) {
                continue;
            }
            match row.rule() {
                Ok(rule) if fields.iter().any(|other| other.key == rule.key) => {
                    row.error = Some("This is asked for twice. Remove one.".to_owned());
                }
                Ok(_) if fields.len() >= FIELDS_MAX => {
                    row.error = Some(format!("These are more than {FIELDS_MAX} fields. Ask for fewer."));
                }
                Ok(rule) => fields.push(rule),
                Err(why) => row.error = Some(why),
            }
            is_right &= row.error.is_none();
            rows.push(row);
        }
        rows.push(FieldRow::new());
        self.rows = rows;
        let asks_max = u8::try_from(asks_max?).ok()?;
        is_right.then_some(CollectionSettings { fields, asks_max, in_form })
    }
}

const fn kind_word(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Name => "name",
        FieldKind::Email => "email",
        FieldKind::Phone => "phone",
        FieldKind::Order => "order",
        FieldKind::Text => "text",
    }
}

const fn kind_name(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Name => "Name",
        FieldKind::Email => "Email address",
        FieldKind::Phone => "Phone number",
        FieldKind::Order => "Order number",
        FieldKind::Text => "Anything",
    }
}

fn key_of(label: &str) -> String {
    let key: String = label.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    key.trim_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_back_as_they_were_sent_and_two_of_a_kind_do_not() {
        let mut form = CollectionForm::of("1".into(), &CollectionSettings::default());
        let sent = "asks_max=3&in_form=on&label-0=Email&kind-0=email&required-0=on&label-1=Lamp+model&kind-1=text&question-1=Which+lamp%3F\
                    &label-2=Old&remove-2=on&label-3=&kind-3=text";
        let read = form.read(&Posted::parse(sent.as_bytes())).expect("every field is right");
        assert_eq!((read.asks_max, read.in_form), (3, true));
        let keys: Vec<&str> = read.fields.iter().map(|field| field.key.as_str()).collect();
        assert_eq!(keys, ["email", "lamp_model"]);
        let twice = Posted::parse(b"asks_max=0&label-0=Email&kind-0=email&label-1=Mail&kind-1=email");
        assert!(form.read(&twice).is_none());
        assert!(form.asks_max.error.is_some() && form.rows[1].error.is_some());
    }
}
