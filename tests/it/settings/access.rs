//! Who may open the settings.

use super::Office;
use crate::support::Browser;

const UNKNOWN: &str = "0190c1d2-0000-7000-8000-00000000ffff";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_opens_and_changes_nothing_but_their_own_profile() {
    let office = Office::open().await;
    let omar = office.app.agent("Omar").await;
    let browser = Browser::sign_in(&office.app, &omar).await;
    assert_eq!(browser.get("/settings").await.location(), "/settings/profile");
    assert_eq!(office.ines.get("/settings").await.location(), "/settings/channels");
    let profile = browser.get("/settings/profile").await;
    let pages = ["channels", "channels/new", "agents", "teams", "handoff", "knowledge", "knowledge/new", "api-keys"];
    for page in pages {
        let path = format!("/settings/{page}");
        let refused = browser.get(&path).await;
        assert_eq!(refused.status, 403, "{path}");
        refused.must_say("Ask an admin of your team to do this for you.");
        assert!(!profile.html.contains(&format!("href=\"{path}\"")), "{path} is not offered");
        assert_eq!(office.ines.get(&path).await.status, 200, "{path}");
    }
    for one in ["channels", "agents", "knowledge"] {
        assert_eq!(browser.get(&format!("/settings/{one}/{UNKNOWN}")).await.status, 403, "{one}");
        assert_eq!(office.ines.get(&format!("/settings/{one}/{UNKNOWN}")).await.status, 404, "{one}");
        assert_eq!(office.ines.get(&format!("/settings/{one}/nobody")).await.status, 404, "{one}");
    }
    let me = format!("agents/{}/role", omar.id);
    let posts = ["channels", "agents", "teams", "handoff", "knowledge", "api-keys", me.as_str()];
    browser.get("/settings/profile").await;
    for post in posts {
        let fields = [("name", "x"), ("title", "x"), ("body", "x"), ("language", "en"), ("role", "admin")];
        assert_eq!(browser.post(&format!("/settings/{post}"), &fields).await.status, 403, "{post}");
    }
    assert_eq!(office.changes().await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_without_end_is_refused_in_words() {
    let office = Office::open().await;
    let form = office.form("/settings/knowledge/new", "/settings/knowledge").await.set("title", "T");
    let page = office.ines.send(form.set("body", &"x".repeat(3 * 1024 * 1024))).await;
    assert!(matches!(page.status, 413 | 422), "{}", page.status);
    page.must_say("shorten long texts");
}
