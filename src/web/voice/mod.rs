//! Phone calls as a provider asks about them: documents over HTTP, and a socket for a conversation.
//!
//! May not decide what comes next (the core does, through the desk) and knows no provider: bytes are read and written by the
//! channel's [`Voice`](baton_adapters::contract::voice::Voice). Invariant: nothing is believed before its signature, and no
//! response is held longer than a provider waits.

mod door;
mod flatten;
mod legs;
pub mod pull;
mod render;
mod socket;
mod talk;
mod tongue;

use actix_web::web::{PayloadConfig, ServiceConfig, get, post, scope};

/// Largest request about a call.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Every route below `/voice`.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        scope("/voice")
            .app_data(PayloadConfig::new(BODY_BYTES_MAX))
            .route("/{token}", post().to(legs::incoming))
            .route("/{token}/status", post().to(legs::status))
            .route("/{token}/{call}/socket", get().to(socket::open))
            .route("/{token}/{call}/{what}", post().to(legs::told)),
    );
}
