//! Is the customer losing patience with us?
//!
//! Evidence adds up over the customer's turns and fades with each later one. Sad news, jokes and anger at somebody else are
//! taken out first. Reading what is angry about the weather as anger at us is worse than waiting for one more turn.
//!
//! A trained head reads each turn, for which the phrases are evidence; without the encoder the phrases decide alone.
//!
//! Invariant: capital letters and exclamation marks alone never decide.

use std::sync::LazyLock;

use super::head::Head;
use super::phrasebook::{Hit, Phrasebook, mask, quote};
use super::reading::Reading;
use super::{add_up, customer_turns, sentiment};
use crate::ai::assistant::Said;
use crate::handoff::policy::Signal;

/// From this probability on the customer is losing patience.
pub const THRESHOLD: f32 = crate::handoff::policy::FRUSTRATION_FROM;

/// What is left of the evidence after each later turn of the customer.
const FADING: f32 = 0.6;

/// Turns that are looked back on.
const TURNS_MAX: usize = 6;

/// From this probability on the words of a turn are named as a cause, though no phrase is among them.
const WORTH_NAMING: f32 = 0.4;

/// Most that style may weigh without angry words.
const STYLE_ALONE_MAX: f32 = 0.3;

static PHRASES: LazyLock<Phrasebook> = LazyLock::new(|| Phrasebook::embedded(include_str!("phrases/frustration.txt")));

static HEAD: LazyLock<Option<Head>> =
    LazyLock::new(|| Head::embedded(include_bytes!("weights/frustration.bin"), THRESHOLD));

/// Reads everything since a person last spoke.
pub fn read(history: &[Said]) -> Signal {
    let mut because = Vec::new();
    let mut evidence = Vec::new();
    for (age, turn) in customer_turns(history).iter().rev().take(TURNS_MAX).enumerate() {
        let reading = Reading::of(turn);
        let (p, words) = of_turn(&reading);
        evidence.push(p * FADING.powi(i32::try_from(age).unwrap_or(i32::MAX)));
        because.extend(words.iter().cloned());
    }
    // What was calm in this turn is calm now: old anger explains, only new anger decides.
    let still = evidence.first().is_some_and(|now| *now > 0.2);
    let p = if still { add_up(evidence) } else { evidence.first().copied().unwrap_or_default() };
    Signal { p, decided: still && p >= THRESHOLD, because }
}

/// The evidence in one turn, and the words it lies in; worked out once.
pub fn of_turn(reading: &Reading) -> &(f32, Vec<String>) {
    reading.impatience.get_or_init(|| judged(reading))
}

fn judged(reading: &Reading) -> (f32, Vec<String>) {
    let Words { p, words, .. } = &reading.phrases.impatience;
    let (p, words) = (*p, words.clone());
    let Some((head, p)) = HEAD.as_ref().and_then(|head| Some((head, head.probability(reading)?))) else {
        return (p, words);
    };
    if words.is_empty() && p >= WORTH_NAMING { (p, head.causes(reading)) } else { (p, words) }
}

/// What the phrases and the style alone say of one turn.
#[derive(Debug, Default)]
pub struct Words {
    /// How strongly they speak of impatience.
    pub p: f32,
    /// The phrases that do.
    pub words: Vec<String>,
    /// Whether bad words are said about something else than us.
    pub about_others: bool,
}

/// What the phrases and the style alone say of one turn.
pub fn by_words(text: &str, tokens: &[String]) -> Words {
    let (calm, hits) = PHRASES.hits(tokens).into_iter().partition::<Vec<_>, _>(|hit| hit.group == "calm");
    let tokens = mask(tokens, &calm);
    let hits = if calm.is_empty() { hits } else { PHRASES.hits(&tokens) };
    let hits = apart(hits.into_iter().filter(|hit| hit.group != "calm").collect());
    let words: Vec<String> = hits.iter().map(|hit| quote(&tokens, hit)).collect();
    let spoken = add_up(hits.iter().map(|hit| hit.weight));
    let faces = sentiment::mood(&tokens).face();
    let style = add_up([shouting(text), marks(text), faces]);
    let style = if hits.is_empty() { style.min(STYLE_ALONE_MAX.max(faces)) } else { style };
    Words { p: add_up([spoken, style]), words, about_others: !calm.is_empty() }
}

/// Matches that do not overlap, heaviest first, so that one angry phrase counts once.
fn apart(mut hits: Vec<Hit<'_>>) -> Vec<Hit<'_>> {
    hits.sort_by(|a, b| {
        b.weight.total_cmp(&a.weight).then((b.end - b.start).cmp(&(a.end - a.start))).then(a.start.cmp(&b.start))
    });
    let mut kept: Vec<Hit<'_>> = Vec::new();
    for hit in hits {
        if kept.iter().all(|other| hit.end <= other.start || hit.start >= other.end) {
            kept.push(hit);
        }
    }
    kept
}

fn shouting(text: &str) -> f32 {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    if letters >= 12 && capitals * 10 >= letters * 7 { 0.3 } else { 0.0 }
}

fn marks(text: &str) -> f32 {
    let doubled = ["!!", "??", "?!", "!?", "！！", "？？"].iter().any(|marks| text.contains(marks));
    if doubled { 0.2 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ai::assistant::Speaker;
    use crate::ai::local::cast::said;

    fn angry(turns: &[&str]) -> bool {
        let history: Vec<Said> =
            turns.iter().flat_map(|turn| [said(Speaker::Customer, turn), said(Speaker::Ai, "Let me see.")]).collect();
        read(&history).decided
    }

    #[test]
    fn the_phrases_can_be_read() {
        Phrasebook::parse(include_str!("phrases/frustration.txt")).unwrap();
        Phrasebook::parse(include_str!("phrases/mood.txt")).unwrap();
    }

    #[test]
    fn open_anger_is_heard_in_every_language() {
        let turns = [
            "This is ridiculous, how many times do I have to explain it?",
            "you are useless",
            "worst customer service ever!!",
            "I'm sick of this",
            "Esto es inaceptable",
            "C'est scandaleux, j'en ai marre",
            "Das ist eine Frechheit!",
            "È una vergogna!",
            "Isso é um absurdo!",
            "Dit slaat nergens op, ik ben het zat",
            "خدمتكم مهزلة",
            "太差了，浪费时间",
            "もううんざりです",
            "Bu bir rezalet!",
            "To jest skandal",
            "Это безобразие!",
            "आपकी सेवा घटिया है",
        ];
        let missed: Vec<_> = turns.into_iter().filter(|turn| !angry(&[turn])).collect();
        assert!(missed.is_empty(), "{missed:#?}");
    }

    #[test]
    fn sad_news_jokes_and_other_peoples_faults_are_not_anger_at_us() {
        let turns = [
            "Sadly my mother passed away, I need to cancel her order",
            "My neighbour is an idiot, he broke the lamp",
            "Haha stupid question, sorry!",
            "My boss is furious with me because I forgot the gift",
            "WHERE IS THE INVOICE FOR MY ORDER",
            "The weather is terrible today",
            "I'm not angry, just asking",
            "damn nice lamp!",
            "Can I return a lamp I don't like?!",
            "The bulb is broken",
        ];
        let alarms: Vec<_> = turns.into_iter().filter(|turn| angry(&[turn])).collect();
        assert!(alarms.is_empty(), "{alarms:#?}");
    }

    #[test]
    fn impatience_adds_up_and_fades() {
        assert!(!angry(&["I am still waiting for my parcel"]));
        assert!(angry(&["I have been waiting for weeks", "still nothing, this is annoying!!"]));
        assert!(!angry(&["this is annoying", "ok", "thanks", "what are your opening hours?"]));
    }
}
