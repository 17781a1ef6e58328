//! Settings: the language model, what it may cost, and what it may call.

use std::collections::BTreeMap;

use askama::Template;

use crate::ai::llm::actions::{Action, openapi};
use crate::ai::llm::settings::{LanguageModel, Prices, Provider};
use crate::handoff::ChannelId;
use crate::web::field::{Choice, Field};
use crate::web::icon::Icon;
use crate::web::moment::Moment;
use crate::web::page::Layout;
use crate::web::settings::knowledge::LANGUAGES;
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{self, Verdict, fill, flip, pick};
use crate::web::settings::shell::Section;

/// Name the provider's key is kept under.
pub const MODEL_KEY: &str = "model.key";
/// What the names of the actions' secrets begin with.
pub const ACTION_SECRETS: &str = "action.";
/// Longest instructions.
const INSTRUCTIONS_CHARS_MAX: usize = 8_000;
/// Longest key or secret.
pub const SECRET_CHARS_MAX: usize = 4_000;
/// What a deadline's field is called before its channel's id.
const DEADLINE: &str = "deadline:";

/// Where the provider's key comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// There is none.
    None,
    /// It was saved here.
    Saved(Moment),
    /// The environment gives it, whatever is saved here.
    Environment,
}

/// How long the AI may take on one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelDeadline {
    /// The channel.
    pub id: ChannelId,
    /// What the team calls it.
    pub name: String,
    /// What was typed; empty is the one for all.
    pub value: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// A secret the actions need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretLine {
    /// The name of its security scheme.
    pub name: String,
    /// When it was set, if it was.
    pub set: Option<Moment>,
    /// What is wrong with what was typed.
    pub error: Option<String>,
}

/// `/settings/ai`. The form sends `csrf`, `version` and the fields by their names to `POST /settings/ai`; "Test connection" asks
/// what is saved, by `POST /settings/ai/trial`; each secret is set and removed by `POST /settings/ai/secrets` with `name`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/model.html")]
pub struct ModelPage {
    /// The document.
    pub layout: Layout,
    /// The form.
    pub form: ModelForm,
    /// Where the key comes from.
    pub key: KeyState,
    /// Whether there is anything saved to test.
    pub testable: bool,
    /// The secrets the saved actions need.
    pub secrets: Vec<SecretLine>,
    /// The saved actions, in words.
    pub actions: Vec<ActionLine>,
}

/// An action that is offered to the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionLine {
    /// Its name.
    pub name: String,
    /// What it does.
    pub summary: String,
    /// Whether the customer is asked first.
    pub confirmed: bool,
}

impl ActionLine {
    /// How an action is shown.
    pub fn of(action: &Action) -> Self {
        Self { name: action.name.clone(), summary: action.summary.clone(), confirmed: action.changes }
    }
}

impl ModelPage {
    const SECTION: Section = Section::Ai;
}

/// The model's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelForm {
    /// The version that is being edited.
    pub version: String,
    /// The longest wait the server allows, in seconds.
    pub seconds_max: u32,
    /// Whether the model is asked.
    pub enabled: Field,
    /// Its protocol.
    pub provider: Field,
    /// Its address.
    pub base_url: Field,
    /// Its name.
    pub model: Field,
    /// The provider's key; empty leaves it as it is.
    pub key: Field,
    /// Whether the saved key is forgotten.
    pub forget_key: Field,
    /// Tone and rules.
    pub instructions: Field,
    /// Longest wait.
    pub deadline_s: Field,
    /// The same for single channels.
    pub channels: Vec<ChannelDeadline>,
    /// Longest reply.
    pub reply_tokens_max: Field,
    /// Tokens of a conversation.
    pub conversation_tokens_max: Field,
    /// The language of summaries.
    pub summaries_in: Field,
    /// What money is called.
    pub currency: Field,
    /// Price of a million tokens sent.
    pub input_price: Field,
    /// Price of a million tokens received.
    pub output_price: Field,
    /// The OpenAPI document.
    pub actions: Field,
    /// Whether actions may go to private addresses.
    pub private_addresses: Field,
}

impl ModelForm {
    /// The form with what is stored. `channels` are there to have deadlines of their own.
    pub fn of(version: String, stored: &LanguageModel, channels: &[(ChannelId, String)], seconds_max: u32) -> Self {
        let providers = Provider::ALL.map(|provider| Choice::new(provider.as_str(), provider.label()));
        let whole = |name, label, value: String| Field::text(name, label).autocomplete("off").value(value);
        let deadlines = channels.iter().map(|(id, name)| ChannelDeadline {
            id: *id,
            name: name.clone(),
            value: stored.channel_deadlines_s.get(id).map(u32::to_string).unwrap_or_default(),
            error: None,
        });
        Self {
            version,
            seconds_max,
            enabled: Field::toggle("enabled", "Answer with a language model")
                .hint("Off, or whenever the model fails: the built-in assistant answers from the articles.")
                .on(stored.enabled),
            provider: Field::select("provider", "Provider", providers.into()).value(stored.provider.as_str()),
            base_url: whole("base_url", "Base URL", stored.base_url.clone())
                .optional()
                .hint("Empty: the provider\u{2019}s own. For Ollama http://localhost:11434/v1, for Azure https://NAME.openai.azure.com/openai/v1."),
            model: whole("model", "Model", stored.model.clone()).hint("As the provider calls it; on Azure, the deployment."),
            key: Field::password("key", "API key", "off").optional().hint("Saved encrypted and never shown again. Empty: it stays as it is."),
            forget_key: Field::toggle("forget_key", "Forget the saved key"),
            instructions: Field::lines("instructions", "Instructions", 6)
                .optional()
                .hint("Tone and rules for every reply. No secrets: what a model knows, it may tell. Words customers shall be told go into quotation marks.")
                .value(stored.instructions.clone()),
            deadline_s: whole("deadline_s", "Longest wait for an answer", stored.deadline_s.to_string())
                .hint("In seconds. Shortly before, the built-in assistant answers instead."),
            channels: deadlines.collect(),
            reply_tokens_max: whole("reply_tokens_max", "Longest reply", stored.reply_tokens_max.to_string())
                .hint("In tokens, thinking included."),
            conversation_tokens_max: whole("conversation_tokens_max", "Budget of a conversation", stored.conversation_tokens_max.to_string())
                .hint("In tokens; 0 is no limit. Then the built-in assistant goes on."),
            summaries_in: Field::select("summaries_in", "Summaries in", LANGUAGES.map(|(tag, name)| Choice::new(tag, name)).into())
                .hint("What the customer wants and what was tried, for the people who go on.")
                .value(stored.summaries_in.clone()),
            currency: whole("currency", "Currency", stored.prices.currency.clone()).optional().hint("For example EUR. Empty: costs are not shown."),
            input_price: whole("input_price", "Price of a million tokens sent", price_words(stored.prices.input_micros)).optional(),
            output_price: whole("output_price", "Price of a million tokens received", price_words(stored.prices.output_micros)).optional(),
            actions: Field::lines("actions", "Actions", 10)
                .optional()
                .hint("An OpenAPI 3 document in JSON: the calls the AI may make, such as looking up an order. What changes something is done only after the customer said yes.")
                .value(stored.actions.clone()),
            private_addresses: Field::toggle("private_addresses", "Actions may call private addresses")
                .hint("For systems in your own network. Off: public addresses only.")
                .on(stored.private_addresses),
        }
    }

    /// Takes in what was sent; what to store, if every field is right, and the new key, if one was typed.
    pub fn read(&mut self, form: &Posted) -> Option<(LanguageModel, Option<String>)> {
        let seconds_max = self.seconds_max;
        let enabled = flip(&mut self.enabled, form);
        let provider = pick(&mut self.provider, form);
        let base_url = fill(&mut self.base_url, form, address);
        let model = fill(&mut self.model, form, |typed| match enabled {
            true => rules::required(200)(typed),
            false => rules::optional(200)(typed),
        });
        let key = fill(&mut self.key, form, secret);
        flip(&mut self.forget_key, form);
        let instructions = fill(&mut self.instructions, form, rules::optional(INSTRUCTIONS_CHARS_MAX));
        let deadline_s = fill(&mut self.deadline_s, form, |typed| seconds(typed, seconds_max));
        let channel_deadlines_s = self.read_deadlines(form);
        let reply_tokens_max = fill(&mut self.reply_tokens_max, form, |typed| whole(typed, 64, 100_000));
        let budget = fill(&mut self.conversation_tokens_max, form, |typed| whole(typed, 0, 1_000_000_000));
        let summaries_in = pick(&mut self.summaries_in, form);
        let currency = fill(&mut self.currency, form, rules::optional(8));
        let input = fill(&mut self.input_price, form, price);
        let output = fill(&mut self.output_price, form, price);
        let actions = fill(&mut self.actions, form, |typed| openapi::actions(typed).map(|_| typed.to_owned()));
        let private_addresses = flip(&mut self.private_addresses, form);
        let settings = LanguageModel {
            enabled,
            provider: Provider::ALL.into_iter().find(|known| Some(known.as_str()) == provider.as_deref())?,
            base_url: base_url?,
            model: model?,
            instructions: instructions?,
            deadline_s: deadline_s?,
            channel_deadlines_s: channel_deadlines_s?,
            reply_tokens_max: u32::try_from(reply_tokens_max?).unwrap_or(u32::MAX),
            conversation_tokens_max: budget?,
            prices: Prices { currency: currency?, input_micros: input?, output_micros: output? },
            summaries_in: summaries_in?,
            actions: actions?,
            private_addresses,
        };
        Some((settings, key?))
    }

    fn read_deadlines(&mut self, form: &Posted) -> Option<BTreeMap<ChannelId, u32>> {
        let seconds_max = self.seconds_max;
        let mut deadlines = BTreeMap::new();
        for channel in &mut self.channels {
            channel.value = form.line(&format!("{DEADLINE}{}", channel.id));
            match (channel.value.is_empty(), seconds(&channel.value, seconds_max)) {
                (true, _) => {}
                (false, Ok(seconds)) => {
                    deadlines.insert(channel.id, seconds);
                }
                (false, Err(why)) => channel.error = Some(why),
            }
        }
        self.channels.iter().all(|channel| channel.error.is_none()).then_some(deadlines)
    }
}

/// A key or a secret, or nothing.
pub fn secret(typed: &str) -> Verdict<Option<String>> {
    let typed = typed.trim();
    match typed.chars().count() {
        0 => Ok(None),
        count if count > SECRET_CHARS_MAX => Err(format!("This has {count} characters; no key is that long.")),
        _ if typed.chars().any(|c| c.is_control() || !c.is_ascii()) => {
            Err("This has characters no key has. Copy it again, without line breaks.".to_owned())
        }
        _ => Ok(Some(typed.to_owned())),
    }
}

/// The address of an API, or nothing.
fn address(typed: &str) -> Verdict<String> {
    let advice = || "This is not an address. Write it whole, such as http://localhost:11434/v1.".to_owned();
    match rules::web_address(typed).map_err(|_| advice())? {
        Some(url) if url.contains('@') || url.contains('#') => {
            Err("Leave out names, passwords and marks: only the address of the API. The key has a field of its own."
                .to_owned())
        }
        Some(url) => Ok(url.trim_end_matches('/').to_owned()),
        None => Ok(String::new()),
    }
}

fn seconds(typed: &str, seconds_max: u32) -> Verdict<u32> {
    let seconds = whole(typed, 1, seconds_max.into())
        .map_err(|why| format!("{why} The most is set by turn_deadline_ms, where the server is started."))?;
    Ok(u32::try_from(seconds).unwrap_or(u32::MAX))
}

fn whole(typed: &str, min: u64, max: u64) -> Verdict<u64> {
    match typed.parse() {
        Ok(number) if (min..=max).contains(&number) => Ok(number),
        _ => Err(format!("Write a whole number from {min} to {max}.")),
    }
}

/// A price with at most six digits after the point, in millionths.
fn price(typed: &str) -> Verdict<u64> {
    let advice = || "This is not a price. Write it as 2.50.".to_owned();
    if typed.is_empty() {
        return Ok(0);
    }
    let typed = typed.replace(',', ".");
    let (whole, part) = typed.split_once('.').unwrap_or((&typed, ""));
    if part.len() > 6 || whole.len() > 9 || !whole.chars().chain(part.chars()).all(|c| c.is_ascii_digit()) {
        return Err(advice());
    }
    let digits = format!("{whole}{part:0<6}");
    digits.parse().map_err(|_| advice())
}

/// A price as it is typed.
fn price_words(micros: u64) -> String {
    if micros == 0 {
        return String::new();
    }
    let words = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    let short = words.trim_end_matches('0');
    let digits = short.len() - short.find('.').map_or(0, |at| at + 1);
    format!("{short}{}", "0".repeat(2_usize.saturating_sub(digits)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ModelForm {
        let channel = (ChannelId(uuid::Uuid::from_u128(7)), "Shop chat".to_owned());
        ModelForm::of("1".into(), &LanguageModel::default(), &[channel], 20)
    }

    fn sent(more: &str) -> Posted {
        let common = "provider=open_ai&deadline_s=15&reply_tokens_max=900&conversation_tokens_max=0&summaries_in=de";
        Posted::parse(format!("{common}&{more}").as_bytes())
    }

    #[test]
    fn what_is_stored_comes_back_as_it_was() {
        let id = uuid::Uuid::from_u128(7);
        let typed =
            format!("enabled=on&model=gpt&key=sk-1&input_price=2.5&output_price=10&currency=EUR&deadline:{id}=6");
        let (stored, key) = form().read(&sent(&typed)).expect("every field is right");
        assert_eq!(key.as_deref(), Some("sk-1"));
        assert_eq!((stored.prices.input_micros, stored.prices.output_micros), (2_500_000, 10_000_000));
        assert_eq!((stored.deadline_of(ChannelId(id)), stored.deadline_s), (6, 15));
        assert_eq!(stored.summaries_in, "de");
        let again = ModelForm::of("2".into(), &stored, &[(ChannelId(id), "Shop chat".into())], 20);
        assert_eq!((again.input_price.value.as_str(), again.output_price.value.as_str()), ("2.50", "10.00"));
        assert_eq!((again.channels[0].value.as_str(), again.key.value.as_str()), ("6", ""));
    }

    #[test]
    fn every_wrong_field_says_so_and_keeps_what_was_typed() {
        for (typed, wrong) in [
            ("enabled=on&model=", "model"),
            ("base_url=localhost:11434", "base_url"),
            ("base_url=https://me:secret@api.example", "base_url"),
            ("input_price=cheap", "input_price"),
            ("output_price=1.2345678", "output_price"),
            ("actions=openapi: 3", "actions"),
            ("key=a%0Ab", "key"),
        ] {
            let mut form = form();
            assert!(form.read(&sent(typed)).is_none(), "{typed}");
            let fields = [&form.model, &form.base_url, &form.input_price, &form.output_price, &form.actions, &form.key];
            let told: Vec<_> = fields.iter().filter(|field| field.error.is_some()).map(|field| field.name).collect();
            assert_eq!(told, [wrong], "{typed}");
            assert_eq!(form.key.value, "", "a key is never sent back");
        }
        let mut form = form();
        let typed = format!("deadline:{}=99", uuid::Uuid::from_u128(7));
        assert!(form.read(&sent(&typed)).is_none());
        assert_eq!(form.channels[0].value, "99");
        assert!(form.channels[0].error.as_deref().is_some_and(|why| why.contains("turn_deadline_ms")));
    }
}
