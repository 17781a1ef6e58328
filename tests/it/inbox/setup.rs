//! The first visit.

use crate::support::{Browser, PASSWORD, TestApp};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn set_up_makes_the_first_admin_and_a_widget_and_works_once() {
    let app = TestApp::start().await;
    let ines = Browser::new(&app);
    assert_eq!(ines.get("/session").await.location(), "/setup");
    let form = ines.get("/setup").await.form("/setup");
    let form = form.set("organisation", "Lumen & Oak").set("name", "Ines").set("email", "Ines@Example.com");

    let wrong = form.clone().set("password", PASSWORD).set("password_again", "something else");
    let page = ines.send(wrong).await;
    assert_eq!(page.status, 422);
    page.must_say("The two passwords differ");
    assert_eq!(page.form("/setup").value("organisation"), Some("Lumen & Oak"), "what was typed stays");
    assert_eq!(page.form("/setup").value("password"), Some(""), "a password does not come back");

    let right = form.set("password", PASSWORD).set("password_again", PASSWORD);
    let done = ines.send(right.clone()).await;
    assert_eq!((done.status, done.location()), (303, "/settings/channels"));
    ines.follow(&done).await.must_say("Web chat").must_say("Ines");

    let late = Browser::new(&app);
    late.get("/session").await;
    assert_eq!(late.get("/setup").await.location(), "/session");
    let csrf = late.csrf();
    let again = late.send(right.set("email", "omar@example.com").forge("csrf", &csrf)).await;
    assert_eq!((again.status, again.location()), (303, "/session"));
    assert_eq!(late.try_sign_in("omar@example.com", PASSWORD).await.status, 401);
    assert_eq!(late.try_sign_in("ines@example.com", PASSWORD).await.status, 303);
}
