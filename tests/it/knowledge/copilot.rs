//! Proposals in the composer: inserted, never sent; their fate is kept.

use std::sync::Arc;

use async_trait::async_trait;
use baton::ai::assistant::{Assistant, AssistantError, DraftSink, Rewrite, TurnContext, TurnDraft};
use baton::ai::knowledge::{Article, Language, Library};
use baton::ai::local::LocalAssistant;
use baton::handoff::ArticleId;
use baton::store::conversations;
use baton::store::suggestions::{self, Fate};

use crate::support::{Browser, Form, Setting, TestApp, TwoDays, Visitor};

struct Scene {
    app: TestApp,
    maya: Visitor,
    ines: Browser,
    number: i64,
}

async fn scene_with(assistant: Arc<dyn Assistant>) -> Scene {
    let app = TestApp::start_in(Setting { assistant: Some(assistant), ..Setting::default() }, &[]).await;
    app.channel().await;
    let maya = Visitor::arrive(&app).await;
    maya.say(&app, "How long does delivery take?").await;
    maya.ask_for_person().await;
    app.drain().await;
    let record = conversations::find(app.desk().store.reader(), maya.id()).await.expect("read").expect("there");
    let ines = Browser::sign_in(&app, &app.agent("Ines").await).await;
    Scene { app, maya, ines, number: record.number.0 }
}

impl Scene {
    fn action(&self, verb: &str) -> String {
        format!("/conversations/{}/{verb}", self.number)
    }

    async fn composer(&self) -> Form {
        self.ines.get(&format!("/inbox/conversations/{}", self.number)).await.form(&self.action("messages"))
    }

    async fn suggested(&self) -> Form {
        let form = self.composer().await.press_towards(&self.action("suggestion"));
        let page = self.ines.send(form).await;
        assert_eq!(page.status, 200);
        page.must_say("Proposed from the knowledge");
        page.form(&self.action("messages"))
    }

    async fn fates(&self) -> Vec<(Option<Fate>, i64)> {
        let from = "2026-01-01T00:00:00Z".parse().expect("a time");
        let to = "2027-01-01T00:00:00Z".parse().expect("a time");
        suggestions::counts_between(self.app.desk().store.reader(), from, to).await.expect("counts")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proposal_is_inserted_and_reaches_the_customer_only_when_it_is_sent() {
    let scene = scene_with(Arc::new(TwoDays)).await;
    let before = scene.maya.texts().await.len();
    let form = scene.suggested().await;
    assert_eq!(form.value("body"), Some("We deliver in two days."));
    assert_eq!(scene.maya.texts().await.len(), before, "nothing was sent");
    assert_eq!(scene.fates().await, [(None, 1)]);
    assert_eq!(scene.ines.send(form).await.status, 303);
    scene.app.drain().await;
    assert_eq!(scene.maya.texts().await.last().map(String::as_str), Some("We deliver in two days."));
    assert_eq!(scene.fates().await, [(Some(Fate::Accepted), 1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changed_words_count_as_edited_and_words_taken_out_as_rejected() {
    let scene = scene_with(Arc::new(TwoDays)).await;
    let form = scene.suggested().await.set("body", "Hello Maya, we deliver in two or three days.");
    scene.ines.send(form).await;
    scene.app.drain().await;
    assert_eq!(scene.fates().await, [(Some(Fate::Edited), 1)]);
    let form = scene.suggested().await.set("body", "Mind you:\n\nWe deliver in two days.");
    let page = scene.ines.send(form.press_towards(&scene.action("suggestion/rejection"))).await;
    let left = page.form(&scene.action("messages"));
    assert_eq!((left.value("body"), left.value("suggestion_id")), (Some("Mind you:"), None));
    let mut fates = scene.fates().await;
    fates.sort_by_key(|(fate, _)| format!("{fate:?}"));
    assert_eq!(fates, [(Some(Fate::Edited), 1), (Some(Fate::Rejected), 1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_asked_for_a_person_is_answered_about_what_they_ask_next() {
    let text = "# Do you repair gramophones?\n\nYes, we repair gramophones on Fridays.\n";
    let article = Article::from_markdown(ArticleId(uuid::Uuid::from_u128(1)), text, Language::En);
    let assistant = LocalAssistant::new(Arc::new(Library::of([article])));
    let scene = scene_with(Arc::new(assistant)).await;
    scene.maya.say(&scene.app, "I want to talk to a human").await;
    scene.app.drain().await;
    scene.maya.say(&scene.app, "Do you repair gramophones?").await;
    scene.app.drain().await;
    let proposed = scene.suggested().await;
    assert!(proposed.value("body").is_some_and(|body| body.contains("on Fridays")), "{:?}", proposed.value("body"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_model_nothing_is_rewritten_and_with_one_the_words_are_replaced() {
    let plain = scene_with(Arc::new(TwoDays)).await;
    let page = plain.ines.get(&format!("/inbox/conversations/{}", plain.number)).await;
    assert!(!page.html.contains("/rewriting"), "no button without a model");
    let scene = scene_with(Arc::new(Polite)).await;
    let form = scene.composer().await.set("body", "no").press("how", "friendlier");
    let page = scene.ines.send(form.press_towards(&scene.action("rewriting"))).await;
    let form = page.form(&scene.action("messages"));
    assert_eq!(form.value("body"), Some("no, with pleasure"));
    let page =
        scene.ines.send(form.set("body", "").press("how", "shorter").press_towards(&scene.action("rewriting"))).await;
    page.must_say("Write something first.");
}

/// An AI with a model behind it.
struct Polite;

#[async_trait]
impl Assistant for Polite {
    fn rewrites(&self) -> bool {
        true
    }

    async fn rewrite(&self, text: &str, _how: &Rewrite) -> Result<String, AssistantError> {
        Ok(format!("{text}, with pleasure"))
    }

    async fn draft(&self, turn: &TurnContext, sink: &dyn DraftSink) -> Result<TurnDraft, AssistantError> {
        TwoDays.draft(turn, sink).await
    }
}
