//! Maya on a web chat on one side, Ines and Omar in the inbox on the other.

use baton::clock::Clock as _;
use baton::store::agents::Agent;
use baton::store::contacts::{self, Contact};
use baton::store::conversations::{self, Record};

use crate::support::{Browser, Form, Page, TestApp, Visitor};

/// A desk with one conversation.
pub struct Inbox {
    pub app: TestApp,
    pub maya: Visitor,
    pub number: i64,
    pub ines: Browser,
    pub ines_agent: Agent,
    pub omar_agent: Agent,
}

impl Inbox {
    /// Maya has asked something and the AI has answered.
    pub async fn answered() -> Self {
        Self::after("When do you deliver?").await
    }

    /// Maya has asked for a person and waits.
    pub async fn waiting() -> Self {
        Self::after("Let me talk to a human").await
    }

    async fn after(text: &str) -> Self {
        let app = TestApp::start().await;
        app.channel().await;
        let (ines_agent, omar_agent) = (app.agent("Ines").await, app.agent("Omar").await);
        let maya = Visitor::arrive(&app).await;
        maya.say(&app, text).await;
        let ines = Browser::sign_in(&app, &ines_agent).await;
        let number = record(&app, &maya).await.number.0;
        Self { app, maya, number, ines, ines_agent, omar_agent }
    }

    /// The browser of Omar.
    pub async fn omar(&self) -> Browser {
        Browser::sign_in(&self.app, &self.omar_agent).await
    }

    pub fn path(&self) -> String {
        format!("/inbox/conversations/{}", self.number)
    }

    /// The address of an action.
    pub fn action(&self, name: &str) -> String {
        format!("/conversations/{}/{name}", self.number)
    }

    /// The thread as Ines sees it.
    pub async fn thread(&self) -> Page {
        self.ines.get(&self.path()).await
    }

    /// The form of an action, on the thread as Ines sees it now.
    pub async fn form(&self, action: &str) -> Form {
        self.thread().await.form(&self.action(action))
    }

    /// Ines does something without scripts: the form leads back to the thread, which is the answer.
    pub async fn ines_does(&self, form: Form) -> Page {
        let done = self.ines.send(form).await;
        assert!(done.location().starts_with(&self.path()), "{} leads to {:?}", done.status, done.location());
        let page = self.ines.follow(&done).await;
        assert_eq!(page.status, 200);
        page
    }

    /// Ines takes the conversation.
    pub async fn ines_takes_over(&self) -> Page {
        self.ines_does(self.form("takeover").await).await
    }

    /// What is known about Maya becomes this.
    pub async fn maya_is(&self, name: &str, email: &str, custom_data: serde_json::Value) {
        let tx = self.app.desk().store.begin().await.expect("a transaction");
        let id = self.record().await.core.contact;
        let maya = contacts::find(&*tx, id).await.expect("the store").expect("a contact");
        let known = Contact { name: Some(name.into()), email: Some(email.into()), custom_data, ..maya };
        contacts::save(&*tx, &known, self.app.clock.now()).await.expect("saved");
        tx.commit().await.expect("committed");
    }

    pub async fn record(&self) -> Record {
        record(&self.app, &self.maya).await
    }
}

async fn record(app: &TestApp, maya: &Visitor) -> Record {
    let found = conversations::find(app.desk().store.reader(), maya.id()).await;
    found.expect("the store").expect("a conversation")
}
