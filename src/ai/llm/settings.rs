//! What an admin decides about the language model.
//!
//! May not hold a secret: keys are kept apart and are handed over with the [`super::Setup`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::handoff::ChannelId;

/// Which protocol the server speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Chat completions, as OpenAI, Azure, Ollama, vLLM and most gateways have them.
    #[default]
    OpenAi,
    /// Messages, as Anthropic has them.
    Anthropic,
}

impl Provider {
    /// Every provider.
    pub const ALL: [Self; 2] = [Self::OpenAi, Self::Anthropic];

    /// As stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OpenAi => "open_ai",
            Self::Anthropic => "anthropic",
        }
    }

    /// As read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::OpenAi => "OpenAI or compatible (Azure, Ollama, vLLM, a gateway)",
            Self::Anthropic => "Anthropic",
        }
    }

    /// Where its maker serves it.
    pub const fn standard_url(self) -> &'static str {
        match self {
            Self::OpenAi => "https://api.openai.com/v1",
            Self::Anthropic => "https://api.anthropic.com/v1",
        }
    }
}

/// The language model and what it may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LanguageModel {
    /// Whether it is asked at all. Off: the built-in assistant answers.
    pub enabled: bool,
    /// Its protocol.
    pub provider: Provider,
    /// Address of the API; empty is the provider's own.
    pub base_url: String,
    /// Name of the model.
    pub model: String,
    /// Tone and rules, in the admin's words.
    pub instructions: String,
    /// Longest wait for an answer, in seconds.
    pub deadline_s: u32,
    /// The same for single channels.
    pub channel_deadlines_s: BTreeMap<ChannelId, u32>,
    /// Longest reply, in tokens.
    pub reply_tokens_max: u32,
    /// Tokens a conversation may use before the built-in assistant goes on; 0 is no limit.
    pub conversation_tokens_max: u64,
    /// What tokens cost.
    pub prices: Prices,
    /// The language people at the desk read summaries in (BCP-47).
    pub summaries_in: String,
    /// What it may call: an OpenAPI document in JSON, or nothing.
    pub actions: String,
    /// Whether actions may call private addresses.
    pub private_addresses: bool,
}

impl Default for LanguageModel {
    fn default() -> Self {
        Self {
            enabled: false,
            provider: Provider::OpenAi,
            base_url: String::new(),
            model: String::new(),
            instructions: String::new(),
            deadline_s: 20,
            channel_deadlines_s: BTreeMap::new(),
            reply_tokens_max: 1_024,
            conversation_tokens_max: 200_000,
            prices: Prices::default(),
            summaries_in: "en".to_owned(),
            actions: String::new(),
            private_addresses: false,
        }
    }
}

impl LanguageModel {
    /// Where it is.
    pub fn url(&self) -> &str {
        match self.base_url.trim() {
            "" => self.provider.standard_url(),
            url => url,
        }
    }

    /// Longest wait for an answer on a channel, in seconds.
    pub fn deadline_of(&self, channel: ChannelId) -> u32 {
        self.channel_deadlines_s.get(&channel).copied().unwrap_or(self.deadline_s)
    }
}

/// What a million tokens cost, in millionths of a currency's unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prices {
    /// The currency, as it is shown.
    pub currency: String,
    /// Of what is sent.
    pub input_micros: u64,
    /// Of what comes back.
    pub output_micros: u64,
}

/// Tokens used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Sent.
    pub input: u64,
    /// Received.
    pub output: u64,
}

impl Usage {
    /// The same, estimated by four bytes a token where the server did not tell, or was cut off.
    pub fn or_estimated(self, sent_bytes: u64, received_bytes: u64) -> Self {
        Self {
            input: if self.input > 0 { self.input } else { sent_bytes / 4 },
            output: self.output.max(if self.output > 1 { 0 } else { received_bytes / 4 }),
        }
    }

    /// Both together.
    pub fn total(self) -> u64 {
        self.input.saturating_add(self.output)
    }
}

impl Prices {
    /// What tokens cost, in millionths of the currency's unit.
    pub fn cost_micros(&self, usage: Usage) -> u64 {
        let of = |tokens: u64, price: u64| u128::from(tokens) * u128::from(price);
        let cost = (of(usage.input, self.input_micros) + of(usage.output, self.output_micros)).div_ceil(1_000_000);
        u64::try_from(cost).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_cost_what_the_price_list_says() {
        let prices = Prices { currency: "EUR".into(), input_micros: 2_500_000, output_micros: 10_000_000 };
        assert_eq!(prices.cost_micros(Usage { input: 1_000_000, output: 0 }), 2_500_000);
        assert_eq!(prices.cost_micros(Usage { input: 1_000, output: 200 }), 4_500);
        assert_eq!(prices.cost_micros(Usage { input: u64::MAX, output: u64::MAX }), u64::MAX);
        assert_eq!(Prices::default().cost_micros(Usage { input: 9, output: 9 }), 0);
    }

    #[test]
    fn a_channel_may_have_a_deadline_of_its_own() {
        let phone = ChannelId(uuid::Uuid::from_u128(1));
        let mut settings = LanguageModel::default();
        settings.channel_deadlines_s.insert(phone, 6);
        let stored = serde_json::to_value(&settings).expect("JSON");
        let read: LanguageModel = serde_json::from_value(stored).expect("settings");
        assert_eq!((read.deadline_of(phone), read.deadline_of(ChannelId(uuid::Uuid::nil()))), (6, 20));
        assert_eq!(read.url(), "https://api.openai.com/v1");
    }
}
