//! The team answers customers of every channel from a thread.

use std::sync::Arc;

use baton::ai::assistant::{Assistant, AssistantError, DraftSink, Summarised, ToSummarise, TurnContext, TurnDraft};
use baton::ai::summary::Extract;
use baton::desk::Desk;
use baton::handoff::message::Visibility;
use baton::handoff::{Author, Owner};
use baton::store::summaries_due::{self, What};
use baton::store::timeline::Item;

use super::Scene;
use super::scene::{INES, OMAR, SUPPORT};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_is_answered_from_slack() {
    let (mut scene, card) = Scene::handed_off().await;
    let text = card.blocks.to_string();
    for said in ["Waiting for a person", "Customer request", "When do you deliver?", "two days", "Text messages"] {
        assert!(text.contains(said), "{said} is missing: {text}");
    }
    assert_eq!(card.buttons(), ["Take", "Resolve", "Give back to AI", "Open in Baton"]);

    assert_eq!(scene.presses(INES, &card, "Take").await, 200);
    scene.settle().await;
    assert_eq!(scene.story.owner().await, Owner::Agent(scene.story.ines.id));
    let taken = scene.card();
    assert!(taken.blocks.to_string().contains("Ines has it"), "{}", taken.blocks);
    assert_eq!(taken.buttons(), ["Resolve", "Give back to AI", "Open in Baton"]);

    scene.writes(INES, &card, "It is *on its way*, see <https://shop.example/track|here>").await;
    let received = scene.story.world.received();
    assert_eq!(received.last().expect("a text"), "It is **on its way**, see [here](https://shop.example/track)");
    scene.story.maya("Thank you <!channel>").await;
    scene.settle().await;
    let thread = scene.thread(&card);
    assert!(thread.iter().any(|line| line.contains("Thank you &lt;!channel&gt;")), "{thread:?}");
    let own = thread.iter().filter(|line| line.contains("on its way")).count();
    assert_eq!(own, 1, "what Ines wrote stands there once: {thread:?}");

    assert_eq!(scene.presses(INES, &scene.card(), "Resolve").await, 200);
    scene.settle().await;
    assert!(scene.story.record().await.core.is_resolved());
    assert!(scene.card().blocks.to_string().contains("Resolved"));
    assert_eq!(scene.card().buttons(), ["Open in Baton"]);
}

/// Sums everything up in the same words.
struct Sums(&'static str);

#[async_trait::async_trait]
impl Assistant for Sums {
    async fn draft(&self, _turn: &TurnContext, _sink: &dyn DraftSink) -> Result<TurnDraft, AssistantError> {
        Err(AssistantError::Unavailable("it only sums up".into()))
    }

    async fn summarise(&self, _wanted: &ToSummarise) -> Summarised {
        Summarised { extract: Ok(Extract { text: self.0.into(), messages: vec![None] }), spent: None }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_summary_that_comes_later_is_put_on_the_card() {
    let (scene, card) = Scene::handed_off().await;
    let desk = scene.story.app.desk();
    let handoff = scene.story.record().await.core.handoff.expect("a handoff").id;
    let tx = desk.store.begin().await.expect("a transaction");
    let (id, now) = (scene.story.record().await.core.id, desk.clock.now());
    summaries_due::insert(&*tx, id, What::Handoff(handoff), now).await.expect("asked for");
    tx.commit().await.expect("committed");
    let summing = Desk { assistant: Arc::new(Sums("Wants: her lamp before Friday")), ..desk.clone() };
    assert!(summing.write_due_summary().await.expect("written"));
    scene.settle().await;
    let after = scene.card();
    assert!(after.blocks.to_string().contains("her lamp before Friday"), "{}", after.blocks);
    assert_eq!(after.buttons(), card.buttons(), "and nothing else has changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_writes_in_the_thread_owns_the_conversation_and_is_named() {
    let (scene, card) = Scene::handed_off().await;
    scene.writes(OMAR, &card, "I am looking into it").await;
    assert_eq!(scene.story.owner().await, Owner::Agent(scene.story.omar.id));
    let said = scene.story.said(|by| by == Author::Agent(scene.story.omar.id)).await;
    assert_eq!(said.len(), 1);
    assert_eq!(scene.story.world.received().last().expect("a text"), "I am looking into it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_stays_inside() {
    let (scene, card) = Scene::handed_off().await;
    let before = scene.story.world.received().len();
    scene.writes(OMAR, &card, "!note she is a regular").await;
    assert_eq!(scene.story.world.received().len(), before, "the customer got nothing");
    assert_eq!(scene.story.owner().await, Owner::Queue, "a note takes nothing");
    let notes = notes(&scene).await;
    assert_eq!(notes, ["she is a regular"]);
    assert!(!scene.thread(&card).iter().skip(1).any(|line| line.contains("regular") && line.contains(":lock:")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_in_the_inbox_is_seen_in_the_thread() {
    let (scene, card) = Scene::handed_off().await;
    scene.story.takes_over(scene.story.omar.id).await;
    scene.story.writes(scene.story.omar.id, "It left **yesterday**.").await;
    let (id, message) = (scene.story.id().await, baton::handoff::MessageId(uuid::Uuid::from_u128(77)));
    scene.story.app.desk().note(id, scene.story.omar.id, message, "call her").await.expect("noted");
    scene.settle().await;
    let thread = scene.thread(&card);
    assert!(thread.contains(&"*Omar:* It left *yesterday*.".to_owned()), "{thread:?}");
    assert!(thread.contains(&":lock: *Omar:* call her".to_owned()), "{thread:?}");
    assert!(scene.card().blocks.to_string().contains("Omar has it"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_back_from_the_card_the_ai_answers_again_and_a_second_handoff_uses_the_same_thread() {
    let (mut scene, card) = Scene::handed_off().await;
    scene.presses(INES, &card, "Give back to AI").await;
    scene.settle().await;
    assert_eq!(scene.story.owner().await, Owner::Ai);
    assert!(scene.card().blocks.to_string().contains("The AI answers"));
    let posts = scene.slack.posts().len();
    scene.story.maya("When do you deliver?").await;
    scene.settle().await;
    assert_eq!(scene.slack.posts().len(), posts, "the team is not told of what the AI answers");
    scene.story.maya("No, a human please").await;
    scene.settle().await;
    assert!(scene.card().blocks.to_string().contains("Waiting for a person"));
    let thread = scene.slack.replies(SUPPORT, &card.ts);
    assert!(thread.iter().any(|post| post.broadcast && post.text.contains("Handed off again")), "{thread:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_and_deletions_are_shown_and_the_customer_keeps_what_they_have() {
    let (scene, card) = Scene::handed_off().await;
    scene.writes(INES, &card, "It costs 5").await;
    let post = scene.slack.replies(SUPPORT, &card.ts).into_iter().rfind(|post| post.user == INES).expect("her post");
    let texts = scene.story.world.received().len();
    let edit = scene.slack.edits(SUPPORT, &post.ts, "It costs 6").expect("an edit");
    assert_eq!(scene.slack_sends(&edit).await, 200);
    assert_eq!(scene.slack_sends(&edit).await, 200, "Slack tells it twice");
    let deletion = scene.slack.deletes(SUPPORT, &post.ts).expect("a deletion");
    assert_eq!(scene.slack_sends(&deletion).await, 200);
    scene.settle().await;
    assert_eq!(scene.story.world.received().len(), texts, "the customer got nothing more");
    let notes = notes(&scene).await;
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0].contains("It costs 6") && notes[1].starts_with("Deleted"), "{notes:?}");
    assert!(scene.slack.whispers().iter().any(|(to, words)| to == INES && words.contains("first version")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_the_teams_goes_to_the_customer() {
    let (scene, card) = Scene::handed_off().await;
    let photo: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and the rest";
    let event = scene.slack.writes_with(INES, SUPPORT, Some(&card.ts), "The label", &[("label.png", photo)]);
    assert_eq!(scene.slack_sends(&event).await, 200);
    scene.settle().await;
    let said = scene.story.said(|by| by == Author::Agent(scene.story.ines.id)).await;
    assert!(said[0].has_attachments);
    let db = scene.story.app.desk().store.reader();
    let files = baton::store::attachments::of_conversation(db, said[0].conversation).await.expect("files");
    assert_eq!((files[0].name.as_str(), files[0].media_type.as_str()), ("label.png", "image/png"));
    let content = baton::store::attachments::content(db, files[0].id).await.expect("the store").expect("a file");
    assert_eq!(content, photo);
}

async fn notes(scene: &Scene) -> Vec<String> {
    let items = scene.story.timeline().await;
    items
        .into_iter()
        .filter_map(|item| match item {
            Item::Message(message) if message.visibility == Visibility::Note => Some(message.text),
            _ => None,
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_begins_as_the_admin_says() {
    let (scene, card) = Scene::handed_off().await;
    scene.set("note_prefix", "(intern)".into()).await;
    let before = scene.story.world.received().len();
    scene.writes(OMAR, &card, "(intern) she is a regular").await;
    assert_eq!((scene.story.world.received().len(), scene.story.owner().await), (before, Owner::Queue));
    assert_eq!(notes(&scene).await, ["she is a regular"]);
    scene.writes(OMAR, &card, "!note is a word like any other now").await;
    assert_eq!(scene.story.world.received().last().expect("a text"), "!note is a word like any other now");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_is_one_slack_takes_in_the_form_its_method_wants() {
    let (scene, card) = Scene::handed_off().await;
    for who in [INES, OMAR] {
        scene.presses(who, &card, "Take").await;
    }
    scene.settle().await;
    scene.writes(OMAR, &card, "Me too").await;
    let calls = scene.slack.calls();
    let is_form = |method: &str| calls.iter().find(|call| call.method == method).map(|call| call.is_form);
    let seen = ["users.info", "chat.postMessage", "chat.update", "chat.postEphemeral"].map(is_form);
    assert_eq!(seen, [Some(true), Some(false), Some(false), Some(false)]);
    assert!(scene.slack.refused().is_empty(), "{:?}", scene.slack.refused());
}
