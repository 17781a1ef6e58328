//! A customer's WhatsApp, and the company's own app, from their side.

use serde_json::{Value, json};

use super::super::phones::{Bubble, File, Program};
use super::super::world::World;
use super::{DISPLAY_NUMBER, new_id};
use crate::clock::{Clock as _, SystemClock};

/// The name the customer goes by.
const CUSTOMER: &str = "Robin";

impl World {
    /// The customer with this number writes. Gives Meta's name for the message.
    pub fn whatsapp_write(&self, number: &str, text: &str, files: Vec<File>) -> String {
        let content = match files.first() {
            Some(file) => {
                let id = self.meta().keep(file.clone());
                json!({ "type": "image", "image": { "id": id, "mime_type": file.media_type, "caption": text } })
            }
            None => json!({ "type": "text", "text": { "body": text } }),
        };
        self.whatsapp_says(number, text, files, content)
    }

    /// The customer presses an answer under a message.
    pub fn whatsapp_choose(&self, number: &str, choice: &str, under: &str) -> String {
        let reply = json!({ "type": "button_reply", "button_reply": { "id": "choice-0", "title": choice } });
        let content = json!({ "type": "interactive", "interactive": reply, "context": { "id": under } });
        self.whatsapp_says(number, choice, Vec::new(), content)
    }

    /// A person of the company answers from the business app.
    pub fn whatsapp_echo(&self, number: &str, text: &str) -> String {
        let id = new_id();
        self.phones().show(Program::Whatsapp, number, Bubble::new(id.clone(), false, text));
        let echo = json!({
            "id": id, "from": DISPLAY_NUMBER, "to": digits(number), "type": "text", "text": { "body": text },
            "timestamp": SystemClock.now().timestamp().to_string(),
        });
        self.owe_meta_call("smb_message_echoes", json!({ "message_echoes": [echo] }));
        self.changed();
        id
    }

    fn whatsapp_says(&self, number: &str, text: &str, files: Vec<File>, content: Value) -> String {
        let id = new_id();
        let mut message = content;
        message["id"] = json!(id);
        message["from"] = json!(digits(number));
        message["timestamp"] = json!(SystemClock.now().timestamp().to_string());
        let contact = json!({ "wa_id": digits(number), "profile": { "name": CUSTOMER } });
        self.phones().show(Program::Whatsapp, number, Bubble { files, ..Bubble::new(id.clone(), true, text) });
        self.owe_meta_call("messages", json!({ "contacts": [contact], "messages": [message] }));
        self.changed();
        id
    }
}

/// A number as WhatsApp writes it.
fn digits(number: &str) -> &str {
    number.trim_start_matches('+')
}
