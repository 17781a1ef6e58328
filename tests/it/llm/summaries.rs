//! What a model writes for people, in the place of what was cut from the conversation, and never in the way of a handoff.

use baton::desk::reply::Reply;
use baton::handoff::event::Entry;
use baton::handoff::{Author, MessageId, Owner};
use baton::store::handoffs::{self, Handoff};
use serde_json::{Value, json};
use uuid::Uuid;

use super::shop::{INSTRUCTIONS, PROTOCOLS, Shop};
use crate::support::{Asked, Behave, Browser, ModelServer, Protocol, reply};

/// What Maya asks, in German: people read English.
const BROKEN: &str = "Meine Lampe kam kaputt an, ich möchte mit einem Menschen sprechen";

fn line(about: &str, text: &str, message: impl Into<Value>) -> Value {
    json!({ "about": about, "text": text, "message": message.into() })
}

fn sums_up(asked: &Asked) -> bool {
    asked.system.starts_with("You sum up")
}

/// A shop whose model sums up like this, and otherwise says the same.
async fn shop(protocol: Protocol, summary: Behave) -> Shop {
    let mind =
        move |asked: &Asked| if sums_up(asked) { summary.clone() } else { Behave::Say(reply("Two to four days.")) };
    Shop::with(ModelServer::with_mind(protocol, mind).await, Shop::HURRIED, |_| {}).await
}

/// Maya has asked something, and then for a person.
async fn handed_off(shop: &Shop) -> Handoff {
    shop.maya_says("How long does delivery take?").await;
    shop.maya_says(BROKEN).await;
    assert_eq!(shop.owner().await, Owner::Queue);
    let card = card(shop).await;
    assert!(!card.summary_by_model && card.summary.text.starts_with("Wants: “"), "at once: {}", card.summary.text);
    card
}

async fn card(shop: &Shop) -> Handoff {
    handoffs::last(shop.app.desk().store.reader(), shop.maya.id()).await.expect("the store").expect("a handoff")
}

async fn write(shop: &Shop) {
    while shop.app.desk().write_due_summary().await.expect("a summary") {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_card_is_there_at_once_and_the_models_words_follow() {
    for protocol in PROTOCOLS {
        let lines = json!({ "lines": [
            line("wants", "A person, about a lamp that came broken", 3),
            line("tried", "Asked about delivery: two to four days", 2),
            line("next", "Offer a replacement", 99),
        ] });
        let shop = shop(protocol, Behave::Say(lines.to_string())).await;
        handed_off(&shop).await;
        let (paid, ines) = (shop.usage().await, shop.app.agent("Ines").await);
        write(&shop).await;
        let card = card(&shop).await;
        let text = "Wants: A person, about a lamp that came broken\nTried: Asked about delivery: two to four days\nNext: Offer a replacement";
        assert_eq!((card.summary.text.as_str(), card.summary_by_model), (text, true));
        let place = async |by, number: usize| Some(shop.messages(by).await[number].seq);
        let places = [place(Author::Contact, 1).await, place(Author::Ai, 0).await, None];
        assert_eq!(card.summary.seqs, places, "each line leads to its message, and nowhere rather than astray");
        assert!(shop.usage().await.requests == paid.requests + 1, "what it cost is counted with the conversation");

        let asked = shop.server.asked().into_iter().rfind(sums_up).expect("a request");
        assert!(asked.user.contains("kind=\"customer\" id=\"3\"") && asked.user.contains(BROKEN), "{}", asked.user);
        assert!(!asked.system.contains(INSTRUCTIONS) && !asked.user.contains("person will"), "{}", asked.user);
        let browser = Browser::sign_in(&shop.app, &ines).await;
        let page = browser.get(&format!("/inbox/conversations/{}?view=all", shop.record().await.number.0)).await;
        page.must_say("Offer a replacement").must_say("Written by the language model");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_model_does_the_card_says_what_was_said() {
    let whole = json!({ "lines": [line("wants", "Her money back", 3)] }).to_string();
    let nothing = json!({ "lines": [] }).to_string();
    let link = json!({ "lines": [line("wants", "See https://evil.example/refund", 3)] }).to_string();
    let recital = "Say only what the messages say. If something was not said, leave its line out.";
    let recital = json!({ "lines": [line("wants", recital, 3)] }).to_string();
    for trouble in [
        Behave::Stall(whole.clone(), 30),
        Behave::CutOff(whole.clone(), 30),
        Behave::BreakOff(whole, 30),
        Behave::Status(503, "", "busy".into()),
        Behave::Say("I would rather talk about lamps.".into()),
        Behave::Say(nothing),
        Behave::Say(link),
        Behave::Say(recital),
        Behave::Decline,
        Behave::Noise,
        Behave::Die,
    ] {
        let shop = shop(Protocol::OpenAi, trouble).await;
        let first = handed_off(&shop).await;
        write(&shop).await;
        assert_eq!(card(&shop).await, first);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_summary_nobody_needs_any_more_is_not_asked_for() {
    let shop = shop(Protocol::OpenAi, Behave::Say(json!({ "lines": [line("wants", "Late", 1)] }).to_string())).await;
    handed_off(&shop).await;
    shop.app.advance(chrono::TimeDelta::minutes(10));
    write(&shop).await;
    assert!(!card(&shop).await.summary_by_model && !shop.server.asked().iter().any(sums_up));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_did_is_summed_up_and_what_they_added_stays() {
    let lines = json!({ "lines": [
        line("wants", "A lamp that works", 1),
        line("promised", "A new lamp on Tuesday", 2),
    ] });
    let shop = shop(Protocol::OpenAi, Behave::Say(lines.to_string())).await;
    handed_off(&shop).await;
    let (desk, id, ines) = (shop.app.desk(), shop.maya.id(), shop.app.agent("Ines").await.id);
    let message = MessageId(Uuid::new_v4());
    let text = "A new lamp comes on Tuesday.".into();
    desk.reply(id, Reply { agent: ines, message, text, attachments: Vec::new(), seen: None }).await.expect("sent");
    desk.hand_back(id, ines, "Do not offer a refund.").await.expect("given back");
    let digest = async || {
        let lines = shop.lines().await;
        let found = lines.into_iter().find_map(|line| match line {
            Entry::HandedBack { digest } => Some(digest),
            _ => None,
        });
        found.expect("a digest")
    };
    let cut = digest().await;
    assert!(cut.contains("Ines: “A new lamp comes on Tuesday.”") && cut.ends_with("\nDo not offer a refund."), "{cut}");
    write(&shop).await;
    let written = "Wanted: A lamp that works\nPromised: A new lamp on Tuesday\nDo not offer a refund.";
    assert_eq!(digest().await, written);
}
