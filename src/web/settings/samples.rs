//! Every state of the settings.

mod handoff;
mod knowledge;
mod phone;
mod time;

use super::account::{AccountForm, AccountPage};
use super::agents::{AgentForm, AgentLine, AgentPage, AgentsPage, InvitationLine, InviteForm, Presence};
use super::api_keys::{self, ApiKeysPage, KeyLine};
use super::browsers::{BrowserLine, Browsers};
use super::channels::{ChannelBasics, ChannelHealth, ChannelLine, ChannelsPage};
use super::model::{ActionLine, KeyState, ModelForm, ModelPage, SecretLine};
use super::posted::Posted;
use super::profile::{PASSWORD_WRONG, PasswordForm, ProfileForm, ProfilePage, availability_field};
use super::quiet::QuietForm;
use super::teams::{self, Member, NAME_TAKEN, TeamLine, TeamsPage};
use super::web_channel::{Embed, WebChannelForm, WebChannelPage};
use baton_adapters::contract::{Account, ChannelKind as Kind};
use chrono::TimeDelta;

use crate::ai::llm::settings::{LanguageModel, Prices};
use crate::handoff::escalation::Ladder;
use crate::handoff::people::{Availability, Role};
use crate::handoff::{ChannelId, ScheduleId};
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
    render(rendered, AccountPage::samples())?;
    render(rendered, AgentsPage::samples())?;
    render(rendered, AgentPage::samples())?;
    render(rendered, TeamsPage::samples())?;
    handoff::render_all(rendered)?;
    knowledge::render_all(rendered)?;
    phone::render_all(rendered)?;
    time::render_all(rendered)?;
    render(rendered, ModelPage::samples())?;
    render(rendered, ApiKeysPage::samples())?;
    render(rendered, ProfilePage::samples())
}

pub(super) fn layout(title: &str) -> Layout {
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
            autopilot: kind != ChannelKind::Sms,
            last_in: (kind == ChannelKind::Email).then(|| Moment::ago(now() - TimeDelta::minutes(4), now())),
            last_out: (kind != ChannelKind::Sms).then(|| Moment::ago(now() - TimeDelta::hours(2), now())),
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

/// A form somebody sent, field by field.
pub(super) fn sent(fields: &[(&str, &str)]) -> Posted {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Posted::parse(body.as_bytes())
}

impl WebChannelPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |embed: Option<Embed>| Self {
            layout: layout("Web chat"),
            action: "/settings/channels/1".to_owned(),
            form: WebChannelForm::default(),
            embed,
        };
        let embed =
            || Some(Embed { public_url: "https://desk.example".to_owned(), token: "w_4f0c1d1e8a7b".to_owned() });
        let mut saved = page(embed());
        saved.form.name.value = "Shop chat".to_owned();
        saved.form.allowed_origins.value = "https://shop.example\nhttps://www.shop.example".to_owned();
        saved.layout.flash = Some(Flash::Done("Saved. The widget changes on its next load.".to_owned()));
        let mut wrong = page(embed());
        let typed = sent(&[("name", HOSTILE), ("allowed_origins", "shop.example"), ("greeting", HOSTILE)]);
        wrong.form.read(&typed);
        wrong.layout.flash = Some(Flash::Problem("Ines saved this page meanwhile.".to_owned()));
        vec![
            ("settings-web-channel-new", page(None)),
            ("settings-web-channel", saved),
            ("settings-web-channel-errors", wrong),
        ]
    }
}

impl AccountPage {
    /// Every state of every channel that has accounts.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let registry = baton_adapters::Registry::standard();
        let Some(channel) = registry.get(Kind::Sms) else { return Vec::new() };
        let basics = ChannelBasics { name: "Text messages".to_owned(), autopilot: true, enabled: true };
        let mut account = Account::default();
        account.credentials.replace("auth_token", "kept".into());
        let page = |form, stored: bool| Self {
            layout: layout("Text messages"),
            kind: ChannelKind::Sms,
            kind_word: "sms",
            action: "/settings/channels/2".to_owned(),
            hook_url: stored.then(|| "https://desk.example/hooks/sms_4f0c1d1e".to_owned()),
            stored,
            beyond: Vec::new(),
            form,
        };
        let form = || AccountForm::of("1".to_owned(), &basics, channel.as_ref(), &account);
        let mut wrong = AccountForm::of("1".to_owned(), &basics, channel.as_ref(), &Account::default());
        let typed = [("name", ""), ("account_sid", HOSTILE), ("api_base_url", "somewhere"), ("base_url", "somewhere")];
        wrong.read(&sent(&typed), channel.as_ref(), &Account::default());
        vec![
            ("settings-account", page(form(), true)),
            ("settings-account-new", page(form(), false)),
            ("settings-account-errors", page(wrong, true)),
        ]
    }
}

impl AgentsPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |id: &str, name: &str, role, active| AgentLine {
            name: name.to_owned(),
            initials: name.chars().take(1).collect(),
            email: format!("{}@desk.example", name.to_lowercase()),
            role,
            active,
            me: id == "1",
            url: format!("/settings/agents/{id}"),
            presence: if id == "1" { Presence::Online } else { Presence::Away },
            load: 3,
            capacity: (id == "2").then_some(5),
        };
        let invited = || InvitationLine {
            action: "/settings/agents/invitations/1/withdrawal".to_owned(),
            name: HOSTILE.to_owned(),
            email: "maya@desk.example".to_owned(),
            until: Moment::date(now()),
        };
        let page = |form, invite| Self {
            invited: vec![invited()],
            invite,
            layout: layout("Agents"),
            agents: vec![
                line("1", "Ines", Role::Admin, true),
                line("2", "Theo", Role::Agent, true),
                line("3", "Ravi", Role::Agent, false),
            ],
            form,
        };
        let mut form = AgentForm::default();
        form.read(&sent(&[("name", HOSTILE), ("email", "theo"), ("role", "agent"), ("password", "short")]));
        let made = Some((HOSTILE.to_owned(), "https://desk.example/invitation/abc".to_owned()));
        let mut wrong = InviteForm::default();
        wrong.read(&sent(&[("invite_name", ""), ("invite_email", HOSTILE)]));
        vec![
            ("settings-agents", page(AgentForm::default(), InviteForm { made, ..InviteForm::default() })),
            ("settings-agents-errors", page(form, wrong)),
        ]
    }
}

impl AgentPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |active, role| {
            let (action, email) = ("/settings/agents/2".to_owned(), "theo@desk.example".to_owned());
            Self::new(layout("Theo"), action, email, active, role, Some(5))
        };
        let mut wrong = page(false, Role::Agent);
        wrong.password.error = Some("Use 10 to 200 characters.".to_owned());
        vec![("settings-agent", page(true, Role::Admin)), ("settings-agent-deactivated", wrong)]
    }
}

impl TeamsPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let member = |id: &str, name: &str, belongs| Member { id: id.to_owned(), name: name.to_owned(), belongs };
        let team = |id: &str, name: &str, typed: &str, error: Option<&str>| TeamLine {
            id: id.to_owned(),
            name: name.to_owned(),
            typed: typed.to_owned(),
            members: vec![member("1", "Ines", true), member("2", "Theo", false), member("3", HOSTILE, false)],
            error: error.map(str::to_owned),
        };
        let page = |teams| Self { layout: layout("Teams"), teams, name: teams::name_field() };
        let teams = vec![team("1", "Billing", "Billing", None), team("2", "Returns", "Billing", Some(NAME_TAKEN))];
        vec![("settings-teams", page(teams)), ("settings-teams-empty", page(vec![]))]
    }
}

impl ModelPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let channels = [(ChannelId(uuid::Uuid::nil()), "Shop chat".to_owned())];
        let form = |stored: &LanguageModel| ModelForm::of("1".to_owned(), stored, &channels, 20);
        let page = |form, key| Self {
            layout: layout("AI"),
            form,
            key,
            testable: false,
            secrets: Vec::new(),
            actions: Vec::new(),
        };
        let stored = LanguageModel {
            enabled: true,
            model: "gpt-5.2-mini".to_owned(),
            instructions: "Be warm and brief. Sign with \u{201c}Your Lumen & Oak team\u{201d}.".to_owned(),
            prices: Prices { currency: "EUR".to_owned(), input_micros: 250_000, output_micros: 2_000_000 },
            ..LanguageModel::default()
        };
        let action = |name: &str, confirmed| ActionLine {
            name: name.to_owned(),
            summary: "Looks up an order by its number.".to_owned(),
            confirmed,
        };
        let secret = |name: &str, set: bool, error: Option<&str>| SecretLine {
            name: name.to_owned(),
            set: set.then(|| Moment::ago(minutes_ago(5000), now())),
            error: error.map(str::to_owned),
        };
        let mut saved = page(form(&stored), KeyState::Saved(Moment::ago(minutes_ago(90), now())));
        saved.testable = true;
        saved.actions = vec![action("look_up_order", false), action("cancel_order", true)];
        saved.secrets = vec![secret("order_key", true, None), secret(HOSTILE, false, Some("Copy it again."))];
        let mut wrong = page(form(&LanguageModel::default()), KeyState::Environment);
        let deadline = format!("deadline:{}", uuid::Uuid::nil());
        let typed = [
            ("enabled", "on"),
            ("model", ""),
            ("base_url", HOSTILE),
            ("actions", "openapi: 3"),
            (deadline.as_str(), "99"),
        ];
        wrong.form.read(&sent(&typed));
        vec![
            ("settings-ai-new", page(form(&LanguageModel::default()), KeyState::None)),
            ("settings-ai", saved),
            ("settings-ai-errors", wrong),
        ]
    }
}

impl ApiKeysPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |name: &str| KeyLine {
            id: "7".to_owned(),
            name: name.to_owned(),
            prefix: "baton_Xk3f9q".to_owned(),
            made: Moment::ago(minutes_ago(5000), now()),
        };
        let page = |keys, secret: Option<&str>| Self {
            layout: layout("API keys"),
            keys,
            name: api_keys::name_field(),
            secret: secret.map(str::to_owned),
        };
        let mut wrong = page(vec![line("Order system")], None);
        api_keys::read(&mut wrong.name, &sent(&[]));
        vec![
            ("settings-api-keys-empty", page(vec![], None)),
            ("settings-api-keys", page(vec![line("Order system"), line(HOSTILE)], Some("baton_Xk3f9qSampleOfAKey"))),
            ("settings-api-keys-errors", wrong),
        ]
    }
}

impl ProfilePage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |label: &str, failure: Option<&str>| BrowserLine {
            label: label.to_owned(),
            digest: "4f0c".to_owned(),
            since: Moment::date(now() - TimeDelta::days(3)),
            last: failure.is_none().then(|| Moment::ago(minutes_ago(12), now())),
            failure: failure.map(str::to_owned),
            action: "/settings/profile/browsers/1".to_owned(),
        };
        let lines = vec![line("Firefox on Linux", None), line(HOSTILE, Some(HOSTILE))];
        let browsers = Browsers::of(&Ladder::default(), "BKxSample".to_owned(), lines);
        let mut quiet = QuietForm::of(None, "Europe/Berlin", now());
        let typed = [("zone", HOSTILE), ("first", "4"), ("last", "6"), ("from", "ten"), ("to", HOSTILE)];
        quiet.read(&sent(&typed), ScheduleId(uuid::Uuid::nil()));
        let page = |form, password| Self {
            layout: layout("Your profile"),
            quiet: quiet.clone(),
            form,
            password,
            availability: availability_field(Availability::Busy),
            browsers: browsers.clone(),
        };
        let mut password = PasswordForm::default();
        password.current.error = Some(PASSWORD_WRONG.to_owned());
        vec![
            ("settings-profile", page(ProfileForm::of("Ines", Theme::System, true), PasswordForm::default())),
            ("settings-profile-errors", page(ProfileForm::of("Ines", Theme::Dark, false), password)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_renders_and_runs_nothing_that_was_typed() {
        let mut rendered = Vec::new();
        render_all(&mut rendered).expect("every sample renders");
        assert!(rendered.len() > 20);
        for (name, html) in rendered {
            assert!(!html.contains("<script>alert") && !html.contains("onmouseover=\"alert"), "{name}");
            assert!(!html.contains("type=\"password\" id=\"password\" name=\"password\" value=\"s"), "{name}");
        }
    }
}
