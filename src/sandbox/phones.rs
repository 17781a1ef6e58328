//! The customers' phones: what is on their screens.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use chrono::{DateTime, Utc};

use crate::clock::{Clock as _, SystemClock};

/// Most messages of one screen.
const BUBBLES_MAX: usize = 2_000;
/// The last three digits of the phones' numbers: 555-0100 to 555-0199 are nobody's.
const FIRST_PHONE: u32 = 107;
const LAST_PHONE: u32 = 199;

/// The program a message is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Program {
    /// Text messages.
    Sms,
    /// WhatsApp.
    Whatsapp,
}

impl Program {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sms, Self::Whatsapp];

    /// Its name in forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Whatsapp => "whatsapp",
        }
    }
}

/// A file on a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its content; empty where only an address came.
    pub content: Bytes,
}

/// A message on a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bubble {
    /// The provider's name for it.
    pub id: String,
    /// Whether the customer wrote it.
    pub mine: bool,
    /// What it says.
    pub text: String,
    /// What came along.
    pub files: Vec<File>,
    /// Answers to choose from.
    pub choices: Vec<String>,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether the company has read it.
    pub read: bool,
}

impl Bubble {
    /// A message of now.
    pub fn new(id: String, mine: bool, text: &str) -> Self {
        let at = SystemClock.now();
        Self { id, mine, text: text.to_owned(), files: Vec::new(), choices: Vec::new(), at, read: false }
    }
}

/// The number of the phone in the visitor's pocket. Whoever takes another phone is another customer. Clones share it.
#[derive(Clone, Debug)]
pub struct Pocket(Arc<Mutex<u32>>);

impl Default for Pocket {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(FIRST_PHONE)))
    }
}

impl Pocket {
    /// The number, in E.164.
    pub fn number(&self) -> String {
        format!("+15550100{}", *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the next phone; after the last comes the first again.
    pub fn take_another(&self) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = if *last >= LAST_PHONE { FIRST_PHONE } else { *last + 1 };
    }
}

/// A screen: the program and the phone's number.
type Screen = (Program, String);

/// The phones. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Phones(Arc<Mutex<BTreeMap<Screen, Conversation>>>);

#[derive(Debug, Default)]
struct Conversation {
    bubbles: Vec<Bubble>,
    /// Until when the company is said to be typing.
    typing_until: Option<DateTime<Utc>>,
}

impl Phones {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Screen, Conversation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a message on a screen.
    pub fn show(&self, program: Program, number: &str, bubble: Bubble) {
        let mut phones = self.lock();
        let conversation = phones.entry((program, number.to_owned())).or_default();
        if !bubble.mine {
            conversation.typing_until = None;
        }
        let screen = &mut conversation.bubbles;
        screen.push(bubble);
        let over = screen.len().saturating_sub(BUBBLES_MAX);
        screen.drain(..over);
    }

    /// What is on a screen, oldest first.
    pub fn screen(&self, program: Program, number: &str) -> Vec<Bubble> {
        self.lock().get(&(program, number.to_owned())).map(|screen| screen.bubbles.clone()).unwrap_or_default()
    }

    /// A message by its name.
    pub fn find(&self, program: Program, id: &str) -> Option<Bubble> {
        let phones = self.lock();
        let mut all = phones.iter().filter(|((on, _), _)| *on == program).flat_map(|(_, screen)| &screen.bubbles);
        all.find(|bubble| bubble.id == id).cloned()
    }

    /// Says that the company is typing.
    pub fn type_until(&self, program: Program, number: &str, until: DateTime<Utc>) {
        self.lock().entry((program, number.to_owned())).or_default().typing_until = Some(until);
    }

    /// Whether the company is said to be typing.
    pub fn is_typing(&self, program: Program, number: &str) -> bool {
        let now = SystemClock.now();
        self.lock().get(&(program, number.to_owned())).and_then(|screen| screen.typing_until).is_some_and(|at| at > now)
    }

    /// Whose phone a message is on.
    pub fn owner_of(&self, program: Program, id: &str) -> Option<String> {
        let phones = self.lock();
        let holds = |screen: &Conversation| screen.bubbles.iter().any(|bubble| bubble.id == id);
        let found = phones.iter().find(|((on, _), screen)| *on == program && holds(screen));
        found.map(|((_, number), _)| number.clone())
    }

    /// Notes that the company has read a message.
    pub fn mark_read(&self, program: Program, id: &str) {
        for ((on, _), screen) in self.lock().iter_mut() {
            for bubble in screen.bubbles.iter_mut().filter(|bubble| *on == program && bubble.id == id) {
                bubble.read = true;
            }
        }
    }
}
