//! What a monitor, a proxy and a browser rely on.

use crate::support::{Browser, TestApp, Visitor};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_probes_say_that_it_lives_and_can_serve() {
    let app = TestApp::start().await;
    let browser = Browser::new(&app);
    let (alive, ready) = (browser.get("/healthz").await, browser.get("/readyz").await);
    assert_eq!((alive.status, alive.html.as_str()), (200, "ok\n"));
    assert_eq!((ready.status, ready.html.as_str()), (200, "ready\n"));
}

/// Whether a line is a sample of the text format: a name, labels in braces, a number.
fn is_sample(line: &str) -> bool {
    let Some((series, value)) = line.rsplit_once(' ') else { return false };
    let (name, labels) = match series.split_once('{') {
        Some((name, labels)) => (name, labels.strip_suffix('}')),
        None => (series, Some("")),
    };
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':'))
    };
    let are_labels = labels.is_some_and(|labels| {
        labels.is_empty()
            || labels.split("\",").all(|label| {
                label.split_once("=\"").is_some_and(|(name, value)| is_name(name) && !value.contains('\n'))
            })
    });
    is_name(name) && are_labels && (value.parse::<f64>().is_ok() || value == "+Inf")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_line_of_the_counters_can_be_read() {
    let app = TestApp::start().await;
    app.channel().await;
    Visitor::arrive(&app).await.say(&app, "A human, please").await;
    app.agent("Ines").await;
    Browser::new(&app).try_sign_in("nobody@example.com", "no password").await;
    let page = Browser::new(&app).get("/metrics").await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/plain"));
    for line in page.html.lines().filter(|line| !line.is_empty()) {
        let is_comment = line.starts_with("# TYPE ") || line.starts_with("# HELP ");
        assert!(is_comment || is_sample(line), "{line:?} is no line of the format");
    }
    assert!(page.html.lines().any(|line| line.starts_with("baton_") && is_sample(line)), "{}", page.html);
    for secret in ["nobody@example.com", "no password", "human"] {
        assert!(!page.html.contains(secret), "counters know nobody: {secret}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_guarded_by_its_headers() {
    let app = TestApp::start().await;
    let ines = Browser::sign_in(&app, &app.admin("Ines").await).await;
    let paths =
        ["/inbox/all", "/settings/channels", "/session", "/inbox/nowhere", "/no/such/page", "/static/css/base.css"];
    for path in paths {
        let page = ines.get(path).await;
        let policy = page.header("content-security-policy");
        for rule in [
            "default-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(page.header("server"), "", "{path}");
    }
    for path in ["/inbox/all", "/settings/channels", "/session"] {
        assert_eq!(ines.get(path).await.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_outside_the_embedded_files_is_served() {
    let app = TestApp::start().await;
    let browser = Browser::new(&app);
    for path in [
        "/static/nothing.css",
        "/static/..%2fCargo.toml",
        "/static/%2e%2e/Cargo.toml",
        "/widget/..%2f..%2fCargo.toml",
        "/static//etc/passwd",
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(!page.html.contains("[package]") && !page.html.contains("root:"), "{path}");
    }
    let sheet = browser.get("/static/css/base.css").await;
    let again = browser.http.get(app.url("/static/css/base.css")).header("if-none-match", sheet.header("etag"));
    assert_eq!((sheet.status, browser.answer(again).await.status), (200, 304));
}
