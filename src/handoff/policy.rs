//! When the AI passes the conversation on. Settings and signals in, decision and its reason out.

use serde::{Deserialize, Serialize};

/// Why the AI's ownership ended, as a code. The words are in the handoff's explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The customer asked for a person.
    CustomerRequest,
    /// The customer is losing patience.
    Frustration,
    /// The conversation gets nowhere.
    NoProgress,
    /// The AI must not speak about this.
    ForbiddenTopic,
    /// The AI does not know, or decided that a person should.
    AiDecision,
    /// The AI failed or was too slow.
    AiUnavailable,
    /// The channel has autopilot switched off.
    AutopilotOff,
    /// A person took it.
    AgentTookOver,
}

/// Every lever of automatic handoff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HandoffSettings {
    /// Master switch. Off: the AI never hands off by itself, and declines requests for a person.
    pub enabled: bool,
    /// Hand off when the customer asks for a person.
    pub on_request: bool,
    /// Hand off when the customer is losing patience.
    pub on_frustration: bool,
    /// Hand off when the conversation gets nowhere.
    pub on_no_progress: bool,
    /// Hand off when the AI says that it can not help.
    pub on_ai_decision: bool,
    /// Subjects the AI must not speak about, in plain words.
    pub topics: Vec<String>,
}

impl Default for HandoffSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            on_request: true,
            on_frustration: true,
            on_no_progress: true,
            on_ai_decision: true,
            topics: Vec::new(),
        }
    }
}

/// One detector's finding.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// Probability, 0 to 1.
    pub p: f32,
    /// Whether the probability is past the calibrated threshold.
    pub decided: bool,
    /// The words or turns that caused it.
    pub because: Vec<String>,
}

/// A forbidden topic that matched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopicMatch {
    /// The topic in the admin's words.
    pub phrase: String,
    /// Probability, 0 to 1.
    pub p: f32,
    /// Whether the probability is past the calibrated threshold.
    pub decided: bool,
    /// The words that matched.
    pub because: Vec<String>,
}

/// What the local detectors found in the conversation so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Signals {
    /// The customer asks for a person.
    pub human_request: Signal,
    /// The customer is losing patience.
    pub frustration: Signal,
    /// The conversation gets nowhere.
    pub no_progress: Signal,
    /// The forbidden topic that matched best.
    pub topic: Option<TopicMatch>,
}

/// What to do with the customer's last words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "decision")]
pub enum Decision {
    /// Send the AI's reply.
    Answer,
    /// Hand off.
    HandOff {
        /// Why, as a code.
        reason: Reason,
        /// Why, in words.
        explanation: String,
        /// The matched forbidden topic.
        topic: Option<String>,
    },
    /// Say politely that there is no person to pass on to.
    Decline,
}

/// Decides. `wish` is the AI's own wish to hand off, in words; the signals can only add a handoff, the AI can not
/// talk itself out of one.
pub fn decide(settings: &HandoffSettings, signals: &Signals, wish: Option<&str>) -> Decision {
    if !settings.enabled {
        return if signals.human_request.decided { Decision::Decline } else { Decision::Answer };
    }
    if let Some(topic) = signals.topic.as_ref().filter(|topic| topic.decided) {
        return Decision::HandOff {
            reason: Reason::ForbiddenTopic,
            explanation: format!("The topic “{}” is kept for people", topic.phrase),
            topic: Some(topic.phrase.clone()),
        };
    }
    let levers = [
        (settings.on_request, &signals.human_request, Reason::CustomerRequest, "The customer asked for a person"),
        (settings.on_frustration, &signals.frustration, Reason::Frustration, "The customer is losing patience"),
        (settings.on_no_progress, &signals.no_progress, Reason::NoProgress, "The conversation makes no progress"),
    ];
    for (on, signal, reason, words) in levers {
        if on && signal.decided {
            return Decision::HandOff { reason, explanation: explain(words, &signal.because), topic: None };
        }
    }
    match wish {
        Some(why) if settings.on_ai_decision => {
            Decision::HandOff { reason: Reason::AiDecision, explanation: why.to_owned(), topic: None }
        }
        _ if signals.human_request.decided => Decision::Decline,
        _ => Decision::Answer,
    }
}

fn explain(words: &str, because: &[String]) -> String {
    match because.first() {
        Some(cause) => format!("{words}: “{cause}”"),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided() -> Signal {
        Signal { p: 0.9, decided: true, because: vec!["real person".into()] }
    }

    fn reason(decision: &Decision) -> Option<Reason> {
        match decision {
            Decision::HandOff { reason, .. } => Some(*reason),
            Decision::Answer | Decision::Decline => None,
        }
    }

    #[test]
    fn each_lever_works_and_can_be_switched_off() {
        let on = HandoffSettings::default();
        let request = Signals { human_request: decided(), ..Signals::default() };
        let frustration = Signals { frustration: decided(), ..Signals::default() };
        let stuck = Signals { no_progress: decided(), ..Signals::default() };
        assert_eq!(reason(&decide(&on, &request, None)), Some(Reason::CustomerRequest));
        assert_eq!(reason(&decide(&on, &frustration, None)), Some(Reason::Frustration));
        assert_eq!(reason(&decide(&on, &stuck, None)), Some(Reason::NoProgress));
        assert_eq!(reason(&decide(&on, &Signals::default(), Some("no article"))), Some(Reason::AiDecision));

        let off = HandoffSettings {
            on_request: false,
            on_frustration: false,
            on_no_progress: false,
            on_ai_decision: false,
            ..HandoffSettings::default()
        };
        assert_eq!(decide(&off, &request, None), Decision::Decline);
        assert_eq!(decide(&off, &frustration, None), Decision::Answer);
        assert_eq!(decide(&off, &stuck, None), Decision::Answer);
        assert_eq!(decide(&off, &Signals::default(), Some("no article")), Decision::Answer);
    }

    #[test]
    fn the_master_switch_overrides_every_signal() {
        let settings = HandoffSettings { enabled: false, ..HandoffSettings::default() };
        let all = Signals {
            human_request: decided(),
            frustration: decided(),
            no_progress: decided(),
            topic: Some(TopicMatch { phrase: "refunds".into(), p: 0.9, decided: true, because: vec![] }),
        };
        assert_eq!(decide(&settings, &all, Some("no article")), Decision::Decline);
    }

    #[test]
    fn a_forbidden_topic_comes_before_everything_else() {
        let signals = Signals {
            human_request: decided(),
            topic: Some(TopicMatch { phrase: "refunds".into(), p: 0.9, decided: true, because: vec![] }),
            ..Signals::default()
        };
        let decision = decide(&HandoffSettings::default(), &signals, None);
        assert_eq!(reason(&decision), Some(Reason::ForbiddenTopic));
    }
}
