//! Codes in the words agents read.

use crate::handoff::policy::Reason;

/// Why a conversation was handed off.
pub fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::CustomerRequest => "asked for a person",
        Reason::Frustration => "is losing patience",
        Reason::NoProgress => "got nowhere with the AI",
        Reason::ForbiddenTopic => "a topic kept for people",
        Reason::AiDecision => "the AI could not help",
        Reason::TurnLimit => "the AI had answered often enough",
        Reason::AiUnavailable => "the AI was unavailable",
        Reason::AutopilotOff => "autopilot is off",
        Reason::AgentTookOver => "assigned to a person",
    }
}
