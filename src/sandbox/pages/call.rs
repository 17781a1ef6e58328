//! The phone call: the caller's phone, and beside it the one that the company calls when somebody asks for a person.

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::super::phone::{Press, Shown, Speaker, Waits};
use super::super::world::World;
use super::Tab;
use super::live::back_to;
use super::page::html;
use crate::web::html::nestable;
use crate::web::icon::Icon;

/// Where the page is.
pub(super) const PATH: &str = "/sandbox/call";
/// Longest sentence.
const WORDS_CHARS_MAX: usize = 600;
/// Sentences worth trying.
const TRIES: [&str; 3] =
    ["How long does delivery take?", "What is your return policy?", "I want to talk to a human, please."];

#[derive(Template)]
#[template(path = "sandbox/call.html")]
struct CallPage {
    tab: Tab,
    number: String,
    screen: Phones,
    tries: &'static [&'static str],
}

/// Both phones.
#[derive(Template)]
#[template(path = "sandbox/_call.html")]
struct Phones {
    shown: Shown,
    company: &'static str,
}

nestable!(Phones);

impl Phones {
    fn of(world: &World) -> Self {
        Self { shown: world.line().shown(), company: super::super::twilio::NUMBER }
    }

    fn state(&self) -> String {
        match &self.shown.waits {
            _ if self.shown.busy => "One moment\u{2026}".into(),
            Waits::Nothing if self.shown.lines.is_empty() => "Not on the phone".into(),
            Waits::Nothing => "Call ended".into(),
            Waits::Caller | Waits::Socket => "It is your turn".into(),
            Waits::Ringing { number } | Waits::Whispering { number } => format!("Ringing {number}"),
            Waits::Bridged { number } => format!("Through to {number}"),
            Waits::Recording => "Recording: leave your message".into(),
        }
    }

    fn is_on(&self) -> bool {
        self.shown.waits != Waits::Nothing
    }

    fn rings(&self) -> bool {
        matches!(self.shown.waits, Waits::Ringing { .. })
    }

    fn asks(&self) -> bool {
        matches!(self.shown.waits, Waits::Whispering { .. })
    }

    fn talks(&self) -> bool {
        matches!(self.shown.waits, Waits::Bridged { .. })
    }

    /// What the fallback phone is called by.
    fn there(&self) -> Option<&str> {
        match &self.shown.waits {
            Waits::Ringing { number } | Waits::Whispering { number } | Waits::Bridged { number } => Some(number),
            _ => None,
        }
    }

    /// What the caller hears and says.
    fn lines(&self) -> impl Iterator<Item = &(Speaker, String)> {
        self.shown.lines.iter().filter(|(by, _)| *by != Speaker::Whisper)
    }

    /// What is said to whoever picked up.
    fn whispers(&self) -> impl Iterator<Item = &str> {
        let whispers = self.shown.lines.iter().filter(|(by, _)| *by == Speaker::Whisper);
        whispers.map(|(_, words)| words.as_str())
    }
}

/// The page.
pub(super) async fn show(world: web::Data<World>) -> HttpResponse {
    html(&CallPage { tab: Tab::Call, number: world.pocket().number(), screen: Phones::of(&world), tries: &TRIES })
}

/// Both phones alone.
pub(super) async fn screen(world: web::Data<World>) -> HttpResponse {
    html(&Phones::of(&world))
}

/// What was pressed.
#[derive(Deserialize)]
pub(super) struct Pressed {
    press: String,
    #[serde(default)]
    words: String,
}

/// Something is pressed.
pub(super) async fn press(world: web::Data<World>, form: web::Form<Pressed>) -> HttpResponse {
    let words: String = form.words.trim().chars().take(WORDS_CHARS_MAX).collect();
    let press = match form.press.as_str() {
        "call" => Press::Call(world.pocket().number()),
        "say" if words.is_empty() => Press::Nothing,
        "say" => Press::Say(words),
        "zero" => Press::Keys("0".into()),
        "nothing" => Press::Nothing,
        "hang-up" => Press::HangUp,
        "pick-up" => Press::PickUp,
        "accept" => Press::KeyThere("1".into()),
        "again" => Press::KeyThere("2".into()),
        "voicemail" => Press::Voicemail,
        "decline" => Press::Decline,
        "hang-up-there" => Press::HangUpThere,
        _ => return back_to(PATH),
    };
    world.line().press(&world, world.phone_number(), press);
    back_to(PATH)
}
