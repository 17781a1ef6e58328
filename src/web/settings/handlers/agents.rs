//! `/settings/agents`: who may sign in, and as what.

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::handoff::AgentId;
use crate::store::agents::{self, Agent};
use crate::store::{StoreError, invitations, sessions};
use crate::web::frame::{initials, role_words};
use crate::web::moment::Moment;
use crate::web::page::Theme;
use crate::web::refusal::Refusal;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::agents::{
    AgentForm, AgentLine, AgentPage, AgentsPage, InvitationLine, InviteForm, NewAgent, Presence, role_of,
};
use crate::web::settings::one_form::whole;
use crate::web::settings::rules;
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::Site;
use crate::web::{flash, password, reply};

use super::staff::{self, Step};
use super::{Answer, done, id, layout, not_done, slowly};

/// Most conversations at a time.
const CAPACITY_MAX: u32 = 1_000;

/// What is said where an address is taken; it may be by somebody who was deactivated.
pub(super) const EMAIL_TAKEN: &str =
    "Somebody with this address is already here. Use another address, or activate them above.";

/// Everybody, and the form that adds one.
pub async fn index(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    let agents = lines(&site, &who).await?;
    render(&site, &request, &who, 200, agents, AgentForm::default()).await
}

/// Adds an agent.
pub async fn create(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let mut form = AgentForm::default();
    if let Some(new) = form.read(&post.form) {
        let words = format!("{} can sign in now.", new.name);
        match add(&site, &post.who, new).await {
            Err(Refusal::Store(error)) if error.is_conflict() => form.email.error = Some(EMAIL_TAKEN.to_owned()),
            added => {
                added?;
                return done(Section::Agents.path(), words);
            }
        }
    }
    let agents = lines(&site, &post.who).await?;
    render(&site, &request, &post.who, 422, agents, form).await
}

/// Somebody's page. The reader's own is the profile.
pub async fn show(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin, path: web::Path<String>) -> Answer {
    let agent = find(&site, &path).await?;
    if agent.id == who.agent.id {
        return Ok(flash::redirect(Section::Profile.path(), None));
    }
    render_one(&site, &request, &who, &agent, Wrong::Nothing).await
}

/// Changes what somebody may do.
pub async fn set_role(site: web::Data<Site>, post: AdminPost, path: web::Path<String>) -> Answer {
    let role = role_of(post.form.raw("role"))
        .ok_or_else(|| Refusal::BadForm("There is no such role. Reload the page and choose one.".to_owned()))?;
    match staff::take(&site, &post.who, id(&path, "agent")?, Step::Role(role)).await? {
        Ok(agent) => {
            let words = format!("{}\u{2019}s role is now {}.", agent.name, role_words(role));
            done(Section::Agents.path(), words)
        }
        Err(why) => not_done(Section::Agents.path(), why),
    }
}

/// Changes how many conversations somebody takes at a time.
pub async fn set_capacity(
    site: web::Data<Site>,
    request: HttpRequest,
    post: AdminPost,
    path: web::Path<String>,
) -> Answer {
    let agent = find(&site, &path).await?;
    let capacity = match whole(0, CAPACITY_MAX)(post.form.raw("capacity")) {
        Ok(capacity) => capacity,
        Err(why) => return render_one(&site, &request, &post.who, &agent, Wrong::Capacity(why)).await,
    };
    match staff::take(&site, &post.who, agent.id, Step::Capacity(capacity)).await? {
        Ok(agent) => {
            site.desk.give_out_backlog().await?;
            done(&address(agent.id), "Saved. Routing counts with it from now on.")
        }
        Err(why) => not_done(Section::Agents.path(), why),
    }
}

/// Lets somebody sign in again.
pub async fn activate(site: web::Data<Site>, post: AdminPost, path: web::Path<String>) -> Answer {
    match staff::take(&site, &post.who, id(&path, "agent")?, Step::Activate).await? {
        Ok(agent) => done(Section::Agents.path(), format!("{} can sign in again.", agent.name)),
        Err(why) => not_done(Section::Agents.path(), why),
    }
}

/// Signs somebody out for good, and gives what they had on their desk to the queue.
pub async fn deactivate(site: web::Data<Site>, post: AdminPost, path: web::Path<String>) -> Answer {
    let agent = match staff::take(&site, &post.who, id(&path, "agent")?, Step::Deactivate).await? {
        Ok(agent) => agent,
        Err(why) => return not_done(Section::Agents.path(), why),
    };
    let freed = staff::clear_desk(&site, &post.who, agent.id).await?;
    let words = match freed {
        0 => String::new(),
        1 => " Their conversation is in the queue.".to_owned(),
        many => format!(" Their {many} conversations are in the queue."),
    };
    done(Section::Agents.path(), format!("{} is signed out and cannot sign in.{words}", agent.name))
}

/// Gives somebody a new password.
pub async fn set_password(
    site: web::Data<Site>,
    request: HttpRequest,
    post: AdminPost,
    path: web::Path<String>,
) -> Answer {
    let agent = find(&site, &path).await?;
    if agent.id == post.who.agent.id {
        return not_done(Section::Profile.path(), "Change your own password here; it needs the current one.");
    }
    match rules::new_password(post.form.raw("password")) {
        Ok(given) => save_password(&site, &post.who, agent.id, given).await?,
        Err(why) => return render_one(&site, &request, &post.who, &agent, Wrong::Password(why)).await,
    }
    done(Section::Agents.path(), format!("{} has a new password and is signed out everywhere.", agent.name))
}

async fn find(site: &Site, path: &str) -> Result<Agent, Refusal> {
    agents::find(site.desk.store.reader(), id(path, "agent")?).await?.ok_or(Refusal::NotFound("agent"))
}

async fn add(site: &Site, who: &SignedIn, new: NewAgent) -> Result<(), Refusal> {
    let hash = hash(new.password).await?;
    let agent = Agent {
        id: AgentId(site.desk.clock.new_id()),
        email: new.email,
        name: new.name,
        role: new.role,
        theme: Theme::default().name().to_owned(),
        shortcuts: true,
        created_at: site.desk.clock.now(),
        disabled_at: None,
        duty: Default::default(),
    };
    let tx = site.desk.store.begin().await?;
    agents::insert(&*tx, &agent, &hash).await?;
    let detail = json!({ "name": agent.name, "email": agent.email, "role": agent.role });
    trail::record(site, &tx, who, "agent.create", &staff::subject(agent.id), detail).await?;
    tx.commit().await?;
    site.directory.forget();
    Ok(())
}

async fn save_password(site: &Site, who: &SignedIn, agent: AgentId, given: String) -> Result<(), Refusal> {
    let hash = hash(given).await?;
    let tx = site.desk.store.begin().await?;
    agents::set_password(&*tx, agent, &hash).await?;
    sessions::end_others(&*tx, agent, None).await?;
    trail::record(site, &tx, who, "password.reset", &staff::subject(agent), json!({})).await?;
    Ok(tx.commit().await?)
}

async fn hash(given: String) -> Result<String, Refusal> {
    slowly(move || password::hash(&given)).await?.map_err(|error| Refusal::Broken(error.to_string()))
}

async fn lines(site: &Site, who: &SignedIn) -> Result<Vec<AgentLine>, StoreError> {
    let mut everybody = agents::everybody(site.desk.store.reader()).await?;
    everybody.sort_by_key(|agent| agent.disabled_at.is_some());
    let loads = agents::loads(site.desk.store.reader()).await?;
    let now = site.desk.clock.now();
    let line = |agent: Agent| {
        let load = loads.get(&agent.id).copied().unwrap_or_default();
        line(agent, who.agent.id, load, now)
    };
    Ok(everybody.into_iter().map(line).collect())
}

fn line(agent: Agent, me: AgentId, load: u32, now: DateTime<Utc>) -> AgentLine {
    AgentLine {
        presence: Presence::of(agent.duty, now),
        capacity: agent.duty.capacity,
        load,
        initials: initials(&agent.name),
        name: agent.name,
        email: agent.email,
        role: agent.role,
        active: agent.disabled_at.is_none(),
        me: agent.id == me,
        url: if agent.id == me { Section::Profile.path().to_owned() } else { address(agent.id) },
    }
}

fn address(id: AgentId) -> String {
    format!("{}/{id}", Section::Agents.path())
}

/// What is wrong with what was typed on somebody's page.
enum Wrong {
    Nothing,
    Password(String),
    Capacity(String),
}

async fn render_one(site: &Site, request: &HttpRequest, who: &SignedIn, agent: &Agent, wrong: Wrong) -> Answer {
    let layout = layout(site, who, request, &agent.name).await?;
    let (email, active) = (agent.email.clone(), agent.disabled_at.is_none());
    let capacity = agent.duty.capacity;
    let mut page = AgentPage::new(layout, address(agent.id), email, active, agent.role, capacity);
    let status = if matches!(wrong, Wrong::Nothing) { 200 } else { 422 };
    match wrong {
        Wrong::Nothing => {}
        Wrong::Password(why) => page.password.error = Some(why),
        Wrong::Capacity(why) => page.capacity.error = Some(why),
    }
    reply::page(request, status, &page)
}

/// The page with a form that invites somebody as it was sent.
pub(super) async fn render_with(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    invite: InviteForm,
) -> Answer {
    let agents = lines(site, who).await?;
    let page = page(site, request, who, agents, AgentForm::default(), invite).await?;
    reply::page(request, status, &page)
}

async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    agents: Vec<AgentLine>,
    form: AgentForm,
) -> Answer {
    reply::page(request, status, &page(site, request, who, agents, form, InviteForm::default()).await?)
}

async fn page(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    agents: Vec<AgentLine>,
    form: AgentForm,
    invite: InviteForm,
) -> Result<AgentsPage, Refusal> {
    let layout = layout(site, who, request, Section::Agents.label()).await?;
    let waiting = invitations::waiting(site.desk.store.reader(), site.desk.clock.now()).await?;
    let invited = waiting.into_iter().map(|one| InvitationLine {
        action: format!("{}/invitations/{}/withdrawal", Section::Agents.path(), one.id),
        name: one.name,
        email: one.email,
        until: Moment::date(one.expires_at),
    });
    Ok(AgentsPage { layout, agents, form, invited: invited.collect(), invite })
}
