//! Office hours, routing, waiting, afterwards, ratings, invitations: what is set through their pages, and what is refused.

use baton::desk::settings::Ratings;
use baton::handoff::after::{After, AiFailed, HandBack};
use baton::handoff::escalation::{Ladder, Supervisors};
use baton::handoff::hours::OfficeHours;
use baton::handoff::routing::{Routing, To};
use baton::handoff::waiting::Waiting;
use baton::store::settings::{Section, load};

use super::Office;
use crate::support::{Browser, PASSWORD};

async fn stored<S: Section>(office: &Office) -> S {
    load::<S>(office.app.desk().store.reader()).await.expect("settings").value
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schedule_is_made_changed_used_and_deleted() {
    let office = Office::open().await;
    let channel = office.app.channel().await;
    let (list, new) = ("/settings/office-hours", "/settings/office-hours/new");
    office.ines.get(list).await.must_say("There are no schedules yet.");
    let form = office.form(new, new).await.set("name", "Shop").set("zone", "Europe/Berlin");
    office.is_refused(form.clone().set("zone", "Berlin"), "This is not a time zone.").await;
    let wrong = office.is_refused(form.clone().set("from", "nine"), "Write both times as 09:00.").await;
    assert_eq!(wrong.form(new).value("from"), Some("nine"), "what was typed stays");
    // The test begins on a Sunday.
    office.saves(form, "Shop is saved.").await.must_say("Closed now; opens Monday, 23 Nov, 09:00.");
    office.assert_recorded("office_hours.change").await;
    let hours: OfficeHours = stored(&office).await;
    let id = hours.schedules[0].id;
    assert_eq!(hours.standard, Some(id), "the first schedule is everybody's");

    let whose = office.form(list, list).await.set("standard", "").set(&format!("of-{}", channel.id), &id.to_string());
    office.saves(whose, "Saved.").await;
    let hours: OfficeHours = stored(&office).await;
    assert_eq!((hours.standard, hours.channels.get(&channel.id)), (None, Some(&id)));

    let page = format!("{list}/{id}");
    let late = office.form(&page, &page).await.set("name", "Late");
    let early = office.form(&page, &page).await.set("name", "Shop chat");
    office.saves(early, "Shop chat is saved.").await;
    let second = office.ines.send(late).await;
    assert_eq!(second.status, 409, "whoever comes second is told");
    second.must_say("saved this page meanwhile");

    let delete = office.form(&page, &format!("{page}/deletion")).await;
    office.saves(delete, "The schedule is deleted.").await;
    assert_eq!(stored::<OfficeHours>(&office).await, OfficeHours::default());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_is_saved_unless_its_target_can_not_receive() {
    let office = Office::open().await;
    let omar = office.app.agent("Omar").await;
    let path = "/settings/routing";
    let to_omar = format!("agent:{}", omar.id);
    let form = office.form(path, path).await.set("topics", "refunds, legal").set("to", &to_omar);
    let form = form.set("otherwise", "round_robin");
    let gone = form.clone().forge("otherwise", "agent:00000000-0000-0000-0000-000000000009");
    office.is_refused(gone, "This person is not at the desk any more.").await;
    office.saves(form, "Saved.").await;
    office.assert_recorded("routing.change").await;
    let routing: Routing = stored(&office).await;
    assert_eq!((routing.rules[0].to, routing.otherwise), (To::Agent(omar.id), To::RoundRobin(None)));
    assert_eq!(routing.rules[0].topics, ["refunds", "legal"]);
    let again = office.form(path, path).await;
    assert_eq!(again.value("topics"), Some("refunds, legal"));
    assert!(office.ines.get(path).await.html.contains(&format!("value=\"{to_omar}\" selected")));
    office.saves(again.set("keep", "no"), "Saved.").await;
    assert_eq!(stored::<Routing>(&office).await.rules, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promises_and_what_comes_afterwards_are_saved_and_shown() {
    let office = Office::open().await;
    let path = "/settings/waiting";
    let form = office.form(path, path).await.set("first_reply", "15").tick("news", "on");
    office.is_refused(form.clone().set("when_silent", "never"), "Write a whole number").await;
    office.saves(form, "Saved.").await;
    office.assert_recorded("waiting.change").await;
    let waiting: Waiting = stored(&office).await;
    assert_eq!((waiting.first_reply_min, waiting.news_after_min, waiting.news_times_max), (Some(15), Some(5), 3));
    assert_eq!(office.form(path, path).await.value("first_reply"), Some("15"));

    let path = "/settings/after";
    let form = office.form(path, path).await.set("hand_back", "after_idle").set("idle", "30");
    office.is_refused(form.clone().set("idle", ""), "Say after how many minutes.").await;
    office.saves(form, "Saved.").await;
    assert_eq!(stored::<After>(&office).await.hand_back, HandBack::AfterIdle { minutes: 30 });
    assert_eq!(
        stored::<After>(&office).await.ai_failed,
        AiFailed::Returns { after_min: 5 },
        "on, unless it is switched off"
    );
    let form = office.form(path, path).await.set("second_try_after", "20");
    office.is_refused(form.clone().set("second_try_after", ""), "Say after how many minutes.").await;
    office.saves(form, "Saved.").await;
    assert_eq!(stored::<After>(&office).await.ai_failed, AiFailed::Returns { after_min: 20 });
    office.saves(office.form(path, path).await.without("second_try"), "Saved.").await;
    assert_eq!(stored::<After>(&office).await.ai_failed, AiFailed::Stays);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_supervises_is_chosen_among_those_who_can_be_told() {
    let office = Office::open().await;
    let omar = office.app.agent("Omar").await;
    let path = "/settings/notifications";
    let form = office.form(path, path).await;
    assert_eq!((form.value("supervisors"), form.value("supervisors_after")), (Some("admins"), Some("15")));
    let form = form.set("supervisors", &format!("agent:{}", omar.id)).set("supervisors_after", "30");
    office.is_refused(form.clone().set("supervisors_after", ""), "Say after how many minutes.").await;
    office.is_refused(form.clone().set("supervisors_after", "soon"), "Write a whole number").await;
    office.saves(form, "Saved.").await;
    office.assert_recorded("notifications.change").await;
    let ladder: Ladder = stored(&office).await;
    assert_eq!((ladder.supervisors, ladder.supervisors_after_min), (Supervisors::Agent(omar.id), 30));
    assert!(office.ines.get(path).await.html.contains(&format!("value=\"agent:{}\" selected", omar.id)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channels_customers_are_asked_for_a_rating_when_its_row_says_so() {
    let office = Office::open().await;
    let channel = office.app.channel().await;
    let path = "/settings/ratings";
    let (ask, delay) = (format!("ask-{}", channel.id), format!("delay-{}", channel.id));
    let form = office.form(path, path).await.tick(&ask, "on").set(&delay, "30");
    office.saves(form, "Saved.").await;
    office.assert_recorded("ratings.change").await;
    assert_eq!(stored::<Ratings>(&office).await.delays_min.get(&channel.id), Some(&30));
    let own = format!("/settings/channels/{}", channel.id);
    let page = office.form(&own, &own);
    assert_eq!(page.await.value("ask_rating"), Some("on"), "the channel's own page says the same");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_who_is_invited_joins_by_a_link_that_works_once() {
    let office = Office::open().await;
    let path = "/settings/agents/invitations";
    let form =
        office.form("/settings/agents", path).await.set("invite_name", "Theo").set("invite_email", "theo@example.com");
    let taken = form.clone().set("invite_email", &office.ines_agent.email);
    office.is_refused(taken, "Somebody with this address is already here.").await;
    let made = office.ines.send(form).await;
    assert_eq!(made.status, 200);
    office.assert_recorded("agent.invite").await;
    let start = made.html.find("/invitation/").expect("a link");
    let link: String = made.html[start..].chars().take_while(|c| *c != '<').collect();
    assert!(!office.changes().await.iter().any(|change| change.detail.to_string().contains(&link)));
    assert!(!office.ines.get("/settings/agents").await.html.contains(&link), "it is shown once");

    let theo = Browser::new(&office.app);
    let join = theo.get(&link).await.form(&link).set("password", PASSWORD).set("password_again", PASSWORD);
    assert_eq!(theo.send(join.clone().set("password_again", "another one")).await.status, 422);
    assert_eq!(theo.send(join.clone()).await.location(), "/inbox");
    assert_eq!(theo.get("/settings/profile").await.status, 200, "Theo is signed in");
    assert_eq!(theo.get(&link).await.status, 404, "it works once");
    office.ines.get("/settings/agents").await.must_say("Theo");

    let form =
        office.form("/settings/agents", path).await.set("invite_name", "Lou").set("invite_email", "lou@example.com");
    let made = office.ines.send(form).await;
    let start = made.html.find("/invitation/").expect("a link");
    let link: String = made.html[start..].chars().take_while(|c| *c != '<').collect();
    office.app.advance(chrono::TimeDelta::days(8));
    assert_eq!(Browser::new(&office.app).get(&link).await.status, 404, "and for a week");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn capacity_and_availability_decide_who_is_given_work() {
    let office = Office::open().await;
    office.app.set(&Routing { otherwise: To::RoundRobin(None), ..Routing::default() }).await;
    let omar = office.app.agent("Omar").await;
    let page = format!("/settings/agents/{}", omar.id);
    let form = office.form(&page, &format!("{page}/capacity")).await.set("capacity", "5");
    office.is_refused(form.clone().set("capacity", "many"), "Write a whole number").await;
    office.saves(form, "Saved.").await;
    office.assert_recorded("agent.capacity").await;
    let there = Browser::sign_in(&office.app, &omar).await;
    let busy = there.get("/settings/profile").await.form("/settings/profile/availability").set("availability", "busy");
    there.send_and_follow(busy).await.must_say("Your colleagues and the routing know.");
    office.ines.get("/settings/agents").await.must_say("Busy");
}
