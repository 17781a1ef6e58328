//! Every state of the settings.

use super::agents::{AgentLine, AgentsPage};
use super::channels::{ChannelHealth, ChannelLine, ChannelsPage, WebChannelPage};
use super::handoff::HandoffPage;
use super::knowledge::{ArticleLine, ArticlePage, KnowledgePage};
use super::profile::ProfilePage;
use super::teams::{Member, TeamLine, TeamsPage};
use crate::web::field::Choice;
use crate::web::inbox::channel::ChannelKind;
use crate::web::moment::Moment;
use crate::web::page::{Flash, Layout, Theme};
use crate::web::samples::{HOSTILE, minutes_ago, now, render};

/// Adds every page of the settings.
///
/// # Errors
/// Where a template cannot be rendered.
pub(crate) fn render_all(rendered: &mut Vec<(String, String)>) -> Result<(), askama::Error> {
    render(rendered, ChannelsPage::samples())?;
    render(rendered, WebChannelPage::samples())?;
    render(rendered, AgentsPage::samples())?;
    render(rendered, TeamsPage::samples())?;
    render(rendered, HandoffPage::samples())?;
    render(rendered, KnowledgePage::samples())?;
    render(rendered, ArticlePage::samples())?;
    render(rendered, ProfilePage::samples())
}

fn layout(title: &str) -> Layout {
    crate::web::samples::layout(title, None)
}

impl ChannelsPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |kind, name: &str, address: &str, health| ChannelLine {
            kind,
            name: name.to_owned(),
            address: address.to_owned(),
            url: "/settings/channels/1".to_owned(),
            health,
        };
        let failing = ChannelHealth::Failing("The mailbox refused the password. Set a new one and save.".to_owned());
        let channels = vec![
            line(ChannelKind::Web, "Shop chat", "https://shop.example", ChannelHealth::Working),
            line(ChannelKind::Email, "Help desk", "help@shop.example", failing),
            line(ChannelKind::Sms, HOSTILE, "+44 20 7946 0018", ChannelHealth::Off),
        ];
        let addable = || ChannelKind::ALL.into_iter().map(|kind| (kind, "/settings/channels/new".to_owned())).collect();
        vec![
            ("settings-channels", Self { layout: layout("Channels"), channels, addable: addable() }),
            ("settings-channels-empty", Self { layout: layout("Channels"), channels: vec![], addable: addable() }),
        ]
    }
}

impl WebChannelPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = || Self::new(layout("Web chat"), "/settings/channels/1");
        let mut saved = page();
        saved.name = saved.name.value("Shop chat");
        saved.allowed_origins = saved.allowed_origins.value("https://shop.example\nhttps://www.shop.example");
        saved.greeting = saved.greeting.value("Hello! Ask us anything about your bicycle.");
        saved.snippet = Some(
            "<script src=\"https://desk.example/widget.js\" data-channel=\"wc_4f0c1d1e\" defer></script>".to_owned(),
        );
        saved.layout.flash = Some(Flash::Done("Saved. The widget changes on its next load.".to_owned()));
        let mut wrong = page();
        wrong.name = wrong.name.value(HOSTILE);
        wrong.allowed_origins =
            wrong.allowed_origins.value("shop.example").error("Line 1 has no scheme. Write https://shop.example.");
        vec![
            ("settings-web-channel-new", page()),
            ("settings-web-channel", saved),
            ("settings-web-channel-errors", wrong),
        ]
    }
}

impl AgentsPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let roles = || vec![Choice::new("agent", "Agent"), Choice::new("administrator", "Administrator")];
        let line = |id: &str, name: &str, role: &str, me, active| AgentLine {
            id: id.to_owned(),
            name: name.to_owned(),
            initials: name.chars().take(1).collect(),
            email: format!("{}@desk.example", name.to_lowercase()),
            role: role.to_owned(),
            active,
            seen: active.then(|| Moment::ago(minutes_ago(12), now())),
            me,
            password_error: None,
        };
        let agents = || {
            vec![
                line("1", "Ines", "Administrator", true, true),
                line("2", "Theo", "Agent", false, true),
                line("3", "Ravi", "Agent", false, false),
            ]
        };
        let mut wrong = Self::new(layout("Agents"), agents(), roles());
        for agent in wrong.agents.iter_mut().filter(|agent| agent.id == "2") {
            agent.password_error = Some("Too short. Use at least 12 characters.".to_owned());
        }
        wrong.name = wrong.name.value("Theo");
        wrong.email = wrong
            .email
            .value("theo@desk.example")
            .error("Somebody with this address is already here. Use another address.");
        vec![("settings-agents", Self::new(layout("Agents"), agents(), roles())), ("settings-agents-errors", wrong)]
    }
}

impl TeamsPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let member = |id: &str, name: &str, belongs| Member { id: id.to_owned(), name: name.to_owned(), belongs };
        let team = |id: &str, name: &str, error: Option<&str>| TeamLine {
            id: id.to_owned(),
            name: name.to_owned(),
            members: vec![member("1", "Ines", true), member("2", "Theo", false), member("3", HOSTILE, false)],
            error: error.map(str::to_owned),
        };
        let teams = vec![
            team("1", "Billing", None),
            team("2", "Billing", Some("There is already a team of this name. Choose another.")),
        ];
        vec![
            ("settings-teams", Self::new(layout("Teams"), teams)),
            ("settings-teams-empty", Self::new(layout("Teams"), vec![])),
        ]
    }
}

impl HandoffPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let mut page = Self::new(layout("Handoff"));
        page.forbidden_topics = page.forbidden_topics.value("legal advice\nmedical questions");
        page.message = page.message.value("I am passing you on to a colleague, who can see everything you wrote.");
        let mut wrong = Self::new(layout("Handoff"));
        wrong.on_no_progress = wrong.on_no_progress.on(false);
        wrong.away_message = wrong.away_message.error("The customer must be told something. Write one sentence.");
        vec![("settings-handoff", page), ("settings-handoff-errors", wrong)]
    }
}

impl KnowledgePage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |title: &str, published, used| ArticleLine {
            id: "7".to_owned(),
            title: title.to_owned(),
            language: "English".to_owned(),
            published,
            changed: Moment::ago(minutes_ago(5000), now()),
            used,
        };
        let articles = vec![
            line("How do I tighten a brake lever?", true, 41),
            line("كيف أسترد المبلغ؟", true, 1),
            line(HOSTILE, false, 0),
        ];
        let page = |query: &str, articles, older: Option<&str>| Self {
            layout: layout("Knowledge"),
            query: query.to_owned(),
            articles,
            older: older.map(str::to_owned),
        };
        vec![
            ("settings-knowledge", page("", articles, Some("/settings/knowledge?before=7"))),
            ("settings-knowledge-empty", page("", vec![], None)),
            ("settings-knowledge-nothing", page(HOSTILE, vec![], None)),
        ]
    }
}

impl ArticlePage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let languages =
            || vec![Choice::new("en", "English"), Choice::new("sv", "Swedish"), Choice::new("ar", "Arabic")];
        let page = |action: &str| Self::new(layout("Article"), action, languages());
        let mut stored = page("/settings/knowledge/7");
        stored.exists = true;
        stored.title = stored.title.value("How do I tighten a brake lever?");
        stored.body = stored.body.value("## Before you start\n\nYou need a 5 mm key.\n\n1. Push the lever to where your fingers rest.\n2. Tighten the bolt.\n");
        stored.published = stored.published.on(true);
        let mut wrong = page("/settings/knowledge");
        wrong.title = wrong.title.error("An article needs a title. Write the question it answers.");
        wrong.body = wrong.body.value(format!("</textarea>{HOSTILE}"));
        vec![
            ("settings-article-new", page("/settings/knowledge")),
            ("settings-article", stored),
            ("settings-article-errors", wrong),
        ]
    }
}

impl ProfilePage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let mut wrong = Self::new(layout("Your profile"), "Ines", Theme::Dark, false);
        wrong.current_password = wrong.current_password.error("This is not your current password. Type it again.");
        vec![
            ("settings-profile", Self::new(layout("Your profile"), "Ines", Theme::System, true)),
            ("settings-profile-errors", wrong),
        ]
    }
}
