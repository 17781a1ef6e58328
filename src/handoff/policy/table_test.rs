//! Every lever on and off, against every cause, on every kind of channel, in and out of hours. The rules are said once
//! more here, in other words than the code's.

use super::*;

fn found(p: f32) -> Signal {
    Signal { p, decided: p >= 0.75, because: vec!["words".into()] }
}

fn bits(number: u32, at: u32) -> bool {
    number >> at & 1 == 1
}

/// What the customer and the AI gave cause for.
#[derive(Clone, Copy, Debug)]
struct Causes {
    topic: bool,
    request: bool,
    upset: bool,
    stuck: bool,
    wish: bool,
}

fn input(levers: Levers, causes: Causes, standing: Standing) -> PolicyInput {
    let pulled = |on: bool| if on { found(0.95) } else { Signal::default() };
    let signals = Signals {
        human_request: pulled(causes.request),
        frustration: pulled(causes.upset),
        no_progress: pulled(causes.stuck),
        topic: causes.topic.then(|| TopicMatch { phrase: "refunds".into(), p: 0.9, decided: true, because: vec![] }),
        problem_stated: false,
    };
    PolicyInput { standing: Standing { levers, ..standing }, signals, wish: causes.wish.then(|| "no article".into()) }
}

/// Every combination worth telling apart.
fn every(mut check: impl FnMut(&PolicyInput, Causes)) {
    let places = [(true, OutsideHours::Queue)].into_iter().chain(OutsideHours::ALL.map(|mode| (false, mode)));
    let places: Vec<_> = places.collect();
    for number in 0..1_u32 << 14 {
        let on = |at| bits(number, at);
        let levers = Levers {
            enabled: on(0),
            on_request: on(1),
            on_frustration: on(2),
            on_no_progress: on(3),
            on_ai_decision: on(4),
            problem_first: on(5),
            details_first: on(6),
            solution_attempts_min: if on(7) { 2 } else { 0 },
            ..Levers::default()
        };
        let causes = Causes { topic: on(8), request: on(9), upset: on(10), stuck: on(11), wish: on(12) };
        for channel in ChannelClass::ALL {
            for (in_hours, outside_hours) in &places {
                let standing = Standing {
                    channel,
                    in_hours: *in_hours,
                    outside_hours: *outside_hours,
                    topics_without_master: on(13),
                    answers: 1,
                    missing: vec!["order".into(), "size".into()],
                    contact_missing: vec!["email".into()],
                    ..Standing::default()
                };
                check(&input(levers, causes, standing), causes);
            }
        }
    }
}

fn reason_of(decision: &Decision) -> Option<Reason> {
    match decision {
        Decision::HandOff { reason, .. } => Some(*reason),
        Decision::Collect { pending, .. } | Decision::AskProblem { pending } => Some(pending.reason),
        Decision::Answer | Decision::TryFirst | Decision::Decline(_) => None,
    }
}

#[test]
fn nothing_is_handed_off_without_a_lever_that_is_on_and_a_cause_for_it() {
    every(|input, causes| {
        let (decision, levers) = (decide(input), input.standing.levers);
        let may = match reason_of(&decision) {
            None => true,
            Some(Reason::ForbiddenTopic) => causes.topic && (levers.enabled || input.standing.topics_without_master),
            Some(Reason::CustomerRequest) => causes.request && levers.enabled && levers.on_request,
            Some(Reason::Frustration) => causes.upset && levers.enabled && levers.on_frustration,
            Some(Reason::NoProgress) => causes.stuck && levers.enabled && levers.on_no_progress,
            Some(Reason::AiDecision) => causes.wish && levers.enabled && levers.on_ai_decision,
            Some(_) => false,
        };
        assert!(may, "{decision:?} of {input:?}");
    });
}

#[test]
fn in_hours_every_lever_that_is_on_leads_to_a_person_or_to_a_question_on_the_way() {
    every(|input, causes| {
        let (decision, levers, standing) = (decide(input), input.standing.levers, &input.standing);
        if !standing.in_hours || !levers.enabled {
            return;
        }
        let at_once = causes.topic || levers.on_frustration && causes.upset || levers.on_no_progress && causes.stuck;
        let ungated = levers.solution_attempts_min == 0;
        let wished = levers.on_ai_decision && causes.wish && ungated;
        if at_once || wished {
            assert!(
                matches!(decision, Decision::HandOff { .. } | Decision::Collect { .. }),
                "{decision:?} of {input:?}"
            );
        }
        if causes.topic {
            assert_eq!(reason_of(&decision), Some(Reason::ForbiddenTopic), "{input:?}");
        }
        let asked = levers.on_request && causes.request;
        assert!(!asked || decision != Decision::Answer && !matches!(decision, Decision::Decline(_)), "{input:?}");
        if asked && !levers.problem_first && !levers.details_first && ungated {
            assert!(matches!(decision, Decision::HandOff { .. }), "{decision:?} of {input:?}");
        }
    });
}

#[test]
fn where_handoff_is_off_a_request_is_declined_and_a_topic_is_never_answered() {
    every(|input, causes| {
        if input.standing.levers.enabled {
            return;
        }
        let (decision, topics) = (decide(input), input.standing.topics_without_master);
        match (causes.topic, causes.request) {
            (true, _) if topics => assert!(decision != Decision::Answer, "{input:?}"),
            (true, _) => assert_eq!(decision, Decision::Decline(Declined::Topic)),
            (false, true) => assert_eq!(decision, Decision::Decline(Declined::Person)),
            (false, false) => assert_eq!(decision, Decision::Answer),
        }
    });
}

#[test]
fn outside_hours_each_way_keeps_its_word() {
    every(|input, causes| {
        let (decision, standing) = (decide(input), &input.standing);
        if let Decision::HandOff { promise, .. } = decision {
            let told = !standing.in_hours && standing.outside_hours != OutsideHours::HandOff;
            assert_eq!(promise, told, "{input:?}");
        }
        if standing.in_hours {
            return assert_ne!(decision, Decision::Decline(Declined::Closed));
        }
        match standing.outside_hours {
            OutsideHours::Stay => {
                assert!(matches!(decision, Decision::Answer | Decision::Decline(_)), "{decision:?} of {input:?}");
            }
            OutsideHours::Queue => {
                let kept = [Reason::CustomerRequest, Reason::ForbiddenTopic, Reason::AiDecision];
                assert!(reason_of(&decision).is_none_or(|reason| kept.contains(&reason)), "{input:?}");
            }
            OutsideHours::Collect => {
                let handed = matches!(decision, Decision::HandOff { .. });
                assert!(
                    !handed || standing.channel == ChannelClass::Voice,
                    "a way to reach them comes first: {input:?}"
                );
            }
            OutsideHours::HandOff => {
                let within = PolicyInput { standing: Standing { in_hours: true, ..standing.clone() }, ..input.clone() };
                assert_eq!(decision, decide(&within), "{causes:?}");
            }
        }
    });
}

#[test]
fn each_kind_of_channel_is_asked_in_its_way() {
    every(|input, _| match (input.standing.channel, decide(input)) {
        (ChannelClass::Voice, decision) => {
            assert!(!matches!(decision, Decision::Collect { .. } | Decision::AskProblem { .. }), "{input:?}");
        }
        (ChannelClass::Chat, Decision::Collect { fields, .. }) => assert_eq!(fields.len(), 1),
        (ChannelClass::Letter, Decision::Collect { fields, .. }) => assert!(!fields.is_empty()),
        _ => {}
    });
}

#[test]
fn a_wish_of_the_ai_only_ever_adds_a_handoff() {
    every(|input, causes| {
        if !causes.wish {
            return;
        }
        let without = PolicyInput { wish: None, ..input.clone() };
        if matches!(decide(&without), Decision::HandOff { .. }) {
            assert!(matches!(decide(input), Decision::HandOff { .. }), "{input:?}");
        }
    });
}

#[test]
fn whoever_insists_gets_their_person_whatever_is_asked_first() {
    for (number, min) in (0..1_u32 << 2).flat_map(|number| [0, 1, 3, 20].map(|min| (number, min))) {
        let levers = Levers {
            problem_first: bits(number, 0),
            details_first: bits(number, 1),
            solution_attempts_min: min,
            ..Levers::default()
        };
        let collection = crate::handoff::collection::CollectionSettings::default();
        let mut standing = Standing::of(levers);
        let most = usize::from(min) + 2 + 3 + 1;
        let handed = (0..most).any(|_| {
            standing.missing = collection.missing(&standing.asking, &std::collections::BTreeMap::new());
            let causes = Causes { topic: false, request: true, upset: false, stuck: false, wish: false };
            let decision = decide(&input(levers, causes, standing.clone()));
            standing.asking = collection.answered(&standing.asking.after(&decision), "a human!");
            matches!(decision, Decision::HandOff { .. })
        });
        assert!(handed, "{levers:?}");
    }
}

#[test]
fn what_was_answered_to_a_question_goes_on_to_the_handoff_it_was_asked_for() {
    let levers = Level::Balanced.levers();
    let request = Causes { topic: false, request: true, upset: false, stuck: false, wish: false };
    let first = input(levers, request, Standing { missing: vec!["email".into()], ..Standing::default() });
    let asked = decide(&first);
    assert!(matches!(asked, Decision::AskProblem { .. }), "{asked:?}");
    let mut second = input(levers, Causes { request: false, ..request }, first.standing.clone());
    second.standing.asking = first.standing.asking.after(&asked);
    second.signals.problem_stated = true;
    let asked = decide(&second);
    assert!(matches!(&asked, Decision::Collect { fields, .. } if fields == &["email"]), "{asked:?}");
    let mut third = second.clone();
    third.standing.asking = second.standing.asking.after(&asked);
    third.standing.missing.clear();
    assert_eq!(reason_of(&decide(&third)), Some(Reason::CustomerRequest));
    third.signals.frustration = found(0.9);
    assert_eq!(reason_of(&decide(&third)), Some(Reason::Frustration), "anger comes before questions");
}

#[test]
fn presets_are_the_levers_the_guide_documents() {
    let row = |level: Level| {
        let it = level.levers();
        let switches = [
            it.enabled,
            it.on_request,
            it.on_frustration,
            it.on_no_progress,
            it.on_ai_decision,
            it.problem_first,
            it.details_first,
        ];
        (switches, it.sensitivity, it.attempts, it.solution_attempts_min, it.turn_limit)
    };
    let (yes, no) = (true, false);
    assert_eq!(row(Level::AiOnly), ([no, yes, yes, yes, yes, no, no], Sensitivity::Medium, 1, 0, 0));
    assert_eq!(row(Level::Quick), ([yes, yes, yes, yes, yes, no, no], Sensitivity::Medium, 1, 0, 0));
    assert_eq!(row(Level::Balanced), ([yes, yes, yes, yes, yes, yes, yes], Sensitivity::Low, 3, 0, 0));
    assert_eq!(row(Level::AiFirst), ([yes, yes, no, yes, yes, yes, yes], Sensitivity::Medium, 4, 3, 0));
    assert_eq!(Level::default(), Level::Quick);
    for level in Level::ALL {
        let preset = HandoffSettings { mode: Mode::Preset(level), ..HandoffSettings::default() };
        assert_eq!(preset.effective(), HandoffSettings::of(level.levers()).effective());
        assert_eq!(Level::of_number(level.number()), Some(level));
    }
}

#[test]
fn numbers_are_thresholds_of_their_levers() {
    let none = Causes { topic: false, request: false, upset: false, stuck: false, wish: false };
    let at = |levers: Levers, p: f32, answers: u16, causes: Causes| {
        let mut input = input(levers, causes, Standing { answers, ..Standing::default() });
        input.signals.frustration = Signal { p, decided: p >= FRUSTRATION_FROM, because: vec![] };
        reason_of(&decide(&input))
    };
    let levers = |sensitivity| Levers { sensitivity, ..Levers::default() };
    for (sensitivity, from) in [(Sensitivity::Low, 0.8), (Sensitivity::Medium, 0.6), (Sensitivity::High, 0.45)] {
        assert_eq!(at(levers(sensitivity), from, 0, none), Some(Reason::Frustration));
        assert_eq!(at(levers(sensitivity), from - 0.01, 0, none), None);
    }
    let patient = Levers { attempts: 3, turn_limit: 5, ..Levers::default() };
    let stuck = Causes { stuck: true, ..none };
    assert_eq!(at(patient, 0.0, 2, stuck), None);
    assert_eq!(at(patient, 0.0, 3, stuck), Some(Reason::NoProgress));
    assert_eq!(at(patient, 0.0, 4, none), None);
    assert_eq!(at(patient, 0.0, 5, none), Some(Reason::TurnLimit));
}

#[test]
fn the_explanation_names_the_lever_that_decided_and_no_other() {
    every(|input, _| {
        let (decision, lines) = consider(input);
        let decided: Vec<Lever> = lines
            .iter()
            .filter(|line| line.outcome == Outcome::Decided && line.lever != Lever::Master)
            .map(|line| line.lever)
            .collect();
        let lever = match reason_of(&decision) {
            Some(Reason::ForbiddenTopic) => Some(Lever::Topics),
            Some(Reason::CustomerRequest) => Some(Lever::Request),
            Some(Reason::Frustration) => Some(Lever::Frustration),
            Some(Reason::NoProgress) => Some(Lever::NoProgress),
            Some(Reason::AiDecision) => Some(Lever::AiDecision),
            _ if decision == Decision::TryFirst => Some(Lever::Request),
            _ => None,
        };
        assert_eq!(decided, lever.into_iter().collect::<Vec<_>>(), "{decision:?} of {input:?}");
    });
}
