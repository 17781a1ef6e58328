//! `/settings/agents`.

use baton::handoff::Owner;
use baton::handoff::people::Role;
use baton::store::agents;

use super::Office;
use crate::support::{Browser, PASSWORD, Visitor};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_is_added_and_can_sign_in() {
    let office = Office::open().await;
    let form = office.form("/settings/agents", "/settings/agents").await;
    let theo = form.set("name", "Theo").set("email", "Theo@Example.com").set("password", PASSWORD);
    office.saves(theo.clone(), "Theo can sign in now.").await.must_say("theo@example.com");
    let line = office.assert_recorded("agent.create").await;
    assert!(!line.detail.to_string().contains(PASSWORD), "a password is written nowhere");
    assert_eq!(Browser::new(&office.app).try_sign_in("theo@example.com", PASSWORD).await.status, 303);

    let page = office.is_refused(theo.clone(), "Somebody with this address is already here.").await;
    let kept = page.form("/settings/agents");
    assert_eq!((kept.value("name"), kept.value("password")), (Some("Theo"), Some("")));
    office.is_refused(theo.clone().set("email", "theo"), "Write it as name@example.com.").await;
    office
        .is_refused(theo.clone().set("email", "t@x.example").set("password", "short"), "Use 10 to 200 characters.")
        .await;
    office.is_refused(theo.set("email", "t@x.example").forge("role", "owner"), "Choose one from the list.").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_and_a_password_are_changed_and_written_down() {
    let office = Office::open().await;
    let omar = office.app.agent("Omar").await;
    let there = Browser::sign_in(&office.app, &omar).await;
    let page = format!("/settings/agents/{}", omar.id);
    let form = office.form(&page, &format!("{page}/role")).await.set("role", "admin");
    office.saves(form, "role is now Administrator.").await;
    office.assert_recorded("agent.role").await;
    assert_eq!(there.get("/settings/channels").await.status, 200, "it counts at once");

    let reset = office.form(&page, &format!("{page}/password")).await;
    office.is_refused(reset.clone().set("password", "short"), "Use 10 to 200 characters.").await;
    office.saves(reset.set("password", "oak and lumen"), "has a new password and is signed out everywhere.").await;
    office.assert_recorded("password.reset").await;
    assert_eq!(there.get("/inbox/mine").await.status, 303);
    assert_eq!(there.try_sign_in(&omar.email, "oak and lumen").await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_deactivated_leaves_nobody_waiting_and_can_come_back() {
    let office = Office::open().await;
    office.app.channel().await;
    let omar = office.app.agent("Omar").await;
    let maya = Visitor::arrive(&office.app).await;
    maya.say(&office.app, "A human, please").await;
    office.app.desk().assign(maya.id(), office.ines_agent.id, Some(omar.id)).await.expect("assigned");
    let page = format!("/settings/agents/{}", omar.id);
    let form = office.form(&page, &format!("{page}/deactivation")).await;
    office.saves(form, "Their conversation is in the queue.").await;
    let record = baton::store::conversations::find(office.app.desk().store.reader(), maya.id()).await;
    assert_eq!(record.expect("the store").expect("a conversation").core.owner, Owner::Queue);
    let back = office.form(&page, &format!("{page}/activation")).await;
    office.saves(back, "Omar can sign in again.").await;
    office.assert_recorded("agent.activate").await;
    Browser::sign_in(&office.app, &omar).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_admin_stays_one() {
    let office = Office::open().await;
    let me = format!("/settings/agents/{}", office.ines_agent.id);
    assert_eq!(office.ines.get(&me).await.location(), "/settings/profile", "the page offers nothing of the kind");
    for (action, fields) in [("role", vec![("role", "agent")]), ("deactivation", vec![])] {
        office.ines.get("/settings/agents").await;
        let answer = office.ines.post(&format!("{me}/{action}"), &fields).await;
        office.ines.follow(&answer).await.must_say("You are the only administrator.");
    }
    let ines = agents::find(office.app.desk().store.reader(), office.ines_agent.id).await;
    let ines = ines.expect("the store").expect("Ines");
    assert_eq!((ines.role, ines.disabled_at), (Role::Admin, None));
    assert_eq!(office.changes().await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_admins_can_not_remove_each_other_at_the_same_moment() {
    let office = Office::open().await;
    let theo = office.app.admin("Theo").await;
    let theos = Browser::sign_in(&office.app, &theo).await;
    let (of_theo, of_ines) =
        (format!("/settings/agents/{}", theo.id), format!("/settings/agents/{}", office.ines_agent.id));
    let ines = office.form(&of_theo, &format!("{of_theo}/deactivation")).await;
    let theo = theos.get(&of_ines).await.form(&format!("{of_ines}/deactivation"));
    tokio::join!(office.ines.send(ines), theos.send(theo));
    let left = agents::everybody(office.app.desk().store.reader()).await.expect("people");
    assert_eq!(left.iter().filter(|agent| agent.disabled_at.is_none()).count(), 1);
}
