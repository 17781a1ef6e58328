//! A whole application on a free port, whose workers do a step when the test says so.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use baton::ai::assistant::Assistant;
use baton::app::{App, Parts};
use baton::boot::Boot;
use baton::clock::{Clock, TestClock};
use baton::delivery::Courier;
use baton::desk::{Desk, DeskError};
use baton::fail::FailPoints;
use baton::handoff::people::Role;
use baton::handoff::{AgentId, ChannelId};
use baton::intake::Fetcher;
use baton::store::agents::{self, Agent};
use baton::store::channels::{self, Channel};
use baton::store::seal::MasterKey;
use baton::store::{outbox, settings, turns};
use baton::web::site::Site;
use baton::web::voice::pull::pull_due_call;
use baton_adapters::Registry;
use baton_adapters::web::WebChatSettings;
use chrono::{DateTime, TimeDelta, Utc};

use super::TwoDays;
use super::browser::password_hash;
use super::database::Database;

/// Steps after which a test that is still busy is busy for ever.
const STEPS_MAX: usize = 500;
/// How often waiting work is looked at while a request is on its way.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// What differs between tests.
#[derive(Clone)]
pub struct Setting {
    /// The channels.
    pub registry: Registry,
    /// The AI; `None` is the product's own.
    pub assistant: Option<Arc<dyn Assistant>>,
    /// Where the process stops.
    pub fail: FailPoints,
}

impl Default for Setting {
    fn default() -> Self {
        Self { registry: Registry::standard(), assistant: Some(Arc::new(TwoDays)), fail: FailPoints::default() }
    }
}

/// An application under test.
pub struct TestApp {
    /// Its clock, which stands still by itself.
    pub clock: Arc<TestClock>,
    /// Talks to it.
    pub http: reqwest::Client,
    app: Option<App>,
    database: Option<Database>,
    key: String,
    settings: Vec<(&'static str, String)>,
    setting: Setting,
    unsent_may_remain: bool,
}

impl TestApp {
    /// An application with default settings and nobody in it.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with some start-up settings.
    pub async fn start_with(settings: &[(&'static str, &str)]) -> Self {
        Self::start_in(Setting::default(), settings).await
    }

    /// The same with other channels, another AI, or places to stop at.
    pub async fn start_in(setting: Setting, settings: &[(&'static str, &str)]) -> Self {
        let now: DateTime<Utc> = "2026-11-22T09:00:00Z".parse().expect("a time");
        let database = Database::create().await;
        let settings = settings.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let key = MasterKey::generate().expect("a key");
        let clock = Arc::new(TestClock::at(now));
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut app = Self {
            clock,
            http: client(),
            app: None,
            database: Some(database),
            key,
            settings,
            setting,
            unsent_may_remain: false,
        };
        app.build(address).await;
        app
    }

    /// Ends the process's life and begins another on the same database and port. What was only in memory is gone.
    pub async fn restart(&mut self) {
        let app = self.app.take().expect("a running application");
        let address = app.address();
        app.stop().await.expect("stopped");
        self.build(address).await;
    }

    /// The same, but nothing gets the chance to finish: the server's tasks are dropped where they stand.
    pub async fn crash(&mut self) {
        let app = self.app.take().expect("a running application");
        let address = app.address();
        app.abort().await;
        self.build(address).await;
    }

    /// Does everything that is due until a step stops at a gap, or until nothing is due.
    pub async fn drain_until_crash(&self) {
        for _ in 0..STEPS_MAX {
            match self.try_step().await {
                Err(DeskError::Crashed(_)) => return,
                Err(error) => panic!("a step failed: {error}"),
                Ok(true) => {}
                Ok(false) => {
                    if !self.skip_quiet_time().await {
                        return;
                    }
                }
            }
        }
        panic!("still busy after {STEPS_MAX} steps");
    }

    /// Lets the test end with messages that have not left.
    pub fn leave_unsent(&mut self) {
        self.unsent_may_remain = true;
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running().address())
    }

    pub fn site(&self) -> &Site {
        self.running().site()
    }

    pub fn desk(&self) -> &Desk {
        &self.site().desk
    }

    /// Sends what waits, a step at a time.
    pub fn courier(&self) -> &Courier {
        self.running().courier()
    }

    /// A web-chat channel with the token `demo`.
    pub async fn channel(&self) -> Channel {
        self.channel_with("demo", true, WebChatSettings::default()).await
    }

    pub async fn channel_with(&self, token: &str, autopilot: bool, settings: WebChatSettings) -> Channel {
        let channel = Channel {
            id: ChannelId(self.clock.new_id()),
            kind: "web".into(),
            name: "Web chat".into(),
            token: token.into(),
            autopilot,
            settings: serde_json::to_value(settings).expect("JSON"),
            created_at: self.clock.now(),
        };
        let tx = self.desk().store.begin().await.expect("a transaction");
        channels::insert(&*tx, &self.site().key, &channel, None).await.expect("a channel");
        tx.commit().await.expect("committed");
        self.site().reload_channels().await.expect("origins");
        channel
    }

    /// A person who answers customers.
    pub async fn agent(&self, name: &str) -> Agent {
        self.person(name, Role::Agent).await
    }

    /// A person who changes settings too.
    pub async fn admin(&self, name: &str) -> Agent {
        self.person(name, Role::Admin).await
    }

    async fn person(&self, name: &str, role: Role) -> Agent {
        let agent = Agent {
            id: AgentId(self.clock.new_id()),
            email: format!("{}@example.com", name.to_lowercase()),
            name: name.into(),
            role,
            theme: "system".into(),
            shortcuts: true,
            created_at: self.clock.now(),
            disabled_at: None,
            duty: Default::default(),
        };
        let tx = self.desk().store.begin().await.expect("a transaction");
        agents::insert(&*tx, &agent, password_hash()).await.expect("an agent");
        tx.commit().await.expect("committed");
        self.site().directory.forget();
        agent
    }

    /// Saves a section of the settings.
    pub async fn set<S: settings::Section>(&self, section: &S) {
        let tx = self.desk().store.begin().await.expect("a transaction");
        let seen = settings::load::<S>(&*tx).await.expect("settings").version;
        let saved = settings::save(&*tx, section, seen, None, self.clock.now()).await.expect("saved");
        tx.commit().await.expect("committed");
        assert!(saved, "nobody else saves settings in a test");
    }

    /// Moves the clock.
    pub fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// Does everything that is due, and what becomes due by the quiet time after a message. Timers that are due later stay.
    pub async fn drain(&self) {
        for _ in 0..STEPS_MAX {
            if !self.step().await && !self.skip_quiet_time().await {
                return;
            }
        }
        panic!("still busy after {STEPS_MAX} steps");
    }

    /// Runs a request while the workers' steps are done beside it.
    pub async fn while_draining<T>(&self, request: impl Future<Output = T>) -> T {
        tokio::pin!(request);
        loop {
            tokio::select! {
                done = &mut request => return done,
                () = tokio::time::sleep(LOOK_EVERY) => self.drain().await,
            }
        }
    }

    async fn step(&self) -> bool {
        self.try_step().await.expect("a step")
    }

    async fn try_step(&self) -> Result<bool, DeskError> {
        let worker = uuid::Uuid::from_u128(1);
        let turned = self.desk().run_due_turn(worker).await?;
        let delivered = self.running().courier().deliver_due(worker).await?;
        let fired = self.desk().fire_due_timer().await?;
        let pulled = pull_due_call(self.site()).await?;
        let fetched = Fetcher::new(self.desk().clone()).fetch_due().await?;
        Ok(turned || delivered || fired || pulled || fetched)
    }

    async fn skip_quiet_time(&self) -> bool {
        let due = turns::next_due(self.desk().store.reader()).await.expect("turns");
        let Some(due) = due.filter(|due| *due > self.clock.now()) else { return false };
        self.clock.set(due);
        true
    }

    async fn build(&mut self, address: SocketAddr) {
        let url = self.database.as_ref().expect("a database").url();
        let mut settings = vec![("database_url", url), ("master_key", self.key.clone())];
        settings.extend(self.settings.iter().cloned());
        let boot = Boot::load(None, &settings).expect("settings");
        let parts = Parts {
            clock: self.clock.clone(),
            registry: self.setting.registry.clone(),
            assistant: self.setting.assistant.clone(),
            fail: self.setting.fail.clone(),
            workers: false,
            demo: false,
            pages: None,
        };
        let listener = TcpListener::bind(address).expect("a port");
        self.app = Some(App::build(boot, parts, listener).await.expect("an application"));
    }

    fn running(&self) -> &App {
        self.app.as_ref().expect("a running application")
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let (Some(app), Some(database)) = (self.app.take(), self.database.take()) else { return };
        // A destructor can not wait inside the test's own runtime.
        let ending = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let unsent = outbox::next_due(app.site().desk.store.reader()).await.expect("the outbox");
                app.stop().await.expect("stopped");
                database.remove().await;
                unsent.is_some()
            })
        });
        let unsent = ending.join();
        if !std::thread::panicking() {
            let unsent = unsent.expect("the application ended well");
            assert!(!unsent || self.unsent_may_remain, "messages were left unsent; drain before the test ends");
        }
    }
}

/// One connection a request: an idle one would keep the server from stopping.
fn client() -> reqwest::Client {
    baton::outbound::use_ring();
    reqwest::Client::builder().pool_max_idle_per_host(0).timeout(Duration::from_secs(20)).build().expect("a client")
}
