//! Putting a caller through: one number after the other, each asked for a key, and what is done when nobody takes the call.

use super::advance::Move;
use super::{Act, CallLine, Ending, Happening, NobodyAnswers, Phase, Step, Target, Transfer, Utterance};

/// Transfers of one call. After the last one the caller may leave a message, whatever else was set.
const TRANSFERS_MAX: u8 = 2;

/// The AI has said its last word: what the house still has to say, and then the first number.
pub(super) fn begin(move_: &mut Move<'_>) -> Vec<Step> {
    let house: Vec<Utterance> = move_.facts.lines.iter().filter(|line| !line.by_ai).cloned().collect();
    let everything = move_.facts.lines.clone();
    move_.said(&everything);
    let said = house.into_iter().map(|words| Step::Say { words }).collect();
    if move_.facts.agent.transfer == Transfer::Logged {
        return move_.end(Ending::Escalated, said);
    }
    move_.next.transfers = move_.next.transfers.saturating_add(1);
    let targets = move_.facts.targets.clone();
    next(move_, targets, said)
}

fn next(move_: &mut Move<'_>, mut targets: Vec<Target>, mut said: Vec<Step>) -> Vec<Step> {
    if targets.is_empty() {
        return nobody(move_, said);
    }
    let target = targets.remove(0);
    move_.note(CallLine::Ringing { label: target.label.clone() });
    move_.next.phase = Phase::Ringing { target: target.clone(), rest: targets, accepted: false };
    move_.next.step += 1;
    said.push(Step::Dial { target });
    move_.told(said)
}

fn nobody(move_: &mut Move<'_>, mut said: Vec<Step>) -> Vec<Step> {
    move_.note(CallLine::NobodyAnswered);
    let wording = &move_.facts.wording;
    let house = |text: &str| Step::Say { words: Utterance::house(text) };
    match move_.facts.agent.nobody {
        NobodyAnswers::Text if move_.facts.can_text => {
            move_.acts.push(Act::Text(wording.text.clone()));
            said.push(house(&wording.texting));
            move_.end(Ending::Texted, said)
        }
        NobodyAnswers::Ai if move_.next.transfers < TRANSFERS_MAX => {
            move_.acts.push(Act::HandBack);
            move_.next.by_socket = false;
            let mut prompts: Vec<Utterance> = said.into_iter().filter_map(words_of).collect();
            prompts.push(Utterance::house(wording.nobody.clone()));
            move_.listen(prompts)
        }
        NobodyAnswers::Voicemail | NobodyAnswers::Text | NobodyAnswers::Ai => {
            said.push(house(&wording.voicemail));
            said.push(Step::Record);
            move_.next.phase = Phase::Recording;
            move_.next.step += 1;
            move_.told(said)
        }
    }
}

fn words_of(step: Step) -> Option<Utterance> {
    match step {
        Step::Say { words } => Some(words),
        _ => None,
    }
}

/// What the leg of the number that rang is told. The caller's leg hears of it by [`Happening::Dialled`].
pub(super) fn picked_up(move_: &mut Move<'_>, happening: &Happening, is_current: bool) -> Vec<Step> {
    let whisper = Step::Whisper { text: move_.facts.whisper.clone() };
    let Phase::Ringing { target, accepted, .. } = &mut move_.next.phase else { return vec![Step::HangUp] };
    // Picked up after the caller had gone on to the next number.
    if !is_current {
        return vec![Step::HangUp];
    }
    let (label, agent) = (target.label.clone(), target.agent);
    match happening {
        Happening::Accepted if *accepted => Vec::new(),
        Happening::Accepted => {
            *accepted = true;
            move_.acts.extend(agent.map(Act::Give));
            move_.note(CallLine::Accepted { label });
            Vec::new()
        }
        Happening::Declined => vec![Step::HangUp],
        Happening::Again => vec![whisper],
        _ => {
            move_.note(CallLine::PickedUp { label });
            vec![whisper]
        }
    }
}

/// The number is not on the line any more. Only a key and a bridge together make a person.
pub(super) fn dialled(move_: &mut Move<'_>, bridged: bool, status: &str, seconds: u32, over: bool) -> Vec<Step> {
    let Phase::Ringing { target, rest, accepted } = move_.next.phase.clone() else { return move_.next.steps.clone() };
    let label = target.label;
    if accepted && bridged {
        move_.note(CallLine::Talked { label, seconds });
        return move_.end(Ending::Bridged, Vec::new());
    }
    move_.note(match (bridged, status) {
        (true, _) => CallLine::Unasked { label },
        (false, "completed" | "answered") => CallLine::NotAccepted { label },
        (false, _) => CallLine::Missed { label, status: status.to_owned() },
    });
    if over {
        return move_.end(Ending::HungUp, Vec::new());
    }
    if !move_.facts.owner.is_human() {
        // Somebody gave it back to the AI while it rang.
        let lines = move_.facts.lines.clone();
        move_.said(&lines);
        return move_.listen(lines);
    }
    next(move_, rest, Vec::new())
}
