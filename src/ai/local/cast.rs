//! Test conversations between Maya, the AI and Ines.

use std::sync::LazyLock;

use chrono::DateTime;
use uuid::Uuid;

use crate::ai::assistant::{DraftSink, ModelContext, Said, Speaker, Stopped, TurnContext};
use crate::ai::knowledge::{Article, Library};
use crate::ai::signals::language::Language;
use crate::handoff::{ArticleId, ConversationId, MessageId};

use crate::sandbox::shop;

/// The shop's articles. Reading them takes a second, so that every test reads the same ones.
pub(crate) fn shop_library() -> Library {
    static LIBRARY: LazyLock<Library> = LazyLock::new(new_shop_library);
    LIBRARY.clone()
}

/// The shop's articles, for a test that changes them.
pub(crate) fn new_shop_library() -> Library {
    let articles = shop::ARTICLES.iter().zip(1_u128..);
    let library = Library::of(
        articles
            .map(|((_, markdown), id)| Article::from_markdown(ArticleId(Uuid::from_u128(id)), markdown, Language::En)),
    );
    library.settle();
    library
}

/// One message.
pub(crate) fn said(by: Speaker, text: &str) -> Said {
    Said { message: MessageId(Uuid::nil()), by, text: text.to_owned(), has_files: false, at: DateTime::UNIX_EPOCH }
}

/// Messages of Maya and the AI in turn, Maya first. A line "Ines: ..." is said by Ines, and "Maya: ..." by Maya once more.
pub(crate) fn dialogue(lines: &[&str]) -> Vec<Said> {
    let mut customer = true;
    let mut history = Vec::new();
    for line in lines {
        if let Some(words) = line.strip_prefix("Ines: ") {
            history.push(said(Speaker::Agent("Ines".into()), words));
            customer = true;
            continue;
        }
        if let Some(words) = line.strip_prefix("Maya: ") {
            history.push(said(Speaker::Customer, words));
            customer = false;
            continue;
        }
        history.push(said(if customer { Speaker::Customer } else { Speaker::Ai }, line));
        customer = !customer;
    }
    history
}

/// A turn over a history.
pub(crate) fn turn(history: Vec<Said>) -> TurnContext {
    TurnContext {
        channel: None,
        knowledge: crate::handoff::call::Knowledge::default(),
        conversation: ConversationId(Uuid::nil()),
        history,
        language: None,
        human_stretch_digest: None,
        topics: Vec::new(),
        handoff_offered: true,
        for_colleague: false,
        standing: crate::handoff::policy::Standing::default(),
        organisation: "Lumen & Oak".into(),
        now: DateTime::UNIX_EPOCH,
        model: ModelContext::default(),
    }
}

/// Takes everything.
#[derive(Default)]
pub(crate) struct Paper {
    /// What was pushed.
    pub(crate) text: std::sync::Mutex<String>,
}

#[async_trait::async_trait]
impl DraftSink for Paper {
    async fn push(&self, text: &str) -> Result<(), Stopped> {
        self.text.lock().unwrap().push_str(text);
        Ok(())
    }
}
