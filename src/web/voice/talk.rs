//! The conversation over a socket: what the AI writes is said while it is written, and stops the moment it may not go on.
//!
//! Invariant: before each piece of the AI's the epoch is looked at; after a piece was refused nothing more is said.

use std::time::Duration;

use actix_ws::{Message, MessageStream, Session};
use baton_adapters::contract::voice::{Heard, Said};
use tokio::time::Instant;

use crate::desk::DeskError;
use crate::desk::calls::{Caller, Told, agent_of};
use crate::handoff::call::{Happening, Step, Utterance};
use crate::handoff::{Epoch, MessageId};
use crate::realtime::{Hint, Lagged, Subscription};
use crate::store::calls::StoredCall;
use crate::store::conversations;
use crate::web::site::Site;

use super::door::Number;
use super::flatten::Flatten;
use super::tongue;

/// Silence after which the caller is asked, beside the time that speaking takes.
const SILENCE: Duration = Duration::from_secs(8);
/// Longest time a caller may speak without a pause.
const SPEECH_MAX: Duration = Duration::from_secs(90);
/// How long an answer may take before the caller is told to wait a moment.
const THINKING: Duration = Duration::from_secs(4);
/// Time a spoken character takes.
const CHARACTER: Duration = Duration::from_millis(65);
/// Quiet time after a key until the keys count as entered.
const KEYS_QUIET: Duration = Duration::from_millis(1_500);

/// A conversation over a socket.
pub(super) struct Talk {
    site: Site,
    number: Number,
    stored: StoredCall,
    session: Session,
    /// The AI's ownership that is being spoken for.
    epoch: Epoch,
    /// The message that is being said while it is written.
    writing: Option<(MessageId, Flatten)>,
    /// The message that was said last, whole.
    said: Option<MessageId>,
    /// Messages that are not to be said any more.
    cut: Vec<MessageId>,
    /// The language the provider was told to speak and to hear.
    language: String,
    keys: String,
    quiet_at: Instant,
}

/// Whether the conversation goes on.
#[derive(PartialEq, Eq)]
enum Goes {
    On,
    Over,
}

impl Talk {
    pub(super) fn new(site: Site, number: Number, stored: StoredCall, session: Session) -> Self {
        let quiet_at = Instant::now() + SILENCE;
        let (writing, said, cut, keys) = (None, None, Vec::new(), String::new());
        // As the document said that opened the socket.
        let language = stored.call.language.clone().unwrap_or_else(|| agent_of(&number.account.channel).language);
        Self { site, number, stored, session, epoch: Epoch(0), writing, said, cut, language, keys, quiet_at }
    }

    /// Talks until either side ends it.
    pub(super) async fn run(&mut self, stream: &mut MessageStream) -> Result<(), DeskError> {
        let mut hints = self.site.desk.bus.subscribe_to(self.stored.conversation);
        let mut stopped = self.site.stopped.clone();
        if self.ask(Caller::Did(Happening::Asked)).await? == Goes::Over {
            return Ok(());
        }
        loop {
            // What the caller does comes first: an interruption that has arrived is not talked over by what waits to be said.
            let goes = tokio::select! {
                biased;
                frame = stream.recv() => match frame {
                    Some(Ok(frame)) => self.heard(frame).await?,
                    Some(Err(_)) | None => Goes::Over,
                },
                hint = next(&mut hints) => self.hinted(hint).await?,
                () = tokio::time::sleep_until(self.quiet_at) => self.quiet().await?,
                _ = stopped.changed() => Goes::Over,
            };
            if goes == Goes::Over {
                return Ok(());
            }
        }
    }

    async fn heard(&mut self, frame: Message) -> Result<Goes, DeskError> {
        let text = match frame {
            Message::Text(text) => text,
            Message::Ping(bytes) => return Ok(self.sent(self.session.clone().pong(&bytes).await.is_ok())),
            Message::Close(_) => return Ok(Goes::Over),
            _ => return Ok(Goes::On),
        };
        let heard = self.number.voice().ok().and_then(|voice| voice.heard(&text).ok());
        match heard {
            Some(Heard::Prompt { text, last: true, language }) if !text.trim().is_empty() => {
                self.prompted(text, language.as_deref()).await
            }
            // Whoever speaks is not asked whether they are there, however long it takes.
            Some(Heard::Speaking(true)) => {
                self.quiet_at = Instant::now() + SPEECH_MAX;
                Ok(Goes::On)
            }
            Some(Heard::Prompt { .. } | Heard::Speaking(false) | Heard::Played) => {
                self.quiet_at = Instant::now() + SILENCE;
                Ok(Goes::On)
            }
            Some(Heard::Interrupt { heard }) => self.interrupted(&heard).await,
            Some(Heard::Key(key)) => {
                self.keys.push_str(&key);
                self.quiet_at = Instant::now() + KEYS_QUIET;
                if self.keys == "0" || key == "#" { self.quiet().await } else { Ok(Goes::On) }
            }
            Some(Heard::Error(why)) => {
                tracing::warn!(call = %self.stored.id, why, "the provider could not use a frame");
                Ok(Goes::On)
            }
            _ => Ok(Goes::On),
        }
    }

    /// The caller has spoken, perhaps in another language, or only to ask for one.
    async fn prompted(&mut self, text: String, reported: Option<&str>) -> Result<Goes, DeskError> {
        self.quiet_at = Instant::now() + THINKING;
        let agent = agent_of(&self.number.account.channel);
        let current = self.stored.call.language.as_deref().unwrap_or(&agent.language);
        if let Some(wanted) = tongue::by_words(&agent, current, &text, reported) {
            let is_all = matches!(wanted, Happening::Speaks { asked: Some(_), .. });
            let goes = self.ask(Caller::Did(wanted)).await?;
            if is_all || goes == Goes::Over {
                return Ok(goes);
            }
        }
        self.ask(Caller::Said(text)).await
    }

    /// Nothing was heard for a while: what was keyed in counts, or the caller is asked whether they are there.
    async fn quiet(&mut self) -> Result<Goes, DeskError> {
        self.rest(0);
        let keys = std::mem::take(&mut self.keys);
        let keys = keys.trim_end_matches('#');
        if let Some(chosen) = tongue::by_key(&agent_of(&self.number.account.channel), keys) {
            return self.ask(Caller::Did(chosen)).await;
        }
        match keys {
            "" => self.ask(Caller::Did(Happening::Silent)).await,
            "0" => self.ask(Caller::Did(Happening::Zero)).await,
            keys => self.ask(Caller::Said(keys.to_owned())).await,
        }
    }

    async fn interrupted(&mut self, heard: &str) -> Result<Goes, DeskError> {
        let writing = self.writing.take().map(|(message, _)| message);
        if let Some(message) = writing.or(self.said.take()) {
            self.cut.push(message);
            self.site.desk.cut_short(self.stored.id, message, heard).await?;
        }
        self.rest(0);
        Ok(Goes::On)
    }

    async fn hinted(&mut self, hint: Result<Hint, Lagged>) -> Result<Goes, DeskError> {
        match hint {
            Ok(Hint::Delta { message, text, .. }) => self.written(message, &text).await,
            Ok(Hint::DeltaCancelled { message, .. }) => self.taken_back(message).await,
            Ok(Hint::Changed { .. }) | Err(Lagged) if self.site.desk.call_has_news(&self.stored).await? => {
                self.ask(Caller::Did(Happening::Asked)).await
            }
            Ok(_) | Err(Lagged) => Ok(Goes::On),
        }
    }

    /// The AI wrote some more.
    async fn written(&mut self, message: MessageId, text: &str) -> Result<Goes, DeskError> {
        if self.cut.contains(&message) || !self.site.desk.may_speak(self.stored.conversation, self.epoch).await? {
            return Ok(Goes::On);
        }
        if self.writing.as_ref().is_none_or(|(other, _)| *other != message) {
            self.writing = Some((message, Flatten::default()));
        }
        let Some((_, flatten)) = &mut self.writing else { return Ok(Goes::On) };
        let token = flatten.push(text);
        if token.is_empty() {
            return Ok(Goes::On);
        }
        self.rest(token.chars().count());
        self.say(Said::Text { token, last: false }).await
    }

    /// What was being said will not be written to its end.
    async fn taken_back(&mut self, message: MessageId) -> Result<Goes, DeskError> {
        let Some((_, flatten)) = self.writing.take_if(|(writing, _)| *writing == message) else { return Ok(Goes::On) };
        self.cut.push(message);
        let goes = self.say(Said::Text { token: String::new(), last: true }).await?;
        if !flatten.said().is_empty() {
            self.site.desk.note_cut_off(self.stored.id, flatten.said()).await?;
        }
        Ok(goes)
    }

    /// Tells the desk, and does what the call is to do next.
    async fn ask(&mut self, what: Caller) -> Result<Goes, DeskError> {
        let step = self.stored.call.step;
        let channel = self.number.account.channel.clone();
        let told = match self.site.desk.call_happened(&channel, self.stored.id, step, what).await {
            Err(DeskError::Invalid(_)) => return Ok(Goes::On),
            told => told?,
        };
        let is_news = told.stored.call != self.stored.call;
        self.stored = told.stored.clone();
        if is_news { self.follow(told).await } else { Ok(Goes::On) }
    }

    async fn follow(&mut self, told: Told) -> Result<Goes, DeskError> {
        let record = conversations::find(self.site.desk.store.reader(), self.stored.conversation).await?;
        self.epoch = record.map_or(self.epoch, |record| record.core.epoch);
        let language = told.stored.call.language.as_ref().unwrap_or(&told.agent.language);
        if *language != self.language {
            self.language.clone_from(language);
            if self.say(Said::Language(language.clone())).await? == Goes::Over {
                return Ok(Goes::Over);
            }
        }
        for step in told.steps {
            let goes = match step {
                Step::Listen { prompts } => self.speak(prompts).await?,
                Step::Say { .. } | Step::Poll { .. } | Step::Converse => Goes::On,
                // Everything else needs the call itself: the provider asks for it once the socket is closed.
                Step::Dial { .. } | Step::Record | Step::HangUp | Step::Whisper { .. } => {
                    self.say(Said::End { why: "next".into() }).await?;
                    Goes::Over
                }
            };
            if goes == Goes::Over {
                return Ok(Goes::Over);
            }
        }
        Ok(Goes::On)
    }

    async fn speak(&mut self, prompts: Vec<Utterance>) -> Result<Goes, DeskError> {
        for prompt in prompts {
            let begun = self.writing.take_if(|(writing, _)| Some(*writing) == prompt.message);
            let token = begun.map_or_else(|| prompt.text.clone(), |(_, flatten)| flatten.rest_of(&prompt.text));
            self.said = prompt.message;
            self.rest(prompt.text.chars().count());
            if self.say(Said::Text { token, last: true }).await? == Goes::Over {
                return Ok(Goes::Over);
            }
        }
        Ok(Goes::On)
    }

    async fn say(&mut self, said: Said) -> Result<Goes, DeskError> {
        let Ok(frame) = self.number.voice().map(|voice| voice.frame(&said)) else { return Ok(Goes::Over) };
        let is_sent = self.session.text(frame).await.is_ok();
        Ok(self.sent(is_sent))
    }

    fn sent(&self, is_sent: bool) -> Goes {
        if is_sent { Goes::On } else { Goes::Over }
    }

    /// The caller may be silent from now on for a while, after some characters have been said.
    fn rest(&mut self, characters: usize) {
        let speaking = CHARACTER * u32::try_from(characters).unwrap_or(u32::MAX).min(2_000);
        self.quiet_at = self.quiet_at.max(Instant::now() + SILENCE + speaking);
    }
}

async fn next(hints: &mut Subscription) -> Result<Hint, Lagged> {
    hints.recv().await
}
