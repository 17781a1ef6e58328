//! `/settings/office-hours`.

use actix_web::{HttpRequest, web};
use serde_json::json;

use crate::handoff::ScheduleId;
use crate::handoff::hours::{OfficeHours, Schedule};
use crate::store::settings::{self, Section as _, Versioned};
use crate::store::{StoreError, channels, teams};
use crate::web::field::Choice;
use crate::web::page::Flash;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::office_hours::{Chooser, OfficeHoursPage, ScheduleForm, ScheduleLine, SchedulePage, State};
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::Site;

use super::one_form::version;
use super::{Answer, done, id, layout, not_done};

/// The schedules, and whose each is.
pub async fn index(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    let stored = load(&site).await?;
    let now = site.desk.clock.now();
    let line = |schedule: &Schedule| ScheduleLine {
        name: schedule.name.clone(),
        zone: schedule.zone.to_string(),
        state: State::of(schedule, now),
        url: address(schedule.id),
    };
    let page = OfficeHoursPage {
        layout: layout(&site, &who, &request, Section::OfficeHours.label()).await?,
        version: stored.version,
        schedules: stored.value.schedules.iter().map(line).collect(),
        choosers: choosers(&site, &stored.value).await?,
    };
    reply::page(&request, 200, &page)
}

/// Says whose each is.
pub async fn update(site: web::Data<Site>, post: AdminPost) -> Answer {
    let seen = version(post.form.raw("version"))?;
    let mut hours = load(&site).await?.value;
    let chosen = |key: &str| post.form.raw(key).parse().ok().filter(|id| hours.find(*id).is_some());
    let standard = chosen("standard");
    let mut of_channels = Vec::new();
    let mut of_teams = Vec::new();
    for channel in channels::all(site.desk.store.reader()).await? {
        of_channels.extend(chosen(&key(channel.id)).map(|schedule| (channel.id, schedule)));
    }
    for team in teams::all(site.desk.store.reader()).await? {
        of_teams.extend(chosen(&key(team.id)).map(|schedule| (team.id, schedule)));
    }
    hours.standard = standard;
    hours.channels = of_channels.into_iter().collect();
    hours.teams = of_teams.into_iter().collect();
    match save(&site, &post.who, &hours, seen).await? {
        true => done(Section::OfficeHours.path(), "Saved."),
        false => not_done(Section::OfficeHours.path(), OVERTAKEN),
    }
}

/// What is said to whoever comes second.
const OVERTAKEN: &str =
    "Somebody changed the office hours meanwhile. Here they are as they are now; make your change again.";

/// An empty editor.
pub async fn new(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    let stored = load(&site).await?;
    let zone = stored.value.schedules.first().map_or("UTC".to_owned(), |schedule| schedule.zone.to_string());
    let editor =
        Editor { action: format!("{}/new", Section::OfficeHours.path()), state: None, title: "New schedule".into() };
    render(&site, &request, &who, 200, editor, stored.version, ScheduleForm::new(&zone), None).await
}

/// Makes a schedule. The first one becomes everybody's.
pub async fn create(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let made = ScheduleId(site.desk.clock.new_id());
    store(&site, &request, &post, None, made).await
}

/// The editor of a schedule.
pub async fn show(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin, path: web::Path<String>) -> Answer {
    let stored = load(&site).await?;
    let schedule = stored.value.find(id(&path, "schedule")?).ok_or(Refusal::NotFound("schedule"))?;
    let editor = Editor::of(&site, schedule);
    render(&site, &request, &who, 200, editor, stored.version, ScheduleForm::of(schedule), None).await
}

/// Changes a schedule.
pub async fn change(site: web::Data<Site>, request: HttpRequest, post: AdminPost, path: web::Path<String>) -> Answer {
    let wanted: ScheduleId = id(&path, "schedule")?;
    let stored = load(&site).await?;
    let schedule = stored.value.find(wanted).cloned().ok_or(Refusal::NotFound("schedule"))?;
    store(&site, &request, &post, Some(schedule), wanted).await
}

/// Deletes a schedule. Whoever used it has the standard hours then.
pub async fn delete(site: web::Data<Site>, post: AdminPost, path: web::Path<String>) -> Answer {
    let wanted: ScheduleId = id(&path, "schedule")?;
    let seen = version(post.form.raw("version"))?;
    let mut hours = load(&site).await?.value;
    hours.schedules.retain(|schedule| schedule.id != wanted);
    hours.standard = hours.standard.filter(|id| *id != wanted);
    hours.channels.retain(|_, id| *id != wanted);
    hours.teams.retain(|_, id| *id != wanted);
    match save(&site, &post.who, &hours, seen).await? {
        true => done(Section::OfficeHours.path(), "The schedule is deleted."),
        false => not_done(Section::OfficeHours.path(), OVERTAKEN),
    }
}

/// What the page of one schedule is about.
struct Editor {
    action: String,
    state: Option<State>,
    title: String,
}

impl Editor {
    fn of(site: &Site, schedule: &Schedule) -> Self {
        let state = Some(State::of(schedule, site.desk.clock.now()));
        Self { action: address(schedule.id), state, title: schedule.name.clone() }
    }
}

async fn store(
    site: &Site,
    request: &HttpRequest,
    post: &AdminPost,
    before: Option<Schedule>,
    id: ScheduleId,
) -> Answer {
    let seen = version(post.form.raw("version"))?;
    let stored = load(site).await?;
    let mut form = ScheduleForm::new("UTC");
    let editor = match &before {
        Some(schedule) => Editor::of(site, schedule),
        None => {
            Editor { action: format!("{}/new", Section::OfficeHours.path()), state: None, title: "New schedule".into() }
        }
    };
    let Some(schedule) = form.read(&post.form, id) else {
        return render(site, request, &post.who, 422, editor, seen, form, None).await;
    };
    let mut hours = stored.value;
    let name = schedule.name.clone();
    match hours.schedules.iter_mut().find(|one| one.id == id) {
        Some(place) => *place = schedule,
        None => {
            hours.standard = hours.standard.or_else(|| hours.schedules.is_empty().then_some(id));
            hours.schedules.push(schedule);
        }
    }
    if !save(site, &post.who, &hours, seen).await? {
        let overtaken = trail::overtaken(site, &post.who, OfficeHours::NAME).await?;
        return render(site, request, &post.who, 409, editor, stored.version, form, Some(overtaken)).await;
    }
    done(&address(id), format!("{name} is saved."))
}

async fn load(site: &Site) -> Result<Versioned<OfficeHours>, StoreError> {
    settings::load(site.desk.store.reader()).await
}

async fn save(site: &Site, who: &SignedIn, hours: &OfficeHours, seen: i64) -> Result<bool, Refusal> {
    let tx = site.desk.store.begin().await?;
    if !settings::save(&*tx, hours, seen, Some(who.agent.id), site.desk.clock.now()).await? {
        return Ok(false);
    }
    trail::record(site, &tx, who, "office_hours.change", OfficeHours::NAME, json!(hours)).await?;
    tx.commit().await?;
    Ok(true)
}

async fn choosers(site: &Site, hours: &OfficeHours) -> Result<Vec<Chooser>, StoreError> {
    let db = site.desk.store.reader();
    let choices = |none: &str| {
        let named = hours.schedules.iter().map(|one| Choice::new(one.id.to_string(), one.name.clone()));
        std::iter::once(Choice::new("", none)).chain(named).collect::<Vec<_>>()
    };
    let value = |id: Option<&ScheduleId>| id.map(ToString::to_string).unwrap_or_default();
    let standard = value(hours.standard.as_ref());
    let mut choosers = vec![Chooser {
        key: "standard".into(),
        label: "Standard".into(),
        choices: choices("Always open"),
        value: standard,
    }];
    for channel in channels::all(db).await? {
        let (key, value) = (key(channel.id), value(hours.channels.get(&channel.id)));
        let label = format!("Channel {}", channel.name);
        choosers.push(Chooser { key, label, choices: choices("Standard"), value });
    }
    for team in teams::all(db).await? {
        let (key, value) = (key(team.id), value(hours.teams.get(&team.id)));
        let label = format!("Team {}", team.name);
        choosers.push(Chooser { key, label, choices: choices("The channel\u{2019}s"), value });
    }
    Ok(choosers)
}

fn key(id: impl std::fmt::Display) -> String {
    format!("of-{id}")
}

fn address(id: ScheduleId) -> String {
    format!("{}/{id}", Section::OfficeHours.path())
}

#[expect(clippy::too_many_arguments, reason = "a page is its frame, its state and its form")]
async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    editor: Editor,
    version: i64,
    form: ScheduleForm,
    notice: Option<Flash>,
) -> Answer {
    let mut layout = layout(site, who, request, &editor.title).await?;
    layout.flash = notice.or(layout.flash);
    let page = SchedulePage { layout, action: editor.action, version, form, state: editor.state };
    reply::page(request, status, &page)
}
