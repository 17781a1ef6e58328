//! Turning a typed page into a response.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::flash;
use super::refusal::Refusal;

/// What an enhanced form accepts: changes to the open page instead of a new one.
pub const PATCH_TYPE: &str = "text/vnd.baton.patch+html";

/// A page, with the status it has.
///
/// # Errors
/// [`Refusal::Broken`] if the template can not be rendered.
pub fn page(request: &HttpRequest, status: u16, page: &impl Template) -> Result<HttpResponse, Refusal> {
    let html = page.render().map_err(|error| Refusal::Broken(error.to_string()))?;
    let status = actix_web::http::StatusCode::from_u16(status).unwrap_or(actix_web::http::StatusCode::OK);
    let mut response = HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header(("Cache-Control", "no-store"))
        .body(html);
    flash::clear(request, &mut response);
    Ok(response)
}

/// Whether the request comes from an enhanced form.
pub fn wants_patches(request: &HttpRequest) -> bool {
    request
        .headers()
        .get("Accept")
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|types| types.contains(PATCH_TYPE))
}

/// Changes to the open page.
///
/// # Errors
/// [`Refusal::Broken`] if the template can not be rendered.
pub fn patches(status: u16, patches: &impl Template) -> Result<HttpResponse, Refusal> {
    let html = patches.render().map_err(|error| Refusal::Broken(error.to_string()))?;
    let status = actix_web::http::StatusCode::from_u16(status).unwrap_or(actix_web::http::StatusCode::OK);
    Ok(HttpResponse::build(status).content_type(format!("{PATCH_TYPE}; charset=utf-8")).body(html))
}
