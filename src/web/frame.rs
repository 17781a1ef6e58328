//! The document around a page for a signed-in agent: navigation with counts, colours, and the notice after an action.

use actix_web::HttpRequest;
use chrono::TimeDelta;

use crate::handoff::people::Role;
use crate::store::inbox::Counts;
use crate::store::rounds;
use crate::store::teams::Team;

use super::flash;
use super::inbox::nav::{Nav, View, ViewLink};
use super::page::{self, Alert, Layout, Theme};
use super::refusal::Refusal;
use super::session::SignedIn;
use super::site::Site;

/// A person's presence is written down this often at most.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// The frame of a page. `live` is the address of its event stream, if it changes by itself.
pub async fn frame(
    site: &Site,
    who: &SignedIn,
    request: &HttpRequest,
    title: &str,
    current: Option<View>,
    live: Option<String>,
) -> Result<Layout, Refusal> {
    note_presence(site, who).await?;
    let desk =
        page::Desk { agent: badge(who), nav: nav(site, who, current).await?, live, alerts: alerts(site, who).await? };
    Ok(Layout {
        title: title.to_owned(),
        csrf: who.session.csrf.clone(),
        desk: Some(desk),
        theme: theme(&who.agent.theme),
        flash: flash::read(request),
    })
}

/// What the reader should know on every page.
async fn alerts(site: &Site, who: &SignedIn) -> Result<Vec<Alert>, Refusal> {
    Ok(broken_channels(site, who).into_iter().chain(unseen(site, who).await?).collect())
}

/// Channels that do not work concern whoever can repair them.
fn broken_channels(site: &Site, who: &SignedIn) -> Option<Alert> {
    let words = match site.desk.health.failing() {
        0 => return None,
        1 => "A channel does not work any more.".to_owned(),
        count => format!("{count} channels do not work any more."),
    };
    let is_admin = who.agent.role == Role::Admin;
    is_admin.then_some(Alert { words, url: "/settings/channels", link: "Look at the channels" })
}

/// Handoffs nobody has noticed for long concern whoever supervises.
async fn unseen(site: &Site, who: &SignedIn) -> Result<Option<Alert>, Refusal> {
    if !site.desk.alarmed.holds(who.agent.id) {
        return Ok(None);
    }
    let words = match rounds::told_and_unseen(site.desk.store.reader()).await? {
        0 => return Ok(None),
        1 => "A customer waits, and nobody has seen it.".to_owned(),
        count => format!("{count} customers wait, and nobody has seen it."),
    };
    Ok(Some(Alert { words, url: "/inbox/handed-off", link: "See who waits" }))
}

/// Whoever opens a page is at the desk, with scripts or without.
async fn note_presence(site: &Site, who: &SignedIn) -> Result<(), Refusal> {
    let now = site.desk.clock.now();
    if who.agent.duty.seen_at.is_none_or(|seen| now - seen >= NOTED_EVERY) {
        site.desk.seen(&[who.agent.id]).await?;
    }
    Ok(())
}

/// The views and teams with their counts.
pub async fn nav(site: &Site, who: &SignedIn, current: Option<View>) -> Result<Nav, Refusal> {
    let (counts, names) = (site.counts.latest().await?, site.directory.names().await?);
    Ok(nav_with(counts.of(who.agent.id), &names.teams, current))
}

/// The same of counts and teams that were read before.
pub fn nav_with(counts: Counts, teams: &[Team], current: Option<View>) -> Nav {
    let count = |view: &View| match view {
        View::Mine => Some(counts.mine),
        View::Unassigned => Some(counts.unassigned),
        View::Ai => Some(counts.ai),
        View::HandedOff => Some(counts.handed_off),
        View::Snoozed => Some(counts.snoozed),
        View::Resolved | View::All | View::Team(_) => None,
    };
    let shown = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    let views = View::FIXED.into_iter().map(|view| ViewLink::fixed(view.clone(), count(&view).map(shown))).collect();
    let teams = teams.iter().map(|team| ViewLink {
        view: View::Team(team.id.to_string()),
        name: team.name.clone(),
        count: None,
        late: false,
    });
    Nav { current, views, teams: teams.collect() }
}

/// The colours an agent chose.
pub fn theme(stored: &str) -> Theme {
    match stored {
        "light" => Theme::Light,
        "dark" => Theme::Dark,
        _ => Theme::System,
    }
}

/// One or two letters for a name.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    [first, last].into_iter().flatten().flat_map(char::to_uppercase).collect()
}

/// A role in words.
pub fn role_words(role: Role) -> &'static str {
    match role {
        Role::Agent => "Agent",
        Role::Admin => "Administrator",
    }
}

fn badge(who: &SignedIn) -> page::SignedIn {
    page::SignedIn {
        name: who.agent.name.clone(),
        role: role_words(who.agent.role).to_owned(),
        initials: initials(&who.agent.name),
        administers: who.agent.role == Role::Admin,
        shortcuts: who.agent.shortcuts,
    }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_one_or_two_letters_in_any_script() {
        assert_eq!(initials("Ines"), "I");
        assert_eq!(initials("ines maria santos"), "IS");
        assert_eq!(initials("李 明"), "李明");
        assert_eq!(initials(""), "");
    }
}
