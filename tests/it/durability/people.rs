//! People at the desk, through the pages they really use: they take over, reply, give back to the AI, resolve.

use std::sync::Arc;
use std::time::Duration;

use baton::web::reply::PATCH_TYPE;
use reqwest::header::ACCEPT;
use reqwest::{Client, redirect};

use super::chance::Chance;
use super::customers::{Scene, insist};
use super::victim::PASSWORD;
use crate::support::Form;

/// The first conversation's number.
const FIRST: i64 = 1_001;
const RETRY_PAUSE: Duration = Duration::from_millis(40);

/// One of them.
pub struct Person {
    scene: Arc<Scene>,
    chance: Chance,
    email: &'static str,
    http: Client,
    /// No conversation is known to have a larger number.
    newest: i64,
}

impl Person {
    pub fn new(scene: Arc<Scene>, chance: Chance, email: &'static str) -> Self {
        baton::outbound::use_ring();
        let builder = Client::builder().cookie_store(true).redirect(redirect::Policy::none()).no_proxy();
        let http = builder.timeout(Duration::from_secs(15)).build().expect("a client");
        Self { scene, chance, email, http, newest: FIRST }
    }

    /// Works until everybody goes home.
    pub async fn work(mut self) {
        self.sign_in().await;
        while !self.scene.is_over() {
            let span = u64::try_from(self.newest - FIRST + 2).expect("a number");
            // Mostly the newest: there the AI is still at it.
            let back = if self.chance.percent(70) { self.chance.below(span.min(12)) } else { self.chance.below(span) };
            let number = self.newest + 1 - i64::try_from(back).expect("a small number");
            if self.page(number).await.is_some() {
                self.newest = self.newest.max(number);
                self.care_for(number).await;
            }
            tokio::time::sleep(self.chance.millis(5, 60)).await;
        }
    }

    async fn care_for(&self, number: i64) {
        if self.chance.percent(70) {
            self.take_over(number).await;
        }
        for _ in 0..self.chance.below(3) {
            self.reply(number).await;
        }
        let end = self.chance.below(100);
        if end < 45 {
            self.press(number, "handback").await;
        } else if end < 70 {
            self.press(number, "resolution").await;
        }
    }

    async fn take_over(&self, number: i64) {
        let Some(form) = self.form(number, "takeover").await else { return };
        let seen: i64 = form.value("epoch").expect("the epoch on the page").parse().expect("a number");
        // Not insisted on: after a crash the page is read again, as a person would.
        let Ok(answer) = self.send(&form).send().await else { return };
        if answer.status().is_success() {
            self.scene.ledger.taken_over(number, seen + 1);
        }
    }

    async fn press(&self, number: i64, button: &str) {
        if let Some(form) = self.form(number, button).await {
            drop(self.send(&form).send().await);
        }
    }

    /// A reply keeps its id until it is sent, as the page's script keeps it.
    async fn reply(&self, number: i64) {
        let Some(form) = self.form(number, "messages").await else { return };
        let message = form.value("message_id").expect("an id").parse().expect("an id");
        let text = format!("Let me see what I can do for you. ({message})");
        // It was read a moment ago; what came in between does not change what is said here.
        let form = form.set("mode", "reply").set("body", &text).set("seen_seq", "");
        if insist(|| self.send(&form).multipart(form.multipart())).await.is_ok() {
            self.scene.ledger.replied(number, message, &text);
        }
    }

    fn send(&self, form: &Form) -> reqwest::RequestBuilder {
        let call = self.http.post(format!("{}{}", self.scene.url, form.action)).header(ACCEPT, PATCH_TYPE);
        if form.is_multipart { call } else { call.form(form.urlencoded()) }
    }

    /// The form for something, if the page offers it now.
    async fn form(&self, number: i64, what: &str) -> Option<Form> {
        Form::find(&self.page(number).await?, &format!("/conversations/{number}/{what}"))
    }

    async fn page(&self, number: i64) -> Option<String> {
        let url = format!("{}/inbox/conversations/{number}", self.scene.url);
        insist(|| self.http.get(&url)).await.ok()
    }

    /// Tries until the cookie is there.
    async fn sign_in(&self) {
        let url = format!("{}/session", self.scene.url);
        loop {
            let page = insist(|| self.http.get(&url)).await.expect("the page to sign in");
            let form = Form::find(&page, "/session").expect("a form");
            let form = form.set("email", self.email).set("password", PASSWORD);
            let sent = self.http.post(&url).form(form.urlencoded()).send().await;
            if sent.is_ok_and(|answer| answer.status().is_redirection()) {
                return;
            }
            tokio::time::sleep(RETRY_PAUSE).await;
        }
    }
}
