//! The Slack workspace: the support channel with its cards and threads, and a customer's messages to the app.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::super::slack::{self, CUSTOMER, DIRECT, Post, SUPPORT, TEAM_MEMBERS};
use super::super::world::World;
use super::Tab;
use super::live::back_to;
use super::slack_text::{Card, html as text_html};
use crate::web::html::{SafeHtml, nestable};

/// Characters of a message.
const TEXT_CHARS_MAX: usize = 4_000;
/// Posts of a room that are shown.
const POSTS_MAX: usize = 40;

#[derive(Template)]
#[template(path = "sandbox/slack.html")]
struct SlackPage {
    tab: Tab,
    people: Vec<Person>,
    view: View,
    room: Room,
    thread: Option<Thread>,
}

/// Who can be played.
struct Person {
    id: &'static str,
    name: &'static str,
    role: &'static str,
}

/// What is looked at, as whom.
#[derive(Clone)]
struct View {
    who: &'static str,
    name: &'static str,
    is_team: bool,
    root: Option<String>,
}

impl View {
    fn of(asked: &Asked, slack: &slack::Workspace) -> Self {
        let person = people().into_iter().find(|person| person.id == asked.who);
        let (who, name) = person.map_or((TEAM_MEMBERS[0].0, TEAM_MEMBERS[0].1), |person| (person.id, person.name));
        let is_team = who != CUSTOMER;
        let newest = || slack.cards().last().map(|card| card.ts.clone());
        let root = asked.thread.clone().filter(|ts| !ts.is_empty()).or_else(newest).filter(|_| is_team);
        Self { who, name, is_team, root }
    }

    fn query(&self) -> String {
        let mut query = format!("who={}", self.who);
        if let Some(root) = &self.root {
            query.push_str(&format!("&thread={root}"));
        }
        query
    }
}

#[derive(Template)]
#[template(path = "sandbox/_slack_room.html")]
struct Room {
    view: View,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "sandbox/_slack_thread.html")]
struct Thread {
    lines: Vec<Line>,
    whispers: Vec<String>,
}

nestable!(Room, Thread);

struct Line {
    ts: String,
    who: String,
    is_app: bool,
    text: SafeHtml,
    card: Option<Card>,
    files: Vec<String>,
    replies: usize,
    is_open: bool,
}

fn people() -> Vec<Person> {
    let team = TEAM_MEMBERS.iter().map(|(id, name, _)| Person { id, name, role: "agent" });
    team.chain([Person { id: CUSTOMER, name: "Noor", role: "customer" }]).collect()
}

/// Who is played, and which thread is open.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    who: String,
    thread: Option<String>,
}

/// The page.
pub(super) async fn show(world: web::Data<World>, asked: web::Query<Asked>) -> HttpResponse {
    let view = View::of(&asked, world.slack());
    html(&SlackPage {
        tab: Tab::Slack,
        people: people(),
        room: in_room(&world, &view),
        thread: view.is_team.then(|| in_thread(&world, &view)),
        view,
    })
}

/// What is in the room.
pub(super) async fn room(world: web::Data<World>, asked: web::Query<Asked>) -> HttpResponse {
    html(&in_room(&world, &View::of(&asked, world.slack())))
}

/// What is in the open thread.
pub(super) async fn thread(world: web::Data<World>, asked: web::Query<Asked>) -> HttpResponse {
    html(&in_thread(&world, &View::of(&asked, world.slack())))
}

fn in_room(world: &World, view: &View) -> Room {
    let channel = if view.is_team { SUPPORT } else { DIRECT };
    let posts: Vec<Post> = world.slack().posts().into_iter().filter(|post| post.channel == channel).collect();
    let shown: Vec<&Post> = posts.iter().filter(|post| post.thread.is_none() || post.broadcast).collect();
    let newest = shown.len().saturating_sub(POSTS_MAX);
    let lines = shown[newest..].iter().map(|post| {
        let replies = posts.iter().filter(|reply| reply.thread.as_deref() == Some(&post.ts)).count();
        Line { replies, is_open: view.root.as_deref() == Some(&post.ts), ..line(world, post) }
    });
    Room { lines: lines.collect(), view: view.clone() }
}

fn in_thread(world: &World, view: &View) -> Thread {
    let Some(root) = &view.root else { return Thread { lines: Vec::new(), whispers: Vec::new() } };
    let lines = world.slack().replies(SUPPORT, root).iter().map(|post| line(world, post)).collect();
    let told = world.slack().whispers().into_iter().filter(|(to, _)| to == view.who).map(|(_, words)| words);
    let told: Vec<String> = told.collect();
    Thread { lines, whispers: told.into_iter().rev().take(1).collect() }
}

fn line(world: &World, post: &Post) -> Line {
    let name = post.username.clone().unwrap_or_else(|| world.slack().name_of(&post.user));
    Line {
        ts: post.ts.clone(),
        is_app: post.user == world.slack().bot_user(),
        who: name,
        text: text_html(&post.text),
        card: Card::of(&post.blocks),
        files: post.files.clone(),
        replies: 0,
        is_open: false,
    }
}

fn html(page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(html) => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header(("Cache-Control", "no-store"))
            .body(html),
        Err(error) => {
            tracing::error!(%error, "a page of the sandbox can not be rendered");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// What somebody wrote.
#[derive(Deserialize)]
pub(super) struct Written {
    who: String,
    thread: Option<String>,
    #[serde(default)]
    text: String,
}

/// Somebody writes in the open thread, or to the app.
pub(super) async fn write(world: web::Data<World>, form: web::Form<Written>) -> HttpResponse {
    let form = form.into_inner();
    let asked = Asked { who: form.who, thread: form.thread };
    let view = View::of(&asked, world.slack());
    let text: String = form.text.trim().chars().take(TEXT_CHARS_MAX).collect();
    // As Slack does with what people type.
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let place = if view.is_team { SUPPORT } else { DIRECT };
    if !text.is_empty() && (!view.is_team || view.root.is_some()) {
        let event = world.slack().writes(view.who, place, view.root.as_deref(), &text);
        world.slack_tells("application/json", event.to_string().into_bytes());
    }
    back_to(&format!("/sandbox/slack?{}", view.query()))
}

/// Which button.
#[derive(Deserialize)]
pub(super) struct Pressed {
    who: String,
    card: String,
    words: String,
}

/// Somebody presses a button of a card.
pub(super) async fn press(world: web::Data<World>, form: web::Form<Pressed>) -> HttpResponse {
    let form = form.into_inner();
    let view = View::of(&Asked { who: form.who, thread: Some(form.card.clone()) }, world.slack());
    if let Some(body) = world.slack().presses(view.who, SUPPORT, &form.card, &form.words) {
        world.slack_tells("application/x-www-form-urlencoded", body);
    }
    back_to(&format!("/sandbox/slack?{}", view.query()))
}
