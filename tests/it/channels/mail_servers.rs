//! Email against real servers: Dovecot and Postfix, which `tests/mail/servers.sh` starts and `bin/test` names in `BATON_TEST_MAIL`.
//! Without them these tests say so and pass.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use baton::handoff::{Author, Owner};
use baton::store::agents::Agent;
use baton::store::timeline::Delivery;
use baton_adapters::contract::{Channel as _, Credentials};
use baton_adapters::email::{Email, Letter, Mailbox, compose};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

use super::postbox::Postbox;
use crate::support::TwoDays;

const SUPPORT: &str = "support@shop.test";
const MAYA: &str = "maya@customer.test";

#[derive(Deserialize)]
struct Servers {
    imap: u16,
    smtp: u16,
    token_url: String,
    dir: String,
}

/// The servers, if this run has any.
fn servers() -> Option<Servers> {
    let named = std::env::var("BATON_TEST_MAIL").ok()?;
    Some(serde_json::from_str(&named).expect("BATON_TEST_MAIL as tests/mail/servers.sh writes it"))
}

impl Servers {
    fn settings(&self) -> Value {
        json!({
            "address": SUPPORT, "imap_host": "127.0.0.1", "imap_port": self.imap.to_string(), "imap_security": "none",
            "smtp_host": "127.0.0.1", "smtp_port": self.smtp.to_string(), "smtp_security": "none", "smtp_user": "-",
        })
    }

    fn with_token(&self, refresh: &str) -> (Value, Credentials) {
        let mut settings = self.settings();
        settings["login"] = "oauth".into();
        settings["oauth_token_url"] = self.token_url.clone().into();
        settings["oauth_client_id"] = "baton".into();
        (settings, Credentials::default().with("oauth_refresh_token", [refresh.into()]))
    }

    /// Gives a mail to Postfix, as another server would.
    async fn send(&self, from: &str, to: &str, subject: &str, text: &str, answers: Option<&str>) {
        let mailbox = |address: &str| Mailbox { name: String::new(), address: address.into() };
        let letter = Letter {
            from: Mailbox { name: "Maya Lind".into(), address: from.into() },
            to: vec![mailbox(to)],
            subject: subject.into(),
            message_id: format!("{}@customer.test", uuid::Uuid::new_v4().simple()),
            references: answers.map(|id| id.trim_matches(['<', '>']).to_owned()).into_iter().collect(),
            markdown: text.into(),
            loop_mark: "test".into(),
            ..Letter::default()
        };
        let raw = compose(&letter).expect("a mail").formatted();
        let stream = tokio::net::TcpStream::connect(("127.0.0.1", self.smtp)).await.expect("Postfix");
        let mut stream = BufReader::new(stream);
        let lines = ["EHLO test".to_owned(), format!("MAIL FROM:<{from}>"), format!("RCPT TO:<{to}>"), "DATA".into()];
        answer(&mut stream).await;
        for line in lines {
            stream.write_all(format!("{line}\r\n").as_bytes()).await.expect("written");
            answer(&mut stream).await;
        }
        stream.write_all(&raw).await.expect("written");
        stream.write_all(b"\r\n.\r\n").await.expect("written");
        answer(&mut stream).await;
    }

    /// Mails that lie in somebody's mailbox, as Dovecot stored them.
    fn mailbox(&self, address: &str) -> Vec<Vec<u8>> {
        let folders = ["new", "cur"].map(|name| format!("{}/mail/{address}/{name}", self.dir));
        let mut files: Vec<_> = folders
            .iter()
            .filter_map(|folder| std::fs::read_dir(folder).ok())
            .flatten()
            .flatten()
            .map(|e| e.path())
            .collect();
        files.sort();
        files.iter().filter_map(|file| std::fs::read(file).ok()).collect()
    }
}

async fn answer(stream: &mut BufReader<tokio::net::TcpStream>) {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.expect("an answer");
        assert!(line.starts_with('2') || line.starts_with('3'), "Postfix said {line:?}");
        if line.as_bytes().get(3) == Some(&b' ') {
            return;
        }
    }
}

/// What Python's reader of mail says of a mail.
fn read_by_python(raw: &[u8]) -> Value {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mail/headers.py");
    let started = Command::new("python3").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut reader = started.expect("python3");
    reader.stdin.take().expect("a pipe").write_all(raw).expect("written");
    let said = reader.wait_with_output().expect("an answer").stdout;
    serde_json::from_slice(&said).expect("JSON")
}

/// Everything against one pair of servers, in order, because they share the mailboxes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_servers_carry_the_story() {
    let Some(servers) = servers() else {
        println!("no real mail servers here: BATON_TEST_MAIL is not set");
        return;
    };
    let (settings, credentials) = servers.with_token("refresh");
    let mut postbox = Postbox::open_with(Arc::new(TwoDays), settings, credentials).await;
    story(&servers, &postbox).await;
    numbered_anew(&servers, &mut postbox).await;
    postbox.hang_up().await;
    refused_sign_ins(&servers, &postbox).await;
}

async fn story(servers: &Servers, postbox: &Postbox) {
    let before = servers.mailbox(MAYA).len();
    servers.send(MAYA, SUPPORT, "Delivery für Maya", "When does my lamp come?", None).await;
    postbox.until("IDLE brings the mail", || async { postbox.messages().await == 1 }).await;
    postbox.app.drain().await;
    postbox.until("Maya has the answer", || async { servers.mailbox(MAYA).len() > before }).await;
    let raw = servers.mailbox(MAYA).pop().expect("a mail");
    let read = read_by_python(&raw);
    assert_eq!(read["defects"], json!([]), "{read}");
    assert_eq!((&read["subject"], &read["to"]), (&json!("Re: Delivery für Maya"), &json!([MAYA])));
    assert_eq!(read["auto_submitted"], "auto-replied");
    assert_eq!(read["references"], json!([read["in_reply_to"]]), "{read}");
    assert!(read["plain"].as_str().is_some_and(|text| text.contains("We deliver in two days.")), "{read}");
    assert!(read["html"].as_str().is_some_and(|html| html.contains("<p>We deliver in two days.")), "{read}");

    let id = read["message_id"].as_str().expect("an id").to_owned();
    servers.send(MAYA, SUPPORT, "Re: Delivery für Maya", "A human, please", Some(&id)).await;
    postbox.until("the answer is in the thread", || async { postbox.messages().await >= 3 }).await;
    postbox.app.drain().await;
    let ines = postbox.app.agent("Ines").await;
    postbox.replies(ines.id, "Ines here, it left **today**.").await;
    let is_hers =
        || servers.mailbox(MAYA).iter().map(|raw| read_by_python(raw)).find(|read| read["auto_submitted"].is_null());
    postbox.until("Maya has Ines's answer", || async { is_hers().is_some() }).await;
    assert_eq!(is_hers().expect("a mail")["from"], json!([["Ines · Lumen", SUPPORT]]));
    answered_by_mail(servers, postbox, &ines).await;
    bounce(servers, postbox).await;
}

/// The newest mail in a mailbox with some words in it, as Python reads it.
fn with_words(servers: &Servers, address: &str, words: &str) -> Option<Value> {
    let mut all = servers.mailbox(address).into_iter().map(|raw| read_by_python(&raw));
    all.rfind(|read| read["plain"].as_str().is_some_and(|text| text.contains(words)))
}

/// Omar is given the conversation, gets it by mail, answers by replying from his own mailbox, and Maya gets that from the company.
async fn answered_by_mail(servers: &Servers, postbox: &Postbox, ines: &Agent) {
    let hers = with_words(servers, MAYA, "Ines here").expect("Ines's mail");
    let id = hers["message_id"].as_str().expect("an id").to_owned();
    let before = postbox.messages().await;
    servers.send(MAYA, SUPPORT, "Re: Delivery für Maya", "When will it be here?", Some(&id)).await;
    postbox.until("Maya's question is there", || async { postbox.messages().await > before }).await;
    postbox.app.drain().await;
    let omar = postbox.app.agent("Omar").await;
    postbox.app.desk().assign(postbox.record().await.core.id, ines.id, Some(omar.id)).await.expect("assigned");
    postbox.app.drain().await;
    postbox.letters().await;
    let letter = || with_words(servers, &omar.email, "When will it be here?");
    postbox.until("Omar has a letter", || async { letter().is_some() }).await;
    let letter = letter().expect("a letter");
    assert_eq!((&letter["defects"], &letter["to"]), (&json!([]), &json!([omar.email])), "{letter}");
    let told = letter["plain"].as_str().expect("text");
    assert!(told.contains("When does my lamp come?") && told.contains("Ines here"), "the whole thread: {told}");
    let subject = format!("Re: {}", letter["subject"].as_str().expect("a subject"));
    let quoted: String = told.lines().map(|line| format!("> {line}\n")).collect();
    let text = format!("On Tuesday, before noon.\n\nOn 22 Nov 2026, Lumen <{SUPPORT}> wrote:\n\n{quoted}");
    servers.send(&omar.email, SUPPORT, &subject, &text, letter["message_id"].as_str()).await;
    let to_maya = || with_words(servers, MAYA, "On Tuesday, before noon.");
    postbox
        .until("Maya has the answer", || async {
            postbox.app.drain().await;
            to_maya().is_some()
        })
        .await;
    assert_eq!(postbox.record().await.core.owner, Owner::Agent(omar.id));
    let read = to_maya().expect("a mail");
    assert_eq!((&read["from"], &read["defects"]), (&json!([["Omar · Lumen", SUPPORT]]), &json!([])), "{read}");
    assert!(read["auto_submitted"].is_null(), "a person wrote it");
    assert!(
        read["references"].as_array().is_some_and(|ids| ids.contains(&json!(id))),
        "it is in Maya's thread: {read}"
    );
    let plain = read["plain"].as_str().expect("text");
    assert!(!plain.contains(&omar.email) && !plain.contains("When will it be here?"), "nothing of the letter: {plain}");
}

/// Postfix accepts a mail to a domain that does not exist, and sends it back.
async fn bounce(servers: &Servers, postbox: &Postbox) {
    servers.send("nemo@no-such-domain.test", SUPPORT, "Lamp", "Hello", None).await;
    let parked = || async {
        for record in postbox.records().await {
            let said = postbox.said(record.core.id).await;
            if said.iter().any(|message| message.author == Author::Ai && message.delivery == Delivery::Parked) {
                return true;
            }
        }
        false
    };
    postbox.until("Nemo's mail is there", || async { postbox.records().await.len() == 2 }).await;
    postbox.app.drain().await;
    postbox.until("the bounce is noted", parked).await;
}

async fn numbered_anew(servers: &Servers, postbox: &mut Postbox) {
    postbox.hang_up().await;
    let before = postbox.messages().await;
    let config = format!("{}/dovecot.conf", servers.dir);
    let arguments = ["-c", &config, "mailbox", "update", "-u", SUPPORT, "--uid-validity", "4711", "INBOX"];
    assert!(Command::new("doveadm").args(arguments).status().expect("doveadm").success());
    servers.send(MAYA, SUPPORT, "Re: Delivery für Maya", "Are you still there?", None).await;
    postbox.connect().await;
    postbox.until("the new mail alone is new", || async { postbox.messages().await > before }).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(postbox.messages().await, before + 1);
    postbox.app.drain().await;
}

async fn refused_sign_ins(servers: &Servers, postbox: &Postbox) {
    let email = Email::default();
    let account = |(settings, credentials): (Value, Credentials)| {
        let mut account = postbox.app.desk().addresses.account(
            &baton::store::channels::Channel {
                id: postbox.channel,
                kind: "email".into(),
                name: "Support".into(),
                token: "t".into(),
                autopilot: true,
                settings,
                created_at: chrono::DateTime::UNIX_EPOCH,
            },
            None,
        );
        account.credentials = credentials;
        account
    };
    let good = (servers.settings(), Credentials::default().with("password", ["secret".into()]));
    assert!(email.test(&account(good)).await.is_ok());
    let wrong = (servers.settings(), Credentials::default().with("password", ["guess".into()]));
    let said = email.test(&account(wrong)).await.expect_err("refused");
    assert!(said.contains("refused the sign-in"), "{said}");
    let said = email.test(&account(servers.with_token("taken-back"))).await.expect_err("refused");
    assert!(said.contains("invalid_grant"), "{said}");
}
