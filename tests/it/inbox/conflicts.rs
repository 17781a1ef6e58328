//! Two people, or a person and a customer, at the same moment.

use baton::handoff::Owner;

use super::Inbox;
use crate::support::Page;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_slower_of_two_is_refused_and_sees_who_has_it() {
    let inbox = Inbox::waiting().await;
    let omar = inbox.omar().await;
    let omars = omar.get(&inbox.path()).await.form(&inbox.action("takeover"));
    inbox.ines_takes_over().await;

    let late = omar.send_enhanced(omars.clone()).await;
    assert_eq!(late.status, 409);
    late.must_say("Ines");
    assert!(late.html.contains("flash--problem"), "it says that it did not work");
    assert_eq!(inbox.record().await.core.owner, Owner::Agent(inbox.ines_agent.id));

    let page = omar.send_and_follow(omars).await;
    page.must_say("Ines");
    assert!(page.html.contains("flash--problem"), "without scripts too");
    assert_eq!(inbox.record().await.core.owner, Owner::Agent(inbox.ines_agent.id));

    let deliberate = omar.get(&inbox.path()).await.form(&inbox.action("takeover"));
    omar.send_and_follow(deliberate).await.must_say("It is yours now.");
    assert_eq!(inbox.record().await.core.owner, Owner::Agent(inbox.omar_agent.id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_at_the_same_moment_exactly_one_gets_it() {
    let inbox = Inbox::waiting().await;
    let omar = inbox.omar().await;
    let omars = omar.get(&inbox.path()).await.form(&inbox.action("takeover"));
    let ines = inbox.form("takeover").await;
    let (first, second) = tokio::join!(inbox.ines.send_enhanced(ines), omar.send_enhanced(omars));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_to_what_was_not_read_waits_for_send_anyway() {
    let inbox = Inbox::waiting().await;
    inbox.ines_takes_over().await;
    let typed = inbox.form("messages").await.set("body", "It leaves tomorrow.");
    inbox.maya.say(&inbox.app, "Please cancel the order!").await;

    let refused = inbox.ines.send(typed.clone()).await;
    assert_eq!(refused.status, 409);
    refused.must_say("Not sent yet.").must_say("A new message came while you were writing.");
    refused.must_say("Please cancel the order!");
    let kept = refused.form(&inbox.action("messages"));
    assert_eq!(kept.value("body"), Some("It leaves tomorrow."));
    assert_ne!(inbox.maya.texts().await.last().map(String::as_str), Some("It leaves tomorrow."));

    let enhanced = inbox.ines.send_enhanced(typed).await;
    assert_eq!(enhanced.status, 409);
    assert!(enhanced.html.contains("It leaves tomorrow.") && enhanced.html.contains("send_anyway"));

    inbox.ines_does(kept.press("send_anyway", "1")).await.must_say("It leaves tomorrow.");
    assert_eq!(inbox.maya.texts().await.last().map(String::as_str), Some("It leaves tomorrow."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_was_chosen_is_not_lost_without_a_word() {
    let inbox = Inbox::waiting().await;
    inbox.ines_takes_over().await;
    let typed = inbox.form("messages").await.set("body", "The list.").attach("prices.csv", b"lamp,49\n");
    inbox.maya.say(&inbox.app, "One more thing").await;
    let refused = inbox.ines.send(typed).await;
    assert_eq!(refused.status, 409);
    refused.must_say("prices.csv");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_read_meanwhile_can_be_answered() {
    let inbox = Inbox::waiting().await;
    inbox.ines_takes_over().await;
    let stale = inbox.form("messages").await.set("body", "First.");
    inbox.maya.say(&inbox.app, "One more thing").await;
    assert_eq!(inbox.ines.send(stale).await.status, 409);
    inbox.ines_does(inbox.form("messages").await.set("body", "Both, then.")).await;
    let form = inbox.form("messages").await.set("body", "Twice?");
    let (once, again): (Page, Page) = (inbox.ines_does(form.clone()).await, inbox.ines_does(form).await);
    assert_eq!(once.html.matches("Twice?").count(), again.html.matches("Twice?").count(), "sent twice, said once");
}
