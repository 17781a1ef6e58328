//! A page of the settings that is one form over one section: the same handlers and the same template for all of them.

use askama::Template;
use chrono::{DateTime, Utc};

use crate::store::settings;
use crate::web::field::{Choice, Field};
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::Verdict;
use crate::web::settings::shell::Section;

/// A form over a section of the settings.
pub trait OneForm: Sized + 'static {
    /// What is stored.
    type Stored: settings::Section;
    /// Where it is.
    const SECTION: Section;
    /// What the page is for, in a sentence.
    const LEAD: &'static str;
    /// The name of a change in the audit log.
    const ACTION: &'static str;

    /// The form with what is stored.
    fn of(stored: &Self::Stored, around: &Around) -> Self;
    /// Takes in what was sent; what to store, if every field is right.
    fn read(&mut self, form: &Posted) -> Option<Self::Stored>;
    /// The fields in their groups.
    fn panels(&self) -> Vec<Panel<'_>>;
}

/// What a form depends on beside its section.
#[derive(Clone, Debug)]
pub struct Around {
    /// When the page is shown.
    pub now: DateTime<Utc>,
    /// The wait of the start-up settings until people are told again, in seconds.
    pub renotify_s: u64,
    /// Who may supervise.
    pub supervisors: Vec<Choice>,
}

/// Some fields under a title.
pub struct Panel<'a> {
    /// The title.
    pub title: &'static str,
    /// What they do.
    pub words: &'static str,
    /// The fields.
    pub fields: Vec<&'a Field>,
}

/// The page. Sends `csrf`, `version` and the fields to its own address.
#[derive(Template)]
#[template(path = "settings/one_form.html")]
pub struct OneFormPage<F: OneForm> {
    /// The document.
    pub layout: Layout,
    /// The version that is being edited.
    pub version: i64,
    /// The form.
    pub form: F,
}

impl<F: OneForm> OneFormPage<F> {
    const SECTION: Section = F::SECTION;

    fn lead(&self) -> &'static str {
        F::LEAD
    }
}

/// A whole number between two bounds, or nothing.
pub fn whole(least: u32, most: u32) -> impl Fn(&str) -> Verdict<Option<u32>> {
    move |typed| match typed.trim() {
        "" => Ok(None),
        digits => match digits.parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
            _ => Err(format!("Write a whole number from {least} to {most}, or leave it empty.")),
        },
    }
}

/// A number's field.
pub fn number(name: &'static str, label: &'static str, stored: Option<u32>) -> Field {
    Field { control: crate::web::field::Control::Input("number"), ..Field::text(name, label) }
        .optional()
        .value(stored.map(|number| number.to_string()).unwrap_or_default())
}
