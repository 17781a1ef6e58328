//! Changes sent to open pages: pieces of HTML with the id of what they change.
//!
//! The same partial that builds a page is the content of a patch, so what is pushed and what is loaded never differ.

use askama::Template;
use askama::filters::HtmlSafe;

use crate::web::html::{SafeHtml, nestable};

/// What to do with the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchAction {
    /// Put it in the place of the target.
    Replace,
    /// Change the target into it, keeping what is typed, focused and scrolled.
    Morph,
    /// Add it to the target: by `data-sort` where it has one, else at the end. An element with the same id is replaced.
    Append,
    /// Add it to the target at the start, or by `data-sort`.
    Prepend,
    /// Take the target away.
    Remove,
}

impl PatchAction {
    const fn name(self) -> &'static str {
        match self {
            Self::Replace => "replace",
            Self::Morph => "morph",
            Self::Append => "append",
            Self::Prepend => "prepend",
            Self::Remove => "remove",
        }
    }
}

/// One change. Several, one after the other, are the data of one `patch` event, or the answer to a form sent with
/// `Accept: text/vnd.baton.patch+html`.
#[derive(Clone, Debug, Template)]
#[template(path = "_patch.html")]
pub struct Patch<Content: HtmlSafe> {
    action: PatchAction,
    target: String,
    content: Option<Content>,
}

impl<Content: HtmlSafe> Patch<Content> {
    /// A change of the element with the id `target`.
    pub fn new(action: PatchAction, target: impl Into<String>, content: Content) -> Self {
        Self { action, target: target.into(), content: Some(content) }
    }

    /// The change as markup.
    ///
    /// # Errors
    /// Where the partial cannot be rendered.
    pub fn html(&self) -> Result<SafeHtml, askama::Error> {
        Ok(SafeHtml::from_cleaned(self.render()?))
    }
}

impl Patch<SafeHtml> {
    /// Takes an element away.
    pub fn remove(target: impl Into<String>) -> Self {
        Self { action: PatchAction::Remove, target: target.into(), content: None }
    }
}

/// A word on one patch of several kinds: an already rendered sequence.
#[derive(Clone, Debug, Default, Template)]
#[template(source = "{% for patch in rendered %}{{ patch }}{% endfor %}", ext = "html")]
pub struct Patches {
    rendered: Vec<SafeHtml>,
}

nestable!(Patches);

impl Patches {
    /// Adds one more.
    ///
    /// # Errors
    /// Where the partial cannot be rendered.
    pub fn push<Content: HtmlSafe>(&mut self, patch: &Patch<Content>) -> Result<(), askama::Error> {
        self.add(patch.html()?);
        Ok(())
    }

    /// Adds one that was rendered before.
    pub fn add(&mut self, patch: SafeHtml) {
        self.rendered.push(patch);
    }

    /// All of them, one after the other; empty where there is none.
    pub fn html(&self) -> String {
        self.rendered.iter().map(SafeHtml::as_str).collect()
    }
}
