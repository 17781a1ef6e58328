//! Headers every response carries, and the address a request came from.

use std::net::IpAddr;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest};

use crate::boot::Boot;

/// Pages load nothing from elsewhere, run nothing inline, and are framed by nobody.
const PAGE_POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                           form-action 'self'; frame-ancestors 'none'";

/// Adds the headers that keep a browser from guessing, framing and leaking. A handler's own header stays.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    let add = [
        (header::CONTENT_SECURITY_POLICY, PAGE_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in add {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    Ok(response)
}

/// Where a request came from: the peer, or what a trusted proxy says in `X-Forwarded-For`. Proxies append to it and clients
/// can begin it with anything, so it is the last address that is not a trusted proxy's own.
pub fn client_address(request: &HttpRequest, boot: &Boot) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::from([0, 0, 0, 0]), |peer| peer.ip());
    if !boot.trusted_proxies.contains(&peer) {
        return peer;
    }
    request
        .headers()
        .get(header::X_FORWARDED_FOR)
        .and_then(|value| value.to_str().ok())
        .and_then(|list| last_untrusted(list, &boot.trusted_proxies))
        .unwrap_or(peer)
}

fn last_untrusted(list: &str, trusted: &[IpAddr]) -> Option<IpAddr> {
    let mut addresses = list.rsplit(',').map_while(|entry| entry.trim().parse::<IpAddr>().ok());
    addresses.find(|address| !trusted.contains(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_can_not_choose_its_own_address() {
        let proxy = IpAddr::from([10, 0, 0, 1]);
        let client = IpAddr::from([203, 0, 113, 7]);
        assert_eq!(last_untrusted("203.0.113.7", &[proxy]), Some(client));
        assert_eq!(last_untrusted("1.2.3.4, 203.0.113.7, 10.0.0.1", &[proxy]), Some(client));
        assert_eq!(last_untrusted("1.2.3.4, nonsense", &[proxy]), None);
        assert_eq!(last_untrusted("10.0.0.1", &[proxy]), None);
    }
}
