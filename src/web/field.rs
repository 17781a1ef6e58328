//! One labelled control of a form, with its hint and the error that belongs to it.
//!
//! The error is text that says what to do; the control points to it, so that a screen reader reads both together.

use askama::Template;

use crate::web::html::nestable;
use crate::web::icon::Icon;

/// One choice of a [`Control::Select`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// What kind of control it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// A one-line input; the `type` attribute (`text`, `email`, `password`, `url`, `color`).
    Input(&'static str),
    /// Several lines; how many to show.
    Text(u8),
    /// One of several.
    Select(Vec<Choice>),
    /// On or off. The value is `on` where it is on.
    Toggle,
}

/// A labelled control.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "_field.html")]
pub struct Field {
    /// The form key, also the DOM id.
    pub name: &'static str,
    /// The visible label.
    pub label: &'static str,
    /// The control.
    pub control: Control,
    /// What was typed, or is stored. A password is never sent back.
    pub value: String,
    /// One sentence under the label.
    pub hint: Option<&'static str>,
    /// What is to be known about the value itself, such as that a secret is set.
    pub note: Option<&'static str>,
    /// What is wrong and what to do about it.
    pub error: Option<String>,
    /// Whether it may be left empty.
    pub required: bool,
    /// The `autocomplete` token.
    pub autocomplete: Option<&'static str>,
}

nestable!(Field);

impl Field {
    /// A one-line text input.
    pub fn text(name: &'static str, label: &'static str) -> Self {
        Self {
            name,
            label,
            control: Control::Input("text"),
            value: String::new(),
            hint: None,
            note: None,
            error: None,
            required: true,
            autocomplete: None,
        }
    }

    /// An email address.
    pub fn email(name: &'static str, label: &'static str) -> Self {
        Self { control: Control::Input("email"), autocomplete: Some("email"), ..Self::text(name, label) }
    }

    /// A password; `autocomplete` is `current-password` or `new-password`.
    pub fn password(name: &'static str, label: &'static str, autocomplete: &'static str) -> Self {
        Self { control: Control::Input("password"), autocomplete: Some(autocomplete), ..Self::text(name, label) }
    }

    /// A colour.
    pub fn colour(name: &'static str, label: &'static str) -> Self {
        Self { control: Control::Input("color"), ..Self::text(name, label) }
    }

    /// Several lines of text.
    pub fn lines(name: &'static str, label: &'static str, rows: u8) -> Self {
        Self { control: Control::Text(rows), ..Self::text(name, label) }
    }

    /// One of several.
    pub fn select(name: &'static str, label: &'static str, choices: Vec<Choice>) -> Self {
        Self { control: Control::Select(choices), ..Self::text(name, label) }
    }

    /// A switch.
    pub fn toggle(name: &'static str, label: &'static str) -> Self {
        Self { control: Control::Toggle, required: false, ..Self::text(name, label) }
    }

    /// With a sentence of help.
    #[must_use]
    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// With what is to be known about the value.
    #[must_use]
    pub fn note(self, note: &'static str) -> Self {
        Self { note: Some(note), ..self }
    }

    /// With what it holds.
    #[must_use]
    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }

    /// Switched on or off.
    #[must_use]
    pub fn on(self, on: bool) -> Self {
        self.value(if on { "on" } else { "" })
    }

    /// With what is wrong.
    #[must_use]
    pub fn error(self, error: impl Into<String>) -> Self {
        Self { error: Some(error.into()), ..self }
    }

    /// May be left empty.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { required: false, ..self }
    }

    /// With an `autocomplete` token.
    #[must_use]
    pub fn autocomplete(self, token: &'static str) -> Self {
        Self { autocomplete: Some(token), ..self }
    }

    /// Whether a value is one of the choices.
    pub fn offers(&self, value: &str) -> bool {
        matches!(&self.control, Control::Select(choices) if choices.iter().any(|choice| choice.value == value))
    }

    /// What the control sends back to the reader: everything but a password.
    fn shown(&self) -> &str {
        if self.control == Control::Input("password") { "" } else { &self.value }
    }

    /// The ids of the texts that describe the control.
    fn described_by(&self) -> String {
        let parts = [(self.error.is_some(), "error"), (self.note.is_some(), "note"), (self.hint.is_some(), "hint")];
        let ids: Vec<String> =
            parts.iter().filter(|(there, _)| *there).map(|(_, part)| format!("{}-{part}", self.name)).collect();
        ids.join(" ")
    }
}
