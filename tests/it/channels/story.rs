//! The story of a handoff, which is the same whatever channel carries it.

mod sides;

use baton::handoff::Seq;
use baton::handoff::{AgentId, Author, Owner};
use baton::store::conversations::Record;
use baton::store::timeline::{self, Item};

use crate::support::TestApp;

/// The customer's side of a channel.
trait Side {
    fn app(&self) -> &TestApp;
    /// Maya says something, and everything that follows from it happens. Whether the channel carries it to Baton: what is said
    /// to a person on the phone is between the two.
    async fn maya(&mut self, text: &str) -> bool;
    /// What Maya got so far, as she reads or hears it, oldest first.
    async fn heard(&mut self) -> Vec<String>;
    /// The conversation.
    async fn record(&self) -> Record;
    /// A person answers from the inbox.
    async fn replies(&mut self, agent: AgentId, text: &str);
    /// Lets everything happen that is due.
    async fn settle(&mut self);
}

/// A customer asks the AI, asks for a person, is answered by one, and goes on with the AI.
async fn a_handoff_and_back(mut side: impl Side) {
    let ida = side.app().admin("Ida").await;
    let mut carried = 0;
    carried += usize::from(side.maya("When does my lamp come?").await);
    let heard = side.heard().await;
    assert!(heard.len() == 1 && heard[0].contains("We deliver in two days."), "{heard:?}");

    carried += usize::from(side.maya("A human, please").await);
    let record = side.record().await;
    assert_eq!(record.core.owner, Owner::Queue);
    assert!(record.core.handoff.is_some_and(|handoff| !handoff.acknowledged), "people are told until one has noticed");
    let heard = side.heard().await;
    assert_eq!(heard.len(), 2, "told once: {heard:?}");
    let last = baton::store::handoffs::last(side.app().desk().store.reader(), record.core.id).await;
    let summary = last.expect("the store").expect("a handoff").summary.text;
    assert!(summary.contains("lamp"), "the summary comes along: {summary}");

    side.replies(ida.id, "Ida here. **It left** [today](https://shop.example/t).").await;
    assert_eq!(side.record().await.core.owner, Owner::Agent(ida.id));
    let last = side.heard().await.pop().expect("an answer");
    assert!(last.contains("It left") && last.contains("https://shop.example/t") && !last.contains("**"), "{last}");

    carried += usize::from(side.maya("Thank you!").await);
    let heard = side.heard().await;
    assert_eq!(heard.len(), 3, "the AI is silent: {heard:?}");
    let id = side.record().await.core.id;
    side.app().desk().hand_back(id, ida.id, "").await.expect("handed back");
    side.settle().await;
    let before = side.heard().await.len();
    carried += usize::from(side.maya("And how long does delivery take?").await);
    let heard = side.heard().await;
    assert_eq!(heard.len(), before + 1, "{heard:?}");
    assert!(heard.last().is_some_and(|words| words.contains("We deliver in two days.")), "{heard:?}");
    let items = timeline::after(side.app().desk().store.reader(), id, Seq(0), 1_000).await.expect("a timeline");
    let hers = |item: &&Item| matches!(item, Item::Message(message) if message.author == Author::Contact);
    assert_eq!(items.iter().filter(hers).count(), carried, "the whole history is there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_and_back_on_web_chat() {
    a_handoff_and_back(sides::Web::open().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_and_back_by_email() {
    a_handoff_and_back(sides::Mail::open().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_and_back_by_whatsapp() {
    a_handoff_and_back(sides::Texts::whatsapp().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_and_back_by_text_messages() {
    a_handoff_and_back(sides::Texts::sms().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_and_back_on_slack() {
    a_handoff_and_back(sides::Direct::open().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_and_back_on_the_phone() {
    a_handoff_and_back(sides::Phone::open().await).await;
}
