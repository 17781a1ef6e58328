//! Why a page or a form is not answered as asked, and what the visitor sees then.

use actix_web::error::UrlencodedError;
use actix_web::http::{StatusCode, header};
use actix_web::web::{FormConfig, PathConfig, QueryConfig, ServiceConfig};
use actix_web::{HttpResponse, ResponseError};
use askama::Template as _;

use crate::desk::DeskError;
use crate::store::StoreError;

use super::error::ErrorPage;
use super::limits::TooMany;

/// Largest form, in bytes. Articles have a larger limit of their own.
const FORM_BYTES_MAX: usize = 256 * 1024;

/// When whoever met a database that does not work may try again.
pub(super) const RETRY_AFTER_S: u64 = 5;
const DATABASE_ADVICE: &str = "The database does not work at the moment, and nothing was changed. Try again shortly. If it \
                               goes on, ask whoever runs Baton to look at the database and its disk.";

/// Why a page or a form is not answered as asked.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Nobody is signed in. `then` is where to go afterwards.
    #[error("sign in first")]
    SignIn {
        /// The page that was asked for.
        then: Option<String>,
    },
    /// The signed-in person may not.
    #[error("this page is for admins")]
    Forbidden,
    /// The form is from an older session, or from elsewhere.
    #[error("the form is from an older session")]
    StaleForm,
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Too often.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The use case refused.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A form could not be read.
    #[error("{0}")]
    BadForm(String),
    /// The form is larger than any form of ours.
    #[error("the form is too large")]
    TooLarge,
    /// Something that should not fail failed.
    #[error("{0}")]
    Broken(String),
}

impl Refusal {
    fn words(&self) -> (&'static str, String) {
        match self {
            Self::SignIn { .. } => ("Sign in first", "Your session has ended. Sign in and try again.".into()),
            Self::Forbidden => ("This page is for admins", "Ask an admin of your team to do this for you.".into()),
            Self::StaleForm => ("The form is out of date", "Go back, reload the page and send the form again.".into()),
            Self::NotFound(what) | Self::Desk(DeskError::NotFound(what)) => {
                ("Not found", format!("There is no such {what}. It may have been removed."))
            }
            Self::TooLarge => ("That is too long", "Shorten the text and send it again.".into()),
            Self::TooMany(limit) => ("Too many tries", format!("Wait {} seconds and try again.", limit.retry_after_s)),
            Self::Desk(DeskError::Rejected(why)) => ("That did not work", why.to_string()),
            Self::Desk(DeskError::Invalid(why)) | Self::BadForm(why) => ("That did not work", why.clone()),
            Self::Desk(DeskError::Unseen { count }) => {
                ("New messages arrived", format!("{count} new messages arrived. Read them, then send again."))
            }
            Self::Desk(DeskError::Store(StoreError::Database(_))) | Self::Store(StoreError::Database(_)) => {
                ("Not possible right now", DATABASE_ADVICE.into())
            }
            Self::Desk(DeskError::NotTheirs) => ("That is somebody else's", "Open one of your own instead.".into()),
            Self::Desk(DeskError::Store(_) | DeskError::Crashed(_) | DeskError::Interrupted)
            | Self::Store(_)
            | Self::Broken(_) => {
                ("Something broke here", "It is our fault, and it is logged. Try again in a moment.".into())
            }
        }
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SignIn { .. } => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::StaleForm | Self::Desk(DeskError::NotTheirs) => StatusCode::FORBIDDEN,
            Self::NotFound(_) | Self::Desk(DeskError::NotFound(_)) => StatusCode::NOT_FOUND,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Desk(DeskError::Rejected(_) | DeskError::Unseen { .. }) => StatusCode::CONFLICT,
            Self::Desk(DeskError::Invalid(_)) | Self::BadForm(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Desk(DeskError::Store(StoreError::Database(_))) | Self::Store(StoreError::Database(_)) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Desk(DeskError::Store(_) | DeskError::Crashed(_) | DeskError::Interrupted)
            | Self::Store(_)
            | Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::SignIn { then: Some(then) } = self {
            let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("then", then).finish();
            return HttpResponse::SeeOther().insert_header((header::LOCATION, format!("/session?{query}"))).finish();
        }
        let status = self.status_code();
        if status.is_server_error() {
            tracing::error!(error = %self, "a request could not be answered");
        }
        let (title, advice) = self.words();
        let mut response = HttpResponse::build(status);
        if let Self::TooMany(limit) = self {
            response.insert_header((header::RETRY_AFTER, limit.retry_after_s.to_string()));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((header::RETRY_AFTER, RETRY_AFTER_S.to_string()));
        }
        match ErrorPage::plain(status.as_u16(), title, &advice).render() {
            Ok(page) => response.content_type("text/html; charset=utf-8").body(page),
            Err(_) => response.body(format!("{title}. {advice}\n")),
        }
    }
}

/// What an address that leads nowhere answers.
///
/// # Errors
/// Always: [`Refusal::NotFound`].
pub async fn no_such_page() -> Result<HttpResponse, Refusal> {
    Err(Refusal::NotFound("page"))
}

/// Answers what can not be read with a page that says what to do, where a framework's own words would be shown.
pub fn readers(config: &mut ServiceConfig) {
    let damaged = "The form or the address arrived damaged. Go back, reload the page and try again.";
    config
        .app_data(PathConfig::default().error_handler(|_, _| Refusal::NotFound("page").into()))
        .app_data(QueryConfig::default().error_handler(move |_, _| Refusal::BadForm(damaged.into()).into()))
        .app_data(FormConfig::default().limit(FORM_BYTES_MAX).error_handler(move |why, _| match why {
            UrlencodedError::Overflow { .. } => Refusal::TooLarge.into(),
            _ => Refusal::BadForm(damaged.into()).into(),
        }));
}
