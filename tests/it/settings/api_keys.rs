//! `/settings/api-keys`.

use serde_json::json;

use super::Office;
use crate::support::{ok, refused};

const KEYS: &str = "/settings/api-keys";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_shown_once_works_and_is_revoked() {
    let office = Office::open().await;
    office.app.channel().await;
    let form = office.form(KEYS, KEYS).await;
    office.is_refused(form.clone().set("name", ""), "This is needed.").await;
    let page = office.ines.send(form.set("name", "Order <system>")).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("cache-control"), "no-store");
    let secret = page.html.split("<code id=\"secret\">").nth(1).and_then(|rest| rest.split('<').next());
    let secret = secret.expect("the key").to_owned();
    let line = office.assert_recorded("api_key.create").await;
    assert!(!line.detail.to_string().contains(&secret), "a key is written nowhere");
    let again = office.ines.get(KEYS).await;
    again.must_say("Order <system>");
    assert!(!again.html.contains(&secret), "it is shown once");

    let call = || {
        let request = office.app.http.post(office.app.url("/widget/authenticate-user")).bearer_auth(&secret);
        request.json(&json!({"email": "maya@example.com"})).header("x-bot-token", "demo")
    };
    assert!(ok(call()).await["token"].is_string());
    let revoke = again.html.split("action=\"/settings/api-keys/").nth(1).and_then(|rest| rest.split('"').next());
    let revoke = format!("{KEYS}/{}", revoke.expect("a way to revoke it"));
    office.saves(again.form(&revoke), "is revoked.").await.must_say("No key is in use.");
    office.assert_recorded("api_key.revoke").await;
    refused(call(), 401).await;
}
