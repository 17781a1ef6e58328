//! One person, several customers: who proved the same address is one by itself, everybody else only if a person says so.

use std::sync::Arc;

use baton::handoff::{ContactId, ConversationId};
use baton::sandbox::mail::Draft;
use baton::sandbox::phones::Program;
use baton::store::channels::{self, Channel};
use baton::store::{contact_links, contacts, conversations};
use baton_adapters::contract::{Identity, InboundMessage};
use serde_json::json;

use super::line::Line;
use super::postbox::{MAYA, Postbox, draft};
use crate::support::{Browser, TestApp, TwoDays, Visitor};

const AT_WORK: &str = "maya@work.example";

async fn group(app: &TestApp, contact: ContactId) -> Vec<ContactId> {
    contact_links::group(app.desk().store.reader(), contact).await.expect("a group")
}

async fn owner(app: &TestApp, kind: &str, value: &str) -> ContactId {
    contacts::by_identity(app.desk().store.reader(), kind, value).await.expect("the store").expect("known").id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_customers_are_compared_merged_and_parted_again() {
    let mut postbox = Postbox::open(Arc::new(TwoDays)).await;
    postbox.maya("Lamp", "It is broken.").await;
    postbox.app.drain().await;
    let first = postbox.record().await;
    let other = Draft { subject: "Invoice".into(), text: "Please send it.".into(), ..draft("M. Lind", AT_WORK) };
    postbox.writes(other).await;
    postbox.app.drain().await;
    assert_eq!(postbox.records().await.len(), 2);
    let ines = postbox.app.admin("Ines").await;
    let browser = Browser::sign_in(&postbox.app, &ines).await;
    let thread = format!("/inbox/conversations/{}", first.number.0);

    assert!(browser.get(&format!("{thread}/merge?q=nobody")).await.says("Nobody else is found."));
    let found = browser.get(&format!("{thread}/merge?q={AT_WORK}")).await;
    found.must_say("M. Lind").must_say("1 conversation");
    let them = owner(&postbox.app, "email", AT_WORK).await;
    let preview = browser.get(&format!("{thread}/merge?with={them}")).await;
    preview.must_say("Both have proved different email addresses").must_say("Please send it.");
    let action = format!("{}/merge", thread.trim_start_matches("/inbox"));
    let page = browser.send_and_follow(preview.form(&action)).await;
    page.must_say("Merged. “Undo” is beside the customer.").must_say(AT_WORK).must_say("Please send it.");
    page.must_say("Merged M. Lind with Maya Lind").must_say("by Ines");
    assert_eq!(group(&postbox.app, them).await, [first.core.contact, them]);
    browser.get("/inbox/all").await.must_say("Maya Lind");

    // An answer from her other address belongs to the thread now, and can be sent to.
    let answer = postbox.inbox(MAYA).pop().expect("an answer");
    let from_work = Draft {
        subject: "Re: Lamp".into(),
        text: "At work.".into(),
        answers: answer.message_id,
        ..draft("Maya", AT_WORK)
    };
    postbox.writes(from_work.clone()).await;
    let texts: Vec<String> = postbox.said(first.core.id).await.into_iter().map(|message| message.text).collect();
    assert!(texts.contains(&"At work.".to_owned()), "{texts:?}");
    assert!(browser.get(&thread).await.html.contains(&format!("<option value=\"{AT_WORK}\"")));

    let link = contact_links::among(postbox.app.desk().store.reader(), &[them]).await.expect("links").remove(0);
    let undo = format!("{action}/{}/undo", link.id);
    let page = browser.send_and_follow(browser.get(&thread).await.form(&undo)).await;
    page.must_say("They are two customers again.");
    assert!(!page.html.contains(&undo));
    assert_eq!(group(&postbox.app, them).await, [them]);
    assert_eq!(browser.post(&undo, &[]).await.status, 404, "it is undone once");
    postbox.app.drain().await;
    postbox.hang_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_visitor_claims_merges_nobody_and_is_only_pointed_out() {
    let mut postbox = Postbox::open(Arc::new(TwoDays)).await;
    postbox.maya("Lamp", "It is broken.").await;
    postbox.app.drain().await;
    let maya = owner(&postbox.app, "email", MAYA).await;
    postbox.app.channel().await;
    let mut visitor = Visitor::new(&postbox.app);
    let created =
        visitor.post("/contact/create-unverified", &json!({ "email": MAYA })).send().await.expect("an answer");
    let created: serde_json::Value = created.json().await.expect("JSON");
    visitor.token = Some(created["token"].as_str().expect("a token").to_owned());
    visitor.begin().await;
    let session: ConversationId = visitor.session.parse().expect("an id");
    let record = conversations::find(postbox.app.desk().store.reader(), session).await.expect("the store");
    let record = record.expect("a conversation");
    assert_ne!(record.core.contact, maya);
    assert_eq!(group(&postbox.app, record.core.contact).await.len(), 1);

    let ines = postbox.app.admin("Ines").await;
    let browser = Browser::sign_in(&postbox.app, &ines).await;
    let thread = format!("/inbox/conversations/{}", record.number.0);
    let page = browser.get(&thread).await;
    page.must_say("they have not proved it").must_say("This is the first.");
    let preview = browser.get(&format!("{thread}/merge?with={maya}")).await;
    preview.must_say("has proved nothing");

    // Even merged, the visitor's token opens nothing but what the visitor said.
    let action = format!("{}/merge", thread.trim_start_matches("/inbox"));
    browser.send_and_follow(preview.form(&action).set("lead", "other")).await.must_say("It is broken.");
    let sessions: serde_json::Value =
        visitor.get("/sessions").send().await.expect("an answer").json().await.expect("JSON");
    assert!(!sessions.to_string().contains("It is broken."), "{sessions}");
    let other = postbox.records().await.into_iter().find(|other| other.core.contact == maya).expect("the mail's");
    let theirs = visitor.get(&format!("/session/history/{}", other.core.id)).send().await.expect("an answer");
    assert!(theirs.status().is_client_error(), "{}", theirs.status());
    postbox.app.drain().await;
    postbox.hang_up().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_proved_the_same_number_is_one_person_by_themselves() {
    let line = Line::open(Program::Whatsapp, false).await;
    let db = line.app.desk().store.reader();
    let channel: Arc<Channel> = Arc::new(channels::all(db).await.expect("channels").remove(0));
    let says = async |id: &str, from: Identity, also: &[Identity]| {
        let mut message = InboundMessage::new(id, from, "Hello");
        message.also = also.to_vec();
        line.app.desk().take_message(&channel, message).await.expect("stored").record.core.contact
    };
    // She texts, and is known by her number; she writes on WhatsApp, which tells no number yet.
    let texts = says("a", Identity::new("phone", "+15550100142"), &[]).await;
    let chats = says("b", Identity::new("whatsapp", "US.77"), &[]).await;
    assert_ne!(texts, chats);
    assert_eq!(group(&line.app, chats).await.len(), 1);
    // Then it does.
    says("c", Identity::new("whatsapp", "US.77"), &[Identity::new("phone", "+15550100142")]).await;
    assert_eq!(group(&line.app, chats).await, [texts, chats]);
    let link = contact_links::among(db, &[chats]).await.expect("links").remove(0);
    assert_eq!((link.by, link.why.as_str()), (None, "both proved +15550100142"));
    // Somebody else's number joins nobody.
    let other = says("d", Identity::new("whatsapp", "US.78"), &[Identity::new("phone", "+15550100199")]).await;
    assert_eq!(group(&line.app, other).await, [other]);
    line.settle().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn merging_twice_keeps_who_stands_for_whom_and_undoing_the_first_leaves_the_second() {
    let line = Line::open(Program::Sms, false).await;
    let ines = line.app.admin("Ines").await;
    let mut people = Vec::new();
    for number in ["+15550100001", "+15550100002", "+15550100003"] {
        line.writes(number, "Hello", Vec::new());
        line.settle().await;
        people.push(owner(&line.app, "phone", number).await);
    }
    let [a, b, c] = people[..] else { panic!("three") };
    let (desk, db, id) = (line.app.desk(), line.app.desk().store.reader(), line.id().await);
    desk.merge_contacts(id, (a, b), ines.id).await.expect("merged");
    desk.merge_contacts(id, (b, c), ines.id).await.expect("merged");
    assert!(desk.merge_contacts(id, (a, c), ines.id).await.is_err(), "they are one already");
    assert_eq!(contact_links::root(db, a).await.expect("a root"), c);
    let of_b = contact_links::among(db, &[b]).await.expect("links").remove(0);
    desk.undo_merge(id, of_b.id, ines.id).await.expect("undone");
    assert_eq!((group(&line.app, c).await, group(&line.app, a).await), (vec![c], vec![b, a]));
    let erased = desk.erase_contact(a).await.expect("erased");
    assert_eq!(erased, 2, "who was merged is erased together");
    line.settle().await;
}
