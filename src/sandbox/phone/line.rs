//! The newcomer's phone call and the fallback phone beside it: one call at a time, moved by buttons.
//!
//! Invariant: one task owns the call, so that what is pressed happens in the order it was pressed.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use super::super::world::World;
use super::call::{Call, Waits};
use super::exchange::{Exchange, Number, Trouble};

/// Presses that may wait.
const PRESSES_MAX: usize = 16;
/// Lines kept on the screen.
const LINES_MAX: usize = 200;

/// Something that is pressed.
#[derive(Clone, Debug)]
pub enum Press {
    /// The caller calls, from this number.
    Call(String),
    /// The caller speaks.
    Say(String),
    /// The caller presses keys.
    Keys(String),
    /// The caller says nothing.
    Nothing,
    /// The caller hangs up.
    HangUp,
    /// The fallback phone is picked up.
    PickUp,
    /// A key on the fallback phone.
    KeyThere(String),
    /// A voicemail picks the fallback phone up.
    Voicemail,
    /// The fallback phone is declined.
    Decline,
    /// The fallback phone is hung up.
    HangUpThere,
}

/// Who said a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The company.
    Company,
    /// The caller.
    Caller,
    /// The fallback phone hears it.
    Whisper,
    /// The line itself.
    Line,
}

/// What the two phones show.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What the call waits for.
    pub waits: Waits,
    /// What was said, in order.
    pub lines: Vec<(Speaker, String)>,
    /// Whether something is on its way.
    pub busy: bool,
}

impl Default for Shown {
    fn default() -> Self {
        Self { waits: Waits::Nothing, lines: Vec::new(), busy: false }
    }
}

/// The phone on the page. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Line {
    shown: Arc<Mutex<Shown>>,
    presses: Arc<Mutex<Option<mpsc::Sender<Press>>>>,
}

impl Line {
    /// What the two phones show.
    pub fn shown(&self) -> Shown {
        self.lock().clone()
    }

    /// Presses something. Too many at once are as if they had not been pressed.
    pub fn press(&self, world: &World, number: Number, press: Press) {
        let mut presses = self.presses.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = presses.get_or_insert_with(|| {
            let (sender, receiver) = mpsc::channel(PRESSES_MAX);
            let owner = Owner { line: self.clone(), world: world.clone(), number, call: None };
            tokio::spawn(owner.run(receiver));
            sender
        });
        drop(sender.try_send(press));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task that owns the call.
struct Owner {
    line: Line,
    world: World,
    number: Number,
    call: Option<Call>,
}

/// What moves the call without anybody pressing something.
enum Moved {
    Pressed(Option<Press>),
    Said(Option<String>),
    Redirected,
}

impl Owner {
    async fn run(mut self, mut presses: mpsc::Receiver<Press>) {
        let exchange = self.world.exchange().clone();
        loop {
            let moved = match self.call.as_mut().and_then(Call::relay) {
                Some(relay) => tokio::select! {
                    press = presses.recv() => Moved::Pressed(press),
                    said = relay.utterance() => Moved::Said(said),
                },
                None => tokio::select! {
                    press = presses.recv() => Moved::Pressed(press),
                    () = exchange.told() => Moved::Redirected,
                },
            };
            let outcome = match moved {
                Moved::Pressed(None) => return,
                Moved::Pressed(Some(press)) => self.pressed(&exchange, press).await,
                Moved::Said(Some(words)) => {
                    self.add(Speaker::Company, words);
                    Ok(())
                }
                Moved::Said(None) => self.closed().await,
                Moved::Redirected => self.redirected().await,
            };
            if let Err(trouble) = outcome {
                self.add(Speaker::Line, trouble.to_string());
            }
            self.show(false);
        }
    }

    async fn pressed(&mut self, exchange: &Exchange, press: Press) -> Result<(), Trouble> {
        self.show(true);
        if let Press::Call(from) = &press {
            self.line.lock().lines.clear();
            self.call = Some(Call::dial(exchange, &self.number, from).await?);
            return Ok(());
        }
        if let Press::Say(words) = &press {
            self.add(Speaker::Caller, words.clone());
            self.show(true);
        }
        let Some(call) = &mut self.call else { return Ok(()) };
        match press {
            Press::Call(_) => Ok(()),
            Press::Say(words) => match call.waits() {
                Waits::Recording => call.leave_message(&words).await,
                Waits::Bridged { .. } => Ok(()),
                Waits::Socket => match call.relay() {
                    Some(relay) => relay.prompt(&words).await,
                    None => Ok(()),
                },
                _ => call.say(&words).await,
            },
            Press::Keys(keys) => match call.relay() {
                Some(relay) => relay.key(&keys).await,
                None => call.press(&keys).await,
            },
            Press::Nothing => call.say_nothing().await,
            Press::HangUp => call.hang_up().await,
            Press::PickUp => call.pick_up().await,
            Press::KeyThere(key) => call.press_there(&key).await,
            Press::Voicemail => {
                call.pick_up().await?;
                call.press_nothing_there().await
            }
            Press::Decline => call.fail_there("busy").await,
            Press::HangUpThere => call.hang_up_there(30).await,
        }
    }

    async fn closed(&mut self) -> Result<(), Trouble> {
        match &mut self.call {
            Some(call) => call.socket_closed().await,
            None => Ok(()),
        }
    }

    async fn redirected(&mut self) -> Result<(), Trouble> {
        match &mut self.call {
            Some(call) => call.go_where_told().await.map(|_| ()),
            None => Ok(()),
        }
    }

    fn add(&self, by: Speaker, words: String) {
        let mut shown = self.line.lock();
        shown.lines.push((by, words));
        let surplus = shown.lines.len().saturating_sub(LINES_MAX);
        shown.lines.drain(..surplus);
    }

    /// Brings both screens up to date.
    fn show(&mut self, busy: bool) {
        let heard = self.call.as_mut().map(|call| (call.heard(), call.whispered(), call.waits().clone()));
        let (heard, whispered, waits) = heard.unwrap_or((Vec::new(), Vec::new(), Waits::Nothing));
        heard.into_iter().for_each(|words| self.add(Speaker::Company, words));
        whispered.into_iter().for_each(|words| self.add(Speaker::Whisper, words));
        let mut shown = self.line.lock();
        (shown.waits, shown.busy) = (waits, busy);
        drop(shown);
        self.world.changed();
    }
}
