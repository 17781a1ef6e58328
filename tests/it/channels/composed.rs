//! A mail as a person writes it: to whom, with a copy to whom, about what, signed or not; and the whole of the mail it answers.

use std::sync::Arc;

use baton::sandbox::mail::Draft;

use super::postbox::{MAYA, Postbox, SUPPORT, draft};
use crate::support::{Browser, Form, Page, TwoDays};

const OMAR: &str = "omar@work.example";

/// Maya has written, with a copy to Omar, and Ines looks at it.
async fn asked_with_a_copy() -> (Postbox, Browser, String) {
    let postbox = Postbox::open(Arc::new(TwoDays)).await;
    let cc = vec![OMAR.to_owned()];
    postbox
        .writes(Draft { cc, subject: "Lamp".into(), text: "It is broken.".into(), ..draft("Maya Lind", MAYA) })
        .await;
    postbox.app.drain().await;
    let ines = postbox.app.admin("Ines").await;
    let browser = Browser::sign_in(&postbox.app, &ines).await;
    let thread = format!("/inbox/conversations/{}", postbox.record().await.number.0);
    (postbox, browser, thread)
}

fn composer(page: &Page, thread: &str) -> Form {
    page.form(&format!("{}/messages", thread.trim_start_matches("/inbox")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_goes_to_everybody_who_got_the_question() {
    let (mut postbox, ines, thread) = asked_with_a_copy().await;
    let page = ines.get(&thread).await;
    page.must_say("Lumen, the lamp shop");
    assert!(page.html.contains(OMAR), "the thread says who got a copy");
    let form = composer(&page, &thread);
    assert_eq!((form.value("to"), form.value("cc"), form.value("subject")), (Some(MAYA), Some(OMAR), Some("Re: Lamp")));
    ines.send_and_follow(form.set("body", "A new one is on its way.")).await;
    postbox.app.drain().await;
    for address in [MAYA, OMAR] {
        let mail = postbox.inbox(address).pop().expect("a mail");
        assert_eq!((mail.subject.as_str(), mail.from.address.as_str()), ("Re: Lamp", SUPPORT));
        assert_eq!((mail.to[0].address.as_str(), mail.cc[0].address.as_str()), (MAYA, OMAR));
        assert!(mail.whole_text.contains("Lumen, the lamp shop"), "{}", mail.whole_text);
    }
    postbox.hang_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_answers_chooses_the_copies_the_subject_and_the_signature() {
    let (mut postbox, ines, thread) = asked_with_a_copy().await;
    let form = composer(&ines.get(&thread).await, &thread).set("body", "See the invoice.");
    let wrong = ines.send(form.clone().set("cc", "otto, omar@work.example")).await;
    assert_eq!(wrong.status, 422);
    wrong.must_say("“otto” under Cc is not an email address");
    let kept = composer(&wrong, &thread);
    assert_eq!((kept.value("cc"), kept.value("body")), (Some("otto, omar@work.example"), Some("See the invoice.")));
    let nowhere = ines.send(form.clone().forge("to", "otto@elsewhere.example")).await;
    nowhere.must_say("Choose one of the customer's addresses under To");

    let form = kept.set("cc", "otto@elsewhere.example").set("subject", "Your invoice").without("signature");
    let page = ines.send_and_follow(form).await;
    page.must_say("Your invoice").must_say("Copy to otto@elsewhere.example");
    postbox.app.drain().await;
    let mail = postbox.inbox(MAYA).pop().expect("a mail");
    assert_eq!((mail.subject.as_str(), mail.cc[0].address.as_str()), ("Your invoice", "otto@elsewhere.example"));
    assert!(!mail.whole_text.contains("Lumen, the lamp shop"), "{}", mail.whole_text);
    assert!(!mail.refers_to.is_empty(), "it stays in its thread");
    assert!(postbox.inbox(OMAR).iter().all(|mail| mail.from.address != SUPPORT), "Omar was taken out");
    // What was agreed on last is what the next answer begins with.
    let next = composer(&ines.get(&thread).await, &thread);
    assert_eq!((next.value("cc"), next.value("subject")), (Some("otto@elsewhere.example"), Some("Re: Your invoice")));
    postbox.hang_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_of_a_mail_is_shown_and_asks_nobody_for_pictures() {
    let mut postbox = Postbox::open(Arc::new(TwoDays)).await;
    let html = "<p>Is it <b>still</b> under warranty?</p><script>x()</script><img src=\"https://t.example/pixel.gif\">\
                <div class=\"gmail_quote\">On Monday you wrote:<blockquote>We are looking into it.</blockquote></div>";
    let raw = format!(
        "From: Maya Lind <{MAYA}>\r\nTo: {SUPPORT}\r\nSubject: Warranty\r\nMessage-ID: <w@c>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n"
    );
    postbox.post().deliver(MAYA, &[SUPPORT.into()], raw.as_bytes());
    postbox.until("it is there", || async { postbox.messages().await == 1 }).await;
    postbox.app.drain().await;
    let ines = postbox.app.admin("Ines").await;
    let browser = Browser::sign_in(&postbox.app, &ines).await;
    let thread = format!("/inbox/conversations/{}", postbox.record().await.number.0);
    let page = browser.get(&thread).await;
    assert!(!page.says("We are looking into it."), "what was quoted is not part of the message");
    let message = postbox.said(postbox.record().await.core.id).await.remove(0).id;
    let original = format!("{thread}/messages/{message}/original");
    assert!(page.html.contains(&original), "the thread leads there");
    browser.get(&original).await.must_say("Pictures from elsewhere are not loaded");
    let closed = browser.get(&format!("{original}/body")).await;
    closed.must_say("We are looking into it.");
    assert!(!closed.html.contains("t.example") && !closed.html.contains("x()"), "{}", closed.html);
    let policy = closed.header("content-security-policy");
    assert!(policy.contains("default-src 'none'; img-src data:;") && policy.contains("sandbox"), "{policy}");
    let open = browser.get(&format!("{original}/body?pictures=1")).await;
    assert!(open.html.contains("https://t.example/pixel.gif") && !open.html.contains("x()"), "{}", open.html);
    let elsewhere = format!("/inbox/conversations/9999/messages/{message}/original");
    assert_eq!(browser.get(&elsewhere).await.status, 404);

    // Erased with its conversation, like everything else.
    let record = postbox.record().await;
    postbox.app.desk().erase_contact(record.core.contact).await.expect("erased");
    let left = baton::store::attachments::of_conversation(postbox.app.desk().store.reader(), record.core.id).await;
    assert_eq!(left.expect("files").len(), 0);
    postbox.hang_up().await;
}
