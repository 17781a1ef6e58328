//! `/inbox/conversations/{number}/merge`: two customers who are one person, found, compared, merged, and parted again.
//!
//! Sends `csrf`, `with` (the other customer) and `lead` (`this` or `other`: who stands for both).

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use uuid::Uuid;

use crate::desk::DeskError;
use crate::handoff::ContactId;
use crate::store::{contact_links, contacts, inbox, search};
use crate::web::flash;
use crate::web::frame::frame;
use crate::web::icon::Icon;
use crate::web::moment::Moment;
use crate::web::page::{Flash, Layout};
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::site::Site;

use super::contact::Identity;
use super::present::{self, Opened};

/// Customers a search offers.
const FOUND_MAX: u64 = 20;
/// Conversations that are counted.
const COUNTED_MAX: u64 = 100;

/// A customer, as far as it takes to tell whether they are another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// What to call them.
    pub name: String,
    /// The email address they gave.
    pub email: Option<String>,
    /// The phone number they gave.
    pub phone: Option<String>,
    /// Where they write from.
    pub identities: Vec<Identity>,
    /// How many conversations there are.
    pub conversations: usize,
    /// What the last one was about.
    pub last: Option<(String, Moment)>,
    /// Where both can be looked at.
    pub url: String,
}

/// The page.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "inbox/merge.html")]
pub struct MergePage {
    /// The document.
    pub layout: Layout,
    /// The conversation's number.
    pub number: i64,
    /// Its customer.
    pub this: Person,
    /// What was looked for.
    pub query: String,
    /// Who was found; `None` where nothing was looked for.
    pub found: Option<Vec<Person>>,
    /// The other one, once chosen, and their id.
    pub other: Option<(Person, String)>,
    /// What should make one think twice.
    pub warnings: Vec<String>,
}

impl MergePage {
    /// The two customers, by the form's words for them.
    fn pair(&self) -> Vec<(&Person, &'static str)> {
        let other = self.other.as_ref().map(|(other, _)| (other, "other"));
        std::iter::once((&self.this, "this")).chain(other).collect()
    }
}

/// What is looked for, or who was chosen.
#[derive(Debug, Deserialize)]
pub struct Query {
    #[serde(default)]
    q: String,
    with: Option<ContactId>,
}

/// Who is merged.
#[derive(Debug, Deserialize)]
pub struct Form {
    #[serde(default)]
    csrf: String,
    with: ContactId,
    #[serde(default)]
    lead: String,
}

/// What undoing sends.
#[derive(Debug, Deserialize)]
pub struct Undo {
    #[serde(default)]
    csrf: String,
}

/// Where two customers can be compared.
pub fn preview_address(number: i64, other: ContactId) -> String {
    format!("/inbox/conversations/{number}/merge?with={other}")
}

/// `GET /inbox/conversations/{number}/merge`.
pub async fn show(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    query: web::Query<Query>,
) -> Result<HttpResponse, Refusal> {
    let opened = Opened::load(&site, &who, *number).await?;
    let this = person(&site, *number, &opened.group).await?.ok_or(Refusal::NotFound("contact"))?;
    let wanted = query.q.trim();
    let found = match (wanted, query.with) {
        ("", _) | (_, Some(_)) => None,
        (wanted, None) => Some(look_up(&site, *number, wanted, &opened.group).await?),
    };
    let other = match query.with {
        Some(with) if !opened.group.contains(&with) => {
            let group = contact_links::group(site.desk.store.reader(), with).await?;
            let other = person(&site, *number, &group).await?.ok_or(Refusal::NotFound("contact"))?;
            Some((other, with.to_string()))
        }
        _ => None,
    };
    let warnings = other.as_ref().map(|(other, _)| warnings(&this, other)).unwrap_or_default();
    let page = MergePage {
        layout: frame(&site, &who, &request, "Merge customers", None, None).await?,
        number: *number,
        this,
        query: wanted.to_owned(),
        found,
        other,
        warnings,
    };
    reply::page(&request, 200, &page)
}

/// `POST /conversations/{number}/merge`.
pub async fn create(
    site: web::Data<Site>,
    who: SignedIn,
    number: web::Path<i64>,
    form: web::Form<Form>,
) -> Result<HttpResponse, Refusal> {
    who.check_csrf(&form.csrf)?;
    let opened = Opened::load(&site, &who, *number).await?;
    let (id, this) = (opened.record.core.id, opened.record.core.contact);
    let pair = if form.lead == "other" { (this, form.with) } else { (form.with, this) };
    let done = site.desk.merge_contacts(id, pair, who.agent.id).await;
    back(*number, done, "Merged. “Undo” is beside the customer.")
}

/// `POST /conversations/{number}/merge/{link}/undo`.
pub async fn undo(
    site: web::Data<Site>,
    who: SignedIn,
    path: web::Path<(i64, Uuid)>,
    form: web::Form<Undo>,
) -> Result<HttpResponse, Refusal> {
    who.check_csrf(&form.csrf)?;
    let (number, link) = path.into_inner();
    let opened = Opened::load(&site, &who, number).await?;
    // Only what this conversation's page offers.
    let links = contact_links::among(site.desk.store.reader(), &opened.group).await?;
    if links.iter().all(|one| one.id != link) {
        return Err(Refusal::NotFound("merge"));
    }
    let done = site.desk.undo_merge(opened.record.core.id, link, who.agent.id).await;
    back(number, done, "They are two customers again.")
}

fn back(number: i64, done: Result<(), DeskError>, words: &str) -> Result<HttpResponse, Refusal> {
    let flash = match done {
        Ok(()) => Flash::Done(words.to_owned()),
        Err(DeskError::Invalid(why)) => Flash::Problem(why),
        Err(error) => return Err(error.into()),
    };
    Ok(flash::redirect(&format!("/inbox/conversations/{number}"), Some(&flash)))
}

async fn look_up(site: &Site, number: i64, wanted: &str, own: &[ContactId]) -> Result<Vec<Person>, Refusal> {
    let db = site.desk.store.reader();
    let (mut found, mut seen) = (Vec::new(), own.to_vec());
    for id in search::find_contacts(&site.desk.store, wanted, FOUND_MAX).await? {
        let group = contact_links::group(db, id).await?;
        if group.iter().any(|one| seen.contains(one)) {
            continue;
        }
        found.extend(person(site, number, &group).await?);
        seen.extend(group);
    }
    Ok(found)
}

/// A customer with whoever was merged into them.
async fn person(site: &Site, number: i64, group: &[ContactId]) -> Result<Option<Person>, Refusal> {
    let (db, now) = (site.desk.store.reader(), site.desk.clock.now());
    let Some(root) = group.first() else { return Ok(None) };
    let Some(contact) = contacts::find(db, *root).await? else { return Ok(None) };
    let all = inbox::of_contact(db, group, None, COUNTED_MAX).await?;
    let last = all.first().map(|last| {
        let line = last.title.clone().or_else(|| last.last_text.clone()).unwrap_or_default();
        (line, Moment::ago(last.last_at, now))
    });
    Ok(Some(Person {
        name: present::name_of(&contact).unwrap_or_else(|| "Unknown visitor".into()),
        email: contact.email,
        phone: contact.phone,
        identities: present::identities(site, group).await?,
        conversations: all.len(),
        last,
        url: preview_address(number, *root),
    }))
}

/// What should make one think twice before two customers are merged.
fn warnings(this: &Person, other: &Person) -> Vec<String> {
    let mut warnings = Vec::new();
    let proved = |person: &Person, kind| {
        let all = person.identities.iter().filter(|one| one.verified && one.channel == kind);
        all.map(|one| one.value.clone()).collect::<Vec<_>>()
    };
    for (kind, what) in
        [(super::channel::ChannelKind::Email, "email addresses"), (super::channel::ChannelKind::Sms, "phone numbers")]
    {
        let (one, two) = (proved(this, kind), proved(other, kind));
        if !one.is_empty() && !two.is_empty() {
            warnings.push(format!("Both have proved different {what}. One person may have two; so have two people."));
        }
    }
    for person in [this, other] {
        if person.identities.iter().all(|one| !one.verified) {
            warnings.push(format!(
                "{} has proved nothing: a name or an address that was typed can be anybody’s.",
                person.name
            ));
        }
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::inbox::channel::ChannelKind;

    fn known_by(value: &str, verified: bool) -> Person {
        let identity = Identity { channel: ChannelKind::Email, value: value.into(), verified };
        let (name, url) = ("Maya".to_owned(), String::new());
        Person { name, email: None, phone: None, identities: vec![identity], conversations: 1, last: None, url }
    }

    #[test]
    fn who_proved_nothing_is_told_apart_from_who_did() {
        assert_eq!(warnings(&known_by("a@b.example", true), &known_by("c@d.example", true)).len(), 1);
        assert!(
            warnings(&known_by("a@b.example", true), &known_by("a@b.example", false))[0].contains("proved nothing")
        );
    }
}
