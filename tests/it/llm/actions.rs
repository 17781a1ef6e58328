//! Calls of other systems: looked up at once, changed only after a yes, told on the timeline.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use baton::handoff::Owner;
use baton::handoff::event::{Act, Entry};
use baton::store::secrets;
use secrecy::SecretString;
use serde_json::{Value, json};

use super::shop::Shop;
use crate::support::{Asked, Behave, ModelServer, Protocol, reply, turn};

const SECRET: &str = "s3cret-of-the-order-system";

/// An OpenAPI document of the order system at `url`.
pub fn document(url: &str) -> String {
    let number = json!({ "name": "number", "in": "path", "schema": { "type": "integer" } });
    json!({
        "openapi": "3.1.0",
        "servers": [{ "url": format!("{url}/orders-api") }],
        "security": [{ "order_key": [] }],
        "paths": {
            "/orders/{number}": { "get": {
                "operationId": "look_up_order", "summary": "Looks up an order by its number.", "parameters": [number],
            } },
            "/orders/{number}/cancellation": { "post": {
                "operationId": "cancel_order", "summary": "Cancels an order.", "parameters": [number],
                "requestBody": { "content": { "application/json": { "schema": { "properties": {
                    "reason": { "type": "string" } } } } } },
            } },
        },
        "components": { "securitySchemes": { "order_key": { "type": "apiKey", "in": "header", "name": "X-Order-Key" } } },
    })
    .to_string()
}

/// A turn that calls something.
pub fn calls(name: &str, arguments: &Value) -> String {
    turn(&json!({ "action": { "name": name, "arguments": arguments.to_string() } }))
}

/// The order system: every order is on its way, and may be cancelled.
pub async fn orders() -> ModelServer {
    let answer = json!({ "state": "on its way", "carrier": "Blue Van" }).to_string();
    ModelServer::start(Protocol::OpenAi, [Behave::Status(200, "", answer)]).await
}

/// A shop whose AI may call the order system, and whose model thinks like this.
pub async fn shop(orders: &ModelServer, mind: impl Fn(&Asked) -> Behave + Send + Sync + 'static) -> Shop {
    let server = ModelServer::with_mind(Protocol::OpenAi, mind).await;
    let document = document(orders.url().trim_end_matches("/v1"));
    let shop = Shop::with(server, &[], |model| {
        model.actions = document;
        model.private_addresses = true;
    })
    .await;
    let tx = shop.app.desk().store.begin().await.expect("a transaction");
    let (key, now) = (&shop.app.site().key, baton::clock::Clock::now(&*shop.app.clock));
    secrets::set(&*tx, key, "action.order_key", &SecretString::from(SECRET), None, now).await.expect("kept");
    tx.commit().await.expect("committed");
    shop
}

fn in_turn(turns: Vec<String>) -> impl Fn(&Asked) -> Behave + Send + Sync + 'static {
    let (next, turns) = (AtomicUsize::new(0), Arc::new(turns));
    move |_| Behave::Say(turns[next.fetch_add(1, Ordering::SeqCst).min(turns.len() - 1)].clone())
}

fn acts(lines: Vec<Entry>) -> Vec<Act> {
    let acts = lines.into_iter().filter_map(|line| match line {
        Entry::Acted { act } => Some(act),
        _ => None,
    });
    acts.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_looked_up_and_the_call_stands_on_the_timeline() {
    let orders = orders().await;
    let turns = vec![calls("look_up_order", &json!({ "number": 20318 })), reply("It is on its way with Blue Van.")];
    let shop = shop(&orders, in_turn(turns)).await;
    shop.maya_says("Where is my order 20318?").await;
    assert_eq!(shop.ai_said().await, ["It is on its way with Blue Van."]);
    let called = orders.asked();
    assert_eq!(called.len(), 1);
    assert_eq!(called[0].path, "/orders-api/orders/20318");
    assert!(called[0].headers.contains(&format!("x-order-key: {SECRET}")));
    let asked = shop.server.asked();
    assert!(asked[1].user.contains("Blue Van"), "the model is told the answer");
    for asked in &asked {
        assert!(!asked.body.to_string().contains(SECRET) && !asked.headers.contains(SECRET), "and never the secret");
    }
    let arguments = "number: 20318".to_owned();
    let action = "look_up_order".to_owned();
    let told = [
        Act::Called { action: action.clone(), arguments, confirmed: false },
        Act::Ended { action, outcome: "answered 200".into(), failed: false },
    ];
    assert_eq!(acts(shop.lines().await), told);
    assert_eq!(shop.usage().await.requests, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn something_is_changed_only_after_a_yes_to_exactly_that() {
    for (agrees, ask, yes) in [
        (true, "Please cancel order 20318, it is too late", "Yes, please"),
        (true, "Bitte stornieren Sie die Bestellung 20318, sie kommt zu spät", "Ja, bitte."),
        (false, "Please cancel order 20318, it is too late", "No, wait"),
        (false, "Please cancel order 20318, it is too late", "yes but order 20319 instead"),
    ] {
        let orders = orders().await;
        let cancel = calls("cancel_order", &json!({ "number": 20318, "reason": "too late" }));
        let shop = shop(&orders, in_turn(vec![cancel, reply("Order 20318: settled.")])).await;
        shop.maya_says(ask).await;
        let question = shop.ai_said().await;
        assert!(question[0].contains("**Cancels an order**\nnumber: 20318, reason: too late"), "{question:?}");
        assert!(orders.asked().is_empty() && acts(shop.lines().await).is_empty(), "nothing happens before the answer");
        shop.maya_says(yes).await;
        let called = orders.asked();
        assert_eq!(called.len(), usize::from(agrees), "{yes}");
        if agrees {
            assert_eq!(called[0].path, "/orders-api/orders/20318/cancellation");
            assert_eq!(called[0].body, json!({ "reason": "too late" }));
            assert!(called[0].headers.contains("idempotency-key: "));
            assert!(matches!(&acts(shop.lines().await)[0], Act::Called { confirmed: true, .. }));
            shop.maya_says(yes).await;
            assert_eq!(orders.asked().len(), 1, "a second yes changes nothing");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_yes_after_people_had_the_conversation_agrees_to_nothing() {
    let orders = orders().await;
    let cancel = calls("cancel_order", &json!({ "number": 20318 }));
    let shop = shop(&orders, in_turn(vec![cancel, reply("Fine.")])).await;
    shop.maya_says("Please cancel order 20318").await;
    let ines = shop.app.agent("Ines").await;
    let (id, desk) = (shop.maya.id(), shop.app.desk());
    desk.take_over(id, ines.id, shop.record().await.core.epoch).await.expect("taken over");
    desk.hand_back(id, ines.id, "").await.expect("given back");
    shop.maya_says("Is it still possible to return a lamp?").await;
    shop.maya_says("yes").await;
    assert!(orders.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_yes_is_carried_out_even_if_the_model_fails_then() {
    let orders = orders().await;
    let count = AtomicUsize::new(0);
    let shop = shop(&orders, move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => Behave::Say(calls("cancel_order", &json!({ "number": 20318 }))),
        _ => Behave::Status(401, "", "{}".into()),
    })
    .await;
    shop.maya_says("Please cancel order 20318").await;
    shop.maya_says("yes").await;
    assert_eq!(orders.asked().len(), 1);
    assert_eq!(shop.ai_said().await.last().map(String::as_str), Some("That is done."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_fails_after_a_yes_goes_to_people_and_the_model_can_not_call_it_done() {
    let orders = ModelServer::start(Protocol::OpenAi, [Behave::Status(500, "", "{}".into())]).await;
    let cancel = calls("cancel_order", &json!({ "number": 20318 }));
    let shop = shop(&orders, in_turn(vec![cancel, reply("Done! Your order is cancelled.")])).await;
    shop.maya_says("Please cancel order 20318").await;
    shop.maya_says("yes").await;
    assert_eq!((orders.asked().len(), shop.owner().await), (1, Owner::Queue));
    assert_eq!(shop.ai_said().await.len(), 1, "only the question");
    let told = format!("{:?}", shop.lines().await);
    assert!(told.contains("A call the customer agreed to failed"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_fails_is_told_and_stands_on_the_timeline() {
    let refusal = json!({ "error": "no such order" }).to_string();
    let orders = ModelServer::start(Protocol::OpenAi, [Behave::Status(404, "", refusal)]).await;
    let turns = vec![calls("look_up_order", &json!({ "number": 7 })), reply("There is no order 7.")];
    let shop = shop(&orders, in_turn(turns)).await;
    shop.maya_says("Where is my order 7?").await;
    assert!(shop.server.asked()[1].user.contains("no such order"));
    let failed = Act::Ended { action: "look_up_order".into(), outcome: "answered 404".into(), failed: true };
    assert_eq!(acts(shop.lines().await).last(), Some(&failed));
    assert_eq!(shop.owner().await, Owner::Ai);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_nobody_gave_and_calls_nobody_offers_are_not_called() {
    for wanted in [
        calls("look_up_order", &json!({ "number": 20319 })),
        calls("look_up_order", &json!({ "number": 20318, "admin": true })),
        calls("look_up_order", &json!({})),
        calls("cancel_order", &json!({ "number": 99 })),
        calls("delete_everything", &json!({})),
        turn(&json!({ "action": { "name": "look_up_order", "arguments": "20318" } })),
    ] {
        let orders = orders().await;
        let shop = shop(&orders, in_turn(vec![wanted.clone(), reply("Which order do you mean?")])).await;
        shop.maya_says("Where is my order 20318?").await;
        assert!(orders.asked().is_empty(), "{wanted}");
        shop.assert_served(&wanted).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_only_calls_is_stopped() {
    let orders = orders().await;
    let shop = shop(&orders, in_turn(vec![calls("look_up_order", &json!({ "number": 20318 }))])).await;
    shop.maya_says("How long does delivery take for order 20318?").await;
    assert_eq!(orders.asked().len(), 3);
    shop.assert_served("only calls").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn private_addresses_are_not_called_unless_allowed() {
    let orders = orders().await;
    let turns = vec![calls("look_up_order", &json!({ "number": 20318 })), reply("I can not look it up now.")];
    let server = ModelServer::with_mind(Protocol::OpenAi, in_turn(turns)).await;
    let document = document(orders.url().trim_end_matches("/v1"));
    let shop = Shop::with(server, &[], |model| model.actions = document).await;
    shop.maya_says("Where is my order 20318?").await;
    assert!(orders.asked().is_empty());
    let told = format!("{:?}", acts(shop.lines().await));
    assert!(told.contains("not on the public internet"), "{told}");
}
