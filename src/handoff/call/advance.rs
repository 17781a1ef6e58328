//! The one function that moves a call.

use super::super::policy::Reason;
use super::transfer;
use super::{Act, Call, CallLine, Ending, Facts, Happening, Outcome, Phase, Step, Talk, Utterance};

/// Silences after each of which the caller is asked whether they are still there.
const SILENCES_MAX: u8 = 2;
/// How often the caller's side may ask for an answer before the AI counts as gone. Each takes some seconds.
const ASKED_MAX: u32 = 20;
/// How often the quiet of a socket may be told while the AI thinks, before it counts as gone.
const SLOW_MAX: u32 = 5;

/// What follows from what happened. `step` is the number of the document that it is told about.
pub fn advance(call: &Call, happening: &Happening, step: u32, facts: &Facts<'_>) -> Outcome {
    let mut move_ = Move { next: call.clone(), acts: Vec::new(), again: false, facts };
    let steps = move_.happened(happening, step);
    Outcome { next: move_.next, steps, acts: move_.acts, again: move_.again }
}

/// A step being put together.
pub(super) struct Move<'a> {
    pub(super) next: Call,
    pub(super) acts: Vec<Act>,
    pub(super) again: bool,
    pub(super) facts: &'a Facts<'a>,
}

impl Move<'_> {
    fn happened(&mut self, happening: &Happening, step: u32) -> Vec<Step> {
        if self.next.ending().is_some() {
            return vec![Step::HangUp];
        }
        if *happening == Happening::HungUp {
            return self.hung_up();
        }
        // People have it: whatever was told, the AI has said its last word.
        if self.next.is_ais() && self.facts.owner.is_human() {
            return transfer::begin(self);
        }
        // A socket outlives the document that opened it.
        let by_socket = self.next.by_socket && *happening == Happening::Dropped;
        let is_current = step == self.next.step || by_socket || *happening == Happening::Began;
        match (&self.next.phase, happening) {
            (
                Phase::Ringing { .. },
                Happening::PickedUp | Happening::Accepted | Happening::Again | Happening::Declined,
            ) => transfer::picked_up(self, happening, is_current),
            // A leg that nobody waits for any more.
            (_, Happening::PickedUp | Happening::Accepted | Happening::Again | Happening::Declined) => {
                vec![Step::HangUp]
            }
            _ if !is_current => self.next.steps.clone(),
            (Phase::Ringing { .. }, Happening::Dialled { bridged, status, seconds, over }) => {
                transfer::dialled(self, *bridged, status, *seconds, *over)
            }
            (Phase::Recording, Happening::Recorded { seconds }) => {
                self.note(CallLine::Voicemail { seconds: *seconds });
                self.end(Ending::Voicemail, Vec::new())
            }
            // Nothing was recorded.
            (Phase::Recording, Happening::Asked | Happening::Silent) if !self.next.steps.is_empty() => {
                self.next.steps.clone()
            }
            (_, happening) if self.next.is_ais() => self.talked(happening),
            _ => self.next.steps.clone(),
        }
    }

    /// The AI and the caller talk with each other.
    fn talked(&mut self, happening: &Happening) -> Vec<Step> {
        match happening {
            Happening::Began => self.begin(),
            Happening::Heard => {
                self.next.silences = 0;
                self.next.phase = Phase::Thinking { asked: 0 };
                self.next.step += 1;
                self.answer_or_wait()
            }
            Happening::Zero if !self.facts.agent.triggers.on_request => self.silence(),
            Happening::Zero => {
                self.next.silences = 0;
                self.hand_off(Reason::CustomerRequest, "The caller pressed 0 for a person")
            }
            Happening::Speaks { language, asked } => self.speak(language, asked.as_deref()),
            Happening::Silent => self.silence(),
            Happening::Dropped => {
                self.next.by_socket = false;
                self.note(CallLine::Reconnected);
                self.pick_up_again()
            }
            _ => match self.next.phase {
                Phase::Thinking { .. } => self.answer_or_wait(),
                _ if self.facts.lines.is_empty() => self.next.steps.clone(),
                _ => self.answer(),
            },
        }
    }

    /// Goes on in turns where the socket was lost: what was asked is still answered, whole.
    fn pick_up_again(&mut self) -> Vec<Step> {
        if let Phase::Thinking { .. } = self.next.phase {
            self.next.phase = Phase::Thinking { asked: 0 };
            self.next.step += 1;
            return self.answer_or_wait();
        }
        match self.facts.lines.is_empty() {
            true => self.listen(vec![Utterance::house(self.facts.wording.reconnected.clone())]),
            false => self.answer(),
        }
    }

    fn begin(&mut self) -> Vec<Step> {
        if self.facts.agent.talk == Talk::Live && self.next.by_socket {
            self.next.step += 1;
            return self.told(vec![Step::Converse]);
        }
        self.answer()
    }

    /// Goes on in another language. A caller who only asked for it is asked in it how to help; one who spoke it is heard next.
    fn speak(&mut self, language: &str, asked: Option<&str>) -> Vec<Step> {
        let agent = self.facts.agent;
        let Some(language) = agent.speaks(language).map(str::to_owned) else { return self.silence() };
        let current = self.next.language.as_deref().unwrap_or(&agent.language);
        if current != language {
            let words = asked.filter(|words| !words.is_empty()).map(str::to_owned);
            self.note(CallLine::Language { language: language.clone(), words });
            self.next.language = (language != agent.language).then(|| language.clone());
        }
        if asked.is_none() {
            return Vec::new();
        }
        self.next.silences = 0;
        self.listen(vec![Utterance::house(agent.wording_in(&language).switched)])
    }

    /// The AI is slow, and nothing is heard meanwhile: the caller is told so once, and is not asked whether they are there.
    fn wait_on(&mut self, asked: u32) -> Vec<Step> {
        if !self.facts.lines.is_empty() {
            return self.answer();
        }
        // What was heard was asked for once already.
        self.next.phase = Phase::Thinking { asked: asked.max(1) + 1 };
        match asked {
            0 | 1 => self.told(vec![Step::Listen { prompts: vec![Utterance::house(self.facts.wording.wait.clone())] }]),
            2..SLOW_MAX => Vec::new(),
            _ => self.hand_off(Reason::AiUnavailable, "The AI did not answer in time on the phone"),
        }
    }

    fn silence(&mut self) -> Vec<Step> {
        // Only a socket tells of silence while an answer is awaited.
        if let Phase::Thinking { asked } = self.next.phase {
            return self.wait_on(asked);
        }
        if self.next.phase == Phase::Leaving {
            return self.end(Ending::Goodbye, Vec::new());
        }
        // An answer that came while the other side was waiting is said instead.
        if !self.facts.lines.is_empty() {
            return self.answer();
        }
        self.next.silences = self.next.silences.saturating_add(1);
        let wording = &self.facts.wording;
        if self.next.silences > SILENCES_MAX {
            let steps = self.listen(vec![Utterance::house(wording.goodbye.clone())]);
            self.next.phase = Phase::Leaving;
            return steps;
        }
        self.note(CallLine::Silence);
        self.listen(vec![Utterance::house(wording.still_there.clone())])
    }

    fn answer_or_wait(&mut self) -> Vec<Step> {
        if !self.facts.lines.is_empty() {
            return self.answer();
        }
        let Phase::Thinking { asked } = &mut self.next.phase else { return self.next.steps.clone() };
        *asked += 1;
        let wait = Utterance::house(self.facts.wording.wait.clone());
        match *asked {
            1 => self.told(vec![Step::Poll { pause: 0 }]),
            2 => self.told(vec![Step::Say { words: wait }, Step::Poll { pause: 0 }]),
            3..=ASKED_MAX => self.told(vec![Step::Poll { pause: 1 }]),
            _ => self.hand_off(Reason::AiUnavailable, "The AI did not answer in time on the phone"),
        }
    }

    fn answer(&mut self) -> Vec<Step> {
        let lines = self.facts.lines.clone();
        self.said(&lines);
        self.listen(lines)
    }

    /// Says something and listens.
    pub(super) fn listen(&mut self, prompts: Vec<Utterance>) -> Vec<Step> {
        self.next.phase = Phase::Listening;
        self.next.step += 1;
        self.told(vec![Step::Listen { prompts }])
    }

    fn hand_off(&mut self, reason: Reason, explanation: &str) -> Vec<Step> {
        self.acts.push(Act::HandOff { reason, explanation: explanation.into() });
        self.again = true;
        self.told(vec![Step::Poll { pause: 0 }])
    }

    fn hung_up(&mut self) -> Vec<Step> {
        let ending = match &self.next.phase {
            Phase::Ringing { accepted: true, .. } => Ending::Bridged,
            Phase::Recording => Ending::Voicemail,
            _ => Ending::HungUp,
        };
        self.end(ending, Vec::new())
    }

    /// Ends the call after some last words.
    pub(super) fn end(&mut self, ending: Ending, mut last: Vec<Step>) -> Vec<Step> {
        self.next.phase = Phase::Ended { ending };
        self.next.step += 1;
        self.note(CallLine::Ended { ending });
        last.push(Step::HangUp);
        self.told(last)
    }

    /// These have been said, or never will be.
    pub(super) fn said(&mut self, lines: &[Utterance]) {
        let last = lines.iter().filter_map(|line| line.seq).max();
        self.next.said_through = last.unwrap_or(self.next.said_through).max(self.next.said_through);
    }

    pub(super) fn told(&mut self, steps: Vec<Step>) -> Vec<Step> {
        self.next.steps.clone_from(&steps);
        steps
    }

    pub(super) fn note(&mut self, line: CallLine) {
        self.acts.push(Act::Note(line));
    }
}
