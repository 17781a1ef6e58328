//! The first page: level or levers, channels, office hours.

use askama::Template;

use crate::handoff::ChannelId;
use crate::handoff::policy::{
    ATTEMPTS_MAX, ChannelPolicy, HandoffSettings, Level, Levers, Mode, OutsideHours, Sensitivity, TURN_LIMIT_MAX,
};
use crate::web::field::{Choice, Control, Field};
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::difference::DiffLine;
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{self, fill, flip, pick};
use crate::web::settings::shell::Section;

use super::words::{level_name, level_words, lever_lines, outside_words, sensitivity_words};

/// What the choice of single levers is called in the form.
const ADVANCED: &str = "advanced";

/// `/settings/handoff`. Sends `csrf`, `version`, `level`, the levers by their names, and for each channel `level-ID`,
/// `autopilot-ID`, `assist-ID` to `POST /settings/handoff`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/handoff/transfer.html")]
pub struct HandoffPage {
    /// The document.
    pub layout: Layout,
    /// The form.
    pub form: HandoffForm,
    /// How what is typed differs from what somebody else has saved meanwhile.
    pub difference: Vec<DiffLine>,
}

impl HandoffPage {
    const SECTION: Section = Section::Handoff;
    const HERE: &str = "/settings/handoff";
}

/// One level to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelCard {
    /// What is sent.
    pub value: String,
    /// Its name.
    pub name: String,
    /// What it does.
    pub words: String,
    /// What it stands for; nothing for single levers.
    pub levers: Vec<(&'static str, String)>,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// One channel, and how it differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelRow {
    /// Which.
    pub id: ChannelId,
    /// Its name.
    pub name: String,
    /// Whether the AI answers.
    pub autopilot: bool,
    /// Its own level as it is sent; empty is the organisation's.
    pub level: String,
    /// Whether the AI drafts for people.
    pub assist: bool,
}

impl ChannelRow {
    /// A channel with what is stored.
    pub fn of(id: ChannelId, name: &str, autopilot: bool, settings: &HandoffSettings) -> Self {
        let policy = settings.channels.get(&id).copied().unwrap_or_default();
        let level = policy.level.map(|level| level.number().to_string()).unwrap_or_default();
        Self { id, name: name.to_owned(), autopilot, level, assist: policy.assist }
    }

    /// The levels it may have: what is sent, and the name.
    pub fn levels(&self) -> Vec<(String, &'static str)> {
        let own = Level::ALL.iter().map(|level| (level.number().to_string(), level_name(*level)));
        std::iter::once((String::new(), "The organisation\u{2019}s")).chain(own).collect()
    }
}

/// The levers and the channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoffForm {
    /// The version that is being edited.
    pub version: String,
    /// The levels, and the levers by hand.
    pub cards: Vec<LevelCard>,
    /// Whether the AI hands off at all.
    pub enabled: Field,
    /// When the customer asks for a person.
    pub on_request: Field,
    /// When the customer is upset.
    pub on_frustration: Field,
    /// How upset.
    pub sensitivity: Field,
    /// When the AI goes round in circles.
    pub on_no_progress: Field,
    /// After how many answers.
    pub attempts: Field,
    /// When the AI does not know.
    pub on_ai_decision: Field,
    /// A problem first.
    pub problem_first: Field,
    /// Fields first.
    pub details_first: Field,
    /// Attempts first.
    pub solution_attempts_min: Field,
    /// Limit of answers.
    pub turn_limit: Field,
    /// Topics where handoff is off.
    pub topics_without_master: Field,
    /// Outside office hours.
    pub outside_hours: Field,
    /// The channels.
    pub channels: Vec<ChannelRow>,
}

impl HandoffForm {
    /// The form with what is stored.
    pub fn of(version: String, rules: &HandoffSettings, channels: Vec<ChannelRow>) -> Self {
        let levers = rules.levers;
        let number = |name, label, value: u16| Field {
            control: Control::Input("number"),
            ..Field::text(name, label).optional().value(value.to_string())
        };
        let sensitivities = Sensitivity::ALL.map(|it| Choice::new(word(&it), sensitivity_words(it)));
        let outside = OutsideHours::ALL.map(|it| Choice::new(word(&it), outside_words(it)));
        Self {
            version,
            cards: cards(rules.mode),
            enabled: Field::toggle("enabled", "Hand conversations to people")
                .hint("Off: the AI never passes anybody on, whatever else is on. Who asks for a person is politely declined.")
                .on(levers.enabled),
            on_request: Field::toggle("on_request", "When the customer asks for a person")
                .hint("In any words and any language.")
                .on(levers.on_request),
            on_frustration: Field::toggle("on_frustration", "When the customer is frustrated")
                .hint("Anger, repeated complaints, threats to leave. Nothing is asked first.")
                .on(levers.on_frustration),
            sensitivity: Field::select("sensitivity", "How frustrated", sensitivities.to_vec())
                .value(word(&levers.sensitivity)),
            on_no_progress: Field::toggle("on_no_progress", "When the conversation gets nowhere")
                .hint("The same question again, or the same answer again.")
                .on(levers.on_no_progress),
            attempts: number("attempts", "But not before this many answers", levers.attempts.into()),
            on_ai_decision: Field::toggle("on_ai_decision", "When the AI does not know")
                .hint("Nothing in the knowledge answers the question.")
                .on(levers.on_ai_decision),
            problem_first: Field::toggle("problem_first", "Ask for the problem first")
                .hint("Who only asks for a person is asked what it is about, twice at most.")
                .on(levers.problem_first),
            details_first: Field::toggle("details_first", "Gather basic information first")
                .hint("The fields under Data collection. What is known is not asked for.")
                .on(levers.details_first),
            solution_attempts_min: number(
                "solution_attempts_min",
                "Attempts at a solution before a request counts",
                levers.solution_attempts_min.into(),
            )
            .hint("0: a request counts at once. Insisting counts as an attempt, so nobody is held back for ever."),
            turn_limit: number("turn_limit", "Hand off after this many answers", levers.turn_limit)
                .hint("Whatever was said. 0: no limit."),
            topics_without_master: Field::toggle("topics_without_master", "Topics hand off even where handoff is off")
                .hint("Off: where handoff is off, the AI says of a topic that it cannot help. It never answers one.")
                .on(rules.topics_without_master),
            outside_hours: Field::select("outside_hours", "Outside office hours", outside.to_vec())
                .hint("Counts once there are office hours.")
                .value(word(&rules.outside_hours)),
            channels,
        }
    }

    /// Takes in what was sent; what to store, if every field is right. `stored` keeps what other pages edit.
    pub fn read(&mut self, form: &Posted, stored: &HandoffSettings) -> Option<HandoffSettings> {
        let mode = read_mode(form.raw("level")).unwrap_or(stored.mode);
        self.cards = cards(mode);
        let sensitivity = pick(&mut self.sensitivity, form);
        let attempts = fill(&mut self.attempts, form, rules::number(0, ATTEMPTS_MAX.into()));
        let tries = fill(&mut self.solution_attempts_min, form, rules::number(0, ATTEMPTS_MAX.into()));
        let turn_limit = fill(&mut self.turn_limit, form, rules::number(0, TURN_LIMIT_MAX.into()));
        let outside = pick(&mut self.outside_hours, form);
        let topics_without_master = flip(&mut self.topics_without_master, form);
        let switches = [
            flip(&mut self.enabled, form),
            flip(&mut self.on_request, form),
            flip(&mut self.on_frustration, form),
            flip(&mut self.on_no_progress, form),
            flip(&mut self.on_ai_decision, form),
            flip(&mut self.problem_first, form),
            flip(&mut self.details_first, form),
        ];
        self.read_channels(form);
        let [enabled, on_request, on_frustration, on_no_progress, on_ai_decision, problem_first, details_first] =
            switches;
        let levers = Levers {
            enabled,
            on_request,
            on_frustration,
            sensitivity: of_word(&sensitivity?)?,
            on_no_progress,
            attempts: u8::try_from(attempts?).ok()?,
            on_ai_decision,
            problem_first,
            details_first,
            solution_attempts_min: u8::try_from(tries?).ok()?,
            turn_limit: u16::try_from(turn_limit?).ok()?,
        };
        Some(HandoffSettings {
            mode,
            levers,
            topics_without_master,
            outside_hours: of_word(&outside?)?,
            channels: self.policies(stored),
            ..stored.clone()
        })
    }

    fn read_channels(&mut self, form: &Posted) {
        for row in &mut self.channels {
            let sent = |what: &str| form.raw(&format!("{what}-{}", row.id)).to_owned();
            let (level, autopilot, assist) = (sent("level"), sent("autopilot"), sent("assist"));
            row.level =
                level.parse().ok().and_then(Level::of_number).map(|it| it.number().to_string()).unwrap_or_default();
            row.autopilot = autopilot == "on";
            row.assist = assist == "on";
        }
    }

    fn policies(&self, stored: &HandoffSettings) -> std::collections::BTreeMap<ChannelId, ChannelPolicy> {
        let mut policies = stored.channels.clone();
        for row in &self.channels {
            let level = row.level.parse().ok().and_then(Level::of_number);
            policies.insert(row.id, ChannelPolicy { level, assist: row.assist });
        }
        policies.retain(|_, policy| *policy != ChannelPolicy::default());
        policies
    }
}

fn cards(mode: Mode) -> Vec<LevelCard> {
    let level = |level: Level| LevelCard {
        value: level.number().to_string(),
        name: format!("{} \u{2013} {}", level.number(), level_name(level)),
        words: level_words(level).to_owned(),
        levers: lever_lines(&level.levers()),
        chosen: mode == Mode::Preset(level),
    };
    let advanced = LevelCard {
        value: ADVANCED.to_owned(),
        name: "Every lever by hand".to_owned(),
        words: "Set each lever below. A level replaces them; they are kept until you come back.".to_owned(),
        levers: Vec::new(),
        chosen: mode == Mode::Advanced,
    };
    Level::ALL.into_iter().map(level).chain([advanced]).collect()
}

fn read_mode(sent: &str) -> Option<Mode> {
    match sent {
        ADVANCED => Some(Mode::Advanced),
        number => Level::of_number(number.parse().ok()?).map(Mode::Preset),
    }
}

/// The word of a choice, as it is stored.
fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn of_word<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(stored: &HandoffSettings) -> HandoffForm {
        HandoffForm::of("1".into(), stored, Vec::new())
    }

    const LEVERS: &str = "enabled=on&on_request=on&sensitivity=low&attempts=2&solution_attempts_min=3&turn_limit=0\
                          &outside_hours=stay";

    #[test]
    fn a_level_counts_and_the_levers_are_kept() {
        let stored = HandoffSettings::default();
        let sent = Posted::parse(format!("level=2&{LEVERS}").as_bytes());
        let read = form(&stored).read(&sent, &stored).expect("every field is right");
        assert_eq!((read.mode, read.effective()), (Mode::Preset(Level::Balanced), Level::Balanced.levers()));
        assert_eq!((read.levers.attempts, read.levers.on_frustration), (2, false));
        let again = form(&read);
        assert!(again.cards[2].chosen && again.cards[2].levers == lever_lines(&Level::Balanced.levers()));
        let sent = Posted::parse(format!("level=advanced&{LEVERS}").as_bytes());
        let read = form(&read).read(&sent, &read).expect("every field is right");
        assert_eq!((read.effective().solution_attempts_min, read.outside_hours), (3, OutsideHours::Stay));
    }

    #[test]
    fn a_wrong_number_keeps_every_switch_as_it_was_put() {
        let stored = HandoffSettings::default();
        let mut form = form(&stored);
        let sent = LEVERS.replace("attempts=2", "attempts=many").replace("on_request=on", "");
        assert!(form.read(&Posted::parse(sent.as_bytes()), &stored).is_none());
        assert!(form.attempts.error.is_some());
        assert_eq!((form.attempts.value.as_str(), form.on_request.value.as_str()), ("many", ""));
        assert_eq!(form.turn_limit.error, None);
    }
}
