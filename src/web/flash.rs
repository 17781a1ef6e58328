//! The sentence after an action, carried over the redirect in a cookie that lives for one page.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::page::Flash;

const COOKIE: &str = "baton_flash";
/// Long enough for the redirect, short enough not to surprise anybody later.
const LIFETIME: Duration = Duration::seconds(20);
const WORDS_CHARS_MAX: usize = 300;

/// Sends the browser to a page of this site, which shows the sentence.
pub fn redirect(to: &str, flash: Option<&Flash>) -> HttpResponse {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, to));
    if let Some(flash) = flash {
        let (kind, words) = match flash {
            Flash::Done(words) => ('+', words),
            Flash::Problem(words) => ('-', words),
        };
        let words: String = words.chars().take(WORDS_CHARS_MAX).collect();
        // Not percent-encoding: who reads cookies takes that away already, and an ampersand would end the sentence.
        let value = URL_SAFE_NO_PAD.encode(words);
        response.cookie(cookie(format!("{kind}{value}"), LIFETIME));
    }
    response.finish()
}

/// The sentence the last action left, if it did. It goes away by itself.
pub fn read(request: &HttpRequest) -> Option<Flash> {
    let cookie = request.cookie(COOKIE)?;
    let (kind, value) = cookie.value().split_at_checked(1)?;
    let words = String::from_utf8(URL_SAFE_NO_PAD.decode(value).ok()?).ok()?;
    match kind {
        "+" => Some(Flash::Done(words)),
        "-" => Some(Flash::Problem(words)),
        _ => None,
    }
}

/// Takes the sentence away once it has been shown.
pub fn clear(request: &HttpRequest, response: &mut HttpResponse) {
    if request.cookie(COOKIE).is_some() {
        let gone = cookie(String::new(), Duration::ZERO);
        if let Err(error) = response.add_cookie(&gone) {
            tracing::warn!(%error, "a notice could not be taken away");
        }
    }
}

fn cookie(value: String, age: Duration) -> Cookie<'static> {
    Cookie::build(COOKIE, value).path("/").http_only(true).same_site(SameSite::Lax).max_age(age).finish()
}
