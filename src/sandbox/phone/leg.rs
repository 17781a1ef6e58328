//! The leg that is dialled from a call: the fallback phone, and whoever picks it up.

use super::call::{Call, Waits};
use super::exchange::Trouble;
use super::twiml::{Verb, read};

impl Call {
    /// The person whose phone rings picks up, and hears what it is about.
    pub async fn pick_up(&mut self) -> Result<(), Trouble> {
        let Waits::Ringing { number } = self.waits.clone() else { return Err(self.not_now()) };
        let url = self.noun()?.needed("url").map_err(Trouble::Undocumented)?.to_owned();
        let sid = self.exchange.new_sid();
        let document = self.ask_leg(&sid, &url, &[]).await?;
        self.leg = Some((sid, read(&document).map_err(Trouble::Undocumented)?.into()));
        self.waits = Waits::Whispering { number };
        self.follow_leg().await
    }

    /// The person who picked up presses a key.
    pub async fn press_there(&mut self, keys: &str) -> Result<(), Trouble> {
        let (Waits::Whispering { .. }, Some((sid, rest))) = (&self.waits, self.leg.clone()) else {
            return Err(self.not_now());
        };
        let Some(gather) = rest.front().filter(|verb| verb.name == "Gather") else { return Err(self.not_now()) };
        let url = gather.needed("action").map_err(Trouble::Undocumented)?.to_owned();
        let document = self.ask_leg(&sid, &url, &[("Digits", keys)]).await?;
        self.leg = Some((sid, read(&document).map_err(Trouble::Undocumented)?.into()));
        self.follow_leg().await
    }

    /// Nobody presses a key: a voicemail, or somebody who does not want to.
    pub async fn press_nothing_there(&mut self) -> Result<(), Trouble> {
        self.press_there("").await
    }

    /// The number that rings is busy, or is not picked up: `busy`, `no-answer`, `failed`.
    pub async fn fail_there(&mut self, status: &str) -> Result<(), Trouble> {
        if !matches!(self.waits, Waits::Ringing { .. }) {
            return Err(self.not_now());
        }
        self.dial_over(status, false, 0).await
    }

    /// The person the caller talks with hangs up.
    pub async fn hang_up_there(&mut self, seconds: u32) -> Result<(), Trouble> {
        match self.waits {
            Waits::Bridged { .. } => self.dial_over("completed", true, seconds).await,
            Waits::Whispering { .. } => self.dial_over("completed", false, 0).await,
            _ => Err(self.not_now()),
        }
    }

    /// The document of the leg that was dialled.
    async fn follow_leg(&mut self) -> Result<(), Trouble> {
        loop {
            let Some((_, rest)) = &mut self.leg else { return Ok(()) };
            match rest.front().map(|verb| verb.name.clone()).as_deref() {
                // The end of the document puts the two through to each other.
                None => {
                    if let Waits::Whispering { number } = &self.waits {
                        self.waits = Waits::Bridged { number: number.clone() };
                    }
                    return Ok(());
                }
                Some("Say") => self.whispered.extend(rest.pop_front().map(|verb| verb.text)),
                Some("Gather") => {
                    let said = rest.front().map(|verb| verb.inside.clone()).unwrap_or_default();
                    self.whispered.extend(said.into_iter().map(|one| one.text.trim().to_owned()));
                    return Ok(());
                }
                Some("Hangup") => return Box::pin(self.dial_over("completed", false, 0)).await,
                Some(other) => return Err(Trouble::Undocumented(format!("<{other}> in a whisper"))),
            }
        }
    }

    pub(super) async fn dial_over(&mut self, status: &str, bridged: bool, seconds: u32) -> Result<(), Trouble> {
        self.leg = None;
        let action = self.at.as_ref().and_then(|verb| verb.attribute("action")).map(str::to_owned);
        let Some(action) = action else { return self.follow().await };
        let (bridged, seconds) = (bridged.to_string(), seconds.to_string());
        let what =
            [("DialCallStatus", status), ("DialBridged", bridged.as_str()), ("DialCallDuration", seconds.as_str())];
        self.go(&action, &what).await
    }

    fn noun(&self) -> Result<&Verb, Trouble> {
        let noun = self.at.as_ref().and_then(|verb| verb.inside.first());
        noun.ok_or_else(|| Trouble::Undocumented("<Dial> has nobody to call".into()))
    }

    async fn ask_leg(&self, sid: &str, url: &str, what: &[(&str, &str)]) -> Result<String, Trouble> {
        let mut form = vec![("CallSid", sid), ("ParentCallSid", self.sid.as_str()), ("CallStatus", "in-progress")];
        form.extend([("AccountSid", self.number.account_sid.as_str()), ("From", self.from.as_str())]);
        form.extend(what.iter().copied().filter(|(_, value)| !value.is_empty()));
        self.exchange.ask(&self.number, url, &form).await
    }
}
