//! Every state of every page and partial, rendered. The render tests and the gallery go through this list.

use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};

use crate::web::error::ErrorPage;
use crate::web::html::SafeHtml;
use crate::web::inbox::nav::{Nav, View, ViewLink};
use crate::web::inbox::patch::{Patch, PatchAction};
use crate::web::page::{Desk, Flash, Layout, SignedIn, Theme};
use crate::web::reports::ReportsPage;
use crate::web::setup::SetupPage;
use crate::web::signin::SignInPage;
use crate::web::{inbox, settings};

/// The text a page must show and never run.
pub(crate) const HOSTILE: &str = "<script>alert('x')</script> \" onmouseover=\"alert(1)";

/// A moment all samples agree on.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::<Utc>::UNIX_EPOCH + TimeDelta::seconds(1_795_341_900)
}

/// Some minutes before that moment.
pub(crate) fn minutes_ago(minutes: i64) -> DateTime<Utc> {
    now() - TimeDelta::minutes(minutes)
}

/// The document around a page for Ines, an administrator.
pub(crate) fn layout(title: &str, current: Option<View>) -> Layout {
    let agent = SignedIn {
        name: "Ines".to_owned(),
        role: "Administrator".to_owned(),
        initials: "I".to_owned(),
        administers: true,
        shortcuts: true,
    };
    let live = current.as_ref().map(|view| format!("/inbox/live?view={}", view.slug()));
    Layout {
        title: title.to_owned(),
        csrf: "sample-token".to_owned(),
        desk: Some(Desk { agent, nav: nav(current), live, alerts: Vec::new() }),
        theme: Theme::System,
        flash: None,
    }
}

fn nav(current: Option<View>) -> Nav {
    let team = |id: &str, name: &str, count| ViewLink {
        name: name.to_owned(),
        ..ViewLink::fixed(View::Team(id.to_owned()), Some(count))
    };
    Nav {
        current,
        views: vec![
            ViewLink::fixed(View::Mine, Some(4)),
            ViewLink { late: true, ..ViewLink::fixed(View::Unassigned, Some(3)) },
            ViewLink::fixed(View::Ai, Some(28)),
            ViewLink::fixed(View::HandedOff, Some(7)),
            ViewLink::fixed(View::Snoozed, Some(2)),
            ViewLink::fixed(View::Resolved, None),
            ViewLink::fixed(View::All, None),
        ],
        teams: vec![team("1", "Billing", 2), team("2", "Returns and repairs for the whole of Europe", 0)],
    }
}

impl SignInPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |email: &str| {
            Self::new(Layout::public("Sign in", "sample-token"), "Northwind Cycles", "/inbox/mine", email)
        };
        vec![
            ("signin", page("")),
            (
                "signin-refused",
                page("ines@desk.example").refused("Email or password is not right. Check both and try again."),
            ),
            ("signin-hostile", page(HOSTILE)),
        ]
    }
}

impl SetupPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = || Self::new(Layout::public("Set up", "sample-token"));
        let mut wrong = page();
        wrong.organisation = wrong.organisation.value("Northwind Cycles");
        wrong.name = wrong.name.value("Ines");
        wrong.email = wrong.email.value("ines").error("This is not an email address. Write it as name@example.com.");
        wrong.password_again = wrong.password_again.error("The two passwords differ. Type the same one twice.");
        vec![("setup", page()), ("setup-errors", wrong)]
    }
}

impl ErrorPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |status, title: &str, advice: &str| Self {
            layout: Layout::public(title, ""),
            status,
            title: title.to_owned(),
            advice: advice.to_owned(),
            request_id: "01jd8k5t3q".to_owned(),
        };
        vec![
            (
                "error-missing",
                page(404, "There is no such page", "Check the address, or find the conversation by its number."),
            ),
            (
                "error-internal",
                page(
                    500,
                    "Something went wrong here",
                    "Nothing you sent is lost. Try again in a minute; if it stays, give your administrator the request id.",
                ),
            ),
            ("error-hostile", page(400, HOSTILE, HOSTILE)),
        ]
    }
}

/// Renders every page and partial in every state: a name and the HTML.
///
/// # Errors
/// Where a template cannot be rendered, which no sample may cause.
pub fn all_samples() -> Result<Vec<(String, String)>, askama::Error> {
    let mut rendered = Vec::new();
    render(&mut rendered, SignInPage::samples())?;
    render(&mut rendered, SetupPage::samples())?;
    render(&mut rendered, ErrorPage::samples())?;
    render(&mut rendered, Flash::samples())?;
    render(&mut rendered, Patch::samples())?;
    inbox::samples::render_all(&mut rendered)?;
    settings::samples::render_all(&mut rendered)?;
    render(&mut rendered, ReportsPage::samples())?;
    Ok(rendered)
}

/// Adds the samples of one kind.
pub(crate) fn render<Page: Template>(
    rendered: &mut Vec<(String, String)>,
    samples: Vec<(&'static str, Page)>,
) -> Result<(), askama::Error> {
    for (name, page) in samples {
        rendered.push((name.to_owned(), page.render()?));
    }
    Ok(())
}

impl Flash {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        vec![
            ("partial-flash-done", Self::Done("Saved.".to_owned())),
            ("partial-flash-problem", Self::Problem(HOSTILE.to_owned())),
        ]
    }
}

impl Patch<SafeHtml> {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let content = || SafeHtml::from_cleaned("<p>New</p>".to_owned());
        vec![
            ("partial-patch-replace", Self::new(PatchAction::Replace, "list", content())),
            ("partial-patch-remove", Self::remove("row-1042")),
        ]
    }
}
