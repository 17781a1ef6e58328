//! Twilio's error codes that say more than a status does. The words of all others are Twilio's own.

use crate::contract::Refusal;

/// What a code means, where Twilio's own words leave open what to do.
pub fn meaning(code: u32) -> Option<&'static str> {
    Some(match code {
        20003 => "Twilio does not accept the credentials; check the Account SID and the auth token or API key",
        20404 => "Twilio does not know this account",
        21211 | 21614 => "this is not a number that can get text messages",
        21212 | 21606 | 21659 => {
            "this account can not send from this sender; check the sender in the channel's settings"
        }
        21408 => "the account may not send to this country; allow it under Messaging, Geo permissions",
        21608 => "a trial account sends to verified numbers only",
        21610 => "the customer has answered STOP and gets no messages until they write START",
        21612 | 21635 => "this number can not be reached from this sender",
        21617 => "the text is too long for a text message",
        21620 | 30019 => "the picture could not be fetched or is too large",
        30003 | 30005 | 30006 => "the phone is off, out of reach or no mobile phone",
        30004 => "the phone or its operator blocks messages of this sender",
        30007 => "the operator filtered the message as spam",
        30032 => "the toll-free number is not verified yet",
        30034 => "the number is not registered for messages to the United States (10DLC)",
        63016 => "the 24 hours after the customer's last message are over",
        _ => return None,
    })
}

/// What a code means for messages to come.
pub fn refusal(code: u32) -> Refusal {
    match code {
        21610 => Refusal::OptedOut,
        63016 => Refusal::OutsideWindow,
        20003 | 20005 | 20404 => Refusal::Unauthorized,
        _ => Refusal::Other,
    }
}
