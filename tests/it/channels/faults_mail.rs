//! A thousand mails through servers on their bad days, and a process that dies while it reads and sends them.
//!
//! A mail server knows no keys: what was under way when a connection broke is in doubt, and is never sent again by itself.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use baton::clock::Clock as _;
use baton::desk::reply::Reply;
use baton::handoff::{AgentId, Author, ConversationId, MessageId};
use baton::sandbox::faults::Fault;
use baton::sandbox::mail::Draft;
use baton::store::timeline;
use baton::store::{contacts, conversations};
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait as _, Statement};

use super::bad_days::{CUSTOMERS, ROUNDS, THE_HOUR, answered_in, dies_in, judge, questions};
use super::postbox::{Postbox, draft};
use crate::support::TwoDays;

/// Faults by round: one without, then each in turn, then the customers' mails in the wrong order.
const TROUBLES: [Fault; 4] = [Fault::Down, Fault::Busy, Fault::Lost, Fault::Twice];
/// Rounds until the first trouble comes again.
const TURNS: usize = 6;
/// Steps of the desk's work after which the process dies.
const STEPS: usize = 45;

fn address(customer: usize) -> String {
    format!("customer{customer}@customers.example")
}

fn mail(customer: usize, round: usize) -> Draft {
    let (subject, text) = (format!("Lamp of {customer}"), format!("question {round}"));
    Draft { subject, text, ..draft(&format!("Customer {customer}"), &address(customer)) }
}

async fn conversation(postbox: &Postbox, customer: usize) -> ConversationId {
    let db = postbox.app.desk().store.reader();
    let contact = contacts::by_identity(db, "email", &address(customer)).await.expect("the store").expect("known");
    conversations::current(db, postbox.channel, contact.id).await.expect("the store").expect("open")
}

/// How many mails of customers are stored.
async fn stored(postbox: &Postbox) -> usize {
    let db = postbox.app.desk().store.reader();
    let count = "SELECT COUNT(*) AS n FROM messages WHERE author_kind = 'contact'";
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), count)).await.expect("the store");
    let count: i64 = row.expect("a row").try_get("", "n").expect("a number");
    usize::try_from(count).expect("a count")
}

/// Ines answers those whose turn it is.
async fn answer(
    postbox: &Postbox,
    ines: AgentId,
    round: usize,
    replies: &mut HashMap<usize, Vec<(MessageId, String)>>,
) {
    for customer in answered_in(round) {
        let (message, text) = (MessageId(postbox.app.clock.new_id()), format!("answer {round}"));
        let reply = Reply { agent: ines, message, text: text.clone(), attachments: Vec::new(), seen: None };
        postbox.app.desk().reply(conversation(postbox, customer).await, reply).await.expect("stored");
        replies.entry(customer).or_default().push((message, text));
    }
}

/// The answers of which nobody knows whether they came, other than those that the process was sending when it died.
async fn unanswered(postbox: &Postbox, replies: &HashMap<usize, Vec<(MessageId, String)>>) -> HashSet<MessageId> {
    let db = postbox.app.desk().store.reader();
    let mut found = HashSet::new();
    for (message, _) in replies.values().flatten() {
        let stored = timeline::message(db, *message).await.expect("the store").expect("a message");
        let died = stored.delivery_detail.as_deref().is_some_and(|why| why.starts_with("the process stopped"));
        if stored.delivery == timeline::Delivery::Unknown && !died {
            found.insert(*message);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_mails_survive_the_servers_bad_days() {
    let mut postbox = Postbox::open(Arc::new(TwoDays)).await;
    postbox.autopilot(false).await;
    let ines = postbox.app.admin("Ines").await.id;
    let (mut replies, mut in_doubt) = (HashMap::new(), HashSet::new());
    for round in 0..ROUNDS {
        for (place, fault) in TROUBLES.into_iter().enumerate() {
            postbox.faults.set(fault, round % TURNS == place + 1);
        }
        let wrong_order = round % TURNS == 5;
        for place in 0..CUSTOMERS {
            let customer = if wrong_order { CUSTOMERS - 1 - place } else { place };
            postbox.post().send(&mail(customer, round)).expect("a mail");
        }
        if dies_in(round) {
            postbox.dies_while_working(STEPS).await;
        }
        let down = postbox.faults.is_on(Fault::Down);
        let all = CUSTOMERS * (round + 1);
        if !down {
            postbox.until("the mails are read", || async { stored(&postbox).await == all }).await;
        }
        answer(&postbox, ines, round, &mut replies).await;
        if dies_in(round) {
            postbox.dies_while_working(STEPS).await;
        }
        postbox.app.drain().await;
        if round == THE_HOUR {
            for _ in 0..12 {
                postbox.app.advance(TimeDelta::minutes(5));
                postbox.app.drain().await;
            }
        }
        let now_in_doubt = unanswered(&postbox, &replies).await;
        let loses = postbox.faults.is_on(Fault::Lost);
        assert!(loses || now_in_doubt == in_doubt, "round {round}: in doubt although every answer came");
        in_doubt = now_in_doubt;
        if down {
            postbox.faults.set(Fault::Down, false);
            postbox.until("the mailbox is read again", || async { stored(&postbox).await == all }).await;
        }
        postbox.app.advance(TimeDelta::seconds(20));
    }
    for fault in TROUBLES {
        postbox.faults.set(fault, false);
    }
    for _ in 0..45 {
        postbox.app.drain().await;
        postbox.app.advance(TimeDelta::minutes(1));
    }
    assert_eq!(unanswered(&postbox, &replies).await, in_doubt, "in doubt although every answer came");
    audit(&postbox, replies).await;
    postbox.hang_up().await;
}

async fn audit(postbox: &Postbox, mut replies: HashMap<usize, Vec<(MessageId, String)>>) {
    let (mut in_doubt, mut answers) = (0, 0);
    for customer in 0..CUSTOMERS {
        let said = postbox.said(conversation(postbox, customer).await).await;
        let asked = said.into_iter().filter(|message| message.author == Author::Contact).map(|message| message.text);
        let mut asked: Vec<String> = asked.collect();
        asked.sort();
        assert_eq!(asked, questions(), "customer {customer}: nothing is lost and nothing twice");
        let first_line = |text: &str| text.lines().next().unwrap_or_default().to_owned();
        // Where the server delivers everything twice, both copies have one name: that is one mail.
        let mut names = HashSet::new();
        let mails = postbox.inbox(&address(customer)).into_iter().filter(|mail| names.insert(mail.message_id.clone()));
        let shown = mails.map(|mail| first_line(&mail.text));
        let shown: Vec<String> = shown.filter(|text| text.starts_with("answer")).collect();
        let mut sent = Vec::new();
        for (message, text) in replies.remove(&customer).unwrap_or_default() {
            let db = postbox.app.desk().store.reader();
            let delivery = timeline::message(db, message).await.expect("the store").expect("a message").delivery;
            sent.push((text, delivery));
        }
        in_doubt += judge(customer, &sent, &shown);
        answers += sent.len();
    }
    assert_eq!(answers, 200);
    // Lost answers leave doubt, in the rounds that lose them alone: what waited since the server was down falls due there too.
    assert!(in_doubt > 0, "answers were lost and nothing is in doubt");
}
