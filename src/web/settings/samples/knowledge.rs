//! Every state of the pages about knowledge.

use uuid::Uuid;

use super::{layout, sent};
use crate::handoff::ChannelId;
use crate::handoff::message::Source;
use crate::web::html::SafeHtml;
use crate::web::markdown;
use crate::web::moment::Moment;
use crate::web::page::Flash;
use crate::web::samples::{HOSTILE, minutes_ago, now, render};
use crate::web::settings::article::{ArticleForm, ArticlePage, Draft};
use crate::web::settings::difference;
use crate::web::settings::import::{ImportForm, ImportPage, ImportReviewPage, Incoming, published_field};
use crate::web::settings::knowledge::{ArticleLine, FilterForm, KnowledgePage, Part, Parts};
use crate::web::settings::trial::{Outcome, PassageLine, SignalLine, TrialForm, TrialPage};
use crate::web::settings::unanswered::{Example, GroupLine, UnansweredPage};

const TEXT: &str = "## Before you start\n\nYou need a 5 mm key.\n\n1. Push the lever.\n2. Tighten the bolt.\n";

/// Markdown whose markup must not survive.
const MARKUP: &str = "**Hello** <script>alert(1)</script><img src=x onerror=alert(1)>";

/// Adds every page about knowledge.
pub(super) fn render_all(rendered: &mut Vec<(String, String)>) -> Result<(), askama::Error> {
    render(rendered, KnowledgePage::samples())?;
    render(rendered, ArticlePage::samples())?;
    render(rendered, ImportPage::samples())?;
    render(rendered, ImportReviewPage::samples())?;
    render(rendered, TrialPage::samples())?;
    render(rendered, UnansweredPage::samples())
}

fn channels() -> Vec<(ChannelId, String)> {
    [(1, "Shop chat"), (2, HOSTILE)].map(|(id, name)| (ChannelId(Uuid::from_u128(id)), name.to_owned())).into()
}

fn parts(current: Part) -> Parts {
    Parts { current, unanswered: 12 }
}

impl KnowledgePage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |title: &str, published| ArticleLine {
            id: "7".to_owned(),
            title: title.to_owned(),
            language: "English".to_owned(),
            published,
            changed: Moment::ago(minutes_ago(5000), now()),
        };
        let articles =
            vec![line("How do I tighten a brake lever?", true), line("كيف أسترد المبلغ؟", true), line(HOSTILE, false)];
        let page = |query: &str, articles, older: Option<&str>| Self {
            layout: layout("Knowledge"),
            parts: parts(Part::Articles),
            filter: FilterForm::of(query, "draft", "de", "", &channels()),
            articles,
            older: older.map(str::to_owned),
        };
        let mut empty = page("", vec![], None);
        empty.filter = FilterForm::of("", "", "", "", &channels());
        empty.parts.unanswered = 0;
        vec![
            ("settings-knowledge", page("", articles, Some("/settings/knowledge?after=1795341900000000_7"))),
            ("settings-knowledge-empty", empty),
            ("settings-knowledge-nothing", page(HOSTILE, vec![], None)),
        ]
    }
}

impl ArticlePage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |action: &str, form| Self {
            layout: layout("Article"),
            action: action.to_owned(),
            form,
            exists: action != "/settings/knowledge",
            preview: None,
            difference: Vec::new(),
        };
        let draft = Draft {
            title: "How do I tighten a brake lever?".to_owned(),
            body: TEXT.to_owned(),
            language: "en".to_owned(),
            url: Some("https://shop.example/help/brakes".to_owned()),
            channels: vec![ChannelId(Uuid::from_u128(1))],
            published: true,
        };
        let stored = || ArticleForm::of("1".to_owned(), &draft, &channels());
        let mut wrong = ArticleForm::empty(&channels());
        wrong.read(&sent(&[("title", ""), ("body", &format!("</textarea>{HOSTILE}")), ("url", "javascript:alert(1)")]));
        let mut proposed = ArticleForm::empty(&[]);
        proposed.questions = vec![Uuid::from_u128(1), Uuid::from_u128(2)];
        let look = |text: &str| Some(SafeHtml::from_cleaned(markdown::render(text)));
        let mut late = page("/settings/knowledge/7", stored());
        late.layout.flash = Some(Flash::Problem("Theo saved this page meanwhile.".to_owned()));
        late.difference = difference::lines(TEXT, &format!("{}{HOSTILE}\n", TEXT.replace("5 mm", "6 mm")));
        vec![
            ("settings-article-new", page("/settings/knowledge", proposed)),
            ("settings-article", page("/settings/knowledge/7", stored())),
            ("settings-article-errors", page("/settings/knowledge", wrong)),
            ("settings-article-preview", Self { preview: look(TEXT), ..page("/settings/knowledge/7", stored()) }),
            (
                "settings-article-preview-hostile",
                Self { preview: look(MARKUP), ..page("/settings/knowledge", stored()) },
            ),
            ("settings-article-preview-empty", Self { preview: look(""), ..page("/settings/knowledge", stored()) }),
            ("settings-article-overtaken", late),
        ]
    }
}

impl ImportPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |form, skipped| Self { layout: layout("Import"), parts: parts(Part::Import), form, skipped };
        let mut wrong = ImportForm {
            files_error: Some("Choose a file, or write the address of a website below.".to_owned()),
            ..ImportForm::default()
        };
        wrong.url.error = Some("It leads to a private address, which this installation does not call.".to_owned());
        let skipped = vec![(HOSTILE.to_owned(), "It holds pictures of text, not text.".to_owned())];
        vec![("settings-import", page(ImportForm::default(), vec![])), ("settings-import-errors", page(wrong, skipped))]
    }
}

impl ImportReviewPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let incoming = |place, title: &str, replaces: Option<&str>| Incoming {
            place,
            title: title.to_owned(),
            language: "German".to_owned(),
            from: "https://shop.example/help/brakes".to_owned(),
            words: 212,
            beginning: "You need a 5 mm key. Push the lever away from the bar and tighten the bolt.".to_owned(),
            taken: replaces.is_none(),
            replaces: replaces.map(str::to_owned),
        };
        let page = |incoming, error: Option<&str>| Self {
            layout: layout("Import"),
            parts: parts(Part::Import),
            action: "/settings/knowledge/import/7".to_owned(),
            source: "https://shop.example/help".to_owned(),
            incoming,
            skipped: vec![("faq.csv, row 3".to_owned(), "It has no text besides its title.".to_owned())],
            published: published_field(false),
            error: error.map(str::to_owned),
        };
        let all = || vec![incoming(0, "Bremsen", None), incoming(1, HOSTILE, Some(HOSTILE))];
        vec![
            ("settings-import-review", page(all(), None)),
            ("settings-import-review-errors", page(all(), Some("Tick at least one article, or store nothing."))),
        ]
    }
}

impl TrialPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |question: &str, outcome| {
            let mut form = TrialForm::new(&channels());
            form.question.value = question.to_owned();
            Self { layout: layout("Test the AI"), parts: parts(Part::Trial), form, outcome }
        };
        let mut wrong = page("", None);
        wrong.form.read(&sent(&[("question", ""), ("channel", "any")]));
        vec![
            ("settings-trial", page("", None)),
            ("settings-trial-answers", page("How do I tighten a brake lever?", Some(answers()))),
            ("settings-trial-hands-off", page(HOSTILE, Some(hands_off()))),
            ("settings-trial-errors", wrong),
        ]
    }
}

fn signal(name: &str, percent: u8, because: &[&str]) -> SignalLine {
    SignalLine {
        name: name.to_owned(),
        percent,
        threshold: 70,
        decided: percent >= 70,
        because: because.iter().map(|cause| (*cause).to_owned()).collect(),
        counts: name != "Loses patience",
    }
}

fn answers() -> Outcome {
    let passage = |title: &str, score: &str, coverage| PassageLine {
        article: "7".to_owned(),
        title: title.to_owned(),
        heading: "Before you start".to_owned(),
        text: "You need a 5 mm key. Push the lever. Tighten the bolt.".to_owned(),
        score: score.to_owned(),
        coverage,
    };
    Outcome {
        headline: "The AI answers".to_owned(),
        because: "No detector decided, and the knowledge has an answer.".to_owned(),
        hands_off: false,
        answer: Some(SafeHtml::from_cleaned(markdown::render("Push the lever and **tighten the bolt**."))),
        sources: vec![
            Source { title: "Brakes".to_owned(), url: Some("https://shop.example/help/brakes".to_owned()) },
            Source { title: HOSTILE.to_owned(), url: None },
        ],
        facts: vec![("Language", "English".to_owned()), ("Mood", "Neutral".to_owned())],
        signals: vec![signal("Asks for a person", 3, &[]), signal("Loses patience", 12, &[])],
        passages: vec![passage("Brakes", "8.4", 92), passage(HOSTILE, "2.1", 31)],
    }
}

fn hands_off() -> Outcome {
    Outcome {
        headline: "It goes to a person".to_owned(),
        because: format!("The customer asked for a person: “{HOSTILE}”."),
        hands_off: true,
        answer: Some(SafeHtml::from_cleaned(markdown::render(MARKUP))),
        sources: Vec::new(),
        facts: vec![("Language", "Cannot be told".to_owned())],
        signals: vec![
            signal("Asks for a person", 96, &["a real person", HOSTILE]),
            signal("Loses patience", 88, &["ENOUGH!!!"]),
            signal(HOSTILE, 40, &[]),
        ],
        passages: Vec::new(),
    }
}

impl UnansweredPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let example = |question: &str, number| Example {
            question: question.to_owned(),
            number,
            at: Moment::ago(minutes_ago(90), now()),
        };
        let group = |title: &str, count| GroupLine {
            title: title.to_owned(),
            count,
            last: Moment::ago(minutes_ago(90), now()),
            examples: vec![example("do you ship to norway?", 1042), example(HOSTILE, 1043)],
            write_url: "/settings/knowledge/new?title=Do+you+ship+to+Norway%3F&questions=7".to_owned(),
            questions: "7,8".to_owned(),
        };
        let page = |groups, more| Self {
            layout: layout("Unanswered questions"),
            parts: parts(Part::Unanswered),
            groups,
            more,
        };
        vec![
            ("settings-unanswered", page(vec![group("Do you ship to Norway?", 7), group(HOSTILE, 1)], true)),
            ("settings-unanswered-empty", page(vec![], false)),
        ]
    }
}
