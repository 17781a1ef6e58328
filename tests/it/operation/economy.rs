//! What keeps the database's work small, and may not change what it answers.

use baton::desk::settings::Organisation;
use baton::store::{rounds, settings};
use sea_orm::{ConnectionTrait as _, DatabaseBackend, Statement};

use crate::support::TestApp;

/// `.cargo/config.toml` says so. Without it a statement with `LIMIT ?` is planned anew each time it runs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_keeps_the_plan_of_a_statement() {
    let app = TestApp::start().await;
    let store = &app.desk().store;
    if store.is_postgres() {
        return;
    }
    let options = Statement::from_string(DatabaseBackend::Sqlite, "PRAGMA compile_options");
    let options = store.reader().query_all_raw(options).await.expect("options");
    let options: Vec<String> = options.iter().map(|row| row.try_get_by_index(0).expect("a word")).collect();
    assert!(options.iter().any(|option| option == "ENABLE_QPSG"), "{options:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_sees_the_settings_it_has_saved_and_not_those_of_its_start() {
    let app = TestApp::start().await;
    let (desk, now) = (app.desk(), app.desk().clock.now());
    let before = settings::load::<Organisation>(desk.store.reader()).await.expect("settings");
    let tx = desk.store.begin().await.expect("a transaction");
    assert_eq!(settings::load::<Organisation>(&*tx).await.expect("settings"), before);
    let next = Organisation { name: "A “quoted” name, with \\ and ü".into(), ..before.value.clone() };
    assert!(settings::save(&*tx, &next, before.version, None, now).await.expect("saved"));
    let seen = settings::load::<Organisation>(&*tx).await.expect("settings");
    assert_eq!((&seen.value, seen.version), (&next, before.version + 1));
    tx.commit().await.expect("committed");
    let after = settings::load::<Organisation>(desk.store.reader()).await.expect("settings");
    assert_eq!(after, seen);
}

/// An index of open conversations is taken only for a condition that is written out: SQLite keeps a plan, so it does not look at
/// what is bound.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_rounds_look_for_is_found_on_an_index() {
    let app = TestApp::start().await;
    let store = &app.desk().store;
    if store.is_postgres() {
        return;
    }
    let mut asked = rounds::queued_statement(store.reader(), 10);
    asked.sql = format!("EXPLAIN QUERY PLAN {}", asked.sql);
    let lines = store.reader().query_all_raw(asked).await.expect("a plan");
    let plan: Vec<String> = lines.iter().map(|line| line.try_get("", "detail").expect("a line")).collect();
    assert!(plan.iter().any(|line| line.contains("conversations_open")), "{plan:?}");
    assert!(!plan.iter().any(|line| line.contains("SCAN") || line.contains("TEMP B-TREE")), "{plan:?}");
}
