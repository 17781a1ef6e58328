//! A thousand messages through a provider on its bad days: down, for an hour once; busy; answers that get lost; calls twice and
//! out of order; and a process that dies while it is called and while it sends.

use std::collections::HashMap;

use baton::clock::Clock as _;
use baton::desk::reply::Reply;
use baton::handoff::{Author, ConversationId, MessageId};
use baton::sandbox::faults::Fault;
use baton::sandbox::phones::Program;
use baton::store::timeline::{self, Item};
use baton::store::{contacts, conversations};
use chrono::TimeDelta;

use super::bad_days::{CUSTOMERS, ROUNDS, THE_HOUR, answered_in, dies_in, judge, questions};
use super::line::Line;

/// Faults by round: one without, then each in turn.
const TROUBLES: [Fault; 5] = [Fault::Down, Fault::Busy, Fault::Lost, Fault::Twice, Fault::Shuffled];
/// Steps of the providers' calls, and of the desk's work, after which the process dies.
const STEPS: [usize; 2] = [60, 45];

fn number(customer: usize) -> String {
    format!("+1555020{customer:04}")
}

async fn conversation(line: &Line, customer: usize) -> ConversationId {
    let db = line.app.desk().store.reader();
    let channel = baton::store::channels::all(db).await.expect("channels").remove(0);
    let kind = line.app.desk().capabilities(&channel.kind).expect("a channel").address_kind;
    let number = number(customer);
    let address = if kind == "whatsapp" { number.trim_start_matches('+').to_owned() } else { number };
    let contact = contacts::by_identity(db, kind, &address).await.expect("the store");
    let contact = contact.unwrap_or_else(|| panic!("customer {customer} is known"));
    conversations::current(db, channel.id, contact.id).await.expect("the store").expect("open")
}

async fn a_thousand_messages(mut line: Line) {
    let ines = line.app.admin("Ines").await;
    let mut replies: HashMap<usize, Vec<(MessageId, String)>> = HashMap::new();
    for round in 0..ROUNDS {
        for (place, fault) in TROUBLES.into_iter().enumerate() {
            line.world().faults().set(fault, round % 6 == place + 1);
        }
        for customer in 0..CUSTOMERS {
            line.writes(&number(customer), &format!("question {round}"), Vec::new());
        }
        if dies_in(round) {
            line.dies_while_called(STEPS[0]).await;
        }
        line.settle().await;
        for customer in answered_in(round) {
            let (message, text) = (MessageId(line.app.clock.new_id()), format!("answer {round}"));
            let reply = Reply { agent: ines.id, message, text: text.clone(), attachments: Vec::new(), seen: None };
            line.app.desk().reply(conversation(&line, customer).await, reply).await.expect("stored");
            replies.entry(customer).or_default().push((message, text));
        }
        if dies_in(round) {
            line.dies_while_working(STEPS[1]).await;
        }
        if round == THE_HOUR {
            for _ in 0..12 {
                line.settle().await;
                line.app.advance(TimeDelta::minutes(5));
            }
        }
        line.settle().await;
        line.app.advance(TimeDelta::seconds(20));
    }
    for fault in TROUBLES {
        line.world().faults().set(fault, false);
    }
    line.settle_over(45).await;
    let in_doubt = audit(&line, replies).await;
    // What was under way when the process died, in three of twenty rounds, may or may not have left; nothing else may be in doubt.
    assert!(in_doubt <= 3 * 10, "{in_doubt} answers are in doubt");
}

async fn audit(line: &Line, mut replies: HashMap<usize, Vec<(MessageId, String)>>) -> usize {
    let mut in_doubt = 0;
    for customer in 0..CUSTOMERS {
        let db = line.app.desk().store.reader();
        let items = timeline::before(db, conversation(line, customer).await, None, 1_000).await;
        let mut asked: Vec<String> = items.expect("a timeline").into_iter().filter_map(question).collect();
        asked.sort();
        assert_eq!(asked, questions(), "customer {customer}: nothing is lost and nothing twice");
        let shown = line.world().phones().screen(line.program, &number(customer));
        let answers = shown.into_iter().map(|bubble| bubble.text).filter(|text| text.starts_with("answer"));
        let mut sent = Vec::new();
        for (message, text) in replies.remove(&customer).unwrap_or_default() {
            sent.push((text, line.message(message).await.delivery));
        }
        in_doubt += judge(customer, &sent, &answers.collect::<Vec<String>>());
    }
    in_doubt
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
