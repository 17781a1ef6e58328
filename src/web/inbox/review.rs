//! One key for an opinion: whether a handoff was right, late or unnecessary, or whether one was missed. DOM id `review-{number}`.

use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use crate::desk::review::Reviewable;
use crate::store::reviews::{self, Verdict};
use crate::web::html::nestable;
use crate::web::icon::Icon;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::site::Site;

use super::actions::{Common, answer, find};
use super::changes::push;
use super::nav::View;
use super::patch::{PatchAction, Patches};
use super::present::Opened;

/// The question under the header, with its answers.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "inbox/_review.html")]
pub struct ReviewBar {
    /// The conversation's number.
    pub number: i64,
    /// The token.
    pub csrf: String,
    /// The list the thread was opened from.
    pub view: View,
    /// What can be said; nothing where there is nothing to judge.
    pub verdicts: Vec<Verdict>,
    /// What was said, and by whom.
    pub given: Option<(Verdict, String)>,
}

nestable!(ReviewBar);

impl ReviewBar {
    fn question(&self) -> &'static str {
        match self.verdicts.contains(&Verdict::Missed) {
            true => "Should a person have had it?",
            false => "Was this handoff right?",
        }
    }

    fn is_given(&self, verdict: &Verdict) -> bool {
        self.given.as_ref().is_some_and(|(given, _)| given == verdict)
    }

    /// What pressing the button sends: pressed again, the opinion is taken back.
    fn sends(&self, verdict: &Verdict) -> &'static str {
        if self.is_given(verdict) { "none" } else { name(*verdict) }
    }
}

/// What the form says for a verdict.
const fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Right => "right",
        Verdict::Late => "late",
        Verdict::Unnecessary => "unnecessary",
        Verdict::Missed => "missed",
    }
}

/// The words on its button.
pub const fn label(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Right => "Right",
        Verdict::Late => "Too late",
        Verdict::Unnecessary => "Unnecessary",
        Verdict::Missed => "Yes, missed",
    }
}

/// Its key.
const fn key(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Right => "1",
        Verdict::Late => "2",
        Verdict::Unnecessary => "3",
        Verdict::Missed => "4",
    }
}

/// The question about an open conversation.
pub async fn bar(site: &Site, who: &SignedIn, opened: &Opened, view: &View) -> Result<ReviewBar, Refusal> {
    let reviewable = Reviewable::of(&opened.record, opened.handoff.as_ref());
    let given = match reviewable {
        Some(reviewable) => reviews::find(site.desk.store.reader(), reviewable.subject()).await?,
        None => None,
    };
    let said = |verdict: &Verdict| reviewable.is_some_and(|reviewable| reviewable.takes(*verdict));
    Ok(ReviewBar {
        number: opened.record.number.0,
        csrf: who.session.csrf.clone(),
        view: view.clone(),
        verdicts: Verdict::ALL.into_iter().filter(said).collect(),
        given: given.map(|review| (review.verdict, opened.people.name(review.agent))),
    })
}

/// An opinion.
#[derive(Debug, Deserialize)]
pub struct Opinion {
    #[serde(flatten)]
    common: Common,
    verdict: String,
}

/// `POST /conversations/{number}/review`.
pub async fn create(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    form: web::Form<Opinion>,
) -> Result<HttpResponse, Refusal> {
    who.check_csrf(&form.common.csrf)?;
    let verdict = match form.verdict.as_str() {
        "none" => None,
        said => {
            let known = Verdict::ALL.into_iter().find(|verdict| name(*verdict) == said);
            Some(known.ok_or_else(|| Refusal::BadForm("The form is damaged. Reload the page.".into()))?)
        }
    };
    let id = find(&site, *number).await?;
    let words = if verdict.is_some() { "Thank you. The reports count it." } else { "Taken back." };
    let done = site.desk.review(id, who.agent.id, verdict).await.map(|()| words);
    if done.is_ok() && reply::wants_patches(&request) {
        // Nothing else has changed, and what is being written stays as it is.
        let view = View::parse(&form.common.view).unwrap_or(View::All);
        let opened = Opened::load(&site, &who, *number).await?;
        let mut patches = Patches::default();
        let target = format!("review-{}", *number);
        push(&mut patches, PatchAction::Morph, target, bar(&site, &who, &opened, &view).await?)?;
        return reply::patches(200, &patches);
    }
    answer(&site, &who, &request, *number, &form.common.view, done).await
}
