//! `/settings/profile`.

use super::Office;
use crate::support::{Browser, PASSWORD};

const PROFILE: &str = "/settings/profile";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_changes_name_colours_and_keys() {
    let office = Office::open().await;
    let omar = office.app.agent("Omar").await;
    let browser = Browser::sign_in(&office.app, &omar).await;
    let form = browser.get(PROFILE).await.form(PROFILE).set("name", "Omar <O'Brien>").set("theme", "dark");
    let page = browser.send_and_follow(form.clone().without("shortcuts")).await;
    page.must_say("Your profile is saved.").must_say("Omar <O'Brien>");
    assert!(
        page.html.contains("<html lang=\"en\" data-theme=\"dark\">") && page.html.contains("data-shortcuts=\"off\"")
    );
    let held = page.form(PROFILE);
    assert_eq!((held.value("theme"), held.value("shortcuts")), (Some("dark"), None));
    let last = office.changes().await.into_iter().next().expect("a line");
    assert_eq!((last.action.as_str(), last.agent), ("profile.change", Some(omar.id)));
    let wrong = browser.send(form.set("name", "").forge("theme", "pink")).await;
    assert_eq!(wrong.status, 422);
    wrong.must_say("This is needed.").must_say("Choose one from the list.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_changes_only_for_whoever_knows_the_old_one() {
    let office = Office::open().await;
    let form = office.form(PROFILE, "/settings/profile/password").await;
    let form = form.set("password", "oak and lumen").set("password_again", "oak and lumen");
    office.is_refused(form.clone().set("current_password", "wrong"), "This is not your current password.").await;
    let differing = form.clone().set("current_password", PASSWORD).set("password_again", "lumen and elm");
    office.is_refused(differing, "The two passwords differ.").await;
    office.saves(form.set("current_password", PASSWORD), "Your password is changed.").await;
    office.assert_recorded("password.change").await;
}
