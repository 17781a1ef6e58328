//! Files that visitors send.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{TestApp, Visitor, ok, refused};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

async fn json_of(response: reqwest::Response) -> Value {
    assert!(response.status().is_success(), "{}", response.status());
    response.json().await.expect("JSON")
}

/// A file as a message names it, with an id of the widget's own making.
fn named(upload: &Value) -> Value {
    json!([{"id": Uuid::new_v4(), "name": "x", "size": 1, "type": "image/png", "url": upload["fileUrl"]}])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_travels_with_its_message_and_is_served_harmlessly() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let upload = json_of(maya.upload("../lamp <1>.png", PNG.to_vec()).await).await;
    assert_eq!(upload["fileName"], "lamp 1.png");
    assert_eq!(upload["type"], "image/png");
    assert_eq!(upload["size"], PNG.len());

    let mut message = maya.message(&Uuid::new_v4().to_string(), "");
    message["attachments"] = named(&upload);
    let again = message.clone();
    app.while_draining(ok(maya.sending(&message))).await;
    assert_eq!(ok(maya.sending(&again)).await["code"], "duplicate_message_ignored");
    let file = maya.history().await[0]["attachments"][0].clone();
    assert_eq!(file["id"], upload["id"]);
    assert_eq!(file["url"], upload["fileUrl"]);

    let served = app.http.get(upload["fileUrl"].as_str().expect("an address")).send().await.expect("a response");
    let header = |name: &str| served.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    assert_eq!(header("content-type"), "image/png");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
    assert!(header("content-disposition").starts_with("inline"));
    assert_eq!(served.bytes().await.expect("a body"), PNG);
    let forged = upload["fileUrl"].as_str().expect("an address").replace("/files/", "/files/0");
    assert_eq!(app.http.get(forged).send().await.expect("a response").status(), 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_browser_could_run_is_refused_whatever_it_is_called() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let page = b"<!doctype html><script>alert(1)</script>".to_vec();
    let polyglot = [b"GIF89a/*".as_slice(), &page, b"*/"].concat();
    for (name, content) in [
        ("page.html", page.clone()),
        ("page.png", page),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec()),
        ("photo.gif", polyglot),
        ("setup.exe", b"MZ\x90\0\x03\0\0\0".to_vec()),
        ("empty.png", Vec::new()),
    ] {
        let response = maya.upload(name, content).await;
        assert_eq!(response.status(), 422, "{name}");
        let body: Value = response.json().await.expect("JSON");
        assert!(body["message"].as_str().is_some_and(|words| words.contains("png")), "{body}");
    }
    refused(maya.post("/upload", &json!({"file": "x"})), 422).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_one_byte_too_large_is_refused() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let mut content = PNG.to_vec();
    content.resize(5_242_880, 0);
    assert!(maya.upload("fits.png", content.clone()).await.status().is_success());
    content.push(0);
    assert_eq!(maya.upload("large.png", content.clone()).await.status(), 413);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_belongs_to_its_contact_and_to_one_message() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    let omar = Visitor::arrive(&app).await;
    let upload = json_of(maya.upload("lamp.png", PNG.to_vec()).await).await;
    let with_file = |visitor: &Visitor, files: Value| {
        let mut message = visitor.message(&Uuid::new_v4().to_string(), "look");
        message["attachments"] = files;
        message
    };
    refused(omar.sending(&with_file(&omar, named(&upload))), 422).await;
    refused(maya.sending(&with_file(&maya, json!([{"id": Uuid::new_v4()}]))), 422).await;
    refused(maya.sending(&with_file(&maya, json!(vec![json!({"id": upload["id"]}); 11]))), 422).await;
    refused(maya.sending(&with_file(&maya, json!([{"url": "https://evil.example/x.png"}]))), 422).await;
    app.while_draining(ok(maya.sending(&with_file(&maya, json!([{"id": upload["id"]}]))))).await;
    refused(maya.sending(&with_file(&maya, named(&upload))), 422).await;
    assert_eq!(omar.history().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_uploads_have_to_wait() {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    for _ in 0..200 {
        if maya.upload("lamp.png", PNG.to_vec()).await.status() == 429 {
            return;
        }
    }
    panic!("nobody was made to wait");
}
