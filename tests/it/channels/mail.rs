//! Email, from a customer's mail to the answer in their mailbox.

use std::sync::Arc;

use baton::handoff::{Author, Owner};

use super::postbox::{MAYA, Postbox, SUPPORT};
use crate::support::TwoDays;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_is_answered_in_its_thread_and_the_answer_goes_on_there() {
    let mut postbox = Postbox::open(Arc::new(TwoDays)).await;
    postbox.maya("Delivery", "When does my lamp come?").await;
    postbox.app.drain().await;
    let answers = postbox.inbox(MAYA);
    let [answer] = &answers[..] else { panic!("one answer: {answers:?}") };
    assert_eq!((answer.subject.as_str(), answer.from.address.as_str()), ("Re: Delivery", SUPPORT));
    assert!(answer.text.starts_with("We deliver in two days."), "{}", answer.text);
    let asked = postbox.post().mails(SUPPORT).remove(0);
    assert_eq!(answer.refers_to, [asked.message_id.expect("an id")]);

    postbox.maya_answers("A human, please").await;
    postbox.app.drain().await;
    assert_eq!(postbox.record().await.core.owner, Owner::Queue);
    let ines = postbox.app.agent("Ines").await;
    postbox.replies(ines.id, "Ines here. It left **today**.").await;
    let last = postbox.inbox(MAYA).pop().expect("a mail");
    assert_eq!((last.subject.as_str(), last.from.name.as_str()), ("Re: Delivery", "Ines · Lumen"));
    assert!(last.text.starts_with("Ines here. It left today."), "{}", last.text);
    assert_eq!(postbox.record().await.core.owner, Owner::Agent(ines.id));
    postbox.maya_answers("Thank you!").await;
    let said = postbox.said(postbox.record().await.core.id).await;
    assert_eq!(said.iter().filter(|message| message.author == Author::Contact).count(), 3);
    postbox.hang_up().await;
}
