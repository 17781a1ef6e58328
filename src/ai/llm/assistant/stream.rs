//! Lets a reply through to the customer while it is being written, behind the guard.
//!
//! Invariant: what is pushed was checked, and stands far enough before the end of what is known that the next letters can not
//! make it part of a recital.

use crate::ai::assistant::DraftSink;
use crate::ai::llm::ask::Answer;
use crate::ai::llm::error::ModelError;
use crate::ai::llm::guard::{Guard, settled};
use crate::ai::llm::partial::Partial;

/// Fewer new bytes are not worth a flush, which is a write where the customer reads along.
const FLUSH_MIN: usize = 40;

/// The way of one reply.
pub(super) struct Stream<'a> {
    sink: &'a dyn DraftSink,
    guard: Guard,
    partial: Partial,
    pushed: String,
    ignores_wish: bool,
}

impl<'a> Stream<'a> {
    pub(super) fn new(sink: &'a dyn DraftSink, guard: Guard, ignores_wish: bool) -> Self {
        Self { sink, guard, partial: Partial::default(), pushed: String::new(), ignores_wish }
    }

    /// Reads an answer to its end, and lets through what may be seen.
    pub(super) async fn follow(&mut self, answer: &mut Answer) -> Result<(), ModelError> {
        while let Some(text) = answer.next().await? {
            self.partial.feed(&text);
            // A wish nobody can follow would hold the reply back; it is shown at the end.
            let reply = if self.ignores_wish { None } else { self.partial.reply() };
            let Some(reply) = reply.map(|reply| reply.trim_start().to_owned()) else { continue };
            let known = &reply[..last_break(&reply, reply.len())];
            let ready = last_break(known, settled(known));
            if ready >= self.pushed.len() + FLUSH_MIN {
                self.check(known)?;
                self.push_up_to(&known[..ready]).await?;
            }
        }
        Ok(())
    }

    /// Lets the rest through, now that the whole reply is known.
    pub(super) async fn finish(&mut self, reply: &str) -> Result<(), ModelError> {
        self.check(reply)?;
        if !reply.starts_with(&self.pushed) {
            self.sink.retract().await;
            self.pushed.clear();
        }
        self.push_up_to(reply).await
    }

    fn check(&self, text: &str) -> Result<(), ModelError> {
        self.guard.check(text).map_err(|leak| ModelError::Unusable(leak.to_string()))
    }

    async fn push_up_to(&mut self, reply: &str) -> Result<(), ModelError> {
        let Some(new) = reply.get(self.pushed.len()..).filter(|new| !new.is_empty()) else { return Ok(()) };
        self.sink.check().await?;
        self.sink.push(new).await?;
        self.pushed.push_str(new);
        Ok(())
    }
}

/// The last place up to `end` at which a word has ended, so that no half of an address is looked at.
fn last_break(text: &str, end: usize) -> usize {
    let is_break = |c: char| c.is_whitespace() || matches!(c, '。' | '、' | '，' | '！' | '？' | '；');
    let breaks = text.char_indices().filter(|(_, c)| is_break(*c)).map(|(at, c)| at + c.len_utf8());
    breaks.take_while(|at| *at <= end).last().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::last_break;

    #[test]
    fn a_text_is_cut_between_words() {
        let text = "See https://shop.example/a now";
        assert_eq!(last_break(text, 10), 4);
        assert_eq!(&text[..last_break(text, text.len())], "See https://shop.example/a ");
        assert_eq!(last_break("三十天。之内", "三十天。之内".len()), "三十天。".len());
        assert_eq!(last_break("word", 4), 0);
    }
}
