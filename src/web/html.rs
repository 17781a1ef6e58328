//! Markup that may reach a page unescaped.
//!
//! Templates never use a `safe` filter: whether a value is escaped is decided by its type. Only two kinds of value are
//! written as they are: [`SafeHtml`], which the Markdown cleaner makes, and partials, which escape their own parts.

use std::fmt;

use askama::filters::HtmlSafe;

/// Markup a cleaner has already reduced to harmless tags. Nothing else may construct it from a customer's text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Wraps markup that comes out of the Markdown cleaner.
    pub fn from_cleaned(markup: String) -> Self {
        Self(markup)
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True where the message had no text, only attachments.
    pub fn is_empty(&self) -> bool {
        self.0.trim().is_empty()
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl HtmlSafe for SafeHtml {}

/// Declares that a partial escapes its own parts, so that a page may nest it as `{{ partial }}`.
macro_rules! nestable {
    ($($partial:ty),+ $(,)?) => { $(impl askama::filters::HtmlSafe for $partial {})+ };
}
pub(crate) use nestable;
