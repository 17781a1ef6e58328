//! What strangers write is text wherever it is shown.

use super::Inbox;
use crate::support::markup::tags;
use crate::support::{Page, Stream};

const HOSTILE: &str = "human <script>alert('x')</script><img src=x onerror=alert(1)> \" onmouseover=\"alert(1) \
                       [press](javascript:alert(2)) <style>*{display:none}</style>";

/// Nothing in it runs, and nothing in it is loaded from elsewhere.
#[track_caller]
fn assert_harmless(html: &str) {
    for tag in tags(html) {
        assert!(!matches!(tag.name, "style" | "iframe" | "object" | "embed"), "<{}> got through", tag.name);
        assert!(tag.name != "script" || tag.closing || tag.attribute("src").is_some(), "a script got through");
        for (name, value) in &tag.attributes {
            assert!(!name.to_lowercase().starts_with("on"), "{name} got through");
            let value = value.trim().to_lowercase();
            assert!(!value.starts_with("javascript:") && !value.starts_with("data:text"), "{name}={value}");
        }
    }
    assert!(!html.contains("<script>alert") && !html.contains("<img src=x"), "it is there unescaped");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hostile_message_is_harmless_in_row_thread_card_panel_and_stream() {
    let inbox = Inbox::answered().await;
    let custom = serde_json::json!({ "<script>alert(3)</script>": "\" onclick=\"alert(4)" });
    inbox.maya_is(HOSTILE, HOSTILE, custom).await;

    let live = format!("/inbox/live?view=all&conversation={}", inbox.number);
    let mut stream: Stream = inbox.ines.live(&live).await;
    inbox.maya.say(&inbox.app, HOSTILE).await;
    let handoff = stream.until("handoff", "").await;
    assert!(serde_json::from_str::<serde_json::Value>(&handoff).is_ok(), "JSON: {handoff}");
    assert_harmless(&stream.until("patch", &format!("row-{}", inbox.number)).await);

    let thread: Page = inbox.thread().await;
    thread.must_say("alert('x')");
    assert!(thread.html.contains(&format!("id=\"card-{}\"", inbox.number)), "the card is there");
    let pages = [
        thread,
        inbox.ines.get("/inbox/all").await,
        inbox.ines.get("/inbox/search?q=human").await,
        inbox.ines.get("/inbox/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E").await,
    ];
    for page in &pages {
        assert_eq!(page.status, 200);
        assert_harmless(&page.html);
    }
    let body = "<script>alert(1)</script><b onclick=alert(1)>bold</b>";
    let said = inbox.ines_does(inbox.form("messages").await.set("body", body)).await;
    assert_harmless(&said.html);
    said.must_say("bold");
    let refused = inbox.ines.send(inbox.form("messages").await.set("body", "x").attach(HOSTILE, b"<html>")).await;
    assert_eq!(refused.status, 422);
    assert_harmless(&refused.html);
}
