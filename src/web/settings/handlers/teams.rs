//! `/settings/teams`.

use actix_web::{HttpRequest, web};
use serde_json::json;

use crate::handoff::{AgentId, TeamId};
use crate::store::agents::{self, Agent};
use crate::store::teams::{self, Team};
use crate::store::{StoreError, Tx};
use crate::web::field::Field;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::rules::{self, fill};
use crate::web::settings::shell::Section;
use crate::web::settings::teams::{Member, NAME_TAKEN, TeamLine, TeamsPage, name_field};
use crate::web::settings::trail;
use crate::web::site::Site;

use super::{Answer, done, id, layout};

/// The teams.
pub async fn index(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    let teams = lines(&site).await?;
    render(&site, &request, &who, 200, teams, name_field()).await
}

/// Makes a team.
pub async fn create(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let mut field = name_field();
    if let Some(name) = fill(&mut field, &post.form, rules::name) {
        match add(&site, &post.who, &name).await {
            Err(error) if error.is_conflict() => field.error = Some(NAME_TAKEN.to_owned()),
            added => {
                added?;
                return done(Section::Teams.path(), format!("{name} is there. Open it to choose its members."));
            }
        }
    }
    let teams = lines(&site).await?;
    render(&site, &request, &post.who, 422, teams, field).await
}

/// Changes a team's name and members.
pub async fn update(site: web::Data<Site>, request: HttpRequest, post: AdminPost, path: web::Path<String>) -> Answer {
    let id: TeamId = id(&path, "team")?;
    let mut teams = lines(&site).await?;
    let line = teams.iter_mut().find(|line| line.id == id.to_string()).ok_or(Refusal::NotFound("team"))?;
    if let Some((name, members)) = line.read(&post.form) {
        let members: Vec<AgentId> = members.iter().filter_map(|member| member.parse().ok()).collect();
        match save(&site, &post.who, id, &name, &members).await {
            Err(error) if error.is_conflict() => line.error = Some(NAME_TAKEN.to_owned()),
            saved => {
                saved?;
                return done(Section::Teams.path(), format!("{name} is saved."));
            }
        }
    }
    render(&site, &request, &post.who, 422, teams, name_field()).await
}

/// Deletes a team.
pub async fn delete(site: web::Data<Site>, post: AdminPost, path: web::Path<String>) -> Answer {
    let id: TeamId = id(&path, "team")?;
    let tx = site.desk.store.begin().await?;
    let team = teams::find(&*tx, id).await?.ok_or(Refusal::NotFound("team"))?;
    teams::delete(&*tx, id).await?;
    trail::record(&site, &tx, &post.who, "team.delete", &subject(id), json!({ "name": team.name })).await?;
    tx.commit().await?;
    site.directory.forget();
    done(Section::Teams.path(), format!("{} is deleted.", team.name))
}

async fn add(site: &Site, who: &SignedIn, name: &str) -> Result<(), StoreError> {
    let team = Team {
        id: TeamId(site.desk.clock.new_id()),
        name: name.to_owned(),
        description: String::new(),
        created_at: site.desk.clock.now(),
    };
    let tx = site.desk.store.begin().await?;
    teams::insert(&*tx, &team).await?;
    trail::record(site, &tx, who, "team.create", &subject(team.id), json!({ "name": name })).await?;
    tx.commit().await?;
    site.directory.forget();
    Ok(())
}

async fn save(site: &Site, who: &SignedIn, id: TeamId, name: &str, members: &[AgentId]) -> Result<(), StoreError> {
    let tx = site.desk.store.begin().await?;
    let members = [members, &away(&tx, id).await?].concat();
    teams::rename(&*tx, id, name).await?;
    teams::set_members(&*tx, id, &members, || site.desk.clock.new_id()).await?;
    trail::record(site, &tx, who, "team.change", &subject(id), json!({ "name": name, "members": members })).await?;
    tx.commit().await?;
    site.directory.forget();
    Ok(())
}

/// Members who are deactivated. The form does not list them; they are back in their team when they are back.
async fn away(tx: &Tx, id: TeamId) -> Result<Vec<AgentId>, StoreError> {
    let members = teams::members(&**tx, id).await?;
    let left = agents::everybody(&**tx).await?.into_iter().filter(|agent| agent.disabled_at.is_some());
    Ok(left.map(|agent| agent.id).filter(|agent| members.contains(agent)).collect())
}

fn subject(id: TeamId) -> String {
    format!("team:{id}")
}

async fn lines(site: &Site) -> Result<Vec<TeamLine>, StoreError> {
    let db = site.desk.store.reader();
    let people = agents::all(db).await?;
    let mut lines = Vec::new();
    for team in teams::all(db).await? {
        let members = teams::members(db, team.id).await?;
        lines.push(line(team, &members, &people));
    }
    Ok(lines)
}

fn line(team: Team, members: &[AgentId], people: &[Agent]) -> TeamLine {
    let member = |agent: &Agent| Member {
        id: agent.id.to_string(),
        name: agent.name.clone(),
        belongs: members.contains(&agent.id),
    };
    TeamLine {
        id: team.id.to_string(),
        typed: team.name.clone(),
        name: team.name,
        members: people.iter().map(member).collect(),
        error: None,
    }
}

async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    teams: Vec<TeamLine>,
    name: Field,
) -> Answer {
    let layout = layout(site, who, request, Section::Teams.label()).await?;
    reply::page(request, status, &TeamsPage { layout, teams, name })
}
