//! Events as Slack documents them, and what Baton hears.

use serde_json::{Value, json};

use super::*;

fn settings() -> SlackSettings {
    SlackSettings {
        team_id: "T1".into(),
        bot_user_id: "UBOT".into(),
        support_channel: "CTEAM".into(),
        ..SlackSettings::default()
    }
}

fn envelope(event: Value) -> Value {
    json!({
        "token": "verification-token", "team_id": "T1", "api_app_id": "A1", "type": "event_callback",
        "event_id": "Ev1", "event_time": 1_700_000_000, "event_context": "4-event-context",
        "authorizations": [{"enterprise_id": null, "team_id": "T1", "user_id": "UBOT", "is_bot": true}],
        "is_ext_shared_channel": false,
        "event": event,
    })
}

fn message(more: Value) -> Value {
    let mut event = json!({
        "type": "message", "channel": "C1", "user": "U1", "text": "Hello", "ts": "1700000000.000100",
        "event_ts": "1700000000.000100", "channel_type": "channel", "team": "T1",
    });
    for (name, value) in more.as_object().expect("members") {
        event[name.as_str()] = value.clone();
    }
    envelope(event)
}

fn heard(body: &Value) -> Heard {
    hear(&settings(), body)
}

fn is_nothing(body: &Value) -> bool {
    matches!(heard(body), Heard::Nothing(_))
}

#[test]
fn a_direct_message_is_a_customers() {
    let direct = message(json!({"channel": "D1", "channel_type": "im", "text": "Where is *my* order &amp; bill?"}));
    let Heard::Wrote(wrote) = heard(&direct) else { panic!("{:?}", heard(&direct)) };
    assert_eq!(wrote.person, "T1:U1");
    assert_eq!(wrote.post, "D1:1700000000.000100");
    assert_eq!(wrote.text, "Where is **my** order & bill?");
    assert_eq!((wrote.thread, wrote.joins_only), (None, false));
}

#[test]
fn a_mention_begins_a_thread_and_is_one_message_however_it_is_told() {
    let mention = envelope(json!({
        "type": "app_mention", "user": "U1", "text": "<@UBOT> help", "ts": "1700000000.000100", "channel": "C1",
        "event_ts": "1700000000.000100",
    }));
    let Heard::Wrote(by_mention) = heard(&mention) else { panic!("{:?}", heard(&mention)) };
    let Heard::Wrote(by_message) = heard(&message(json!({"text": "<@UBOT> help"}))) else { panic!("not heard") };
    assert_eq!(by_mention, by_message);
    assert_eq!(by_mention.text, "help");
    assert_eq!(by_mention.thread.as_deref(), Some("C1:1700000000.000100"));
    let reply = message(json!({"thread_ts": "1700000000.000100", "ts": "1700000009.000100", "text": "and also"}));
    let Heard::Wrote(reply) = heard(&reply) else { panic!("not heard") };
    assert_eq!(reply.thread.as_deref(), Some("C1:1700000000.000100"));
    assert!(reply.joins_only);
    assert!(is_nothing(&message(json!({}))), "people may talk in a channel");
}

#[test]
fn a_customer_of_a_shared_channel_is_known_by_their_own_workspace() {
    let foreign = message(json!({"text": "<@UBOT> hi", "user_team": "T2", "source_team": "T2"}));
    let Heard::Wrote(wrote) = heard(&foreign) else { panic!("not heard") };
    assert_eq!(wrote.person, "T2:U1");
}

#[test]
fn our_own_posts_and_other_robots_are_never_read_as_a_persons() {
    for own in [
        json!({"subtype": "bot_message", "bot_id": "B1", "user": null, "username": "Ines"}),
        json!({"bot_id": "B1", "user": "UBOT"}),
        json!({"user": "UBOT"}),
        json!({"user": "USLACKBOT"}),
        json!({"subtype": "channel_join"}),
        json!({"subtype": "something_new"}),
        json!({"user": null}),
    ] {
        for place in [json!({"channel": "D1", "channel_type": "im"}), json!({"channel": "CTEAM", "thread_ts": "1.1"})] {
            let mut body = message(own.clone());
            for (name, value) in place.as_object().expect("members") {
                body["event"][name.as_str()] = value.clone();
            }
            assert!(is_nothing(&body), "{body}");
        }
    }
    let mention = json!({"type": "app_mention", "user": "U9", "bot_id": "B9", "text": "<@UBOT>", "ts": "1.2", "channel": "C1", "event_ts": "1.2"});
    assert!(is_nothing(&envelope(mention)));
}

#[test]
fn what_the_team_writes_in_a_thread_of_its_channel_is_the_teams() {
    let files = json!([{"id": "F1", "name": "a.png", "mimetype": "image/png", "url_private": "https://files.slack.com/a.png", "size": 12}]);
    let body = message(json!({"channel": "CTEAM", "thread_ts": "1699.1", "subtype": "file_share", "files": files}));
    let Heard::Team(event) = heard(&body) else { panic!("{:?}", heard(&body)) };
    assert_eq!(event.thread, ThreadRef { place: "CTEAM".into(), root: "1699.1".into() });
    assert_eq!(event.member, "U1");
    let TeamAct::Wrote { text, internal, files, .. } = event.act else { panic!("{:?}", event.act) };
    assert_eq!((text.as_str(), internal, files.len()), ("Hello", false, 1));
    let note = message(json!({"channel": "CTEAM", "thread_ts": "1699.1", "text": "!note she is a *regular*"}));
    let Heard::Team(TeamEvent { act: TeamAct::Wrote { text, internal, .. }, .. }) = heard(&note) else { panic!("no") };
    assert_eq!((text.as_str(), internal), ("she is a **regular**", true));
    assert!(is_nothing(&message(json!({"channel": "CTEAM"}))), "the team may talk in its channel");
}

#[test]
fn edits_and_deletions_are_heard_and_previews_are_not() {
    let edit = |now: &str| {
        message(json!({
            "channel": "CTEAM", "subtype": "message_changed", "hidden": true, "user": null, "text": null,
            "message": {"type": "message", "user": "U1", "text": now, "ts": "5.1", "thread_ts": "1.1", "edited": {"user": "U1", "ts": "6.0"}},
            "previous_message": {"type": "message", "user": "U1", "text": "old", "ts": "5.1", "thread_ts": "1.1"},
        }))
    };
    let Heard::Team(event) = heard(&edit("new")) else { panic!("{:?}", heard(&edit("new"))) };
    assert_eq!(event.act, TeamAct::Edited { post: "CTEAM:5.1".into(), text: "new".into() });
    assert_eq!(event.thread.root, "1.1");
    assert!(is_nothing(&edit("old")));
    let deletion = message(json!({
        "channel": "CTEAM", "subtype": "message_deleted", "hidden": true, "user": null, "text": null, "deleted_ts": "5.1",
        "previous_message": {"type": "message", "user": "U1", "text": "old", "ts": "5.1", "thread_ts": "1.1"},
    }));
    let Heard::Team(event) = heard(&deletion) else { panic!("{:?}", heard(&deletion)) };
    assert_eq!(event.act, TeamAct::Deleted { post: "CTEAM:5.1".into() });
    let mut customers = edit("new");
    customers["event"]["channel"] = "D1".into();
    assert!(matches!(heard(&customers), Heard::Edited { post, .. } if post == "D1:5.1"));
}

#[test]
fn a_press_names_the_card_the_person_and_what_the_card_carried() {
    let press = json!({
        "type": "block_actions", "api_app_id": "A1", "trigger_id": "1.2.abc", "response_url": "https://hooks.slack.com/actions/T1/1/a",
        "team": {"id": "T1", "domain": "shop"}, "user": {"id": "U1", "username": "ines", "name": "ines", "team_id": "T1"},
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "CTEAM", "is_ephemeral": false},
        "channel": {"id": "CTEAM", "name": "support"},
        "actions": [{"action_id": "baton_take", "block_id": "b", "text": {"type": "plain_text", "text": "Take", "emoji": true}, "value": "0198:4", "style": "primary", "type": "button", "action_ts": "1700000001.5"}],
        "state": {"values": {}},
    });
    let Heard::Team(event) = heard(&press) else { panic!("{:?}", heard(&press)) };
    assert_eq!(event.act, TeamAct::Pressed { button: card_button(), reference: "0198:4".into() });
    assert_eq!(event.thread.root, "1.1");
    let form: String =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("payload", &press.to_string()).finish();
    assert_eq!(json_of(form.as_bytes()), Ok(press.clone()));
    let mut open = press;
    open["actions"][0]["action_id"] = "baton_open".into();
    assert!(is_nothing(&open));
}

fn card_button() -> crate::contract::team::TeamButton {
    crate::contract::team::TeamButton::Take
}

#[test]
fn handshakes_are_answered_and_the_unknown_is_left_alone() {
    let handshake = json!({"type": "url_verification", "challenge": "abc", "token": "x"});
    assert_eq!(heard(&handshake), Heard::Challenge("abc".into()));
    for unknown in [
        json!({"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1_700_000_000, "api_app_id": "A1"}),
        envelope(json!({"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}})),
        envelope(json!({"type": "brand_new_event", "x": [1, 2]})),
        envelope(json!("a word")),
        json!({}),
        json!([]),
        json!({"type": "event_callback"}),
    ] {
        assert!(is_nothing(&unknown), "{unknown}");
    }
    let mut foreign = message(json!({"channel": "D1", "channel_type": "im"}));
    foreign["authorizations"][0]["team_id"] = "T9".into();
    assert!(is_nothing(&foreign));
}
