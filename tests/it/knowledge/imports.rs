//! Imports: what would come in is shown first, and only what was ticked is stored.

use std::net::TcpListener;

use actix_web::{App, HttpResponse, HttpServer, web};
use baton::store::articles::{self, Article};
use chrono::TimeDelta;

use crate::settings::Office;
use crate::support::{Browser, Form, Page, TestApp};

const IMPORT: &str = "/settings/knowledge/import";

async fn office_beside_a_site() -> Office {
    let app = TestApp::start_with(&[("allow_private_addresses", "true")]).await;
    let ines_agent = app.admin("Ines").await;
    let ines = Browser::sign_in(&app, &ines_agent).await;
    Office { app, ines, ines_agent }
}

/// The step after a reading that found something.
async fn looks(office: &Office, form: Form) -> (Page, Form) {
    let page = office.ines.send(form).await;
    assert_eq!(page.status, 303, "{}", page.html);
    let page = office.ines.follow(&page).await;
    let action = page.html.split("action=\"/settings/knowledge/import/").nth(1).expect("a form");
    let id = action.split('"').next().expect("an id");
    let form = page.form(&format!("{IMPORT}/{id}"));
    (page, form)
}

async fn stored(office: &Office) -> Vec<Article> {
    articles::all(office.app.desk().store.reader()).await.expect("articles")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_looked_at_before_the_ticked_ones_are_stored() {
    let office = Office::open().await;
    let form = office.form(IMPORT, IMPORT).await;
    let form = form
        .attach("returns.md", b"# Can I return a lamp?\n\nWithin 30 days, unused.")
        .attach("faq.csv", b"question,answer\nDo you ship to Norway?,Yes. It takes five days.\nNo answer?,\n")
        .attach("scan.docx", b"PK");
    let (page, form) = looks(&office, form).await;
    for words in
        ["2 articles would come in", "Can I return a lamp?", "faq.csv, row 3", "scan.docx", "Only Markdown, HTML"]
    {
        page.must_say(words);
    }
    assert!(stored(&office).await.is_empty(), "a look stores nothing");

    let none = office.ines.send(form.clone().without("take")).await;
    assert_eq!(none.status, 422);
    none.must_say("Tick at least one article");
    let form = form.without("take").tick("take", "0").set("published", "on");
    office.saves(form.clone(), "1 article is stored.").await;
    office.assert_recorded("article.import").await;
    let all = stored(&office).await;
    assert_eq!((all.len(), all[0].title.as_str(), all[0].published), (1, "Can I return a lamp?", true));
    assert!(office.app.site().articles.titled("Can I return a lamp?").is_some(), "the AI knows it");
    assert_eq!(office.ines.send(form).await.status, 404, "it is taken once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_article_that_is_there_already_is_replaced_only_when_ticked() {
    let office = Office::open().await;
    let read = |text: &'static [u8]| async {
        let form = office.form(IMPORT, IMPORT).await;
        looks(&office, form.attach("returns.md", text)).await
    };
    let (_, form) = read(b"# Can I return a lamp?\n\nWithin 30 days, unused.").await;
    office.saves(form.set("published", "on"), "1 article is stored.").await;
    office.app.advance(TimeDelta::seconds(1));
    let (page, form) = read(b"# Can I return a lamp?\n\nWithin 60 days, unused.").await;
    page.must_say("It takes the place of the article");
    assert_eq!(form.value("take"), None, "it is not ticked by itself");
    office.saves(form.tick("take", "0"), "1 article is stored.").await;
    let all = stored(&office).await;
    assert_eq!((all.len(), all[0].body.as_str(), all[0].published), (1, "Within 60 days, unused.", true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_website_is_read_along_its_links_and_never_beyond_it() {
    let site = a_site();
    let office = office_beside_a_site().await;
    let form = office.form(IMPORT, IMPORT).await.set("url", &format!("{site}/help"));
    let (page, form) = looks(&office, form).await;
    for words in [
        "2 articles would come in",
        "Returns",
        "Delivery",
        "404 Not Found",
        "It is no page of text.",
        "robots.txt asks programs not to read it",
    ] {
        page.must_say(words);
    }
    office.saves(form, "2 articles are stored.").await;
    let all = stored(&office).await;
    let titles: Vec<&str> = all.iter().map(|article| article.title.as_str()).collect();
    assert_eq!(titles, ["Delivery", "Returns"]);
    assert_eq!(all[0].url.as_deref(), Some(format!("{site}/delivery").as_str()));
    assert!(all.iter().all(|article| !article.published && !article.body.contains("Menu")), "{all:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_address_is_not_read_unless_the_installation_allows_it() {
    let site = a_site();
    let office = Office::open().await;
    for address in [format!("{site}/help"), "http://localhost:1/".to_owned(), "http://[::1]/".to_owned()] {
        let form = office.form(IMPORT, IMPORT).await.set("url", &address);
        let page = office.is_refused(form, "address").await;
        assert_eq!(
            page.form(IMPORT).value("url").map(|url| url.trim_end_matches('/')),
            Some(address.trim_end_matches('/'))
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_chosen_is_told_beside_the_field_and_another_person_sees_nothing() {
    let office = Office::open().await;
    office.is_refused(office.form(IMPORT, IMPORT).await, "Choose a file").await;
    let form = office.form(IMPORT, IMPORT).await.attach("empty.md", b"# Only a title\n");
    let page = office.ines.send(form).await;
    assert_eq!(page.status, 422);
    page.must_say("It has no text besides its title.");
    let form = office.form(IMPORT, IMPORT).await.attach("a.md", b"# A\n\nB");
    let (_, form) = looks(&office, form).await;
    let omar = Browser::sign_in(&office.app, &office.app.admin("Omar").await).await;
    assert_eq!(omar.get(&form.action).await.status, 404);
    let elsewhere = format!("{}/deletion", form.action);
    office.saves(form.press_towards(&elsewhere), "Nothing was stored.").await;
    assert!(stored(&office).await.is_empty());
}

/// A site with a menu, two pages, a page that is gone, a file, one that is kept from programs, and a way out.
fn a_site() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let page = |title: &str, text: &str| {
        let menu = "<nav>Menu <a href=/delivery>Delivery</a> <a href=/gone>Gone</a> <a href=/data>Data</a> <a href=/staff>Staff</a> \
                    <a href=https://elsewhere.example/>Elsewhere</a> <a href=/away>Away</a></nav>";
        let html =
            format!("<html lang=en><title>{title} | Lumen</title>{menu}<main><h1>{title}</h1><p>{text}</p></main>");
        HttpResponse::Ok().content_type("text/html; charset=utf-8").body(html)
    };
    let server = HttpServer::new(move || {
        App::new()
            .route("/help", web::get().to(move || async move { page("Returns", "Within 30 days, unused.") }))
            .route("/delivery", web::get().to(move || async move { page("Delivery", "It takes two days.") }))
            .route("/staff", web::get().to(move || async move { page("Staff", "Only for those who work here.") }))
            .route(
                "/robots.txt",
                web::get().to(|| async {
                    HttpResponse::Ok().content_type("text/plain").body("User-agent: *\nDisallow: /staff")
                }),
            )
            .route(
                "/data",
                web::get().to(|| async { HttpResponse::Ok().content_type("application/octet-stream").body("x") }),
            )
            .route(
                "/away",
                web::get().to(|| async {
                    HttpResponse::Found().insert_header(("Location", "http://localhost:9/x")).finish()
                }),
            )
    });
    let server = server.workers(1).disable_signals().listen(listener).expect("listening").run();
    tokio::spawn(server);
    format!("http://{address}")
}
