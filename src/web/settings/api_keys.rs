//! Settings: the keys other programs call the API with.

use askama::Template;

use crate::web::field::Field;
use crate::web::icon::Icon;
use crate::web::moment::Moment;
use crate::web::page::Layout;
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{self, fill};
use crate::web::settings::shell::Section;

/// One key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLine {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// Its first characters.
    pub prefix: String,
    /// When it was made.
    pub made: Moment,
}

/// `/settings/api-keys`. The form sends `csrf`, `name` to `POST /settings/api-keys`, whose answer is the only page that ever
/// shows the key; "Revoke" sends `csrf` to `POST /settings/api-keys/{id}/revocation`.
#[derive(Clone, PartialEq, Eq, Template)]
#[template(path = "settings/api_keys.html")]
pub struct ApiKeysPage {
    /// The document.
    pub layout: Layout,
    /// The keys in use.
    pub keys: Vec<KeyLine>,
    /// What the new key is for.
    pub name: Field,
    /// The key that was just made.
    pub secret: Option<String>,
}

impl ApiKeysPage {
    const SECTION: Section = Section::ApiKeys;
}

/// An empty form.
pub fn name_field() -> Field {
    Field::text("name", "What is it for?")
        .autocomplete("off")
        .hint("For example \u{201c}Order system\u{201d}. It tells you later which key to revoke.")
}

/// Takes in what was sent; the new key's name, if it is right.
pub fn read(name: &mut Field, form: &Posted) -> Option<String> {
    fill(name, form, rules::name)
}
