//! What keeps the database's work small, and may not change what it answers.

use baton::desk::settings::Organisation;
use baton::handoff::ConversationId;
use baton::store::arrivals::{self, Asked, Place};
use baton::store::{rounds, settings};
use sea_orm::{ConnectionTrait as _, DatabaseBackend, Statement};
use uuid::Uuid;

use crate::desk::Story;
use crate::support::{Line, Script, TestApp};

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

/// PostgreSQL reads a whole table where it finds no better way, and that is invisible until the table is large.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_arrive_together_are_looked_up_by_id_however_many_conversations_there_are() {
    let mut story = Story::with(Script::of([Line::HandOff])).await;
    if !story.app.desk().store.is_postgres() {
        return;
    }
    story.maya("A person, please").await;
    story.app.drain().await;
    let channel = story.record().await.core.channel;
    let store = &story.app.desk().store;
    let many = "INSERT INTO conversations SELECT (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), \
         'number', c.number + n, 'status', 'resolved', 'external_id', 'many-' || n))).* \
         FROM conversations c, generate_series(1, 20000) n";
    store.reader().execute_unprepared(many).await.expect("many conversations");
    store.reader().execute_unprepared("ANALYZE conversations").await.expect("counted");
    let places: Vec<Place> = (0..32).map(|n| Place::Conversation(ConversationId(Uuid::from_u128(n)))).collect();
    let asked: Vec<Asked<'_>> = places.iter().map(|place| Asked { channel, provider_id: "one", place }).collect();
    let mut question = arrivals::question(DatabaseBackend::Postgres, &asked);
    question.sql = format!("EXPLAIN {}", question.sql);
    let lines = store.reader().query_all_raw(question).await.expect("a plan");
    let plan: Vec<String> = lines.iter().map(|line| line.try_get_by_index(0).expect("a line")).collect();
    // `k` is the conversation of a contact; here all are of one contact.
    assert!(!plan.iter().any(|line| line.contains("Seq Scan on conversations c ")), "{plan:#?}");
}
