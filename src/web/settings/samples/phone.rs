//! Every state of the phone's settings.

use super::{layout, render, sent};
use crate::handoff::call::{FallbackNumber, Hours, PhoneAgent};
use crate::web::samples::HOSTILE;
use crate::web::settings::phone::{PhoneForm, PhoneLine, PhonePage, PhonesPage};

/// Adds them.
pub(super) fn render_all(rendered: &mut Vec<(String, String)>) -> Result<(), askama::Error> {
    render(rendered, PhonesPage::samples())?;
    render(rendered, PhonePage::samples())
}

impl PhonesPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let line = |name: &str, enabled| PhoneLine {
            name: name.to_owned(),
            number: "+44 20 7946 0018".to_owned(),
            url: "/settings/phone/1".to_owned(),
            about: "en-GB, talks live, 2 fallback numbers".to_owned(),
            enabled,
        };
        let page = |phones| Self { layout: layout("Phone"), phones };
        vec![
            ("settings-phones", page(vec![line("Help line", true), line(HOSTILE, false)])),
            ("settings-phones-empty", page(vec![])),
        ]
    }
}

impl PhonePage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let numbers = vec![FallbackNumber {
            number: "+442079460020".to_owned(),
            label: HOSTILE.to_owned(),
            agent: None,
            hours: Hours::default(),
        }];
        let agent = PhoneAgent { numbers, ..PhoneAgent::default() };
        let page = |form| Self {
            layout: layout("Help line"),
            action: "/settings/phone/1".to_owned(),
            number: "+44 20 7946 0018".to_owned(),
            voice_url: "https://desk.example/voice/p_4f0c1d1e".to_owned(),
            form,
        };
        let form = || PhoneForm::of("1".to_owned(), &agent, &[]);
        let mut wrong = form();
        wrong.read(&sent(&[("greeting", HOSTILE), ("language", "english!"), ("numbers", "0155")]), &[]);
        vec![("settings-phone", page(form())), ("settings-phone-errors", page(wrong))]
    }
}
