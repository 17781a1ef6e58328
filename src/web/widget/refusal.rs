//! Why a call is not answered as asked, as the JSON every caller of the widget API gets: `statusCode`, `message`, `error`.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;

use crate::desk::DeskError;
use crate::store::StoreError;
use crate::web::limits::TooMany;
use crate::web::refusal::RETRY_AFTER_S;

/// Why a call is not answered as asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    /// A token is missing or not ours.
    #[error("{0}")]
    Unauthorized(&'static str),
    /// The caller is known and may not.
    #[error("{0}")]
    Forbidden(&'static str),
    /// There is no such thing.
    #[error("There is no such {0}.")]
    NotFound(&'static str),
    /// More bytes than fit.
    #[error("{0}")]
    TooLarge(String),
    /// What was sent can not be used; the words say what to change.
    #[error("{0}")]
    Invalid(String),
    /// Too often.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The use case refused.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something that should not fail failed.
    #[error("{0}")]
    Broken(String),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    status_code: u16,
    message: String,
    error: &'a str,
}

impl Problem {
    /// What the caller is told; the inside of a failure stays inside.
    fn words(&self) -> String {
        match self {
            Self::Desk(DeskError::NotFound(what)) => Self::NotFound(what).to_string(),
            Self::Desk(DeskError::NotTheirs) => "This session belongs to somebody else.".into(),
            Self::Desk(DeskError::Store(error)) | Self::Store(error) if error.is_conflict() => {
                "This id is taken. Make a new one and send again.".into()
            }
            Self::Desk(DeskError::Store(_) | DeskError::Crashed(_) | DeskError::Interrupted)
            | Self::Store(_)
            | Self::Broken(_) => "Something broke here. Try again in a moment.".into(),
            Self::Desk(DeskError::Invalid(why)) => sentence(why),
            other => other.to_string(),
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::Desk(DeskError::NotTheirs) => StatusCode::FORBIDDEN,
            Self::NotFound(_) | Self::Desk(DeskError::NotFound(_)) => StatusCode::NOT_FOUND,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Invalid(_) | Self::Desk(DeskError::Invalid(_)) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Desk(DeskError::Rejected(_) | DeskError::Unseen { .. }) => StatusCode::CONFLICT,
            Self::Desk(DeskError::Store(error)) | Self::Store(error) if error.is_conflict() => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::Desk(DeskError::Store(StoreError::Database(_))) | Self::Store(StoreError::Database(_)) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Desk(DeskError::Store(_) | DeskError::Crashed(_) | DeskError::Interrupted)
            | Self::Store(_)
            | Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        if status.is_server_error() {
            tracing::error!(error = %self, "a widget call could not be answered");
        }
        let mut response = HttpResponse::build(status);
        if let Self::TooMany(limit) = self {
            response.insert_header((header::RETRY_AFTER, limit.retry_after_s.to_string()));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((header::RETRY_AFTER, RETRY_AFTER_S.to_string()));
        }
        let error = status.canonical_reason().unwrap_or("Error");
        response.json(Body { status_code: status.as_u16(), message: self.words(), error })
    }
}

/// Every call that does not exist.
pub(super) async fn no_such_call() -> Result<HttpResponse, Problem> {
    Err(Problem::NotFound("call; check its path and method"))
}

fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let end = if words.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handoff::Rejection;

    #[test]
    fn every_refusal_has_its_status_and_says_what_to_do() {
        let cases = [
            (Problem::Unauthorized("Send a token."), 401, "Send a token."),
            (Problem::NotFound("session"), 404, "There is no such session."),
            (Problem::Desk(DeskError::NotFound("message")), 404, "There is no such message."),
            (Problem::Desk(DeskError::Invalid("the message is empty".into())), 422, "The message is empty."),
            (Problem::Desk(Rejection::NotResolved.into()), 409, "The conversation is not resolved."),
            (Problem::Broken("a secret detail".into()), 500, "Something broke here. Try again in a moment."),
        ];
        for (problem, status, words) in cases {
            assert_eq!(problem.status_code().as_u16(), status, "{problem}");
            assert_eq!(problem.words(), words);
        }
    }
}
