//! The levers of a handoff in an admin's words: on the pages, in explanations and where two versions differ.

use crate::handoff::event::Target;
use crate::handoff::policy::{HandoffSettings, Level, Levers, Mode, OutsideHours, Sensitivity};

/// What a level is called.
pub const fn level_name(level: Level) -> &'static str {
    match level {
        Level::AiOnly => "AI only",
        Level::Quick => "Quick handoff",
        Level::Balanced => "Balanced",
        Level::AiFirst => "AI first",
    }
}

/// What a level does.
pub const fn level_words(level: Level) -> &'static str {
    match level {
        Level::AiOnly => {
            "The AI never passes anybody on. Who asks for a person is told politely that there is none. For channels without people."
        }
        Level::Quick => {
            "A person as soon as somebody asks for one, loses patience, or nothing moves. For teams that answer quickly."
        }
        Level::Balanced => {
            "The AI first learns what it is about and asks for the basics, then passes on. For most teams."
        }
        Level::AiFirst => {
            "A clear problem first, then several attempts to solve it; then a person. For small teams and many customers."
        }
    }
}

/// What a sensitivity means.
pub const fn sensitivity_words(sensitivity: Sensitivity) -> &'static str {
    match sensitivity {
        Sensitivity::Low => "Only open anger",
        Sensitivity::Medium => "Lost patience",
        Sensitivity::High => "Any sign of it",
    }
}

/// What happens outside office hours.
pub const fn outside_words(outside: OutsideHours) -> &'static str {
    match outside {
        OutsideHours::Queue => "The AI goes on where it can; requests and topics are queued with a promise",
        OutsideHours::Collect => "A way to reach the customer is asked for, then it is queued with a promise",
        OutsideHours::HandOff => "Hand off as in office hours",
        OutsideHours::Stay => "Nothing is handed off; the customer is told, and the AI goes on",
    }
}

/// Every lever with what it is set to, in the order of the page.
pub fn lever_lines(levers: &Levers) -> Vec<(&'static str, String)> {
    let switch = |on: bool| if on { "on".to_owned() } else { "off".to_owned() };
    let frustration = match levers.on_frustration {
        true => format!("on, {}", sensitivity_words(levers.sensitivity).to_lowercase()),
        false => "off".to_owned(),
    };
    let stuck = match (levers.on_no_progress, levers.attempts) {
        (false, _) => "off".to_owned(),
        (true, 0 | 1) => "on, after the first answer".to_owned(),
        (true, answers) => format!("on, after {answers} answers"),
    };
    let number = |count: u16, none: &str, some: &str| match count {
        0 => none.to_owned(),
        count => format!("{count} {some}"),
    };
    vec![
        ("Hand conversations to people", switch(levers.enabled)),
        ("When the customer asks for a person", switch(levers.on_request)),
        ("When the customer is frustrated", frustration),
        ("When the conversation gets nowhere", stuck),
        ("When the AI does not know", switch(levers.on_ai_decision)),
        ("A problem statement first", switch(levers.problem_first)),
        ("Basic information first", switch(levers.details_first)),
        ("Attempts at a solution first", number(levers.solution_attempts_min.into(), "none", "")),
        ("Limit of answers", number(levers.turn_limit, "none", "")),
    ]
    .into_iter()
    .map(|(name, value)| (name, value.trim_end().to_owned()))
    .collect()
}

/// The settings as lines, so that two versions can be laid beside each other.
pub fn as_lines(settings: &HandoffSettings) -> String {
    let mut lines = vec![match settings.mode {
        Mode::Preset(level) => format!("Level: {}", level_name(level)),
        Mode::Advanced => "Level: every lever by hand".to_owned(),
    }];
    lines.extend(lever_lines(&settings.effective()).into_iter().map(|(name, value)| format!("{name}: {value}")));
    let topics = if settings.topics_without_master { "hand off" } else { "are declined" };
    lines.push(format!("Topics while handoff is off: {topics}"));
    lines.push(format!("Outside office hours: {}", outside_words(settings.outside_hours)));
    lines.extend(settings.topics.iter().map(|topic| {
        let state = if topic.enabled { "" } else { " (off)" };
        let target = match topic.target {
            None => String::new(),
            Some(Target::Queue) => ", to the queue".to_owned(),
            Some(Target::Team(team)) => format!(", to team {team}"),
            Some(Target::Agent(agent) | Target::Member(_, agent)) => format!(", to {agent}"),
        };
        format!("Topic: {}{state}{target}", topic.line())
    }));
    lines.extend(settings.collection.fields.iter().map(|field| {
        let need = if field.required { "required" } else { "optional" };
        let question =
            if field.question.is_empty() { String::new() } else { format!(", \u{201c}{}\u{201d}", field.question) };
        format!("Asked first: {} ({need}){question}", field.label)
    }));
    lines.push(format!("Asked for at most: {} times", settings.collection.asks_max));
    lines.extend(settings.channels.iter().map(|(channel, policy)| {
        let level = policy.level.map_or("the organisation\u{2019}s level", level_name);
        let assist = if policy.assist { ", drafts for people" } else { "" };
        format!("Channel {channel}: {level}{assist}")
    }));
    lines.join("\n")
}
