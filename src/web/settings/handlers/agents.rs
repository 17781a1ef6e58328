//! `/settings/agents`: who may sign in, and as what.

use actix_web::{HttpRequest, web};
use serde_json::json;

use crate::handoff::AgentId;
use crate::store::agents::{self, Agent};
use crate::store::{StoreError, sessions};
use crate::web::frame::{initials, role_words};
use crate::web::page::Theme;
use crate::web::refusal::Refusal;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::agents::{AgentForm, AgentLine, AgentPage, AgentsPage, NewAgent, role_of};
use crate::web::settings::rules;
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::Site;
use crate::web::{flash, password, reply};

use super::staff::{self, Step};
use super::{Answer, done, id, layout, not_done, slowly};

/// What is said where an address is taken; it may be by somebody who was deactivated.
const EMAIL_TAKEN: &str = "Somebody with this address is already here. Use another address, or activate them above.";

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
    render_one(&site, &request, &who, &agent, None).await
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
        Err(why) => return render_one(&site, &request, &post.who, &agent, Some(why)).await,
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
    Ok(everybody.into_iter().map(|agent| line(agent, who.agent.id)).collect())
}

fn line(agent: Agent, me: AgentId) -> AgentLine {
    AgentLine {
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

async fn render_one(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    agent: &Agent,
    password_error: Option<String>,
) -> Answer {
    let layout = layout(site, who, request, &agent.name).await?;
    let (email, active) = (agent.email.clone(), agent.disabled_at.is_none());
    let mut page = AgentPage::new(layout, address(agent.id), email, active, agent.role);
    let status = if password_error.is_some() { 422 } else { 200 };
    page.password.error = password_error;
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
    let layout = layout(site, who, request, Section::Agents.label()).await?;
    reply::page(request, status, &AgentsPage { layout, agents, form })
}
