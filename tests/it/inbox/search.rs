//! Finding a conversation.

use sea_orm::ConnectionTrait as _;
use serde_json::json;

use super::Inbox;
use super::lists::rows;
use crate::support::{Page, Visitor};

impl Inbox {
    /// A conversation of Maya's and one of somebody else's.
    async fn two() -> Self {
        let inbox = Self::answered().await;
        inbox.maya_is("Maya O'Neill", "maya@shop.example", json!({})).await;
        let somebody = Visitor::arrive(&inbox.app).await;
        somebody.say(&inbox.app, "A human, please").await;
        inbox
    }

    async fn finds_nothing(&self, queries: &[String]) {
        let mut wrong = Vec::new();
        for query in queries {
            let page = self.search(query).await;
            if page.status != 200 || !rows(&page).is_empty() {
                wrong.push((query.chars().take(20).collect::<String>(), page.status, rows(&page)));
            }
        }
        assert_eq!(wrong, []);
    }

    async fn search(&self, query: &str) -> Page {
        let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", query).finish();
        self.ines.get(&format!("/inbox/search?{query}")).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_is_found_by_words_name_address_and_number() {
    let inbox = Inbox::two().await;
    let number = inbox.number.to_string();
    for query in
        ["deliver", "when do you", "Maya", "O'Neill", "maya@shop", " shop.example ", &format!("#{number}"), &number]
    {
        let page = inbox.search(query).await;
        assert_eq!((page.status, rows(&page)), (200, vec![inbox.number]), "{query}");
        page.must_say(query.trim());
    }
    inbox.search("").await.must_say("Search every conversation");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn capital_letters_make_no_difference_to_a_search() {
    let inbox = Inbox::two().await;
    for query in ["DELIVER", "maya o'neill", "MAYA", "Maya@Shop.Example"] {
        assert_eq!(rows(&inbox.search(query).await), [inbox.number], "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_sign_means_anything_but_itself_in_a_search() {
    let inbox = Inbox::two().await;
    let signs = ["\"", "*", "AND OR NOT", "'; DROP TABLE messages; --", "(", "a & !b", "-1", "99999999999999999999"];
    inbox.finds_nothing(&signs.map(str::to_owned)).await;
    inbox.finds_nothing(&["%", "_", "m_ya", "\\"].map(str::to_owned)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_for_what_no_text_holds_finds_nothing_and_breaks_nothing() {
    let inbox = Inbox::two().await;
    inbox.finds_nothing(&["\u{202e}".to_owned(), "x".repeat(4_000), "x ".repeat(2_000)]).await;
    assert_eq!(inbox.search("Maya\u{0}").await.status, 200);
    inbox.finds_nothing(&["\u{0}".to_owned()]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_after_a_search_is_found_by_the_next_one() {
    let inbox = Inbox::two().await;
    assert_eq!(rows(&inbox.search("umbrella").await), [0; 0]);
    inbox.maya.say(&inbox.app, "And where is my umbrella?").await;
    assert_eq!(rows(&inbox.search("umbrel").await), [inbox.number]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_index_stays_whole_when_messages_go_before_and_after_they_are_in_it() {
    let inbox = Inbox::two().await;
    let store = &inbox.app.desk().store;
    if store.is_postgres() {
        return;
    }
    let run = async |sql: &str| {
        let tx = store.begin().await.expect("a transaction");
        tx.execute_unprepared(sql).await.expect("done");
        tx.commit().await.expect("committed");
    };
    let indexed = "(SELECT pk FROM search_progress WHERE name = 'messages')";
    assert_eq!(rows(&inbox.search("deliver").await), [inbox.number]);
    inbox.maya.say(&inbox.app, "I want an umbrella").await;
    run(&format!("UPDATE messages SET text = 'I want a parasol' WHERE pk > {indexed}")).await;
    run(&format!("DELETE FROM messages WHERE pk = {indexed}")).await;
    assert_eq!(rows(&inbox.search("parasol").await), [inbox.number]);
    run("UPDATE messages SET text = 'Nothing' WHERE text = 'I want a parasol'").await;
    inbox.finds_nothing(&["parasol".to_owned(), "umbrella".to_owned()]).await;
    run("INSERT INTO messages_search(messages_search, rank) VALUES ('integrity-check', 1)").await;
}
