//! The world outside, as far as the demo and tests need it: stand-in providers on a loopback socket that speak the real wire
//! protocols, and the phones of the customers.
//!
//! Invariant: it listens on this machine alone, and calls nobody but the Baton it belongs to.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpServer, web};
use baton_adapters::contract::ChannelKind;
use reqwest::Client;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::calls::Calls;
use super::faults::Faults;
use super::mail::{MailServer, Ports, Post};
use super::phone::{Exchange, Line, Number};
use super::phones::{Phones, Pocket};
use super::slack;
use super::twilio::{self, Twilio};
use super::whatsapp::{self, Meta};
use crate::clock::SystemClock;

/// Largest request a stand-in takes.
const BODY_BYTES_MAX: usize = 20 * 1024 * 1024;

/// The world outside. Clones are the same one.
#[derive(Clone)]
pub struct World(Arc<Inner>);

struct Inner {
    address: SocketAddr,
    faults: Faults,
    calls: Calls,
    phones: Phones,
    pocket: Pocket,
    client: Client,
    /// Where Baton is called, by kind of channel.
    hooks: Mutex<HashMap<ChannelKind, String>>,
    news: watch::Sender<u64>,
    twilio: Twilio,
    slack: slack::Workspace,
    exchange: Exchange,
    line: Line,
    post: Post,
    mail_ports: Ports,
    meta: Meta,
}

/// The world with what keeps it going. It ends when this is dropped.
pub struct Running {
    /// The world.
    pub world: World,
    server: ServerHandle,
    tasks: Vec<JoinHandle<()>>,
    _mail: MailServer,
}

impl World {
    /// Begins to listen on a free port of this machine. The webhooks that are owed wait for [`World::make_calls`], unless
    /// they are `alive`.
    ///
    /// # Errors
    /// Where there is no port, or no TLS.
    pub fn start(alive: bool) -> std::io::Result<Running> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        crate::outbound::use_ring();
        let address = listener.local_addr()?;
        let news = watch::Sender::new(0_u64);
        let client = Client::builder().no_proxy().build().map_err(std::io::Error::other)?;
        let faults = Faults::default();
        let mail = MailServer::start(Post::new(Arc::new(SystemClock), faults.clone()))?;
        let inner = Inner {
            address,
            slack: slack::open(&format!("http://{address}"), news.clone()),
            exchange: Exchange::over(client.clone()).in_real_time(),
            line: Line::default(),
            faults,
            calls: Calls::default(),
            phones: Phones::default(),
            pocket: Pocket::default(),
            client,
            hooks: Mutex::default(),
            news,
            twilio: Twilio::default(),
            post: mail.post.clone(),
            mail_ports: mail.ports,
            meta: Meta::default(),
        };
        let world = Self(Arc::new(inner));
        let shared = world.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(shared.clone()))
                .app_data(web::PayloadConfig::new(BODY_BYTES_MAX))
                .configure(twilio::routes)
                .service(web::scope(slack::SCOPE).configure(|routes| slack::routes(routes, &shared.0.slack)))
                .configure(whatsapp::routes)
        });
        let server = server.workers(1).listen(listener)?.disable_signals().run();
        let handle = server.handle();
        let mut tasks =
            vec![tokio::spawn(async move { drop(server.await) }), tokio::spawn(world.clone().tell_of_mail())];
        if alive {
            let (calls, client, faults) = (world.0.calls.clone(), world.0.client.clone(), world.0.faults.clone());
            tasks.push(tokio::spawn(calls.run(client, faults)));
        }
        Ok(Running { world, server: handle, tasks, _mail: mail })
    }

    /// Where the stand-ins listen.
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// What is made to go wrong.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// The webhooks that are owed.
    pub fn calls(&self) -> &Calls {
        &self.0.calls
    }

    /// The customers' phones.
    pub fn phones(&self) -> &Phones {
        &self.0.phones
    }

    /// The phone in the visitor's pocket: one for every thread that serves the pages.
    pub fn pocket(&self) -> &Pocket {
        &self.0.pocket
    }

    /// Stand-in Twilio.
    pub fn twilio(&self) -> &Twilio {
        &self.0.twilio
    }

    /// Stand-in Slack.
    pub fn slack(&self) -> &slack::Workspace {
        &self.0.slack
    }

    /// The phone company.
    pub fn exchange(&self) -> &Exchange {
        &self.0.exchange
    }

    /// The call on the page, and the phone beside it.
    pub fn line(&self) -> &Line {
        &self.0.line
    }

    /// The number that is answered by Baton.
    pub fn phone_number(&self) -> Number {
        Number {
            number: twilio::NUMBER.to_owned(),
            voice_url: self.hook(ChannelKind::PhoneVoice),
            account_sid: twilio::ACCOUNT_SID.to_owned(),
            recordings_url: format!("{}/2010-04-01/Accounts/{}/Recordings", self.url(), twilio::ACCOUNT_SID),
            auth_token: twilio::AUTH_TOKEN.into(),
        }
    }

    /// Stand-in Meta.
    pub fn meta(&self) -> &Meta {
        &self.0.meta
    }

    /// The mailboxes of everybody.
    pub fn post(&self) -> &Post {
        &self.0.post
    }

    /// Where mail is sent and read.
    pub fn mail_ports(&self) -> Ports {
        self.0.mail_ports
    }

    /// Says that a screen changed with every mail that arrives.
    async fn tell_of_mail(self) {
        let mut news = self.0.post.news();
        while news.changed().await.is_ok() {
            self.changed();
        }
    }

    /// Makes every webhook call that is owed, once. How many succeeded.
    pub async fn make_calls(&self) -> usize {
        self.0.calls.make(&self.0.client, &self.0.faults).await
    }

    /// Tells the world where Baton is called for a kind of channel.
    pub fn set_hook(&self, kind: ChannelKind, url: &str) {
        self.0.hooks.lock().unwrap_or_else(PoisonError::into_inner).insert(kind, url.to_owned());
    }

    /// Where Baton is called for a kind of channel; empty if it has none.
    pub fn hook(&self, kind: ChannelKind) -> String {
        self.0.hooks.lock().unwrap_or_else(PoisonError::into_inner).get(&kind).cloned().unwrap_or_default()
    }

    /// Something on a screen changed.
    pub fn changed(&self) {
        self.0.news.send_modify(|count| *count += 1);
    }

    /// Hears of changes.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.0.news.subscribe()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The stop is begun by the call itself; nobody has to wait for its end.
        drop(self.server.stop(false));
        for task in &self.tasks {
            task.abort();
        }
    }
}
