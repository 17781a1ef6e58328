//! Single steps of a call that the stories of tests/it/phone do not show.

use chrono::NaiveDateTime;

use super::*;

fn facts(agent: &PhoneAgent, owner: Owner) -> Facts<'_> {
    let now: NaiveDateTime = "2026-11-21T12:00:00".parse().expect("a time");
    Facts {
        owner,
        lines: vec![],
        targets: agent.targets(now, &[]),
        whisper: "A call for you.".into(),
        can_text: true,
        agent,
    }
}

fn with_phone() -> PhoneAgent {
    let hours = Hours::default();
    let number = FallbackNumber { number: "+15550100777".into(), label: "Office".into(), agent: None, hours };
    PhoneAgent { numbers: vec![number], ..PhoneAgent::default() }
}

/// A call whose only number rings.
fn ringing(agent: &PhoneAgent) -> Call {
    let call = Call::incoming(false, Seq(0));
    let out = advance(&call, &Happening::Asked, 0, &facts(agent, Owner::Queue));
    assert!(matches!(out.next.phase, Phase::Ringing { .. }));
    out.next
}

#[test]
fn a_bridge_without_a_key_is_no_person() {
    let agent = with_phone();
    let call = ringing(&agent);
    let bridged = Happening::Dialled { bridged: true, status: "completed".into(), seconds: 9, over: false };
    let out = advance(&call, &bridged, call.step, &facts(&agent, Owner::Queue));
    assert!(out.acts.contains(&Act::Note(CallLine::Unasked { label: "Office".into() })));
    assert_eq!(out.next.phase, Phase::Recording);
}

#[test]
fn a_key_without_a_bridge_is_no_person_either() {
    let agent = with_phone();
    let call = ringing(&agent);
    let accepted = advance(&call, &Happening::Accepted, call.step, &facts(&agent, Owner::Queue)).next;
    let lost = Happening::Dialled { bridged: false, status: "completed".into(), seconds: 0, over: false };
    let out = advance(&accepted, &lost, call.step, &facts(&agent, Owner::Queue));
    assert_eq!(out.next.phase, Phase::Recording);
}

#[test]
fn whoever_picks_up_after_the_caller_has_gone_on_is_let_go() {
    let agent = with_phone();
    let call = ringing(&agent);
    let missed = Happening::Dialled { bridged: false, status: "no-answer".into(), seconds: 0, over: false };
    let next = advance(&call, &missed, call.step, &facts(&agent, Owner::Queue)).next;
    for late in [Happening::PickedUp, Happening::Accepted, Happening::Again] {
        let out = advance(&next, &late, call.step, &facts(&agent, Owner::Queue));
        assert_eq!((out.steps, &out.next), (vec![Step::HangUp], &next));
    }
}

#[test]
fn a_key_pressed_twice_is_one_person() {
    let agent = with_phone();
    let call = ringing(&agent);
    let once = advance(&call, &Happening::Accepted, call.step, &facts(&agent, Owner::Queue));
    let twice = advance(&once.next, &Happening::Accepted, call.step, &facts(&agent, Owner::Queue));
    assert_eq!((twice.steps, twice.acts, &twice.next), (vec![], vec![], &once.next));
}

#[test]
fn the_ai_gets_a_call_back_once_and_not_for_ever() {
    let agent = PhoneAgent { nobody: NobodyAnswers::Ai, ..PhoneAgent::default() };
    let first = advance(&Call::incoming(false, Seq(0)), &Happening::Asked, 0, &facts(&agent, Owner::Queue));
    assert!(first.acts.contains(&Act::HandBack));
    let second = advance(&first.next, &Happening::Heard, first.next.step, &facts(&agent, Owner::Queue));
    assert_eq!(second.next.phase, Phase::Recording);
}

#[test]
fn a_caller_without_a_number_leaves_a_message_instead_of_getting_a_text() {
    let agent = PhoneAgent { nobody: NobodyAnswers::Text, ..PhoneAgent::default() };
    let facts = Facts { can_text: false, ..facts(&agent, Owner::Queue) };
    let out = advance(&Call::incoming(false, Seq(0)), &Happening::Asked, 0, &facts);
    assert_eq!(out.next.phase, Phase::Recording);
}
