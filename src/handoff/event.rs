//! The things that can happen to a conversation, and the lines they leave on its timeline.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::call::CallLine;
use super::conversation::Outcome;
use super::message::{NewMessage, Source};
use super::people::Actor;
use super::policy::Reason;
use super::waiting::Goal;
use super::{AgentId, Epoch, Fence, HandoffId, Owner, Seq, TeamId};

/// Something that happened, or that somebody asks for. [`super::apply`] says what follows from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum Event {
    /// The customer wrote.
    CustomerWrote {
        /// What they wrote.
        message: NewMessage,
        /// Whether the AI is to answer if it is (or becomes) the owner. Off when autopilot is off.
        answer: bool,
        /// Who gets the conversation if this message reopens it.
        reopen_to: Owner,
    },
    /// The AI's answer to everything up to the fence's watermark.
    AiAnswered {
        /// What the turn knew when it began.
        fence: Fence,
        /// The answer.
        message: NewMessage,
    },
    /// The AI calls another system, or hears from it.
    AiActed {
        /// What the turn knew when it began.
        fence: Fence,
        /// The call or its end.
        act: Act,
    },
    /// The AI's ownership ends, by its own decision, the customer's button, or the server's.
    HandedOff {
        /// The epoch under which this was decided.
        epoch: Epoch,
        /// Who caused it.
        by: Actor,
        /// Everything the people get, and the one text the customer gets.
        handoff: Box<HandoffDraft>,
    },
    /// A person sent the customer a message, from whatever surface.
    AgentWrote {
        /// Who.
        agent: AgentId,
        /// What they wrote.
        message: NewMessage,
        /// Recorded if this ends the AI's ownership. Its notice is left out: the message itself tells the customer.
        handoff: Box<HandoffDraft>,
    },
    /// A person left an internal note.
    AgentNoted {
        /// The note.
        message: NewMessage,
    },
    /// A person takes the conversation.
    TakenOver {
        /// Who.
        agent: AgentId,
        /// The epoch they were looking at; a claim made on an older picture loses.
        seen: Epoch,
        /// Recorded if this ends the AI's ownership.
        handoff: Box<HandoffDraft>,
    },
    /// A person or a rule gives the conversation to a person, or back to the queue.
    Assigned {
        /// Who decided.
        by: Actor,
        /// Who has it now; `None` is the queue.
        to: Option<AgentId>,
        /// Recorded if this ends the AI's ownership.
        handoff: Box<HandoffDraft>,
    },
    /// The team responsible changed.
    TeamAssigned {
        /// Who decided.
        by: Actor,
        /// The new team; `None` is nobody in particular.
        team: Option<TeamId>,
    },
    /// The conversation returns to the AI.
    HandedBack {
        /// Who decided.
        by: Actor,
        /// What the people did meanwhile, for the AI and the record.
        digest: String,
        /// What the customer is told, if anything.
        notice: Option<NewMessage>,
    },
    /// Put aside until a time, or until the customer writes.
    Snoozed {
        /// Who decided.
        by: AgentId,
        /// When it comes back by itself.
        until: DateTime<Utc>,
    },
    /// A snooze ran out.
    Woke,
    /// Done.
    Resolved {
        /// Who decided.
        by: Actor,
        /// How it ended.
        outcome: Outcome,
        /// Whether the customer is asked for a rating.
        ask_rating: bool,
    },
    /// Not done after all.
    Reopened {
        /// Who decided.
        by: Actor,
        /// Who has it now.
        to: Owner,
    },
    /// A person says that they have noticed the handoff.
    Acknowledged {
        /// Who.
        by: AgentId,
    },
    /// The time to repeat an unacknowledged notification has come.
    NotificationDue,
    /// Something about the phone call that the conversation is.
    Called {
        /// What.
        line: CallLine,
        /// What the customer is sent because of it, in the organisation's name.
        text: Option<NewMessage>,
    },
    /// What was promised to the customer was not kept in time.
    GoalMissed {
        /// What.
        goal: Goal,
    },
    /// The waiting customer is told how things stand.
    WaitingTold {
        /// What they are told.
        message: NewMessage,
    },
    /// The customer is asked for a rating some time after the end.
    RatingAsked {
        /// The question, on channels that have no buttons for it.
        message: Option<NewMessage>,
    },
    /// The customer rated the conversation.
    Rated {
        /// 1 (terrible) to 5 (excellent).
        score: u8,
        /// Their own words.
        feedback: Option<String>,
    },
}

/// A call of another system, as the timeline tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "act")]
pub enum Act {
    /// The call is about to be made.
    Called {
        /// Which action.
        action: String,
        /// What it is called with, in words.
        arguments: String,
        /// Whether the customer agreed to it, as they must to whatever changes something.
        confirmed: bool,
    },
    /// The call was answered, or was not.
    Ended {
        /// Which action.
        action: String,
        /// What came of it, in words.
        outcome: String,
        /// Whether it failed.
        failed: bool,
    },
}

/// Everything a handoff carries. Made before the transaction, so that nothing in it can delay the handoff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoffDraft {
    /// Identity.
    pub id: HandoffId,
    /// Why, as a code.
    pub reason: Reason,
    /// Why, in words: the signal, phrase or rule that fired.
    pub explanation: String,
    /// What the customer wants and what was tried, at most 120 words.
    pub summary: Summary,
    /// The customer's mood.
    pub sentiment: Sentiment,
    /// BCP-47 language of the customer, if known.
    pub language: Option<String>,
    /// The matched forbidden topic.
    pub topic: Option<String>,
    /// What the AI offered so far, newest last.
    pub tried: Vec<String>,
    /// Articles used so far.
    pub sources: Vec<Source>,
    /// Who gets it: the queue or a person, never the AI.
    pub target: Target,
    /// The one text the customer is told.
    pub notice: Option<NewMessage>,
    /// What the customer has seen of an answer that the AI was writing when its ownership ended.
    pub shown: Option<NewMessage>,
}

/// What a person must know, in a few lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The lines.
    pub text: String,
    /// For each line the message it is about, if it is about one.
    pub seqs: Vec<Option<Seq>>,
}

impl From<&str> for Summary {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), seqs: Vec::new() }
    }
}

impl Summary {
    /// Each line with the message it is about.
    pub fn lines(&self) -> impl Iterator<Item = (&str, Option<Seq>)> {
        self.text.lines().enumerate().map(|(at, line)| (line, self.seqs.get(at).copied().flatten()))
    }
}

/// Who receives a handoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum Target {
    /// Whoever takes it first.
    Queue,
    /// Whoever of this team takes it first.
    Team(TeamId),
    /// This person.
    Agent(AgentId),
    /// This person, for their team.
    Member(TeamId, AgentId),
}

impl Target {
    /// The person, if one gets it.
    pub fn agent(self) -> Option<AgentId> {
        match self {
            Self::Agent(agent) | Self::Member(_, agent) => Some(agent),
            Self::Queue | Self::Team(_) => None,
        }
    }

    /// The team, if one becomes responsible.
    pub fn team(self) -> Option<TeamId> {
        match self {
            Self::Team(team) | Self::Member(team, _) => Some(team),
            Self::Queue | Self::Agent(_) => None,
        }
    }
}

/// The customer's mood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sentiment {
    /// Losing patience.
    Angry,
    /// Neither.
    #[default]
    Neutral,
    /// Pleased.
    Happy,
}

/// One line of the timeline that is not a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Entry {
    /// The AI's ownership ended.
    HandedOff {
        /// Which handoff.
        handoff: HandoffId,
        /// Why.
        reason: Reason,
        /// Why, in words.
        explanation: String,
    },
    /// A person became the owner.
    AgentJoined {
        /// Who.
        agent: AgentId,
        /// Who had it before.
        from: Owner,
    },
    /// The owner went away; the queue has it.
    Unassigned {
        /// Who had it before.
        from: Owner,
    },
    /// The team responsible changed.
    TeamAssigned {
        /// The new team.
        team: Option<TeamId>,
    },
    /// The AI called another system.
    Acted {
        /// The call or its end.
        act: Act,
    },
    /// The AI has it again.
    HandedBack {
        /// What the people did meanwhile.
        digest: String,
    },
    /// Put aside.
    Snoozed {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// A snooze ended.
    Woke,
    /// Done.
    Resolved {
        /// How it ended.
        outcome: Outcome,
    },
    /// Not done after all.
    Reopened {
        /// Who has it now.
        to: Owner,
    },
    /// A person has noticed the handoff.
    Acknowledged,
    /// Nobody had noticed the handoff yet; everybody was told again.
    NotifiedAgain,
    /// Something about the phone call that the conversation is.
    Call {
        /// What.
        line: CallLine,
    },
    /// What was promised to the customer was not kept in time.
    GoalMissed {
        /// What.
        goal: Goal,
    },
    /// The customer was asked for a rating.
    RatingRequested,
    /// The customer rated the conversation.
    Rated {
        /// 1 to 5.
        score: u8,
        /// Their own words.
        feedback: Option<String>,
    },
}
