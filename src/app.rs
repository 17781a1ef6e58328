//! The composition root: puts the parts together, runs them, and stops them in order.
//!
//! May not hold a rule of the product. Invariant: a stop lets every request and every piece of claimed work finish.

mod clock_watch;
mod assisting;
mod indexer;
mod language_model;
mod metrics;
mod rounds;
mod summaries;
mod worker;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::{App as ActixApp, HttpServer, web as actix};
use baton_adapters::Registry;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::ai::assistant::Assistant;
use crate::ai::knowledge::Library;
use crate::ai::llm::ModelAssistant;
use crate::boot::Boot;
use crate::clock::Clock;
use crate::delivery::Courier;
use crate::desk::Desk;
use crate::desk::address::Addresses;
use crate::desk::health::Health;
use crate::desk::receive::Together;
use crate::desk::second_try::LastTurns;
use crate::desk::supervise::Alarmed;
use crate::desk::wake::Wake;
use crate::fail::FailPoints;
use crate::realtime::Bus;
use crate::store::seal::{MasterKey, SealError};
use crate::store::{Store, StoreError};
use crate::web;
use crate::web::site::{Ai, Site};

/// Longest time a stop waits for open requests.
const DRAIN_SECONDS: u64 = 10;
/// Requests a client may leave idle on a connection.
const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Why Baton can not start.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The master key is missing or wrong.
    #[error("BATON_MASTER_KEY: {0}")]
    Key(#[from] SealError),
    /// The database can not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// TLS can not be set up.
    #[error("TLS can not be set up: {0}")]
    Tls(#[from] reqwest::Error),
    /// The address can not be listened on.
    #[error("can not listen: {0}")]
    Listen(#[from] std::io::Error),
}

/// What differs between a real installation and a test.
pub struct Parts {
    /// Time and ids.
    pub clock: Arc<dyn Clock>,
    /// The channels.
    pub registry: Registry,
    /// What drafts answers; `None` is the language model of the settings, or the built-in assistant.
    pub assistant: Option<Arc<dyn Assistant>>,
    /// Where tests may stop the process.
    pub fail: FailPoints,
    /// Whether workers run by themselves, or a test runs their steps.
    pub workers: bool,
    /// Whether the demo's shop is served too.
    pub demo: bool,
    /// Pages that only some installations have.
    pub pages: Option<Pages>,
}

/// Adds routes.
pub type Pages = Arc<dyn Fn(&mut actix::ServiceConfig) + Send + Sync>;

impl Parts {
    /// A real installation.
    pub fn real(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            registry: Registry::standard(),
            assistant: None,
            fail: FailPoints::default(),
            workers: true,
            demo: false,
            pages: None,
        }
    }
}

/// A running Baton.
pub struct App {
    address: SocketAddr,
    site: Site,
    courier: Courier,
    server: JoinHandle<std::io::Result<()>>,
    handle: ServerHandle,
    workers: Vec<JoinHandle<()>>,
    stop: watch::Sender<bool>,
}

impl App {
    /// Opens the database, brings it up to date, and begins to serve on `listener`.
    pub async fn build(boot: Boot, parts: Parts, listener: TcpListener) -> Result<Self, AppError> {
        let key = Arc::new(MasterKey::parse(boot.master_key())?);
        let store = Store::open(boot.database_url()).await?;
        store.migrate().await?;
        let address = listener.local_addr()?;
        let public_url = match boot.public_url.trim_end_matches('/') {
            "" => format!("http://{address}"),
            url => url.to_owned(),
        };
        let articles = Arc::new(Library::default());
        let setups = language_model::Stored::new(store.clone(), key.clone(), boot.language_model_key.clone());
        let model = Arc::new(ModelAssistant::new(articles.clone(), Arc::new(setups), parts.clock.clone())?);
        if let Err(why) = model.setup().await {
            tracing::error!(%why, "the language model's settings can not be read; the built-in assistant answers");
        }
        let desk = Desk {
            assistant: parts.assistant.unwrap_or_else(|| model.clone()),
            together: Together::on(tokio::runtime::Handle::current(), &store),
            store,
            clock: parts.clock,
            bus: Bus::default(),
            registry: parts.registry,
            fail: parts.fail,
            pace: boot.pace(),
            wake: Wake::default(),
            health: Health::default(),
            last_turns: LastTurns::default(),
            alarmed: Alarmed::default(),
            addresses: Addresses::new(&public_url, key.clone()),
        };
        desk.read_health().await?;
        let (stop, stopped) = watch::channel(false);
        let site =
            Site::open(boot, desk.clone(), key.clone(), Ai { articles, model }, metrics::handle(), stopped.clone())
                .await?;
        let courier = Courier::new(desk.clone());
        let server = serve(site.clone(), parts.demo, parts.pages, listener)?;
        let handle = server.handle();
        let mut workers = if parts.workers { worker::spawn_all(&site, &courier, &stopped) } else { Vec::new() };
        workers.push(tokio::spawn(site.feed.clone().run(site.clone(), stopped)));
        Ok(Self { address, site, courier, server: tokio::spawn(server), handle, workers, stop })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What handlers work with.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// What sends.
    pub fn courier(&self) -> &Courier {
        &self.courier
    }

    /// Runs until `until` ends, then stops: no new requests, open ones finish, workers finish what they claimed.
    pub async fn run_until(self, until: impl Future<Output = ()>) -> std::io::Result<()> {
        until.await;
        tracing::info!("stopping: finishing what was begun");
        self.stop().await
    }

    /// Ends without any order, as a crash would: what was begun is left where it stands.
    pub async fn abort(self) {
        for worker in &self.workers {
            worker.abort();
        }
        self.handle.stop(false).await;
        self.server.abort();
    }

    /// Stops in order.
    pub async fn stop(self) -> std::io::Result<()> {
        self.stop.send_replace(true);
        self.site.desk.wake.all(self.site.desk.clock.now());
        self.handle.stop(true).await;
        for worker in self.workers {
            if let Err(error) = worker.await {
                tracing::error!(%error, "a worker ended badly");
            }
        }
        let served = self.server.await.map_err(std::io::Error::other)?;
        let store = self.site.desk.store.clone();
        drop(self.site);
        store.close().await.map_err(std::io::Error::other)?;
        served
    }
}

fn serve(site: Site, demo: bool, pages: Option<Pages>, listener: TcpListener) -> std::io::Result<Server> {
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(actix::Data::new(site.clone()))
            .wrap(actix_web::middleware::from_fn(web::headers::guard))
            .wrap(tracing_actix_web::TracingLogger::<web::log::RequestSpan>::new())
            .wrap(actix_web::middleware::Compress::default())
            .configure(|routes| {
                web::routes(routes, &site, demo);
                if let Some(pages) = &pages {
                    pages(routes);
                }
            })
            .default_service(actix::to(web::refusal::no_such_page))
    })
    .listen(listener)?
    .keep_alive(KEEP_ALIVE)
    .h1_write_buffer_size(web::event_stream::GATHER_BYTES_MAX)
    .shutdown_timeout(DRAIN_SECONDS)
    .disable_signals()
    .run();
    Ok(server)
}
