//! `baton doctor` names what is wrong with channels and addresses, and says what to do.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use baton::clock::{Clock as _, SystemClock};
use baton::handoff::ChannelId;
use baton::sandbox::world::World;
use baton::sandbox::{account, twilio};
use baton::store::channels::{self, Channel};
use baton::store::seal::MasterKey;
use baton::store::{Store, channel_health};
use baton_adapters::contract::{ChannelKind, Credentials};
use serde_json::{Value, json};

use super::Program;

/// An installation with channels.
struct Clinic {
    program: Program,
    key: String,
    database: String,
}

impl Clinic {
    fn open() -> Self {
        let key = MasterKey::generate().expect("a key");
        let program = Program::new().with("BATON_MASTER_KEY", &key);
        let database = format!("sqlite:{}", program.path("baton.db").display());
        assert!(program.run(&["migrate"]).status.success());
        Self { program, key, database }
    }

    async fn channel(&self, kind: ChannelKind, name: &str, settings: Value, credentials: &Credentials) -> ChannelId {
        let store = Store::open(&self.database).await.expect("a store");
        let channel = Channel {
            id: ChannelId(SystemClock.new_id()),
            kind: kind.as_str().into(),
            name: name.into(),
            token: format!("token-{name}"),
            autopilot: true,
            settings,
            created_at: SystemClock.now(),
        };
        let tx = store.begin().await.expect("a transaction");
        let key = MasterKey::parse(&self.key).expect("a key");
        channels::insert(&*tx, &key, &channel, Some(&credentials.write())).await.expect("a channel");
        tx.commit().await.expect("committed");
        store.close().await.expect("closed");
        channel.id
    }

    fn says(self, settings: &[(&'static str, &str)]) -> (bool, String) {
        let program = settings.iter().fold(self.program, |program, (name, value)| program.with(name, value));
        let output = program.run(&["doctor"]);
        (output.status.success(), String::from_utf8(output.stdout).expect("UTF-8"))
    }
}

/// A server that answers everything alike.
fn server(head: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut asked = [0; 4_096];
            drop(stream.read(&mut asked));
            let answer =
                format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
            drop(stream.write_all(answer.as_bytes()));
        }
    });
    url
}

fn line<'a>(said: &'a str, words: &str) -> &'a str {
    said.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("“{words}” is not said:\n{said}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn channels_that_work_are_said_to() {
    let outside = World::start(false).expect("a world");
    let clinic = Clinic::open();
    for kind in
        [ChannelKind::Sms, ChannelKind::Whatsapp, ChannelKind::Email, ChannelKind::Slack, ChannelKind::PhoneVoice]
    {
        let (settings, credentials) = account(kind, &outside.world);
        clinic.channel(kind, kind.as_str(), settings, &credentials).await;
    }
    outside.world.set_hook(ChannelKind::Sms, "https://help.example/hooks/token-sms");
    let (_, said) = clinic.says(&[("BATON_PUBLIC_URL", "https://help.example"), ("BATON_LISTEN", "127.0.0.1:0")]);
    for name in [
        "sms: Twilio knows the account",
        "whatsapp: Meta knows",
        "email: Both servers let Baton in",
        "slack: Connected to Demo",
        "phone_voice: The account SID",
    ] {
        assert!(line(&said, name).starts_with("ok"), "{said}");
    }
    assert!(line(&said, "clock agrees").starts_with("ok"), "{said}");
    // Nobody has written yet, which may be the webhook's fault.
    let silent = line(&said, "whatsapp: nothing has come in yet");
    assert!(silent.starts_with("advice") && silent.contains("https://help.example/hooks/token-whatsapp"), "{silent}");
    assert!(!said.contains("email: nothing has come in"), "a mailbox is read, nobody calls");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_not_worked_lately_and_a_missing_public_address_are_named() {
    let outside = World::start(false).expect("a world");
    let clinic = Clinic::open();
    let (settings, credentials) = account(ChannelKind::Whatsapp, &outside.world);
    let id = clinic.channel(ChannelKind::Whatsapp, "whatsapp", settings, &credentials).await;
    let store = Store::open(&clinic.database).await.expect("a store");
    let tx = store.begin().await.expect("a transaction");
    channel_health::fail(&*tx, id, "the token was taken back", SystemClock.now()).await.expect("noted");
    tx.commit().await.expect("committed");
    store.close().await.expect("closed");
    let (well, said) = clinic.says(&[("BATON_LISTEN", "127.0.0.1:0")]);
    assert!(!well);
    assert!(line(&said, "BATON_PUBLIC_URL is not set, and the provider").starts_with("wrong"), "{said}");
    let lately = line(&said, "it has not worked since");
    assert!(lately.starts_with("advice") && lately.contains("The token was taken back."), "{lately}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_calls_elsewhere_a_bad_token_and_a_silent_server_are_named_with_the_repair() {
    let outside = World::start(false).expect("a world");
    let clinic = Clinic::open();
    let (settings, credentials) = account(ChannelKind::Sms, &outside.world);
    clinic.channel(ChannelKind::Sms, "elsewhere", settings.clone(), &credentials).await;
    outside.world.set_hook(ChannelKind::Sms, "https://old.example/hooks/token-elsewhere");
    let wrong = credentials.with("auth_token", [format!("not {}", twilio::AUTH_TOKEN).into()]);
    clinic.channel(ChannelKind::Sms, "badtoken", settings, &wrong).await;
    let (mut settings, credentials) = account(ChannelKind::Email, &outside.world);
    let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    settings["imap_port"] = json!(free.to_string());
    clinic.channel(ChannelKind::Email, "silent", settings, &credentials).await;
    let (well, said) = clinic.says(&[("BATON_PUBLIC_URL", "https://help.example"), ("BATON_LISTEN", "127.0.0.1:0")]);
    assert!(!well);
    let elsewhere = line(&said, "Channel elsewhere:");
    assert!(elsewhere.starts_with("wrong"), "{said}");
    assert!(
        elsewhere.contains("https://old.example")
            && elsewhere.contains("Paste https://help.example/hooks/token-elsewhere")
    );
    assert!(line(&said, "Channel badtoken:").contains("check the Account SID and the auth token"), "{said}");
    let silent = line(&said, "Channel silent:");
    assert!(
        silent.contains(&format!("127.0.0.1:{free}")) && silent.contains("check its name and its port"),
        "{silent}"
    );
    assert!(silent.contains("Change it at https://help.example/settings/channels/"), "{silent}");
    assert!(!said.contains(twilio::AUTH_TOKEN), "no secret is printed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_runs_wrong_is_named_with_the_repair() {
    let outside = World::start(false).expect("a world");
    let clinic = Clinic::open();
    let (mut settings, credentials) = account(ChannelKind::Whatsapp, &outside.world);
    settings["base_url"] = json!(server("404 Not Found\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT", ""));
    clinic.channel(ChannelKind::Whatsapp, "late", settings, &credentials).await;
    let (well, said) = clinic.says(&[("BATON_LISTEN", "127.0.0.1:0")]);
    assert!(!well);
    let clock = line(&said, "Clock:");
    assert!(clock.starts_with("wrong") && clock.contains("ahead of") && clock.contains("timedatectl set-ntp true"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_public_address_that_leads_elsewhere_is_named_with_the_repair() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let listen = taken.local_addr().expect("an address").to_string();
    let repair = format!("the address your proxy forwards to {listen}");
    let nobody = format!("http://{}", TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("one"));
    for (url, words) in [
        (nobody, "can not be reached"),
        (server("200 OK", "<h1>Welcome to your new server</h1>"), "not Baton answers there"),
    ] {
        let (well, said) = Clinic::open().says(&[("BATON_PUBLIC_URL", &url), ("BATON_LISTEN", &listen)]);
        assert!(!well);
        let found = said.lines().find(|line| line.starts_with("wrong") && line.contains("Public address"));
        assert!(found.is_some_and(|line| line.contains(words) && line.contains(&repair)), "{said}");
    }
    // Another installation answers for every address, and knows none of the channels.
    let outside = World::start(false).expect("a world");
    let clinic = Clinic::open();
    let (settings, credentials) = account(ChannelKind::Sms, &outside.world);
    clinic.channel(ChannelKind::Sms, "sms", settings, &credentials).await;
    let other = crate::support::TestApp::start().await;
    let (well, said) = clinic.says(&[("BATON_PUBLIC_URL", &other.url("")), ("BATON_LISTEN", &listen)]);
    assert!(!well && line(&said, "another Baton answers there").contains(&repair), "{said}");
}
