//! What handlers work with: the desk, and what belongs to serving pages.

use std::sync::{Arc, PoisonError, RwLock};

use baton_adapters::web::{WebChatSettings, allows_origin};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::watch;

use crate::ai::knowledge::{self, Language, Library};
use crate::ai::llm::ModelAssistant;
use crate::ai::unanswered::Grouping;
use crate::boot::Boot;
use crate::desk::brake::Brake;
use crate::desk::{Desk, DeskError};
use crate::push::Services;
use crate::store::seal::MasterKey;
use crate::store::{StoreError, articles, channels};

use super::accounts::{Account, Accounts};
use super::collecting::Collecting;
use super::counts::Counter;
use super::directory::Directory;
use super::inbox::feed::Feed;
use super::limits::Limits;

/// What the AI knows, and whom it asks.
#[derive(Clone)]
pub struct Ai {
    /// What it knows.
    pub articles: Arc<Library>,
    /// Asks the language model, if there is one.
    pub model: Arc<ModelAssistant>,
}

/// What handlers work with. Cloning it is cheap.
#[derive(Clone)]
pub struct Site {
    /// Start-up settings.
    pub boot: Arc<Boot>,
    /// The use cases.
    pub desk: Desk,
    /// What secrets are sealed and tokens signed with.
    pub key: Arc<MasterKey>,
    /// What the AI knows.
    pub articles: Arc<Library>,
    /// Asks the language model; the settings page tries it out.
    pub model: Arc<ModelAssistant>,
    /// Renders the counters.
    pub metrics: PrometheusHandle,
    /// Address customers reach Baton at, without a slash at its end.
    pub public_url: Arc<str>,
    /// Becomes true when the process begins to stop; streams end then.
    pub stopped: watch::Receiver<bool>,
    /// What open inboxes are told.
    pub feed: Feed,
    /// Who may do what how often.
    pub limits: Arc<Limits>,
    /// Everybody's names.
    pub directory: Arc<Directory>,
    /// What chats ask before a handoff.
    pub collecting: Arc<Collecting>,
    /// The numbers beside the views.
    pub counts: Arc<Counter>,
    /// Channel accounts by token.
    pub accounts: Accounts,
    /// Who writes more than a person could, on channels with a phone at the other end.
    pub brake: Arc<Brake>,
    /// Groups what the AI could not answer.
    pub grouping: Arc<Grouping>,
    /// The way to browsers that are notified.
    pub push: Arc<Services>,
    origins: Arc<RwLock<Vec<Vec<String>>>>,
}

impl Site {
    /// Puts a site together and reads into memory what every request needs.
    pub async fn open(
        boot: Boot,
        desk: Desk,
        key: Arc<MasterKey>,
        ai: Ai,
        metrics: PrometheusHandle,
        stopped: watch::Receiver<bool>,
    ) -> Result<Self, StoreError> {
        let public_url = desk.addresses.public().clone();
        let push = Arc::new(Services::new(boot.allow_private_addresses));
        let site = Self {
            boot: Arc::new(boot),
            push,
            directory: Arc::new(Directory::new(desk.store.clone())),
            collecting: Arc::new(Collecting::new(desk.store.clone())),
            counts: Arc::new(Counter::new(desk.store.clone(), desk.bus.clone())),
            desk,
            key,
            articles: ai.articles,
            model: ai.model,
            metrics,
            public_url,
            stopped,
            feed: Feed::default(),
            limits: Arc::new(Limits::default()),
            accounts: Accounts::default(),
            brake: Arc::new(Brake::for_chat()),
            grouping: Arc::default(),
            origins: Arc::default(),
        };
        site.reload_channels().await?;
        site.reload_library().await?;
        Ok(site)
    }

    /// The channel account in use with this token.
    pub async fn account(&self, token: &str) -> Result<Option<Arc<Account>>, StoreError> {
        self.accounts.find(&self.desk.store, &self.desk.addresses, token).await
    }

    /// Reads the channels again, after a change.
    pub async fn reload_channels(&self) -> Result<(), StoreError> {
        self.accounts.forget();
        let lists = channels::all(self.desk.store.reader())
            .await?
            .into_iter()
            .filter_map(|channel| serde_json::from_value::<WebChatSettings>(channel.settings).ok())
            .map(|settings| settings.allowed_origins)
            .collect();
        *self.origins.write().unwrap_or_else(PoisonError::into_inner) = lists;
        Ok(())
    }

    /// Reads the knowledge again, after a change.
    pub async fn reload_library(&self) -> Result<(), StoreError> {
        let articles = articles::all(self.desk.store.reader()).await?;
        self.articles.upsert_all(articles.into_iter().map(known));
        Ok(())
    }

    /// Whether any channel may be embedded by a page at `origin`. The answer to a preflight, which names no channel.
    pub fn some_channel_allows(&self, origin: &str) -> bool {
        let lists = self.origins.read().unwrap_or_else(PoisonError::into_inner);
        lists.iter().any(|list| allows_origin(list, origin))
    }

    /// Whether the database answers and is up to date.
    pub async fn is_ready(&self) -> Result<(), DeskError> {
        self.desk.store.ping().await?;
        Ok(())
    }
}

/// A stored article as the AI reads it. A language the AI does not know is read as English.
pub fn known(article: articles::Article) -> knowledge::Article {
    knowledge::Article {
        id: article.id,
        title: article.title,
        body: article.body,
        language: Language::from_tag(&article.language).unwrap_or(Language::En),
        url: article.url,
        published: article.published,
        channels: article.channels,
    }
}
