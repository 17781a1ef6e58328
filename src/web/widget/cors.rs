//! Which pages of other origins a browser lets call. A preflight names no channel, so any channel's page passes it; the call
//! itself is checked against its own channel in [`super::visitor`].

use actix_cors::Cors;

use crate::web::site::Site;

/// How long a browser may remember an answer, in seconds.
const MAX_AGE_S: usize = 600;

/// The policy of both scopes.
pub(super) fn policy(site: &Site) -> Cors {
    let site = site.clone();
    Cors::default()
        .allowed_origin_fn(move |origin, _| origin.to_str().is_ok_and(|origin| site.some_channel_allows(origin)))
        .allowed_methods(["GET", "POST", "DELETE"])
        .allowed_headers(["x-bot-token", "authorization", "content-type", "accept", "last-event-id"])
        .expose_headers(["retry-after"])
        .max_age(MAX_AGE_S)
}
