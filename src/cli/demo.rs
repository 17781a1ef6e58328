//! `baton demo`: one command, no keys, no network.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::app::{App, Parts};
use crate::boot::Boot;
use crate::clock::SystemClock;
use crate::sandbox::{self, World};

use super::serve::{asked_to_stop, listen};
use super::{CliError, key, logging, say};

/// Options of `baton demo`.
#[derive(Debug, Args)]
pub struct Options {
    /// Address and port to listen on.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
    /// Port only; 0 takes a free one.
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Folder to keep the demo's data in. Without it, the data is thrown away at the end.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
}

pub(super) async fn run(file: Option<&Path>, options: Options) -> Result<(), CliError> {
    let folder = Folder::open(options.data)?;
    let key = key::kept_in(&folder.path.join("master.key"))?;
    let database = format!("sqlite:{}", folder.path.join("demo.db").display());
    let listen_on = options.port.map_or(options.listen, |port| SocketAddr::new(options.listen.ip(), port));
    let overrides = [
        ("listen", listen_on.to_string()),
        ("database_url", database),
        ("master_key", key),
        ("public_url", String::new()),
    ];
    let boot = Boot::load(file, &overrides)?;
    logging::start(&boot)?;
    let listener = listen(&boot)?;
    let outside = World::start(true)?;
    let world = outside.world.clone();
    sandbox::seed(&boot, &world)
        .await
        .map_err(|why| CliError::Words(format!("the demo could not be prepared: {why}")))?;
    let shown = world.clone();
    let parts = Parts {
        registry: sandbox::registry(),
        demo: true,
        pages: Some(Arc::new(move |routes| sandbox::pages::routes(routes, &shown))),
        ..Parts::real(Arc::new(SystemClock))
    };
    let app = App::build(boot, parts, listener).await?;
    sandbox::set_hooks(&world, &app.site().public_url);
    greet(app.address());
    let outcome = app.run_until(asked_to_stop()?).await;
    drop(outside);
    folder.clear()?;
    Ok(outcome?)
}

fn greet(address: SocketAddr) {
    let host = if address.ip().is_unspecified() { IpAddr::from([127, 0, 0, 1]) } else { address.ip() };
    let url = format!("http://{}", SocketAddr::new(host, address.port()));
    say(&format!("Shop:    {url}/shop     (the customer's side: press the chat button)"));
    say(&format!("Phone:   {url}/sandbox  (the customer's side: a phone that texts the shop)"));
    say(&format!("Mail:    {url}/sandbox/mail  (a customer's mailbox, and a colleague's)"));
    say(&format!("Inbox:   {url}/inbox    (your side)"));
    say(&format!("Sign in as {} with the password {}", sandbox::ADMIN_EMAIL, sandbox::PASSWORD));
    say("Everything here is made up. Stop it with Ctrl-C.");
}

/// Where the demo keeps its data.
struct Folder {
    path: PathBuf,
    keep: bool,
}

impl Folder {
    fn open(given: Option<PathBuf>) -> Result<Self, CliError> {
        let keep = given.is_some();
        let path = given.unwrap_or_else(|| std::env::temp_dir().join(format!("baton-demo-{}", std::process::id())));
        std::fs::create_dir_all(&path)
            .map_err(|why| CliError::Words(format!("can not make the folder {}: {why}", path.display())))?;
        Ok(Self { path, keep })
    }

    fn clear(&self) -> Result<(), CliError> {
        if self.keep {
            return Ok(());
        }
        Ok(std::fs::remove_dir_all(&self.path)?)
    }
}
