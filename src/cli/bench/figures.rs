//! What was measured: as a table for people, as JSON for machines, and beside an earlier run.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::cli::{CliError, say};

/// Digits after the point.
const DIGITS: f64 = 1_000.0;
/// Digits a latency is kept with.
const LATENCY_DIGITS: u8 = 3;
/// Where figures of a former run stand beside the new ones.
const COMPARED: &str = "compared";

/// Named figures in the order they were noted.
#[derive(Clone, Debug, Default)]
pub(super) struct Figures(Vec<(String, Value)>);

impl Figures {
    pub(super) fn put(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// A number with few digits; what can not be computed is null.
    pub(super) fn number(&mut self, name: &str, value: f64) -> &mut Self {
        self.put(name, if value.is_finite() { Value::from((value * DIGITS).round() / DIGITS) } else { Value::Null })
    }

    /// Requests a second and how long they took, under names that begin with `prefix`.
    pub(super) fn load(&mut self, prefix: &str, tally: &Tally) -> &mut Self {
        self.number(&format!("{prefix}per_second"), tally.per_second());
        self.latency(prefix, &tally.latency)
    }

    /// How long something took.
    pub(super) fn latency(&mut self, prefix: &str, latency: &Latency) -> &mut Self {
        self.number(&format!("{prefix}p50_ms"), latency.ms(0.5))
            .number(&format!("{prefix}p99_ms"), latency.ms(0.99))
            .number(&format!("{prefix}max_ms"), latency.ms(1.0))
    }

    pub(super) fn append(&mut self, more: &Self) -> &mut Self {
        self.0.extend_from_slice(&more.0);
        self
    }

    /// Several sets of figures, one a size.
    pub(super) fn each(&mut self, name: &str, sets: &[Self]) -> Result<&mut Self, CliError> {
        let sets = sets.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>();
        Ok(self.put(name, sets.map_err(|why| CliError::Words(why.to_string()))?))
    }

    /// Answers the caller.
    pub(super) fn tell(mut self, json: bool, former: Option<&Path>) -> Result<(), CliError> {
        let broken = |why: serde_json::Error| CliError::Words(format!("the figures can not be written: {why}"));
        let now = serde_json::to_value(&self).map_err(broken)?;
        let ratios = former.map(|file| ratios(file, &now)).transpose()?;
        if json {
            if let Some(ratios) = ratios {
                self.put(COMPARED, serde_json::to_value(ratios).map_err(broken)?);
            }
            say(&serde_json::to_string(&self).map_err(broken)?);
        } else {
            say(&table(&self.0, &ratios.unwrap_or_default()));
        }
        Ok(())
    }
}

impl Serialize for Figures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// How long things took, in microseconds.
#[derive(Clone, Debug)]
pub(super) struct Latency(Histogram<u64>);

impl Latency {
    pub(super) fn new() -> Result<Self, CliError> {
        Histogram::new(LATENCY_DIGITS).map(Self).map_err(|why| CliError::Words(why.to_string()))
    }

    pub(super) fn record(&mut self, took: Duration) {
        self.0.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    pub(super) fn add(&mut self, other: &Self) -> Result<(), CliError> {
        self.0.add(&other.0).map_err(|why| CliError::Words(why.to_string()))
    }

    pub(super) fn count(&self) -> u64 {
        self.0.len()
    }

    /// A quantile in milliseconds; not a number if nothing was measured.
    pub(super) fn ms(&self, quantile: f64) -> f64 {
        if self.0.is_empty() { f64::NAN } else { self.0.value_at_quantile(quantile) as f64 / 1_000.0 }
    }
}

/// What a load has done.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) latency: Latency,
    pub(super) errors: u64,
    /// The first of them, in words.
    pub(super) first_error: Option<String>,
    pub(super) took: Duration,
}

impl Tally {
    pub(super) fn new() -> Result<Self, CliError> {
        Ok(Self { latency: Latency::new()?, errors: 0, first_error: None, took: Duration::ZERO })
    }

    pub(super) fn per_second(&self) -> f64 {
        self.latency.count() as f64 / self.took.as_secs_f64()
    }

    pub(super) fn add(&mut self, other: Self) -> Result<(), CliError> {
        self.errors += other.errors;
        self.first_error = self.first_error.take().or(other.first_error);
        self.took = self.took.max(other.took);
        self.latency.add(&other.latency)
    }
}

fn ratios(file: &Path, now: &Value) -> Result<BTreeMap<String, f64>, CliError> {
    let unusable = |why: String| CliError::Words(format!("--compare {}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|why| unusable(why.to_string()))?;
    let former: Value = serde_json::from_str(&text)
        .map_err(|why| unusable(format!("it must be what --json printed, and it can not be read: {why}")))?;
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    flatten("", &former, &mut old);
    flatten("", now, &mut new);
    let ratio = |(name, value): (String, f64)| {
        let before = old.get(&name).filter(|before| **before != 0.0)?;
        Some((name, (value / before * DIGITS).round() / DIGITS))
    };
    Ok(new.into_iter().filter_map(ratio).collect())
}

/// Numbers by their path.
fn flatten(path: &str, value: &Value, numbers: &mut BTreeMap<String, f64>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Number(number) => {
            numbers.extend(number.as_f64().map(|number| (path.to_owned(), number)));
        }
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(name, _)| *name != COMPARED) {
                flatten(&below(name), value, numbers);
            }
        }
        Value::Array(values) => {
            for (place, value) in values.iter().enumerate() {
                flatten(&below(&place.to_string()), value, numbers);
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// Two columns, and the ratio to a former run as a third.
fn table(figures: &[(String, Value)], ratios: &BTreeMap<String, f64>) -> String {
    let mut lines = Vec::new();
    for (name, value) in figures {
        let Value::Array(sets) = value else {
            lines.push((name.clone(), name.clone(), value));
            continue;
        };
        for (place, set) in sets.iter().enumerate() {
            let fields = set.as_object().into_iter().flatten();
            lines.extend(fields.map(|(field, value)| (format!("{name}.{place}.{field}"), format!("  {field}"), value)));
        }
    }
    let wide = lines.iter().map(|(_, label, _)| label.len()).max().unwrap_or_default();
    let rows = lines.into_iter().map(|(path, label, value)| {
        let shown = match value {
            Value::String(text) => text.clone(),
            Value::Null => "-".to_owned(),
            other => other.to_string(),
        };
        let ratio = ratios.get(&path).map(|ratio| format!("   {ratio} x")).unwrap_or_default();
        format!("{:<wide$}  {shown:>12}{ratio}", label.replace('_', " "))
    });
    rows.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_in_order_and_with_few_digits() {
        let mut figures = Figures::default();
        figures.number("per_second", 1234.56789).number("nothing", f64::NAN).put("stored", 7);
        assert_eq!(
            serde_json::to_string(&figures).expect("JSON"),
            r#"{"per_second":1234.568,"nothing":null,"stored":7}"#
        );
    }

    #[test]
    fn a_former_run_is_compared_figure_by_figure() {
        let file = std::env::temp_dir().join(format!("baton-figures-{}.json", std::process::id()));
        std::fs::write(&file, r#"{"per_second":100.0,"gone":1,"zero":0,"sizes":[{"p50_ms":2.0}]}"#).expect("a file");
        let now = serde_json::json!({"per_second": 150.0, "zero": 3, "new": 1, "sizes": [{"p50_ms": 1.0}]});
        let told = ratios(&file, &now).expect("ratios");
        std::fs::remove_file(&file).expect("removed");
        assert_eq!(told, BTreeMap::from([("per_second".into(), 1.5), ("sizes.0.p50_ms".into(), 0.5)]));
    }
}
