//! The pages that are one form over one section of the settings.

use actix_web::{HttpRequest, web};
use serde_json::json;

use crate::handoff::escalation::Supervisors;
use crate::store::settings::{self, Section as _, Versioned};
use crate::store::teams::{self, Team};
use crate::web::page::Flash;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::notifications::choices;
use crate::web::settings::one_form::{Around, OneForm, OneFormPage};
use crate::web::settings::trail;
use crate::web::site::Site;

use super::{Answer, done, layout};

/// The page.
pub async fn show<F: OneForm>(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    let stored = load::<F>(&site).await?;
    let form = F::of(&stored.value, &around(&site).await?);
    render(&site, &request, &who, 200, stored.version, form, None).await
}

/// Saves it.
pub async fn update<F: OneForm>(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let seen = version(post.form.raw("version"))?;
    let stored = load::<F>(&site).await?;
    let mut form = F::of(&stored.value, &around(&site).await?);
    let Some(wanted) = form.read(&post.form) else {
        return render(&site, &request, &post.who, 422, seen, form, None).await;
    };
    if !save::<F>(&site, &post.who, &wanted, seen).await? {
        let overtaken = trail::overtaken(&site, &post.who, F::Stored::NAME).await?;
        return render(&site, &request, &post.who, 409, stored.version, form, Some(overtaken)).await;
    }
    done(F::SECTION.path(), "Saved.")
}

async fn load<F: OneForm>(site: &Site) -> Result<Versioned<F::Stored>, Refusal> {
    Ok(settings::load::<F::Stored>(site.desk.store.reader()).await?)
}

async fn save<F: OneForm>(site: &Site, who: &SignedIn, wanted: &F::Stored, seen: i64) -> Result<bool, Refusal> {
    let tx = site.desk.store.begin().await?;
    if !settings::save(&*tx, wanted, seen, Some(who.agent.id), site.desk.clock.now()).await? {
        return Ok(false);
    }
    trail::record(site, &tx, who, F::ACTION, F::Stored::NAME, json!(wanted)).await?;
    tx.commit().await?;
    Ok(true)
}

/// The version a form was shown at.
pub(super) fn version(sent: &str) -> Result<i64, Refusal> {
    sent.parse()
        .map_err(|_| Refusal::BadForm("The form lacks its version. Reload the page and send it again.".to_owned()))
}

async fn around(site: &Site) -> Result<Around, Refusal> {
    let names = site.directory.names().await?;
    let members = teams::memberships(site.desk.store.reader()).await?;
    let here: Vec<_> = names.agents.iter().filter(|agent| agent.disabled_at.is_none()).collect();
    // A team in which nobody would hear anything is not offered.
    let hears = |team: &Team| members.get(&team.id).is_some_and(|ids| here.iter().any(|one| ids.contains(&one.id)));
    let teams =
        names.teams.iter().filter(|team| hears(team)).map(|team| (Supervisors::Team(team.id), team.name.clone()));
    let people = here.iter().map(|agent| (Supervisors::Agent(agent.id), agent.name.clone()));
    let supervisors = choices(teams.collect(), people.collect());
    Ok(Around { now: site.desk.clock.now(), renotify_s: site.boot.renotify_s, supervisors })
}

async fn render<F: OneForm>(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    version: i64,
    form: F,
    notice: Option<Flash>,
) -> Answer {
    let mut layout = layout(site, who, request, F::SECTION.label()).await?;
    layout.flash = notice.or(layout.flash);
    reply::page(request, status, &OneFormPage { layout, version, form })
}
