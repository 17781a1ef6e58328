//! How long somebody stays signed in.

use chrono::TimeDelta;

use super::Inbox;
use crate::support::{Browser, PASSWORD, TestApp};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_ends_the_session_even_for_a_copied_cookie() {
    let app = TestApp::start().await;
    let agent = app.agent("Ines").await;
    let ines = Browser::new(&app);
    let done = ines.try_sign_in(&agent.email, PASSWORD).await;
    let copied = done.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
    let with_copy = || app.http.get(app.url("/settings/profile")).header("cookie", copied.clone()).send();
    assert!(with_copy().await.expect("an answer").text().await.expect("a page").contains("Your profile"));
    let form = ines.get("/inbox/mine").await.form("/session/end");
    assert_eq!(ines.send(form).await.location(), "/session");
    assert_eq!(ines.get("/inbox/mine").await.location(), "/session?then=%2Finbox%2Fmine");
    assert!(with_copy().await.expect("an answer").text().await.expect("a page").contains("Sign in"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_password_signs_out_every_other_browser() {
    let app = TestApp::start().await;
    let agent = app.agent("Ines").await;
    let (here, elsewhere) = (Browser::sign_in(&app, &agent).await, Browser::sign_in(&app, &agent).await);
    let form = here.get("/settings/profile").await.form("/settings/profile/password");
    let form = form.set("current_password", PASSWORD).set("password", "oak and lumen");
    let done = here.send_and_follow(form.set("password_again", "oak and lumen")).await;
    done.must_say("Your password is changed.");
    assert_eq!(elsewhere.get("/inbox/mine").await.status, 303, "signed out");
    assert_eq!(here.get("/inbox/mine").await.status, 200, "still signed in");
    assert_eq!(elsewhere.try_sign_in(&agent.email, PASSWORD).await.status, 401);
    assert_eq!(elsewhere.try_sign_in(&agent.email, "oak and lumen").await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_by_itself_after_two_weeks() {
    let app = TestApp::start().await;
    let agent = app.agent("Ines").await;
    let ines = Browser::sign_in(&app, &agent).await;
    app.advance(TimeDelta::days(13));
    assert_eq!(ines.get("/inbox/mine").await.status, 200);
    app.advance(TimeDelta::days(2));
    assert_eq!(ines.get("/inbox/mine").await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_deactivated_is_out_at_once() {
    let app = TestApp::start().await;
    let (admin, agent) = (app.admin("Ines").await, app.agent("Omar").await);
    let (ines, omar) = (Browser::sign_in(&app, &admin).await, Browser::sign_in(&app, &agent).await);
    let page = format!("/settings/agents/{}", agent.id);
    let form = ines.get(&page).await.form(&format!("{page}/deactivation"));
    ines.send_and_follow(form).await.must_say("Omar is signed out and cannot sign in.");
    assert_eq!(omar.get("/inbox/mine").await.status, 303);
    assert_eq!(omar.try_sign_in(&agent.email, PASSWORD).await.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_stream_ends_with_its_session() {
    let inbox = Inbox::waiting().await;
    let live = format!("/inbox/live?view=all&conversation={}", inbox.number);
    let mut stream = inbox.ines.live(&live).await;
    stream.until("patch", "nav-counts").await;
    let form = inbox.thread().await.form("/session/end");
    assert_eq!(inbox.ines.send(form).await.location(), "/session");
    inbox.maya.say(&inbox.app, "My card number is 4242").await;
    let told = stream.rest().await;
    assert!(!told.contains("4242"), "whoever signed out still reads along");
}
