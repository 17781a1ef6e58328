//! How something is said: marks, capitals, faces, and the phrases of the phrasebooks, as numbers from 0 to 1.
//!
//! May not decide anything; the heads weigh these numbers beside the meaning. Invariant: the order of the numbers is the order in
//! which the heads were trained, so a number is only ever added at the end.

use super::normalise::is_boundary;
use super::reading::Phrases;

/// How many numbers there are.
pub const COUNT: usize = 18;

/// The numbers of a cleaned message.
pub fn read(text: &str, tokens: &[String], phrases: &Phrases) -> [f32; COUNT] {
    let words = tokens.iter().filter(|token| !is_boundary(token)).count();
    let Phrases { request, impatience, mood, progress } = phrases;
    let marks = |kinds: &[char]| few(text.chars().filter(|c| kinds.contains(c)).count(), 3);
    [
        request.signal.p,
        yes(request.signal.decided),
        yes(request.declines),
        impatience.p,
        few(impatience.words.len(), 3),
        yes(impatience.about_others),
        mood.happy,
        mood.angry_face,
        mood.sad_face,
        progress.unhelpful.weight,
        progress.again.weight,
        marks(&['!', '！']),
        marks(&['?', '？', '؟']),
        yes(has_doubled_marks(text)),
        yes(is_shouting(text)),
        few(words, 40),
        yes(words <= 2),
        yes(has_stretched_word(text)),
    ]
}

/// Whether most letters are capitals, in a text long enough to tell.
pub fn is_shouting(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let capitals = text.chars().filter(|c| c.is_uppercase()).count();
    letters >= 4 && capitals * 10 >= letters * 7
}

/// Whether marks are doubled: `!!`, `?!`.
pub fn has_doubled_marks(text: &str) -> bool {
    ["!!", "??", "?!", "!?", "！！", "？？", "؟؟"].iter().any(|marks| text.contains(marks))
}

fn has_stretched_word(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    letters.windows(3).any(|three| three[0].is_alphabetic() && three.iter().all(|c| *c == three[0]))
}

fn yes(it_is: bool) -> f32 {
    if it_is { 1.0 } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn few(count: usize, most: usize) -> f32 {
    count.min(most) as f32 / most as f32
}

#[cfg(test)]
mod tests {
    use crate::ai::signals::reading::Reading;

    #[test]
    fn how_it_is_said_becomes_numbers() {
        let loud = Reading::of("WHERE IS IT??!! 😡").style;
        assert_eq!((loud[13], loud[14]), (1.0, 1.0));
        assert!(loud[7] > 0.0, "the face counts");
        let calm = Reading::of("Where is it?").style;
        assert_eq!((calm[13], calm[14], calm[7]), (0.0, 0.0, 0.0));
        assert!(loud.iter().chain(&calm).all(|number| (0.0..=1.0).contains(number)));
    }
}
