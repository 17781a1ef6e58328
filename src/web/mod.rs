//! Everything a browser sees, and everything that calls in over HTTP.
//!
//! May not hold a rule of the product and may not touch the store's rows. Invariant: a handler extracts, parses, makes one
//! call and renders.

pub mod accounts;
pub mod assets;
pub mod collecting;
pub mod counts;
pub mod directory;
pub mod error;
pub mod event_stream;
pub mod field;
pub mod files;
pub mod flash;
pub mod frame;
pub mod framed;
pub mod headers;
pub mod health;
pub mod hooks;
pub mod html;
pub mod icon;
pub mod inbox;
pub mod invitation;
pub mod limits;
pub mod log;
pub mod markdown;
pub mod moment;
pub mod page;
pub mod password;
pub mod refusal;
pub mod reply;
pub mod reports;
pub mod samples;
pub mod session;
pub mod settings;
pub mod setup;
pub mod signin;
pub mod signing;
pub mod site;
pub mod voice;
pub mod widget;

use actix_web::web::{PayloadConfig, ServiceConfig, get, post, resource};

use site::Site;

/// Every route.
pub fn routes(config: &mut ServiceConfig, site: &Site, demo: bool) {
    refusal::readers(config);
    // A request is held against one pattern after the other, so what comes most often comes first.
    config.service(
        resource("/hooks/{token}")
            .app_data(PayloadConfig::new(hooks::BODY_BYTES_MAX))
            .route(post().to(hooks::receive))
            .route(get().to(hooks::receive)),
    );
    widget::routes(config, site);
    inbox::routes(config);
    config
        .route("/healthz", get().to(health::healthz))
        .route("/readyz", get().to(health::readyz))
        .route("/metrics", get().to(health::metrics))
        .route("/static/{path:.*}", get().to(assets::file))
        .route("/widget.js", get().to(assets::widget_loader))
        .route("/", get().to(inbox::lists::home))
        .route("/setup", get().to(signing::setup_page))
        .route("/setup", post().to(signing::setup))
        .route("/invitation/{token}", get().to(invitation::show))
        .route("/invitation/{token}", post().to(invitation::accept))
        .route("/session", get().to(signing::sign_in_page))
        .route("/session", post().to(signing::sign_in))
        .route("/session/end", post().to(signing::sign_out))
        .route("/files/{id}/{signature}/{name}", get().to(files::serve));
    if demo {
        config.route("/shop", get().to(assets::shop)).route("/shop/{path:.*}", get().to(assets::shop_file));
    }
    config.route("/reports", get().to(reports::show));
    voice::routes(config);
    settings::routes(config);
    // Modules live beside the API, so they come after it.
    config.route("/widget/{file:.*}", get().to(assets::widget_module));
}
