//! The workspace over HTTP: the Web API in both of its forms, and its files.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::strict::well_formed;
use super::workspace::{APP_TOKEN, BOT_TOKEN, CLIENT_ID, CLIENT_SECRET, Call, Trouble, Workspace};

/// Serves a workspace.
pub fn routes(routes: &mut web::ServiceConfig, workspace: &Workspace) {
    routes
        .app_data(web::Data::new(workspace.clone()))
        .route("/api/{method}", web::post().to(call))
        .route("/upload/{id}", web::post().to(upload))
        .route("/files/{id}", web::get().to(download));
}

async fn call(
    workspace: web::Data<Workspace>,
    request: HttpRequest,
    method: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let method = method.into_inner();
    let wanted = match method.as_str() {
        // The app itself, by the id and the secret it was given.
        "oauth.v2.access" => Some(format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}")))),
        "apps.connections.open" => Some(format!("Bearer {APP_TOKEN}")),
        _ => Some(format!("Bearer {BOT_TOKEN}")),
    };
    if wanted.is_some_and(|wanted| !is_shown(&request, &wanted)) {
        return HttpResponse::Ok().json(json!({"ok": false, "error": "invalid_auth"}));
    }
    let Some((arguments, is_form)) = arguments(&request, &body) else {
        return HttpResponse::Ok().json(json!({"ok": false, "error": "invalid_form_data"}));
    };
    let mut state = workspace.lock();
    state.calls.push(Call { method: method.clone(), arguments: arguments.clone(), is_form });
    let trouble = state.troubles.iter().position(|trouble| trouble.method() == method);
    let trouble = trouble.and_then(|place| state.troubles.remove(place));
    match &trouble {
        Some(Trouble::Refused(_, error)) => return HttpResponse::Ok().json(json!({"ok": false, "error": error})),
        Some(Trouble::Limited(_, seconds)) => {
            let answer = json!({"ok": false, "error": "ratelimited"});
            return HttpResponse::TooManyRequests().insert_header(("Retry-After", seconds.to_string())).json(answer);
        }
        Some(Trouble::Unheard(_)) | None => {}
    }
    let asked = well_formed(&method, &arguments, is_form).and_then(|()| state.answer(&method, &arguments));
    let answer = match asked {
        Ok(mut answer) => {
            answer["ok"] = true.into();
            answer
        }
        Err(error) => {
            state.refused.push((method, error.to_owned()));
            json!({"ok": false, "error": error})
        }
    };
    drop(state);
    workspace.changed();
    match trouble {
        Some(_) => HttpResponse::BadGateway().body("the answer was lost"),
        None => HttpResponse::Ok().json(answer),
    }
}

async fn upload(workspace: web::Data<Workspace>, id: web::Path<String>, body: web::Bytes) -> HttpResponse {
    if workspace.take_file(&id, body) { HttpResponse::Ok().body("OK") } else { HttpResponse::NotFound().finish() }
}

async fn download(workspace: web::Data<Workspace>, request: HttpRequest, id: web::Path<String>) -> HttpResponse {
    if !is_shown(&request, &format!("Bearer {BOT_TOKEN}")) {
        // Slack shows its sign-in page to strangers.
        return HttpResponse::Ok().content_type("text/html").body("<html>Sign in</html>");
    }
    match workspace.file(&id) {
        Some(content) => HttpResponse::Ok().content_type("application/octet-stream").body(content),
        None => HttpResponse::NotFound().finish(),
    }
}

fn is_shown(request: &HttpRequest, wanted: &str) -> bool {
    request.headers().get(header::AUTHORIZATION).is_some_and(|shown| shown.as_bytes() == wanted.as_bytes())
}

/// The arguments, and whether they are a form.
fn arguments(request: &HttpRequest, body: &[u8]) -> Option<(Value, bool)> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/json") {
        // A call without arguments has no body, as Slack's own client sends it.
        if body.is_empty() {
            return Some((Value::Object(Map::new()), false));
        }
        return serde_json::from_slice(body).ok().filter(Value::is_object).map(|arguments| (arguments, false));
    }
    let pairs = url::form_urlencoded::parse(body);
    let fields: Map<_, _> = pairs.map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect();
    Some((Value::Object(fields), true))
}
