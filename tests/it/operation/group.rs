//! Transactions that wait for the one writer share its commit, and nothing else.

use baton::handoff::AgentId;
use baton::handoff::people::Role;
use baton::store::agents::{self, Agent};
use baton::store::{Store, StoreError};
use futures_util::future::join_all;
use uuid::Uuid;

use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_fails_undoes_nothing_of_its_neighbours() {
    let app = TestApp::start().await;
    let store = &app.desk().store;
    app.agent("taken").await;
    let outcomes = join_all((0..40).map(|n| write(store, n))).await;
    for (n, outcome) in outcomes.iter().enumerate() {
        match n % 4 {
            1 => assert!(outcome.as_ref().is_err_and(StoreError::is_conflict), "{n}: {outcome:?}"),
            _ => assert!(outcome.is_ok(), "{n}: {outcome:?}"),
        }
    }
    for n in 0..40_u128 {
        let stored = agents::find(store.reader(), id(n)).await.expect("agents").is_some();
        assert_eq!(stored, matches!(n % 4, 0 | 3), "{n}");
    }
}

/// A caller who goes away while its commit is on its way takes nobody else's along.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_who_goes_away_leaves_the_others_their_commit() {
    let app = TestApp::start().await;
    let store = app.desk().store.clone();
    for round in 0..20_u128 {
        let begun: Vec<_> = (0..6)
            .map(|n| {
                let store = store.clone();
                tokio::spawn(async move { insert(&store, 1_000 + round * 10 + n).await })
            })
            .collect();
        begun[1].abort();
        begun[4].abort();
        for (n, task) in begun.into_iter().enumerate() {
            match task.await {
                Ok(outcome) => outcome.expect("committed"),
                Err(gone) => assert!(gone.is_cancelled() && matches!(n, 1 | 4)),
            }
        }
        for n in [0, 2, 3, 5] {
            let stored = agents::find(store.reader(), id(1_000 + round * 10 + n)).await.expect("agents");
            assert!(stored.is_some(), "round {round}, {n}");
        }
    }
}

/// By the number: stored, refused by an index, given up, stored after it had looked around.
async fn write(store: &Store, n: u128) -> Result<(), StoreError> {
    let tx = store.begin().await?;
    match n % 4 {
        1 => {
            agents::insert(&*tx, &agent(n, "taken"), "hash").await?;
        }
        2 => {
            agents::insert(&*tx, &agent(n, &n.to_string()), "hash").await?;
            return Ok(());
        }
        3 => {
            agents::find(&*tx, id(n)).await?;
            tokio::task::yield_now().await;
            agents::insert(&*tx, &agent(n, &n.to_string()), "hash").await?;
        }
        _ => agents::insert(&*tx, &agent(n, &n.to_string()), "hash").await?,
    }
    tx.commit().await
}

async fn insert(store: &Store, n: u128) -> Result<(), StoreError> {
    let tx = store.begin().await?;
    agents::insert(&*tx, &agent(n, &n.to_string()), "hash").await?;
    tx.commit().await
}

fn id(n: u128) -> AgentId {
    AgentId(Uuid::from_u128(n + 1_000))
}

fn agent(n: u128, name: &str) -> Agent {
    Agent {
        id: id(n),
        email: format!("{name}@example.com"),
        name: name.into(),
        role: Role::Agent,
        theme: "system".into(),
        shortcuts: true,
        created_at: chrono::DateTime::from_timestamp(0, 0).expect("a time"),
        disabled_at: None,
        duty: Default::default(),
    }
}
