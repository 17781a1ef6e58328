//! What `baton` says and does on the command line.

use std::net::TcpListener;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use baton::store::seal::MasterKey;
use baton::store::{Store, inbox};

use super::Program;
use crate::support::{Browser, PASSWORD, Page};

/// Longest time from being asked to stop to the end.
const STOP_MAX: Duration = Duration::from_secs(5);

fn said(output: &Output) -> String {
    let words = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    format!("{}{}", words(&output.stdout), words(&output.stderr))
}

fn key() -> String {
    MasterKey::generate().expect("a key")
}

#[test]
fn a_new_key_is_one_that_can_be_used() {
    let output = Program::new().run(&["doctor", "--new-key"]);
    assert!(output.status.success());
    let key = said(&output);
    MasterKey::parse(key.trim()).expect("a usable key");
    assert_ne!(said(&Program::new().run(&["doctor", "--new-key"])), key, "every key is another");
    let doctor = Program::new().with("BATON_MASTER_KEY", key.trim()).run(&["doctor"]);
    assert!(said(&doctor).contains("The master key has the right form."), "{}", said(&doctor));
    assert!(said(&doctor).contains("The sentence encoder runs on "), "{}", said(&doctor));
}

#[test]
fn the_doctor_names_what_is_wrong_and_fails() {
    let missing = Program::new().run(&["doctor"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(said(&missing).contains("wrong   BATON_MASTER_KEY is not set."), "{}", said(&missing));
    assert!(said(&missing).contains("baton doctor --new-key"), "and says what to do");

    let cut_off = Program::new().with("BATON_MASTER_KEY", "c2hvcnQ").run(&["doctor"]);
    assert_eq!(cut_off.status.code(), Some(1));
    assert!(said(&cut_off).contains("Was it cut off?"));

    for url in ["mysql://localhost/baton", "sqlite:no-such-folder/baton.db", "nonsense"] {
        let wrong = Program::new().with("BATON_MASTER_KEY", &key()).with("BATON_DATABASE_URL", url).run(&["doctor"]);
        assert_eq!(wrong.status.code(), Some(1), "{url}");
        assert!(said(&wrong).contains("wrong   Database:"), "{url}: {}", said(&wrong));
    }
    let setting = Program::new().with("BATON_TURN_WORKERS", "0").run(&["doctor"]);
    assert_eq!(setting.status.code(), Some(1));
    assert!(said(&setting).contains("turn_workers must be at least 1"), "{}", said(&setting));
}

#[test]
fn the_doctor_looks_and_touches_nothing() {
    let program = Program::new().with("BATON_MASTER_KEY", &key());
    program.run(&["doctor"]);
    assert_eq!(program.files(), Vec::<String>::new());
}

#[test]
fn a_backup_of_a_database_that_is_not_there_is_refused() {
    let program = Program::new();
    let output = program.run(&["backup", "copy.db"]);
    assert_eq!(output.status.code(), Some(1), "an empty copy would pass for a backup: {}", said(&output));
    assert_eq!(program.files(), Vec::<String>::new());
}

#[test]
fn a_password_of_the_database_is_never_printed() {
    // Whoever answers there hangs up.
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("postgres://baton:hush-hush@{}/baton", server.local_addr().expect("an address"));
    std::thread::spawn(move || server.incoming().for_each(drop));
    let program = Program::new().with("BATON_MASTER_KEY", &key()).with("BATON_DATABASE_URL", &url);
    for arguments in [["doctor"].as_slice(), &["migrate"]] {
        let output = program.run(arguments);
        assert_eq!(output.status.code(), Some(1));
        assert!(!said(&output).contains("hush-hush"), "{arguments:?}: {}", said(&output));
    }
}

#[test]
fn serving_without_a_key_is_refused_in_words() {
    let program = Program::new();
    let output = program.run(&["serve"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("BATON_MASTER_KEY is not set. Make one with `baton doctor --new-key`"));
    assert!(!program.path("baton.db").exists(), "nothing was begun");
    let port = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = port.local_addr().expect("an address").to_string();
    let output = Program::new().with("BATON_MASTER_KEY", &key()).with("BATON_LISTEN", &taken).run(&["serve"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains(&format!("can not listen on {taken}")), "{}", said(&output));
}

#[test]
fn the_command_line_takes_no_address_that_the_form_refuses() {
    let program = Program::new();
    let output = program.run_with_input(&["user", "theo", "--name", "Theo"], &format!("{PASSWORD}\n"));
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_added_on_the_command_line_can_sign_in() {
    let program = Program::new().with("BATON_MASTER_KEY", &key()).with("BATON_LISTEN", "127.0.0.1:0");
    let nameless = program.run_with_input(&["user", "theo@example.com"], &format!("{PASSWORD}\n"));
    assert_eq!(nameless.status.code(), Some(1));
    assert!(said(&nameless).contains("--name"), "{}", said(&nameless));
    let short = program.run_with_input(&["user", "theo@example.com", "--name", "Theo"], "short\n");
    assert_eq!(short.status.code(), Some(1));
    assert!(said(&short).contains("Use 10 to 200 characters."));
    let arguments = ["user", "Theo@Example.com", "--name", "Theo", "--role", "admin"];
    let added = program.run_with_input(&arguments, &format!("{PASSWORD}\n"));
    assert!(added.status.success(), "{}", said(&added));
    assert_eq!(said(&added), "Theo can sign in now.\n");

    let running = program.start(&["serve"]);
    let url = running.line("Baton listens on ");
    let theo = Browser::at(&url);
    assert_eq!(theo.try_sign_in("theo@example.com", PASSWORD).await.status, 303);
    assert_eq!(theo.get("/settings/channels").await.status, 200, "as an admin");
    let again = program.run_with_input(&["user", "THEO@example.com"], "oak and lumen\n");
    assert!(said(&again).contains("Theo has a new password and is signed out everywhere."), "{}", said(&again));
    assert_eq!(theo.get("/settings/channels").await.status, 303);
    assert_eq!(theo.try_sign_in("theo@example.com", "oak and lumen").await.status, 303);
    let (status, _) = running.terminate(STOP_MAX).await;
    assert_eq!(status, Some(0));
}

/// A copy made while the database is in use opens, and holds the conversations of an inbox's page.
async fn assert_copies(database: &Path, page: &Page) {
    let database = format!("sqlite:{}", database.display());
    let backup = Program::new().with("BATON_DATABASE_URL", &database);
    let copy = backup.path("copy.db");
    let output = backup.run(&["backup", "copy.db"]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("Keep the master key too"));
    assert_eq!(backup.run(&["backup", "copy.db"]).status.code(), Some(1), "a copy is never overwritten");
    let store = Store::open(&format!("sqlite:{}", copy.display())).await.expect("the copy opens");
    let waiting = inbox::page(store.reader(), inbox::View::Unassigned, None, 50).await.expect("a list");
    assert!(!waiting.is_empty());
    for row in waiting {
        assert!(page.html.contains(&format!("id=\"row-{}\"", row.number.0)), "the copy holds what is there");
    }
    store.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_shows_everything_is_backed_up_and_stops_while_somebody_looks() {
    let program = Program::new();
    let running = program.start(&["demo", "--port", "0", "--data", "data"]);
    let shop = running.line("Shop:").split_whitespace().next().expect("an address").to_owned();
    let inbox_url = running.line("Inbox:").split_whitespace().next().expect("an address").to_owned();
    let signing = running.line("Sign in as ");
    let (email, password) = signing.split_once(" with the password ").expect("an address and a password");
    let base = shop.strip_suffix("/shop").expect("the shop's page");
    assert_eq!(inbox_url, format!("{base}/inbox"));

    let ines = Browser::at(base);
    for (path, words) in [("/shop", "<html"), ("/widget.js", "widget"), ("/readyz", "ready")] {
        let page = ines.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.html.contains(words), "{path}");
    }
    assert_eq!(ines.try_sign_in(email, password).await.status, 303);
    let page = ines.get("/inbox/unassigned").await;
    assert!(page.html.contains("id=\"row-"), "somebody waits");
    let mut stream = ines.live("/inbox/live?view=unassigned").await;
    stream.until("patch", "nav-counts").await;

    assert_copies(&program.path("data/demo.db"), &page).await;

    let (status, took) = running.terminate(STOP_MAX).await;
    assert_eq!(status, Some(0), "it stopped in order");
    assert!(took < STOP_MAX);
    assert!(stream.ends().await);
    assert!(program.path("data/demo.db").exists(), "what was asked to be kept is kept");
}
