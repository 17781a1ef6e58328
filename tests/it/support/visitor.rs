//! A customer's browser, speaking the widget API.

use baton::realtime::Bus;
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use super::{Events, TestApp};

const API: &str = "/backend/widget/v2";

/// A visitor with a contact token and, after [`Visitor::begin`], a session.
#[derive(Clone)]
pub struct Visitor {
    pub http: reqwest::Client,
    pub base: String,
    pub bus: Bus,
    pub bot: String,
    pub token: Option<String>,
    pub external_id: String,
    pub session: String,
}

impl Visitor {
    /// A browser that loaded the widget `demo` and has said nothing yet.
    pub fn new(app: &TestApp) -> Self {
        Self {
            http: app.http.clone(),
            base: app.url(""),
            bus: app.desk().bus.clone(),
            bot: "demo".into(),
            token: None,
            external_id: uuid::Uuid::new_v4().to_string(),
            session: String::new(),
        }
    }

    /// A visitor with a session in which nothing was said.
    pub async fn arrive(app: &TestApp) -> Self {
        let mut visitor = Self::new(app);
        visitor.create_contact().await;
        visitor.begin().await;
        visitor
    }

    pub async fn create_contact(&mut self) {
        let created = ok(self.post("/contact/create-unverified", &json!({}))).await;
        self.token = Some(created["token"].as_str().expect("a token").to_owned());
    }

    pub async fn begin(&mut self) -> Value {
        let created = ok(self.post("/create-session", &json!({"customData": {"external_id": self.external_id}}))).await;
        self.session = created["id"].as_str().expect("an id").to_owned();
        created
    }

    /// A call of the widget API, with whatever tokens there are.
    pub fn call(&self, method: Method, path: &str) -> RequestBuilder {
        let path = if path.starts_with("/widget/") { path.to_owned() } else { format!("{API}{path}") };
        let call = self.http.request(method, format!("{}{path}", self.base)).header("x-bot-token", &self.bot);
        match &self.token {
            Some(token) => call.bearer_auth(token),
            None => call,
        }
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.call(Method::GET, path)
    }

    /// The list of sessions that `filters` lets through.
    pub fn list(&self, filters: &str, more: &[(&str, &str)]) -> RequestBuilder {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("filters", filters).extend_pairs(more);
        self.get(&format!("/sessions?{}", query.finish()))
    }

    /// The filter for this browser's sessions.
    pub fn here(&self) -> String {
        json!({"external_id": self.external_id}).to_string()
    }

    pub fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.call(Method::POST, path).json(body)
    }

    /// A message as the widget sends it.
    pub fn message(&self, uuid: &str, text: &str) -> Value {
        json!({"uuid": uuid, "content": text, "session_id": self.session, "bot_token": self.bot, "language": "en"})
    }

    pub fn sending(&self, body: &Value) -> RequestBuilder {
        self.post("/chat/send", body)
    }

    /// Sends a text and does the AI's work meanwhile; the answer to the request.
    pub async fn say(&self, app: &TestApp, text: &str) -> Value {
        let uuid = uuid::Uuid::new_v4().to_string();
        app.while_draining(ok(self.sending(&self.message(&uuid, text)))).await
    }

    pub async fn poll(&self) -> Value {
        ok(self.get(&format!("/poll/{}", self.session))).await
    }

    pub async fn history(&self) -> Vec<Value> {
        self.poll().await["history"].as_array().expect("a history").clone()
    }

    /// The texts of the history, oldest first.
    pub async fn texts(&self) -> Vec<String> {
        let history = self.history().await;
        history.iter().map(|item| item["content"]["text"].as_str().expect("a text").to_owned()).collect()
    }

    pub async fn ask_for_person(&self) -> Value {
        ok(self.post(&format!("/widget/v1/sessions/{}/person", self.session), &json!({}))).await
    }

    pub async fn live(&self, last_event_id: Option<i64>) -> Events {
        let mut call = self.get(&format!("/widget/v1/sessions/{}/live", self.session));
        if let Some(id) = last_event_id {
            call = call.header("last-event-id", id);
        }
        let response = call.send().await.expect("a response");
        assert_eq!(response.status(), StatusCode::OK);
        self.events(response)
    }

    /// The stream that a response to this visitor is.
    pub fn events(&self, response: Response) -> Events {
        Events::of(response, &self.bus, self.id())
    }

    pub async fn upload(&self, name: &str, content: Vec<u8>) -> Response {
        let part = reqwest::multipart::Part::bytes(content).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new().part("file", part);
        self.call(Method::POST, "/upload").multipart(form).send().await.expect("a response")
    }

    pub fn id(&self) -> baton::handoff::ConversationId {
        self.session.parse().expect("a session")
    }
}

/// The JSON of a call that must succeed.
pub async fn ok(call: RequestBuilder) -> Value {
    let response = call.send().await.expect("a response");
    let status = response.status();
    let body = response.text().await.expect("a body");
    assert!(status.is_success(), "{status}: {body}");
    serde_json::from_str(&body).expect("JSON")
}

/// The words of a call that must be refused with this status, in the documented shape.
pub async fn refused(call: RequestBuilder, status: u16) -> String {
    let response = call.send().await.expect("a response");
    let got = response.status();
    let body = response.text().await.expect("a body");
    assert_eq!(got.as_u16(), status, "{body}");
    let body: Value = serde_json::from_str(&body).expect("refusals are JSON");
    assert_eq!(body["statusCode"], status);
    assert!(body["error"].as_str().is_some_and(|error| !error.is_empty()), "{body}");
    let message = body["message"].as_str().expect("a message");
    assert!(!message.is_empty());
    message.to_owned()
}
