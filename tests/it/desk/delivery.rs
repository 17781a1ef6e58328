//! What reaches the customer.

use std::time::Duration;

use baton::handoff::Author;
use baton::store::timeline::Delivery;
use baton_adapters::contract::DeliveryError;
use chrono::TimeDelta;

use super::Story;
use crate::support::{Line, Script, World};

fn again() -> DeliveryError {
    DeliveryError::Again { why: "busy".into(), after: None }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_provider_is_tried_again_and_order_is_kept() {
    let mut story = Story::with(Script::of([])).await;
    story.autopilot(false).await;
    story.maya("Hello").await;
    story.app.drain().await;
    story.world.trouble([again(), again()]);
    for text in ["one", "two", "three"] {
        story.writes(story.ines.id, text).await;
    }
    for _ in 0..4 {
        story.app.drain().await;
        story.app.advance(TimeDelta::minutes(1));
    }
    story.app.drain().await;
    assert_eq!(story.world.received()[1..], ["one", "two", "three"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_names_a_time_is_left_alone_until_then() {
    let mut story = Story::with(Script::of([])).await;
    story.autopilot(false).await;
    story.maya("Hello").await;
    story.app.drain().await;
    story.world.trouble([DeliveryError::Again { why: "429".into(), after: Some(Duration::from_secs(600)) }]);
    story.writes(story.ines.id, "one").await;
    story.app.drain().await;
    story.app.advance(TimeDelta::minutes(9));
    story.app.drain().await;
    assert_eq!(story.world.received().len(), 1, "not yet");
    story.app.advance(TimeDelta::minutes(2));
    story.app.drain().await;
    assert_eq!(story.world.received().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_jumps_takes_no_message_out_of_the_hands_that_send_it() {
    let mut story = Story::with_world(Script::of([]), World::default(), &[]).await;
    story.autopilot(false).await;
    story.maya("Hello").await;
    story.app.drain().await;
    let slow = story.world.slow_down();
    for text in ["one", "two"] {
        story.writes(story.ines.id, text).await;
    }
    let courier = story.app.courier().clone();
    let sending = tokio::spawn(async move { courier.deliver_due(uuid::Uuid::new_v4()).await });
    slow.began.notified().await;
    story.app.advance(TimeDelta::hours(24));
    story.app.drain().await;
    assert_eq!(story.world.received().len(), 1, "nothing overtakes what is still being sent");
    slow.go_on.notify_one();
    sending.await.expect("no panic").expect("sent");
    story.app.drain().await;
    assert_eq!(story.world.received()[1..], ["one", "two"]);
    let deliveries: Vec<_> = story.said(|by| matches!(by, Author::Agent(_))).await;
    assert!(deliveries.iter().all(|said| said.delivery == Delivery::Sent), "{deliveries:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_message_is_parked_with_its_reason_and_blocks_nobody() {
    let mut story = Story::with(Script::of([])).await;
    story.autopilot(false).await;
    story.maya("Hello").await;
    story.app.drain().await;
    story.world.trouble([DeliveryError::refused("the number is not in service")]);
    let parked = story.writes(story.ines.id, "one").await;
    story.writes(story.ines.id, "two").await;
    story.app.drain().await;
    assert_eq!(story.world.received()[1..], ["two"]);
    let messages = story.said(|by| matches!(by, Author::Agent(_))).await;
    assert_eq!(messages[0].delivery, Delivery::Parked);
    assert_eq!(messages[0].delivery_detail.as_deref(), Some("the number is not in service"));

    story.app.desk().retry(story.id().await, parked).await.expect("queued again");
    story.app.drain().await;
    assert_eq!(story.world.received()[1..], ["two", "one"]);
    assert!(story.app.desk().retry(story.id().await, parked).await.is_err(), "it has been sent");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_is_an_unknown_outcome_and_is_not_sent_twice() {
    let mut story = Story::with_world(Script::of([]), World::default(), &[]).await;
    story.autopilot(false).await;
    story.maya("Hello").await;
    story.app.drain().await;
    story.world.trouble([DeliveryError::Unknown { why: "the connection broke".into() }]);
    story.writes(story.ines.id, "one").await;
    story.app.drain().await;
    story.app.advance(TimeDelta::hours(1));
    story.app.drain().await;
    let messages = story.said(|by| matches!(by, Author::Agent(_))).await;
    assert_eq!(messages[0].delivery, Delivery::Unknown);
    assert_eq!(story.world.received().len(), 1, "only the notice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_event_delivered_twice_is_stored_once() {
    let mut story = Story::with(Script::of([Line::Say("Hello Maya.")])).await;
    let (status, id) = story.maya("Hello").await;
    assert_eq!(status, 200);
    assert_eq!(story.provider_sends(&id, "Hello").await, 200);
    story.app.drain().await;
    assert_eq!(story.provider_sends(&id, "Hello").await, 200);
    story.app.drain().await;
    assert_eq!(story.said(|by| by == Author::Contact).await.len(), 1);
    assert_eq!(story.world.received(), ["Hello Maya."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_believed_only_when_it_is_signed() {
    let story = Story::with(Script::of([])).await;
    let body = r#"{"id":"SM1","from":"+15550100142","text":"Hello"}"#;
    for (signature, expected) in [(None, 403), (Some("bad"), 403), (Some("good"), 200)] {
        let mut request = story.app.http.post(story.app.url("/hooks/texts")).body(body);
        if let Some(signature) = signature {
            request = request.header("x-signature", signature);
        }
        assert_eq!(request.send().await.expect("an answer").status(), expected, "{signature:?}");
    }
    let unknown = story.app.http.post(story.app.url("/hooks/nobody")).body(body).send().await.expect("an answer");
    assert_eq!(unknown.status(), 404);
    let broken = story.app.http.post(story.app.url("/hooks/texts")).header("x-signature", "good").body("{");
    assert_eq!(broken.send().await.expect("an answer").status(), 200, "asking for it again would not help");
}
