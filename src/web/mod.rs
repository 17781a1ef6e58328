//! Everything a browser sees, and everything that calls in over HTTP.
//!
//! May not hold a rule of the product and may not touch the store's rows. Invariant: a handler extracts, parses, makes one
//! call and renders.

pub mod site;
pub mod headers;
pub mod limits;
pub mod log;
pub mod health;
pub mod assets;
pub mod refusal;
pub mod session;
pub mod password;
pub mod markdown;
pub mod files;
pub mod hooks;
pub mod page;
pub mod frame;
pub mod flash;
pub mod reply;
pub mod html;
pub mod icon;
pub mod field;
pub mod moment;
pub mod error;
pub mod setup;
pub mod signin;
pub mod inbox;
pub mod settings;
pub mod widget;
pub mod samples;

use actix_web::web::{PayloadConfig, ServiceConfig, get, post, resource};

use site::Site;

/// Every route.
pub fn routes(config: &mut ServiceConfig, site: &Site) {
    config
        .route("/healthz", get().to(health::healthz))
        .route("/readyz", get().to(health::readyz))
        .route("/metrics", get().to(health::metrics))
        .route("/static/{path:.*}", get().to(assets::file))
        .route("/widget.js", get().to(assets::widget_loader))
        .route("/shop", get().to(assets::shop))
        .route("/shop/{path:.*}", get().to(assets::shop_file))
        .route("/files/{id}/{signature}/{name}", get().to(files::serve));
    config.service(
        resource("/hooks/{token}").app_data(PayloadConfig::new(hooks::BODY_BYTES_MAX)).route(post().to(hooks::receive)),
    );
    settings::routes(config);
    widget::routes(config, site);
    // Modules live beside the API, so they come after it.
    config.route("/widget/{file:.*}", get().to(assets::widget_module));
}
