//! `/settings/privacy`: what is kept, handed out and erased.

use baton::desk::erase::Retention;
use baton::handoff::conversation::Outcome;
use baton::handoff::people::Actor;
use baton::store::{contacts, conversations, erasure};
use chrono::TimeDelta;

use super::Office;
use crate::support::Visitor;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_is_looked_up_exported_and_erased() {
    let office = Office::open().await;
    office.app.channel().await;
    let maya = Visitor::arrive(&office.app).await;
    maya.say(&office.app, "A human, please: my number is 20318").await;
    let theo = Visitor::arrive(&office.app).await;
    theo.say(&office.app, "Where is my lamp?").await;
    let db = office.app.desk().store.reader();
    let contact = conversations::find(db, maya.id()).await.expect("the store").expect("a conversation").core.contact;

    let path = format!("/settings/privacy?contact={contact}");
    let page = office.ines.get(&path).await;
    page.must_say("1 conversation");
    let export = office.ines.send(page.form("/settings/privacy/export")).await;
    assert!(export.html.contains("my number is 20318") && export.header("content-disposition").contains("attachment"));
    office.assert_recorded("contact.export").await;

    office.saves(page.form("/settings/privacy/erasure"), "The contact and 1 conversation are erased.").await;
    office.assert_recorded("contact.erase").await;
    assert_eq!(contacts::find(db, contact).await.expect("the store"), None);
    assert_eq!(conversations::find(db, maya.id()).await.expect("the store"), None);
    assert!(erasure::conversations_of(db, contact, 10).await.expect("the store").is_empty());
    assert!(conversations::find(db, theo.id()).await.expect("the store").is_some(), "nobody else is touched");
    office.app.drain().await;
    office.ines.get(&path).await.must_say("Nobody is known by that.");
    let found = office.ines.get("/inbox/search?q=20318").await;
    assert!(!found.html.contains("my number is"), "nor is it found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_resolved_goes_when_its_time_is_over() {
    let office = Office::open().await;
    let channel = office.app.channel().await;
    let path = "/settings/privacy";
    let own = format!("days-{}", channel.id);
    let form = office.form(path, path).await.set("days", "365").set(&own, "30");
    office.is_refused(form.clone().set("days", "soon"), "Write a whole number").await;
    office.saves(form, "Saved.").await;
    office.assert_recorded("retention.change").await;
    let stored = baton::store::settings::load::<Retention>(office.app.desk().store.reader()).await.expect("settings");
    assert_eq!(stored.value, Retention { days: Some(365), channels: [(channel.id, 30)].into() });

    let maya = Visitor::arrive(&office.app).await;
    maya.say(&office.app, "Where is my lamp?").await;
    office.app.drain().await;
    let by = Actor::Agent(office.ines_agent.id);
    office.app.desk().resolve(maya.id(), by, Outcome::Resolved).await.expect("resolved");
    office.app.advance(TimeDelta::days(29));
    assert_eq!(office.app.desk().erase_outdated().await.expect("a round"), 0);
    office.app.advance(TimeDelta::days(2));
    assert_eq!(office.app.desk().erase_outdated().await.expect("a round"), 1);
    let left = conversations::find(office.app.desk().store.reader(), maya.id()).await.expect("the store");
    assert_eq!(left, None);
}
