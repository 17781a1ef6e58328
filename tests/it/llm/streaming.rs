//! What is shown while a model writes, and what is stored in the end.

use baton::desk::reply::Reply;
use baton::handoff::event::Entry;
use baton::handoff::{AgentId, Author, Epoch, MessageId, Owner, Seq};
use baton::realtime::{Hint, Subscription};
use baton::store::timeline::Delivery;
use serde_json::json;
use uuid::Uuid;

use super::shop::{PROTOCOLS, Shop};
use crate::support::{Behave, ModelServer, Protocol, reply, turn};

/// What a widget shows of the message that is being written.
#[derive(Default)]
struct Shown {
    text: String,
    flushes: usize,
    taken_back: usize,
}

impl Shown {
    fn take(&mut self, hint: Hint) {
        match hint {
            Hint::Delta { offset, text, .. } => {
                assert_eq!(offset, self.text.chars().count(), "every flush goes on where the last one ended");
                self.text.push_str(&text);
                self.flushes += 1;
            }
            Hint::DeltaCancelled { .. } => {
                self.text.clear();
                self.taken_back += 1;
            }
            _ => {}
        }
    }

    /// Looks until so many bytes are shown.
    async fn look_until(&mut self, bytes: usize, hints: &mut Subscription) {
        while self.text.len() < bytes {
            let hint = tokio::time::timeout(std::time::Duration::from_secs(20), hints.recv()).await;
            self.take(hint.expect("more words in time").expect("no lag"));
        }
    }

    /// Everything that has been published so far.
    async fn look(&mut self, hints: &mut Subscription) {
        while let Ok(Ok(hint)) = tokio::time::timeout(std::time::Duration::from_millis(50), hints.recv()).await {
            self.take(hint);
        }
    }
}

fn long() -> String {
    (1..=60).map(|day| format!("On day {day} the parcel moves on. ")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_is_shown_while_it_is_written_and_stored_as_shown() {
    for protocol in PROTOCOLS {
        let shop = Shop::open(protocol, [Behave::Pause(reply(&long()), 900)]).await;
        let mut hints = shop.app.desk().bus.subscribe_to(shop.maya.id());
        let mut shown = Shown::default();
        let telling = async {
            shop.server.pauses.notified().await;
            shown.look_until(300, &mut hints).await;
            assert!(shown.flushes > 3, "{}", shown.text);
            assert!(long().starts_with(&shown.text));
            shop.server.go_on.notify_one();
        };
        tokio::join!(shop.maya_says("How long does delivery take?"), telling);
        shown.look(&mut hints).await;
        assert_eq!(shop.ai_said().await, [shown.text.as_str()], "{protocol:?}");
        assert_eq!(shown.taken_back, 0);
    }
}

/// What ends the AI's ownership while it writes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    TakingOver,
    Writing,
    AskingForAPerson,
}

impl By {
    async fn end(self, shop: &Shop, ines: AgentId) {
        let (id, desk) = (shop.maya.id(), shop.app.desk());
        match self {
            Self::TakingOver => {
                let epoch = shop.record().await.core.epoch;
                desk.take_over(id, ines, epoch).await.expect("taken over");
            }
            Self::Writing => {
                let message = MessageId(Uuid::new_v4());
                let text = "Ines here.".into();
                let reply = Reply { agent: ines, message, text, attachments: Vec::new(), seen: None };
                desk.reply(id, reply).await.expect("sent");
            }
            Self::AskingForAPerson => drop(desk.ask_for_person(id).await.expect("asked")),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_takeover_in_the_middle_stops_the_reply_within_one_flush_and_what_was_shown_is_stored() {
    for protocol in PROTOCOLS {
        for by in [By::TakingOver, By::Writing, By::AskingForAPerson] {
            let shop = Shop::open(protocol, [Behave::Pause(reply(&long()), 900)]).await;
            let ines = shop.app.agent("Ines").await.id;
            let mut hints = shop.app.desk().bus.subscribe_to(shop.maya.id());
            let mut shown = Shown::default();
            let began = shop.record().await.core.epoch;
            let takeover = async {
                shop.server.pauses.notified().await;
                shown.look_until(300, &mut hints).await;
                by.end(&shop, ines).await;
                shown.look(&mut hints).await;
                shop.server.go_on.notify_one();
                shown.flushes
            };
            let (_, before) = tokio::join!(shop.maya_says("How long does delivery take?"), takeover);
            shown.look(&mut hints).await;
            assert!(shown.flushes <= before + 1, "{by:?}: at most the flush that was on its way");
            assert_eq!(shown.taken_back, 0, "{by:?}: what was shown stays");
            assert!(long().starts_with(&shown.text) && shown.text.len() > 300);
            let said = shop.messages(Author::Ai).await;
            assert_eq!(said.iter().map(|message| message.text.as_str()).collect::<Vec<_>>(), [shown.text.as_str()]);
            assert_eq!((said[0].cut_off, said[0].epoch), (true, began), "{by:?}");
            assert!(matches!(said[0].delivery, Delivery::Sent | Delivery::Delivered), "{:?}", said[0].delivery);
            assert!(shop.record().await.core.owner.is_human());
            assert!(shop.usage().await.output_tokens > 0, "what was written was paid for all the same");
            assert_cut_off_before_the_handoff(&shop, &shown.text).await;
        }
    }
}

/// As the customer's side tells it: the words that stay, marked, and only then that somebody else goes on.
async fn assert_cut_off_before_the_handoff(shop: &Shop, words: &str) {
    let history = shop.maya.history().await;
    let of = |text: &str| history.iter().position(|item| item["content"]["text"] == text);
    let cut = of(words.trim_end()).or_else(|| of(words)).expect("what was shown");
    assert_eq!((&history[cut]["cutOff"], &history[cut]["canVote"]), (&json!(true), &json!(false)));
    assert!(history[cut + 1..].iter().all(|item| item["cutOff"].is_null()));
    let place = history[cut]["seq"].as_i64().expect("a place");
    let handed_off = shop.place_of(|entry| matches!(entry, Entry::HandedOff { .. })).await;
    assert_eq!(handed_off, Some(Seq(place + 1)), "the AI says nothing after its ownership has ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_who_takes_over_before_the_first_word_finds_nothing_of_the_ais() {
    let shop = Shop::open(Protocol::OpenAi, [Behave::Pause(reply(&long()), 1)]).await;
    let ines = shop.app.agent("Ines").await.id;
    let takeover = async {
        shop.server.pauses.notified().await;
        By::TakingOver.end(&shop, ines).await;
        shop.server.go_on.notify_one();
    };
    tokio::join!(shop.maya_says("How long does delivery take?"), takeover);
    assert!(shop.ai_said().await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_takeover_that_is_refused_does_not_stop_the_reply() {
    let shop = Shop::open(Protocol::OpenAi, [Behave::Pause(reply(&long()), 900)]).await;
    let ines = shop.app.agent("Ines").await.id;
    let refused = async {
        shop.server.pauses.notified().await;
        let old = Epoch(shop.record().await.core.epoch.0 - 1);
        assert!(shop.app.desk().take_over(shop.maya.id(), ines, old).await.is_err(), "an older picture");
        shop.server.go_on.notify_one();
    };
    tokio::join!(shop.maya_says("How long does delivery take?"), refused);
    let said = shop.messages(Author::Ai).await;
    assert_eq!((said.len(), said[0].text.as_str(), said[0].cut_off), (1, long().trim(), false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_that_breaks_off_is_taken_back_before_another_one_is_shown() {
    let whole = reply(&long());
    for trouble in [Behave::CutOff(whole.clone(), 900), Behave::Stall(whole.clone(), 900), Behave::BreakOff(whole, 900)]
    {
        let server = ModelServer::start(Protocol::OpenAi, [trouble]).await;
        let shop = Shop::with(server, Shop::HURRIED, |_| {}).await;
        let mut hints = shop.app.desk().bus.subscribe_to(shop.maya.id());
        shop.maya_says("How long does delivery take?").await;
        let mut shown = Shown::default();
        shown.look(&mut hints).await;
        assert_eq!((shown.text.as_str(), shown.taken_back), ("", 1));
        let said = shop.messages(Author::Ai).await;
        assert!(said.len() == 1 && !said[0].cut_off && said[0].text.contains("two to four working days"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_beside_a_wish_is_never_shown() {
    let wish = json!({ "reason": "upset", "explanation": "She waits since Monday." });
    let both = turn(&json!({ "handoff": wish, "reply": long() }));
    // The same object with the reply first: nobody can know yet that a wish follows.
    let reversed = format!("{{\"reply\":{},\"handoff\":{wish}}}", json!(long()));
    for answer in [both, reversed] {
        let shop = Shop::open(Protocol::OpenAi, [Behave::Say(answer)]).await;
        let mut hints = shop.app.desk().bus.subscribe_to(shop.maya.id());
        shop.maya_says("How long does delivery take?").await;
        let mut shown = Shown::default();
        shown.look(&mut hints).await;
        assert_eq!((shown.flushes, shop.owner().await), (0, Owner::Queue));
        assert_eq!(shop.messages(Author::System).await.len(), 1, "the server's words are the only ones");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_in_the_middle_of_a_reply_is_answered_with_it_in_mind() {
    let answers = [Behave::Pause(reply(&long()), 900), Behave::Say(reply("Six days to Norway."))];
    let shop = Shop::open(Protocol::OpenAi, answers).await;
    let mut hints = shop.app.desk().bus.subscribe_to(shop.maya.id());
    let mut sending = None;
    let again = async {
        shop.server.pauses.notified().await;
        let message = shop.maya.message(&Uuid::new_v4().to_string(), "To Norway, I mean");
        sending = Some(tokio::spawn(shop.maya.sending(&message).send()));
        while shop.messages(Author::Contact).await.len() < 2 {
            tokio::task::yield_now().await;
        }
        shop.server.go_on.notify_one();
    };
    tokio::join!(shop.maya_says("How long does delivery take?"), again);
    shop.app.while_draining(sending.expect("sent")).await.expect("no panic").expect("an answer");
    assert_eq!(shop.ai_said().await, ["Six days to Norway."]);
    let mut shown = Shown::default();
    shown.look(&mut hints).await;
    assert_eq!((shown.text.as_str(), shown.taken_back), ("Six days to Norway.", 1));
}
