//! Customers the installation's own server vouches for.

use baton::clock::Clock as _;
use baton::store::api_keys::{self, ApiKey};
use baton::web::session::hash;
use serde_json::{Value, json};

use crate::support::{TestApp, Visitor, ok, refused};

const KEY: &str = "bk_test_secret";

async fn api_key(app: &TestApp) {
    let key =
        ApiKey { id: app.clock.new_id(), name: "shop".into(), prefix: "bk_test".into(), created_at: app.clock.now() };
    let tx = app.desk().store.begin().await.expect("a transaction");
    api_keys::insert(&*tx, &key, &hash(KEY)).await.expect("a key");
    tx.commit().await.expect("committed");
}

fn authenticate(app: &TestApp, key: &str, body: &Value) -> reqwest::RequestBuilder {
    app.http.post(app.url("/widget/authenticate-user")).bearer_auth(key).json(body)
}

fn with_token(app: &TestApp, authenticated: &Value) -> Visitor {
    let token = authenticated["token"].as_str().expect("a token").to_owned();
    Visitor { token: Some(token), ..Visitor::new(app) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_verified_customer_sees_their_sessions_from_every_browser() {
    let app = TestApp::start().await;
    app.channel().await;
    api_key(&app).await;
    let user = json!({"email": "Maya@Example.com", "name": "Maya", "customData": {"plan": "pro"}, "chat_context": "x"});
    let first = ok(authenticate(&app, KEY, &user)).await;
    let mut maya = with_token(&app, &first);
    let session = ok(maya.post("/create-session", &json!({}))).await;
    assert_eq!(session["isVerified"], true);
    maya.session = session["id"].as_str().expect("an id").to_owned();
    maya.say(&app, "When do you deliver?").await;

    let second = ok(authenticate(&app, KEY, &json!({"email": "maya@example.com"}))).await;
    assert_eq!(second["contact"]["id"], first["contact"]["id"]);
    let elsewhere = with_token(&app, &second);
    let list = ok(elsewhere.list("{}", &[])).await;
    assert_eq!(list["items"][0]["id"], maya.session.as_str());
    assert_eq!(
        ok(elsewhere.get(&format!("/poll/{}", maya.session))).await["history"].as_array().map(Vec::len),
        Some(2)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claiming_an_address_is_not_having_it() {
    let app = TestApp::start().await;
    app.channel().await;
    api_key(&app).await;
    let claimed = Visitor::new(&app).post("/contact/create-unverified", &json!({"email": "maya@example.com"}));
    let impostor = with_token(&app, &ok(claimed).await);
    let maya = with_token(&app, &ok(authenticate(&app, KEY, &json!({"email": "maya@example.com"}))).await);
    let session = ok(maya.post("/create-session", &json!({}))).await;
    let id = session["id"].as_str().expect("an id");
    refused(impostor.get(&format!("/poll/{id}")), 403).await;
    assert_eq!(ok(impostor.list(&impostor.here(), &[])).await["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_key_of_the_installation_vouches() {
    let app = TestApp::start().await;
    app.channel().await;
    api_key(&app).await;
    let user = json!({"email": "maya@example.com"});
    refused(authenticate(&app, "bk_wrong", &user), 401).await;
    refused(app.http.post(app.url("/widget/authenticate-user")).json(&user), 401).await;
    refused(authenticate(&app, KEY, &json!({"name": "Maya"})), 422).await;
    refused(authenticate(&app, KEY, &json!({"email": "maya"})), 422).await;
}
