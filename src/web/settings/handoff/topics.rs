//! Topics kept for people: the list, the starters, and the box to try them.

use askama::Template;

use crate::ai::signals::reading::Reading;
use crate::ai::signals::topic;
use crate::handoff::event::Target;
use crate::handoff::policy::{TOPIC_FROM, TOPICS_MAX, Topic};
use crate::handoff::{AgentId, TeamId};
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::difference::DiffLine;
use crate::web::settings::posted::Posted;
use crate::web::settings::shell::Section;
use crate::web::settings::trial::percent;

/// Longest message to try.
const MESSAGE_CHARS_MAX: usize = 4_000;
/// Topics shown beside the ones that match.
const NEAR_MAX: usize = 5;

/// Topics to begin with: name, phrase, examples.
pub const STARTERS: [(&str, &str, &[&str]); 8] = [
    ("Refunds", "refund requests", &["I want my money back", "please refund my order"]),
    (
        "Payment methods",
        "changing a payment method or chargebacks",
        &["I will dispute the charge", "change my bank details"],
    ),
    ("Legal", "legal threats or lawyers", &["you will hear from my lawyer", "I will sue you"]),
    ("Privacy", "privacy requests and deleting personal data", &["delete all my data", "I make a GDPR request"]),
    ("Safety", "injuries, fire or danger", &["it caught fire", "I got an electric shock"]),
    ("Self-harm", "suicide or self-harm", &["I do not want to live any more"]),
    (
        "Cancellations",
        "cancelling a contract or subscription",
        &["cancel my subscription", "I want to end my contract"],
    ),
    ("Press", "press and media enquiries", &["I am a journalist", "a comment for our article"]),
];

/// `/settings/handoff/topics`. Sends `csrf`, `version`, and for each topic `phrase-N`, `examples-N`, `on-N`, `target-N`,
/// `remove-N`.
#[derive(Clone, Debug, PartialEq, Template)]
#[template(path = "settings/handoff/topics.html")]
pub struct TopicsPage {
    /// The document.
    pub layout: Layout,
    /// The list.
    pub form: TopicsForm,
    /// What came of a message.
    pub trial: Option<TopicTrial>,
    /// How what is typed differs from what somebody else has saved meanwhile.
    pub difference: Vec<DiffLine>,
}

impl TopicsPage {
    const SECTION: Section = Section::Handoff;
    const HERE: &str = "/settings/handoff/topics";

    /// The starters that are not in the list: number, name.
    fn starters(&self) -> Vec<(usize, &'static str)> {
        let is_there = |phrase: &str| self.form.rows.iter().any(|row| row.phrase == phrase);
        let open = STARTERS.iter().enumerate().filter(|(_, (_, phrase, _))| !is_there(phrase));
        open.map(|(at, (name, ..))| (at, *name)).collect()
    }
}

/// The topics as they are edited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicsForm {
    /// The version that is being edited.
    pub version: String,
    /// The topics, and one to add.
    pub rows: Vec<TopicRow>,
    /// Who a topic may go to: what is sent, and the name.
    pub targets: Vec<(String, String)>,
    /// The message to try.
    pub message: String,
    /// What is wrong with the list.
    pub error: Option<String>,
}

/// One topic as it is edited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicRow {
    /// In plain words.
    pub phrase: String,
    /// Examples, one a line.
    pub examples: String,
    /// Whether it counts.
    pub on: bool,
    /// Who gets it, as it is sent; empty is whoever the routing chooses.
    pub target: String,
    /// Whether it is new.
    pub is_new: bool,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// What came of trying a message.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicTrial {
    /// The message.
    pub message: String,
    /// The topics, nearest first.
    pub lines: Vec<TrialLine>,
    /// From which percentage on a topic is touched.
    pub threshold: u8,
}

impl TopicTrial {
    /// Whether any topic matches.
    pub fn matches(&self) -> bool {
        self.lines.iter().any(|line| line.decided && line.on)
    }
}

/// One topic beside a message.
#[derive(Clone, Debug, PartialEq)]
pub struct TrialLine {
    /// The topic.
    pub phrase: String,
    /// How sure it is, in percent.
    pub percent: u8,
    /// Whether it matches.
    pub decided: bool,
    /// Whether it is switched on.
    pub on: bool,
    /// The words it lies in.
    pub because: Vec<String>,
}

impl TopicsForm {
    /// The form with what is stored.
    pub fn of(version: String, topics: &[Topic], targets: Vec<(String, String)>) -> Self {
        let rows = topics.iter().map(TopicRow::of).chain([TopicRow::new()]).collect();
        Self { version, rows, targets, message: String::new(), error: None }
    }

    /// Takes in what was sent; what to store, if every topic is right.
    pub fn read(&mut self, form: &Posted) -> Option<Vec<Topic>> {
        let (mut rows, mut topics): (Vec<TopicRow>, Vec<Topic>) = (Vec::new(), Vec::new());
        let mut is_right = true;
        for at in 0..=TOPICS_MAX {
            let sent = |what: &str| format!("{what}-{at}");
            if form.all(&sent("phrase")).next().is_none() {
                continue;
            }
            let mut row = TopicRow::posted(form, at, &self.targets);
            if row.phrase.is_empty() && row.examples.is_empty() || form.is_on(&sent("remove")) {
                continue;
            }
            match row.topic() {
                Ok(topic) if topics.iter().any(|other| other.phrase.to_lowercase() == topic.phrase.to_lowercase()) => {
                    row.error = Some("This topic is in the list twice. Remove one.".to_owned());
                    is_right = false;
                }
                Ok(topic) => topics.push(topic),
                Err(why) => {
                    row.error = Some(why);
                    is_right = false;
                }
            }
            rows.push(row);
        }
        if let Some((_, phrase, examples)) = form.raw("starter").parse().ok().and_then(|at: usize| STARTERS.get(at)) {
            let examples = examples.iter().map(|example| (*example).to_owned()).collect();
            let topic = Topic { phrase: (*phrase).to_owned(), examples, enabled: true, target: None };
            if !topics.iter().any(|other| other.phrase == topic.phrase) {
                rows.push(TopicRow::of(&topic));
                topics.push(topic);
            }
        }
        if topics.len() > TOPICS_MAX {
            self.error = Some(format!("These are {} topics. List {TOPICS_MAX} at most.", topics.len()));
            is_right = false;
        }
        rows.push(TopicRow::new());
        self.rows = rows;
        self.message = form.text("message").chars().take(MESSAGE_CHARS_MAX).collect();
        is_right.then_some(topics)
    }
}

impl TopicRow {
    fn new() -> Self {
        Self { on: true, is_new: true, ..Self::default() }
    }

    fn of(topic: &Topic) -> Self {
        Self {
            phrase: topic.phrase.clone(),
            examples: topic.examples.join("\n"),
            on: topic.enabled,
            target: topic.target.map(target_word).unwrap_or_default(),
            is_new: false,
            error: None,
        }
    }

    fn posted(form: &Posted, at: usize, targets: &[(String, String)]) -> Self {
        let target = form.raw(&format!("target-{at}")).to_owned();
        Self {
            phrase: form.line(&format!("phrase-{at}")),
            examples: form.text(&format!("examples-{at}")),
            on: form.is_on(&format!("on-{at}")),
            target: if targets.iter().any(|(known, _)| *known == target) { target } else { String::new() },
            is_new: false,
            error: None,
        }
    }

    fn topic(&self) -> Result<Topic, String> {
        let cleaned = self.examples.lines().map(|line| line.replace('|', " ").trim().to_owned());
        let examples: Vec<String> = cleaned.filter(|line| !line.is_empty()).collect();
        let target = read_target(&self.target);
        let topic = Topic { phrase: self.phrase.clone(), examples, enabled: self.on, target };
        topic.check()?;
        Ok(topic)
    }
}

/// A target as a form sends it.
pub fn target_word(target: Target) -> String {
    match target {
        Target::Queue => "queue".to_owned(),
        Target::Team(team) => format!("team:{team}"),
        Target::Agent(agent) | Target::Member(_, agent) => format!("agent:{agent}"),
    }
}

fn read_target(word: &str) -> Option<Target> {
    match word.split_once(':') {
        Some(("team", id)) => id.parse::<TeamId>().ok().map(Target::Team),
        Some(("agent", id)) => id.parse::<AgentId>().ok().map(Target::Agent),
        _ => (word == "queue").then_some(Target::Queue),
    }
}

/// Tries a message on topics, whether they are saved or not.
pub fn try_out(message: &str, topics: &[Topic]) -> TopicTrial {
    let reading = Reading::of(message);
    let mut lines: Vec<TrialLine> = topics
        .iter()
        .map(|topic| {
            let found = topic::of_message(&reading, &[topic.line()]);
            TrialLine {
                phrase: topic.phrase.clone(),
                percent: found.as_ref().map_or(0, |found| percent(found.p)),
                decided: found.as_ref().is_some_and(|found| found.decided),
                on: topic.enabled,
                because: found.map(|found| found.because).unwrap_or_default(),
            }
        })
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.percent));
    let matching = lines.iter().filter(|line| line.decided).count();
    lines.truncate(matching.max(NEAR_MAX));
    TopicTrial { message: message.to_owned(), lines, threshold: percent(TOPIC_FROM) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_come_back_as_they_were_sent() {
        let mut form = TopicsForm::of("1".into(), &[], Vec::new());
        let sent = "phrase-0=refunds&examples-0=money+back%0D%0Areturn+it&on-0=on&phrase-1=press&phrase-2=gone&remove-2=on\
                    &phrase-3=&starter=2";
        let topics = form.read(&Posted::parse(sent.as_bytes())).expect("every topic is right");
        assert_eq!(topics[0], Topic::new("refunds | money back | return it"));
        assert!(!topics[1].enabled);
        assert_eq!((topics.len(), topics[2].phrase.as_str()), (3, "legal threats or lawyers"));
        assert_eq!(form.rows.len(), 4, "one to add");
    }

    #[test]
    fn a_topic_that_can_not_be_stands_with_its_reason() {
        let mut form = TopicsForm::of("1".into(), &[], Vec::new());
        let sent = Posted::parse(b"phrase-0=a%7Cb&phrase-1=press&phrase-2=Press&phrase-3=&examples-3=only+examples");
        assert!(form.read(&sent).is_none());
        let wrong: Vec<bool> = form.rows.iter().map(|row| row.error.is_some()).collect();
        assert_eq!(wrong, [true, false, true, true, false]);
    }

    #[test]
    fn a_message_is_tried_on_topics_that_are_not_saved() {
        let topics =
            [Topic::new("refund requests"), Topic { enabled: false, ..Topic::new("legal threats or lawyers") }];
        let trial = try_out("I want my money back", &topics);
        assert!(trial.matches() && trial.lines[0].phrase == "refund requests", "{trial:?}");
        assert!(!try_out("you will hear from my lawyer", &topics).matches(), "a topic that is off does not count");
    }
}
