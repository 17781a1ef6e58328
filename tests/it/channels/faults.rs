//! A thousand messages through a provider on its bad days.

use std::collections::HashMap;

use baton::clock::Clock as _;
use baton::desk::reply::Reply;
use baton::handoff::{Author, MessageId};
use baton::sandbox::faults::Fault;
use baton::sandbox::phones::Program;
use baton::store::timeline::{self, Delivery, Item};
use baton::store::{contacts, conversations};
use chrono::TimeDelta;

use super::line::Line;

const CUSTOMERS: usize = 50;
const ROUNDS: usize = 20;
/// Customers who are answered in a round.
const ANSWERED: usize = 10;

fn number(customer: usize) -> String {
    format!("+1555020{customer:04}")
}

async fn a_thousand_messages(line: Line) {
    let ines = line.app.admin("Ines").await;
    let desk = line.app.desk().clone();
    let channel = baton::store::channels::all(desk.store.reader()).await.expect("channels").remove(0);
    let kind = desk.capabilities(&channel.kind).expect("a channel").address_kind;
    let conversation = async |customer: usize| {
        let number = number(customer);
        let address = if kind == "whatsapp" { number.trim_start_matches('+').to_owned() } else { number };
        let contact = contacts::by_identity(desk.store.reader(), kind, &address).await.expect("the store");
        let contact = contact.unwrap_or_else(|| panic!("customer {customer} is known"));
        conversations::current(desk.store.reader(), channel.id, contact.id).await.expect("the store").expect("open")
    };
    let mut replies: HashMap<usize, Vec<(MessageId, String)>> = HashMap::new();
    let troubles = [Fault::Down, Fault::Busy, Fault::Lost, Fault::Twice, Fault::Shuffled];
    for round in 0..ROUNDS {
        for fault in troubles {
            line.world().faults().set(fault, round % 6 > 0 && troubles[(round % 6) - 1] == fault);
        }
        for customer in 0..CUSTOMERS {
            line.writes(&number(customer), &format!("question {round}"), Vec::new());
        }
        line.settle().await;
        for place in 0..ANSWERED {
            let customer = (round * 7 + place * 5) % CUSTOMERS;
            let (message, text) = (MessageId(line.app.clock.new_id()), format!("answer {round}"));
            let reply = Reply { agent: ines.id, message, text: text.clone(), attachments: Vec::new(), seen: None };
            desk.reply(conversation(customer).await, reply).await.expect("stored");
            replies.entry(customer).or_default().push((message, text));
        }
        line.settle().await;
        line.app.advance(TimeDelta::seconds(20));
    }
    for fault in troubles {
        line.world().faults().set(fault, false);
    }
    line.settle_over(30).await;

    for customer in 0..CUSTOMERS {
        let items = timeline::before(desk.store.reader(), conversation(customer).await, None, 1_000).await;
        let mut asked: Vec<String> = items.expect("a timeline").into_iter().filter_map(question).collect();
        asked.sort();
        let mut expected: Vec<String> = (0..ROUNDS).map(|round| format!("question {round}")).collect();
        expected.sort();
        assert_eq!(asked, expected, "customer {customer}: nothing is lost and nothing twice");
        let shown = line.world().phones().screen(line.program, &number(customer));
        let shown: Vec<String> =
            shown.into_iter().filter(|bubble| bubble.text.starts_with("answer")).map(|b| b.text).collect();
        let sent = replies.remove(&customer).unwrap_or_default();
        assert_eq!(shown, sent.iter().map(|(_, text)| text.clone()).collect::<Vec<_>>(), "once each, in their order");
        for (message, text) in sent {
            let delivery = line.message(message).await.delivery;
            assert!(matches!(delivery, Delivery::Delivered | Delivery::Read), "{text} is {delivery:?}");
        }
    }
}

fn question(item: Item) -> Option<String> {
    match item {
        Item::Message(message) if message.author == Author::Contact => Some(message.text),
        Item::Message(_) | Item::Line(_) => None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_text_messages_survive_twilios_bad_days() {
    a_thousand_messages(Line::open(Program::Sms, false).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_whatsapp_messages_survive_metas_bad_days() {
    a_thousand_messages(Line::open(Program::Whatsapp, false).await).await;
}
