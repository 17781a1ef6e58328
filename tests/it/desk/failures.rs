//! Failures seen in other products, by their number in the catalogue of ARCHITECTURE.md.

use std::sync::Arc;

use baton::clock::Clock as _;
use baton::desk::DeskError;
use baton::desk::reply::Reply;
use baton::handoff::conversation::Outcome;
use baton::handoff::people::Actor;
use baton::handoff::{Author, MessageId, Owner};
use chrono::TimeDelta;
use futures_util::future::join_all;

use super::Story;
use crate::support::{Line, Script, TwoDays};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f3_whatever_the_model_had_written_the_customer_reads_one_goodbye() {
    // Its reply stands beside the signal that hands off.
    let mut story = Story::with(Arc::new(TwoDays)).await;
    story.maya("I want a human").await;
    story.app.drain().await;
    assert_eq!(story.owner().await, Owner::Queue);
    let received = story.world.received();
    assert!(matches!(&received[..], [one] if one.contains("a person on our team")), "{received:?}");
    assert!(story.said(|by| by == Author::Ai).await.is_empty(), "the reply is not stored either");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f4_a_model_that_says_nothing_at_a_handoff_leaves_no_customer_without_a_goodbye() {
    let mut story = Story::with(Script::of([Line::HandOff])).await;
    story.maya("A person, please").await;
    story.app.drain().await;
    let received = story.world.received();
    assert!(matches!(&received[..], [one] if one.contains("a person on our team")), "{received:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f5_a_conversation_that_ends_without_a_person_is_nobodys_takeover_and_the_answer_still_leaves() {
    let mut story = Story::with(Script::of([Line::Say("It left yesterday."), Line::Say("On Friday.")])).await;
    story.maya("Where is my lamp?").await;
    story.app.advance(TimeDelta::seconds(1));
    assert!(story.app.desk().run_due_turn(uuid::Uuid::from_u128(1)).await.expect("a turn"));
    assert!(story.world.received().is_empty(), "the answer waits to be sent");
    let before = story.epoch().await;
    story.app.desk().resolve(story.id().await, Actor::System, Outcome::Resolved).await.expect("resolved");
    story.app.drain().await;
    assert_eq!(story.world.received(), ["It left yesterday."], "the end takes nothing back");
    assert_eq!((story.owner().await, story.epoch().await), (Owner::Ai, before), "no person took anything over");
    assert_eq!(story.joined().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f25_an_answer_stands_behind_what_it_answers_however_late_the_question_came() {
    let script = Script::of([Line::SayWhenLetGo("It left yesterday."), Line::Say("To Bergen, yesterday.")]);
    let mut story = Story::with(script.clone()).await;
    story.maya("Where is my lamp?").await;
    story.app.advance(TimeDelta::seconds(1));
    let desk = story.app.desk().clone();
    let turn = tokio::spawn(async move { desk.run_due_turn(uuid::Uuid::from_u128(1)).await });
    script.began.notified().await;
    story.maya("It goes to Bergen").await;
    script.go_on.notify_one();
    turn.await.expect("no panic").expect("a turn");
    story.app.drain().await;
    let said = story.said(|_| true).await;
    let order: Vec<_> = said.iter().map(|message| (message.author, message.text.as_str())).collect();
    let questions = [(Author::Contact, "Where is my lamp?"), (Author::Contact, "It goes to Bergen")];
    assert_eq!(order, [questions[0], questions[1], (Author::Ai, "To Bergen, yesterday.")]);
    assert!(said.windows(2).all(|pair| pair[0].seq < pair[1].seq && pair[0].at <= pair[1].at), "{said:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f12_assigning_a_person_makes_them_the_owner_not_only_the_assignee() {
    let mut story = Story::with(Script::of([Line::Say("Hello.")])).await;
    story.maya("Hello").await;
    story.app.drain().await;
    story.app.desk().assign(story.id().await, story.omar.id, Some(story.ines.id)).await.expect("assigned");
    let record = story.record().await;
    assert_eq!(record.core.owner, Owner::Agent(story.ines.id));
    assert!(record.core.handoff.is_some_and(|handoff| !handoff.acknowledged), "Ines is told until she notices");
    story.app.drain().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f15_pressing_talk_to_a_person_before_a_word_was_said_notifies() {
    let story = Story::with(Script::of([])).await;
    let channel = story.app.channel().await;
    let contact = baton::handoff::ContactId(story.app.clock.new_id());
    let desk = story.app.desk();
    let open = desk.open_conversation(&channel, contact, None, false, serde_json::json!({})).await.expect("opened");
    let record = desk.ask_for_person(open.core.id).await.expect("asked");
    assert_eq!(record.core.owner, Owner::Queue);
    assert!(record.core.waiting_since.is_some(), "the clock runs");
    assert!(record.core.handoff.is_some_and(|handoff| !handoff.acknowledged), "somebody is told");
    let again = desk.ask_for_person(open.core.id).await.expect("asked");
    assert_eq!(again.core.epoch, record.core.epoch, "pressing twice is pressing once");
}

/// On PostgreSQL, a press that took a second connection beside its transaction would wait for all the others, and they for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_customers_than_the_database_has_connections_ask_for_a_person_at_once() {
    let story = Story::with(Script::of([])).await;
    let (channel, desk) = (story.app.channel().await, story.app.desk());
    let press = |_| async {
        let contact = baton::handoff::ContactId(story.app.clock.new_id());
        let open = desk.open_conversation(&channel, contact, None, false, serde_json::json!({})).await.expect("opened");
        desk.ask_for_person(open.core.id).await.expect("asked").core.owner
    };
    let owners = join_all((0..40).map(press)).await;
    assert_eq!(owners, [Owner::Queue; 40]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f17_a_second_handoff_of_the_same_customer_is_a_handoff_of_its_own() {
    let mut story = Story::with(Script::of([Line::HandOff, Line::HandOff])).await;
    story.maya("A person, please").await;
    story.app.drain().await;
    story.app.desk().hand_back(story.id().await, story.ines.id, "").await.expect("given back");
    story.app.drain().await;
    assert_eq!(story.owner().await, Owner::Queue, "Maya still waits, asked again, and is handed off again");
    story.app.drain().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f18_a_target_that_does_not_exist_is_refused() {
    let mut story = Story::with(Script::of([Line::HandOff])).await;
    story.maya("A person, please").await;
    story.app.drain().await;
    let nobody = baton::handoff::AgentId(story.app.clock.new_id());
    let refused = story.app.desk().assign(story.id().await, story.ines.id, Some(nobody)).await;
    assert!(matches!(refused, Err(DeskError::Invalid(_))), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f19_a_reopened_conversation_does_not_wait_for_an_absent_person() {
    let mut story = Story::with(Script::of([Line::HandOff, Line::Say("Back with the AI.")])).await;
    story.maya("A person, please").await;
    story.app.drain().await;
    story.takes_over(story.ines.id).await;
    let id = story.id().await;
    story.app.desk().resolve(id, Actor::Agent(story.ines.id), Outcome::Resolved).await.expect("resolved");
    story.app.drain().await;

    story.maya("One more question").await;
    story.app.drain().await;
    let db = story.app.desk().store.reader();
    let all = baton::store::inbox::page(db, baton::store::inbox::View::Ai, None, 10).await.expect("a list");
    assert_eq!(all.len(), 1, "the AI has it: Ines may not be there");
    assert_eq!(story.world.received().last().map(String::as_str), Some("Back with the AI."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f21_two_agents_answering_at_once_are_told_before_the_customer_reads_both() {
    let mut story = Story::with(Script::of([Line::HandOff])).await;
    story.maya("A person, please").await;
    story.app.drain().await;
    let seen = story.record().await.core.last_seq;
    story.writes(story.ines.id, "On it.").await;
    let reply = Reply {
        agent: story.omar.id,
        message: MessageId(story.app.clock.new_id()),
        text: "I am on it as well.".into(),
        attachments: Vec::new(),
        seen: Some(seen),
    };
    let refused = story.app.desk().reply(story.id().await, reply).await;
    assert!(matches!(refused, Err(DeskError::Unseen { count: 1 })), "{refused:?}");
    story.app.drain().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f24_what_was_begun_is_finished_by_the_next_process() {
    let mut story = Story::with(Script::of([Line::Say("Here I am.")])).await;
    story.maya("Hello").await;
    story.app.restart().await;
    story.app.drain().await;
    assert_eq!(story.world.received(), ["Here I am."]);
    assert_eq!(story.said(|by| by == Author::Ai).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_sent_twice_is_one_message() {
    let mut story = Story::with(Script::of([Line::HandOff])).await;
    story.maya("A person, please").await;
    story.app.drain().await;
    let reply = Reply {
        agent: story.ines.id,
        message: MessageId(story.app.clock.new_id()),
        text: "On it.".into(),
        attachments: Vec::new(),
        seen: None,
    };
    let id = story.id().await;
    story.app.desk().reply(id, reply.clone()).await.expect("sent");
    story.app.desk().reply(id, reply).await.expect("the same");
    story.app.drain().await;
    assert_eq!(story.said(|by| matches!(by, Author::Agent(_))).await.len(), 1);
}
