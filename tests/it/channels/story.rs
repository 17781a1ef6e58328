//! The story of a handoff, which is the same whatever channel carries it.

use baton::handoff::{Author, Owner};
use baton::sandbox::phones::Program;

use super::line::Line;

/// A customer asks the AI, asks for a person, is answered by one, and goes on with the AI.
async fn a_handoff_and_back(line: Line) {
    let ines = line.app.admin("Ines").await;
    line.maya("When does my lamp come?").await;
    assert_eq!(line.heard(), ["We deliver in two days."]);

    line.maya("A human, please").await;
    assert_eq!(line.record().await.core.owner, Owner::Queue);
    assert_eq!(line.heard().len(), 2, "told once: {:?}", line.heard());

    line.replies(ines.id, "Ines here. **It left** [today](https://shop.example/t).").await;
    assert_eq!(line.record().await.core.owner, Owner::Agent(ines.id));
    let last = line.heard().pop().expect("an answer");
    assert!(last.contains("It left") && last.contains("https://shop.example/t") && !last.contains("**"), "{last}");

    line.maya("Thank you!").await;
    assert_eq!(line.heard().len(), 3, "the AI is silent");
    line.app.desk().hand_back(line.id().await, ines.id, "").await.expect("handed back");
    line.settle().await;
    let before = line.heard().len();
    line.maya("And how long does delivery take?").await;
    assert_eq!(line.heard().len(), before + 1);
    assert_eq!(line.heard().pop().as_deref(), Some("We deliver in two days."));
    let by_maya = line.messages().await.into_iter().filter(|message| message.author == Author::Contact).count();
    assert_eq!(by_maya, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_and_back_by_text_messages() {
    a_handoff_and_back(Line::open(Program::Sms, true).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_and_back_by_whatsapp() {
    a_handoff_and_back(Line::open(Program::Whatsapp, true).await).await;
}
