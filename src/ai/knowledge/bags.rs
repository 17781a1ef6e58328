//! BM25 over bags of terms, whatever a term is: a stem, a concept, a run of four letters.
//!
//! May not read text. Bags come and go one at a time; nothing is rebuilt.
//!
//! Invariant: what is found depends on the bags that are there, not on the order in which they came.

use std::collections::{BTreeMap, HashMap};

const K1: f32 = 1.5;

/// Bags of terms by name.
#[derive(Debug)]
pub(super) struct Bags<Name> {
    postings: HashMap<String, BTreeMap<Name, u32>>,
    bags: BTreeMap<Name, Bag>,
    terms: usize,
    /// How much a long bag is held against it, 0 to 1.
    evening: f32,
}

#[derive(Debug)]
struct Bag {
    terms: Vec<String>,
    length: usize,
}

impl<Name: Ord + Copy> Bags<Name> {
    pub fn new(evening: f32) -> Self {
        Self { postings: HashMap::new(), bags: BTreeMap::new(), terms: 0, evening }
    }

    /// Puts a bag in. There is none of this name yet.
    pub fn insert(&mut self, name: Name, terms: Vec<String>) {
        let length = terms.len();
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        terms.into_iter().for_each(|term| *counts.entry(term).or_default() += 1);
        for (term, count) in &counts {
            self.postings.entry(term.clone()).or_default().insert(name, *count);
        }
        self.terms += length;
        self.bags.insert(name, Bag { terms: counts.into_keys().collect(), length });
    }

    /// Takes a bag out.
    pub fn remove(&mut self, name: Name) {
        let Some(bag) = self.bags.remove(&name) else { return };
        self.terms -= bag.length;
        for term in &bag.terms {
            if let Some(postings) = self.postings.get_mut(term) {
                postings.remove(&name);
            }
            if self.postings.get(term).is_some_and(BTreeMap::is_empty) {
                self.postings.remove(term);
            }
        }
    }

    /// How much of what is wanted is in each bag: BM25 divided by the weight of all that is wanted, so that long and short questions
    /// compare. Of each wanted thing any of its terms will do, and the best one counts.
    pub fn shares(&self, wanted: &[Vec<String>]) -> BTreeMap<Name, f32> {
        let mut shares: BTreeMap<Name, f32> = BTreeMap::new();
        let mut weight = 0.0;
        for terms in wanted {
            let mut best: BTreeMap<Name, f32> = BTreeMap::new();
            let known = terms.iter().filter_map(|term| self.postings.get(term));
            let mut rarest: f32 = 0.0;
            for postings in known {
                let rarity = self.rarity(postings.len());
                rarest = rarest.max(rarity);
                for (name, count) in postings {
                    let score = rarity * self.saturation(*name, *count);
                    best.entry(*name).and_modify(|before| *before = before.max(score)).or_insert(score);
                }
            }
            weight += if rarest > 0.0 { rarest } else { self.rarity(0) };
            best.into_iter().for_each(|(name, score)| *shares.entry(name).or_default() += score);
        }
        shares.values_mut().for_each(|share| *share /= weight.max(f32::MIN_POSITIVE));
        shares
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of bags")]
    fn rarity(&self, with: usize) -> f32 {
        let (all, with) = (self.bags.len() as f32, with as f32);
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of terms")]
    fn saturation(&self, name: Name, count: u32) -> f32 {
        let average = self.terms as f32 / self.bags.len().max(1) as f32;
        let length = self.bags.get(&name).map_or(average, |bag| bag.length as f32);
        let count = count as f32;
        count * (K1 + 1.0) / (count + K1 * (1.0 - self.evening + self.evening * length / average.max(1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bag(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_rare_term_says_more_than_a_common_one_and_what_is_gone_is_forgotten() {
        let mut bags = Bags::new(0.5);
        bags.insert(1, bag("the parcel is late"));
        bags.insert(2, bag("the lamp is broken"));
        bags.insert(3, bag("the lamp is new"));
        let shares = bags.shares(&[bag("the"), bag("parcel package")]);
        assert!(shares[&1] > 3.0 * shares[&2], "{shares:?}");
        let before = bags.shares(&[bag("lamp")]);
        bags.insert(4, bag("a lamp for the garden"));
        bags.remove(4);
        assert_eq!(bags.shares(&[bag("lamp")]), before);
        assert!(bags.shares(&[bag("garden")]).is_empty());
    }
}
