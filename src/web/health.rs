//! For whoever watches the process.

use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, web};

use super::site::Site;

/// The process runs.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// The process can serve: the database answers.
pub async fn readyz(site: web::Data<Site>) -> HttpResponse {
    if *site.stopped.borrow() {
        return HttpResponse::ServiceUnavailable().body("stopping\n");
    }
    match site.is_ready().await {
        Ok(()) => HttpResponse::Ok().body("ready\n"),
        Err(error) => {
            tracing::error!(%error, "not ready");
            HttpResponse::ServiceUnavailable().body("the database does not answer\n")
        }
    }
}

/// The counters, in Prometheus' text format.
pub async fn metrics(site: web::Data<Site>) -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::plaintext()).body(site.metrics.render())
}
