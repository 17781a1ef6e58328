//! The parameters of a webhook: those of its body, and those of its address.

use http::Method;
use url::form_urlencoded;

use crate::contract::RawRequest;

/// The parameters of a webhook, decoded, in their order.
#[derive(Clone, Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads the body of a form, or the query of a `GET`, and after them the query of any request.
    pub fn of(request: &RawRequest) -> Self {
        let mut pairs = if is_form(request) { decode(&request.body) } else { Vec::new() };
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        pairs.extend(decode(query.as_bytes()));
        Self(pairs)
    }

    /// The first value of a name; empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The same, or nothing if it is empty.
    pub fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|value| !value.is_empty())
    }
}

/// Whether the body is a form's.
fn is_form(request: &RawRequest) -> bool {
    let kind = request.headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    request.method == Method::POST && kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn decode(bytes: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(bytes).map(|(key, value)| (key.into_owned(), value.into_owned())).collect()
}
