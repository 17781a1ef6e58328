//! WhatsApp: the window, echoes, several numbers, several names.

use std::sync::Arc;

use baton::handoff::{Author, Owner};
use baton::sandbox::phones::{File, Program};
use baton::store::attachments;
use baton::store::message_details::Details;
use baton::store::timeline::Delivery;
use baton::store::{channels, contacts};
use baton_adapters::contract::{Credentials, Identity, InboundMessage};
use bytes::Bytes;
use chrono::TimeDelta;
use serde_json::json;

use super::line::{Line, MAYA};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_day_only_a_template_leaves_and_the_rest_waits_for_the_customer() {
    let line = Line::open(Program::Whatsapp, false).await;
    let ines = line.app.admin("Ines").await;
    line.maya("Hello").await;
    line.app.advance(TimeDelta::hours(23));
    let inside = line.replies(ines.id, "in time").await;
    assert_eq!(line.message(inside).await.delivery, Delivery::Read);
    line.app.advance(TimeDelta::minutes(56));
    let outside = line.replies(ines.id, "too late").await;
    let waiting = line.message(outside).await;
    assert_eq!(waiting.delivery, Delivery::Waiting);
    assert!(waiting.delivery_detail.expect("a reason").contains("24 hours"));

    let template = json!({ "name": "order_update", "language": "en", "parameters": ["Maya", "7"] });
    let template = Details { template: Some(template), ..Details::default() };
    let sent = line.replies_with(ines.id, "Hello Maya, there is news about your order 7.", &template).await;
    assert_eq!(line.message(sent).await.delivery, Delivery::Read, "a template does not wait");
    assert!(line.heard().pop().expect("a message").starts_with("Hello Maya, there is news about your order 7."));
    assert_eq!(line.message(outside).await.delivery, Delivery::Waiting);

    line.maya("Yes?").await;
    assert_eq!(line.message(outside).await.delivery, Delivery::Read);
    assert_eq!(line.heard().pop().as_deref(), Some("too late"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f11_f22_what_a_person_writes_in_the_app_takes_the_conversation_and_is_not_sent_again() {
    let line = Line::open(Program::Whatsapp, true).await;
    let ines = line.app.admin("Ines").await;
    line.set("app_answerer", json!(ines.email)).await;
    line.maya("When does my lamp come?").await;
    line.world().whatsapp_echo(MAYA, "Ines here, from my phone");
    line.settle().await;
    assert_eq!(line.record().await.core.owner, Owner::Agent(ines.id));
    let last = line.messages().await.pop().expect("a message");
    assert_eq!((last.author, last.delivery), (Author::Agent(ines.id), Delivery::Sent));
    assert_eq!(line.heard().iter().filter(|text| text.contains("from my phone")).count(), 1);
    line.maya("Thanks").await;
    assert_eq!(line.heard().len(), 2, "the AI is silent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_whatsapp_does_not_pass_on_is_asked_for_in_words_once_an_hour() {
    let line = Line::open(Program::Whatsapp, true).await;
    line.maya("When does my lamp come?").await;
    let channel = Arc::new(channels::all(line.app.desk().store.reader()).await.expect("channels").remove(0));
    let sends_a_poll = async |id: &str| {
        let text = "(The customer sent something that WhatsApp does not pass on.)";
        let mut message = InboundMessage::new(id, Identity::new("whatsapp", MAYA.trim_start_matches('+')), text);
        (message.automatic, message.unreadable) = (true, true);
        line.app.desk().take_message(&channel, message).await.expect("stored");
        line.settle().await;
        line.heard().iter().filter(|text| text.contains("in words")).count()
    };
    assert_eq!(sends_a_poll("wamid.p1").await, 1);
    assert_eq!(sends_a_poll("wamid.p2").await, 1, "not again and again");
    line.app.advance(TimeDelta::minutes(61));
    assert_eq!(sends_a_poll("wamid.p3").await, 2);
    assert_eq!(line.record().await.core.owner, Owner::Ai);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_go_both_ways() {
    let line = Line::open(Program::Whatsapp, false).await;
    let content = Bytes::from_static(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let picture = File { name: "x".into(), media_type: "image/png".into(), content };
    line.writes(MAYA, "Look", vec![picture]);
    line.settle().await;
    let db = line.app.desk().store.reader();
    let files = attachments::of_conversation(db, line.id().await).await.expect("files");
    assert_eq!((files.len(), files[0].media_type.as_str()), (1, "image/png"));
    assert!(files[0].size_bytes > 0, "it was fetched");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_numbers_may_share_the_address_their_app_has() {
    let line = Line::open(Program::Whatsapp, false).await;
    // The world calls the first account's address; its number is now another account's.
    let (settings, credentials) = baton::sandbox::account(line.kind(), line.world());
    line.set("phone_number_id", json!("999")).await;
    let second = line.add("second", settings.clone(), &credentials, false).await;
    line.maya("Hello").await;
    assert_eq!(line.record().await.core.channel, second);

    // An account whose app signs with something else believes none of it.
    let db = line.app.desk().store.reader();
    let stranger = Credentials::default().with("app_secret", ["another app's".into()]);
    let tx = line.app.desk().store.begin().await.expect("a transaction");
    channels::save_credentials(&*tx, &line.app.site().key, second, &stranger.write()).await.expect("saved");
    tx.commit().await.expect("committed");
    line.app.site().reload_channels().await.expect("channels");
    let before = line.messages().await.len();
    line.maya("Hello again").await;
    assert_eq!(line.messages().await.len(), before);
    assert!(channels::find(db, second).await.expect("the store").is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_without_a_number_is_still_the_same_customer() {
    let line = Line::open(Program::Whatsapp, false).await;
    let channel = Arc::new(channels::all(line.app.desk().store.reader()).await.expect("channels").remove(0));
    let says = async |id: &str, from: &str, also: &[(&'static str, &str)]| {
        let mut message = InboundMessage::new(id, Identity::new("whatsapp", from), "Hello");
        message.also = also.iter().map(|(kind, value)| Identity::new(kind, *value)).collect();
        line.app.desk().take_message(&channel, message).await.expect("stored").record.core
    };
    let first = says("wamid.a", "15550100142", &[("whatsapp", "US.77"), ("phone", "+15550100142")]).await;
    let second = says("wamid.b", "US.77", &[]).await;
    assert_eq!((first.contact, first.id), (second.contact, second.id));
    let third = says("wamid.c", "US.ENT.9", &[("whatsapp", "US.77")]).await;
    assert_eq!(first.contact, third.contact);
    let db = line.app.desk().store.reader();
    let contact = contacts::by_identity(db, "phone", "+15550100142").await.expect("the store").expect("known");
    assert_eq!((contact.id, contact.phone.as_deref()), (first.contact, Some("+15550100142")));
    line.settle().await;
}
