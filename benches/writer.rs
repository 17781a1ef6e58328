//! The yardstick's writer alone, without HTTP: what SQLite does with these rows when 32 messages always wait.
//!
//! `cargo bench --bench writer`

#[expect(dead_code, reason = "the HTTP side is for `baton bench`")]
mod bare;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use baton::clock::{Clock as _, SystemClock};
use baton::store::Store;

const WAITING: u64 = 32;
const CUSTOMERS: u64 = 1_000;
const TIME: Duration = Duration::from_secs(5);
const COMMITS: u32 = 300;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "standard output is where a measurement answers")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("bare.db");
    let store = Store::open(&format!("sqlite:{}", file.display())).await?;
    store.migrate().await?;
    store.close().await?;
    let writer = bare::Writer::open(&file, CUSTOMERS, || SystemClock.now())?;
    let (stored, begun) = (Arc::new(AtomicU64::new(0)), Instant::now());
    let mut senders = tokio::task::JoinSet::new();
    for sender in 0..WAITING {
        let (writer, stored) = (writer.clone(), stored.clone());
        senders.spawn(async move {
            let mut nth = 0;
            while begun.elapsed() < TIME {
                nth += 1;
                let from = ((sender * 31 + nth) % CUSTOMERS).to_string();
                let text = "where is my parcel and when can it come".to_owned();
                let message = bare::Message { id: format!("{sender}-{nth}"), from, text };
                stored.fetch_add(u64::from(writer.store(message).await), Ordering::Relaxed);
            }
        });
    }
    senders.join_all().await;
    let per_second = stored.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64();
    let commit = bare::commit_p50(&file, COMMITS, || SystemClock.now())?;
    println!("{per_second:.0} messages a second; one durable commit takes {:.3} ms", commit.as_secs_f64() * 1_000.0);
    Ok(())
}
