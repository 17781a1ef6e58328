//! Email where things go wrong: machines, bounces, strangers, servers that fail.

use std::sync::Arc;

use baton::handoff::Author;
use baton::sandbox::faults::Fault;
use baton::sandbox::mail::Draft;
use baton::store::timeline::Delivery;
use chrono::TimeDelta;

use super::postbox::{MAYA, Postbox, SUPPORT, draft};
use crate::support::TwoDays;

fn raw(head: &str, text: &str) -> Vec<u8> {
    format!("To: {SUPPORT}\n{head}\n\n{text}\n").replace('\n', "\r\n").into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn machines_are_kept_and_never_answered() {
    let mut postbox = Postbox::open(Arc::new(TwoDays)).await;
    let away = raw(
        "From: maya@customer.example\nSubject: Automatic reply: Lamp\nMessage-ID: <a@c>\nAuto-Submitted: auto-replied",
        "I am away.",
    );
    postbox.post().deliver(MAYA, &[SUPPORT.into()], &away);
    postbox.until("it is kept", || async { postbox.messages().await == 1 }).await;
    let news = raw("From: shop@news.example\nSubject: Sale\nMessage-ID: <b@c>\nList-Id: <news.example>", "Buy!");
    postbox.post().deliver("shop@news.example", &[SUPPORT.into()], &news);
    let own = raw(&format!("From: {SUPPORT}\nSubject: Loop\nMessage-ID: <c@c>"), "Hello me");
    postbox.post().deliver(SUPPORT, &[SUPPORT.into()], &own);
    postbox.maya("Delivery", "When does it come?").await;
    postbox.app.drain().await;
    assert_eq!(postbox.messages().await, 3, "the notice, the question and its answer");
    assert_eq!(postbox.inbox(MAYA).len(), 1);
    assert_eq!(postbox.inbox("shop@news.example").len(), 0);
    postbox.hang_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bounce_is_shown_on_the_message_that_bounced() {
    let mut postbox = Postbox::open(Arc::new(TwoDays)).await;
    postbox
        .writes(Draft { subject: "Lamp".into(), text: "Hello".into(), ..draft("Nemo", "nemo@nowhere.example") })
        .await;
    postbox.app.drain().await;
    let id = postbox.record().await.core.id;
    postbox
        .until("the bounce is noted", || async {
            postbox
                .said(id)
                .await
                .iter()
                .any(|message| message.author == Author::Ai && message.delivery == Delivery::Parked)
        })
        .await;
    postbox.app.drain().await;
    assert_eq!(postbox.messages().await, 2, "nobody answers a bounce");
    postbox.hang_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f26_a_mailbox_that_is_numbered_anew_is_read_again_and_nothing_is_answered_twice() {
    let mut postbox = Postbox::open(Arc::new(TwoDays)).await;
    postbox.maya("One", "First question").await;
    postbox.app.drain().await;
    postbox.hang_up().await;
    postbox.post().renumber(SUPPORT);
    let second = Draft { subject: "Two".into(), text: "Second question".into(), ..draft("Maya Lind", MAYA) };
    postbox.post().send(&second).expect("a mail");
    postbox.connect().await;
    postbox.until("the new mail is there", || async { postbox.messages().await == 3 }).await;
    postbox.app.drain().await;
    assert_eq!(postbox.inbox(MAYA).len(), 2, "one answer each");
    postbox.hang_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_server_is_tried_again_and_a_lost_answer_is_unknown() {
    let mut postbox = Postbox::open(Arc::new(TwoDays)).await;
    postbox.maya("One", "First question").await;
    postbox.faults.set(Fault::Busy, true);
    postbox.app.drain().await;
    assert_eq!(postbox.inbox(MAYA).len(), 0);
    postbox.faults.set(Fault::Busy, false);
    postbox.app.advance(TimeDelta::minutes(1));
    postbox.app.drain().await;
    assert_eq!(postbox.inbox(MAYA).len(), 1);
    postbox.hang_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_that_arrives_twice_is_one_message() {
    let mut postbox = Postbox::open(Arc::new(TwoDays)).await;
    postbox.faults.set(Fault::Twice, true);
    postbox.maya("One", "First question").await;
    postbox.faults.set(Fault::Twice, false);
    postbox.maya("Two", "Second question").await;
    postbox.app.drain().await;
    let asked = postbox.said(postbox.records().await[0].core.id).await;
    assert_eq!(asked.iter().filter(|message| message.author == Author::Contact).count(), 2);
    postbox.hang_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_who_got_a_copy_is_a_customer_of_their_own() {
    let mut postbox = Postbox::open(Arc::new(TwoDays)).await;
    postbox.maya("Order", "My order number is 4711.").await;
    postbox.app.drain().await;
    let answer = postbox.inbox(MAYA).pop().expect("an answer");
    let otto = Draft {
        subject: "Re: Order".into(),
        text: "Send it to me.".into(),
        answers: answer.message_id,
        ..draft("Otto", "otto@elsewhere.example")
    };
    postbox.writes(otto).await;
    postbox.app.drain().await;
    assert_eq!(postbox.records().await.len(), 2);
    let to_otto = postbox.inbox("otto@elsewhere.example").pop().expect("an answer of his own");
    assert!(!to_otto.whole_text.contains("4711"));
    postbox.hang_up().await;
}
