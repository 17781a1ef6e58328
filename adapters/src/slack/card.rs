//! The card at the head of a thread, and the lines below it, as Block Kit.
//!
//! Invariant: every text stays within Slack's limits and is escaped, so that a card is never refused for what a customer wrote.

use slack_morphism::prelude::*;

use crate::contract::team::{Card, Spoken, Standing, TeamButton, TeamContent};

use super::mrkdwn::{cut, escape, from_markdown};

/// Longest text of a section, in characters.
const SECTION_CHARS_MAX: usize = 3_000;
/// Longest text of a header.
const HEADER_CHARS_MAX: usize = 150;
/// Longest value of a fact; a field may have 2,000.
const FACT_CHARS_MAX: usize = 300;
/// Facts in one section, by Slack's limit.
const FACTS_MAX: usize = 10;
/// Characters of one message of the history.
const SPOKEN_CHARS_MAX: usize = 280;
/// Longest text of a line of the thread; more than a customer can write.
const LINE_CHARS_MAX: usize = 39_000;
/// Longest text of a button's value.
const VALUE_CHARS_MAX: usize = 2_000;

/// What marks Baton's buttons among those of other cards.
pub(super) const ACTION_PREFIX: &str = "baton_";

/// A card as blocks, and as the one line notifications show.
pub(super) fn blocks(card: &Card) -> (Vec<SlackBlock>, String) {
    let sign = sign(card.standing);
    let headline = cut(&format!("{sign} {}", card.customer), HEADER_CHARS_MAX);
    let mut blocks: Vec<SlackBlock> = vec![
        SlackHeaderBlock::new(SlackBlockPlainText::new(headline).into()).into(),
        section(format!("*{}*", escape(&card.state))),
    ];
    let fields: Vec<SlackBlockText> = card
        .facts
        .iter()
        .take(FACTS_MAX)
        .map(|(label, value)| mrkdwn(format!("*{}*\n{}", escape(label), escape(&cut(value, FACT_CHARS_MAX)))).into())
        .collect();
    if !fields.is_empty() {
        blocks.push(SlackSectionBlock::new().with_fields(fields).into());
    }
    if !card.explanation.is_empty() {
        blocks.push(
            SlackContextBlock::new(vec![SlackContextBlockElement::MarkDown(mrkdwn(within(escape(&card.explanation))))])
                .into(),
        );
    }
    if !card.summary.is_empty() {
        blocks.push(section(format!("*Summary*\n{}", from_markdown(&card.summary))));
    }
    if !card.history.is_empty() {
        blocks.push(section(history(&card.history)));
    }
    if let Some(actions) = actions(card) {
        blocks.push(actions);
    }
    let line = format!("{sign} {}: {}", escape(&card.customer), escape(&card.state));
    (blocks, cut(&line, SECTION_CHARS_MAX))
}

/// A line of the thread.
pub(super) fn line(content: &TeamContent) -> String {
    let text = match content {
        TeamContent::Said(spoken) => said(spoken),
        TeamContent::Note(spoken) => format!(":lock: {}", said(spoken)),
        TeamContent::Happened(what) => format!("_{}_", escape(what)),
    };
    cut(&text, LINE_CHARS_MAX)
}

/// The button somebody pressed.
pub(super) fn button(action_id: &str) -> Option<TeamButton> {
    let word = action_id.strip_prefix(ACTION_PREFIX)?;
    [TeamButton::Take, TeamButton::Resolve, TeamButton::GiveBack].into_iter().find(|button| name(*button).0 == word)
}

fn said(spoken: &Spoken) -> String {
    let text = shown(spoken);
    let gap = if text.contains('\n') { '\n' } else { ' ' };
    format!("*{}:*{gap}{text}", escape(&spoken.who))
}

fn shown(spoken: &Spoken) -> String {
    if spoken.markdown { from_markdown(&spoken.text) } else { escape(&spoken.text) }
}

/// The newest messages that fit, oldest first.
fn history(spoken: &[Spoken]) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut room = SECTION_CHARS_MAX - 40;
    for one in spoken.iter().rev() {
        let short = Spoken {
            text: cut(&one.text.split_whitespace().collect::<Vec<_>>().join(" "), SPOKEN_CHARS_MAX),
            ..one.clone()
        };
        let line = format!("> {}", said(&short).replace('\n', "\n> "));
        let length = line.chars().count() + 1;
        if length > room {
            break;
        }
        room -= length;
        lines.push(line);
    }
    lines.reverse();
    format!("*Before the handoff*\n{}", lines.join("\n"))
}

fn actions(card: &Card) -> Option<SlackBlock> {
    let mut elements: Vec<SlackActionBlockElement> = card
        .buttons
        .iter()
        .map(|button| {
            let (word, label) = name(*button);
            let element = SlackBlockButtonElement::new(SlackBlockPlainText::new(label.into()).into())
                .with_action_id(format!("{ACTION_PREFIX}{word}").into())
                .with_value(cut(&card.reference, VALUE_CHARS_MAX));
            match button {
                TeamButton::Take => element.with_style(SlackBlockButtonStyle::Primary).into(),
                TeamButton::Resolve | TeamButton::GiveBack => element.into(),
            }
        })
        .collect();
    if let Some(link) = card.link.as_deref().and_then(|link| link.parse().ok()) {
        let open = SlackBlockButtonElement::new(SlackBlockPlainText::new("Open in Baton".into()).into())
            .with_action_id(format!("{ACTION_PREFIX}open").into())
            .with_url(link);
        elements.push(open.into());
    }
    (!elements.is_empty()).then(|| SlackActionsBlock::new(elements).into())
}

/// A button's word on the wire, and what people read.
fn name(button: TeamButton) -> (&'static str, &'static str) {
    match button {
        TeamButton::Take => ("take", "Take"),
        TeamButton::Resolve => ("resolve", "Resolve"),
        TeamButton::GiveBack => ("give_back", "Give back to AI"),
    }
}

fn sign(standing: Standing) -> &'static str {
    match standing {
        Standing::Waiting => "🔴",
        Standing::Taken => "🟢",
        Standing::WithAi => "🤖",
        Standing::Aside => "💤",
        Standing::Done => "✅",
    }
}

fn section(text: String) -> SlackBlock {
    SlackSectionBlock::new().with_text(mrkdwn(within(text)).into()).into()
}

fn within(text: String) -> String {
    cut(&text, SECTION_CHARS_MAX)
}

fn mrkdwn(text: String) -> SlackBlockMarkDownText {
    SlackBlockMarkDownText::new(text).with_verbatim(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Card {
        Card {
            reference: "0198:4".into(),
            customer: "Maya <!channel>".into(),
            state: "Waiting for a person".into(),
            standing: Standing::Waiting,
            facts: vec![("Reason".into(), "Asked for a person".into()), ("Channel".into(), "WhatsApp".into())],
            explanation: "The customer wrote “human”".into(),
            summary: "Wants a **refund** for order 1042.".into(),
            history: vec![Spoken { who: "Maya".into(), text: "I want a <human>\nnow".into(), markdown: false }],
            link: Some("https://support.example/inbox/1".into()),
            buttons: vec![TeamButton::Take, TeamButton::Resolve],
        }
    }

    #[test]
    fn a_card_says_what_a_person_needs_and_pings_nobody() {
        let (blocks, line) = blocks(&card());
        let json = serde_json::to_value(&blocks).expect("JSON");
        assert_eq!(line, "🔴 Maya &lt;!channel&gt;: Waiting for a person");
        let kinds: Vec<&str> =
            json.as_array().expect("a list").iter().filter_map(|block| block["type"].as_str()).collect();
        assert_eq!(kinds, ["header", "section", "section", "context", "section", "section", "actions"]);
        let text = json.to_string();
        assert!(text.contains("*refund*") && text.contains("I want a &lt;human&gt; now"), "{text}");
        assert_eq!(json[6]["elements"][0]["action_id"], "baton_take");
        assert_eq!(json[6]["elements"][0]["value"], "0198:4");
        assert_eq!(json[6]["elements"][2]["url"], "https://support.example/inbox/1");
        assert_eq!(json[0]["text"]["type"], "plain_text");
    }

    #[test]
    fn whatever_was_said_the_card_stays_within_slacks_limits() {
        let long = "&".repeat(20_000);
        let spoken = Spoken { who: long.clone(), text: long.clone(), markdown: true };
        let big = Card {
            customer: long.clone(),
            state: long.clone(),
            facts: (0..20).map(|n| (format!("{n}"), long.clone())).collect(),
            explanation: long.clone(),
            summary: long.clone(),
            history: vec![spoken.clone(); 40],
            ..card()
        };
        let json = serde_json::to_value(blocks(&big).0).expect("JSON");
        for block in json.as_array().expect("a list") {
            let texts = [&block["text"]["text"], &block["elements"][0]["text"]];
            for text in texts.into_iter().filter_map(|text| text.as_str()) {
                assert!(text.chars().count() <= SECTION_CHARS_MAX, "{block}");
            }
            for field in block["fields"].as_array().into_iter().flatten() {
                assert!(field["text"].as_str().expect("text").chars().count() <= 2_000);
            }
        }
        assert!(line(&TeamContent::Said(spoken)).chars().count() <= 40_000);
    }

    #[test]
    fn buttons_are_known_by_their_word() {
        assert_eq!(button("baton_take"), Some(TeamButton::Take));
        assert_eq!(button("baton_give_back"), Some(TeamButton::GiveBack));
        assert_eq!(button("baton_open"), None);
        assert_eq!(button("take"), None);
    }
}
