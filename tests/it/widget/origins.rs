//! Pages of other origins.

use baton_adapters::web::WebChatSettings;
use reqwest::Method;

use crate::support::{TestApp, Visitor, ok, refused};

const SHOP: &str = "https://shop.example";
const EVIL: &str = "https://shop.example.evil.test";

fn only_from(origin: &str) -> WebChatSettings {
    WebChatSettings { allowed_origins: vec![origin.into()], ..WebChatSettings::default() }
}

async fn preflight(app: &TestApp, origin: &str, path: &str) -> reqwest::Response {
    app.http
        .request(Method::OPTIONS, app.url(path))
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type,last-event-id,x-bot-token")
        .send()
        .await
        .expect("a response")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listed_page_passes_the_preflight_and_the_call() {
    let app = TestApp::start().await;
    app.channel_with("demo", true, only_from(SHOP)).await;
    for path in ["/backend/widget/v2/chat/send", "/widget/v1/sessions/x/person"] {
        let response = preflight(&app, SHOP, path).await;
        assert!(response.status().is_success());
        let header =
            |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert_eq!(header("access-control-allow-origin"), SHOP);
        assert_eq!(header("access-control-max-age"), "600");
        assert!(header("vary").to_lowercase().contains("origin"));
        for method in ["GET", "POST", "DELETE"] {
            assert!(header("access-control-allow-methods").contains(method));
        }
        for name in ["x-bot-token", "authorization", "content-type", "accept", "last-event-id"] {
            assert!(header("access-control-allow-headers").contains(name), "{name}");
        }
        assert_eq!(header("access-control-allow-credentials"), "");
    }
    let maya = Visitor::new(&app);
    let config = maya.get("/config").header("origin", SHOP).send().await.expect("a response");
    assert_eq!(config.headers()["access-control-allow-origin"], SHOP);
    assert!(config.status().is_success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_other_page_is_refused() {
    let app = TestApp::start().await;
    app.channel_with("demo", true, only_from(SHOP)).await;
    let mut maya = Visitor::arrive(&app).await;
    for origin in [EVIL, "http://shop.example", "null"] {
        assert!(!preflight(&app, origin, "/backend/widget/v2/config").await.status().is_success());
        refused(maya.get("/config").header("origin", origin), 403).await;
        refused(maya.get(&format!("/poll/{}", maya.session)).header("origin", origin), 403).await;
        refused(maya.get(&format!("/widget/v1/sessions/{}/live", maya.session)).header("origin", origin), 403).await;
    }
    app.channel_with("other", true, only_from(EVIL)).await;
    assert!(
        preflight(&app, EVIL, "/backend/widget/v2/config").await.status().is_success(),
        "it is another channel's page"
    );
    refused(maya.get("/config").header("origin", EVIL), 403).await;
    maya.bot = "other".into();
    ok(maya.get("/config").header("origin", EVIL)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_can_be_read_by_the_page() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::new(&app);
    let response = maya.get("/sessions").header("origin", SHOP).send().await.expect("a response");
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()["access-control-allow-origin"], SHOP);
}
