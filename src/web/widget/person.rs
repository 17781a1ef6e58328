//! "Talk to a person".

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::store::conversations::{self, Record};

use super::body::language;
use super::refusal::Problem;
use super::render::Renderer;
use super::visitor::Visitor;

/// `POST /widget/v1/sessions/{session}/person`. Asking twice is asking once.
pub(super) async fn create(
    request: HttpRequest,
    visitor: Visitor,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    visitor.count_message()?;
    let session = visitor.session_at(&path).await?;
    speak_their_language(&request, &visitor, &session).await?;
    let record = visitor.site.desk.ask_for_person(session.core.id).await?;
    Ok(HttpResponse::Ok().json(Renderer::new(&visitor).session(&record).await?))
}

/// Nothing may have been said yet, so the browser's first language tells how to word the answer.
async fn speak_their_language(request: &HttpRequest, visitor: &Visitor, session: &Record) -> Result<(), Problem> {
    let accepted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let first = accepted.and_then(|list| list.split([',', ';']).next());
    let Some(language) = language(first).filter(|_| session.language.is_none()) else { return Ok(()) };
    let tx = visitor.site.desk.store.begin().await?;
    if let Some(before) = conversations::lock(&*tx, session.core.id).await?
        && before.language.is_none()
    {
        let after = Record { language: Some(language), ..before.clone() };
        conversations::save(&*tx, &before, &after).await?;
    }
    tx.commit().await?;
    Ok(())
}
