//! From the moment a transfer begins, the AI says nothing more: over interleavings of what callers, providers, people and turns
//! do, told in order, late, and twice.

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use crate::handoff::{AgentId, Owner, Seq};

use super::*;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Move {
    /// A turn ends with an answer, which is stored if the AI still has the conversation.
    TurnEnds,
    /// A turn ends with a handoff.
    TurnHandsOff,
    /// A person takes over, or gives it back.
    TakenOver,
    GivenBack,
    /// Something is told about the document that is out, or about one before it.
    Told(Happening, u32),
}

fn moves() -> impl Strategy<Value = Move> {
    let dialled = (any::<bool>(), prop::sample::select(vec!["completed", "busy", "no-answer"]), any::<bool>())
        .prop_map(|(bridged, status, over)| Happening::Dialled { bridged, status: status.into(), seconds: 5, over });
    let happening = prop_oneof![
        5 => Just(Happening::Heard),
        1 => Just(Happening::Zero),
        2 => Just(Happening::Silent),
        1 => prop::option::of(Just("Deutsch bitte".to_owned()))
            .prop_map(|asked| Happening::Speaks { language: "de".into(), asked }),
        5 => Just(Happening::Asked),
        1 => Just(Happening::Dropped),
        2 => Just(Happening::PickedUp),
        2 => Just(Happening::Accepted),
        1 => Just(Happening::Again),
        1 => Just(Happening::Declined),
        4 => dialled,
        1 => Just(Happening::Recorded { seconds: 3 }),
    ];
    prop_oneof![
        4 => Just(Move::TurnEnds),
        1 => Just(Move::TurnHandsOff),
        1 => Just(Move::TakenOver),
        1 => Just(Move::GivenBack),
        12 => (happening, prop_oneof![3 => Just(0_u32), 1 => 1_u32..4]).prop_map(|(what, late)| Move::Told(what, late)),
    ]
}

fn agents() -> impl Strategy<Value = PhoneAgent> {
    let nobody = prop::sample::select(vec![NobodyAnswers::Voicemail, NobodyAnswers::Text, NobodyAnswers::Ai]);
    (nobody, any::<bool>(), 0_usize..4).prop_map(|(nobody, logged, numbers)| PhoneAgent {
        nobody,
        transfer: if logged { Transfer::Logged } else { Transfer::Live },
        languages: vec![OtherLanguage { tag: "de-DE".into(), voice: String::new(), key: None }],
        numbers: (0..numbers)
            .map(|n| FallbackNumber {
                number: format!("+1555010{n}"),
                label: format!("Phone {n}"),
                agent: (n == 1).then_some(AgentId(Uuid::from_u128(1))),
                hours: Hours::default(),
            })
            .collect(),
        ..PhoneAgent::default()
    })
}

/// A conversation as far as a call can see it.
struct World {
    agent: PhoneAgent,
    owner: Owner,
    call: Call,
    lines: Vec<Utterance>,
    last: i64,
}

impl World {
    fn writes(&mut self, by_ai: bool) {
        self.last += 1;
        let (seq, text) = (Some(Seq(self.last)), if by_ai { "answer" } else { "notice" });
        self.lines.push(Utterance { text: text.into(), seq, message: None, by_ai });
    }

    fn hand_off(&mut self, to: Owner) {
        if self.owner == Owner::Ai {
            self.owner = to;
            self.writes(false);
        }
    }

    /// What the desk does with one thing that is told.
    fn told(&mut self, happening: &Happening, step: u32) -> Result<(), TestCaseError> {
        let (mut happening, mut step) = (happening.clone(), step);
        for _ in 0..3 {
            let now: DateTime<Utc> = DateTime::UNIX_EPOCH;
            let lines = self.lines.iter().filter(|line| line.seq > Some(self.call.said_through)).cloned().collect();
            let facts = Facts {
                owner: self.owner,
                lines,
                targets: self.agent.targets(now.naive_utc(), &[]),
                whisper: "A call for you.".into(),
                can_text: true,
                agent: &self.agent,
                wording: self.agent.wording_in("de-DE"),
            };
            let outcome = advance(&self.call, &happening, step, &facts);
            prop_assert!(outcome.next.step >= self.call.step, "documents are numbered upwards");
            prop_assert!(self.call.ending().is_none() || outcome.next == self.call, "what is over stays over");
            let gives_back = outcome.acts.contains(&Act::HandBack);
            let reaches_for_people = !outcome.next.is_ais();
            if reaches_for_people || self.owner.is_human() && !gives_back {
                prop_assert!(!says_ai(&outcome.steps), "the AI spoke after a transfer began: {:?}", outcome.steps);
            }
            self.call = outcome.next;
            for act in outcome.acts {
                match act {
                    Act::HandOff { .. } => self.hand_off(Owner::Queue),
                    Act::Give(agent) => self.owner = Owner::Agent(agent),
                    Act::HandBack => self.owner = Owner::Ai,
                    Act::Note(_) | Act::Text(_) => {}
                }
            }
            if !outcome.again {
                return Ok(());
            }
            (happening, step) = (Happening::Asked, self.call.step);
        }
        Ok(())
    }
}

fn says_ai(steps: &[Step]) -> bool {
    steps.iter().any(|step| match step {
        Step::Say { words } => words.by_ai,
        Step::Listen { prompts } => prompts.iter().any(|prompt| prompt.by_ai),
        _ => false,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_a_transfer_begins_the_ai_says_nothing_more(
        agent in agents(),
        by_socket in any::<bool>(),
        moves in prop::collection::vec(moves(), 0..60),
    ) {
        let call = Call::incoming(by_socket, Seq(0));
        let agent = PhoneAgent { talk: if by_socket { Talk::Live } else { Talk::Turns }, ..agent };
        let mut world = World { agent, owner: Owner::Ai, call, lines: vec![], last: 0 };
        world.writes(true);
        world.told(&Happening::Began, 0)?;
        for one in moves {
            match one {
                Move::TurnEnds if world.owner == Owner::Ai => world.writes(true),
                Move::TurnEnds => {}
                Move::TurnHandsOff => world.hand_off(Owner::Queue),
                Move::TakenOver => world.hand_off(Owner::Agent(AgentId(Uuid::from_u128(2)))),
                // A person gives it back: from then on the AI may speak again.
                Move::GivenBack => world.owner = Owner::Ai,
                Move::Told(happening, late) => {
                    let step = world.call.step.saturating_sub(late);
                    world.told(&happening, step)?;
                }
            }
        }
        world.told(&Happening::HungUp, 0)?;
        prop_assert!(world.call.ending().is_some());
    }
}
