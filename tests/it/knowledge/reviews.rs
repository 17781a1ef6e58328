//! Opinions about handoffs: one key in the inbox, counted in the reports.

use baton::handoff::conversation::Outcome;
use baton::handoff::people::Actor;
use baton::store::conversations;

use crate::support::{Browser, Form, TestApp, Visitor};

struct Scene {
    app: TestApp,
    maya: Visitor,
    ines: Browser,
    number: i64,
}

async fn scene(words: &str) -> Scene {
    let app = TestApp::start().await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    maya.say(&app, words).await;
    app.drain().await;
    let record = conversations::find(app.desk().store.reader(), maya.id()).await.expect("read").expect("there");
    let ines = Browser::sign_in(&app, &app.agent("Ines").await).await;
    Scene { app, maya, ines, number: record.number.0 }
}

impl Scene {
    async fn form(&self) -> Option<Form> {
        let page = self.ines.get(&format!("/inbox/conversations/{}", self.number)).await;
        Form::find(&page.html, &format!("/conversations/{}/review", self.number))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_is_judged_judged_again_and_the_opinion_taken_back() {
    let scene = scene("I want to talk to a human").await;
    let form = scene.form().await.expect("a question about the handoff");
    let page = scene.ines.send_and_follow(form.press("verdict", "late")).await;
    page.must_say("The reports count it.");
    page.must_say("said by Ines");
    let report = scene.ines.get("/reports").await;
    report.must_say("Too late");
    report.must_say(&format!("#{}", scene.number));
    let again = scene.form().await.expect("the question");
    scene.ines.send_and_follow(again.press("verdict", "right")).await;
    scene.ines.get("/reports").await.must_say("100 %");
    let back = scene.form().await.expect("the question");
    scene.ines.send_and_follow(back.press("verdict", "none")).await.must_say("Taken back.");
    assert!(!scene.ines.get("/reports").await.says("100 %"), "nothing is judged any more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handoff_that_did_not_happen_can_be_missed_and_nothing_else() {
    let scene = scene("How long does delivery take?").await;
    assert!(scene.form().await.is_none(), "while the AI has it there is nothing to judge");
    scene.app.desk().resolve(scene.maya.id(), Actor::System, Outcome::Resolved).await.expect("closed");
    let form = scene.form().await.expect("a question");
    let forged = scene.ines.send(form.clone().forge("verdict", "late")).await;
    assert_eq!(forged.status, 303, "it leads back");
    scene.ines.follow(&forged).await.must_say("can not be said");
    scene.ines.send_and_follow(form.press("verdict", "missed")).await.must_say("The reports count it.");
    scene.ines.get("/reports").await.must_say("Missed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opinion_changes_the_open_page_without_touching_what_is_written() {
    let scene = scene("I want to talk to a human").await;
    let form = scene.form().await.expect("a question about the handoff");
    let patches = scene.ines.send_enhanced(form.press("verdict", "unnecessary")).await;
    assert_eq!(patches.status, 200);
    assert!(
        patches.html.contains("aria-pressed=\"true\"") && !patches.html.contains("composer__body"),
        "{}",
        patches.html
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opinion_reaches_the_pages_that_colleagues_have_open() {
    let scene = scene("I want to talk to a human").await;
    let omar = Browser::sign_in(&scene.app, &scene.app.agent("Omar").await).await;
    let mut stream = omar.live(&format!("/inbox/live?view=all&conversation={}", scene.number)).await;
    stream.until("patch", "nav-counts").await;
    let form = scene.form().await.expect("a question about the handoff");
    scene.ines.send_enhanced(form.press("verdict", "unnecessary")).await;
    let patch = stream.until("patch", "said by").await;
    assert!(patch.contains(&format!("data-target=\"review-{}\"", scene.number)), "{patch}");
}
