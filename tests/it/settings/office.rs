//! Ines, who administers, and what she changes.

use baton::store::agents::Agent;
use baton::store::audit::{self, Change};

use crate::support::{Browser, Form, Page, TestApp};

/// An installation and its administrator.
pub struct Office {
    pub app: TestApp,
    pub ines: Browser,
    pub ines_agent: Agent,
}

impl Office {
    pub async fn open() -> Self {
        let app = TestApp::start().await;
        let ines_agent = app.admin("Ines").await;
        let ines = Browser::sign_in(&app, &ines_agent).await;
        Self { app, ines, ines_agent }
    }

    /// The form of a page.
    pub async fn form(&self, page: &str, action: &str) -> Form {
        self.ines.get(page).await.form(action)
    }

    /// Ines saves a form that is right; the page it leads to says so.
    pub async fn saves(&self, form: Form, words: &str) -> Page {
        let page = self.ines.send_and_follow(form).await;
        page.must_say(words);
        page
    }

    /// Ines sends a form that is not right: it comes back with what is wrong, and nothing is stored.
    pub async fn is_refused(&self, form: Form, words: &str) -> Page {
        let before = self.changes().await;
        let page = self.ines.send(form).await;
        assert_eq!(page.status, 422);
        page.must_say(words);
        assert!(page.html.contains("field__error"), "the words stand beside the field");
        assert_eq!(self.changes().await, before);
        page
    }

    /// The trail, newest first.
    pub async fn changes(&self) -> Vec<Change> {
        audit::recent(self.app.desk().store.reader(), 100).await.expect("the trail")
    }

    /// The newest line of the trail is this action, by Ines.
    pub async fn assert_recorded(&self, action: &str) -> Change {
        let last = self.changes().await.into_iter().next().expect("a line");
        assert_eq!((last.action.as_str(), last.agent), (action, Some(self.ines_agent.id)));
        last
    }
}
