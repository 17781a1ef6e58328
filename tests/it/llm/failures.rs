//! A model that does not work: the customer gets an answer or a person, within the channel's deadline.

use std::time::Duration;

use baton::handoff::policy::Reason;
use baton::handoff::{Author, Owner};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::json;

use super::shop::{PROTOCOLS, Shop, within};
use crate::support::{Behave, ModelServer, Protocol, reply};

/// Shops that are open at a time: most of them only wait.
const AT_A_TIME: usize = 4;
/// The deadline of [`Shop::HURRIED`], and patience with a busy machine.
const IN_TIME: Duration = Duration::from_secs(15);
const QUESTION: &str = "How long does delivery take?";

/// Every way in which a server fails, once and for ever.
fn troubles() -> Vec<(&'static str, Behave)> {
    let long = reply(&"Two to four working days, as a rule. ".repeat(20));
    let status = |status, header, words: &str| {
        Behave::Status(status, header, json!({ "error": { "message": words } }).to_string())
    };
    vec![
        ("stalls before the first word", Behave::Stall(String::new(), 0)),
        ("stalls in the middle", Behave::Stall(long.clone(), 500)),
        ("cut off before the first word", Behave::CutOff(String::new(), 0)),
        ("cut off in the middle", Behave::CutOff(long.clone(), 500)),
        ("breaks off before the first word", Behave::BreakOff(String::new(), 0)),
        ("breaks off in the middle", Behave::BreakOff(long.clone(), 500)),
        ("too long", Behave::TooLong(long[..500].to_owned())),
        ("no JSON", Behave::Say("Two to four working days.".into())),
        ("half an object", Behave::Say(long[..300].to_owned())),
        ("another object", Behave::Say("{\"reply\": {\"text\": \"x\"}}".into())),
        ("an empty object", Behave::Say("{}".into())),
        ("nothing", Behave::Say(String::new())),
        ("noise", Behave::Noise),
        ("declines", Behave::Decline),
        ("limits the rate", status(429, "", "Rate limit reached for stand-in")),
        ("limits the rate for an hour", status(429, "retry-after: 3600\r\n", "Rate limit reached for stand-in")),
        ("fails inside", status(500, "", "Internal error")),
        ("is overloaded", status(529, "", "Overloaded")),
        ("refuses the key", status(401, "", "Incorrect API key provided")),
        ("refuses the prompt", status(400, "", "maximum context length exceeded")),
        ("is somebody else", Behave::Status(200, "", "<html>".into())),
        ("sends elsewhere", status(302, "location: http://127.0.0.1:9/\r\n", "Moved")),
        ("dies", Behave::Die),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_model_does_the_customer_is_answered_within_the_deadline() {
    for protocol in PROTOCOLS {
        for few in troubles().chunks(AT_A_TIME) {
            // An application takes a moment to stop; none stops while another one is timed.
            let _open = join_all(few.iter().map(async |(name, trouble)| {
                let server = ModelServer::start(protocol, [trouble.clone()]).await;
                let shop = Shop::with(server, Shop::HURRIED, |_| {}).await;
                let why = format!("{protocol:?} {name}");
                within(IN_TIME, &why, shop.maya_says(QUESTION)).await;
                shop.assert_served(&why).await;
                // On a machine that is very busy, a stall may leave no time for more than a handoff.
                if shop.owner().await == Owner::Ai || !name.starts_with("stalls") {
                    let said = shop.ai_said().await;
                    assert!(
                        said.concat().contains("two to four working days"),
                        "{why}: the articles answer this: {said:?}"
                    );
                }
                shop
            }))
            .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_neither_can_answer_a_person_does() {
    for few in troubles().chunks(AT_A_TIME) {
        let _open = join_all(few.iter().map(async |(name, trouble)| {
            let server = ModelServer::start(Protocol::OpenAi, [trouble.clone()]).await;
            let shop = Shop::with(server, Shop::HURRIED, |_| {}).await;
            within(IN_TIME, name, shop.maya_says("Does the Aurora lamp hum at night?")).await;
            shop.assert_served(name).await;
            assert_eq!(shop.owner().await, Owner::Queue, "{name}");
            assert_eq!(
                shop.reason().await,
                Some(Reason::AiUnavailable),
                "{name}: with the model, the AI would have answered"
            );
            let told = format!("{:?}", shop.lines().await);
            let late = name.starts_with("stalls") && told.contains("took too long");
            assert!(late || told.contains("The language model gave no answer"), "{name}: {told}");
            shop
        }))
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_trouble_is_waited_out() {
    let busy = Behave::Status(503, "", "{}".into());
    for first in [busy, Behave::Die, Behave::BreakOff(String::new(), 0)] {
        let shop = Shop::open(Protocol::Anthropic, [first, Behave::Say(reply("Four days at most."))]).await;
        shop.maya_says(QUESTION).await;
        assert_eq!(shop.ai_said().await, ["Four days at most."]);
        assert_eq!(shop.server.asked().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_keeps_failing_is_left_alone_and_tried_again_later() {
    let mut troubles = vec![Behave::Status(401, "", "{}".into()); 4];
    troubles.push(Behave::Say(reply("Four days at most.")));
    let shop = Shop::open(Protocol::OpenAi, troubles).await;
    let mut asked = Vec::new();
    for _ in 0..5 {
        shop.maya_says(QUESTION).await;
        asked.push(shop.server.asked().len());
        // Another question, so that nothing looks like a conversation that goes in circles.
        shop.app.advance(TimeDelta::seconds(1));
        let maya = crate::support::Visitor::arrive(&shop.app).await;
        maya.say(&shop.app, "How can I return a lamp?").await;
    }
    assert_eq!(shop.server.asked().len(), 3, "three failures, then silence: {asked:?}");
    shop.app.advance(TimeDelta::seconds(60));
    let maya = crate::support::Visitor::arrive(&shop.app).await;
    maya.say(&shop.app, "How can I return a lamp?").await;
    assert_eq!(shop.server.asked().len(), 4, "one trial");
    maya.say(&shop.app, QUESTION).await;
    assert_eq!(shop.server.asked().len(), 4, "it failed, so it is left alone again");
    shop.app.advance(TimeDelta::seconds(120));
    for count in 5..7 {
        let maya = crate::support::Visitor::arrive(&shop.app).await;
        maya.say(&shop.app, QUESTION).await;
        assert_eq!(maya.texts().await.last().map(String::as_str), Some("Four days at most."));
        assert_eq!(shop.server.asked().len(), count, "it works again");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_has_its_own_deadline() {
    let server = ModelServer::start(Protocol::OpenAi, [Behave::Stall(String::new(), 0)]).await;
    let shop = Shop::with(server, &[], |model| model.deadline_s = 20).await;
    let channel = shop.record().await.core.channel;
    let stored = baton::store::settings::load(shop.app.desk().store.reader()).await.expect("settings");
    let mut model: baton::ai::llm::LanguageModel = stored.value;
    model.channel_deadlines_s.insert(channel, 1);
    shop.app.set(&model).await;
    within(Duration::from_secs(6), "its own deadline", shop.maya_says(QUESTION)).await;
    assert_eq!(shop.messages(Author::Ai).await.len(), 1);
}
