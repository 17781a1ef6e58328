//! What the tests rest on keeps its own promises.

use baton::clock::Clock as _;
use baton::desk::reply::Reply;
use baton::handoff::ContactId;
use baton::handoff::MessageId;
use baton::store::channels::Channel;
use baton::store::contacts::{self, Contact};
use serde_json::Value;

use crate::support::TestApp;

/// An agent's message on a channel that has to be sent to.
async fn leave_a_message(app: &TestApp) {
    let channel = Channel { kind: "email".into(), ..app.channel().await };
    let ines = app.agent("Ines").await;
    let contact = Contact {
        id: ContactId(app.clock.new_id()),
        name: Some("Maya".into()),
        email: None,
        phone: None,
        avatar_url: None,
        language: None,
        verified: false,
        custom_data: Value::Null,
        created_at: app.clock.now(),
    };
    let tx = app.desk().store.begin().await.expect("a transaction");
    contacts::insert(&*tx, &contact).await.expect("a contact");
    tx.commit().await.expect("committed");
    let opened = app.desk().open_conversation(&channel, contact.id, None, false, Value::Null).await.expect("opened");
    let message = MessageId(app.clock.new_id());
    let reply = Reply { agent: ines.id, message, text: "Hello".into(), attachments: Vec::new(), seen: None };
    app.desk().reply(opened.core.id, reply).await.expect("a reply");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[should_panic(expected = "left unsent")]
async fn a_test_that_leaves_messages_unsent_fails() {
    let app = TestApp::start().await;
    leave_a_message(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_may_leave_messages_unsent_on_purpose() {
    let mut app = TestApp::start().await;
    leave_a_message(&app).await;
    app.leave_unsent();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn draining_leaves_nothing_that_is_due() {
    let mut app = TestApp::start_with(&[("widget_poll_s", "7")]).await;
    leave_a_message(&app).await;
    app.drain().await;
    app.restart().await;
    assert_eq!(app.site().boot.widget_poll_s, 7);
}
