//! Putting a caller through to a person.

use std::sync::Arc;

use baton::clock::Clock as _;
use baton::desk::reply::Reply;
use baton::handoff::call::{CallLine, Ending, NobodyAnswers, Transfer};
use baton::handoff::{Author, MessageId, Owner};
use baton::sandbox::phone::{Call, Waits};
use baton::store::attachments;
use baton::store::timeline::Delivery;

use super::scene::{MAYA, SOUND};
use super::{OFFICE, Scene, WORKSHOP};
use crate::support::{Browser, TwoDays};

/// A caller who has asked for a person: the first phone rings.
async fn asked_for_a_person(scene: &Scene) -> Call {
    let mut call = scene.call().await;
    call.heard();
    scene.during(call.say("I want a human")).await;
    assert!(call.heard().last().is_some_and(|words| words.contains("putting you through")));
    assert_eq!(*call.waits(), Waits::Ringing { number: OFFICE.into() });
    call
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_who_presses_the_key_is_put_through_and_owns_the_conversation() {
    let scene = Scene::with(Arc::new(TwoDays), |_| {}).await;
    let mut call = asked_for_a_person(&scene).await;
    assert_eq!(scene.owner().await, Owner::Queue);
    scene.during(call.pick_up()).await;
    let whisper = call.whispered().join(" ");
    assert!(whisper.contains("The customer asked for a person") && whisper.contains("Press 1"), "{whisper}");
    scene.during(call.press_there("2")).await;
    assert!(call.whispered().join(" ").contains("Press 1"), "said again");
    scene.during(call.press_there("1")).await;
    assert_eq!(*call.waits(), Waits::Bridged { number: OFFICE.into() });
    assert_eq!(scene.owner().await, Owner::Agent(scene.ines.id));
    assert!(scene.record().await.core.handoff.expect("a handoff").acknowledged);
    let inbox = Browser::sign_in(&scene.app, &scene.ines).await;
    let page = inbox.get(&format!("/inbox/conversations/{}", scene.record().await.number.0)).await;
    assert!(page.html.contains("Taken on the phone"), "the card says how it was noticed");
    assert!(page.html.contains("by SMS\""), "what is typed does not go by phone");
    scene.during(call.hang_up_there(65)).await;
    assert_eq!(*call.waits(), Waits::Nothing);
    let office = || "Office".to_owned();
    let steps: Vec<CallLine> = scene.lines().await.into_iter().skip(1).collect();
    assert_eq!(
        steps,
        [
            CallLine::Ringing { label: office() },
            CallLine::PickedUp { label: office() },
            CallLine::Accepted { label: office() },
            CallLine::Talked { label: office(), seconds: 65 },
            CallLine::Ended { ending: Ending::Bridged },
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_voicemail_a_busy_line_and_a_decline_go_on_to_the_next_and_then_to_a_message() {
    let scene = Scene::with(Arc::new(TwoDays), |_| {}).await;
    let mut call = asked_for_a_person(&scene).await;
    scene.during(call.pick_up()).await;
    scene.during(call.press_nothing_there()).await;
    assert_eq!(*call.waits(), Waits::Ringing { number: WORKSHOP.into() });
    scene.during(call.fail_there("busy")).await;
    assert_eq!(*call.waits(), Waits::Recording);
    assert!(call.heard().last().is_some_and(|words| words.contains("leave a message")));
    scene.during(call.leave_message("Please call me about order 20318.")).await;
    assert_eq!(*call.waits(), Waits::Nothing);
    assert_eq!(scene.owner().await, Owner::Queue);
    let words = scene.words(Author::Contact).await;
    assert_eq!(words[1..], ["(Voicemail, 0:07 min)", "(Voicemail) Please call me about order 20318."]);
    scene.app.drain().await;
    let db = scene.app.desk().store.reader();
    let files = attachments::of_conversation(db, scene.record().await.core.id).await.expect("files");
    assert_eq!((files[0].name.as_str(), files[0].media_type.as_str()), ("voicemail.mp3", "audio/mpeg"));
    let sound = attachments::content(db, files[0].id).await.expect("the store").expect("a file");
    assert_eq!(sound, SOUND);
    let lines = scene.lines().await;
    assert!(lines.contains(&CallLine::NotAccepted { label: "Office".into() }));
    assert!(lines.contains(&CallLine::Missed { label: "Workshop".into(), status: "busy".into() }));
    assert!(lines.contains(&CallLine::Voicemail { seconds: 7 }));
    assert!(!scene.record().await.core.handoff.expect("a handoff").acknowledged, "people are told again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_there_may_mean_a_text_message_or_the_ai_again() {
    let texting = Scene::with(Arc::new(TwoDays), |agent| agent.nobody = NobodyAnswers::Text).await;
    let mut call = asked_for_a_person(&texting).await;
    texting.during(call.fail_there("no-answer")).await;
    texting.during(call.fail_there("no-answer")).await;
    assert_eq!(*call.waits(), Waits::Nothing);
    texting.app.drain().await;
    let sent = texting.texts.lock().expect("no panic").join("\n");
    assert!(sent.contains("To=%2B15550100142") && sent.contains("nobody+was+free"), "{sent}");

    let again = Scene::with(Arc::new(TwoDays), |agent| agent.nobody = NobodyAnswers::Ai).await;
    let mut call = asked_for_a_person(&again).await;
    again.during(call.fail_there("no-answer")).await;
    again.during(call.fail_there("no-answer")).await;
    assert!(call.heard().last().is_some_and(|words| words.contains("I am still with you")));
    assert_eq!((again.owner().await, call.waits()), (Owner::Ai, &Waits::Caller));
    again.during(call.say("When does it come?")).await;
    assert_eq!(call.heard(), ["We deliver in two days."]);
    again.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_logged_escalation_ends_the_call_and_leaves_the_conversation_to_people() {
    let scene = Scene::with(Arc::new(TwoDays), |agent| agent.transfer = Transfer::Logged).await;
    let mut call = scene.call().await;
    scene.during(call.say("I want a human")).await;
    assert!(call.heard().last().is_some_and(|words| words.contains("call you back")));
    assert_eq!(*call.waits(), Waits::Nothing);
    assert_eq!((scene.owner().await, scene.stored().await.call.ending()), (Owner::Queue, Some(Ending::Escalated)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_pulls_the_call_out_of_its_silence_and_the_ai_says_nothing_more() {
    let scene = Scene::with(Arc::new(TwoDays), |_| {}).await;
    let mut call = scene.call().await;
    call.heard();
    let id = scene.record().await.core.id;
    scene.app.desk().transfer_now(id, scene.ines.id).await.expect("pulled");
    scene.app.drain().await;
    assert!(scene.during(call.go_where_told()).await, "the provider was told at once");
    let heard = call.heard();
    assert!(heard.len() == 1 && heard[0].contains("putting you through"), "{heard:?}");
    assert_eq!(*call.waits(), Waits::Ringing { number: OFFICE.into() });
    scene.during(call.hang_up()).await;
    let refused = scene.app.desk().transfer_now(id, scene.ines.id).await;
    assert!(refused.expect_err("over").to_string().contains("over"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_comes_as_somebody_takes_over_is_not_said() {
    let scene = Scene::with(Arc::new(TwoDays), |_| {}).await;
    let mut call = scene.call().await;
    call.heard();
    let (id, epoch) = (scene.record().await.core.id, scene.record().await.core.epoch);
    // The words and the takeover arrive before the caller's side has asked for the answer.
    let action = call.action().expect("an action").to_owned();
    drop(call.repeat(&action, &[("SpeechResult", "When does it come?")]).await);
    scene.app.drain().await;
    scene.app.desk().take_over(id, scene.ines.id, epoch).await.expect("taken over");
    scene.during(call.say("When does it come?")).await;
    let heard = call.heard().join(" ");
    assert!(!heard.contains("two days") && heard.contains("putting you through"), "{heard}");
    let unsaid = scene.said(Author::Ai).await.pop().expect("an answer");
    assert_eq!(unsaid.delivery, Delivery::Discarded);
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_never_sent_back_to_where_it_came_from() {
    let scene = Scene::with(Arc::new(TwoDays), |_| {}).await;
    let mut call = scene.call_from(OFFICE).await;
    scene.during(call.say("I want a human")).await;
    assert_eq!(*call.waits(), Waits::Ringing { number: WORKSHOP.into() });
    scene.during(call.hang_up()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_typed_reply_goes_out_as_a_text_message() {
    let scene = Scene::with(Arc::new(TwoDays), |_| {}).await;
    let mut call = scene.call().await;
    scene.during(call.hang_up()).await;
    let message = MessageId(scene.app.clock.new_id());
    let reply = Reply {
        agent: scene.ines.id,
        message,
        text: "Your lamp is on its way.".into(),
        attachments: Vec::new(),
        seen: None,
    };
    scene.app.desk().reply(scene.record().await.core.id, reply).await.expect("sent");
    scene.app.drain().await;
    let sent = scene.texts.lock().expect("no panic").clone();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].contains("Your+lamp+is+on+its+way.") && sent[0].contains(&MAYA.replace('+', "%2B")), "{sent:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_whispered_is_known_to_the_ai_and_not_said() {
    let scene = Scene::with(Arc::new(TwoDays), |_| {}).await;
    let mut call = scene.call().await;
    let id = scene.record().await.core.id;
    scene.app.desk().whisper(id, scene.ines.id, "She is a VIP.").await.expect("whispered");
    scene.during(call.say("When does it come?")).await;
    assert!(!call.heard().join(" ").contains("VIP"));
    assert_eq!(scene.stored().await.whispered.as_deref(), Some("She is a VIP."));
    scene.during(call.hang_up()).await;
}
