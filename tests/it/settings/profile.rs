//! `/settings/profile`.

use super::Office;
use crate::support::{Browser, PASSWORD};

const PROFILE: &str = "/settings/profile";
const QUIET: &str = "/settings/profile/quiet-hours";

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quiet_hours_are_kept_shown_and_taken_away_and_only_ones_own() {
    let office = Office::open().await;
    let omar = office.app.agent("Omar").await;
    let browser = Browser::sign_in(&office.app, &omar).await;
    browser.get(PROFILE).await.must_say("Quiet hours");
    let night = [("zone", "Europe/Berlin"), ("first", "0"), ("last", "6"), ("from", "22:00"), ("to", "07:00")];
    let page = browser.follow(&browser.post(QUIET, &night).await).await;
    page.must_say("Your quiet hours are saved.").must_say("Quiet again from Sunday, 22 Nov, 22:00");
    assert_eq!(page.form(QUIET).value("zone"), Some("Europe/Berlin"));
    let db = office.app.desk().store.reader();
    let quiet = |time: &str| baton::store::quiet_hours::quiet_at(db, time.parse().expect("a time"));
    let at_night = quiet("2026-11-23T02:00:00Z").await.expect("the store");
    assert_eq!(at_night.into_iter().collect::<Vec<_>>(), [omar.id]);
    assert!(quiet("2026-11-23T12:00:00Z").await.expect("the store").is_empty());
    let last = office.changes().await.into_iter().next().expect("a line");
    assert_eq!((last.action.as_str(), last.agent), ("quiet_hours.change", Some(omar.id)));

    let wrong = [("zone", "Mars/Base"), ("first", "0"), ("last", "6"), ("from", "late"), ("to", "07:00")];
    let page = browser.post(QUIET, &wrong).await;
    assert_eq!(page.status, 422);
    page.must_say("This is not a time zone.").must_say("Write both times as 09:00");
    assert!(page.html.contains("value=\"late\""), "what was typed is kept");
    let none = [("zone", "UTC"), ("first", "0"), ("last", "0"), ("from", ""), ("to", "")];
    browser.follow(&browser.post(QUIET, &none).await).await.must_say("You have no quiet hours.");
    assert!(quiet("2026-11-23T02:00:00Z").await.expect("the store").is_empty());
}
