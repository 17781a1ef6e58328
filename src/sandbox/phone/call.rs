//! One call: the verbs of the document that is being followed, and what the call waits for.

use std::collections::VecDeque;

use super::exchange::{Exchange, Number, Trouble};
use super::relay::Relay;
use super::twiml::{Verb, read};

/// Documents in a row without anything for the caller to do.
const DOCUMENTS_MAX: usize = 60;

/// What a call waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waits {
    /// The caller may speak or press keys.
    Caller,
    /// A number rings.
    Ringing {
        /// Which.
        number: String,
    },
    /// Somebody picked up there and listens; a key is waited for.
    Whispering {
        /// Which number.
        number: String,
    },
    /// The caller and the number talk with each other.
    Bridged {
        /// Which number.
        number: String,
    },
    /// What the caller says is recorded.
    Recording,
    /// The caller and Baton talk over a socket.
    Socket,
    /// Nothing: the call is over.
    Nothing,
}

/// One call.
pub struct Call {
    pub(super) exchange: Exchange,
    pub(super) number: Number,
    pub(super) from: String,
    pub(super) sid: String,
    pub(super) rest: VecDeque<Verb>,
    pub(super) waits: Waits,
    /// The verb that the call stands at.
    pub(super) at: Option<Verb>,
    /// The leg that was dialled, and what is left of its document.
    pub(super) leg: Option<(String, VecDeque<Verb>)>,
    pub(super) heard: Vec<String>,
    pub(super) whispered: Vec<String>,
    pub(super) relay: Option<Relay>,
}

impl Call {
    /// Calls a number.
    ///
    /// # Errors
    /// [`Trouble`], as with everything a call does.
    pub async fn dial(exchange: &Exchange, number: &Number, from: &str) -> Result<Self, Trouble> {
        let mut call = Self {
            exchange: exchange.clone(),
            number: number.clone(),
            from: from.to_owned(),
            sid: exchange.new_sid(),
            rest: VecDeque::new(),
            waits: Waits::Nothing,
            at: None,
            leg: None,
            heard: Vec::new(),
            whispered: Vec::new(),
            relay: None,
        };
        let url = number.voice_url.clone();
        call.go(&url, &[("CallStatus", "ringing")]).await?;
        Ok(call)
    }

    /// The provider's name for the call.
    pub fn sid(&self) -> &str {
        &self.sid
    }

    /// What it waits for.
    pub fn waits(&self) -> &Waits {
        &self.waits
    }

    /// What the caller has heard since this was last asked.
    pub fn heard(&mut self) -> Vec<String> {
        std::mem::take(&mut self.heard)
    }

    /// What the person who picked up has heard since this was last asked.
    pub fn whispered(&mut self) -> Vec<String> {
        std::mem::take(&mut self.whispered)
    }

    /// The conversation over a socket, where there is one.
    pub fn relay(&mut self) -> Option<&mut Relay> {
        self.relay.as_mut()
    }

    /// Opens another socket where this call has one, as a number that may be somebody else's, about a call of any name.
    pub async fn another_socket(&self, number: &Number, sid: &str) -> Result<Relay, Trouble> {
        let url = self.inner("url").ok_or_else(|| self.not_now())?;
        Relay::open(number, url, sid).await
    }

    /// The caller speaks.
    pub async fn say(&mut self, words: &str) -> Result<(), Trouble> {
        self.gathered(&[("SpeechResult", words), ("Confidence", "0.93")]).await
    }

    /// The caller presses keys.
    pub async fn press(&mut self, keys: &str) -> Result<(), Trouble> {
        self.gathered(&[("Digits", keys)]).await
    }

    /// The caller says nothing until the call goes on.
    pub async fn say_nothing(&mut self) -> Result<(), Trouble> {
        if self.waits == Waits::Recording {
            return self.follow().await;
        }
        // Without `actionOnEmptyResult` nobody is told, and the next verb is done.
        match self.at.as_ref().is_some_and(|verb| verb.is_on("actionOnEmptyResult")) {
            true => self.gathered(&[]).await,
            false => self.follow().await,
        }
    }

    /// Sends the last answer of the caller once more, as a provider that got no answer does. What comes back is not followed.
    pub async fn repeat(&self, url: &str, extra: &[(&str, &str)]) -> Result<String, Trouble> {
        let status = extra.iter().find(|(name, _)| *name == "CallStatus").map_or("in-progress", |(_, status)| status);
        let extra: Vec<(&str, &str)> = extra.iter().copied().filter(|(name, _)| *name != "CallStatus").collect();
        let form = self.form(status, &extra);
        self.exchange.ask(&self.number, url, &form).await
    }

    /// Where what the caller says is told.
    pub fn action(&self) -> Option<&str> {
        self.attribute("action")
    }

    /// An attribute of the verb that the call stands at.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.at.as_ref().and_then(|verb| verb.attribute(name))
    }

    /// An attribute of the noun inside it.
    pub fn inner(&self, name: &str) -> Option<&str> {
        self.at.as_ref().and_then(|verb| verb.inside.first()).and_then(|noun| noun.attribute(name))
    }

    /// The caller hangs up, whatever goes on.
    pub async fn hang_up(&mut self) -> Result<(), Trouble> {
        let dialling = matches!(self.waits, Waits::Ringing { .. } | Waits::Whispering { .. } | Waits::Bridged { .. });
        let recording = self.waits == Waits::Recording;
        let bridged = matches!(self.waits, Waits::Bridged { .. });
        self.waits = Waits::Nothing;
        self.relay = None;
        if dialling {
            let status = if bridged { "completed" } else { "canceled" };
            self.told_over(&[("DialCallStatus", status), ("DialBridged", if bridged { "true" } else { "false" })])
                .await?;
        } else if recording {
            let sound = self.recording_url();
            self.told_over(&[("RecordingUrl", sound.as_str()), ("RecordingDuration", "4"), ("Digits", "hangup")])
                .await?;
        }
        let url = format!("{}/status", self.number.voice_url);
        let form = self.form("completed", &[("CallDuration", "42")]);
        self.exchange.ask(&self.number, &url, &form).await.map(|_| ())
    }

    /// The caller has left a message.
    pub async fn leave_message(&mut self, words: &str) -> Result<(), Trouble> {
        let Some(verb) = self.at.clone().filter(|_| self.waits == Waits::Recording) else { return Err(self.not_now()) };
        let action = verb.needed("action").map_err(Trouble::Undocumented)?.to_owned();
        let sound = self.recording_url();
        self.go(&action, &[("RecordingUrl", sound.as_str()), ("RecordingDuration", "7")]).await?;
        if let Some(url) = verb.attribute("transcribeCallback") {
            let form = self.form("completed", &[("TranscriptionText", words), ("TranscriptionStatus", "completed")]);
            self.exchange.ask(&self.number, url, &form).await?;
        }
        Ok(())
    }

    /// Goes where Baton's API told the call to go, if it did.
    pub async fn go_where_told(&mut self) -> Result<bool, Trouble> {
        let Some(url) = self.exchange.redirected(&self.sid) else { return Ok(false) };
        self.go(&url, &[]).await?;
        Ok(true)
    }

    /// The socket is closed, by whomever: Baton is asked what comes next.
    pub async fn socket_closed(&mut self) -> Result<(), Trouble> {
        let Some(verb) = self.at.clone().filter(|_| self.waits == Waits::Socket) else { return Err(self.not_now()) };
        self.relay = None;
        let action = verb.needed("action").map_err(Trouble::Undocumented)?.to_owned();
        self.go(&action, &[("SessionId", "VX1"), ("SessionStatus", "ended"), ("SessionDuration", "9")]).await
    }

    async fn gathered(&mut self, what: &[(&str, &str)]) -> Result<(), Trouble> {
        let gather = self.at.clone().filter(|_| self.waits == Waits::Caller);
        let Some(gather) = gather else { return Err(self.not_now()) };
        let action = gather.needed("action").map_err(Trouble::Undocumented)?.to_owned();
        self.go(&action, what).await
    }

    /// Asks for a document and follows it.
    pub(super) async fn go(&mut self, url: &str, what: &[(&str, &str)]) -> Result<(), Trouble> {
        let status = if what.contains(&("CallStatus", "ringing")) { "ringing" } else { "in-progress" };
        let extra: Vec<(&str, &str)> = what.iter().copied().filter(|(name, _)| *name != "CallStatus").collect();
        let form = self.form(status, &extra);
        let document = self.exchange.ask(&self.number, url, &form).await?;
        self.rest = read(&document).map_err(Trouble::Undocumented)?.into();
        Box::pin(self.follow()).await
    }

    /// Does what the document says until somebody has to do something.
    pub(super) async fn follow(&mut self) -> Result<(), Trouble> {
        for _ in 0..DOCUMENTS_MAX {
            let Some(verb) = self.rest.pop_front() else {
                self.waits = Waits::Nothing;
                self.at = None;
                return Ok(());
            };
            match verb.name.as_str() {
                "Say" => self.heard.push(verb.text.clone()),
                "Pause" => {
                    let seconds = verb.attribute("length").and_then(|length| length.parse().ok()).unwrap_or(1);
                    self.exchange.pause(seconds).await;
                }
                "Redirect" => {
                    let form = self.form("in-progress", &[]);
                    let document = self.exchange.ask(&self.number, &verb.text, &form).await?;
                    self.rest = read(&document).map_err(Trouble::Undocumented)?.into();
                }
                "Gather" => {
                    self.heard.extend(
                        verb.inside.iter().filter(|one| one.name == "Say").map(|one| one.text.trim().to_owned()),
                    );
                    self.stop_at(verb, Waits::Caller);
                    return Ok(());
                }
                "Dial" => {
                    let number = verb.inside.first().map(|noun| noun.text.trim().to_owned()).unwrap_or_default();
                    self.stop_at(verb, Waits::Ringing { number });
                    return Ok(());
                }
                "Record" => {
                    self.stop_at(verb, Waits::Recording);
                    return Ok(());
                }
                "Connect" => return self.connect(verb).await,
                _ => {
                    self.rest.clear();
                    self.at = None;
                    self.waits = Waits::Nothing;
                    return Ok(());
                }
            }
        }
        Err(Trouble::Undocumented(format!("{DOCUMENTS_MAX} documents in a row with nothing to do")))
    }

    fn stop_at(&mut self, verb: Verb, waits: Waits) {
        self.at = Some(verb);
        self.waits = waits;
    }

    async fn connect(&mut self, verb: Verb) -> Result<(), Trouble> {
        let noun = verb.inside.first().ok_or_else(|| Trouble::Undocumented("<Connect> is empty".into()))?;
        let url = noun.needed("url").map_err(Trouble::Undocumented)?.to_owned();
        self.relay = Some(Relay::open(&self.number, &url, &self.sid).await?);
        self.stop_at(verb, Waits::Socket);
        Ok(())
    }

    /// The verb's action is told that the caller is gone; what it answers is not followed.
    async fn told_over(&self, what: &[(&str, &str)]) -> Result<(), Trouble> {
        let Some(action) = self.action() else { return Ok(()) };
        let form = self.form("completed", what);
        self.exchange.ask(&self.number, action, &form).await.map(|_| ())
    }

    fn recording_url(&self) -> String {
        format!("{}/RE{}", self.number.recordings_url, &self.sid[2..])
    }

    pub(super) fn form<'a>(&'a self, status: &'a str, what: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut form = vec![
            ("CallSid", self.sid.as_str()),
            ("AccountSid", self.number.account_sid.as_str()),
            ("From", self.from.as_str()),
            ("To", self.number.number.as_str()),
            ("CallStatus", status),
            ("Direction", "inbound"),
            ("ApiVersion", "2010-04-01"),
        ];
        form.extend_from_slice(what);
        form
    }

    pub(super) fn not_now(&self) -> Trouble {
        Trouble::NotNow(format!("{:?}", self.waits))
    }
}
