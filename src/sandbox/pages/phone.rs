//! The phone: text messages and WhatsApp.

use actix_web::{HttpResponse, web};
use askama::Template;
use bytes::Bytes;
use serde::Deserialize;

use super::super::faults::Fault;
use super::super::phones::{Bubble, File, Program};
use super::super::world::World;
use super::Tab;
use super::live::back_to;
use super::page::{Switch, html};
use crate::web::html::nestable;
use crate::web::icon::Icon;

/// The photo that can be sent.
const PHOTO: &[u8] = include_bytes!("photo.png");
/// Characters of a message.
const TEXT_CHARS_MAX: usize = 1_600;

#[derive(Template)]
#[template(path = "sandbox/phone.html")]
struct PhonePage {
    tab: Tab,
    program: Program,
    number: String,
    screen: Screen,
    faults: Vec<Switch>,
}

#[derive(Template)]
#[template(path = "sandbox/_screen.html")]
struct Screen {
    app: &'static str,
    bubbles: Vec<Shown>,
    typing: bool,
}

nestable!(Screen);

struct Shown {
    id: String,
    mine: bool,
    text: String,
    files: Vec<ShownFile>,
    choices: Vec<String>,
    at: String,
    read: bool,
}

struct ShownFile {
    name: String,
    url: String,
    shown: Option<String>,
}

impl Program {
    fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|program| program.name() == name).unwrap_or(Self::Sms)
    }

    fn all(self) -> &'static [Self] {
        &[Self::Sms, Self::Whatsapp]
    }

    fn path(self) -> &'static str {
        match self {
            Self::Sms => "/sandbox?app=sms",
            Self::Whatsapp => "/sandbox?app=whatsapp",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Sms => "Messages",
            Self::Whatsapp => "WhatsApp",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Sms => Icon::Chat,
            Self::Whatsapp => Icon::WhatsApp,
        }
    }

    fn company(self) -> &'static str {
        match self {
            Self::Sms => "+1 555 010 0900",
            Self::Whatsapp => "Business account",
        }
    }

    fn tries(self) -> &'static [&'static str] {
        match self {
            Self::Sms => {
                &["How long does delivery take?", "My lamp arrived broken. Can I talk to a human?", "STOP", "START"]
            }
            Self::Whatsapp => &["Can I return an oak table?", "I want to speak to a real person please"],
        }
    }
}

/// Which program.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    app: String,
}

/// The page.
pub(super) async fn show(world: web::Data<World>, asked: web::Query<Asked>) -> HttpResponse {
    let program = Program::of(&asked.app);
    let number = world.pocket().number();
    let page = PhonePage {
        tab: Tab::Phone,
        program,
        screen: on_screen(&world, program, &number),
        number,
        faults: Switch::all(&world, Fault::label),
    };
    html(&page)
}

/// What is on the screen.
pub(super) async fn screen(world: web::Data<World>, asked: web::Query<Asked>) -> HttpResponse {
    html(&on_screen(&world, Program::of(&asked.app), &world.pocket().number()))
}

fn on_screen(world: &World, program: Program, number: &str) -> Screen {
    let bubbles = world.phones().screen(program, number).into_iter().map(|bubble| shown(program, bubble)).collect();
    Screen { app: program.name(), bubbles, typing: world.phones().is_typing(program, number) }
}

fn shown(program: Program, bubble: Bubble) -> Shown {
    let file = |(n, file): (usize, &File)| {
        let here = format!("/sandbox/phone/files/{}/{}/{n}", program.name(), bubble.id);
        // What came as an address only is shown from there.
        let linked = String::from_utf8(file.content.to_vec()).ok().filter(|url| url.starts_with("http"));
        let url = linked.unwrap_or(here);
        let shown = file.media_type.starts_with("image/").then(|| url.clone());
        ShownFile { name: file.name.clone(), url, shown }
    };
    Shown {
        files: bubble.files.iter().enumerate().map(file).collect(),
        id: bubble.id,
        mine: bubble.mine,
        text: bubble.text,
        choices: bubble.choices,
        at: bubble.at.format("%H:%M").to_string(),
        read: bubble.read && bubble.mine,
    }
}

/// What the customer wrote.
#[derive(Deserialize)]
pub(super) struct Written {
    #[serde(default)]
    app: String,
    #[serde(default)]
    text: String,
    photo: Option<String>,
    choice: Option<String>,
    /// Under which message the choice stands.
    #[serde(default)]
    to: String,
}

/// The customer writes.
pub(super) async fn write(world: web::Data<World>, form: web::Form<Written>) -> HttpResponse {
    let form = form.into_inner();
    let program = Program::of(&form.app);
    let number = world.pocket().number();
    let text: String = form.text.trim().chars().take(TEXT_CHARS_MAX).collect();
    let photo =
        File { name: "broken-clamp.png".into(), media_type: "image/png".into(), content: Bytes::from_static(PHOTO) };
    let files: Vec<File> = form.photo.map(|_| photo).into_iter().collect();
    if text.is_empty() && files.is_empty() && form.choice.is_none() {
        return back_to(program.path());
    }
    match program {
        Program::Sms => drop(world.text(&number, &text, files)),
        Program::Whatsapp => match form.choice {
            Some(choice) => drop(world.whatsapp_choose(&number, &choice, &form.to)),
            None => drop(world.whatsapp_write(&number, &text, files)),
        },
    }
    back_to(program.path())
}

/// Takes another phone.
pub(super) async fn change_number(world: web::Data<World>, form: web::Form<Asked>) -> HttpResponse {
    world.pocket().take_another();
    world.changed();
    back_to(Program::of(&form.app).path())
}

/// A file on the screen.
pub(super) async fn file(world: web::Data<World>, path: web::Path<(String, String, usize)>) -> HttpResponse {
    let (app, message, n) = path.into_inner();
    let found = world.phones().find(Program::of(&app), &message).and_then(|bubble| bubble.files.into_iter().nth(n));
    match found.filter(|file| file.media_type == "image/png" || file.media_type == "image/jpeg") {
        Some(file) => HttpResponse::Ok().content_type(file.media_type).body(file.content),
        None => HttpResponse::NotFound().finish(),
    }
}
