//! What an admin sets for a web-chat channel.

use serde::{Deserialize, Serialize};

/// What an admin sets for a web-chat channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WebChatSettings {
    /// Pages that may embed the widget, as origins (`https://shop.example`). Empty: every page.
    pub allowed_origins: Vec<String>,
    /// Title of the chat window.
    pub title: String,
    /// First words in the chat window.
    pub greeting: String,
    /// Name the AI goes by.
    pub ai_name: String,
    /// Main colour, as `#rrggbb`.
    pub primary_color: Option<String>,
    /// Whether customers are asked for a rating when a conversation is resolved.
    pub ask_rating: bool,
}

impl Default for WebChatSettings {
    fn default() -> Self {
        Self {
            allowed_origins: Vec::new(),
            title: "Chat with us".into(),
            greeting: "Hello! How can we help?".into(),
            ai_name: "Assistant".into(),
            primary_color: None,
            ask_rating: true,
        }
    }
}

/// Whether a page at `origin` may use the channel. Origins are compared whole (RFC 6454 section 5); `null` never may
/// where a list is set.
pub fn allows_origin(allowed: &[String], origin: &str) -> bool {
    allowed.is_empty() || allowed.iter().any(|entry| entry.trim_end_matches('/').eq_ignore_ascii_case(origin))
}

#[cfg(test)]
mod tests {
    use super::allows_origin;

    #[test]
    fn only_the_listed_origins_may_embed_the_widget() {
        let list = vec!["https://shop.example/".to_owned()];
        assert!(allows_origin(&[], "https://anywhere.example"));
        assert!(allows_origin(&list, "https://shop.example"));
        assert!(!allows_origin(&list, "https://shop.example.evil.test"));
        assert!(!allows_origin(&list, "http://shop.example"));
        assert!(!allows_origin(&list, "null"));
    }
}
