//! The web-chat channel: the widget API customers' browsers speak, under `/backend/widget/v2` in the field's common shapes
//! and under `/widget/v1` what Baton adds (a live stream, typing, "talk to a person").
//!
//! May not decide anything about a conversation and may not show a note or an internal event. Invariant: every conversation
//! is reached through [`visitor::Visitor::session`], which refuses everybody but its own contact.

mod answer;
mod attached;
mod authenticate;
mod body;
mod checkpoint;
mod config;
mod contact;
mod cors;
mod history;
mod lines;
mod live;
mod person;
mod rating;
mod refusal;
mod render;
mod resolve;
mod send;
mod sessions;
mod stream;
mod text;
mod token;
mod typing;
mod upload;
mod visitor;
mod vote;
mod wire;

use actix_web::http::header;
use actix_web::middleware::DefaultHeaders;
use actix_web::web::{QueryConfig, ServiceConfig, get, post, resource, route, scope};

use super::site::Site;

/// The routes of the web-chat channel.
pub fn routes(config: &mut ServiceConfig, site: &Site) {
    config
        .service(
            scope("/backend/widget/v2")
                .app_data(readable_queries())
                .wrap(private())
                .wrap(cors::policy(site))
                // The most frequent first: each is held against the address in turn.
                .route("/chat/send", post().to(send::create))
                .route("/config", get().to(config::show))
                .route("/contact/create-unverified", post().to(contact::create))
                .route("/sessions", get().to(sessions::list))
                .route("/create-session", post().to(sessions::create))
                .route("/poll/{session}", get().to(history::poll))
                .route("/session/history/{session}", get().to(history::show))
                .route("/upload", post().to(upload::create))
                .route("/chat/vote", post().to(vote::create))
                .route("/session/resolve", post().to(resolve::create))
                .route("/checkpoint", post().to(checkpoint::create))
                .route("/submit-csat", post().to(rating::create))
                .default_service(route().to(refusal::no_such_call)),
        )
        .service(
            scope("/widget/v1")
                .app_data(readable_queries())
                .wrap(private())
                .wrap(cors::policy(site))
                .route("/sessions/{session}/person", post().to(person::create))
                .route("/sessions/{session}/typing", post().to(typing::create))
                .route("/sessions/{session}/live", get().to(live::show))
                .default_service(route().to(refusal::no_such_call)),
        )
        .service(resource("/widget/authenticate-user").wrap(private()).route(post().to(authenticate::create)));
}

fn readable_queries() -> QueryConfig {
    QueryConfig::default()
        .error_handler(|why, _| refusal::Problem::Invalid(format!("The query can not be read: {why}.")).into())
}

/// What one customer is told is kept by no cache on the way.
fn private() -> DefaultHeaders {
    DefaultHeaders::new().add((header::CACHE_CONTROL, "no-store"))
}
