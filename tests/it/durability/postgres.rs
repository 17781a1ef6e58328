//! PostgreSQL goes away under load: its connections are cut, and the server itself is killed and started again. Only where
//! `BATON_TEST_POSTGRES_URL` says that there is one; the server that is killed is one of the test's own.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use sea_orm::{ConnectionTrait as _, Database as Connection};
use tempfile::TempDir;

use super::rehearsal::{Rehearsal, seed};
use super::victim::Victim;
use crate::support::Database;

const A_WHILE: Duration = Duration::from_millis(1_500);
const BETWEEN_CUTS: Duration = Duration::from_millis(250);
const CUTS: u32 = 20;
/// Longer than any lease.
const LEASE_OVER_S: i64 = 90;
const RESTARTS: u32 = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_cut_cost_a_retry_and_nothing_else() {
    if std::env::var_os("BATON_TEST_POSTGRES_URL").is_none() {
        return;
    }
    let database = Database::create().await;
    let rehearsal = Rehearsal::begin(seed("connections cut"), true, |chance| Victim::on(database, chance));
    let mut life = rehearsal.victim.start(&[]);
    life.is_ready();
    let knife = Connection::connect(rehearsal.victim.database_url()).await.expect("the server");
    for _ in 0..CUTS {
        tokio::time::sleep(BETWEEN_CUTS).await;
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        knife.execute_unprepared(cut).await.expect("cut");
    }
    knife.close().await.expect("closed");
    // What was cut off in the middle of its sending waits for the end of its lease.
    rehearsal.victim.set_clock(LEASE_OVER_S);
    let findings = rehearsal.end(life).await.audit();
    assert!(findings.is_clean(), "{findings:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_dies_and_comes_back_is_found_again() {
    if std::env::var_os("BATON_TEST_POSTGRES_URL").is_none() {
        return;
    }
    let cluster = Cluster::start();
    let database = Database::create_on(cluster.url()).await;
    let rehearsal = Rehearsal::begin(seed("server restarted"), true, |chance| Victim::on(database, chance));
    let mut life = rehearsal.victim.start(&[]);
    life.is_ready();
    for restart in 0..RESTARTS {
        tokio::time::sleep(A_WHILE).await;
        cluster.control(&["stop", "--mode", if restart == 1 { "fast" } else { "immediate" }]);
        tokio::time::sleep(A_WHILE / 4).await;
        cluster.begin();
    }
    tokio::time::sleep(A_WHILE).await;
    // What was cut off in the middle of its sending waits for the end of its lease.
    rehearsal.victim.set_clock(LEASE_OVER_S);
    let findings = rehearsal.end(life).await.audit();
    assert!(findings.is_clean(), "{findings:#?}");
}

/// A PostgreSQL server of the test's own.
struct Cluster {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
    as_root: bool,
}

impl Cluster {
    fn start() -> Self {
        let as_root = Command::new("id").arg("-u").output().expect("id").stdout.starts_with(b"0\n");
        let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
        let folder = tempfile::tempdir().expect("a folder");
        let cluster = Self { programs: programs(), folder, port, as_root };
        if as_root {
            // It refuses to run as root, and its own user must reach its folder.
            let owned = Command::new("chown").arg("postgres").arg(cluster.folder.path()).status();
            assert!(owned.expect("chown").success());
        }
        let data = cluster.data();
        cluster.call("initdb", &["--pgdata", &data, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8"]);
        cluster.begin();
        cluster
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn begin(&self) {
        let socket = self.folder.path().display();
        let options =
            format!("-c listen_addresses=127.0.0.1 -c port={} -c unix_socket_directories={socket}", self.port);
        self.control(&["start", "--wait", "--options", &options]);
    }

    fn control(&self, arguments: &[&str]) {
        let (data, log) = (self.data(), self.folder.path().join("log").display().to_string());
        self.call("pg_ctl", &[arguments, &["--pgdata", &data, "--log", &log, "--silent"]].concat());
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn call(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = Command::new(if self.as_root { Path::new("runuser") } else { &program });
        if self.as_root {
            command.args(["-u", "postgres", "--"]).arg(&program);
        }
        let status = command.args(arguments).current_dir("/").stdout(Stdio::null()).stdin(Stdio::null()).status();
        assert!(status.expect("it runs").success(), "{} {arguments:?}", program.display());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if !std::thread::panicking() || Path::new(&self.data()).join("postmaster.pid").exists() {
            let data = self.data();
            self.call("pg_ctl", &["stop", "--mode", "immediate", "--pgdata", &data, "--silent"]);
        }
    }
}

/// The folder of the newest installed PostgreSQL; Debian keeps it off the path.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let number = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let newest = versions.map(|entry| entry.path()).max_by_key(number);
    newest.map_or_else(PathBuf::new, |folder| folder.join("bin"))
}
