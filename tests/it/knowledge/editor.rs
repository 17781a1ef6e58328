//! The editor: a look before saving, channels, and two admins at once.

use baton::store::articles;
use chrono::TimeDelta;

use crate::settings::Office;
use crate::support::{Browser, Setting, TestApp, Visitor};

const KNOWLEDGE: &str = "/settings/knowledge";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preview_shows_the_text_and_stores_nothing() {
    let office = Office::open().await;
    let new = office.form("/settings/knowledge/new", KNOWLEDGE).await;
    let typed = new.set("body", "Within **30 days**. <script>alert(1)</script>").press("do", "preview");
    let page = office.ines.send(typed).await;
    assert_eq!(page.status, 200);
    assert!(page.html.contains("<strong>30 days</strong>") && !page.html.contains("<script>alert"), "{}", page.html);
    assert!(!page.html.contains("field__error"), "a look is no attempt to save");
    let kept = page.form(KNOWLEDGE);
    assert_eq!(kept.value("body"), Some("Within **30 days**. <script>alert(1)</script>"));
    assert!(articles::all(office.app.desk().store.reader()).await.expect("articles").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_saves_second_sees_what_differs() {
    let office = Office::open().await;
    let new = office.form("/settings/knowledge/new", KNOWLEDGE).await.set("title", "Returns");
    office.saves(new.set("body", "Send it back.\nWithin 30 days."), "saved as a draft").await;
    let path = path_of_the_only(&office).await;
    let late = office.form(&path, &path).await;
    office.app.advance(TimeDelta::seconds(1));
    office.saves(late.clone().set("body", "Send it back.\nWithin 60 days."), "saved").await;
    let page = office.ines.send(late.set("body", "Send it back.\nWithin 90 days.")).await;
    assert_eq!(page.status, 409);
    assert!(page.html.contains("<del>Within 60 days.</del>"), "{}", page.html);
    assert!(page.html.contains("<ins>Within 90 days.</ins>"));
    office.saves(page.form(&path), "saved").await;
    let all = articles::all(office.app.desk().store.reader()).await.expect("articles");
    assert_eq!(all[0].body, "Send it back.\nWithin 90 days.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_keeps_its_channels_and_the_list_filters_by_them() {
    let office = Office::open().await;
    let shop = office.app.channel_with("shop", true, Default::default()).await;
    let desk = office.app.channel_with("desk", true, Default::default()).await;
    let new = office.form("/settings/knowledge/new", KNOWLEDGE).await;
    let new = new.set("title", "Only in the shop").set("body", "Yes.").set("language", "de");
    office.saves(new.tick("channel", &shop.id.to_string()), "saved as a draft").await;
    let path = path_of_the_only(&office).await;
    assert_eq!(office.form(&path, &path).await.value("channel"), Some(shop.id.to_string().as_str()));
    for (query, found) in [
        (format!("channel={}", shop.id), true),
        (format!("channel={}", desk.id), false),
        ("language=de&status=draft".to_owned(), true),
        ("language=en".to_owned(), false),
        ("status=published".to_owned(), false),
        ("q=yes".to_owned(), true),
    ] {
        let page = office.ines.get(&format!("{KNOWLEDGE}?{query}")).await;
        assert_eq!(page.says("Only in the shop"), found, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_of_one_channel_is_not_said_on_another() {
    let app = TestApp::start_in(Setting { assistant: None, ..Setting::default() }, &[]).await;
    let ines_agent = app.admin("Ines").await;
    let office = Office { ines: Browser::sign_in(&app, &ines_agent).await, app, ines_agent };
    let shop = office.app.channel().await;
    let desk = office.app.channel_with("desk", true, Default::default()).await;
    let new = office.form("/settings/knowledge/new", KNOWLEDGE).await;
    let new = new.set("title", "Do you repair gramophones?").set("body", "Yes, we repair gramophones on Fridays.");
    office.saves(new.tick("channel", &desk.id.to_string()).set("published", "on"), "The AI answers").await;
    let says = |channel: &'static str| async {
        let mut maya = Visitor { bot: channel.into(), ..Visitor::new(&office.app) };
        maya.create_contact().await;
        maya.begin().await;
        maya.say(&office.app, "Do you repair gramophones?").await;
        office.app.drain().await;
        maya.texts().await.join("\n").contains("on Fridays")
    };
    assert!(says("desk").await, "{}", desk.name);
    assert!(!says("demo").await, "{}", shop.name);
}

async fn path_of_the_only(office: &Office) -> String {
    let all = articles::all(office.app.desk().store.reader()).await.expect("articles");
    assert_eq!(all.len(), 1);
    format!("{KNOWLEDGE}/{}", all[0].id)
}
