//! What the language model was paid for a conversation, in words.

use crate::ai::llm::LanguageModel;
use crate::store::conversations::Record;
use crate::store::{model_usage, settings};
use crate::web::inbox::contact::ModelCost;
use crate::web::refusal::Refusal;
use crate::web::site::Site;

/// What the language model was paid for the conversation.
pub(super) async fn model_cost(site: &Site, record: &Record) -> Result<Option<ModelCost>, Refusal> {
    let db = site.desk.store.reader();
    let used = model_usage::of(db, record.core.id).await?;
    if used.requests == 0 {
        return Ok(None);
    }
    let model = settings::load::<LanguageModel>(db).await?.value;
    let total = used.input_tokens.saturating_add(used.output_tokens);
    let requests = if used.requests == 1 { "1 request".to_owned() } else { format!("{} requests", used.requests) };
    let currency = &model.prices.currency;
    Ok(Some(ModelCost {
        tokens: format!("{} tokens in {requests}", grouped(total)),
        money: (!currency.is_empty()).then(|| money(used.cost_micros, currency)),
        is_spent: model.conversation_tokens_max > 0 && total >= model.conversation_tokens_max,
    }))
}

/// A number in groups of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let lead = digits.len() % 3;
    let mut groups: Vec<&str> = Vec::new();
    groups.extend(digits.get(..lead).filter(|lead| !lead.is_empty()));
    groups.extend((lead..digits.len()).step_by(3).filter_map(|at| digits.get(at..at + 3)));
    groups.join("\u{202f}")
}

/// Money to the hundredth, and to the ten-thousandth where that would be nothing.
fn money(micros: u64, currency: &str) -> String {
    match micros {
        0..10_000 => format!("{currency} 0.{:04}", micros.div_ceil(100)),
        _ => format!("{currency} {}.{:02}", micros / 1_000_000, micros % 1_000_000 / 10_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_money_are_readable() {
        assert_eq!(
            (grouped(0), grouped(999), grouped(1_234_567)),
            ("0".into(), "999".into(), "1\u{202f}234\u{202f}567".into())
        );
        let shown = [0, 1, 4_000, 10_000, 1_239_999, 12_000_000].map(|micros| money(micros, "EUR"));
        assert_eq!(shown, ["EUR 0.0000", "EUR 0.0001", "EUR 0.0040", "EUR 0.01", "EUR 1.23", "EUR 12.00"]);
    }
}
