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
        wording: agent.wording_in("en-US"),
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

#[test]
fn an_ai_that_is_slow_over_a_socket_says_so_once_and_is_given_up_in_the_end() {
    let agent = with_phone();
    let heard = advance(&Call::incoming(true, Seq(0)), &Happening::Heard, 0, &facts(&agent, Owner::Ai)).next;
    let mut call = advance(&heard, &Happening::Silent, heard.step, &facts(&agent, Owner::Ai));
    let wait = Step::Listen { prompts: vec![Utterance::house("One moment, please.")] };
    assert_eq!((call.steps, call.acts), (vec![wait], vec![]));
    for _ in 0..10 {
        let next = advance(&call.next, &Happening::Silent, call.next.step, &facts(&agent, Owner::Ai));
        if next.again {
            assert!(matches!(next.acts[..], [Act::HandOff { reason: Reason::AiUnavailable, .. }]));
            return;
        }
        assert_eq!((next.steps, &next.acts), (vec![], &vec![]), "nobody is asked whether they are there");
        call = Outcome { steps: vec![], ..next };
    }
    panic!("the caller waits for ever");
}

#[test]
fn a_call_goes_on_in_a_language_that_its_number_has() {
    let other = OtherLanguage { tag: "de-DE".into(), voice: "Vicki".into(), key: Some('2') };
    let agent = PhoneAgent { languages: vec![other], ..PhoneAgent::default() };
    let call = Call::incoming(false, Seq(0));
    let asks = |language: &str| Happening::Speaks { language: language.into(), asked: Some("Deutsch bitte".into()) };
    let german = advance(&call, &asks("de"), 0, &facts(&agent, Owner::Ai));
    assert_eq!(german.next.language.as_deref(), Some("de-DE"));
    assert_eq!(german.steps, [Step::Listen { prompts: vec![Utterance::house(Wording::of("de").switched)] }]);
    let back = advance(&german.next, &asks("en"), german.next.step, &facts(&agent, Owner::Ai)).next;
    assert_eq!(back.language, None, "the number's own language needs no name");
    let unknown = advance(&call, &asks("fr"), 0, &facts(&agent, Owner::Ai));
    assert_eq!(unknown.next.language, None);
    assert_eq!((agent.voice_of("de-DE"), agent.language_of_key("2")), ("Vicki", Some("de-DE")));
}

#[test]
fn what_an_admin_left_as_it_was_follows_the_language_and_what_they_wrote_stays() {
    let mut agent = PhoneAgent { language: "fr-FR".into(), ..PhoneAgent::default() };
    agent.wording.goodbye = "Ciao !".into();
    let (own, other) = (agent.wording_in("fr-FR"), agent.wording_in("de-DE"));
    assert_eq!((own.goodbye.as_str(), own.wait.as_str()), ("Ciao !", "Un instant, s’il vous plaît."));
    assert_eq!(other.wait, "Einen Moment, bitte.");
    assert_ne!(other.goodbye, "Ciao !");
}
