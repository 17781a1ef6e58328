//! What a channel that carries speech can do besides: read what a provider tells about a call, and write what it is to do
//! next. A call is a row of documents, each asked for by the provider; a conversation over a socket is a row of frames.
//!
//! May not decide anything: which step comes next is said by the core.

use async_trait::async_trait;

use super::{Account, DeliveryError, ParseError, RawRequest};

/// A channel that carries speech.
#[async_trait]
pub trait Voice: Send + Sync {
    /// What a signed request tells about a call.
    ///
    /// # Errors
    /// [`ParseError`] if it names no call.
    fn report(&self, request: &RawRequest) -> Result<CallReport, ParseError>;

    /// The steps as the provider reads them.
    fn document(&self, steps: &[Step]) -> Document;

    /// What a frame of a socket says.
    ///
    /// # Errors
    /// [`ParseError`] if it is not what the provider documents.
    fn heard(&self, frame: &str) -> Result<Heard, ParseError>;

    /// A frame as the provider reads it.
    fn frame(&self, said: &Said) -> String;

    /// Makes a call that is going on ask for its next document at `url`, whatever it is doing.
    ///
    /// # Errors
    /// [`DeliveryError`] says whether to try again.
    async fn redirect(&self, account: &Account, call: &str, url: &str) -> Result<(), DeliveryError>;
}

/// What is served to the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its media type.
    pub content_type: &'static str,
    /// Its bytes.
    pub body: String,
}

/// What a provider tells about a call. Which parts are there depends on what had been asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallReport {
    /// The provider's name for the call, or for the leg that is talked to.
    pub call: String,
    /// The call this leg was dialled from.
    pub parent: Option<String>,
    /// The caller's number; `None` where it is withheld.
    pub from: Option<String>,
    /// The number that was called.
    pub to: String,
    /// The number the caller had dialled, if that one sent the call on.
    pub forwarded_from: Option<String>,
    /// The caller's name, if the provider tells.
    pub caller_name: Option<String>,
    /// Whether the call is over.
    pub is_over: bool,
    /// What was said.
    pub speech: Option<String>,
    /// The language that was heard (BCP-47), if the provider tells.
    pub language: Option<String>,
    /// Keys that were pressed.
    pub keys: Option<String>,
    /// What became of a number that was dialled.
    pub dialled: Option<Dialled>,
    /// What was recorded.
    pub recording: Option<Recording>,
    /// What was understood of a recording.
    pub transcription: Option<String>,
    /// How a conversation over a socket ended.
    pub session: Option<String>,
    /// Length of the call, in seconds.
    pub duration_s: Option<u32>,
}

/// What became of a number that was dialled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialled {
    /// The provider's word: `completed`, `busy`, `no-answer`, `failed`, `canceled`.
    pub status: String,
    /// Whether the two were put through to each other.
    pub bridged: bool,
    /// How long it lasted, in seconds.
    pub duration_s: Option<u32>,
}

/// What was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// Where the provider keeps it.
    pub url: String,
    /// Its length, in seconds.
    pub duration_s: u32,
}

/// Words to be spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Plain text.
    pub text: String,
    /// BCP-47.
    pub language: Option<String>,
    /// The provider's name of a voice.
    pub voice: Option<String>,
}

/// A language with its voice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tongue {
    /// BCP-47.
    pub language: String,
    /// The provider's name of a voice.
    pub voice: Option<String>,
}

/// One step of a document. Addresses are whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Say something.
    Say(Words),
    /// Wait, in seconds.
    Pause(u32),
    /// Wait for the other side to speak or to press a key, while `prompts` are said. Asks `then` in any case.
    Listen {
        /// Who is told what was heard, or that nothing was.
        then: String,
        /// What is said meanwhile.
        prompts: Vec<Words>,
        /// Whether speech ends the prompts.
        barge_in: bool,
        /// Whether speech counts at all, or only keys.
        speech: bool,
        /// How many keys are wanted; `None` is any number.
        keys: Option<u32>,
        /// How long to wait for the first sound, in seconds.
        wait_s: u32,
        /// BCP-47.
        language: Option<String>,
        /// Words that are likely.
        hints: Vec<String>,
    },
    /// Go on with another document.
    Go(String),
    /// Call a number and put the two through to each other once `whisper` allows it.
    Dial {
        /// The number.
        number: String,
        /// How long to let it ring, in seconds.
        ring_s: u32,
        /// What the person who picks up hears first.
        whisper: String,
        /// Who is told what became of it.
        then: String,
    },
    /// Record what is said.
    Record {
        /// Who is told that it is over.
        then: String,
        /// Who is told what was understood, if that is wanted.
        transcribed: Option<String>,
        /// Longest recording, in seconds.
        length_s_max: u32,
    },
    /// Talk over a socket.
    Converse {
        /// The socket's address.
        socket: String,
        /// Who is told when the socket is closed, by whomever.
        then: String,
        /// BCP-47.
        language: Option<String>,
        /// The provider's name of a voice.
        voice: Option<String>,
        /// Languages that it may be changed to.
        others: Vec<Tongue>,
        /// Whether speech ends what is being said.
        interruptible: bool,
        /// Words that are likely.
        hints: Vec<String>,
    },
    /// End the call.
    HangUp,
    /// Do not take the call at all.
    Reject,
}

/// What a socket's frame says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The conversation begins. Comes first.
    Setup {
        /// The provider's name for the call.
        call: String,
    },
    /// The other side spoke.
    Prompt {
        /// The words.
        text: String,
        /// Whether they have finished.
        last: bool,
        /// BCP-47.
        language: Option<String>,
    },
    /// The other side spoke while something was said.
    Interrupt {
        /// The words that had been heard by then.
        heard: String,
    },
    /// The other side begins to speak, or has stopped.
    Speaking(bool),
    /// What was said last has been played to its end.
    Played,
    /// A key.
    Key(String),
    /// The provider could not use a frame.
    Error(String),
    /// Something that has no use, by its name.
    Other(String),
}

/// What is said over a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Some words of an utterance.
    Text {
        /// The words.
        token: String,
        /// Whether the utterance ends with them.
        last: bool,
    },
    /// From now on in another language (BCP-47).
    Language(String),
    /// Keys to press.
    Keys(String),
    /// The conversation ends; what the provider is to say when it asks what comes next.
    End {
        /// A word for it, never anything about a person.
        why: String,
    },
}
