//! Groups questions that mean the same, so that one article can answer them.
//!
//! May not read rows: questions are handed in, newest first. Invariant: every question is in exactly one group, and the same
//! questions in the same order give the same groups.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use baton_encoder::Vector;
use uuid::Uuid;

use super::signals::language::{self, Language};
use super::signals::normalise;
use super::words;

/// Questions this near to what a group means belong to it.
const SAME_MEANING: f32 = 0.6;
/// The same for the share of words, where the encoder can not be used.
const SAME_WORDS: f32 = 0.5;
/// Vectors that are kept between two looks.
const KEPT_MAX: usize = 2_000;

/// Groups questions; remembers what it has read.
#[derive(Debug, Default)]
pub struct Grouping {
    read: Mutex<HashMap<Uuid, Meaning>>,
}

/// Questions that mean the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Their places among what was handed in, in that order.
    pub members: Vec<usize>,
    /// The one that stands for all best.
    pub centre: usize,
}

/// What a question means, as far as it can be told.
#[derive(Clone, Debug)]
enum Meaning {
    Vector(Vector),
    Words(BTreeSet<String>),
}

impl Grouping {
    /// The groups of questions, the largest first. Slow for many new questions: about a millisecond each.
    pub fn group(&self, questions: &[(Uuid, &str)]) -> Vec<Group> {
        let meanings: Vec<Meaning> = questions.iter().map(|(id, text)| self.meaning(*id, text)).collect();
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for at in 0..meanings.len() {
            let near = |group: &Vec<usize>| nearness(&meanings, group, at);
            let best = groups.iter().map(near).enumerate().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
            match best.filter(|(_, nearness)| *nearness >= meanings[at].threshold()) {
                Some((group, _)) => groups[group].push(at),
                None => groups.push(vec![at]),
            }
        }
        let mut groups: Vec<Group> = groups.into_iter().map(|members| centred(&meanings, members)).collect();
        groups.sort_by_key(|group| (std::cmp::Reverse(group.members.len()), group.members[0]));
        groups
    }

    fn meaning(&self, id: Uuid, text: &str) -> Meaning {
        let known = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        known.unwrap_or_else(|| {
            let meaning = Meaning::of(text);
            let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            if read.len() >= KEPT_MAX {
                read.clear();
            }
            read.insert(id, meaning.clone());
            meaning
        })
    }
}

impl Meaning {
    fn of(text: &str) -> Self {
        let text = normalise::clean(text);
        match baton_encoder::shared() {
            Ok(encoder) => Self::Vector(encoder.encode(&text)),
            Err(_) => {
                let language = language::detect(&text).unwrap_or(Language::En);
                let terms = words::terms_of(&normalise::tokens(&text), language);
                Self::Words(terms.into_iter().map(|term| term.stem).collect())
            }
        }
    }

    fn threshold(&self) -> f32 {
        match self {
            Self::Vector(_) => SAME_MEANING,
            Self::Words(_) => SAME_WORDS,
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of words of one message")]
    fn nearness(&self, other: &Self) -> f32 {
        match (self, other) {
            (Self::Vector(a), Self::Vector(b)) => a.cosine(b),
            (Self::Words(a), Self::Words(b)) => a.intersection(b).count() as f32 / a.union(b).count().max(1) as f32,
            (Self::Vector(_), Self::Words(_)) | (Self::Words(_), Self::Vector(_)) => 0.0,
        }
    }
}

/// How near a question is to a group: to its members on average, so that a chain of neighbours does not become one group.
#[expect(clippy::cast_precision_loss, reason = "counts of questions")]
fn nearness(meanings: &[Meaning], group: &[usize], at: usize) -> f32 {
    group.iter().map(|member| meanings[*member].nearness(&meanings[at])).sum::<f32>() / group.len().max(1) as f32
}

fn centred(meanings: &[Meaning], members: Vec<usize>) -> Group {
    let near = |at: &usize| nearness(meanings, &members, *at);
    let centre = members.iter().copied().max_by(|a, b| near(a).total_cmp(&near(b)).then(b.cmp(a)));
    Group { centre: centre.unwrap_or(members[0]), members }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(questions: &[&str]) -> Vec<Vec<usize>> {
        let ids: Vec<(Uuid, &str)> =
            questions.iter().enumerate().map(|(at, text)| (Uuid::from_u128(at as u128), *text)).collect();
        Grouping::default().group(&ids).into_iter().map(|group| group.members).collect()
    }

    #[test]
    fn questions_that_mean_the_same_are_one_group_in_any_words() {
        let found = groups(&[
            "Do you ship to Norway?",
            "Can I pay with Bitcoin?",
            "do you deliver to norway",
            "Is it possible to pay in bitcoin",
            "Liefert ihr nach Norwegen?",
            "My cat is called Luna",
        ]);
        assert_eq!(found, [vec![0, 2, 4], vec![1, 3], vec![5]]);
    }

    #[test]
    fn the_centre_is_one_of_the_members_and_nothing_gives_no_group() {
        assert_eq!(Grouping::default().group(&[]), []);
        let group = &Grouping::default().group(&[(Uuid::nil(), "")])[0];
        assert_eq!((group.centre, group.members.as_slice()), (0, &[0][..]));
    }
}
