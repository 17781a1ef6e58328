//! The live stream of one conversation: `text/event-stream`, replayed from where the widget left off.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use crate::handoff::Seq;
use crate::web::event_stream;

use super::refusal::Problem;
use super::stream::Stream;
use super::visitor::Visitor;

const LAST_EVENT_ID: &str = "last-event-id";

#[derive(Deserialize)]
pub(super) struct Query {
    after: Option<String>,
}

/// `GET /widget/v1/sessions/{session}/live`.
pub(super) async fn show(
    request: HttpRequest,
    visitor: Visitor,
    path: web::Path<String>,
    query: web::Query<Query>,
) -> Result<HttpResponse, Problem> {
    let after = place(&request, query.into_inner())?;
    visitor.count_message()?;
    let session = visitor.session_at(&path).await?;
    let stream = Stream::open(&visitor, session.core.id, after);
    Ok(event_stream::respond(stream.into_chunks()))
}

/// The last place the widget has: what the browser remembers wins over what the page asks for.
fn place(request: &HttpRequest, query: Query) -> Result<Seq, Problem> {
    let header = request.headers().get(LAST_EVENT_ID).and_then(|value| value.to_str().ok()).map(str::to_owned);
    match header.or(query.after).as_deref().map(str::trim) {
        None | Some("") => Ok(Seq(0)),
        Some(text) => match text.parse() {
            Ok(seq) if seq >= 0 => Ok(Seq(seq)),
            _ => Err(Problem::Invalid("Last-Event-ID must be the id of an event of this stream.".into())),
        },
    }
}
