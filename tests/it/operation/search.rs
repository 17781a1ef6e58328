//! `baton search`: what it answers, and what it says about lines that are wrong.

use std::process::Output;

use serde_json::Value;

use super::Program;

const PASSAGES: &str = r#"{"id": "delivery", "text": "A parcel takes two to four working days. Express parcels come the next day."}
{"id": "refunds", "text": "Once we have your return, the money goes back to the card you paid with within five days."}

{"id": "hours", "text": "The shop is open from Monday to Friday, nine to six, and closed on public holidays."}
{"id": "warranty", "text": "Every lamp has a warranty of three years. Bulbs are left out."}
"#;

fn search(passages: &str, questions: &str) -> Output {
    let program = Program::new();
    std::fs::write(program.path("passages.jsonl"), passages).expect("written");
    program.run_with_input(&["search", "--knowledge", "passages.jsonl"], questions)
}

fn answers(output: &Output) -> Vec<Value> {
    assert!(output.status.success(), "{}", complaint(output));
    let lines = std::str::from_utf8(&output.stdout).expect("UTF-8").lines();
    lines.map(|line| serde_json::from_str(line).expect("an object on each line")).collect()
}

fn complaint(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

#[test]
fn each_question_gets_a_line_with_its_passages_best_first() {
    let questions = r#"{"id": "q1", "text": "how long until my package gets here"}
{"id": "q2", "text": "Wann bekomme ich mein Geld zurück?"}
{"id": "q3", "text": "¿A qué hora abren?"}"#;
    let answers = answers(&search(PASSAGES, questions));
    let word = |value: &Value| value.as_str().expect("a word").to_owned();
    let best: Vec<_> =
        answers.iter().map(|answer| format!("{} {}", word(&answer["id"]), word(&answer["hits"][0]["id"]))).collect();
    assert_eq!(best, ["q1 delivery", "q2 refunds", "q3 hours"]);
    for answer in &answers {
        let scores: Vec<f64> = answer["hits"]
            .as_array()
            .expect("hits")
            .iter()
            .map(|hit| hit["score"].as_f64().expect("a score"))
            .collect();
        assert_eq!(scores.len(), 4);
        assert!(
            scores.is_sorted_by(|a, b| a >= b) && scores.iter().all(|score| (0.0..=1.0).contains(score)),
            "{scores:?}"
        );
    }
}

#[test]
fn what_no_passage_answers_is_not_answerable() {
    let questions = r#"{"id": "in", "text": "Do lamps have a warranty, and for how many years?"}
{"id": "out", "text": "who won the football match last night"}
{"id": "empty", "text": ""}
{"id": "noise", "text": "😀\u0000\u200b\\\\"}"#;
    let answers = answers(&search(PASSAGES, questions));
    let answerable: Vec<_> = answers.iter().map(|answer| answer["answerable"].as_bool().expect("yes or no")).collect();
    assert_eq!(answerable, [true, false, false, false]);
}

#[test]
fn the_order_of_passages_and_a_second_run_change_nothing() {
    let reversed: Vec<&str> = PASSAGES.lines().rev().collect();
    let question = r#"{"id": "q", "text": "can I get my money back on the card"}"#;
    let first = search(PASSAGES, question);
    assert_eq!(answers(&first), answers(&search(PASSAGES, question)));
    assert_eq!(answers(&first)[0]["hits"][0], answers(&search(&reversed.join("\n"), question))[0]["hits"][0]);
}

#[test]
fn a_question_that_can_not_be_read_is_answered_with_what_is_wrong() {
    let output =
        search(PASSAGES, "{\"id\": 7}\nnonsense\n{\"id\": 8, \"text\": \"when are you open\", \"lang\": \"en\"}");
    assert_eq!(output.status.code(), Some(1));
    let lines = std::str::from_utf8(&output.stdout).expect("UTF-8").lines();
    let lines: Vec<Value> = lines.map(|line| serde_json::from_str(line).expect("an object on each line")).collect();
    assert_eq!((lines.len(), &lines[0]["id"], &lines[2]["id"]), (3, &Value::from(7), &Value::from(8)));
    assert!(lines[0]["error"].as_str().expect("words").contains("standard input, line 1: missing field `text`"));
    assert_eq!(lines[2]["hits"][0]["id"], "hours");
    assert!(complaint(&output).contains("standard input, line 2: "), "{}", complaint(&output));
}

#[test]
fn a_wrong_line_is_named_with_what_to_do() {
    let question = r#"{"id": "q", "text": "hello"}"#;
    for (passages, questions, words) in [
        ("{\"id\": \"a\"}", question, "passages.jsonl, line 1: missing field `text`"),
        ("{\"id\": \"a\", \"text\": \"x\"}\nnonsense", question, "passages.jsonl, line 2: "),
        (
            "{\"id\": \"a\", \"text\": \"x\"}\n{\"id\": \"a\", \"text\": \"y\"}",
            question,
            "line 2: two passages have the id \"a\"",
        ),
        ("\n\n", question, "passages.jsonl has no passage."),
    ] {
        let output = search(passages, questions);
        assert_eq!(output.status.code(), Some(1), "{passages}");
        assert!(complaint(&output).contains(words), "{}", complaint(&output));
        assert!(complaint(&output).lines().count() == 1, "{}", complaint(&output));
    }
    let missing = Program::new().run(&["search", "--knowledge", "no-such.jsonl"]);
    assert!(complaint(&missing).contains("no-such.jsonl can not be read"), "{}", complaint(&missing));
}
