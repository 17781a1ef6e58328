//! Every state of a phone call.

use crate::web::inbox::call::{CallStrip, Length, ShownCall};
use crate::web::inbox::nav::View;
use crate::web::moment::Moment;
use crate::web::samples::{HOSTILE, minutes_ago, now};

pub(super) fn none() -> CallStrip {
    CallStrip { number: 1042, csrf: "sample-token".to_owned(), view: View::Mine, call: None }
}

impl CallStrip {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let call = |state: &str, live, with_ai| ShownCall {
            state: state.to_owned(),
            live,
            with_ai,
            length: match live {
                true => Length::Since(Moment::span_since(minutes_ago(2), now())),
                false => Length::Was("3:07 min".to_owned()),
            },
            whispered: None,
        };
        let strip = |call| Self { call: Some(call), ..none() };
        vec![
            ("partial-call-none", none()),
            ("partial-call-ai", strip(call("On the phone with the AI", true, true))),
            ("partial-call-ringing", strip(call(&format!("Calling {HOSTILE}"), true, false))),
            ("partial-call-ended", strip(call("Call ended after speaking with a person", false, false))),
        ]
    }
}
