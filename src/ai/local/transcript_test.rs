//! Whole turns against the shop's articles: what a customer would really read.

use std::sync::Arc;

use super::cast::{Paper, dialogue, shop_library, turn};
use super::{LocalAssistant, phrases};
use crate::ai::assistant::{Assistant, TurnDraft};
use crate::ai::signals::language::Language;
use crate::handoff::event::Sentiment;

fn draft(lines: &[&str]) -> TurnDraft {
    LocalAssistant::new(Arc::new(shop_library())).compose(&turn(dialogue(lines)))
}

fn text(draft: &TurnDraft) -> String {
    draft.reply.as_ref().map(|reply| reply.text.clone()).unwrap_or_default()
}

fn source(draft: &TurnDraft) -> Option<String> {
    draft.reply.as_ref().and_then(|reply| reply.sources.first()).map(|source| source.title.clone())
}

/// What Maya reads, for judging by eye with `--nocapture`.
fn show(question: &str, draft: &TurnDraft) {
    let origin = source(draft).or_else(|| draft.wish.clone()).unwrap_or_default();
    println!("Maya: {question}\n  AI ({:.2}, {origin}): {}\n", draft.confidence, text(draft));
}

#[test]
fn unscripted_questions_read_like_a_help_desk() {
    let questions = [
        ("hey, are you open on saturdays?", "Saturday from 10:00 to 17:00"),
        ("how long till my lamp gets here", "2 to 4 working days"),
        ("whats the shipping cost for a table?", "39 euros"),
        ("can i send back a lamp i dont like", "return"),
        ("my lamp arrived broken :(", "Report damage"),
        ("when do I get my money back", "3 working days"),
        ("do you take paypal", "PayPal"),
        ("the light keeps flickering, what can i do?", "Screw the bulb in firmly"),
        ("red wine on my oak table!!", "mild soap"),
        ("do you deliver to switzerland?", "Switzerland and Norway"),
        ("I typed the wrong adress in my order", "delivery address"),
        ("is there a guarantee on chairs?", "5 years"),
        ("which bulb do i need for a floor lamp", "E27"),
        ("do you sell garden hoses", "could not find"),
        ("Is the Halo pendant dimmable?", "are dimmable"),
        ("are you a real person?", "not a person"),
    ];
    let mut wrong = Vec::new();
    for (question, expected) in questions {
        let draft = draft(&[question]);
        show(question, &draft);
        if !text(&draft).contains(expected) {
            wrong.push(question);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_follow_up_leans_on_the_question_before() {
    let draft = draft(&["When are you open?", "Monday to Friday from 10:00 to 18:30.", "and on Sunday?"]);
    show("and on Sunday?", &draft);
    assert!(text(&draft).contains("closed on Sundays"));
}

#[test]
fn a_remark_left_standing_is_not_part_of_the_next_question() {
    for lines in [
        &["The round one.", "Maya: Can the floor lamps be dimmed?"][..],
        &["Hello", "Hi!", "Ines: Which one do you mean?", "The round one.", "Maya: Can the floor lamps be dimmed?"],
    ] {
        let draft = draft(lines);
        show("Can the floor lamps be dimmed?", &draft);
        assert_eq!((source(&draft).as_deref(), draft.wish.as_deref()), (Some("Bulbs and dimming"), None));
    }
}

#[test]
fn two_questions_in_one_get_both_answers() {
    let one_article = draft(&["How long does a delivery take? And what does it cost?"]);
    show("How long does a delivery take? And what does it cost?", &one_article);
    assert!(text(&one_article).contains("2 to 4 working days") && text(&one_article).contains("4.90 euros"));
    let two_articles = draft(&["how can I pay and how long do refunds take?"]);
    show("how can I pay and how long do refunds take?", &two_articles);
    assert_eq!(two_articles.reply.map(|reply| reply.sources.len()), Some(2));
}

#[test]
fn one_word_is_answered_from_the_article_of_that_name() {
    for (word, title) in
        [("refund", "Refunds"), ("returns", "Returns and exchanges"), ("delivery", "Delivery times and cost")]
    {
        let draft = draft(&[word]);
        show(word, &draft);
        assert_eq!(source(&draft).as_deref(), Some(title));
    }
}

#[test]
fn what_no_article_answers_becomes_a_wish_and_an_honest_word() {
    let draft = draft(&["Do you also rent out wedding tents?"]);
    assert!(draft.wish.is_some_and(|wish| wish.contains("wedding tents")));
}

#[test]
fn nothing_to_look_for_is_asked_about_once() {
    let first = draft(&["it does not do it"]);
    assert!(first.wish.is_none());
    let asked = text(&first);
    assert!(draft(&["it does not do it", &asked, "what do you mean"]).wish.is_some());
}

#[test]
fn a_chosen_article_answers_the_question_that_was_asked() {
    let draft = draft(&[
        "what does it cost",
        "Do you mean **Delivery times and cost** or **Returns and exchanges**?",
        "the second",
    ]);
    show("the second", &draft);
    assert_eq!(source(&draft).as_deref(), Some("Returns and exchanges"));
    assert!(text(&draft).contains("29 euros"));
}

#[test]
fn after_a_hand_back_the_people_are_quoted_by_name() {
    let before = [
        "My shade is broken",
        "Sorry!",
        "I want a person",
        "Ines: Hello Maya! I have sent you a new shade today. It will be with you on Tuesday.",
    ];
    let ask = |question| draft(&[&before[..], &[question]].concat());
    assert!(text(&ask("so when will it arrive?")).contains("Ines wrote: “"));
    assert!(text(&ask("so when will it arrive?")).contains("Tuesday"));
    assert!(text(&ask("What did Ines say?")).contains("new shade"));
    assert_eq!(source(&ask("Which bulb fits a floor lamp?")).as_deref(), Some("Bulbs and dimming"));
}

#[test]
fn thanks_to_a_person_are_no_question_and_the_next_question_is_answered() {
    let before =
        ["Where is my lamp?", "Ines: I have put it on my list for Thursday.", "Thank you Ines, Thursday is fine."];
    let silent = draft(&before);
    assert!(silent.wish.is_none() && source(&silent).is_none(), "{silent:?}");
    let asked = [before.as_slice(), &["Maya: How can I pay?"]].concat();
    assert!(text(&draft(&asked)).contains("PayPal"), "{}", text(&draft(&asked)));
}

#[test]
fn f9_evidence_from_before_a_hand_back_does_not_count_again() {
    let history = [
        "This is ridiculous, get me a human!!",
        "Sorry.",
        "useless bot",
        "Ines: Solved, have a good day.",
        "thanks, which bulb fits a floor lamp?",
    ];
    let signals = draft(&history).signals;
    assert!(!signals.human_request.decided && !signals.frustration.decided && !signals.no_progress.decided);
}

#[test]
fn people_are_never_offered_where_there_are_none() {
    let mut context = turn(dialogue(&["are you a bot?"]));
    context.handoff_offered = false;
    let assistant = LocalAssistant::new(Arc::new(shop_library()));
    let honest = text(&assistant.compose(&context));
    assert_eq!(honest, "I am the automated assistant of Lumen & Oak, not a person.");
    context.history = dialogue(&["I want a human"]);
    assert!(text(&assistant.compose(&context)).contains("cannot pass you on"));
}

#[test]
fn a_draft_for_a_colleague_answers_what_was_asked_beside_the_wish_for_a_person() {
    let lines = ["I want to talk to a human", "how long does delivery of a lamp take?"];
    let mut context = turn(dialogue(&lines[..1]));
    context.history.push(crate::ai::assistant::Said { text: lines[1].into(), ..context.history[0].clone() });
    let assistant = LocalAssistant::new(Arc::new(shop_library()));
    assert!(!text(&assistant.compose(&context)).contains("working days"), "the customer is not answered but passed on");
    context.for_colleague = true;
    assert!(text(&assistant.compose(&context)).contains("2 to 4 working days"));
}

#[test]
fn an_answer_in_another_language_says_so() {
    let draft = draft(&["Wie lange dauert die Lieferung einer Lampe?"]);
    show("Wie lange dauert die Lieferung einer Lampe?", &draft);
    assert_eq!(draft.language.as_deref(), Some("de"));
    assert!(text(&draft).starts_with("Dazu habe ich etwas in einer anderen Sprache gefunden:"), "{}", text(&draft));
}

#[test]
fn anger_is_seen_and_not_taken_for_a_question() {
    let draft = draft(&["This is ridiculous!! You are useless"]);
    assert_eq!(draft.sentiment, Sentiment::Angry);
    assert!(draft.signals.frustration.decided);
}

#[test]
fn a_file_without_words_is_asked_about_once() {
    let assistant = LocalAssistant::new(Arc::new(shop_library()));
    let with_file = |lines: &[&str]| {
        let mut history = dialogue(lines);
        history.last_mut().unwrap().has_files = true;
        assistant.compose(&turn(history))
    };
    let first = with_file(&["hi", "Hello! How can I help you?", ""]);
    assert_eq!((text(&first).as_str(), &first.wish), (phrases::of(None).file, &None));
    let second = with_file(&["", phrases::of(None).file, ""]);
    assert_eq!(second.wish.as_deref(), Some("The customer sent a file without saying what about"));
    let german = with_file(&["Hallo, ich habe eine Frage", "Gern.", ""]);
    assert_eq!(text(&german), phrases::of(Some(Language::De)).file);
    let captioned = with_file(&["how do i oil this table?"]);
    assert_eq!(source(&captioned).as_deref(), Some("Care for oak"), "words are answered whatever came with them");
}

#[tokio::test]
async fn an_answer_comes_whole_and_nothing_is_streamed() {
    let assistant = LocalAssistant::new(Arc::new(shop_library()));
    for words in ["Which bulb fits a floor lamp?", "I want a human"] {
        let paper = Paper::default();
        let draft = assistant.draft(&turn(dialogue(&[words])), &paper).await.unwrap();
        assert!(draft.reply.is_some() || draft.wish.is_some());
        assert!(paper.text.lock().unwrap().is_empty());
    }
}

/// What stands before the conversation in docs/conversation.md.
const DOCUMENT_OPENS: &str = "# Ten questions, no key, no network

What the built-in assistant says with the demo shop’s thirteen articles and nothing else: no language model, no network. The questions are asked
in one conversation, as a customer would, typos included. A test asks them and compares every word with this page
(`src/ai/local/transcript_test.rs`), so this is what Baton says today, not what it once said on a good day. A title in brackets is the article
the answer stands in.
";

/// `BATON_TEST_WRITE=1` writes the page again.
#[test]
fn the_documented_conversation_is_what_is_said_today() {
    let questions = [
        "hi! are you open on saturdays?",
        "how long till a floor lamp gets here if i order today",
        "and to switzerland?",
        "can i pay with paypal",
        "which bulb do i need for it",
        "red wine on my oak table!! what now",
        "do you also sell garden hoses",
        "what if i dont like the lamp, can i send it back",
        "when would I get my money back then",
        "ok thanks. can I talk to somebody about a bigger order?",
    ];
    let mut lines: Vec<String> = Vec::new();
    let mut page = DOCUMENT_OPENS.to_owned();
    for question in questions {
        lines.push(question.to_owned());
        let draft = draft(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        let answer = if draft.signals.human_request.decided {
            "*(asks for a person: the conversation is handed off, and the server's own notice says so)*".to_owned()
        } else {
            let origin = source(&draft).map(|title| format!(" [{title}]")).unwrap_or_default();
            text(&draft) + &origin
        };
        page += &format!("\n**Maya:** {question}\n\n**Baton:** {answer}\n");
        lines.push(answer);
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/conversation.md");
    if std::env::var_os("BATON_TEST_WRITE").is_some() {
        std::fs::write(file, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(file).unwrap(), page, "run this test with BATON_TEST_WRITE=1 and read the page");
}
