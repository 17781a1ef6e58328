//! A handoff nobody has noticed is told to browsers whose inbox is closed.

use baton::clock::Clock as _;
use baton::delivery::Pusher;
use baton::handoff::escalation::{Ladder, PushWords};
use baton::handoff::people::Availability;
use baton::store::agents::Agent;
use baton::store::browsers::{self, Browser};
use chrono::TimeDelta;
use serde_json::Value;

use super::Story;
use crate::support::{self, Browser as Window, Line, PushService, Pushed, Script, Subscriber, World};

const PROFILE: &str = "/settings/profile";
const ADD: &str = "/settings/profile/browsers";

/// A desk whose notices may go to this machine, and the service they go to.
pub struct Rung {
    pub story: Story,
    pub service: PushService,
}

impl Rung {
    pub async fn new() -> Self {
        let lines = [Line::HandOff, Line::HandOff];
        let settings = [("allow_private_addresses", "true")];
        let story = Story::with_world(Script::of(lines), World::idempotent(), &settings).await;
        Self { story, service: PushService::start().await }
    }

    /// Somebody adds a browser on their profile, as the page's script would.
    pub async fn adds(&self, agent: &Agent, number: u8) -> Subscriber {
        let browser = Subscriber::at(&self.service, &agent.name, number);
        let window = Window::sign_in(&self.story.app, agent).await;
        self.sends(&window, &browser).await.must_say("is notified from now on");
        browser
    }

    async fn sends(&self, window: &Window, browser: &Subscriber) -> support::Page {
        let form = window.get(PROFILE).await.form(ADD);
        let form = form.set("endpoint", browser.endpoint()).set("p256dh", &browser.p256dh());
        window.send_and_follow(form.set("auth", &browser.auth())).await
    }

    /// Maya asks for a person, and so many minutes pass.
    pub async fn asks(&mut self, minutes: i64) {
        self.story.maya("A person, please").await;
        self.story.app.drain().await;
        self.passes(minutes).await;
    }

    pub async fn passes(&self, minutes: i64) {
        for _ in 0..minutes {
            self.story.app.advance(TimeDelta::minutes(1));
            self.story.app.drain().await;
            self.steps().await;
        }
        self.steps().await;
    }

    /// Whose browsers were told since the last look, by name.
    pub fn paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = self.service.arrived().into_iter().map(|pushed| pushed.path).collect();
        paths.sort();
        paths
    }

    async fn steps(&self) {
        let app = &self.story.app;
        let pusher = Pusher::new(app.desk().clone(), app.site().push.clone());
        while pusher.step().await.expect("a step") {}
    }

    async fn browsers_of(&self, agent: &Agent) -> Vec<Browser> {
        browsers::of_agent(self.story.app.desk().store.reader(), agent.id).await.expect("the store")
    }
}

fn text<'a>(said: &'a Value, part: &str) -> &'a str {
    said[part].as_str().expect("a text")
}

pub fn only(arrived: Vec<Pushed>) -> Pushed {
    assert_eq!(arrived.len(), 1, "one notice");
    arrived.into_iter().next().expect("one")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_reads_who_waits_and_why_sealed_for_it_and_signed_by_us() {
    let mut rung = Rung::new().await;
    let ines = rung.story.ines.clone();
    let browser = rung.adds(&ines, 7).await;
    rung.asks(0).await;
    assert!(rung.service.arrived().is_empty(), "the open inboxes have the first minute");
    rung.passes(1).await;
    let pushed = only(rung.service.arrived());
    assert_eq!(pushed.path, "/Ines");
    let headers = &pushed.headers;
    assert_eq!((headers["ttl"].as_str(), headers["urgency"].as_str()), ("900", "high"));
    assert!(headers["topic"].len() <= 32 && !headers["topic"].contains('='), "{}", headers["topic"]);
    let window = Window::sign_in(&rung.story.app, &ines).await;
    let html = window.get(PROFILE).await.html;
    let key = html.split("data-key=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a key");
    support::verify(&pushed, &rung.service.origin(), key, rung.story.app.clock.now());
    let said = browser.reads(&pushed);
    assert_eq!(text(&said, "title"), "A customer needs a person");
    assert!(text(&said, "body").contains("asked for a person"), "{said}");
    assert!(!said.to_string().contains("please"), "not what the customer wrote: {said}");
    assert_eq!(text(&said, "url"), format!("/inbox/conversations/{}", rung.story.record().await.number.0));
    assert!(html.contains("last notice"), "the page says that it arrived");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_told_again_under_the_same_topic_until_somebody_has_seen_it() {
    let mut rung = Rung::new().await;
    let browser = rung.adds(&rung.story.ines.clone(), 7).await;
    rung.asks(1).await;
    let first = only(rung.service.arrived());
    rung.passes(2).await;
    let second = only(rung.service.arrived());
    assert_eq!(first.headers["topic"], second.headers["topic"], "the later one takes the place of the earlier");
    assert_eq!(browser.reads(&first)["tag"], browser.reads(&second)["tag"]);
    assert_ne!(first.body[..16], second.body[..16], "each is sealed anew");
    let (id, omar) = (rung.story.id().await, rung.story.omar.id);
    rung.story.app.desk().acknowledge(id, omar).await.expect("seen");
    rung.passes(60).await;
    assert!(rung.service.arrived().is_empty(), "seeing it stops the ladder");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_seen_before_the_rung_is_reached_calls_nobody() {
    let mut rung = Rung::new().await;
    rung.adds(&rung.story.ines.clone(), 7).await;
    rung.story.app.set(&Ladder { push_after_min: 5, ..Ladder::default() }).await;
    rung.asks(4).await;
    assert!(rung.service.arrived().is_empty(), "five minutes were set");
    rung.story.takes_over(rung.story.ines.id).await;
    rung.passes(30).await;
    assert!(rung.service.arrived().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_seen_while_its_notice_waits_for_another_try_is_not_told() {
    let mut rung = Rung::new().await;
    rung.adds(&rung.story.ines.clone(), 7).await;
    rung.service.will_answer(["503 Service Unavailable\r\nRetry-After: 30"]);
    rung.asks(1).await;
    only(rung.service.arrived());
    let (id, omar) = (rung.story.id().await, rung.story.omar.id);
    rung.story.app.desk().acknowledge(id, omar).await.expect("seen");
    rung.passes(5).await;
    assert!(rung.service.arrived().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_busy_service_is_asked_again_when_it_says_and_not_for_ever() {
    let mut rung = Rung::new().await;
    let ines = rung.story.ines.clone();
    rung.adds(&ines, 7).await;
    rung.story.app.set(&Ladder { first_wait_s: Some(3_600), ..Ladder::default() }).await;
    rung.service.will_answer(["429 Too Many Requests\r\nRetry-After: 150"]);
    rung.asks(1).await;
    only(rung.service.arrived());
    let failed = rung.browsers_of(&ines).await[0].failed.clone().expect("a failure");
    assert!(failed.1.contains("429"), "{}", failed.1);
    rung.passes(2).await;
    assert!(rung.service.arrived().is_empty(), "two and a half minutes were asked for");
    rung.passes(1).await;
    only(rung.service.arrived());
    let browser = &rung.browsers_of(&ines).await[0];
    assert!(browser.failed.is_none() && browser.succeeded_at.is_some());

    rung.service.will_answer(["500 Internal Server Error"; 20]);
    rung.story.app.advance(TimeDelta::hours(1));
    rung.passes(30).await;
    assert_eq!(rung.service.arrived().len(), 5, "tries of one telling");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_that_is_gone_is_forgotten_and_one_that_refuses_is_shown_with_why() {
    let mut rung = Rung::new().await;
    let (ines, omar) = (rung.story.ines.clone(), rung.story.omar.clone());
    rung.adds(&ines, 7).await;
    rung.service.will_answer(["410 Gone"]);
    rung.asks(1).await;
    only(rung.service.arrived());
    assert!(rung.browsers_of(&ines).await.is_empty());
    rung.adds(&omar, 8).await;
    rung.service.will_answer(["403 Forbidden"]);
    rung.passes(2).await;
    only(rung.service.arrived());
    let window = Window::sign_in(&rung.story.app, &omar).await;
    window.get(PROFILE).await.must_say("The last notice did not arrive").must_say("403");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_it_is_told_and_whoever_is_away_or_left_is_not() {
    let mut rung = Rung::new().await;
    let (ines, omar) = (rung.story.ines.clone(), rung.story.omar.clone());
    rung.adds(&ines, 7).await;
    rung.adds(&omar, 8).await;
    rung.story.app.desk().set_availability(omar.id, Availability::Away).await.expect("away");
    rung.asks(1).await;
    assert_eq!(only(rung.service.arrived()).path, "/Ines", "nobody calls who is away for what waits for all");
    let id = rung.story.id().await;
    rung.story.app.desk().assign(id, ines.id, Some(omar.id)).await.expect("assigned");
    rung.passes(1).await;
    assert_eq!(only(rung.service.arrived()).path, "/Omar", "it is his, so he is told");
    let gone = Agent { disabled_at: Some(rung.story.app.clock.now()), ..omar };
    let tx = rung.story.app.desk().store.begin().await.expect("a transaction");
    baton::store::agents::save(&*tx, &gone).await.expect("saved");
    tx.commit().await.expect("committed");
    rung.passes(6).await;
    let told = rung.paths();
    assert!(!told.is_empty() && told.iter().all(|path| path == "/Ines"), "he has left, so the others are: {told:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_much_a_notice_says_is_the_organisations_to_decide() {
    let mut rung = Rung::new().await;
    let browser = rung.adds(&rung.story.ines.clone(), 7).await;
    rung.story.app.set(&Ladder { push_says: PushWords::Nothing, ..Ladder::default() }).await;
    rung.asks(1).await;
    let said = browser.reads(&only(rung.service.arrived())).to_string();
    assert!(!said.contains("asked for") && !said.contains("please"), "{said}");
    rung.story.app.set(&Ladder { push_says: PushWords::LastWords, ..Ladder::default() }).await;
    rung.story.maya("It is about my lamp").await;
    rung.passes(2).await;
    let said = browser.reads(&only(rung.service.arrived()));
    assert!(text(&said, "body").contains("It is about my lamp"), "{said}");
    rung.story.app.set(&Ladder { push: false, ..Ladder::default() }).await;
    rung.passes(30).await;
    assert!(rung.service.arrived().is_empty(), "switched off");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_tests_and_removes_their_own_browsers_and_nobody_elses() {
    let rung = Rung::new().await;
    let (ines, omar) = (rung.story.ines.clone(), rung.story.omar.clone());
    let browser = rung.adds(&ines, 7).await;
    let id = rung.browsers_of(&ines).await[0].id;
    let (test, removal) = (format!("{ADD}/{id}/test"), format!("{ADD}/{id}/removal"));
    let window = Window::sign_in(&rung.story.app, &ines).await;
    window.send_and_follow(window.get(PROFILE).await.form(&test)).await.must_say("A test is on its way");
    let said = browser.reads(&only(rung.service.arrived()));
    assert_eq!(text(&said, "title"), "Baton reaches this browser");
    rung.service.will_answer(["400 Bad Request"]);
    window.send_and_follow(window.get(PROFILE).await.form(&test)).await.must_say("The test was not taken");

    let others = Window::sign_in(&rung.story.app, &omar).await;
    for path in [&test, &removal] {
        assert_eq!(others.post(path, &[]).await.status, 404);
    }
    window.send_and_follow(window.get(PROFILE).await.form(&removal)).await.must_say("is not notified any more");
    assert!(rung.browsers_of(&ines).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_two_people_share_is_the_last_ones() {
    let rung = Rung::new().await;
    let (ines, omar) = (rung.story.ines.clone(), rung.story.omar.clone());
    let shared = rung.adds(&ines, 7).await;
    let window = Window::sign_in(&rung.story.app, &omar).await;
    rung.sends(&window, &shared).await.must_say("is notified from now on");
    assert!(rung.browsers_of(&ines).await.is_empty());
    assert_eq!(rung.browsers_of(&omar).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_is_not_a_public_push_service_is_refused() {
    let story = Story::with(Script::of([Line::HandOff])).await;
    let service = PushService::start().await;
    let browser = Subscriber::at(&service, "inside", 7);
    let window = Window::sign_in(&story.app, &story.ines).await;
    window.get(PROFILE).await;
    let (p256dh, auth) = (browser.p256dh(), browser.auth());
    for endpoint in [browser.endpoint(), "https://169.254.169.254/latest", "https://[::1]/", "gopher://x", ""] {
        let fields = [("endpoint", endpoint), ("p256dh", p256dh.as_str()), ("auth", auth.as_str())];
        let page = window.follow(&window.post(ADD, &fields).await).await;
        page.must_say("not at a public https address");
    }
    let page = window.post(ADD, &[("endpoint", "https://push.example.net/a"), ("p256dh", "x"), ("auth", "")]).await;
    window.follow(&page).await.must_say("did not give its keys");
    let kept = browsers::is_any(story.app.desk().store.reader()).await.expect("the store");
    assert!(!kept && service.arrived().is_empty());
}
