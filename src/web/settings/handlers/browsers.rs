//! `/settings/profile/browsers`: which of somebody's browsers are notified.

use std::time::Duration;

use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, web};
use serde_json::json;
use uuid::Uuid;

use crate::handoff::escalation::Ladder;
use crate::push::{Identity, Keys, Notice, Outcome, PushError, Target, Text, contact};
use crate::store::browsers::{self, BROWSERS_MAX, Browser};
use crate::store::{Tx, settings};
use crate::web::moment::Moment;
use crate::web::refusal::Refusal;
use crate::web::session::SignedIn;
use crate::web::settings::access::OwnPost;
use crate::web::settings::browsers::{BrowserLine, Browsers, digest, label};
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::Site;

use super::{Answer, done, id, not_done};

/// How long a service keeps a test for a browser that is off.
const TEST_KEPT_FOR: Duration = Duration::from_secs(60);

/// Notifies a browser from now on. It is whoever's asked last: two people may share a machine.
pub async fn create(site: web::Data<Site>, request: HttpRequest, post: OwnPost) -> Answer {
    let form = &post.form;
    let allowed = site.push.private_allowed;
    let target = match Target::read(form.raw("endpoint"), form.raw("p256dh"), form.raw("auth"), allowed) {
        Ok(target) => target,
        Err(why) => return not_done(Section::Profile.path(), why.to_string()),
    };
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let browser = Browser {
        id: site.desk.clock.new_id(),
        agent: post.who.agent.id,
        endpoint: target.endpoint.into(),
        point: target.keys.point.to_vec(),
        auth: target.keys.auth.to_vec(),
        label: label(user_agent),
        created_at: site.desk.clock.now(),
        succeeded_at: None,
        failed: None,
    };
    let tx = site.desk.store.begin().await?;
    if browsers::count(&*tx, browser.agent).await? >= BROWSERS_MAX {
        let words = format!("These are {BROWSERS_MAX} browsers already. Remove one you do not use any more.");
        return not_done(Section::Profile.path(), words);
    }
    browsers::keep(&*tx, &browser).await?;
    record(&site, &tx, &post.who, "browser.add", &browser).await?;
    tx.commit().await?;
    done(Section::Profile.path(), format!("{} is notified from now on. Send it a test.", browser.label))
}

/// Forgets a browser.
pub async fn remove(site: web::Data<Site>, post: OwnPost, path: web::Path<String>) -> Answer {
    let browser = own(&site, &post.who, &path).await?;
    let tx = site.desk.store.begin().await?;
    browsers::remove(&*tx, browser.id).await?;
    record(&site, &tx, &post.who, "browser.remove", &browser).await?;
    tx.commit().await?;
    done(Section::Profile.path(), format!("{} is not notified any more.", browser.label))
}

/// Sends something to a browser now, and tells what came of it.
pub async fn test(site: web::Data<Site>, post: OwnPost, path: web::Path<String>) -> Answer {
    let browser = own(&site, &post.who, &path).await?;
    site.limits.message(browser.agent.0)?;
    let (outcome, now) = (send_test(&site, &browser).await?, site.desk.clock.now());
    let tx = site.desk.store.begin().await?;
    match &outcome {
        Outcome::Taken => browsers::told(&*tx, browser.id, now).await?,
        Outcome::Gone => browsers::remove(&*tx, browser.id).await?,
        Outcome::Later(why, _) | Outcome::Refused(why) => browsers::failed(&*tx, browser.id, why, now).await?,
    }
    tx.commit().await?;
    let (path, label) = (Section::Profile.path(), browser.label);
    match outcome {
        Outcome::Taken => done(
            path,
            format!("A test is on its way to {label}. If it does not appear, look whether the system mutes it."),
        ),
        Outcome::Gone => {
            not_done(path, format!("{label} does not want notices any more, so it was removed. Add it again there."))
        }
        Outcome::Later(why, _) | Outcome::Refused(why) => not_done(path, format!("The test was not taken: {why}.")),
    }
}

async fn send_test(site: &Site, browser: &Browser) -> Result<Outcome, Refusal> {
    let now = site.desk.clock.now();
    let keys = Keys::of(&browser.point, &browser.auth);
    let target = keys.map(|keys| Target::of(&browser.endpoint, keys, site.push.private_allowed));
    let Some(Ok(target)) = target else {
        return Ok(Outcome::Refused("the browser's push service may not be called".to_owned()));
    };
    let text = Text {
        title: "Baton reaches this browser".to_owned(),
        body: "A handoff that nobody has noticed is told like this.".to_owned(),
        url: Section::Profile.path().to_owned(),
        tag: "test".to_owned(),
    };
    let contact = contact(&site.public_url);
    let notice = Notice { text: &text, topic: None, kept_for: TEST_KEPT_FOR, contact: &contact };
    let identity = identity(site).await?;
    site.push.send(&identity, &target, &notice, now).await.map_err(broken)
}

/// The panel of somebody's profile page.
pub(super) async fn panel(site: &Site, who: &SignedIn) -> Result<Browsers, Refusal> {
    let (db, now) = (site.desk.store.reader(), site.desk.clock.now());
    let lines = browsers::of_agent(db, who.agent.id).await?.into_iter().map(|browser| BrowserLine {
        digest: digest(&browser.endpoint),
        label: browser.label,
        since: Moment::date(browser.created_at),
        last: browser.succeeded_at.map(|at| Moment::ago(at, now)),
        failure: browser.failed.map(|(_, why)| why),
        action: format!("/settings/profile/browsers/{}", browser.id),
    });
    let lines = lines.collect();
    let ladder = settings::load::<Ladder>(db).await?.value;
    Ok(Browsers::of(&ladder, identity(site).await?.public_key(), lines))
}

async fn identity(site: &Site) -> Result<Identity, Refusal> {
    Identity::of(&site.desk.store, &site.key, site.desk.clock.now()).await.map_err(broken)
}

/// A browser of theirs; anybody else's is none.
async fn own(site: &Site, who: &SignedIn, path: &str) -> Result<Browser, Refusal> {
    let id: Uuid = id(path, "browser")?;
    let found = browsers::find(site.desk.store.reader(), id).await?;
    found.filter(|browser| browser.agent == who.agent.id).ok_or(Refusal::NotFound("browser"))
}

async fn record(site: &Site, tx: &Tx, who: &SignedIn, action: &str, browser: &Browser) -> Result<(), Refusal> {
    let subject = format!("agent:{}", browser.agent);
    Ok(trail::record(site, tx, who, action, &subject, json!({ "browser": browser.label })).await?)
}

fn broken(error: PushError) -> Refusal {
    match error {
        PushError::Store(error) => error.into(),
        other => Refusal::Broken(other.to_string()),
    }
}
