//! `/settings/profile/quiet-hours`: when somebody wants to be left alone.

use actix_web::{HttpRequest, web};
use serde_json::json;

use crate::handoff::ScheduleId;
use crate::handoff::hours::OfficeHours;
use crate::store::{quiet_hours, settings};
use crate::web::refusal::Refusal;
use crate::web::session::SignedIn;
use crate::web::settings::access::OwnPost;
use crate::web::settings::quiet::QuietForm;
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::Site;

use super::{Answer, done, profile};

/// Sets them, or removes them where every row is empty.
pub async fn update(site: web::Data<Site>, request: HttpRequest, post: OwnPost) -> Answer {
    let (agent, now) = (post.who.agent.id, site.desk.clock.now());
    let mut form = form(&site, &post.who).await?;
    let Some(hours) = form.read(&post.form, ScheduleId(agent.0)) else {
        let forms = profile::Forms { quiet: form, ..profile::Forms::stored(&site, &post.who).await? };
        return profile::render(&site, &request, &post.who, 422, forms).await;
    };
    let tx = site.desk.store.begin().await?;
    quiet_hours::set(&*tx, agent, hours.as_ref(), now).await?;
    trail::record(&site, &tx, &post.who, "quiet_hours.change", &format!("agent:{agent}"), json!(hours)).await?;
    tx.commit().await?;
    let words = match hours {
        Some(_) => "Your quiet hours are saved. Within them you get no notice and no mail.",
        None => "You have no quiet hours.",
    };
    done(Section::Profile.path(), words)
}

/// The form with what is stored; the zone of the office is offered.
pub(super) async fn form(site: &Site, who: &SignedIn) -> Result<QuietForm, Refusal> {
    let db = site.desk.store.reader();
    let stored = quiet_hours::of(db, who.agent.id).await?;
    let office = settings::load::<OfficeHours>(db).await?.value;
    let standard = office.standard.and_then(|id| office.find(id)).or(office.schedules.first());
    let zone = standard.map_or_else(|| "UTC".to_owned(), |schedule| schedule.zone.to_string());
    Ok(QuietForm::of(stored.as_ref(), &zone, site.desk.clock.now()))
}
