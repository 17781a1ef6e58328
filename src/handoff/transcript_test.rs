//! Whole stories, as one would tell them, in reviewed snapshots.

use chrono::TimeDelta;

use super::conversation::Outcome;
use super::event::Target;
use super::message::Author;
use super::people::Actor;
use super::policy::Reason;
use super::table_test::{INES, OMAR, brief, handoff, message, noon, sketch};
use super::*;

struct Story {
    conversation: Conversation,
    told: String,
}

impl Story {
    fn begin() -> Self {
        let nil = uuid::Uuid::nil();
        Self {
            conversation: Conversation::new(ConversationId(nil), ChannelId(nil), ContactId(nil)),
            told: String::new(),
        }
    }

    fn then(&mut self, words: &str, event: impl FnOnce(&Conversation) -> Event) -> &mut Self {
        let at = noon() + TimeDelta::minutes(self.told.lines().count() as i64);
        match apply(&self.conversation, &event(&self.conversation), at) {
            Ok(change) => {
                let effects: Vec<String> = change.effects.iter().map(sketch).collect();
                self.conversation = change.next;
                self.told.push_str(&format!(
                    "{words}\n    => {}\n       {}\n",
                    brief(&self.conversation),
                    effects.join(" ")
                ));
            }
            Err(rejection) => self.told.push_str(&format!("{words}\n    => refused: {rejection}\n")),
        }
        self
    }
}

fn maya_writes(_: &Conversation) -> Event {
    Event::CustomerWrote { message: message(Author::Contact, "Where is my lamp?"), answer: true, reopen_to: Owner::Ai }
}

fn ai_answers(fence: Fence) -> impl FnOnce(&Conversation) -> Event {
    move |_| Event::AiAnswered { fence, message: message(Author::Ai, "It left yesterday.") }
}

fn now(conversation: &Conversation) -> Fence {
    Fence { epoch: conversation.epoch, watermark: conversation.watermark }
}

#[test]
fn no_ai_message_follows_a_takeover() {
    let mut story = Story::begin();
    story.then("Maya asks where her lamp is", maya_writes);
    let begun = now(&story.conversation);
    story
        .then("Ines takes over while the AI is thinking", |c| Event::TakenOver {
            agent: INES,
            seen: c.epoch,
            handoff: handoff(Reason::AgentTookOver, Target::Queue),
        })
        .then("the AI finishes its answer", ai_answers(begun))
        .then("Omar claims it too, having seen it with the AI", |_| Event::TakenOver {
            agent: OMAR,
            seen: Epoch(1),
            handoff: handoff(Reason::AgentTookOver, Target::Queue),
        })
        .then("Ines answers", |_| Event::AgentWrote {
            agent: INES,
            message: message(Author::Agent(INES), "It is on its way."),
            handoff: handoff(Reason::AgentTookOver, Target::Queue),
        });
    insta::assert_snapshot!("takeover", story.told);
}

#[test]
fn a_burst_is_answered_once_and_a_handoff_ends_with_the_ai_back() {
    let mut story = Story::begin();
    story.then("Maya writes", maya_writes);
    let begun = now(&story.conversation);
    story
        .then("Maya writes again", maya_writes)
        .then("the first turn finishes without having seen that", ai_answers(begun));
    let begun = now(&story.conversation);
    story
        .then("the second turn finishes", ai_answers(begun))
        .then("Maya asks for a person", maya_writes)
        .then("the AI hands off", |c| Event::HandedOff {
            epoch: c.epoch,
            by: Actor::Ai,
            handoff: handoff(Reason::CustomerRequest, Target::Queue),
        })
        .then("nobody looks", |_| Event::NotificationDue)
        .then("Ines takes it", |c| Event::TakenOver {
            agent: INES,
            seen: c.epoch,
            handoff: handoff(Reason::AgentTookOver, Target::Queue),
        })
        .then("Ines gives it back with Maya still waiting", |_| Event::HandedBack {
            by: Actor::Agent(INES),
            digest: "A replacement is on its way.".into(),
            notice: None,
        });
    let begun = now(&story.conversation);
    story
        .then("the AI answers, knowing", ai_answers(begun))
        .then("Ines resolves it", |_| Event::Resolved {
            by: Actor::Agent(INES),
            outcome: Outcome::Resolved,
            ask_rating: true,
        })
        .then("Maya rates it", |_| Event::Rated { score: 5, feedback: None })
        .then("Maya writes a week later", maya_writes);
    insta::assert_snapshot!("burst_and_back", story.told);
}
