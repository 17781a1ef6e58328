//! The settings: what administrators decide for everybody, and agents for themselves.
//!
//! Every form is an ordinary post; every error stands beside its field and says what to do. Invariant: a change is written
//! in one transaction with the line that says who made it, and never over a version its maker has not seen.

pub mod access;
pub mod after;
pub mod agents;
pub mod api_keys;
pub mod article;
pub mod browsers;
pub mod account;
pub mod channels;
pub mod difference;
pub mod handlers;
pub mod handoff;
pub mod import;
pub mod knowledge;
pub mod model;
pub mod notifications;
pub mod office_hours;
pub mod one_form;
pub mod phone;
pub mod posted;
pub mod privacy;
pub mod profile;
pub mod quiet;
pub mod ratings;
pub mod routing;
pub mod rules;
pub mod samples;
pub mod shell;
pub mod teams;
pub mod trail;
pub mod trial;
pub mod unanswered;
pub mod upload;
pub mod waiting;
pub mod web_channel;

use actix_web::web::{PayloadConfig, ServiceConfig, get, post, scope};

use handlers::phone as phones;
use handlers::{agents as people, api_keys as keys, channel, channels as list, handoff as rules_and_texts};
use handlers::{articles, import as imports, knowledge as library, trial as trials, unanswered as gaps};
use handlers::{
    install, invitations, office_hours as hours, one_form as single, privacy as private, ratings as opinions,
    routing as routes_of,
};
use handlers::{model as language_model, profile as own, teams as groups};

/// Largest form. An article of [`rules::BODY_CHARS_MAX`] characters fits, each written as several escaped bytes.
pub const BODY_BYTES_MAX: usize = 2 * 1024 * 1024;

/// Every route below `/settings`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        scope("/settings")
            .app_data(PayloadConfig::new(BODY_BYTES_MAX))
            .route("", get().to(handlers::first))
            .configure(channel_routes)
            .configure(people_routes)
            .configure(ai_routes)
            .configure(time_routes)
            .configure(knowledge_routes)
            .route("/api-keys", get().to(keys::index))
            .route("/api-keys", post().to(keys::create))
            .route("/api-keys/{id}/revocation", post().to(keys::revoke))
            .route("/profile", get().to(own::show))
            .route("/profile", post().to(own::update))
            .route("/profile/availability", post().to(own::set_availability))
            .route("/profile/password", post().to(own::change_password))
            .route("/profile/quiet-hours", post().to(handlers::quiet::update))
            .route("/profile/browsers", post().to(handlers::browsers::create))
            .route("/profile/browsers/{id}/test", post().to(handlers::browsers::test))
            .route("/profile/browsers/{id}/removal", post().to(handlers::browsers::remove)),
    );
}

fn channel_routes(config: &mut ServiceConfig) {
    config
        .route("/channels", get().to(list::index))
        .route("/channels", post().to(channel::create))
        .route("/channels/new", get().to(channel::new))
        .route("/channels/installation", get().to(install::complete))
        .route("/channels/{id}/installation", get().to(install::begin))
        .route("/channels/{id}", get().to(channel::show))
        .route("/channels/{id}", post().to(channel::update))
        .route("/phone", get().to(phones::index))
        .route("/phone/{id}", get().to(phones::show))
        .route("/phone/{id}", post().to(phones::update))
        .route("/channels/{id}/test", post().to(handlers::account::test));
}

fn people_routes(config: &mut ServiceConfig) {
    config
        .route("/agents", get().to(people::index))
        .route("/agents", post().to(people::create))
        .route("/agents/invitations", post().to(invitations::create))
        .route("/agents/invitations/{id}/withdrawal", post().to(invitations::withdraw))
        .route("/agents/{id}", get().to(people::show))
        .route("/agents/{id}/capacity", post().to(people::set_capacity))
        .route("/agents/{id}/role", post().to(people::set_role))
        .route("/agents/{id}/password", post().to(people::set_password))
        .route("/agents/{id}/deactivation", post().to(people::deactivate))
        .route("/agents/{id}/activation", post().to(people::activate))
        .route("/teams", get().to(groups::index))
        .route("/teams", post().to(groups::create))
        .route("/teams/{id}", post().to(groups::update))
        .route("/teams/{id}/deletion", post().to(groups::delete));
}

fn ai_routes(config: &mut ServiceConfig) {
    config
        .route("/handoff", get().to(rules_and_texts::show))
        .route("/handoff", post().to(rules_and_texts::update))
        .route("/handoff/topics", get().to(rules_and_texts::topics::show))
        .route("/handoff/topics", post().to(rules_and_texts::topics::update))
        .route("/handoff/topics/trial", post().to(rules_and_texts::topics::try_message))
        .route("/handoff/collection", get().to(rules_and_texts::collection::show))
        .route("/handoff/collection", post().to(rules_and_texts::collection::update))
        .route("/handoff/messages", get().to(rules_and_texts::messages::show))
        .route("/handoff/messages", post().to(rules_and_texts::messages::update))
        .route("/handoff/rehearsal", post().to(rules_and_texts::rehearsal::show))
        .route("/ai", get().to(language_model::show))
        .route("/ai", post().to(language_model::update))
        .route("/ai/trial", post().to(language_model::try_out))
        .route("/ai/secrets", post().to(language_model::set_secret));
}

/// Who is there, who gets what, and what happens as time goes by.
fn time_routes(config: &mut ServiceConfig) {
    config
        .route("/office-hours", get().to(hours::index))
        .route("/office-hours", post().to(hours::update))
        .route("/office-hours/new", get().to(hours::new))
        .route("/office-hours/new", post().to(hours::create))
        .route("/office-hours/{id}", get().to(hours::show))
        .route("/office-hours/{id}", post().to(hours::change))
        .route("/office-hours/{id}/deletion", post().to(hours::delete))
        .route("/privacy", get().to(private::show))
        .route("/privacy", post().to(private::update))
        .route("/privacy/export", post().to(private::export))
        .route("/privacy/erasure", post().to(private::erase))
        .route("/ratings", get().to(opinions::show))
        .route("/ratings", post().to(opinions::update))
        .route("/routing", get().to(routes_of::show))
        .route("/routing", post().to(routes_of::update))
        .route("/waiting", get().to(single::show::<waiting::WaitingForm>))
        .route("/waiting", post().to(single::update::<waiting::WaitingForm>))
        .route("/notifications", get().to(single::show::<notifications::NotificationsForm>))
        .route("/notifications", post().to(single::update::<notifications::NotificationsForm>))
        .route("/after", get().to(single::show::<after::AfterForm>))
        .route("/after", post().to(single::update::<after::AfterForm>));
}

fn knowledge_routes(config: &mut ServiceConfig) {
    config
        .route("/knowledge", get().to(library::index))
        .route("/knowledge", post().to(articles::create))
        .route("/knowledge/new", get().to(articles::new))
        .route("/knowledge/unanswered", get().to(gaps::index))
        .route("/knowledge/unanswered/dismissal", post().to(gaps::dismiss))
        .route("/knowledge/trial", get().to(trials::show))
        .route("/knowledge/trial", post().to(trials::ask))
        .route("/knowledge/import", get().to(imports::new))
        .route("/knowledge/import", post().to(imports::create))
        .route("/knowledge/import/{id}", get().to(imports::show))
        .route("/knowledge/import/{id}", post().to(imports::take))
        .route("/knowledge/import/{id}/deletion", post().to(imports::delete))
        .route("/knowledge/{id}", get().to(articles::show))
        .route("/knowledge/{id}", post().to(articles::update))
        .route("/knowledge/{id}/deletion", post().to(articles::delete));
}
