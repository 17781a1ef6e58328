//! Settings: an account of a channel whose provider is somebody else. The adapter says what there is to fill in.

use askama::Template;
use baton_adapters::contract::{self, Channel, Credentials, FieldKind, FieldSpec};
use serde_json::{Map, Value};

use crate::web::field::{Choice, Field};
use crate::web::icon::Icon;
use crate::web::inbox::channel::ChannelKind;
use crate::web::page::Layout;
use crate::web::settings::channels::{ChannelBasics, autopilot_field, name_field};
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{self, fill, flip};
use crate::web::settings::shell::Section;

/// Longest value of a field.
const VALUE_CHARS_MAX: usize = 2_000;
/// Longest list of a field.
const LIST_CHARS_MAX: usize = 20_000;

/// An account of a channel. Sends `csrf`, `version`, `kind`, `name`, `autopilot`, `enabled` and the channel's own fields to
/// `POST /settings/channels` or `POST /settings/channels/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/account.html")]
pub struct AccountPage {
    /// The document.
    pub layout: Layout,
    /// Its kind.
    pub kind: ChannelKind,
    /// The kind's word, for the form.
    pub kind_word: &'static str,
    /// Where the form is sent.
    pub action: String,
    /// Where the provider calls; nothing for a channel that is not called, or an account that is not stored yet.
    pub hook_url: Option<String>,
    /// Whether the account is stored, so that it can be tried out.
    pub stored: bool,
    /// What else there is to do with an account of its kind, each on a page of its own.
    pub beyond: Vec<Beyond>,
    /// The form.
    pub form: AccountForm,
}

/// A page that goes on from an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beyond {
    /// What it is about.
    pub title: &'static str,
    /// In one or two sentences.
    pub about: &'static str,
    /// Where.
    pub url: String,
    /// What the button says.
    pub button: String,
}

impl AccountPage {
    const SECTION: Section = Section::Channels;
}

/// The form of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountForm {
    /// The version that is being edited.
    pub version: String,
    /// The channel's name.
    pub name: Field,
    /// Whether the AI answers.
    pub autopilot: Field,
    /// Whether it is on.
    pub enabled: Field,
    /// The channel's own fields.
    pub fields: Vec<Field>,
    /// Those hardly anybody needs.
    pub advanced: Vec<Field>,
}

/// What was typed, when all of it is right.
#[derive(Clone, Debug)]
pub struct TypedAccount {
    /// What every channel has.
    pub basics: ChannelBasics,
    /// The settings.
    pub settings: Value,
    /// The secrets, with those that were kept.
    pub credentials: Credentials,
    /// Names of the secrets that were replaced, for the record.
    pub changed_secrets: Vec<&'static str>,
}

impl AccountForm {
    /// The form with what is stored. Secrets are not shown, only that they are there.
    pub fn of(version: String, basics: &ChannelBasics, channel: &dyn Channel, stored: &contract::Account) -> Self {
        let of = |advanced: bool| {
            let own = channel.fields().iter().filter(move |spec| spec.advanced == advanced);
            own.map(|spec| field_of(spec, stored)).collect()
        };
        Self {
            version,
            name: name_field().value(&basics.name),
            autopilot: autopilot_field().on(basics.autopilot),
            enabled: Field::toggle("enabled", "Switched on")
                .hint("Off: what the provider sends is refused, and nothing new begins here.")
                .on(basics.enabled),
            fields: of(false),
            advanced: of(true),
        }
    }

    /// Takes in what was sent; what to store, if every field is right.
    pub fn read(&mut self, form: &Posted, channel: &dyn Channel, stored: &contract::Account) -> Option<TypedAccount> {
        let (autopilot, enabled) = (flip(&mut self.autopilot, form), flip(&mut self.enabled, form));
        let name = fill(&mut self.name, form, rules::name);
        let mut settings = Map::new();
        let mut credentials = stored.credentials.clone();
        let mut changed_secrets = Vec::new();
        let mut all_right = name.is_some();
        for spec in channel.fields() {
            let Some(field) = self.field_mut(spec.name) else { continue };
            if spec.kind == FieldKind::Secret {
                let typed = form.raw(spec.name).trim();
                if !typed.is_empty() {
                    credentials.replace(spec.name, typed.to_owned().into());
                    changed_secrets.push(spec.name);
                }
                if spec.required && credentials.first(spec.name).is_none() {
                    field.error = Some("This is needed. Copy it from the provider.".to_owned());
                    all_right = false;
                }
                continue;
            }
            match read_value(spec, field, form) {
                Some(value) => drop(settings.insert(spec.name.to_owned(), value)),
                None => all_right = false,
            }
        }
        let settings = Value::Object(settings);
        let account = contract::Account { settings: settings.clone(), credentials, ..stored.clone() };
        if all_right {
            for (name, why) in channel.check_settings(&account) {
                all_right = false;
                if let Some(field) = self.field_mut(name) {
                    field.error = Some(why);
                }
            }
        }
        let basics = ChannelBasics { name: name?, autopilot, enabled };
        all_right.then_some(TypedAccount { basics, settings, credentials: account.credentials, changed_secrets })
    }

    /// Whether something among what is folded away needs attention.
    pub fn unfold(&self) -> bool {
        self.advanced.iter().any(|field| field.error.is_some())
    }

    fn field_mut(&mut self, name: &str) -> Option<&mut Field> {
        self.fields.iter_mut().chain(&mut self.advanced).find(|field| field.name == name)
    }
}

fn field_of(spec: &FieldSpec, stored: &contract::Account) -> Field {
    let value = stored.settings.get(spec.name);
    let text = || value.and_then(Value::as_str).unwrap_or(spec.default).to_owned();
    let field = match spec.kind {
        FieldKind::Line => Field::text(spec.name, spec.label).value(text()),
        FieldKind::Url => {
            Field { control: crate::web::field::Control::Input("url"), ..Field::text(spec.name, spec.label) }
                .value(text())
        }
        FieldKind::Secret => {
            let field = Field::password(spec.name, spec.label, "off");
            match stored.credentials.first(spec.name) {
                Some(_) => field.note("One is set. Leave this empty to keep it.").optional(),
                None => field,
            }
        }
        FieldKind::Choice(choices) => {
            let choices = choices.iter().map(|(value, label)| Choice::new(*value, *label)).collect();
            Field::select(spec.name, spec.label, choices).value(text())
        }
        FieldKind::Toggle => {
            let on = value.and_then(Value::as_bool).unwrap_or(spec.default == "true");
            Field::toggle(spec.name, spec.label).on(on)
        }
        FieldKind::Lines => {
            let lines = value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
            Field::lines(spec.name, spec.label, 3).value(lines.collect::<Vec<_>>().join("\n"))
        }
    };
    let field = field.hint(spec.help);
    if spec.required { field } else { field.optional() }
}

fn read_value(spec: &FieldSpec, field: &mut Field, form: &Posted) -> Option<Value> {
    let within = |chars_max: usize| {
        move |typed: &str| match typed.trim().is_empty() && spec.required {
            true => rules::required(chars_max)(""),
            false => rules::optional(chars_max)(typed.trim()),
        }
    };
    match spec.kind {
        FieldKind::Toggle => Some(Value::Bool(flip(field, form))),
        FieldKind::Choice(_) => rules::pick(field, form).map(Value::String),
        FieldKind::Url => {
            let read = |typed: &str| match typed.trim() {
                "" => Ok(String::new()),
                text => rules::web_address(text).map(|address| address.unwrap_or_default()),
            };
            fill(field, form, read).map(Value::String)
        }
        FieldKind::Lines => {
            let text = fill(field, form, within(LIST_CHARS_MAX))?;
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            Some(lines.map(|line| Value::String(line.to_owned())).collect())
        }
        FieldKind::Line | FieldKind::Secret => fill(field, form, within(VALUE_CHARS_MAX)).map(Value::String),
    }
}
