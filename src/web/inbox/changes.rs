//! What an action changes on the open page, as patches made of the page's own partials.

use crate::handoff::Seq;
use crate::store::timeline::{self, Item as Stored};
use crate::store::{attachments, message_details};
use crate::web::frame::nav;
use crate::web::html::SafeHtml;
use crate::web::page::Flash;
use crate::web::refusal::Refusal;
use crate::web::session::SignedIn;
use crate::web::site::Site;

use super::call;
use super::composer::Composer;
use super::nav::View;
use super::patch::{Patch, PatchAction, Patches};
use super::present::{self, Opened, Seen};
use super::review;

/// Lines at the end of a timeline that an action or a delivery may have changed.
const TAIL_MAX: u64 = 20;

/// The thread after an action: header, card, composer, the newest lines, the counts, and a notice if there is one.
pub async fn thread_changes(
    site: &Site,
    who: &SignedIn,
    number: i64,
    view: &View,
    flash: Option<Flash>,
) -> Result<Patches, Refusal> {
    let opened = Opened::load(site, who, number).await?;
    let mut patches = Patches::default();
    frame_changes(&mut patches, site, who, &opened, view).await?;
    let composer = present::composer(site, who, &opened);
    push(&mut patches, PatchAction::Morph, format!("composer-{number}"), composer)?;
    let tail = tail(site, &opened).await?;
    line_changes(&mut patches, site, who, &opened, &tail).await?;
    push(&mut patches, PatchAction::Morph, "nav-counts".into(), nav(site, who, Some(view.clone())).await?)?;
    if let Some(flash) = flash {
        push(&mut patches, PatchAction::Append, "notices".into(), flash)?;
    }
    Ok(patches)
}

/// The thread after a message was sent: as above, with an empty composer.
pub async fn sent_changes(site: &Site, who: &SignedIn, number: i64, view: &View) -> Result<Patches, Refusal> {
    let opened = Opened::load(site, who, number).await?;
    let mut patches = Patches::default();
    frame_changes(&mut patches, site, who, &opened, view).await?;
    let composer = present::composer(site, who, &opened);
    push(&mut patches, PatchAction::Replace, format!("composer-{number}"), composer)?;
    let tail = tail(site, &opened).await?;
    line_changes(&mut patches, site, who, &opened, &tail).await?;
    Ok(patches)
}

/// A composer that was refused, with what was typed.
pub fn refused(number: i64, composer: Composer) -> Result<Patches, Refusal> {
    let mut patches = Patches::default();
    push(&mut patches, PatchAction::Replace, format!("composer-{number}"), composer)?;
    Ok(patches)
}

/// Header, card, and what people think of the handoff.
pub async fn frame_changes(
    patches: &mut Patches,
    site: &Site,
    who: &SignedIn,
    opened: &Opened,
    view: &View,
) -> Result<(), Refusal> {
    let number = opened.record.number.0;
    let header = present::header(who, opened, view);
    push(patches, PatchAction::Morph, format!("thread-header-{number}"), header)?;
    let call = call::strip(site, who, opened, view);
    push(patches, PatchAction::Morph, format!("call-{number}"), call)?;
    let review = review::bar(site, who, opened, view).await?;
    push(patches, PatchAction::Morph, format!("review-{number}"), review)?;
    match present::card(who, opened, view, site.desk.clock.now()) {
        Some(card) => push(patches, PatchAction::Morph, format!("card-{number}"), card),
        None => {
            let gone = SafeHtml::from_cleaned(format!("<div id=\"card-{number}\" hidden></div>"));
            push(patches, PatchAction::Replace, format!("card-{number}"), gone)
        }
    }
}

/// Lines, each added at its place or put in the place of its older self.
pub async fn line_changes(
    patches: &mut Patches,
    site: &Site,
    who: &SignedIn,
    opened: &Opened,
    lines: &[Stored],
) -> Result<(), Refusal> {
    let db = site.desk.store.reader();
    let files = attachments::of_conversation(db, opened.record.core.id).await?;
    let details = message_details::of_items(db, lines).await?;
    let customer = opened.customer().unwrap_or_else(|| "Visitor".into());
    let number = opened.record.number.0;
    let page = Seen {
        site,
        people: &opened.people,
        number,
        customer: &customer,
        ai_name: opened.ai_name(),
        csrf: &who.session.csrf,
        files: &files,
        details: &details,
        // Whoever looks at the page sees what arrives.
        seen: Seq(0),
    };
    let before = lines.first().map(|first| match first {
        Stored::Message(message) => message.at,
        Stored::Line(line) => line.at,
    });
    for item in present::items(lines, before, &page) {
        push(patches, PatchAction::Append, format!("timeline-{number}"), item)?;
    }
    Ok(())
}

/// The newest lines of a conversation.
pub async fn tail(site: &Site, opened: &Opened) -> Result<Vec<Stored>, Refusal> {
    Ok(timeline::before(site.desk.store.reader(), opened.record.core.id, None, TAIL_MAX).await?)
}

/// Adds one change.
pub fn push<Content: askama::filters::HtmlSafe + std::fmt::Display>(
    patches: &mut Patches,
    action: PatchAction,
    target: String,
    content: Content,
) -> Result<(), Refusal> {
    patches.push(&Patch::new(action, target, content)).map_err(|error| Refusal::Broken(error.to_string()))
}
