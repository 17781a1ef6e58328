//! Who changed what: the line beside every change, and the sentence for whoever comes second.
//!
//! Invariant: a line is written in the transaction of its change. It never holds a secret.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::store::audit::{self, Change};
use crate::store::{StoreError, Tx, agents};
use crate::web::page::Flash;
use crate::web::refusal::Refusal;
use crate::web::session::SignedIn;
use crate::web::site::Site;

/// Writes a change down. `action` is `noun.verb`, `subject` the thing that changed.
pub async fn record(
    site: &Site,
    tx: &Tx,
    who: &SignedIn,
    action: &str,
    subject: &str,
    detail: Value,
) -> Result<(), StoreError> {
    let change = Change {
        id: site.desk.clock.new_id(),
        at: site.desk.clock.now(),
        agent: Some(who.agent.id),
        action: action.to_owned(),
        subject: subject.to_owned(),
        detail,
    };
    audit::insert(&**tx, &change).await
}

/// What somebody is told who saves a page that changed after they opened it. Saving again is then a decision.
pub async fn overtaken(site: &Site, who: &SignedIn, subject: &str) -> Result<Flash, Refusal> {
    let db = site.desk.store.reader();
    let last = audit::last_of(db, subject).await?;
    let name = match last.as_ref().and_then(|change| change.agent) {
        Some(id) if id == who.agent.id => Some("You".to_owned()),
        Some(id) => agents::find(db, id).await?.map(|agent| agent.name),
        None => None,
    };
    let name = name.unwrap_or_else(|| "Somebody".to_owned());
    Ok(Flash::Problem(overtaken_words(&name, last.map(|change| change.at))))
}

fn overtaken_words(name: &str, at: Option<DateTime<Utc>>) -> String {
    let when = at.map(|at| at.format(" (%-d %b, %H:%M UTC)").to_string()).unwrap_or_default();
    format!(
        "{name} saved this page meanwhile{when}. What is here now is not saved yet: open the page in another tab to compare, \
         then save again to replace it."
    )
}

/// The version of something that says when it last changed, for a hidden field.
pub fn version(updated_at: DateTime<Utc>) -> String {
    updated_at.timestamp_micros().to_string()
}

/// The moment a version stands for.
pub fn seen(version: &str) -> Result<DateTime<Utc>, Refusal> {
    let moment = version.parse().ok().and_then(DateTime::from_timestamp_micros);
    moment.ok_or_else(|| Refusal::BadForm("The form lacks its version. Reload the page and send it again.".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::now;

    #[test]
    fn whoever_comes_second_learns_who_came_first() {
        let words = overtaken_words("Ines", Some(now()));
        assert!(words.starts_with("Ines saved this page meanwhile (22 Nov, 10:05 UTC)."), "{words}");
    }

    #[test]
    fn a_version_is_a_moment_to_the_microsecond() {
        let at = now() + chrono::TimeDelta::microseconds(123_457);
        assert_eq!(seen(&version(at)).expect("a moment"), at);
        for wrong in ["", "now", "99999999999999999999", "1.5"] {
            assert!(seen(wrong).is_err(), "{wrong}");
        }
    }
}
