//! A disk without space, a database that somebody else holds, a file that may not be written.

use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use baton::store::Store;
use baton::store::seal::MasterKey;
use reqwest::{Client, RequestBuilder};
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database as Connection};

use super::chance::Chance;
use super::customers::{insist, webhook};
use super::stored::Stored;
use super::victim::{Life, Victim};

/// Longer than a request may wait for the database, twice.
const ANSWER_MAX: Duration = Duration::from_secs(45);
/// Smaller than any database, so that nothing can be written at all.
const NO_SPACE: u64 = 4_096;
/// The user that owns nothing.
const NOBODY: &str = "65534";

/// A program on a SQLite file, and a provider that calls it.
struct Scene {
    victim: Victim,
    life: Life,
    http: Client,
}

impl Scene {
    fn start(begin: impl FnOnce(&Victim) -> Life) -> Self {
        let victim = Victim::on_sqlite(&Chance::from_seed(uuid::Uuid::new_v4().as_u64_pair().0));
        let mut life = begin(&victim);
        life.is_ready();
        baton::outbound::use_ring();
        let http = Client::builder().timeout(ANSWER_MAX).no_proxy().build().expect("a client");
        Self { victim, life, http }
    }

    fn text(&self, number: u32) -> RequestBuilder {
        let (id, from) = (format!("m{number}"), format!("+1555010{number:04}"));
        webhook(&self.http, &self.victim.url(), &id, &from, &format!("Is delivery free? {number}"))
    }

    fn new_visitor(&self) -> RequestBuilder {
        let call = self.http.post(format!("{}/backend/widget/v2/contact/create-unverified", self.victim.url()));
        call.header("X-Bot-Token", "bench-web").json(&serde_json::json!({}))
    }

    async fn status(&self, path: &str) -> u16 {
        let answer = self.http.get(format!("{}{path}", self.victim.url())).send().await;
        answer.expect("an answer").status().as_u16()
    }

    /// Stops it; how many messages of customers are stored, none of them twice.
    async fn end(self) -> usize {
        self.life.stop();
        let store = Store::open(&self.victim.database_url()).await.expect("the database");
        let stored = Stored::read(store.reader()).await;
        store.close().await.expect("closed");
        let texts =
            stored.messages.iter().filter(|message| message.author_kind == "contact").map(|message| &message.text);
        let mut texts: Vec<&String> = texts.collect();
        let count = texts.len();
        texts.sort();
        texts.dedup();
        assert_eq!(texts.len(), count, "each is stored once");
        count
    }
}

/// Refused with a time to come back at; nothing was promised.
async fn is_put_off(request: RequestBuilder) {
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 503);
    let wait = answer.headers().get("retry-after").expect("when to come back").to_str().expect("text");
    assert!(wait.parse::<u32>().is_ok_and(|seconds| seconds > 0), "{wait}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_answered_with_come_back_later_and_loses_nothing() {
    let scene = Scene::start(Victim::start_on_a_small_disk);
    insist(|| scene.text(1)).await.expect("stored");
    scene.life.limit_files(Some(NO_SPACE));
    for number in 2..=6 {
        is_put_off(scene.text(number)).await;
    }
    is_put_off(scene.new_visitor()).await;
    assert_eq!(scene.status("/healthz").await, 200, "it runs");
    assert_eq!(scene.status("/session").await, 200, "what is stored can be read");
    scene.life.limit_files(None);
    for number in 1..=6 {
        insist(|| scene.text(number)).await.expect("stored, now that there is space again");
    }
    insist(|| scene.new_visitor()).await.expect("a new visitor");
    assert_eq!(scene.end().await, 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_somebody_else_holds_is_waited_for_and_nothing_is_lost() {
    let scene = Scene::start(|victim| victim.start(&[]));
    insist(|| scene.text(1)).await.expect("stored");
    let mut options = ConnectOptions::new(scene.victim.database_url().replacen("sqlite:", "sqlite://", 1));
    options.max_connections(1);
    let other = Connection::connect(options).await.expect("a second connection");
    other.execute_unprepared("BEGIN IMMEDIATE").await.expect("the lock");
    let (early, reading) = tokio::join!(is_put_off(scene.text(2)), scene.status("/session"));
    let ((), 200) = (early, reading) else { panic!("pages can be read meanwhile, not {reading}") };
    let (late, ()) = tokio::join!(scene.text(3).send(), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        other.execute_unprepared("COMMIT").await.expect("let go");
    });
    assert_eq!(late.expect("an answer").status().as_u16(), 200, "a short wait is only a wait");
    insist(|| scene.text(2)).await.expect("stored");
    other.close().await.expect("closed");
    assert_eq!(scene.end().await, 3);
}

#[test]
fn a_database_that_may_not_be_written_is_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let (program, file) = (folder.path().join("baton"), folder.path().join("baton.db"));
    std::fs::copy(env!("CARGO_BIN_EXE_baton"), &program).expect("a program that anybody may run");
    let run = |as_nobody: bool, command: &str| {
        let mut start = if as_nobody { Command::new("setpriv") } else { Command::new(&program) };
        if as_nobody {
            start.args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]).arg(&program);
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let start = start.arg(command).current_dir(folder.path()).env_clear().env("PATH", path);
        let start = start.env("BATON_LISTEN", "127.0.0.1:0").env("BATON_DATABASE_URL", "sqlite:baton.db");
        let key = MasterKey::generate().expect("a key");
        start.env("BATON_MASTER_KEY", key).stdin(Stdio::null()).output().expect("it runs")
    };
    assert!(run(false, "migrate").status.success(), "a database");
    let allow = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
    };
    allow(&file, 0o444);
    allow(folder.path(), 0o555);
    // Root may write everywhere, so root's tests let nobody do it.
    let is_root = Command::new("id").arg("-u").output().expect("id").stdout.starts_with(b"0\n");
    let output = run(is_root, "serve");
    allow(folder.path(), 0o755);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("baton.db can not be written"), "{said}");
}
