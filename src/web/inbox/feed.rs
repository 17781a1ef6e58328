//! What happens to all conversations, gathered and read once for every open page of the inbox.
//!
//! May not decide what a page shows; [`Batch`] renders, the pages choose. Invariant: what it costs grows with what happened,
//! not with how many pages are open, and it costs nothing while none is.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit, broadcast, watch};
use tokio::time::Instant;
use uuid::Uuid;

use crate::desk::Desk;
use crate::handoff::{AgentId, ConversationId};
use crate::realtime::{Hint, Lagged, Subscription, Who};
use crate::store::{StoreError, sessions};
use crate::web::site::Site;

use super::batch::Batch;
use super::counts::Counts;

/// Shortest time between two changes of the pages, so that a burst changes them once.
const GATHER: Duration = Duration::from_millis(40);
/// Time to gather after a quiet while: a handoff and what it sets off come together.
const SETTLE: Duration = Duration::from_millis(5);
/// Shortest time between two looks at how many conversations the views hold.
const COUNTS_EVERY: Duration = Duration::from_millis(500);
/// Pages that are brought up to date at the same time. Many connect at once when a server starts or a network comes back; what
/// they all held together would stay in the process's memory.
const CATCHING_UP_MAX: usize = 4;
/// News a page may be behind before it is brought up to date from the store.
const BACKLOG: usize = 64;

/// Something for the open pages.
#[derive(Clone, Debug)]
pub enum News {
    /// Conversations changed, or somebody types.
    Batch(Arc<Batch>),
    /// Views hold other numbers of conversations.
    Counts(Arc<Counts>),
    /// Something happened, and nobody knows what: the store does.
    Missed,
}

/// The way news travel to the pages. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Feed {
    news: broadcast::Sender<News>,
    /// The signed-in browsers that watch, and how many pages each has open.
    browsers: Arc<Mutex<HashMap<Uuid, (AgentId, usize)>>>,
    catching_up: Arc<Semaphore>,
}

impl Default for Feed {
    fn default() -> Self {
        let catching_up = Arc::new(Semaphore::new(CATCHING_UP_MAX));
        Self { news: broadcast::channel(BACKLOG).0, browsers: Arc::default(), catching_up }
    }
}

/// A page's place among the readers, given up when it is dropped.
#[derive(Debug)]
pub struct Watching {
    feed: Feed,
    session: Uuid,
    news: broadcast::Receiver<News>,
}

impl Feed {
    /// Watches from now on, on behalf of a signed-in browser.
    pub fn watch(&self, session: Uuid, agent: AgentId) -> Watching {
        self.browsers.lock().unwrap_or_else(PoisonError::into_inner).entry(session).or_insert((agent, 0)).1 += 1;
        Watching { feed: self.clone(), session, news: self.news.subscribe() }
    }

    /// The people whose pages are open.
    pub fn people(&self) -> Vec<AgentId> {
        let browsers = self.browsers.lock().unwrap_or_else(PoisonError::into_inner);
        let people: BTreeSet<AgentId> = browsers.values().map(|(agent, _)| *agent).collect();
        people.into_iter().collect()
    }

    /// Waits until a page may be brought up to date, and keeps its turn for as long as the value lives.
    pub async fn turn_to_catch_up(&self) -> Option<SemaphorePermit<'_>> {
        // It is never closed; and if it were, no page would need to wait.
        self.catching_up.acquire().await.ok()
    }

    /// Gathers, reads and passes on, until the process stops.
    pub async fn run(self, site: Site, mut stopped: watch::Receiver<bool>) {
        let mut hints = site.desk.bus.subscribe_to_all();
        let (mut changed_at, mut counted_at) = (Instant::now(), Instant::now());
        let mut counts_due = None;
        loop {
            let first = tokio::select! {
                hint = hints.recv() => hint,
                () = sleep_until(counts_due) => {
                    self.tell_counts(&site).await;
                    (counts_due, counted_at) = (None, Instant::now());
                    continue;
                }
                _ = stopped.changed() => return,
            };
            if self.news.receiver_count() == 0 {
                continue;
            }
            tokio::time::sleep_until((changed_at + GATHER).max(Instant::now() + SETTLE)).await;
            changed_at = Instant::now();
            let gathered = Gathered::all(first, &mut hints);
            if gathered.changes_counts() {
                counts_due = counts_due.or(Some(changed_at.max(counted_at + COUNTS_EVERY)));
            }
            self.tell(&site, gathered).await;
        }
    }

    async fn tell(&self, site: &Site, gathered: Gathered) {
        let news = if gathered.missed {
            Ok(News::Missed)
        } else {
            Batch::load(site, gathered, self.browsers()).await.map(|batch| News::Batch(Arc::new(batch)))
        };
        self.pass_on(news);
    }

    async fn tell_counts(&self, site: &Site) {
        let counts = async { Ok(Counts::new(site.counts.now().await?, site.directory.names().await?)) };
        self.pass_on(counts.await.map(|counts| News::Counts(Arc::new(counts))));
    }

    fn pass_on(&self, news: Result<News, StoreError>) {
        let news = news.unwrap_or_else(|error| {
            tracing::error!(%error, "changes for the open inboxes could not be read; each page looks for itself");
            News::Missed
        });
        // An error only says that nobody watches any more.
        drop(self.news.send(news));
    }

    fn browsers(&self) -> Vec<Uuid> {
        self.browsers.lock().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }
}

impl Watching {
    /// The next news, as soon as there are any. What was dropped because this page is slow is [`News::Missed`].
    pub async fn next(&mut self) -> News {
        // The feed holds the other end, so the way is never closed.
        self.news.recv().await.unwrap_or(News::Missed)
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let mut browsers = self.feed.browsers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, pages)) = browsers.get_mut(&self.session) {
            *pages -= 1;
            if *pages == 0 {
                browsers.remove(&self.session);
            }
        }
    }
}

/// What a while of hints came to.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The conversations that changed, and whether people must notice.
    pub changed: HashMap<ConversationId, bool>,
    /// Who types, and how long to show it; of several the last.
    pub typing: HashMap<ConversationId, (Who, Duration)>,
    missed: bool,
}

impl Gathered {
    fn all(first: Result<Hint, Lagged>, hints: &mut Subscription) -> Self {
        let mut gathered = Self::default();
        gathered.note(first);
        while let Some(hint) = hints.try_recv() {
            gathered.note(hint);
        }
        gathered
    }

    fn note(&mut self, hint: Result<Hint, Lagged>) {
        match hint {
            Ok(Hint::Changed { conversation, notify, .. }) => *self.changed.entry(conversation).or_default() |= notify,
            Ok(Hint::Typing { conversation, who, ttl }) => {
                self.typing.insert(conversation, (who, ttl));
            }
            Ok(Hint::Delta { .. } | Hint::DeltaCancelled { .. }) => {}
            Err(Lagged) => self.missed = true,
        }
    }

    fn changes_counts(&self) -> bool {
        self.missed || !self.changed.is_empty()
    }
}

pub(super) async fn sleep_until(end: Option<Instant>) {
    match end {
        Some(end) => tokio::time::sleep_until(end).await,
        None => std::future::pending().await,
    }
}

/// The browsers that are signed in no more, of those that watch.
pub(super) async fn signed_out(desk: &Desk, browsers: Vec<Uuid>) -> Result<Vec<Uuid>, StoreError> {
    let going_on = sessions::that_go_on(desk.store.reader(), browsers.iter().copied(), desk.clock.now()).await?;
    Ok(browsers.into_iter().filter(|browser| !going_on.contains(browser)).collect())
}
