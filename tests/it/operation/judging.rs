//! `baton classify` and `baton eval`: the detectors from the outside.

use std::path::Path;

use serde_json::{Value, json};

use super::Program;

fn classify(lines: &str) -> (Vec<Value>, String, Option<i32>) {
    let output = Program::new().run_with_input(&["classify"], lines);
    let answers = String::from_utf8(output.stdout).expect("UTF-8");
    let answers = answers.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    (answers, String::from_utf8(output.stderr).expect("UTF-8"), output.status.code())
}

fn line(value: &Value) -> String {
    format!("{value}\n")
}

#[test]
fn every_line_gets_one_answer_in_order() {
    let lines = [
        json!({"id": "a", "text": "could I speak to one of your colleagues please"}),
        json!({"id": "b", "text": "what are your opening hours?", "topics": ["refund requests"]}),
        json!({"id": "c", "text": "Das ist eine Frechheit, ich warte seit drei Wochen!"}),
        json!({"id": "d", "text": "I want my money back", "topics": ["press enquiries", "refund requests"], "lang": "en"}),
        json!({"id": "e", "text": "", "turns": []}),
    ];
    let (answers, problems, code) = classify(&lines.iter().map(line).collect::<String>());
    assert_eq!((code, problems.as_str()), (Some(0), ""));
    let ids: Vec<&str> = answers.iter().map(|answer| answer["id"].as_str().expect("an id")).collect();
    assert_eq!(ids, ["a", "b", "c", "d", "e"]);
    let decided = |at: usize, what: &str| answers[at][what]["decided"].as_bool().expect("decided");
    assert!(decided(0, "human_request") && !decided(0, "frustration"));
    assert!(!decided(1, "human_request") && !decided(1, "topic"));
    assert!(decided(2, "frustration"));
    assert_eq!((&answers[2]["language"], &answers[2]["sentiment"]), (&json!("de"), &json!("angry")));
    assert!(decided(3, "topic"));
    assert_eq!(answers[3]["topic"]["phrase"], "refund requests");
    for answer in &answers {
        for what in ["human_request", "frustration", "no_progress", "topic"] {
            let p = answer[what]["p"].as_f64().expect("a probability");
            assert!((0.0..=1.0).contains(&p), "{answer}");
        }
    }
}

#[test]
fn what_was_said_before_counts() {
    let earlier = json!([
        {"role": "customer", "text": "Why does my lamp flicker?"},
        {"role": "assistant", "text": "Our lamps are made of oak."},
    ]);
    let again = json!({"id": "1", "text": "that doesn't help, why does the lamp flicker?", "turns": earlier});
    let first = json!({"id": "2", "text": "Why does my lamp flicker?"});
    let pair = json!({"id": "3", "text": "why is my lamp flickering?", "turns": [{"role": "customer", "text": "Why does my lamp flicker?"}]});
    let (answers, _, _) = classify(&[again, first, pair].iter().map(line).collect::<String>());
    let stuck: Vec<bool> =
        answers.iter().map(|answer| answer["no_progress"]["decided"].as_bool().expect("decided")).collect();
    assert_eq!(stuck, [true, false, true]);
}

#[test]
fn a_line_that_can_not_be_read_is_answered_with_what_is_wrong_and_so_are_the_others() {
    let lines =
        "{\"id\": \"1\", \"text\": \"hello\"}\nnonsense\n\n{\"id\": \"4\"}\n{\"id\": \"5\", \"text\": \"agent\"}\n";
    let (answers, problems, code) = classify(lines);
    assert_eq!(code, Some(1));
    assert_eq!(answers.len(), 4, "a line for each line that asks something");
    assert!(answers[1]["error"].as_str().expect("words").contains("line 2: ") && answers[1]["id"].is_null());
    assert!(answers[2]["error"].as_str().expect("words").contains("line 4: missing field `text`"));
    assert_eq!(answers[2]["id"], "4");
    assert!(answers[3]["human_request"]["decided"].as_bool().expect("decided"));
    assert!(problems.contains("line 2: ") && problems.contains("line 4: missing field `text`"), "{problems}");
    assert!(problems.contains("Each line is a JSON object like"), "it says what to do: {problems}");
    assert!(problems.contains("2 lines could not be answered"), "{problems}");
}

#[test]
fn what_is_left_out_or_null_or_more_than_asked_is_no_mistake() {
    let lines = [
        json!({"id": 7, "text": "agent", "turns": null, "topics": null, "lang": null}),
        json!({"id": "b", "text": "agent", "label": 1, "src": "somewhere"}),
        json!({"text": "agent"}),
    ];
    let (answers, problems, code) = classify(&lines.iter().map(line).collect::<String>());
    assert_eq!((code, problems.as_str()), (Some(0), ""));
    assert_eq!(
        answers.iter().map(|answer| answer["id"].clone()).collect::<Vec<_>>(),
        [json!(7), json!("b"), json!(null)]
    );
}

#[test]
fn an_answer_comes_before_the_next_question_is_written() {
    let answers = Program::new().talk(
        &["classify"],
        &[&line(&json!({"id": "1", "text": "hello"})), &line(&json!({"id": "2", "text": "agent"}))],
    );
    let answers: Vec<Value> = answers.iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((&answers[0]["id"], &answers[1]["id"]), (&json!("1"), &json!("2")));
}

#[test]
fn our_own_lines_are_judged_no_worse_than_agreed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/detection");
    let folder = folder.to_str().expect("a path in UTF-8");
    let output = Program::new().run(&["eval", folder, "--check"]);
    let table = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(output.status.success(), "{table}");
    assert!(table.contains("own lines: human request en F1"), "{table}");

    let figures = Program::new().run(&["eval", folder, "--json"]);
    let figures: Vec<Value> = serde_json::from_slice(&figures.stdout).expect("JSON");
    assert!(figures.len() >= 5 && figures.iter().all(|figure| figure["floor"].is_number()), "{figures:?}");
}

#[test]
fn a_folder_without_labelled_lines_is_an_error_that_says_what_is_missing() {
    let program = Program::new();
    let output = program.run(&["eval", "."]);
    assert_eq!(output.status.code(), Some(1));
    let words = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(words.contains("holds no labelled lines") && words.contains("human_request.jsonl"), "{words}");
}
