//! Everything an agent does works as a plain form: it leads back to the thread, and the thread shows it.

use baton::clock::Clock as _;
use baton::handoff::conversation::Outcome;
use baton::handoff::{Owner, Status, TeamId};
use baton::store::teams::{self, Team};
use chrono::TimeDelta;

use super::Inbox;
use crate::support::TestApp;

async fn team(app: &TestApp, name: &str) -> TeamId {
    let now = app.clock.now();
    let team = Team { id: TeamId(app.clock.new_id()), name: name.into(), description: String::new(), created_at: now };
    let tx = app.desk().store.begin().await.expect("a transaction");
    teams::insert(&*tx, &team).await.expect("a team");
    tx.commit().await.expect("committed");
    app.site().directory.forget();
    team.id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taking_over_shows_who_has_it_and_the_ai_is_silent() {
    let inbox = Inbox::answered().await;
    let page = inbox.ines_takes_over().await;
    page.must_say("It is yours now.").must_say("took over from the AI");
    assert_eq!(inbox.record().await.core.owner, Owner::Agent(inbox.ines_agent.id));
    assert!(!page.html.contains(&inbox.action("takeover")), "nobody takes over what is theirs");
    inbox.maya.say(&inbox.app, "Are you there?").await;
    inbox.app.drain().await;
    assert_eq!(inbox.maya.texts().await.last().map(String::as_str), Some("Are you there?"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_with_a_file_reaches_the_customer() {
    let inbox = Inbox::waiting().await;
    let form = inbox.form("messages").await.set("body", "Here is **the list**.");
    let page = inbox.ines_does(form.attach("prices.csv", b"lamp,49\n")).await;
    page.must_say("Here is the list.").must_say("prices.csv");
    assert_eq!(inbox.record().await.core.owner, Owner::Agent(inbox.ines_agent.id), "who replies has it");
    assert_eq!(page.form(&inbox.action("messages")).value("body"), Some(""), "the composer is empty again");
    let history = inbox.maya.history().await;
    let said = history.last().expect("a message");
    assert_eq!(said["content"]["text"], "Here is **the list**.", "{said}");
    let file = said["attachments"][0]["url"].as_str().expect("a file").to_owned();
    let got = inbox.app.http.get(file).send().await.expect("an answer");
    assert_eq!(got.headers()["content-disposition"], "attachment; filename*=UTF-8''prices.csv");
    assert_eq!(got.text().await.expect("a file"), "lamp,49\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_that_can_not_be_sent_says_why_and_keeps_what_was_typed() {
    let inbox = Inbox::waiting().await;
    let empty = inbox.ines.send(inbox.form("messages").await.set("body", "  ")).await;
    assert_eq!(empty.status, 422);
    empty.must_say("Write a message or add a file first.");
    let form = inbox.form("messages").await.set("body", "Look at this.");
    let page = inbox.ines.send(form.attach("page.html", b"<html><script>alert(1)</script></html>")).await;
    assert_eq!(page.status, 422);
    page.must_say("page.html can not be sent.");
    assert_eq!(page.form(&inbox.action("messages")).value("body"), Some("Look at this."));
    assert_eq!(inbox.record().await.core.owner, Owner::Queue, "nothing happened");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_note_is_seen_by_the_team_and_never_by_the_customer() {
    let inbox = Inbox::waiting().await;
    let before = inbox.maya.texts().await;
    let form = inbox.form("messages").await.set("body", "She is a regular.").set("mode", "note");
    let page = inbox.ines_does(form.press_towards(&inbox.action("notes"))).await;
    page.must_say("She is a regular.").must_say("the customer does not see this");
    assert_eq!(inbox.record().await.core.owner, Owner::Queue, "a note takes nothing over");
    assert_eq!(inbox.maya.texts().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_written_as_a_note_stays_one_whichever_button_is_pressed() {
    let inbox = Inbox::waiting().await;
    let before = inbox.maya.texts().await;
    let form = inbox.form("messages").await.set("body", "He always complains.").set("mode", "note");
    inbox.ines.send(form).await;
    assert_eq!(inbox.maya.texts().await, before, "the customer does not read it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn giving_back_tells_the_ai_what_to_know() {
    let inbox = Inbox::waiting().await;
    inbox.ines_takes_over().await;
    let form = inbox.form("handback").await.set("instruction", "She wants the blue lamp.");
    let page = inbox.ines_does(form).await;
    page.must_say("The AI has it again.").must_say("She wants the blue lamp.");
    assert_eq!(inbox.record().await.core.owner, Owner::Ai);
    inbox.app.drain().await;
    assert_eq!(inbox.maya.texts().await.iter().filter(|text| text.contains("blue lamp")).count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_is_given_to_a_person_a_team_and_nobody() {
    let inbox = Inbox::waiting().await;
    let billing = team(&inbox.app, "Billing").await;
    let to_omar = format!("agent:{}", inbox.omar_agent.id);
    let page = inbox.ines_does(inbox.form("assignment").await.set("to", &to_omar)).await;
    page.must_say("Assigned.").must_say("assigned Omar");
    assert_eq!(inbox.record().await.core.owner, Owner::Agent(inbox.omar_agent.id));
    assert_eq!(page.form(&inbox.action("assignment")).value("to"), Some(to_omar.as_str()));

    let page = inbox.ines_does(inbox.form("assignment").await.set("to", &format!("team:{billing}"))).await;
    page.must_say("The team is responsible now.").must_say("made Billing responsible");
    assert_eq!(inbox.record().await.core.team, Some(billing));

    let page = inbox.ines_does(inbox.form("assignment").await.set("to", "none")).await;
    page.must_say("put it back into the queue");
    assert_eq!(inbox.record().await.core.owner, Owner::Queue);
    for nobody in ["agent:0190c1d2-0000-7000-8000-00000000ffff", "team:0190c1d2-0000-7000-8000-00000000ffff"] {
        let page = inbox.ines_does(inbox.form("assignment").await.set("to", nobody)).await;
        page.must_say("Choose another.");
    }
    assert_eq!(inbox.ines.send(inbox.form("assignment").await.set("to", "everybody")).await.status, 422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_choice_of_a_snooze_ends_when_it_says() {
    let inbox = Inbox::waiting().await;
    inbox.ines_takes_over().await;
    let now = inbox.app.clock.now();
    let day = |hours: i64| now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::hours(hours);
    let choices = [
        ("1h", now + TimeDelta::hours(1)),
        ("4h", now + TimeDelta::hours(4)),
        ("tomorrow", day(24 + 9)),
        ("custom", day(48 + 14)),
    ];
    for (choice, expected) in choices {
        let form = inbox.form("snooze").await.press("until", choice);
        let at = day(48 + 14).format("%Y-%m-%dT%H:%M").to_string();
        let form = if choice == "custom" { form.set("at", &at) } else { form };
        inbox.ines_does(form).await.must_say("Snoozed.").must_say("snoozed it until");
        let Status::Snoozed { until } = inbox.record().await.core.status else { panic!("{choice}: not snoozed") };
        assert!((until - expected).abs() < TimeDelta::minutes(1), "{choice}: {until}");
    }
    let past = inbox.form("snooze").await.set("at", "2020-01-01T09:00").press("until", "custom");
    inbox.ines_does(past).await.must_say("Choose a time in the future.");
    let empty = inbox.form("snooze").await.press("until", "custom");
    inbox.ines_does(empty).await.must_say("Choose a day and a time.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_is_resolved_or_not_and_opened_again() {
    let inbox = Inbox::waiting().await;
    inbox.ines_takes_over().await;
    let close = |outcome: &'static str| {
        let inbox = &inbox;
        async move { inbox.ines_does(inbox.form("resolution").await.press("outcome", outcome)).await }
    };
    close("resolved").await.must_say("Closed.").must_say("resolved it");
    assert_eq!(inbox.record().await.core.status, Status::Resolved { outcome: Outcome::Resolved });
    let page = inbox.ines_does(inbox.form("reopening").await).await;
    page.must_say("Open again, and yours.").must_say("reopened it");
    assert_eq!(inbox.record().await.core.owner, Owner::Agent(inbox.ines_agent.id));
    close("unresolved").await.must_say("closed it as unresolved");
    assert_eq!(inbox.record().await.core.status, Status::Resolved { outcome: Outcome::Unresolved });
    inbox.app.drain().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_says_that_a_handoff_was_noticed() {
    let inbox = Inbox::waiting().await;
    inbox.thread().await.must_say("Nobody has seen it yet");
    let page = inbox.ines_does(inbox.form("acknowledgement").await).await;
    page.must_say("Marked as seen.").must_say("has seen the handoff");
    assert!(inbox.record().await.core.handoff.is_some_and(|handoff| handoff.acknowledged));
    assert_eq!(inbox.record().await.core.owner, Owner::Queue, "noticing is not taking");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_enhanced_form_is_answered_with_changes_to_the_page() {
    let inbox = Inbox::waiting().await;
    let number = inbox.number;
    let taken = inbox.ines.send_enhanced(inbox.form("takeover").await).await;
    assert_eq!(taken.status, 200);
    assert!(taken.header("content-type").starts_with("text/vnd.baton.patch+html"));
    for target in [format!("thread-header-{number}"), format!("card-{number}"), "nav-counts".into()] {
        assert!(taken.html.contains(&format!("data-target=\"{target}\"")), "{target} changes");
    }
    assert!(!taken.html.contains("<html"), "changes, not a page");
    taken.must_say("took over from the queue");

    let sent = inbox.ines.send_enhanced(inbox.form("messages").await.set("body", "Hello Maya.")).await;
    sent.must_say("Hello Maya.");
    assert!(sent.html.contains(&format!("data-action=\"replace\" data-target=\"composer-{number}\"")));
    assert_eq!(inbox.maya.texts().await.last().map(String::as_str), Some("Hello Maya."));

    let refused = inbox.ines.send_enhanced(inbox.form("messages").await.set("body", "")).await;
    assert_eq!(refused.status, 422);
    refused.must_say("Write a message or add a file first.");
    let typing = inbox.ines.post(&inbox.action("typing"), &[]).await;
    assert_eq!(typing.status, 204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_leads_back_to_the_list_one_came_from() {
    let inbox = Inbox::waiting().await;
    let page = format!("{}?view=unassigned", inbox.path());
    for (action, newest) in [("takeover", ""), ("messages", "#newest"), ("notes", "#newest"), ("resolution", "")] {
        let thread = inbox.ines.get(&page).await;
        let form = match action {
            "messages" => thread.form(&inbox.action("messages")).set("body", "Hello."),
            "notes" => {
                thread.form(&inbox.action("messages")).set("body", "Kind.").press_towards(&inbox.action("notes"))
            }
            action => thread.form(&inbox.action(action)),
        };
        let done = inbox.ines.send(form).await;
        assert_eq!(done.location(), format!("{page}{newest}"), "{action}");
    }
}
