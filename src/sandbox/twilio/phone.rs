//! A customer's text messages, from their side.

use super::super::phones::{Bubble, File, Program};
use super::super::world::World;
use super::{ACCOUNT_SID, NUMBER, new_sid};

impl World {
    /// The customer with this number writes. Gives Twilio's name for the message.
    pub fn text(&self, number: &str, text: &str, files: Vec<File>) -> String {
        let sid = new_sid(if files.is_empty() { "SM" } else { "MM" });
        let mut form = vec![
            ("MessageSid", sid.clone()),
            ("SmsSid", sid.clone()),
            ("AccountSid", ACCOUNT_SID.to_owned()),
            ("ApiVersion", "2010-04-01".to_owned()),
            ("From", number.to_owned()),
            ("To", NUMBER.to_owned()),
            ("Body", text.to_owned()),
            ("NumSegments", "1".to_owned()),
            ("NumMedia", files.len().to_string()),
            ("SmsStatus", "received".to_owned()),
        ];
        let media = |n: usize| format!("{}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{sid}/Media/{n}", self.url());
        let names = [("MediaUrl0", "MediaContentType0"), ("MediaUrl1", "MediaContentType1")];
        for (n, (file, (url, kind))) in files.iter().zip(names).enumerate() {
            form.extend([(url, media(n)), (kind, file.media_type.clone())]);
        }
        self.phones().show(Program::Sms, number, Bubble { files, ..Bubble::new(sid.clone(), true, text) });
        self.answer_keywords(number, text);
        self.owe_twilio_call(&self.sms_hook(), &form);
        self.changed();
        sid
    }

    /// Twilio answers STOP and START by itself.
    fn answer_keywords(&self, number: &str, text: &str) {
        let words = match text.trim().to_ascii_uppercase().as_str() {
            "STOP" => {
                self.twilio().set_stopped(number, true);
                "You get no more messages from this number. Reply START to get them again."
            }
            "START" | "UNSTOP" => {
                self.twilio().set_stopped(number, false);
                "You get messages from this number again. Reply STOP to end them."
            }
            _ => return,
        };
        self.phones().show(Program::Sms, number, Bubble::new(new_sid("SM"), false, words));
    }
}
