//! Who may open a page of the settings, and who may send its form.
//!
//! Invariant: a handler that takes one of these has no way to run for somebody who may not, nor for a form that did not
//! come from one of our pages. What was sent is read only after its sender is known.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};

use crate::web::refusal::Refusal;
use crate::web::session::SignedIn;

use super::posted::Posted;

type Waiting<T> = Pin<Box<dyn Future<Output = Result<T, Refusal>>>>;

/// An administrator who opens a page.
#[derive(Clone, Debug)]
pub struct Admin(pub SignedIn);

/// A form an administrator sent.
#[derive(Clone, Debug)]
pub struct AdminPost {
    /// Who.
    pub who: SignedIn,
    /// What.
    pub form: Posted,
}

/// A form anybody at the desk sent about themselves.
#[derive(Clone, Debug)]
pub struct OwnPost {
    /// Who.
    pub who: SignedIn,
    /// What.
    pub form: Posted,
}

impl FromRequest for Admin {
    type Error = Refusal;
    type Future = Waiting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let who = SignedIn::from_request(request, payload);
        Box::pin(async move {
            let who = who.await?;
            who.require_admin()?;
            Ok(Self(who))
        })
    }
}

impl FromRequest for AdminPost {
    type Error = Refusal;
    type Future = Waiting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let sent = (SignedIn::from_request(request, payload), Bytes::from_request(request, payload));
        Box::pin(async move {
            let who = sent.0.await?;
            who.require_admin()?;
            let form = read(&who, sent.1.await)?;
            Ok(Self { who, form })
        })
    }
}

impl FromRequest for OwnPost {
    type Error = Refusal;
    type Future = Waiting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let sent = (SignedIn::from_request(request, payload), Bytes::from_request(request, payload));
        Box::pin(async move {
            let who = sent.0.await?;
            let form = read(&who, sent.1.await)?;
            Ok(Self { who, form })
        })
    }
}

fn read(who: &SignedIn, body: Result<Bytes, actix_web::Error>) -> Result<Posted, Refusal> {
    let body = body.map_err(|why| {
        Refusal::BadForm(format!(
            "The form did not arrive whole ({why}). Go back, shorten long texts and send it again."
        ))
    })?;
    let form = Posted::parse(&body);
    who.check_csrf(form.raw("csrf"))?;
    Ok(form)
}
