//! The panel about the customer: who they are, where they write from, and who was found to be the same person.

use crate::handoff::ContactId;
use crate::store::contacts::{self, Contact};
use crate::store::{StoreError, contact_links, inbox};
use crate::web::frame::initials;
use crate::web::inbox::channel::ChannelKind;
use crate::web::inbox::contact::{ContactPanel, Identity, Merged, PastConversation};
use crate::web::inbox::merge;
use crate::web::moment::Moment;
use crate::web::refusal::Refusal;
use crate::web::session::SignedIn;
use crate::web::site::Site;

use super::cost::model_cost;
use super::rows::channel_kind;
use super::thread::Opened;

/// Past conversations shown beside the open one.
const PAST_MAX: u64 = 8;

/// A customer as whoever stands for them is known, completed by what is known of themselves.
pub(super) async fn known_as(site: &Site, id: ContactId, group: &[ContactId]) -> Result<Option<Contact>, StoreError> {
    let db = site.desk.store.reader();
    let own = contacts::find(db, id).await?;
    let Some(root) = group.first().filter(|root| **root != id) else { return Ok(own) };
    let (Some(root), Some(own)) = (contacts::find(db, *root).await?, own) else { return Ok(None) };
    Ok(Some(Contact {
        name: root.name.or(own.name),
        email: root.email.or(own.email),
        phone: root.phone.or(own.phone),
        custom_data: if root.custom_data.is_null() { own.custom_data } else { root.custom_data },
        ..own
    }))
}

/// What to call a customer.
pub fn name_of(contact: &Contact) -> Option<String> {
    contact.name.clone().or_else(|| contact.email.clone()).or_else(|| contact.phone.clone())
}

/// The panel about the customer.
pub async fn contact_panel(site: &Site, who: &SignedIn, opened: &Opened) -> Result<ContactPanel, Refusal> {
    let (db, now) = (site.desk.store.reader(), site.desk.clock.now());
    let record = &opened.record;
    let past = inbox::of_contact(db, &opened.group, None, PAST_MAX + 1).await?;
    let past = past.into_iter().filter(|other| other.number != record.number).map(|other| PastConversation {
        number: other.number.0,
        channel: channel_kind(&other.channel_kind),
        line: other.title.or(other.last_text).unwrap_or_default(),
        at: Moment::ago(other.last_at, now),
        closed: other.core.is_resolved(),
    });
    let name = opened.contact.as_ref().and_then(|contact| contact.name.clone());
    let custom = opened.contact.as_ref().map(|contact| facts(&contact.custom_data)).unwrap_or_default();
    Ok(ContactPanel {
        number: record.number.0,
        csrf: who.session.csrf.clone(),
        initials: name.as_deref().map(initials).unwrap_or_else(|| "?".into()),
        name,
        email: opened.contact.as_ref().and_then(|contact| contact.email.clone()),
        phone: opened.contact.as_ref().and_then(|contact| contact.phone.clone()),
        identities: identities(site, &opened.group).await?,
        merged: merged(site, opened).await?,
        perhaps: perhaps(site, opened).await?,
        custom: custom.into_iter().chain(facts(&record.attributes)).collect(),
        past: past.collect(),
        model: model_cost(site, record).await?,
    })
}

/// Where customers write from, as far as people can read it.
pub async fn identities(site: &Site, group: &[ContactId]) -> Result<Vec<Identity>, Refusal> {
    let all = contacts::identities(site.desk.store.reader(), group).await?;
    let shown = all.into_iter().filter_map(|identity| {
        let channel = match identity.kind.as_str() {
            "email" => ChannelKind::Email,
            "phone" => ChannelKind::Sms,
            "whatsapp" => ChannelKind::WhatsApp,
            "slack" => ChannelKind::Slack,
            _ => return None,
        };
        Some(Identity { channel, value: identity.value, verified: identity.verified })
    });
    Ok(shown.collect())
}

async fn merged(site: &Site, opened: &Opened) -> Result<Vec<Merged>, Refusal> {
    if opened.group.len() < 2 {
        return Ok(Vec::new());
    }
    let db = site.desk.store.reader();
    let mut merged = Vec::new();
    for link in contact_links::among(db, &opened.group).await? {
        let contact = contacts::find(db, link.contact).await?;
        let why = match link.by {
            Some(agent) => format!("by {}", opened.people.name(agent)),
            None => link.why,
        };
        let name = contact.as_ref().and_then(name_of).unwrap_or_else(|| "Unknown visitor".into());
        merged.push(Merged { link: link.id.to_string(), name, why });
    }
    Ok(merged)
}

/// Whose proven address the customer claims to have, where that is somebody else's.
async fn perhaps(site: &Site, opened: &Opened) -> Result<Option<(String, String)>, Refusal> {
    let db = site.desk.store.reader();
    let Some(email) = opened.contact.as_ref().and_then(|contact| contact.email.as_ref()) else { return Ok(None) };
    let Some(other) = contacts::by_identity(db, "email", &email.to_lowercase()).await? else { return Ok(None) };
    if opened.group.contains(&other.id) {
        return Ok(None);
    }
    let name = name_of(&other).unwrap_or_else(|| email.clone());
    Ok(Some((name, merge::preview_address(opened.record.number.0, other.id))))
}

/// A flat JSON object as names and words.
fn facts(value: &serde_json::Value) -> Vec<(String, String)> {
    let Some(object) = value.as_object() else { return Vec::new() };
    let words = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    object.iter().filter(|(name, _)| *name != "external_id").map(|(name, value)| (name.clone(), words(value))).collect()
}
