//! `/settings/channels`.

use baton::handoff::Owner;
use baton::store::channels;
use baton_adapters::web::WebChatSettings;
use chrono::TimeDelta;

use super::Office;
use crate::desk::Story;
use crate::support::{Browser, Form, Script, Visitor, ok, refused};

const SHOP: &str = "https://shop.example";

async fn page(office: &Office) -> String {
    let all = channels::all(office.app.desk().store.reader()).await.expect("channels");
    format!("/settings/channels/{}", all[0].id)
}

async fn form(office: &Office) -> Form {
    let page = page(office).await;
    office.form(&page, &page).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_web_channel_is_made_shown_and_changed() {
    let office = Office::open().await;
    let new = office.form("/settings/channels/new", "/settings/channels").await;
    let new = new.set("name", "Shop \"chat\"").set("allowed_origins", SHOP).set("title", "Ask <us>");
    let made = office.saves(new.set("ai_name", "Oakley").set("colour", "#14695b"), "The channel is there.").await;
    let token = channels::all(office.app.desk().store.reader()).await.expect("channels")[0].token.clone();
    made.must_say(&format!("data-token=\"{token}\""));
    office.assert_recorded("channel.create").await;

    let form = form(&office).await;
    let held = ["name", "allowed_origins", "title", "ai_name", "autopilot"].map(|name| form.value(name));
    assert_eq!(held, [Some("Shop \"chat\""), Some(SHOP), Some("Ask <us>"), Some("Oakley"), Some("on")]);
    office.app.advance(TimeDelta::seconds(1));
    office.saves(form.set("greeting", "Hello!\n**Ask** away.").without("ask_rating"), "is saved.").await;
    office.assert_recorded("channel.change").await;
    let path = page(&office).await;
    let form = office.form(&path, &path).await;
    assert_eq!((form.value("greeting"), form.value("ask_rating")), (Some("Hello!\n**Ask** away."), None));
    let config = ok(Visitor { bot: token, ..Visitor::new(&office.app) }.get("/config").header("origin", SHOP)).await;
    assert!(config.to_string().contains("Oakley"), "the widget has it at once: {config}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_field_of_a_channel_says_what_to_do_and_keeps_the_rest() {
    let office = Office::open().await;
    office.app.channel().await;
    let action = page(&office).await;
    let typed = form(&office).await.set("title", "Ask us").set("greeting", "  two\n  lines");
    let page = office.is_refused(typed.clone().set("allowed_origins", "https://a.example\nshop"), "Line 2").await;
    let kept = page.form(&action);
    assert_eq!((kept.value("title"), kept.value("allowed_origins")), (Some("Ask us"), Some("https://a.example\nshop")));
    office.is_refused(typed.clone().set("name", "  "), "This is needed.").await;
    office.is_refused(typed.clone().set("name", &"x".repeat(81)), "Shorten it to 80 at most.").await;
    office.is_refused(typed.set("colour", "red"), "This is not a colour.").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_saves_second_overwrites_nothing_unseen() {
    let office = Office::open().await;
    office.app.channel().await;
    let (first, second) = (form(&office).await, form(&office).await);
    office.app.advance(TimeDelta::seconds(1));
    office.saves(first.set("title", "First"), "is saved.").await;
    let late = office.ines.send(second.clone().set("title", "Second")).await;
    assert_eq!(late.status, 409);
    late.must_say("saved this page meanwhile");
    let action = page(&office).await;
    assert_eq!(late.form(&action).value("title"), Some("Second"), "what was typed stays");
    assert_eq!(form(&office).await.value("title"), Some("First"), "nothing is overwritten");
    office.saves(late.form(&action), "is saved.").await;
    assert_eq!(form(&office).await.value("title"), Some("Second"), "saving again is a decision");
    assert_eq!(office.ines.send(second.forge("version", "x")).await.status, 422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_of_sites_counts_for_the_widget_at_once() {
    let office = Office::open().await;
    office.app.channel().await;
    let maya = Visitor::new(&office.app);
    ok(maya.get("/config").header("origin", "https://anywhere.example")).await;
    office.app.advance(TimeDelta::seconds(1));
    office.saves(form(&office).await.set("allowed_origins", SHOP), "is saved.").await;
    refused(maya.get("/config").header("origin", "https://anywhere.example"), 403).await;
    ok(maya.get("/config").header("origin", SHOP)).await;
    let path = office.app.url("/backend/widget/v2/config");
    for (origin, passes) in [(SHOP, true), ("https://anywhere.example", false)] {
        let preflight = office.app.http.request(reqwest::Method::OPTIONS, &path).header("origin", origin);
        let preflight = preflight.header("access-control-request-method", "GET").send().await.expect("an answer");
        assert_eq!(preflight.status().is_success(), passes, "{origin}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_autopilot_switched_off_the_next_message_goes_to_people() {
    let office = Office::open().await;
    office.app.channel_with("demo", true, WebChatSettings::default()).await;
    let maya = Visitor::arrive(&office.app).await;
    maya.say(&office.app, "When do you deliver?").await;
    office.app.advance(TimeDelta::seconds(1));
    office.saves(form(&office).await.without("autopilot"), "is saved.").await;
    maya.say(&office.app, "And to Norway?").await;
    let record = baton::store::conversations::find(office.app.desk().store.reader(), maya.id()).await;
    assert_eq!(record.expect("the store").expect("a conversation").core.owner, Owner::Queue);
    assert_eq!(maya.texts().await.iter().filter(|text| text.contains("two days")).count(), 1);
    office.ines.get("/settings/channels").await.must_say("without the AI");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_is_switched_off_says_so_and_takes_nobody() {
    let office = Office::open().await;
    office.app.channel().await;
    office.app.advance(TimeDelta::seconds(1));
    office.saves(form(&office).await.without("enabled"), "is saved.").await;
    office.ines.get("/settings/channels").await.must_say("Off");
    refused(Visitor::new(&office.app).get("/config"), 401).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_whose_provider_calls_shows_where_and_is_changed() {
    let story = Story::with(Script::of([])).await;
    let ines = Browser::sign_in(&story.app, &story.app.admin("Theo").await).await;
    let all = channels::all(story.app.desk().store.reader()).await.expect("channels");
    let path = format!("/settings/channels/{}", all[0].id);
    let page = ines.get(&path).await;
    page.must_say(&format!("{}/hooks/texts", story.app.url("")));
    story.app.advance(TimeDelta::seconds(1));
    let saved = ines.send_and_follow(page.form(&path).set("name", "Texts").without("autopilot")).await;
    saved.must_say("Texts is saved.").must_say("without the AI");
    let stored = channels::all(story.app.desk().store.reader()).await.expect("channels");
    assert_eq!((stored[0].name.as_str(), stored[0].autopilot, stored[0].token.as_str()), ("Texts", false, "texts"));
    let wrong = ines.send(ines.get(&path).await.form(&path).set("name", "")).await;
    assert_eq!(wrong.status, 422);
    wrong.must_say("This is needed.");
}
