//! What Slack refuses: calls in the wrong form or with arguments it does not know, and blocks beyond its limits.

use std::collections::HashSet;

use serde_json::Value;

/// Slack's limits on blocks.
const BLOCKS_MAX: usize = 50;
const SECTION_CHARS_MAX: usize = 3_000;
const FIELDS_MAX: usize = 10;
const FIELD_CHARS_MAX: usize = 2_000;
const HEADER_CHARS_MAX: usize = 150;
const CONTEXT_ELEMENTS_MAX: usize = 10;
const ACTION_ELEMENTS_MAX: usize = 25;
const BUTTON_CHARS_MAX: usize = 75;
const VALUE_CHARS_MAX: usize = 2_000;
const ACTION_ID_CHARS_MAX: usize = 255;
const URL_CHARS_MAX: usize = 3_000;

/// Which form a method takes its arguments in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// JSON or a form.
    Either,
    /// Only a form: methods that read, and those about files and consent.
    Fields,
}

/// The methods, and what each may be told.
const METHODS: &[(&str, Form, &[&str])] = &[
    ("auth.test", Form::Either, &[]),
    (
        "chat.postMessage",
        Form::Either,
        &[
            "channel",
            "text",
            "blocks",
            "thread_ts",
            "reply_broadcast",
            "username",
            "unfurl_links",
            "unfurl_media",
            "metadata",
        ],
    ),
    (
        "chat.update",
        Form::Either,
        &["channel", "ts", "text", "blocks", "unfurl_links", "unfurl_media", "metadata", "reply_broadcast"],
    ),
    (
        "chat.postEphemeral",
        Form::Either,
        &["channel", "user", "text", "blocks", "thread_ts", "username", "unfurl_links", "unfurl_media"],
    ),
    ("users.info", Form::Fields, &["user", "include_locale"]),
    ("conversations.info", Form::Fields, &["channel", "include_num_members"]),
    (
        "conversations.history",
        Form::Fields,
        &["channel", "limit", "cursor", "oldest", "latest", "include_all_metadata"],
    ),
    ("conversations.replies", Form::Fields, &["channel", "ts", "limit", "cursor", "include_all_metadata"]),
    ("apps.connections.open", Form::Either, &[]),
    ("files.getUploadURLExternal", Form::Fields, &["filename", "length", "alt_txt"]),
    ("files.completeUploadExternal", Form::Either, &["files", "channel_id", "thread_ts", "initial_comment"]),
    ("oauth.v2.access", Form::Fields, &["code", "redirect_uri"]),
];

/// Whether a call is in the form its method takes, with arguments it knows.
pub(super) fn well_formed(method: &str, arguments: &Value, is_form: bool) -> Result<(), &'static str> {
    let Some((_, form, known)) = METHODS.iter().find(|(name, ..)| *name == method) else {
        return Err("unknown_method");
    };
    if *form == Form::Fields && !is_form {
        return Err("invalid_arguments");
    }
    let all_known = arguments.as_object().is_some_and(|given| given.keys().all(|name| known.contains(&name.as_str())));
    if all_known { Ok(()) } else { Err("invalid_arguments") }
}

/// Whether blocks are within Slack's limits.
pub(super) fn check_blocks(blocks: &Value) -> Result<(), &'static str> {
    if blocks.is_null() {
        return Ok(());
    }
    let list = blocks.as_array().filter(|list| list.len() <= BLOCKS_MAX).ok_or("invalid_blocks")?;
    let mut actions = HashSet::new();
    if list.iter().all(|block| fits(block, &mut actions)) { Ok(()) } else { Err("invalid_blocks") }
}

fn fits<'a>(block: &'a Value, actions: &mut HashSet<&'a str>) -> bool {
    match block["type"].as_str() {
        Some("header") => is_text(&block["text"], HEADER_CHARS_MAX) && block["text"]["type"] == "plain_text",
        Some("section") => section_fits(block),
        Some("actions") => elements(block, ACTION_ELEMENTS_MAX)
            .is_some_and(|all| all.iter().all(|element| button_fits(element, actions))),
        Some("context") => elements(block, CONTEXT_ELEMENTS_MAX).is_some_and(|all| {
            all.iter().all(|element| element["type"] == "image" || is_words(&element["text"], SECTION_CHARS_MAX))
        }),
        Some("divider") => true,
        _ => false,
    }
}

fn section_fits(block: &Value) -> bool {
    let fields = block["fields"].as_array();
    let fields_fit = fields.is_none_or(|all| {
        (1..=FIELDS_MAX).contains(&all.len()) && all.iter().all(|field| is_text(field, FIELD_CHARS_MAX))
    });
    let text_fits = block["text"].is_null() || is_text(&block["text"], SECTION_CHARS_MAX);
    fields_fit && text_fits && !(fields.is_none() && block["text"].is_null())
}

fn elements(block: &Value, most: usize) -> Option<&Vec<Value>> {
    block["elements"].as_array().filter(|all| (1..=most).contains(&all.len()))
}

fn button_fits<'a>(element: &'a Value, actions: &mut HashSet<&'a str>) -> bool {
    let within = |member: &str, most| element[member].as_str().is_none_or(|text| text.chars().count() <= most);
    let id = element["action_id"].as_str().unwrap_or_default();
    let styles = [Value::Null, "primary".into(), "danger".into()];
    element["type"] == "button"
        && element["text"]["type"] == "plain_text"
        && is_text(&element["text"], BUTTON_CHARS_MAX)
        && within("value", VALUE_CHARS_MAX)
        && within("url", URL_CHARS_MAX)
        && styles.contains(&element["style"])
        && (1..=ACTION_ID_CHARS_MAX).contains(&id.chars().count())
        && actions.insert(id)
}

fn is_text(value: &Value, most: usize) -> bool {
    matches!(value["type"].as_str(), Some("mrkdwn" | "plain_text")) && is_words(&value["text"], most)
}

fn is_words(text: &Value, most: usize) -> bool {
    text.as_str().is_some_and(|text| (1..=most).contains(&text.chars().count()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn calls_in_the_wrong_form_and_with_unknown_arguments_are_refused() {
        assert_eq!(well_formed("users.info", &json!({"user": "U1"}), true), Ok(()));
        assert_eq!(well_formed("users.info", &json!({"user": "U1"}), false), Err("invalid_arguments"));
        assert_eq!(well_formed("chat.postMessage", &json!({"channel": "C1", "text": "a"}), false), Ok(()));
        assert_eq!(well_formed("chat.postMessage", &json!({"chanel": "C1"}), false), Err("invalid_arguments"));
        assert_eq!(well_formed("chat.shout", &json!({}), false), Err("unknown_method"));
    }

    #[test]
    fn blocks_beyond_the_limits_are_refused() {
        let button =
            |id: &str| json!({"type": "button", "action_id": id, "text": {"type": "plain_text", "text": "Take"}});
        let actions = |ids: &[&str]| json!([{"type": "actions", "elements": ids.iter().map(|id| button(id)).collect::<Vec<_>>()}]);
        assert_eq!(check_blocks(&actions(&["take", "resolve"])), Ok(()));
        let section = |text: &str| json!([{"type": "section", "text": {"type": "mrkdwn", "text": text}}]);
        assert_eq!(check_blocks(&section("hello")), Ok(()));
        let field = json!({"type": "mrkdwn", "text": "a"});
        for wrong in [
            actions(&["take", "take"]),
            actions(&[""]),
            json!([{"type": "actions", "elements": []}]),
            section(""),
            section(&"a".repeat(3_001)),
            json!([{"type": "section"}]),
            json!([{"type": "section", "fields": vec![field; 11]}]),
            json!([{"type": "header", "text": {"type": "mrkdwn", "text": "a"}}]),
            json!([{"type": "poster"}]),
        ] {
            assert_eq!(check_blocks(&wrong), Err("invalid_blocks"), "{wrong}");
        }
    }
}
