//! `/settings/handoff`: level or levers, channels, office hours.

use std::collections::HashMap;

use actix_web::{HttpRequest, web};
use serde_json::json;

use crate::handoff::policy::HandoffSettings;
use crate::store::channels;
use crate::store::settings::{self, Section as _, Versioned};
use crate::store::{StoreError, Tx};
use crate::web::page::Flash;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::difference::{self, DiffLine};
use crate::web::settings::handoff::transfer::{ChannelRow, HandoffForm, HandoffPage};
use crate::web::settings::handoff::words::as_lines;
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::Site;

use super::{Answer, done, layout, moved_to_people};

pub mod collection;
pub mod messages;
pub mod rehearsal;
pub mod topics;

/// What the pages say when they have saved.
const SAVED: &str = "Saved. It counts from the next message on.";

/// The page.
pub async fn show(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    let stored = stored(&site).await?;
    let form = form(&site, &stored).await?;
    render(&site, &request, &who, 200, form, Vec::new(), None).await
}

/// Changes it.
pub async fn update(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let seen = version(post.form.raw("version"))?;
    let stored = stored(&site).await?;
    let mut form = form(&site, &stored).await?;
    let current = std::mem::replace(&mut form.version, seen.to_string());
    let Some(rules) = form.read(&post.form, &stored.value) else {
        return render(&site, &request, &post.who, 422, form, Vec::new(), None).await;
    };
    let tx = site.desk.store.begin().await?;
    if !save(&site, &tx, &post.who, &rules, seen).await? {
        drop(tx);
        form.version = current;
        let (difference, notice) = overtaken(&site, &post.who, &stored.value, &rules).await?;
        return render(&site, &request, &post.who, 409, form, difference, Some(notice)).await;
    }
    save_autopilot(&site, &tx, &post.who, &form.channels).await?;
    tx.commit().await?;
    site.reload_channels().await?;
    let moved = moved_to_people(&site).await?;
    done(Section::Handoff.path(), format!("{SAVED}{moved}"))
}

/// The section, which every page of the handoff edits a part of.
async fn stored(site: &Site) -> Result<Versioned<HandoffSettings>, StoreError> {
    settings::load::<HandoffSettings>(site.desk.store.reader()).await
}

/// The form of the first page, with what is stored.
async fn form(site: &Site, stored: &Versioned<HandoffSettings>) -> Result<HandoffForm, StoreError> {
    let channels = channels::all(site.desk.store.reader()).await?;
    let rows =
        channels.iter().map(|channel| ChannelRow::of(channel.id, &channel.name, channel.autopilot, &stored.value));
    Ok(HandoffForm::of(stored.version.to_string(), &stored.value, rows.collect()))
}

/// Saves the section and the line about it, unless somebody saved it since `seen`.
async fn save(site: &Site, tx: &Tx, who: &SignedIn, rules: &HandoffSettings, seen: i64) -> Result<bool, StoreError> {
    if !settings::save(&**tx, rules, seen, Some(who.agent.id), site.desk.clock.now()).await? {
        return Ok(false);
    }
    trail::record(site, tx, who, "handoff.change", HandoffSettings::NAME, json!({ "rules": rules })).await?;
    Ok(true)
}

/// Autopilot is the channel's own, and is only written where it changed.
async fn save_autopilot(site: &Site, tx: &Tx, who: &SignedIn, rows: &[ChannelRow]) -> Result<(), StoreError> {
    let wanted: HashMap<_, _> = rows.iter().map(|row| (row.id, row.autopilot)).collect();
    for mut channel in channels::all(&**tx).await? {
        let Some(autopilot) = wanted.get(&channel.id).copied().filter(|wanted| *wanted != channel.autopilot) else {
            continue;
        };
        channel.autopilot = autopilot;
        channels::save(&**tx, &channel, site.desk.clock.now()).await?;
        let detail = json!({ "name": channel.name, "autopilot": autopilot });
        trail::record(site, tx, who, "channel.change", &format!("channel:{}", channel.id), detail).await?;
    }
    Ok(())
}

/// Somebody else saved meanwhile: who, and what is different.
async fn overtaken(
    site: &Site,
    who: &SignedIn,
    saved: &HandoffSettings,
    typed: &HandoffSettings,
) -> Result<(Vec<DiffLine>, Flash), Refusal> {
    let notice = trail::overtaken(site, who, HandoffSettings::NAME).await?;
    Ok((difference::lines(&as_lines(saved), &as_lines(typed)), notice))
}

/// The version a form was read at.
fn version(sent: &str) -> Result<i64, Refusal> {
    let lacks = || Refusal::BadForm("The form lacks its version. Reload the page and send it again.".to_owned());
    sent.parse().map_err(|_| lacks())
}

async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    form: HandoffForm,
    difference: Vec<DiffLine>,
    notice: Option<Flash>,
) -> Answer {
    let mut layout = layout(site, who, request, Section::Handoff.label()).await?;
    layout.flash = notice.or(layout.flash);
    reply::page(request, status, &HandoffPage { layout, form, difference })
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn a_form_without_its_version_overwrites_nothing() {
        assert_eq!(version("3").expect("a version"), 3);
        for wrong in ["", "x", "1.5"] {
            assert!(version(wrong).is_err(), "{wrong}");
        }
    }
}
