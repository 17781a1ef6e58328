//! Stand-in Meta: the part of the Graph API that sends WhatsApp messages, signed webhooks, reports, files behind a token.

mod api;
mod media;
mod phone;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::web::{ServiceConfig, get, post};
use baton_adapters::contract::ChannelKind;
use baton_adapters::whatsapp::sign;
use serde_json::{Value, json};

use super::calls::Call;
use super::phones::File;
use super::world::World;
use crate::clock::{Clock as _, SystemClock};

/// The company's number, as Meta names it.
pub const PHONE_NUMBER_ID: &str = "106540352242922";
/// The company's business account.
pub const BUSINESS_ACCOUNT_ID: &str = "102290129340398";
/// What Baton shows Meta.
pub const ACCESS_TOKEN: &str = "sandbox-access-token";
/// What Meta signs with.
pub const APP_SECRET: &str = "sandbox-app-secret";
/// What Meta shows when it asks whether an address is Baton's.
pub const VERIFY_TOKEN: &str = "sandbox-verify-token";
/// The company's number.
const DISPLAY_NUMBER: &str = "15550100901";

/// Stand-in Meta. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Meta {
    files: Arc<Mutex<HashMap<String, File>>>,
    accepted: Arc<Mutex<Vec<Value>>>,
}

impl Meta {
    /// Every message that was accepted, in order, as it was asked for.
    pub fn accepted(&self) -> Vec<Value> {
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn accept(&self, message: Value) {
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner).push(message);
    }

    fn keep(&self, file: File) -> String {
        let id = SystemClock.new_id().simple().to_string();
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), file);
        id
    }

    fn file(&self, id: &str) -> Option<File> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }
}

/// What it serves.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/{version:v[0-9.]+}/{number}/messages", post().to(api::send))
        .route("/{version:v[0-9.]+}/{number}/media", post().to(media::upload))
        .route("/{version:v[0-9.]+}/{business}/message_templates", get().to(api::templates))
        .route("/{version:v[0-9.]+}/{id}", get().to(media::about))
        .route("/media/{id}", get().to(media::download));
}

/// A new name for a message.
fn new_id() -> String {
    format!("wamid.{}", SystemClock.new_id().simple())
}

impl World {
    /// Owes Baton a call about a change of a field, signed as Meta signs: with everything beyond ASCII escaped.
    fn owe_meta_call(&self, field: &str, mut value: Value) {
        value["messaging_product"] = json!("whatsapp");
        value["metadata"] = json!({ "display_phone_number": DISPLAY_NUMBER, "phone_number_id": PHONE_NUMBER_ID });
        let entry = json!({ "id": BUSINESS_ACCOUNT_ID, "changes": [{ "field": field, "value": value }] });
        let body = json!({ "object": "whatsapp_business_account", "entry": [entry] }).to_string();
        let body: String = body.chars().map(escaped).collect();
        let headers = vec![
            ("Content-Type", "application/json".to_owned()),
            ("X-Hub-Signature-256", sign(APP_SECRET, body.as_bytes())),
        ];
        self.calls().owe(Call { url: self.hook(ChannelKind::Whatsapp), headers, body: body.into_bytes() });
    }
}

fn escaped(c: char) -> String {
    if c.is_ascii() {
        return c.to_string();
    }
    c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect()
}
