//! One question back when two articles are equally near, and the customer's choice.
//!
//! May not ask twice in a row. The question is recognised in the history by the two titles it names, so nothing needs to be
//! remembered between turns.
//!
//! Invariant: a choice by number, by "the first" or by the words of a title is understood; anything else is a new question.

use super::phrases::Phrases;
use crate::ai::assistant::{Said, Speaker};
use crate::ai::knowledge::{Article, Library};
use crate::ai::signals::language::Language;
use crate::ai::signals::normalise::tokens;
use crate::ai::words;

const FIRST: [&str; 22] = [
    "1",
    "first",
    "former",
    "one",
    "a",
    "primero",
    "primera",
    "premier",
    "premiere",
    "erste",
    "ersten",
    "erstes",
    "primo",
    "prima",
    "primeiro",
    "primeira",
    "eerste",
    "birinci",
    "ilk",
    "pierwszy",
    "первое",
    "पहला",
];
const SECOND: [&str; 22] = [
    "2",
    "second",
    "latter",
    "two",
    "b",
    "segundo",
    "segunda",
    "deuxieme",
    "seconde",
    "zweite",
    "zweiten",
    "zweites",
    "secondo",
    "seconda",
    "tweede",
    "ikinci",
    "drugi",
    "второе",
    "второй",
    "الثاني",
    "दूसरा",
    "2nd",
];
const NEITHER: [&str; 18] = [
    "neither", "none", "no", "nope", "nothing", "ninguno", "ninguna", "aucun", "aucune", "weder", "keins", "keines",
    "nessuno", "nenhum", "geen", "hicbiri", "zaden", "нет",
];

/// A question back that the customer has just answered.
#[derive(Debug)]
pub struct Pending {
    /// The two articles it named.
    pub articles: [Article; 2],
    /// What the customer had asked before.
    pub question: String,
}

/// What the customer chose.
#[derive(Debug, PartialEq, Eq)]
pub enum Choice {
    /// The first or the second article.
    Article(usize),
    /// Neither of them.
    Neither,
    /// The customer says something else.
    Open,
}

/// The question back.
pub fn ask(phrases: &Phrases, a: &Article, b: &Article) -> String {
    phrases.clarify.replace("{a}", &a.title).replace("{b}", &b.title)
}

/// The question back at the end of the history, if there is one.
pub fn pending(history: &[Said], articles: &Library) -> Option<Pending> {
    let asked = history.iter().rposition(|said| said.by == Speaker::Ai)?;
    let [a, b] = bold(&history[asked].text)[..] else { return None };
    let articles = [articles.titled(a)?, articles.titled(b)?];
    let question = history[..asked].iter().rev().find(|said| said.by == Speaker::Customer)?.text.clone();
    Some(Pending { articles, question })
}

impl Pending {
    /// Reads the customer's reply.
    pub fn choice(&self, reply: &str) -> Choice {
        let tokens = tokens(reply);
        let short = tokens.len() <= 5;
        let says = |words: &[&str]| short && tokens.iter().any(|token| words.contains(&token.as_str()));
        let named = [self.named(0, &tokens), self.named(1, &tokens)];
        if named[0] != named[1] {
            return Choice::Article(usize::from(named[1] > named[0]));
        }
        match (says(&FIRST), says(&SECOND), says(&NEITHER)) {
            (true, false, _) => Choice::Article(0),
            (false, true, _) => Choice::Article(1),
            (false, false, true) => Choice::Neither,
            _ => Choice::Open,
        }
    }

    /// How many words of a title the reply has.
    fn named(&self, at: usize, tokens: &[String]) -> usize {
        let article = &self.articles[at];
        let said: Vec<String> = words::terms_of(tokens, article.language).into_iter().map(|term| term.stem).collect();
        words::terms(&article.title, article.language).iter().filter(|term| said.contains(&term.stem)).count()
    }

    /// The language of the article with this place.
    pub fn language(&self, at: usize) -> Language {
        self.articles[at].language
    }
}

fn bold(text: &str) -> Vec<&str> {
    text.split("**").skip(1).step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ai::local::cast::{dialogue, shop_library};

    #[test]
    fn a_choice_works_by_number_and_by_words() {
        let library = shop_library();
        let history = dialogue(&[
            "how does it work with sending",
            "Do you mean **Delivery times and cost** or **Returns and exchanges**?",
            "2",
        ]);
        let pending = pending(&history, &library).unwrap();
        assert_eq!(pending.question, "how does it work with sending");
        for (reply, choice) in [
            ("2", Choice::Article(1)),
            ("the first one", Choice::Article(0)),
            ("delivery please", Choice::Article(0)),
            ("exchanges", Choice::Article(1)),
            ("neither", Choice::Neither),
            ("what about gift cards?", Choice::Open),
        ] {
            assert_eq!(pending.choice(reply), choice, "{reply}");
        }
    }
}
