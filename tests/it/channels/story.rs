//! The story of a handoff, which is the same whatever channel carries it: it is told once, over [`Side`].

use baton::clock::Clock as _;
use baton::desk::reply::Reply;
use baton::handoff::{AgentId, Author, MessageId, Owner};
use baton::store::timeline::{self, Item};

use super::side::{self, Side};

/// A person answers from the inbox.
async fn replies(side: &mut impl Side, agent: AgentId, text: &str) {
    let id = side.record().await.core.id;
    let message = MessageId(side.app().clock.new_id());
    let reply = Reply { agent, message, text: text.into(), attachments: Vec::new(), seen: None };
    side.app().desk().reply(id, reply).await.expect("sent");
    side.settle().await;
}

/// A customer asks the AI, asks for a person, is answered by one, and goes on with the AI.
async fn a_handoff_and_back(mut side: impl Side) {
    let ines = side.app().admin("Ines").await;
    side.says("When does my lamp come?").await;
    let heard = side.heard().await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(heard[0].starts_with("We deliver in two days."), "{heard:?}");

    side.says("A human, please").await;
    assert_eq!(side.record().await.core.owner, Owner::Queue);
    assert_eq!(side.heard().await.len(), 2, "told once: {:?}", side.heard().await);

    replies(&mut side, ines.id, "Ines here. **It left** [today](https://shop.example/t).").await;
    assert_eq!(side.record().await.core.owner, Owner::Agent(ines.id));
    let last = side.heard().await.pop().expect("an answer");
    assert!(last.contains("It left") && last.contains("https://shop.example/t"), "{last}");
    assert!(side.shows_markdown() || !last.contains("**"), "{last}");

    let told = side.heard().await.len();
    side.says("Thank you!").await;
    assert_eq!(side.heard().await.len(), told, "the AI is silent");
    side.app().desk().hand_back(side.record().await.core.id, ines.id, "").await.expect("handed back");
    side.settle().await;
    let before = side.heard().await.len();
    side.says("And how long does delivery take?").await;
    let heard = side.heard().await;
    assert_eq!(heard.len(), before + 1, "{heard:?}");
    assert!(heard.last().is_some_and(|text| text.starts_with("We deliver in two days.")), "{heard:?}");

    let id = side.record().await.core.id;
    let items = timeline::before(side.app().desk().store.reader(), id, None, 1_000).await.expect("a timeline");
    let by_maya = |item: &Item| matches!(item, Item::Message(message) if message.author == Author::Contact);
    assert_eq!(items.iter().filter(|item| by_maya(item)).count(), 4);
    side.leave().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_and_back_on_a_website() {
    a_handoff_and_back(side::website().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_and_back_by_text_messages() {
    a_handoff_and_back(side::texts().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_and_back_by_whatsapp() {
    a_handoff_and_back(side::whatsapp().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_and_back_by_mail() {
    a_handoff_and_back(side::mail().await).await;
}
