//! What a widget must know before it draws anything.

use actix_web::HttpResponse;
use serde::Serialize;
use uuid::Uuid;

use crate::desk::settings::Organisation;
use crate::handoff::policy::HandoffSettings;
use crate::store::settings;

use super::refusal::Problem;
use super::visitor::Widget;

/// How often a widget without a live stream asks for its list of conversations, in seconds.
const SESSIONS_POLL_S: u32 = 30;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    org: Org,
    sessions_polling_interval_seconds: u32,
    session_polling_interval_seconds: u32,
    modes: [(); 0],
    baton: Own,
}

#[derive(Serialize)]
struct Org {
    id: Uuid,
    name: String,
}

/// What Baton's own widget reads beside the common fields.
#[derive(Serialize)]
struct Own {
    title: String,
    greeting: String,
    ai_name: String,
    handoff_enabled: bool,
    live: bool,
    primary_color: Option<String>,
    upload_bytes_max: usize,
}

/// `GET /backend/widget/v2/config`.
pub(super) async fn show(widget: Widget) -> Result<HttpResponse, Problem> {
    let db = widget.site.desk.store.reader();
    let organisation = settings::load::<Organisation>(db).await?.value;
    let levers = settings::load::<HandoffSettings>(db).await?.value.levers_for(Some(widget.channel.id));
    let boot = &widget.site.boot;
    Ok(HttpResponse::Ok().json(Config {
        org: Org { id: organisation.id, name: organisation.name },
        sessions_polling_interval_seconds: SESSIONS_POLL_S,
        session_polling_interval_seconds: boot.widget_poll_s,
        modes: [],
        baton: Own {
            title: widget.settings.title.clone(),
            greeting: widget.settings.greeting.clone(),
            ai_name: widget.settings.ai_name.clone(),
            handoff_enabled: levers.enabled && levers.on_request,
            live: true,
            primary_color: widget.settings.primary_color.clone(),
            upload_bytes_max: boot.upload_bytes_max,
        },
    }))
}
