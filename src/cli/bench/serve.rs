//! `baton bench serve`: a real server that is measured, or killed on purpose.
//!
//! May not differ from `baton serve` in anything but its channels' provider, its people and its knowledge. Invariant: setting
//! up twice changes nothing, so that it can be killed and started again on the same database.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use baton_adapters::Registry;
use baton_adapters::contract::ChannelKind;
use baton_adapters::web::WebChatSettings;
use clap::Args;
use serde_json::{Value, json};
use url::Url;

use crate::app::{App, Parts};
use crate::boot::Boot;
use crate::cli::serve::{asked_to_stop, listen};
use crate::cli::{CliError, key, logging, say};
use crate::clock::{Clock, SystemClock};
use crate::fail::FailPoints;
use crate::handoff::people::Role;
use crate::handoff::{AgentId, ArticleId, ChannelId};
use crate::store::agents::Agent;
use crate::store::articles::Article;
use crate::store::channels::Channel;
use crate::store::seal::MasterKey;
use crate::store::{Store, StoreError, Tx, agents, articles, channels};
use crate::web::password;

use super::loopback::Loopback;
use super::shifted::Shifted;

/// Who signs in.
const EMAIL: &str = "bench@example.com";
const WEB_TOKEN: &str = "bench-web";
const SMS_TOKEN: &str = "bench-sms";
/// What webhooks are signed with.
const SECRET: &str = "bench-secret";
/// Where to stand still, for whoever kills the process there.
const STOP_AT: &str = "BATON_TEST_STOP_AT";

const ARTICLES: [(&str, &str); 3] = [
    (
        "Delivery",
        "We deliver within two working days. Delivery is free from 50 euros on.\n\nEvery parcel has a tracking number.",
    ),
    ("Returns", "You can return anything within 30 days. We pay the postage, and refund within five working days."),
    ("Opening hours", "We answer from Monday to Friday, 9 to 18 o'clock, and on Saturday until 13 o'clock."),
];

/// Options of `baton bench serve`.
#[derive(Debug, Args)]
pub struct Options {
    /// Database to use and keep, as in BATON_DATABASE_URL. Without it: a SQLite file that is removed at the end.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// Where outgoing texts are posted. Without it they are accepted and dropped.
    #[arg(long, value_name = "URL")]
    provider: Option<Url>,
    /// Switch the AI off on both channels.
    #[arg(long)]
    no_ai: bool,
    /// The provider sends a text twice if it is asked twice.
    #[arg(long)]
    not_idempotent: bool,
    /// Leave every channel its own adapter, instead of a text-message channel that posts to the provider above.
    #[arg(long)]
    standard_channels: bool,
    /// Password of bench@example.com.
    #[arg(long, default_value = "bench-password", value_name = "WORDS")]
    password: String,
    /// Key that secrets are sealed with. Without it, one is made and kept beside the SQLite file.
    #[arg(long, value_name = "KEY")]
    master_key: Option<String>,
}

pub(super) async fn run(file: Option<&Path>, options: Options) -> Result<(), CliError> {
    let place = Place::open(options.database.clone())?;
    let key = options.master_key.clone().map_or_else(|| place.master_key(), Ok)?;
    let overrides = [
        ("listen", options.listen.to_string()),
        ("database_url", place.url.clone()),
        ("master_key", key),
        ("public_url", String::new()),
    ];
    let mut boot = Boot::load(file, &overrides)?;
    // Whoever measures has one address; limits by address hold for the ones it names.
    boot.trusted_proxies = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    logging::start(&boot)?;
    let listener = listen(&boot)?;
    set_up(&boot, &options).await?;
    let loopback = Loopback::new(options.provider.clone(), !options.not_idempotent)
        .map_err(|why| CliError::Words(format!("the loopback channel can not be made: {why}")))?;
    let standard = Registry::standard();
    let registry = if options.standard_channels { standard } else { standard.with(loopback) };
    let parts = Parts { registry, fail: armed()?, ..Parts::real(Arc::new(Shifted::from_environment())) };
    let app = App::build(boot, parts, listener).await?;
    let stop = asked_to_stop()?;
    say(&ready(app.address(), &options.password).to_string());
    app.run_until(stop).await?;
    place.clear()
}

fn ready(address: SocketAddr, password: &str) -> Value {
    json!({
        "ready": true,
        "address": address.to_string(),
        "web_token": WEB_TOKEN,
        "sms_token": SMS_TOKEN,
        "secret": SECRET,
        "email": EMAIL,
        "password": password,
    })
}

/// The fail points, armed as the environment says.
fn armed() -> Result<FailPoints, CliError> {
    let points = FailPoints::default();
    if let Ok(words) = std::env::var(STOP_AT) {
        points.freeze(words.parse().map_err(|why| CliError::Words(format!("{STOP_AT}: {why}")))?);
    }
    Ok(points)
}

/// Makes what is missing, all or nothing.
async fn set_up(boot: &Boot, options: &Options) -> Result<(), CliError> {
    let key = MasterKey::parse(boot.master_key()).map_err(StoreError::from)?;
    let store = Store::open(boot.database_url()).await?;
    store.migrate().await?;
    if agents::by_email(store.reader(), EMAIL).await?.is_none() {
        let tx = store.begin().await?;
        admin(&tx, &options.password).await?;
        account(&tx, &key, ChannelKind::Web, WEB_TOKEN, None).await?;
        account(&tx, &key, ChannelKind::Sms, SMS_TOKEN, Some(SECRET.as_bytes())).await?;
        knowledge(&tx).await?;
        tx.commit().await?;
    }
    autopilot(&store, !options.no_ai).await?;
    Ok(store.close().await?)
}

async fn admin(tx: &Tx, password: &str) -> Result<(), CliError> {
    let hash = password::hash(password).map_err(|why| CliError::Words(format!("--password: {why}")))?;
    let agent = Agent {
        id: AgentId(SystemClock.new_id()),
        email: EMAIL.into(),
        name: "Bench".into(),
        role: Role::Admin,
        theme: "system".into(),
        shortcuts: true,
        created_at: SystemClock.now(),
        disabled_at: None,
        duty: Default::default(),
    };
    Ok(agents::insert(&**tx, &agent, &hash).await?)
}

async fn account(
    tx: &Tx,
    key: &MasterKey,
    kind: ChannelKind,
    token: &str,
    secret: Option<&[u8]>,
) -> Result<(), StoreError> {
    let settings = match kind {
        ChannelKind::Web => serde_json::to_value(WebChatSettings::default()).unwrap_or_default(),
        _ => json!({}),
    };
    let channel = Channel {
        id: ChannelId(SystemClock.new_id()),
        kind: kind.as_str().into(),
        name: token.into(),
        token: token.into(),
        autopilot: true,
        settings,
        created_at: SystemClock.now(),
    };
    channels::insert(&**tx, key, &channel, secret).await
}

async fn knowledge(tx: &Tx) -> Result<(), StoreError> {
    for (title, body) in ARTICLES {
        let now = SystemClock.now();
        let article = Article {
            id: ArticleId(SystemClock.new_id()),
            title: title.into(),
            body: body.into(),
            language: "en".into(),
            url: None,
            published: true,
            channels: Vec::new(),
            created_at: now,
            updated_at: now,
        };
        articles::insert(&**tx, &article).await?;
    }
    Ok(())
}

/// Switches the AI on or off where it is not so yet.
async fn autopilot(store: &Store, on: bool) -> Result<(), StoreError> {
    for token in [WEB_TOKEN, SMS_TOKEN] {
        let found = channels::all(store.reader()).await?.into_iter().find(|channel| channel.token == token);
        let Some(channel) = found.filter(|channel| channel.autopilot != on) else { continue };
        let tx = store.begin().await?;
        channels::save(&*tx, &Channel { autopilot: on, ..channel }, SystemClock.now()).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Where the data is.
struct Place {
    url: String,
    folder: Option<PathBuf>,
}

impl Place {
    /// The named database; or a new folder with a new file in it.
    fn open(named: Option<String>) -> Result<Self, CliError> {
        if let Some(url) = named {
            return Ok(Self { url, folder: None });
        }
        let folder = std::env::temp_dir().join(format!("baton-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)
            .map_err(|why| CliError::Words(format!("can not make the folder {}: {why}", folder.display())))?;
        Ok(Self { url: format!("sqlite:{}", folder.join("bench.db").display()), folder: Some(folder) })
    }

    fn master_key(&self) -> Result<String, CliError> {
        let Some(path) = self.url.strip_prefix("sqlite:") else {
            let advice = "give --master-key with a database on a server; `baton doctor --new-key` prints one";
            return Err(CliError::Words(advice.into()));
        };
        key::kept_in(Path::new(&format!("{}.key", path.trim_start_matches("//"))))
    }

    fn clear(self) -> Result<(), CliError> {
        Ok(self.folder.map_or(Ok(()), std::fs::remove_dir_all)?)
    }
}
