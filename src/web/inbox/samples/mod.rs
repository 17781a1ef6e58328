//! Every state of the inbox, with a small cast: Maya writes, Ines answers.

mod call;
mod items;
mod pages;
mod rows;
mod threads;

use crate::web::inbox::call::CallStrip;
use crate::web::inbox::card::HandoffCard;
use crate::web::inbox::composer::Composer;
use crate::web::inbox::contact::ContactPanel;
use crate::web::inbox::item::Item;
use crate::web::inbox::list::List;
use crate::web::inbox::nav::Nav;
use crate::web::inbox::page::{InboxPage, ThreadPage};
use crate::web::inbox::review::ReviewBar;
use crate::web::inbox::row::Row;
use crate::web::inbox::thread::{Presence, Thread, ThreadHeader};
use crate::web::samples::render;

/// Adds every page and partial of the inbox.
///
/// # Errors
/// Where a template cannot be rendered.
pub(crate) fn render_all(rendered: &mut Vec<(String, String)>) -> Result<(), askama::Error> {
    render(rendered, InboxPage::samples())?;
    render(rendered, ThreadPage::samples())?;
    render(rendered, Nav::samples())?;
    render(rendered, List::samples())?;
    render(rendered, Row::samples())?;
    render(rendered, Thread::samples())?;
    render(rendered, ThreadHeader::samples())?;
    render(rendered, Presence::samples())?;
    render(rendered, Item::samples())?;
    render(rendered, HandoffCard::samples())?;
    render(rendered, CallStrip::samples())?;
    render(rendered, ReviewBar::samples())?;
    render(rendered, Composer::samples())?;
    render(rendered, ContactPanel::samples())
}
