//! Mails about conversations: a person answers by replying, a customer who left the chat goes on by mail.

use std::sync::Arc;

use baton::clock::Clock as _;
use baton::desk::reply::Reply;
use baton::handoff::hours::{Schedule, Shift};
use baton::handoff::{Author, ContactId, MessageId, Owner, ScheduleId};
use baton::sandbox::mail::Draft;
use baton::store::contacts::{self, Contact};
use baton::store::quiet_hours;
use chrono::{TimeDelta, Weekday};
use serde_json::Value;

use super::postbox::{MAYA, Postbox, SUPPORT, draft};
use crate::support::TwoDays;

/// Ines answers the last mail she got.
async fn ines_answers(postbox: &Postbox, from: &str, text: &str) {
    let letter = postbox.inbox("ines@example.com").pop().expect("a letter");
    let quoted: String = letter.whole_text.lines().map(|line| format!("> {line}\n")).collect();
    let text = format!("{text}\n\nOn 22 Nov 2026 at 10:00, Lumen <{SUPPORT}> wrote:\n{quoted}");
    let mail =
        Draft { subject: format!("Re: {}", letter.subject), text, answers: letter.message_id, ..draft("Ines", from) };
    postbox.writes(mail).await;
}

async fn handed_to_ines(postbox: &Postbox) -> baton::store::agents::Agent {
    let ines = postbox.app.agent("Ines").await;
    let omar = postbox.app.agent("Omar").await;
    postbox.maya("Broken lamp", "It arrived broken. A human, please!").await;
    postbox.app.drain().await;
    let id = postbox.record().await.core.id;
    postbox.app.desk().assign(id, omar.id, Some(ines.id)).await.expect("assigned");
    postbox.app.drain().await;
    ines
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_given_a_conversation_gets_it_by_mail_and_answers_by_replying() {
    let mut postbox = Postbox::open(Arc::new(TwoDays)).await;
    let ines = handed_to_ines(&postbox).await;
    postbox.letters().await;
    postbox.letters().await;
    let letters = postbox.inbox("ines@example.com");
    let [letter] = &letters[..] else { panic!("one letter: {}", letters.len()) };
    assert!(letter.whole_text.contains("It arrived broken"), "{}", letter.whole_text);
    assert!(letter.subject.contains("Maya Lind"), "{}", letter.subject);

    ines_answers(&postbox, "ines@example.com", "I am sorry. A new one is on its way.").await;
    postbox.app.drain().await;
    let to_maya = postbox.inbox(MAYA).pop().expect("an answer");
    assert_eq!(to_maya.from.address, SUPPORT);
    assert!(to_maya.text.starts_with("I am sorry. A new one is on its way."), "{}", to_maya.text);
    assert!(!to_maya.whole_text.contains("above this line"), "nothing of the letter goes to the customer");
    let record = postbox.record().await;
    assert_eq!(record.core.owner, Owner::Agent(ines.id));
    assert_eq!(record.core.handoff.map(|handoff| handoff.acknowledged), Some(true));

    postbox.maya_answers("When will it be here?").await;
    postbox.app.drain().await;
    postbox.letters().await;
    let second = postbox.inbox("ines@example.com").pop().expect("a letter");
    assert!(second.whole_text.contains("When will it be here?"), "{}", second.whole_text);
    assert_eq!(postbox.inbox("ines@example.com").len(), 2);
    ines_answers(&postbox, "ines@example.com", "On Tuesday.").await;
    postbox.app.drain().await;
    assert!(postbox.inbox(MAYA).pop().expect("an answer").text.starts_with("On Tuesday."));
    postbox.hang_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supervisor_is_mailed_once_what_nobody_has_seen_and_may_answer_by_replying() {
    let mut postbox = Postbox::open(Arc::new(TwoDays)).await;
    let zoe = postbox.app.admin("Zoe").await;
    postbox.maya("Broken lamp", "It arrived broken. A human, please!").await;
    postbox.app.drain().await;
    for _ in 0..2 {
        postbox.app.advance(TimeDelta::minutes(16));
        postbox.app.desk().go_round().await.expect("a round");
        postbox.app.drain().await;
        postbox.letters().await;
    }
    let letters = postbox.inbox("zoe@example.com");
    let [letter] = &letters[..] else { panic!("one letter: {}", letters.len()) };
    assert!(letter.subject.contains("Nobody has seen: #1001 It arrived broken"), "{}", letter.subject);
    assert!(letter.whole_text.contains("/inbox/conversations/1001"), "it leads there: {}", letter.whole_text);
    assert!(letter.whole_text.contains("You supervise"), "{}", letter.whole_text);
    assert!(letter.whole_text.contains("It arrived broken"), "{}", letter.whole_text);
    let quoted: String = letter.whole_text.lines().map(|line| format!("> {line}\n")).collect();
    let text = format!("I am looking into it.\n\nOn 22 Nov 2026 at 10:00, Lumen <{SUPPORT}> wrote:\n{quoted}");
    let subject = format!("Re: {}", letter.subject);
    let answers = letter.message_id.clone();
    postbox.writes(Draft { subject, text, answers, ..draft("Zoe", "zoe@example.com") }).await;
    postbox.app.drain().await;
    let record = postbox.record().await;
    assert_eq!(record.core.owner, Owner::Agent(zoe.id));
    assert_eq!(record.core.handoff.map(|handoff| handoff.acknowledged), Some(true));
    assert!(postbox.inbox(MAYA).pop().expect("an answer").text.starts_with("I am looking into it."));
    postbox.hang_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_to_somebody_who_wants_to_be_left_alone_waits_until_the_quiet_hours_are_over() {
    let mut postbox = Postbox::open(Arc::new(TwoDays)).await;
    let ines = handed_to_ines(&postbox).await;
    let morning = Shift {
        first: Weekday::Mon,
        last: Weekday::Sun,
        from: "08:00".parse().expect("a time"),
        to: "12:00".parse().expect("a time"),
    };
    let quiet = Schedule {
        id: ScheduleId(postbox.app.clock.new_id()),
        name: "Quiet hours".into(),
        zone: "UTC".parse().expect("a zone"),
        shifts: vec![morning],
        exceptions: Vec::new(),
    };
    let tx = postbox.app.desk().store.begin().await.expect("a transaction");
    quiet_hours::set(&*tx, ines.id, Some(&quiet), postbox.app.clock.now()).await.expect("set");
    tx.commit().await.expect("committed");
    postbox.letters().await;
    assert!(postbox.inbox("ines@example.com").is_empty(), "it is nine o'clock");
    postbox.app.clock.set("2026-11-22T12:00:01Z".parse().expect("a time"));
    postbox.letters().await;
    let letters = postbox.inbox("ines@example.com");
    let [letter] = &letters[..] else { panic!("one letter: {}", letters.len()) };
    let number = postbox.record().await.number.0;
    let link = format!("/inbox/conversations/{number}");
    assert!(letter.whole_text.contains(&link), "it leads to the conversation: {}", letter.whole_text);
    postbox.hang_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_that_was_passed_on_opens_nothing() {
    let mut postbox = Postbox::open(Arc::new(TwoDays)).await;
    handed_to_ines(&postbox).await;
    postbox.letters().await;
    let before = postbox.inbox(MAYA).len();
    ines_answers(&postbox, "otto@elsewhere.example", "Send it to my address instead.").await;
    postbox.app.drain().await;
    assert_eq!(postbox.inbox(MAYA).len(), before, "the customer hears nothing of it");
    assert_eq!(postbox.records().await.len(), 2, "what a stranger writes is a conversation of their own");
    postbox.hang_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_who_left_the_chat_gets_the_answer_by_mail_and_goes_on_there() {
    let mut postbox = Postbox::open(Arc::new(TwoDays)).await;
    let app = &postbox.app;
    let (chat, ines) = (app.channel().await, app.agent("Ines").await);
    let contact = Contact {
        id: ContactId(app.clock.new_id()),
        name: Some("Maya Lind".into()),
        email: Some(MAYA.into()),
        phone: None,
        avatar_url: None,
        language: Some("de".into()),
        verified: false,
        custom_data: Value::Null,
        created_at: app.clock.now(),
    };
    let tx = app.desk().store.begin().await.expect("a transaction");
    contacts::insert(&*tx, &contact).await.expect("a contact");
    tx.commit().await.expect("committed");
    let record = app.desk().open_conversation(&chat, contact.id, None, false, Value::Null).await.expect("opened");
    let id = record.core.id;
    let reply = Reply {
        agent: ines.id,
        message: MessageId(app.clock.new_id()),
        text: "Your lamp is ready.".into(),
        attachments: Vec::new(),
        seen: None,
    };
    app.desk().reply(id, reply).await.expect("a reply");
    app.drain().await;
    postbox.letters().await;
    assert_eq!(postbox.inbox(MAYA).len(), 0, "they may still look");
    app.advance(TimeDelta::minutes(3));
    postbox.letters().await;
    postbox.letters().await;
    let mails = postbox.inbox(MAYA);
    let [mail] = &mails[..] else { panic!("one mail: {}", mails.len()) };
    assert!(mail.text.starts_with("Your lamp is ready."), "{}", mail.text);
    assert_eq!(mail.from.name, "Ines · Lumen");

    postbox.maya_answers("Wonderful, I will come on Monday.").await;
    let said = postbox.said(id).await;
    let last = said.last().expect("a message");
    assert_eq!((last.author, last.text.as_str()), (Author::Contact, "Wonderful, I will come on Monday."));
    assert_eq!(postbox.records().await.len(), 1, "it is the same conversation");
    postbox.hang_up().await;
}
