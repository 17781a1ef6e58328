//! Installing the app by consent: what comes back is believed once, for the admin who asked, and its token is sealed.

use baton::clock::Clock as _;
use baton::handoff::ChannelId;
use baton::sandbox::slack::{BOT_TOKEN, CLIENT_ID, CLIENT_SECRET, signed};
use baton::store::channels;
use baton::store::seal::MasterKey;
use baton_adapters::contract::Credentials;
use chrono::TimeDelta;
use secrecy::ExposeSecret as _;
use serde_json::json;
use url::Url;

use super::Scene;
use super::scene::SECRET;
use crate::support::Browser;

const RETURN: &str = "/settings/channels/installation";

/// A workspace whose app may be installed by consent, and an admin.
async fn with_an_admin() -> (Scene, Browser) {
    let scene = Scene::new().await;
    let app = &scene.story.app;
    let (mut channel, opened) = stored(&scene, scene.channel).await;
    channel.settings["client_id"] = CLIENT_ID.into();
    let credentials = opened.with("client_secret", [CLIENT_SECRET.into()]);
    let tx = app.desk().store.begin().await.expect("a transaction");
    channels::save(&*tx, &channel, app.clock.now()).await.expect("saved");
    channels::save_credentials(&*tx, &app.site().key, channel.id, &credentials.write()).await.expect("saved");
    tx.commit().await.expect("committed");
    app.site().reload_channels().await.expect("channels");
    let nora = app.admin("Nora").await;
    let browser = Browser::sign_in(app, &nora).await;
    (scene, browser)
}

async fn stored(scene: &Scene, id: ChannelId) -> (channels::Channel, Credentials) {
    let app = &scene.story.app;
    let found = channels::with_credentials(app.desk().store.reader(), &app.site().key, id).await;
    let (channel, opened) = found.expect("the store").expect("a channel");
    (channel, Credentials::read(&opened.expect("credentials")))
}

/// Every Slack account.
async fn accounts(scene: &Scene) -> Vec<channels::Channel> {
    let all = channels::all(scene.story.app.desk().store.reader()).await.expect("channels");
    all.into_iter().filter(|channel| channel.kind == "slack").collect()
}

/// Begins an installation. What the consent page is asked.
async fn begin(scene: &Scene, admin: &Browser) -> Url {
    let account = format!("/settings/channels/{}", scene.channel);
    admin.get(&account).await.must_say("Add to Slack");
    let page = admin.get(&format!("{account}/installation")).await;
    Url::parse(page.location()).expect("the consent page")
}

fn asked(page: &Url, name: &str) -> String {
    page.query_pairs().find(|(key, _)| key == name).expect("a parameter").1.into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_workspace_is_renewed_and_another_one_is_an_account_of_its_own() {
    let (scene, nora) = with_an_admin().await;
    let page = begin(&scene, &nora).await;
    assert!(page.path().ends_with("/oauth/v2/authorize"), "{page}");
    assert_eq!(asked(&page, "client_id"), CLIENT_ID);
    assert!(asked(&page, "redirect_uri").ends_with(RETURN));
    let scopes = asked(&page, "scope");
    for scope in ["chat:write", "app_mentions:read", "users:read.email", "files:write"] {
        assert!(scopes.split(',').any(|one| one == scope), "{scopes}");
    }
    let back = nora.get(&format!("{RETURN}?code=good&state={}", asked(&page, "state"))).await;
    nora.follow(&back).await.must_say("Installed in Demo.");
    assert_eq!(accounts(&scene).await.len(), 1, "it was this workspace's own");

    scene.slack.consent_in("T0OTHER", "Other & Sons", "xoxb-of-the-others");
    let state = asked(&begin(&scene, &nora).await, "state");
    let back = nora.get(&format!("{RETURN}?code=good&state={state}")).await;
    nora.follow(&back).await.must_say("Installed in Other");
    let all = accounts(&scene).await;
    assert_eq!(all.len(), 2);
    let other = all.into_iter().find(|channel| channel.settings["team_id"] == "T0OTHER").expect("an account");
    assert_eq!(other.settings.get("support_channel"), None, "its team answers where it chooses");
    let token = |credentials: &Credentials| credentials.get("bot_token")[0].expose_secret().to_owned();
    assert_eq!(token(&stored(&scene, other.id).await.1), "xoxb-of-the-others");
    assert_eq!(token(&stored(&scene, scene.channel).await.1), BOT_TOKEN);
    let db = scene.story.app.desk().store.reader();
    let another_key = MasterKey::parse(&MasterKey::generate().expect("a key")).expect("a key");
    let stranger = channels::with_credentials(db, &another_key, other.id).await;
    assert!(stranger.is_err(), "without the master key nobody reads a token");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_of_another_workspace_reaches_its_own_account_at_the_same_address() {
    let (scene, nora) = with_an_admin().await;
    scene.slack.consent_in("T0OTHER", "Others", "xoxb-of-the-others");
    let state = asked(&begin(&scene, &nora).await, "state");
    nora.get(&format!("{RETURN}?code=good&state={state}")).await;
    let mut event = scene.slack.writes("U0ZOE", "D0ZOE", None, "When do you deliver?");
    event["team_id"] = "T0OTHER".into();
    event["authorizations"][0]["team_id"] = "T0OTHER".into();
    event["event"]["team"] = "T0OTHER".into();
    assert_eq!(scene.slack_sends(&event).await, 200);
    let app = &scene.story.app;
    let other = accounts(&scene).await.into_iter().find(|one| one.settings["team_id"] == "T0OTHER").expect("one");
    let record = scene.story.record().await;
    assert_eq!(record.core.channel, other.id);
    // A workspace nobody installed the app in is nobody's.
    event["authorizations"][0]["team_id"] = "T0NOBODY".into();
    event["event"]["ts"] = "1700000999.000100".into();
    assert_eq!(scene.slack_sends(&event).await, 200, "there is nothing to try again");
    assert_eq!(scene.story.said(|by| by == baton::handoff::Author::Contact).await.len(), 1);
    let body = json!({"type": "url_verification", "challenge": "still here"}).to_string().into_bytes();
    let [(time, at), (name, signature)] = signed(SECRET, app.clock.now().timestamp(), &body);
    let request = app.http.post(app.url("/hooks/slack")).header(time, at).header(name, signature);
    assert_eq!(request.body(body).send().await.expect("an answer").text().await.expect("words"), "still here");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_asked_for_is_late_or_was_asked_by_somebody_else_installs_nothing() {
    let (scene, nora) = with_an_admin().await;
    scene.slack.consent_in("T0OTHER", "Others", "xoxb-of-the-others");
    let app = &scene.story.app;
    let omar = Browser::sign_in(app, &app.admin("Ola").await).await;
    let state = asked(&begin(&scene, &nora).await, "state");
    let calls = scene.slack.calls().len();
    for (admin, query) in [
        (&omar, format!("code=good&state={state}")),
        (&nora, format!("code=good&state={state}x")),
        (&nora, "code=good".to_owned()),
        (&nora, format!("error=access_denied&state={state}")),
    ] {
        let back = admin.get(&format!("{RETURN}?{query}")).await;
        assert!(!admin.follow(&back).await.says("Installed in"), "{query}");
    }
    assert_eq!(scene.slack.calls().len(), calls, "Slack was not even asked");
    nora.get(&format!("{RETURN}?code=used+before&state={state}")).await;
    app.advance(TimeDelta::minutes(16));
    nora.get(&format!("{RETURN}?code=good&state={state}")).await;
    assert_eq!(accounts(&scene).await.len(), 1);
    let agent = Browser::sign_in(app, &scene.story.ines).await;
    let refused = agent.get(&format!("/settings/channels/{}/installation", scene.channel)).await;
    assert_eq!(refused.status, 403, "only admins connect channels");
}
