//! The real program with its real channels, killed again and again while the stand-in providers misbehave, call it and are called.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use baton::clock::{Clock as _, SystemClock};
use baton::handoff::ChannelId;
use baton::sandbox::account;
use baton::sandbox::faults::Fault;
use baton::sandbox::mail::Draft;
use baton::sandbox::world::{Running, World};
use baton::store::Store;
use baton::store::channels::{self, Channel};
use baton::store::intake;
use baton::store::seal::MasterKey;
use baton_adapters::contract::ChannelKind;

use super::chance::Chance;
use super::rehearsal::seed;
use super::stored::Stored;
use super::victim::Victim;
use crate::support::Database;

const KINDS: [ChannelKind; 3] = [ChannelKind::Sms, ChannelKind::Whatsapp, ChannelKind::Email];
/// Customers on each channel, who write in every life.
const CUSTOMERS: usize = 12;
const LIVES: usize = 12;
/// Longer than any lease.
const LEASE_OVER_S: i64 = 61;
/// Longer than any wait before a message is tried again.
const ALL_DUE_S: i64 = 40 * 60;
/// Longest time for what was begun to come to its end, once nothing breaks any more.
const QUIET_MAX: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_millis(100);

struct Scene {
    victim: Victim,
    outside: Running,
    mailbox: String,
    mail_channel: ChannelId,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn real_channels_lose_and_double_nothing_however_often_the_process_is_killed() {
    let chance = Chance::from_seed(seed("real channels"));
    let scene = Scene::open(&chance).await;
    scene.connect_mailbox().await;
    let mut ahead = LEASE_OVER_S;
    for life in 0..LIVES {
        scene.victim.set_clock(ahead);
        scene.misbehave(life);
        scene.customers_write(life);
        let mut running = scene.victim.start(&[]);
        running.is_ready();
        let world = scene.outside.world.clone();
        let calls = tokio::spawn(async move { world.make_calls().await });
        std::thread::sleep(chance.millis(50, 1_500));
        running.kill();
        calls.await.expect("the calls went on");
        ahead += LEASE_OVER_S;
    }
    scene.misbehave(0);
    scene.victim.set_clock(ahead + ALL_DUE_S);
    let mut last = scene.victim.start(&[]);
    last.is_ready();
    let store = Store::open(&scene.victim.database_url()).await.expect("the database");
    scene.settle(&store).await;
    last.stop();
    let stored = Stored::read(store.reader()).await;
    store.close().await.expect("closed");
    scene.audit(&stored);
    scene.victim.remove().await;
}

fn name(kind: ChannelKind, customer: usize) -> String {
    match kind {
        ChannelKind::Email => format!("customer{customer}@customers.example"),
        _ => format!("+1555030{customer:04}"),
    }
}

fn question(kind: ChannelKind, customer: usize, life: usize) -> String {
    format!("How long does delivery take? By {kind} from {customer}, number {life}")
}

impl Scene {
    async fn open(chance: &Chance) -> Self {
        let victim = Victim::on(Database::create().await, chance).with(&["--standard-channels"]);
        let outside = World::start(false).expect("a world");
        let store = Store::open(&victim.database_url()).await.expect("the database");
        store.migrate().await.expect("migrated");
        let key = MasterKey::parse(victim.key()).expect("a key");
        let (mut mailbox, mail_channel) = (String::new(), ChannelId(SystemClock.new_id()));
        let tx = store.begin().await.expect("a transaction");
        for kind in KINDS {
            let (settings, credentials) = account(kind, &outside.world);
            if kind == ChannelKind::Email {
                mailbox = settings["address"].as_str().expect("an address").to_owned();
            }
            let token = format!("real-{kind}");
            outside.world.set_hook(kind, &format!("{}/hooks/{token}", victim.url()));
            let channel = Channel {
                id: if kind == ChannelKind::Email { mail_channel } else { ChannelId(SystemClock.new_id()) },
                kind: kind.as_str().into(),
                name: token.clone(),
                token,
                autopilot: true,
                settings,
                created_at: SystemClock.now(),
            };
            channels::insert(&*tx, &key, &channel, Some(&credentials.write())).await.expect("a channel");
        }
        tx.commit().await.expect("committed");
        store.close().await.expect("closed");
        Self { victim, outside, mailbox, mail_channel }
    }

    /// What a mailbox held before it was first connected is not read, so it is connected once before anybody writes.
    async fn connect_mailbox(&self) {
        self.victim.set_clock(0);
        let mut running = self.victim.start(&[]);
        running.is_ready();
        let store = Store::open(&self.victim.database_url()).await.expect("the database");
        let deadline = Instant::now() + QUIET_MAX;
        while intake::cursor(store.reader(), self.mail_channel).await.expect("the store").is_none() {
            assert!(Instant::now() < deadline, "the mailbox is not connected");
            tokio::time::sleep(LOOK_EVERY).await;
        }
        store.close().await.expect("closed");
        running.stop();
    }

    /// Another fault in every life; none in the first.
    fn misbehave(&self, life: usize) {
        let faults = [Fault::Busy, Fault::Lost, Fault::Twice, Fault::Shuffled, Fault::Down];
        for (place, fault) in faults.into_iter().enumerate() {
            self.outside.world.faults().set(fault, life % (faults.len() + 1) == place + 1);
        }
    }

    fn customers_write(&self, life: usize) {
        let world = &self.outside.world;
        for kind in KINDS {
            for customer in 0..CUSTOMERS {
                let (name, text) = (name(kind, customer), question(kind, customer, life));
                match kind {
                    ChannelKind::Sms => drop(world.text(&name, &text, Vec::new())),
                    ChannelKind::Whatsapp => drop(world.whatsapp_write(&name, &text, Vec::new())),
                    _ => {
                        let subject = format!("Lamp of {customer}");
                        let to = self.mailbox.clone();
                        let draft = Draft { name: name.clone(), from: name, to, subject, text, ..Draft::default() };
                        world.post().send(&draft).expect("a mail");
                    }
                }
            }
        }
    }

    /// Goes on until everything written is stored and nothing waits any more.
    async fn settle(&self, store: &Store) {
        let deadline = Instant::now() + QUIET_MAX;
        loop {
            self.outside.world.make_calls().await;
            let (left, stored) = (Stored::left(store.reader()).await, Stored::read(store.reader()).await);
            let asked = stored.messages.iter().filter(|message| message.author_kind == "contact").count();
            let all_in = asked >= KINDS.len() * CUSTOMERS * LIVES;
            if left.is_empty() && all_in && self.outside.world.calls().count() == 0 {
                return;
            }
            let calls = self.outside.world.calls().count();
            assert!(
                Instant::now() < deadline,
                "{asked} messages are in, {calls} calls are owed, and this is left: {left:#?}"
            );
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// The names of the messages the providers took, in order, each as often as it was taken.
    fn taken(&self) -> HashMap<String, usize> {
        let world = &self.outside.world;
        let plain = |key: &str| key.replace('-', "");
        let texts = world.twilio().accepted().into_iter();
        let texts = texts.filter_map(|taken| taken.callback.rsplit_once("key=").map(|(_, key)| plain(key)));
        let chats = world.meta().accepted().into_iter();
        let chats = chats.filter_map(|taken| taken["biz_opaque_callback_data"].as_str().map(plain));
        // Where the server delivers everything twice, both copies have one name: that is one mail.
        let mut names = HashSet::new();
        let mails = (0..CUSTOMERS).flat_map(|customer| world.post().mails(&name(ChannelKind::Email, customer)));
        let mails = mails.filter(|mail| names.insert(mail.message_id.clone()));
        // Ours carry the name between a dot and the domain.
        let mails = mails.filter(|mail| mail.from.address == self.mailbox).filter_map(|mail| {
            let id = mail.message_id?;
            let (left, _) = id.rsplit_once('@')?;
            left.rsplit_once('.').map(|(_, key)| key.to_owned())
        });
        let mut taken = HashMap::new();
        for key in texts.chain(chats).chain(mails) {
            *taken.entry(key).or_default() += 1;
        }
        taken
    }

    fn audit(&self, stored: &Stored) {
        for kind in KINDS {
            for (customer, life) in (0..CUSTOMERS).flat_map(|customer| (0..LIVES).map(move |life| (customer, life))) {
                let text = question(kind, customer, life);
                let times = stored.messages.iter().filter(|m| m.author_kind == "contact" && m.text == text).count();
                assert_eq!(times, 1, "{text}");
            }
        }
        let mut taken = self.taken();
        let mut states: HashMap<&str, usize> = HashMap::new();
        for row in &stored.outbox {
            let times = taken.remove(&row.id.simple().to_string()).unwrap_or_default();
            *states.entry(&row.state).or_default() += 1;
            match row.state.as_str() {
                "sent" => assert_eq!(times, 1, "{row:?}"),
                "unknown" => assert!(times <= 1, "{row:?}"),
                "discarded" => assert_eq!(times, 0, "{row:?}"),
                other => panic!("{other}: {row:?}"),
            }
        }
        assert!(taken.is_empty(), "the providers took what nobody wrote: {taken:?}");
        assert!(states.get("sent").is_some_and(|sent| *sent > KINDS.len() * CUSTOMERS), "{states:?}");
    }
}
