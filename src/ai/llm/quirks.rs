//! What a server turned out not to understand, so that it is not sent again.
//!
//! Servers that speak a protocol speak most of it. A request that is refused because of one optional member is sent again
//! without it, and the member is left out from then on.

use std::sync::{Mutex, PoisonError};

/// Optional members that have another form or can be left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quirks {
    /// How the object is asked for.
    pub shape: Shape,
    /// The older name for the longest answer is needed: `max_tokens`.
    pub old_limit: bool,
    /// `stream_options` is not known.
    pub no_stream_options: bool,
    /// `eager_input_streaming` is not known.
    pub no_eager_input: bool,
    /// A tool can not be forced.
    pub no_forced_tool: bool,
}

/// How the object is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// By its schema.
    #[default]
    Schema,
    /// As some JSON object.
    Object,
    /// In words alone.
    Words,
}

impl Quirks {
    /// The same without what `words`, a server's refusal, complain about. `None`: they complain about something else.
    pub fn without(self, words: &str) -> Option<Self> {
        let words = words.to_lowercase();
        let names = |name: &str| words.contains(name);
        if !self.old_limit && names("max_completion_tokens") {
            return Some(Self { old_limit: true, ..self });
        }
        if !self.no_stream_options && names("stream_options") {
            return Some(Self { no_stream_options: true, ..self });
        }
        if !self.no_eager_input && names("eager_input_streaming") {
            return Some(Self { no_eager_input: true, ..self });
        }
        if !self.no_forced_tool && names("tool_choice") {
            return Some(Self { no_forced_tool: true, ..self });
        }
        if names("response_format") || names("json_schema") || names("json_object") || names("guided") {
            let shape = match self.shape {
                Shape::Schema => Shape::Object,
                Shape::Object => Shape::Words,
                Shape::Words => return None,
            };
            return Some(Self { shape, ..self });
        }
        None
    }
}

/// The quirks of the server in use.
#[derive(Debug, Default)]
pub struct Known(Mutex<(String, Quirks)>);

impl Known {
    /// What is known of a server.
    pub fn of(&self, server: &str) -> Quirks {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 == server { known.1 } else { Quirks::default() }
    }

    /// Keeps what was learned of a server.
    pub fn learn(&self, server: &str, quirks: Quirks) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (server.to_owned(), quirks);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_member_is_left_out_and_nothing_else() {
        let first = Quirks::default();
        let refusal = "Unsupported value: 'response_format' of type json_schema is not supported";
        let second = first.without(refusal).expect("another form");
        assert_eq!(second, Quirks { shape: Shape::Object, ..first });
        let third = second.without(refusal).expect("another form");
        assert_eq!(third.shape, Shape::Words);
        assert_eq!(third.without(refusal), None);
        assert!(
            first.without("Unrecognized request argument supplied: max_completion_tokens").expect("known").old_limit
        );
        assert_eq!(first.without("the prompt is too long"), None);
    }

    #[test]
    fn another_server_has_no_quirks_yet() {
        let known = Known::default();
        known.learn("a", Quirks { old_limit: true, ..Quirks::default() });
        assert!(known.of("a").old_limit && !known.of("b").old_limit);
    }
}
