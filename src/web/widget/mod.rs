//! widget
use actix_web::web::ServiceConfig;
use super::site::Site;
/// routes
pub fn routes(_config: &mut ServiceConfig, _site: &Site) {}
