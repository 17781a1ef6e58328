//! Settings: nobody is left waiting. What is promised, what a waiting customer hears, and when a conversation moves on.

use crate::handoff::waiting::{MINUTES_MAX, NEWS_MAX, Waiting};
use crate::web::field::Field;
use crate::web::settings::one_form::{Around, OneForm, Panel, number, whole};
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{fill, flip};
use crate::web::settings::shell::Section;

/// News in one wait where nothing else is set.
const NEWS_USUALLY: u32 = 3;

/// The form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingForm {
    /// Until a person's first answer.
    pub first_reply: Field,
    /// Until their next.
    pub next_reply: Field,
    /// Until the end.
    pub resolution: Field,
    /// Whether the customer hears how things stand.
    pub news: Field,
    /// After how long.
    pub news_after: Field,
    /// How often at most.
    pub news_times: Field,
    /// Until a conversation leaves somebody who is offline.
    pub offline: Field,
    /// Until it leaves somebody who does not answer.
    pub silent: Field,
}

impl OneForm for WaitingForm {
    type Stored = Waiting;
    const SECTION: Section = Section::Waiting;
    const LEAD: &'static str = "What a customer whom people have is promised, and what happens when nobody answers. Minutes are minutes of the office hours.";
    const ACTION: &'static str = "waiting.change";

    fn of(stored: &Waiting, _: &Around) -> Self {
        let times = Some(u32::from(stored.news_times_max)).filter(|times| *times > 0);
        Self {
            first_reply: number("first_reply", "First reply, in minutes", stored.first_reply_min)
                .hint("From the handoff to a person\u{2019}s first answer. Empty: no target."),
            next_reply: number("next_reply", "Next reply, in minutes", stored.next_reply_min)
                .hint("From the customer\u{2019}s message to a person\u{2019}s answer."),
            resolution: number("resolution", "Resolution, in minutes", stored.resolution_min)
                .hint("From the handoff to the end."),
            news: Field::toggle("news", "Tell waiting customers how things stand")
                .hint("Their place in the queue, or when people are back. They may write \u{201c}assistant\u{201d} to go on with the AI, or leave an address.")
                .on(stored.news_after_min.is_some()),
            news_after: number("news_after", "After minutes of waiting", Some(stored.news_after_min.unwrap_or(5)))
                .hint("Each later piece of news waits twice as long."),
            news_times: number("news_times", "At most so often in one wait", times.or(Some(NEWS_USUALLY))),
            offline: number("when_offline", "Leaves somebody who is offline, after minutes", stored.offline_min)
                .hint("The next person who can take it gets it, or the queue. Empty: it stays."),
            silent: number("when_silent", "Leaves somebody who does not answer, after minutes", stored.silent_min)
                .hint("Even where they are online. Empty: it stays."),
        }
    }

    fn read(&mut self, form: &Posted) -> Option<Waiting> {
        let minutes = || whole(1, MINUTES_MAX);
        let first_reply_min = fill(&mut self.first_reply, form, minutes());
        let next_reply_min = fill(&mut self.next_reply, form, minutes());
        let resolution_min = fill(&mut self.resolution, form, minutes());
        let news = flip(&mut self.news, form);
        let news_after = fill(&mut self.news_after, form, minutes());
        let news_times = fill(&mut self.news_times, form, whole(1, NEWS_MAX.into()));
        let offline_min = fill(&mut self.offline, form, minutes());
        let silent_min = fill(&mut self.silent, form, minutes());
        let news_after = news_after?;
        if news && news_after.is_none() {
            self.news_after.error = Some("Say after how many minutes they are told.".to_owned());
            return None;
        }
        let times = news_times?.unwrap_or(NEWS_USUALLY);
        Some(Waiting {
            first_reply_min: first_reply_min?,
            next_reply_min: next_reply_min?,
            resolution_min: resolution_min?,
            news_after_min: news_after.filter(|_| news),
            news_times_max: u8::try_from(times).unwrap_or(u8::MAX),
            offline_min: offline_min?,
            silent_min: silent_min?,
        })
    }

    fn panels(&self) -> Vec<Panel<'_>> {
        vec![
            Panel {
                title: "Service targets",
                words: "People are warned when three quarters of the time are over, and told when it is broken. A broken target stays visible in the list and the thread.",
                fields: vec![&self.first_reply, &self.next_reply, &self.resolution],
            },
            Panel {
                title: "News for whoever waits",
                words: "Honest news in the customer\u{2019}s language.",
                fields: vec![&self.news, &self.news_after, &self.news_times],
            },
            Panel {
                title: "When the person who has it does not answer",
                words: "",
                fields: vec![&self.offline, &self.silent],
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::now;

    fn form(stored: &Waiting) -> WaitingForm {
        WaitingForm::of(stored, &Around { now: now(), renotify_s: 60, supervisors: Vec::new() })
    }

    #[test]
    fn what_is_stored_comes_back_and_what_is_wrong_says_so() {
        let sent = Posted::parse(b"first_reply=15&news=on&news_after=5&news_times=2&when_silent=20");
        let stored = form(&Waiting::default()).read(&sent).expect("every field is right");
        assert_eq!((stored.first_reply_min, stored.next_reply_min), (Some(15), None));
        assert_eq!((stored.news_after_min, stored.news_times_max, stored.silent_min), (Some(5), 2, Some(20)));
        assert_eq!(form(&stored).first_reply.value, "15");
        let mut wrong = form(&stored);
        assert!(wrong.read(&Posted::parse(b"first_reply=soon&news=on&news_after=")).is_none());
        assert!(wrong.first_reply.error.is_some() && wrong.news_after.error.is_some());
        assert_eq!(wrong.first_reply.value, "soon");
    }
}
