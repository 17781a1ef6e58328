//! Settings: data and privacy. How long conversations are kept, and what a customer may ask for.

use askama::Template;

use crate::desk::erase::Retention;
use crate::handoff::ChannelId;
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::one_form::whole;
use crate::web::settings::posted::Posted;
use crate::web::settings::shell::Section;

/// Ten years.
const DAYS_MAX: u32 = 3_650;

/// `/settings/privacy`. Sends `csrf`, `version`, `days` and `days-{channel}` to `POST /settings/privacy`; `contact` to itself, to
/// look somebody up; and `csrf` and `contact` to `POST /settings/privacy/export` and `/settings/privacy/erasure`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/privacy.html")]
pub struct PrivacyPage {
    /// The document.
    pub layout: Layout,
    /// The version that is being edited.
    pub version: i64,
    /// For how long everything is kept, and the channels that have their own time.
    pub days: Vec<DaysRow>,
    /// Whom the reader looks for.
    pub wanted: String,
    /// Who was found; absent where nobody was looked for.
    pub found: Option<Vec<Found>>,
}

impl PrivacyPage {
    const SECTION: Section = Section::Privacy;
}

/// How long one channel's conversations are kept, as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaysRow {
    /// The channel; `None` is all that have no time of their own.
    pub channel: Option<ChannelId>,
    /// The form key.
    pub key: String,
    /// What it is about.
    pub label: String,
    /// What was typed.
    pub value: String,
    /// What is wrong.
    pub error: Option<String>,
}

/// Somebody who was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Their id.
    pub id: String,
    /// Their name, or what else they are known by.
    pub name: String,
    /// How many conversations they had, "at most 1000" where they are more.
    pub conversations: usize,
}

/// The rows with what is stored.
pub fn rows(stored: &Retention, channels: &[(ChannelId, String)]) -> Vec<DaysRow> {
    let words = |days: Option<u32>| days.map(|days| days.to_string()).unwrap_or_default();
    let everything = DaysRow {
        channel: None,
        key: "days".into(),
        label: "Every channel".into(),
        value: words(stored.days),
        error: None,
    };
    let own = channels.iter().map(|(id, name)| DaysRow {
        channel: Some(*id),
        key: format!("days-{id}"),
        label: format!("Channel {name}"),
        value: words(stored.channels.get(id).copied()),
        error: None,
    });
    std::iter::once(everything).chain(own).collect()
}

/// Takes in what was sent; what to store, if every row is right.
pub fn read(rows: &mut [DaysRow], form: &Posted) -> Option<Retention> {
    let mut wanted = Some(Retention::default());
    for row in rows {
        row.value = form.line(&row.key);
        match whole(1, DAYS_MAX)(&row.value) {
            Ok(days) => {
                if let Some(retention) = &mut wanted {
                    match (row.channel, days) {
                        (None, days) => retention.days = days,
                        (Some(channel), Some(days)) => drop(retention.channels.insert(channel, days)),
                        (Some(_), None) => {}
                    }
                }
            }
            Err(why) => {
                row.error = Some(why);
                wanted = None;
            }
        }
    }
    wanted
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn each_channel_may_have_a_time_of_its_own() {
        let shop = ChannelId(Uuid::from_u128(1));
        let channels = [(shop, "Shop".to_owned())];
        let mut typed = rows(&Retention::default(), &channels);
        let sent = format!("days=365&days-{shop}=30");
        let stored = read(&mut typed, &Posted::parse(sent.as_bytes())).expect("every row is right");
        assert_eq!(stored, Retention { days: Some(365), channels: [(shop, 30)].into() });
        assert_eq!(rows(&stored, &channels)[1].value, "30");
        let wrong = format!("days=&days-{shop}=a+month");
        assert_eq!(read(&mut typed, &Posted::parse(wrong.as_bytes())), None);
        assert!(typed[1].error.is_some() && typed[1].value == "a month" && typed[0].error.is_none());
    }
}
