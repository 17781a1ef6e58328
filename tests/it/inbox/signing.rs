//! Signing in.

use crate::support::markup::text;
use crate::support::{Browser, PASSWORD, TestApp};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_address_and_a_wrong_password_look_alike() {
    let app = TestApp::start().await;
    let ines = app.agent("Ines").await;
    let browser = Browser::new(&app);
    let wrong = browser.try_sign_in(&ines.email, "not her password").await;
    let unknown = browser.try_sign_in("nobody@example.com", "not her password").await;
    assert_eq!((wrong.status, unknown.status), (401, 401));
    wrong.must_say("That address and password do not go together.");
    assert_eq!(text(&wrong.html), text(&unknown.html));
    assert!(!wrong.html.contains("not her password"), "a password does not come back");
    assert_eq!(wrong.form("/session").value("email"), Some(ines.email.as_str()));
    let set: Vec<_> = wrong.headers.get_all("set-cookie").iter().collect();
    assert!(set.iter().all(|cookie| !cookie.to_str().expect("ASCII").contains("session")), "{set:?}");
    assert_eq!(browser.try_sign_in(&ines.email.to_uppercase(), PASSWORD).await.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_eleventh_try_has_to_wait() {
    let app = TestApp::start().await;
    app.agent("Ines").await;
    let browser = Browser::new(&app);
    // Longer than any password may be, so that nothing slow is computed for it.
    let wrong = "x".repeat(201);
    for _ in 0..10 {
        assert_eq!(browser.try_sign_in("ines@example.com", &wrong).await.status, 401);
    }
    let refused = browser.try_sign_in("ines@example.com", PASSWORD).await;
    assert_eq!(refused.status, 429);
    let seconds: u64 = refused.header("retry-after").parse().expect("a number of seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
    refused.must_say("Too many tries");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_cookie_is_kept_from_scripts_and_other_sites_and_over_tls_from_the_plain_net() {
    for (settings, is_secure) in [(vec![], false), (vec![("public_url", "https://desk.example")], true)] {
        let app = TestApp::start_with(&settings).await;
        let ines = app.agent("Ines").await;
        let done = Browser::new(&app).try_sign_in(&ines.email, PASSWORD).await;
        let cookie = done.header("set-cookie");
        let name = if is_secure { "__Host-baton_session=" } else { "baton_session=" };
        assert!(cookie.starts_with(name), "{cookie}");
        let attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(attributes.contains(&attribute), "{attribute} is missing: {cookie}");
        }
        assert_eq!(attributes.contains(&"Secure"), is_secure, "{cookie}");
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_tls_every_cookie_stays_on_tls() {
    let app = TestApp::start_with(&[("public_url", "https://desk.example")]).await;
    app.agent("Ines").await;
    let page = Browser::new(&app).get("/session").await;
    for cookie in page.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().expect("ASCII");
        assert!(cookie.split("; ").any(|attribute| attribute == "Secure"), "{cookie}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_in_leads_where_one_was_going_and_never_to_another_site() {
    let app = TestApp::start().await;
    let ines = app.agent("Ines").await;
    let stranger = Browser::new(&app).get("/inbox/mine?after=1.1").await;
    assert_eq!((stranger.status, stranger.location()), (303, "/session?then=%2Finbox%2Fmine%3Fafter%3D1.1"));
    let cases = [
        ("%2Finbox%2Fall", "/inbox/all"),
        ("https%3A%2F%2Fevil.example", "/inbox"),
        ("%2F%2Fevil.example", "/inbox"),
        ("%2F%5Cevil.example", "/inbox"),
        ("javascript%3Aalert(1)", "/inbox"),
        ("%2Finbox%0D%0ALocation%3A%20https%3A%2F%2Fevil.example", "/inbox"),
    ];
    for (asked, expected) in cases {
        let browser = Browser::new(&app);
        let page = browser.get(&format!("/session?then={asked}")).await;
        let form = page.form("/session").set("email", &ines.email).set("password", PASSWORD);
        assert_eq!(browser.send(form).await.location(), expected, "{asked}");
    }
    let browser = Browser::new(&app);
    let form = browser.get("/session").await.form("/session").set("email", &ines.email).set("password", PASSWORD);
    let done = browser.send(form.forge("next", "//evil.example/")).await;
    assert_eq!(done.location(), "/inbox", "not even a forged form leads away");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_form_of_another_site_is_refused() {
    let app = TestApp::start().await;
    let ines = app.agent("Ines").await;
    let browser = Browser::new(&app);
    let form = browser.get("/session").await.form("/session").set("email", &ines.email).set("password", PASSWORD);
    let forged = "a".repeat(43);
    assert_eq!(browser.send(form.clone().forge("csrf", &forged)).await.status, 403);
    let elsewhere = Browser::new(&app);
    assert_eq!(elsewhere.send(form).await.status, 403, "the token belongs to one browser");
}
