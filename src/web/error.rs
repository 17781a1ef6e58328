//! The page for a request that could not be answered: what happened, what to do, and an id to report.

use askama::Template;

use crate::web::page::Layout;

/// An error page.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The document.
    pub layout: Layout,
    /// The HTTP status.
    pub status: u16,
    /// What happened, in a few words.
    pub title: String,
    /// What to do about it.
    pub advice: String,
    /// The id under which the request is in the log.
    pub request_id: String,
}

impl ErrorPage {
    /// A page for a visitor of whom nothing is known.
    pub fn plain(status: u16, title: &str, advice: &str) -> Self {
        let layout = Layout::public(title, "");
        Self { layout, status, title: title.to_owned(), advice: advice.to_owned(), request_id: String::new() }
    }
}
