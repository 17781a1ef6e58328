//! The browser of somebody at the desk: it keeps cookies, remembers the page it shows, and runs no scripts.

use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use baton::store::agents::Agent;
use baton::web::{password, reply::PATCH_TYPE};
use reqwest::header::{ACCEPT, HeaderMap, REFERER};
use reqwest::{Client, RequestBuilder, redirect};

use super::form::Form;
use super::markup::{decode, text};
use super::{Stream, TestApp};

/// What everybody at the desk of a test signs in with.
pub const PASSWORD: &str = "lumen and oak";

/// The hash of [`PASSWORD`], made once: hashing is slow on purpose.
pub fn password_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| password::hash(PASSWORD).expect("a hash"))
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub html: String,
}

impl Page {
    /// A header, empty if it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// Whether a reader of the page finds these words.
    pub fn says(&self, words: &str) -> bool {
        text(&self.html).contains(words) || decode(&self.html).contains(words)
    }

    #[track_caller]
    pub fn must_say(&self, words: &str) -> &Self {
        assert!(self.says(words), "{words:?} is not said ({}):\n{}", self.status, text(&self.html));
        self
    }

    /// The form sent to `action`, which the page must offer.
    #[track_caller]
    pub fn form(&self, action: &str) -> Form {
        Form::find(&self.html, action).unwrap_or_else(|| panic!("the page has no form to {action} ({})", self.status))
    }
}

/// Somebody's browser.
pub struct Browser {
    pub http: Client,
    base: String,
    address: Mutex<String>,
    page: Mutex<String>,
}

impl Browser {
    /// A browser nobody has signed in with.
    pub fn new(app: &TestApp) -> Self {
        Self::at(&app.url(""))
    }

    pub fn at(base: &str) -> Self {
        baton::outbound::use_ring();
        let http = Client::builder()
            .cookie_store(true)
            .redirect(redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .timeout(Duration::from_secs(20))
            .build()
            .expect("a client");
        Self { http, base: base.to_owned(), address: Mutex::default(), page: Mutex::default() }
    }

    /// The browser of an agent who has signed in.
    pub async fn sign_in(app: &TestApp, agent: &Agent) -> Self {
        let browser = Self::new(app);
        let answer = browser.try_sign_in(&agent.email, PASSWORD).await;
        assert_eq!(answer.status, 303, "{} is signed in", agent.name);
        browser.get("/settings/profile").await;
        browser
    }

    pub async fn try_sign_in(&self, email: &str, password: &str) -> Page {
        let form = self.get("/session").await.form("/session");
        self.send(form.set("email", email).set("password", password)).await
    }

    pub async fn get(&self, path: &str) -> Page {
        *self.address.lock().expect("no panic") = format!("{}{path}", self.base);
        self.answer(self.http.get(format!("{}{path}", self.base))).await
    }

    /// Sends a form as it is.
    pub async fn send(&self, form: Form) -> Page {
        self.answer(self.request(&form)).await
    }

    /// Sends a form as the page's own scripts do, which change the page with what comes back.
    pub async fn send_enhanced(&self, form: Form) -> Page {
        self.answer(self.request(&form).header(ACCEPT, PATCH_TYPE)).await
    }

    /// Sends a form and goes where the answer leads.
    pub async fn send_and_follow(&self, form: Form) -> Page {
        let page = self.send(form).await;
        self.follow(&page).await
    }

    /// Goes where an answer leads.
    #[track_caller]
    pub fn follow<'a>(&'a self, page: &'a Page) -> impl Future<Output = Page> + 'a {
        assert_eq!(page.status, 303, "it leads somewhere: {}", text(&page.html));
        self.get(page.location())
    }

    /// Posts fields to a path, with the token of the last page.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.csrf();
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        self.answer(self.http.post(format!("{}{path}", self.base)).form(&fields)).await
    }

    /// The token of the last page.
    pub fn csrf(&self) -> String {
        let page = self.page.lock().expect("no panic");
        let (_, after) = page.split_once("name=\"csrf\" value=\"").expect("a page with a form");
        after.split('"').next().unwrap_or_default().to_owned()
    }

    /// Opens a live stream.
    pub async fn live(&self, path: &str) -> Stream {
        let response = self.http.get(format!("{}{path}", self.base)).send().await.expect("a response");
        assert_eq!(response.status(), 200);
        Stream::of(response)
    }

    /// Sends a request and reads its answer.
    pub async fn answer(&self, request: RequestBuilder) -> Page {
        let response = request.send().await.expect("a response");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let page = Page { status, headers, html: response.text().await.expect("a body") };
        if page.header("content-type").starts_with("text/html") && page.html.contains("name=\"csrf\"") {
            self.page.lock().expect("no panic").clone_from(&page.html);
        }
        page
    }

    pub fn request(&self, form: &Form) -> RequestBuilder {
        let referer = self.address.lock().expect("no panic").clone();
        let request = self.http.post(format!("{}{}", self.base, form.action)).header(REFERER, referer);
        if form.is_multipart { request.multipart(form.multipart()) } else { request.form(form.urlencoded()) }
    }
}
