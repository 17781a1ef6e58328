//! What the policy knows when it decides.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Decision, Levers, OutsideHours, Reason, Signals};

/// Times a customer is asked what it is about before they get their person anyway.
pub const PROBLEM_ASKED_MAX: u8 = 2;

/// Everything a decision rests on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PolicyInput {
    /// What is set and how far the conversation is.
    pub standing: Standing,
    /// What the detectors found.
    pub signals: Signals,
    /// The AI's own wish to hand off, in words. It can only add a handoff.
    pub wish: Option<String>,
}

/// What is known before anybody has read the customer's words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Standing {
    /// The levers that count here.
    pub levers: Levers,
    /// Whether topics hand off even where the master switch is off.
    pub topics_without_master: bool,
    /// What happens when nobody is there.
    pub outside_hours: OutsideHours,
    /// Whether somebody is there.
    pub in_hours: bool,
    /// How one talks on the channel.
    pub channel: ChannelClass,
    /// Answers the AI has given since a person last spoke.
    pub answers: u16,
    /// What was asked so far.
    pub asking: Asking,
    /// Fields that would be asked for before a handoff, next first.
    pub missing: Vec<String>,
    /// Fields that would be asked for while nobody is there, next first.
    pub contact_missing: Vec<String>,
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            levers: Levers::default(),
            topics_without_master: false,
            outside_hours: OutsideHours::default(),
            in_hours: true,
            channel: ChannelClass::Chat,
            answers: 0,
            asking: Asking::default(),
            missing: Vec::new(),
            contact_missing: Vec::new(),
        }
    }
}

impl Standing {
    /// These levers, at the beginning of a chat, in hours.
    pub fn of(levers: Levers) -> Self {
        Self { levers, ..Self::default() }
    }

    /// Whether there may be a person to pass on to. If not, people are never offered.
    pub fn offers_people(&self) -> bool {
        self.levers.enabled && (self.in_hours || self.outside_hours != OutsideHours::Stay)
    }
}

/// How one talks on a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelClass {
    /// Short messages to and fro: one question at a time.
    #[default]
    Chat,
    /// Letters and forms: every question in one.
    Letter,
    /// A voice: nothing is collected.
    Voice,
}

impl ChannelClass {
    /// Every class.
    pub const ALL: [Self; 3] = [Self::Chat, Self::Letter, Self::Voice];
}

/// A handoff that waits for answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Why it will happen, as a code.
    pub reason: Reason,
    /// Why, in words.
    pub explanation: String,
    /// The matched topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
}

/// What a customer was asked since the AI has the conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asking {
    /// The handoff that waits for the answers.
    pub pending: Option<Pending>,
    /// Times they were asked what it is about.
    pub problem_asked: u8,
    /// Times a request for a person was answered with an attempt.
    pub held: u8,
    /// Fields the last question was about.
    pub waiting_for: Vec<String>,
    /// How often each field was asked for.
    pub asked: BTreeMap<String, u8>,
    /// What they answered.
    pub answers: BTreeMap<String, String>,
}

impl Asking {
    /// What a decision makes of it.
    #[must_use]
    pub fn after(&self, decision: &Decision) -> Self {
        let mut next = Self { pending: None, waiting_for: Vec::new(), ..self.clone() };
        match decision {
            Decision::AskProblem { pending } => {
                next.problem_asked = next.problem_asked.saturating_add(1);
                next.pending = Some(pending.clone());
            }
            Decision::TryFirst => next.held = next.held.saturating_add(1),
            Decision::Collect { fields, pending } => {
                for field in fields {
                    let asked = next.asked.entry(field.clone()).or_default();
                    *asked = asked.saturating_add(1);
                }
                next.waiting_for.clone_from(fields);
                next.pending = Some(pending.clone());
            }
            Decision::Answer | Decision::Decline(_) | Decision::HandOff { .. } => {}
        }
        next
    }

    /// Questions that were asked, which are no answers of the AI.
    pub fn questions(&self) -> u16 {
        let asked: u16 = self.asked.values().map(|times| u16::from(*times)).sum();
        asked.saturating_add(u16::from(self.problem_asked)).saturating_add(u16::from(self.held))
    }
}
