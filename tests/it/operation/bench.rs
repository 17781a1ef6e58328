//! `baton bench` measures what it says it measures. Sizes are tiny: the figures are for whoever runs it by hand.

use std::process::Output;

use serde_json::Value;

use super::Program;

/// Runs a measurement; its figures.
fn figures(program: &Program, arguments: &[&str]) -> Value {
    let output = program.run(&[&["bench"], arguments, &["--json"]].concat());
    assert!(output.status.success(), "{arguments:?}: {}", words(&output));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|why| panic!("only JSON, {why}: {}", words(&output)))
}

fn words(output: &Output) -> String {
    [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).concat()
}

fn number(figures: &Value, name: &str) -> f64 {
    figures[name].as_f64().unwrap_or_else(|| panic!("{name} is a number in {figures}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ingest_finds_every_acknowledged_message_and_names_its_yardstick() {
    let program = Program::new();
    // So many that none of them writes as fast as nobody may, however fast the machine is.
    let arguments = ["ingest", "--seconds", "1", "--connections", "4", "--customers", "64"];
    let figures = figures(&program, &arguments);
    assert!(number(&figures, "acknowledged") > 0.0);
    assert_eq!(figures["stored"], figures["acknowledged"]);
    assert_eq!(figures["errors"], 0, "{figures}");
    for name in ["per_second", "p50_ms", "p99_ms", "baseline_per_second", "ratio", "commit_p50_ms", "latency_ratio"] {
        assert!(number(&figures, name) > 0.0, "{name}");
    }
    let former = program.path("former.json");
    std::fs::write(&former, figures.to_string()).expect("written");
    let file = former.display().to_string();
    let without = ["ingest", "--seconds", "1", "--connections", "2", "--customers", "2", "--no-baseline"];
    let compared = self::figures(&program, &[&without[..], &["--compare", &file]].concat());
    assert!(number(&compared["compared"], "per_second") > 0.0, "{compared}");
    assert_eq!(compared["baseline_per_second"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn inbox_measures_each_page_at_each_size() {
    let arguments = ["inbox", "--seconds", "1", "--connections", "2", "--sizes", "20,40"];
    let figures = figures(&Program::new(), &arguments);
    let sizes = figures["sizes"].as_array().expect("sizes");
    assert_eq!(sizes.len(), 2);
    for (size, conversations) in sizes.iter().zip([20, 40]) {
        assert_eq!(size["conversations"], conversations);
        assert!(number(size, "messages") > 1_000.0, "one conversation has a thousand");
        for page in ["list", "open", "search"] {
            assert!(number(size, &format!("{page}_per_second")) > 0.0);
            assert!(number(size, &format!("{page}_p99_ms")) > 0.0);
        }
        assert!(number(size, "ready_ms") > 0.0 && number(size, "idle_mb") > 0.0);
    }
    assert!(number(&sizes[1], "list_growth") > 0.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn live_sees_every_message_on_every_screen() {
    let arguments =
        ["live", "--seconds", "1", "--connections", "4", "--customers", "6", "--agents", "3", "--rate", "20"];
    let figures = figures(&Program::new(), &arguments);
    assert_eq!((&figures["missed"], &figures["broken_streams"]), (&Value::from(0), &Value::from(0)), "{figures}");
    let messages = number(&figures, "messages");
    assert!(messages > 0.0);
    assert_eq!(number(&figures, "shown"), messages * 4.0, "the customer and three agents");
    assert!(number(&figures, "p99_ms") >= 0.0 && number(&figures, "from_send_p99_ms") > 0.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn story_plays_whole_handoffs() {
    let figures = figures(&Program::new(), &["story", "--seconds", "1", "--connections", "2"]);
    assert!(number(&figures, "stories") > 0.0);
    assert_eq!(figures["errors"], 0, "{figures}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deliver_counts_every_text_once() {
    let arguments = ["deliver", "--seconds", "1", "--waiting", "40", "--rate", "20"];
    let figures = figures(&Program::new(), &arguments);
    assert!(number(&figures, "delivered") > 0.0 && number(&figures, "deliveries_per_second") > 0.0, "{figures}");
    assert_eq!((&figures["repeated"], &figures["errors"]), (&Value::from(0), &Value::from(0)), "{figures}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fill_adds_to_what_is_there() {
    let program = Program::new();
    let database = format!("sqlite:{}", program.path("filled.db").display());
    let arguments = ["fill", "--database", &database, "--conversations", "30", "--messages-per-conversation", "2"];
    let first = figures(&program, &arguments);
    let second = figures(&program, &arguments);
    assert_eq!((&first["conversations"], &second["conversations"]), (&Value::from(30), &Value::from(30)));
    assert_eq!(number(&second, "long_conversation"), number(&first, "long_conversation") + 30.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_elsewhere_needs_a_widget_and_a_plain_address() {
    let program = Program::new();
    let refused = program.run(&["bench", "ingest", "--url", "http://127.0.0.1:9"]);
    assert!(!refused.status.success());
    assert!(words(&refused).contains("--url needs --widget"), "{}", words(&refused));
    let refused = program.run(&["bench", "ingest", "--url", "https://support.example", "--widget", "w"]);
    assert!(words(&refused).contains("give it as http://HOST:PORT"), "{}", words(&refused));
}
