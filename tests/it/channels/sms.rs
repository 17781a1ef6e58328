//! Text messages: what Twilio does that others do not.

use baton::clock::Clock as _;
use baton::desk::reply::Reply;
use baton::handoff::{AttachmentId, MessageId};
use baton::sandbox::faults::Fault;
use baton::sandbox::phones::{File, Program};
use baton::store::attachments::{self, Attachment};
use baton::store::timeline::Delivery;
use baton::store::{channel_health, channels};
use baton_adapters::contract::Credentials;
use bytes::Bytes;
use chrono::TimeDelta;
use serde_json::json;

use super::line::{Line, MAYA};
use crate::support::Browser;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_is_fetched_with_the_password_and_kept() {
    let line = Line::open(Program::Sms, false).await;
    let picture = File { name: "x".into(), media_type: "image/png".into(), content: Bytes::from_static(PNG) };
    line.writes(MAYA, "It is broken", vec![picture]);
    line.settle().await;
    let db = line.app.desk().store.reader();
    let files = attachments::of_conversation(db, line.id().await).await.expect("files");
    let [file] = &files[..] else { panic!("one file: {files:?}") };
    assert_eq!((file.name.as_str(), file.media_type.as_str()), ("picture-1.png", "image/png"));
    assert_eq!(attachments::content(db, file.id).await.expect("the store").as_deref(), Some(PNG));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_is_fetched_later_shows_up_in_the_thread_somebody_has_open() {
    let line = Line::open(Program::Sms, false).await;
    let ines = line.app.admin("Ines").await;
    let ines = Browser::sign_in(&line.app, &ines).await;
    let picture = File { name: "x".into(), media_type: "image/png".into(), content: Bytes::from_static(PNG) };
    line.writes(MAYA, "It is broken", vec![picture]);
    line.world().make_calls().await;
    let number = line.record().await.number.0;
    let mut stream = ines.live(&format!("/inbox/live?view=all&conversation={number}")).await;
    let before = stream.until("patch", "It is broken").await;
    assert!(!before.contains("file--image"), "the provider still has it: {before}");
    line.settle().await;
    stream.until("patch", "file--image").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_says_where_a_message_is_and_a_lost_answer_is_found_again() {
    let line = Line::open(Program::Sms, false).await;
    let ines = line.app.admin("Ines").await;
    line.maya("Hello").await;
    let first = line.replies(ines.id, "one").await;
    assert_eq!(line.message(first).await.delivery, Delivery::Delivered);
    line.world().faults().set(Fault::Lost, true);
    let second = line.replies(ines.id, "two").await;
    line.world().faults().set(Fault::Lost, false);
    line.settle_over(3).await;
    // Nobody heard whether it was taken, until the provider's report named it by our own key.
    assert_eq!(line.message(second).await.delivery, Delivery::Delivered);
    assert_eq!(line.heard().iter().filter(|text| *text == "two").count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_says_stop_is_not_written_to_until_they_say_start() {
    let line = Line::open(Program::Sms, true).await;
    let ines = line.app.admin("Ines").await;
    line.maya("When does my lamp come?").await;
    line.maya("STOP").await;
    let heard = line.heard().len();
    let parked = line.replies(ines.id, "Are you there?").await;
    let message = line.message(parked).await;
    assert_eq!(message.delivery, Delivery::Parked);
    assert!(message.delivery_detail.expect("a reason").contains("no more messages"));
    assert_eq!(line.heard().len(), heard, "not even tried");
    line.maya("START").await;
    line.app.desk().retry(line.id().await, parked).await.expect("tried again");
    line.settle().await;
    assert_eq!(line.heard().pop().as_deref(), Some("Are you there?"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_is_down_or_busy_is_waited_for() {
    let line = Line::open(Program::Sms, false).await;
    let ines = line.app.admin("Ines").await;
    line.maya("Hello").await;
    for fault in [Fault::Down, Fault::Busy] {
        line.world().faults().set(fault, true);
        let waiting = line.replies(ines.id, fault.name()).await;
        assert_eq!(line.message(waiting).await.delivery, Delivery::Queued);
        line.world().faults().set(fault, false);
        line.settle_over(2).await;
        assert_eq!(line.message(waiting).await.delivery, Delivery::Delivered);
    }
    assert_eq!(line.heard()[1..], ["down", "busy"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_that_are_refused_are_told_and_forgotten_when_they_work_again() {
    let line = Line::open(Program::Sms, false).await;
    let ines = line.app.admin("Ines").await;
    line.maya("Hello").await;
    let key = &line.app.site().key;
    let channel = channels::all(line.app.desk().store.reader()).await.expect("channels").remove(0);
    let set = async |token: &str| {
        let tx = line.app.desk().store.begin().await.expect("a transaction");
        let credentials = Credentials::default().with("auth_token", [token.to_owned().into()]);
        channels::save_credentials(&*tx, key, channel.id, &credentials.write()).await.expect("saved");
        tx.commit().await.expect("committed");
        line.app.site().reload_channels().await.expect("channels");
    };
    set("wrong").await;
    let parked = line.replies(ines.id, "one").await;
    assert_eq!(line.message(parked).await.delivery, Delivery::Parked);
    assert_eq!(line.app.desk().health.failing(), 1);
    let health = channel_health::all(line.app.desk().store.reader()).await.expect("health").remove(&channel.id);
    assert!(health.and_then(|health| health.error).is_some_and(|(why, _)| why.contains("credentials")));
    set(baton::sandbox::twilio::AUTH_TOKEN).await;
    line.app.desk().retry(line.id().await, parked).await.expect("tried again");
    line.settle().await;
    assert_eq!(line.message(parked).await.delivery, Delivery::Delivered);
    assert_eq!(line.app.desk().health.failing(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_is_not_believed_is_told_of_where_the_channel_is_set_up() {
    let line = Line::open(Program::Sms, false).await;
    let knock = async |signature: Option<&str>| {
        let call = line.app.http.post(line.app.url("/hooks/line")).form(&[("MessageSid", "SM1"), ("Body", "Hi")]);
        let call = signature.map_or(call.try_clone().expect("a call"), |text| call.header("x-twilio-signature", text));
        assert_eq!(call.send().await.expect("an answer").status(), 403);
    };
    let error = async || {
        let all = channel_health::all(line.app.desk().store.reader()).await.expect("health");
        all.into_values().find_map(|health| health.error).map(|(why, _)| why)
    };
    knock(None).await;
    assert_eq!(error().await, None, "whoever signs nothing is a passer-by");
    knock(Some("bm90IGEgc2lnbmF0dXJl")).await;
    let why = error().await.expect("an error");
    assert!(why.contains("the signature does not fit") && why.contains("/hooks/line"), "{why}");
    assert_eq!(line.app.desk().health.failing(), 1, "admins see it on every page");
    line.maya("Hello").await;
    assert_eq!((error().await, line.app.desk().health.failing()), (None, 0));
    knock(Some("bm90IGEgc2lnbmF0dXJl")).await;
    assert_eq!(error().await, None, "the provider was believed just now: somebody else knocks");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_goes_out_as_mms_where_that_is_set_and_as_a_link_elsewhere() {
    let line = Line::open(Program::Sms, false).await;
    let ines = line.app.admin("Ines").await;
    line.maya("Hello").await;
    let sends = async |text: &str| {
        let (desk, now) = (line.app.desk(), line.app.clock.now());
        let file = Attachment {
            id: AttachmentId(line.app.clock.new_id()),
            conversation: None,
            message: None,
            contact: None,
            name: "lamp.png".into(),
            media_type: "image/png".into(),
            size_bytes: PNG.len() as i64,
        };
        let tx = desk.store.begin().await.expect("a transaction");
        attachments::insert(&*tx, &file, PNG.to_vec(), now).await.expect("stored");
        tx.commit().await.expect("committed");
        let message = MessageId(line.app.clock.new_id());
        let reply = Reply { agent: ines.id, message, text: text.into(), attachments: vec![file.id], seen: None };
        desk.reply(line.id().await, reply).await.expect("sent");
        line.settle().await;
        assert_eq!(line.message(message).await.delivery, Delivery::Delivered);
        line.bubbles().pop().expect("a message")
    };
    let linked = sends("Like this one?").await;
    let url = linked.text.lines().nth(1).expect("a link").to_owned();
    assert!(linked.files.is_empty() && linked.text.starts_with("Like this one?"), "{linked:?}");
    let shown = line.app.http.get(&url).send().await.expect("an answer");
    assert_eq!(shown.bytes().await.expect("a file").as_ref(), PNG, "whoever has the link sees it");

    line.set("mms", json!(true)).await;
    line.app.advance(TimeDelta::seconds(1));
    let picture = sends("Or this?").await;
    assert_eq!((picture.text.as_str(), picture.files.len()), ("Or this?", 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_too_long_is_not_sent_and_says_so() {
    let line = Line::open(Program::Sms, false).await;
    let ines = line.app.admin("Ines").await;
    line.maya("Hello").await;
    let parked = line.replies(ines.id, &"x".repeat(1_601)).await;
    let message = line.message(parked).await;
    assert!(message.delivery_detail.is_some_and(|why| why.contains("1601 characters, 1600 fit")));
    line.set("mms", json!(true)).await;
    line.app.advance(TimeDelta::seconds(1));
    let fits = line.replies(ines.id, "It’s fine – really").await;
    assert_eq!(line.message(fits).await.delivery, Delivery::Delivered);
    assert_eq!(line.heard().pop().as_deref(), Some("It's fine - really"), "in the cheaper alphabet");
}
