//! Searching: the box above a list, and where the words were found.

use askama::Template;

use crate::web::html::nestable;
use crate::web::icon::Icon;

/// The search box. Sends `GET /inbox/search?q=`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "inbox/_search.html")]
pub struct SearchBox {
    /// What was searched for.
    pub query: String,
}

nestable!(SearchBox);

/// The place in a message where the words of a search occur.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "inbox/_excerpt.html")]
pub struct Excerpt {
    /// The text before them.
    pub before: String,
    /// The words found.
    pub hit: String,
    /// The text after them.
    pub after: String,
}

nestable!(Excerpt);
