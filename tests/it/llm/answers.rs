//! A model that works.

use baton::ai::assistant::Rewrite;
use baton::desk::settings::Organisation;
use baton::handoff::policy::HandoffSettings;
use baton::handoff::{Author, Owner};
use baton::store::model_usage::ModelUsage;
use serde_json::json;

use super::shop::{INSTRUCTIONS, PROTOCOLS, Shop};
use crate::support::{Behave, ModelServer, Protocol, reply, turn};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_answers_with_its_sources_and_is_paid_for() {
    for protocol in PROTOCOLS {
        let answer = turn(&json!({
            "reply": "Two to **four** working days, Maya – \"Norway\" takes six.", "citations": ["p1", "p9"],
            "language": "en-GB", "sentiment": "happy",
        }));
        let shop = Shop::open(protocol, [Behave::Say(answer)]).await;
        shop.maya_says("How long does delivery take?").await;
        let said = shop.messages(Author::Ai).await;
        assert_eq!(said.len(), 1, "{protocol:?}");
        assert_eq!(said[0].text, "Two to **four** working days, Maya – \"Norway\" takes six.");
        let titles: Vec<_> = said[0].sources.iter().map(|source| source.title.as_str()).collect();
        assert_eq!(titles, ["Delivery"], "only passages that are there are cited");
        assert_eq!(shop.record().await.language.as_deref(), Some("en-GB"));
        // 1 000 tokens at 2 a million and 200 at 10 a million.
        let paid = ModelUsage { requests: 1, input_tokens: 1_000, output_tokens: 200, cost_micros: 4_000 };
        assert_eq!(shop.usage().await, paid);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_is_asked_as_its_protocol_wants_it() {
    for protocol in PROTOCOLS {
        let shop = Shop::open(protocol, [Behave::Say(reply("Two to four working days."))]).await;
        shop.maya_says("How long does delivery take?").await;
        let asked = shop.server.asked();
        assert_eq!(asked.len(), 1);
        let (asked, body) = (&asked[0], &asked[0].body);
        assert!(asked.system.contains(INSTRUCTIONS) && asked.system.contains("Lumen & Oak"));
        assert!(asked.user.contains("two to four working days") && asked.user.contains("How long does delivery take?"));
        assert!(!asked.system.contains("How long does"), "what customers write is no rule");
        assert_eq!((&body["model"], &body["stream"]), (&json!("stand-in"), &json!(true)));
        match protocol {
            Protocol::OpenAi => {
                assert_eq!(asked.path, "/v1/chat/completions");
                assert_eq!(body["response_format"]["json_schema"]["strict"], true);
                assert_eq!(body["stream_options"]["include_usage"], true);
            }
            Protocol::Anthropic => {
                assert_eq!(asked.path, "/v1/messages");
                assert!(asked.headers.contains("anthropic-version: 2023-06-01"));
                assert_eq!(body["tool_choice"]["name"], "turn");
                assert_eq!(body["tools"][0]["eager_input_streaming"], true);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_models_wish_hands_off_with_its_explanation() {
    for protocol in PROTOCOLS {
        let wish = json!({ "reason": "not_known", "explanation": "She asks about a lamp that no article names." });
        let shop = Shop::open(protocol, [Behave::Say(turn(&json!({ "handoff": wish })))]).await;
        shop.maya_says("Can the Aurora lamp be dimmed by voice?").await;
        assert_eq!(shop.owner().await, Owner::Queue);
        assert!(shop.ai_said().await.is_empty());
        let told = format!("{:?}", shop.lines().await);
        assert!(told.contains("The knowledge does not answer it: She asks about a lamp"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_detectors_decide_is_never_asked_of_the_model() {
    let shop = Shop::open(Protocol::OpenAi, [Behave::Say(reply("No need for a person, I am here."))]).await;
    shop.maya_says("I want to talk to a real person").await;
    assert_eq!(shop.owner().await, Owner::Queue);
    assert!(shop.ai_said().await.is_empty());
    assert!(shop.server.asked().is_empty(), "and nothing was paid");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_people_a_wish_is_an_honest_answer() {
    let wish = json!({ "reason": "other", "explanation": "x" });
    let answer = turn(&json!({ "handoff": wish, "reply": "I do not know that, sorry." }));
    let shop = Shop::open(Protocol::OpenAi, [Behave::Say(answer)]).await;
    shop.app.set(&HandoffSettings { enabled: false, ..HandoffSettings::default() }).await;
    shop.maya_says("Can the Aurora lamp be dimmed by voice?").await;
    assert_eq!(shop.owner().await, Owner::Ai);
    assert_eq!(shop.ai_said().await, ["I do not know that, sorry."]);
    assert!(shop.server.asked()[0].system.contains("nobody to pass on to"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_that_has_used_its_tokens_goes_on_with_the_built_in_assistant() {
    let server = ModelServer::start(Protocol::OpenAi, [Behave::Say(reply("Six days to Norway."))]).await;
    let shop = Shop::with(server, &[], |model| model.conversation_tokens_max = 1_200).await;
    shop.maya_says("How long does delivery to Norway take?").await;
    shop.maya_says("And how can I return a lamp?").await;
    let said = shop.ai_said().await;
    assert_eq!((shop.server.asked().len(), said.len()), (1, 2));
    assert!(said[1].contains("thirty days"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_know_less_are_asked_for_less_and_remembered() {
    let server = ModelServer::with_mind(Protocol::OpenAi, |asked| {
        let refuse = |what: &str| Behave::Status(400, "", json!({ "error": { "message": what } }).to_string());
        let body = &asked.body;
        if body.get("max_completion_tokens").is_some() {
            return refuse("Unrecognized request argument supplied: max_completion_tokens");
        }
        if body["response_format"]["type"] == "json_schema" {
            return refuse("response_format type json_schema is not supported");
        }
        if body.get("stream_options").is_some() {
            return refuse("unknown field stream_options");
        }
        Behave::Whole(reply("Two to four working days."))
    })
    .await;
    let shop = Shop::with(server, &[], |_| {}).await;
    shop.maya_says("How long does delivery take?").await;
    assert_eq!(shop.ai_said().await, ["Two to four working days."]);
    let tries = shop.server.asked().len();
    assert_eq!(tries, 4);
    shop.maya_says("And to Norway?").await;
    assert_eq!(shop.server.asked().len(), tries + 1, "what was learned stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_prompt_speaks_in_the_organisations_name_and_holds_the_whole_exchange() {
    let shop = Shop::open(Protocol::Anthropic, [Behave::Say(reply("Two to four working days."))]).await;
    shop.app.set(&Organisation { name: "Bright Things".into(), ..Organisation::default() }).await;
    shop.maya_says("How long does delivery take?").await;
    shop.maya_says("And to Norway?").await;
    let asked = shop.server.asked();
    assert!(asked[1].system.starts_with("You are the support assistant of Bright Things."));
    for said in ["How long does delivery take?", "Two to four working days.", "And to Norway?"] {
        assert!(asked[1].user.contains(said), "{said}");
    }
    assert_eq!(asked[0].system, asked[1].system, "the rules stay the same, so that servers may cache them");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_persons_words_are_said_differently_or_stay_as_they_are() {
    for protocol in PROTOCOLS {
        let answers =
            [Behave::Say(reply("Hallo Maya, gern!")), Behave::Say(reply("")), Behave::Status(401, "", "{}".into())];
        let shop = Shop::open(protocol, answers).await;
        let desk = shop.app.desk();
        assert!(!desk.can_rewrite(), "the settings were not read since they changed in another process");
        shop.app.site().model.setup().await.expect("settings");
        assert!(desk.can_rewrite());
        let german = Rewrite::Translated("de".into());
        assert_eq!(desk.rewrite("Hi Maya, sure!", &german).await.expect("said"), "Hallo Maya, gern!");
        let asked = &shop.server.asked()[0];
        assert!(asked.system.contains("BCP-47 tag de.") && asked.user.contains("Hi Maya, sure!"));
        assert!(!asked.system.contains(INSTRUCTIONS), "the instructions are for answers");
        for _ in 0..2 {
            let refused = desk.rewrite("Hi Maya, sure!", &german).await.expect_err("not said");
            assert!(refused.to_string().contains("stay as they are"), "{refused}");
        }
    }
}
