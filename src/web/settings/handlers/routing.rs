//! `/settings/routing`.

use actix_web::{HttpRequest, web};
use serde_json::json;

use crate::handoff::routing::Routing;
use crate::store::settings::{self, Section as _};
use crate::store::{agents, channels, teams};
use crate::web::field::Choice;
use crate::web::page::Flash;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::routing::{RoutingForm, RoutingPage, targets};
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::Site;

use super::one_form::version;
use super::{Answer, done, layout};

/// The rules.
pub async fn show(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    let stored = settings::load::<Routing>(site.desk.store.reader()).await?;
    render(&site, &request, &who, 200, stored.version, RoutingForm::of(&stored.value), None).await
}

/// Changes them. Whoever can not receive is refused.
pub async fn update(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let seen = version(post.form.raw("version"))?;
    let tx = site.desk.store.begin().await?;
    let roster = site.desk.roster(&tx).await?;
    let (form, routing) = RoutingForm::read(&post.form, &roster);
    let Some(routing) = routing else {
        drop(tx);
        return render(&site, &request, &post.who, 422, seen, form, None).await;
    };
    if !settings::save(&*tx, &routing, seen, Some(post.who.agent.id), site.desk.clock.now()).await? {
        drop(tx);
        let current = settings::load::<Routing>(site.desk.store.reader()).await?.version;
        let overtaken = trail::overtaken(&site, &post.who, Routing::NAME).await?;
        return render(&site, &request, &post.who, 409, current, form, Some(overtaken)).await;
    }
    trail::record(&site, &tx, &post.who, "routing.change", Routing::NAME, json!(routing)).await?;
    tx.commit().await?;
    // What waits may have somebody to go to now.
    site.desk.give_out_backlog().await?;
    done(Section::Routing.path(), "Saved. It counts from the next handoff on.")
}

async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    version: i64,
    form: RoutingForm,
    notice: Option<Flash>,
) -> Answer {
    let mut layout = layout(site, who, request, Section::Routing.label()).await?;
    layout.flash = notice.or(layout.flash);
    let db = site.desk.store.reader();
    let channels = channels::all(db).await?.into_iter().map(|one| Choice::new(one.id.to_string(), one.name)).collect();
    let people: Vec<_> = agents::all(db).await?.into_iter().map(|agent| (agent.id, agent.name)).collect();
    let teams: Vec<_> = teams::all(db).await?.into_iter().map(|team| (team.id, team.name)).collect();
    let targets = targets(&people, &teams);
    reply::page(request, status, &RoutingPage { layout, version, form, channels, targets })
}
