//! What the rules accept, and what they say where they do not.

use super::*;

#[test]
fn origins_are_kept_as_browsers_send_them() {
    let typed =
        "https://Shop.example/\n\n  http://localhost:8080\nhttps://shop.example:443\nhttps://b\u{fc}cher.example";
    let expected = ["https://shop.example", "http://localhost:8080", "https://xn--bcher-kva.example"];
    assert_eq!(origins(typed).expect("origins"), expected);
    assert_eq!(origins("").expect("every page may embed"), Vec::<String>::new());
}

#[test]
fn a_line_that_is_no_origin_is_named_with_its_number() {
    for (typed, number, advice) in [
        ("https://shop.example\nshop.example", 2, "must begin with https://"),
        ("shop.example:8080", 1, "must begin with https://"),
        ("\njavascript:alert(1)", 2, "must begin with https://"),
        ("https://shop.example/help", 1, "Write https://shop.example."),
        ("https://shop.example?x=1", 1, "Write https://shop.example."),
        ("https://maya:secret@shop.example", 1, "Write https://shop.example."),
        ("https://*.shop.example", 1, "a star"),
        ("null", 1, "must begin with https://"),
        ("https://", 1, "must begin with https://"),
    ] {
        let why = origins(typed).expect_err(typed);
        assert!(why.starts_with(&format!("Line {number}, ")) && why.contains(advice), "{typed}: {why}");
    }
}

#[test]
fn lists_have_an_end() {
    let many = |count: usize, line: &str| (0..count).map(|at| format!("{line}{at}\n")).collect::<String>();
    assert!(origins(&many(ORIGINS_MAX, "https://shop.example:1")).is_ok());
    assert!(origins(&many(ORIGINS_MAX + 1, "https://shop.example:1")).is_err());
}

#[test]
fn an_address_is_an_address() {
    assert_eq!(email("Ines@Example.com").expect("an address"), "ines@example.com");
    for typed in ["", "ines", "@example.com", "ines@", "in es@example.com", "a@b@c", &format!("{}@b", "a".repeat(254))]
    {
        assert!(email(typed).is_err(), "{typed}");
    }
    assert_eq!(web_address("").expect("nothing"), None);
    assert!(web_address("https://shop.example/returns").expect("an address").is_some());
    for typed in ["shop.example", "javascript:alert(1)", "data:text/html,x", "/help"] {
        assert!(web_address(typed).is_err(), "{typed}");
    }
}

#[test]
fn a_colour_is_six_digits() {
    assert_eq!(colour("#14695B").expect("a colour").as_deref(), Some("#14695b"));
    assert_eq!(colour("").expect("none"), None);
    for typed in ["14695b", "#fff", "#14695g", "red", "#14695b;}", "#\u{e9}\u{e9}\u{e9}"] {
        assert!(colour(typed).is_err(), "{typed}");
    }
}

#[test]
fn lengths_are_counted_in_characters() {
    assert!(name(&"\u{674e}".repeat(NAME_CHARS_MAX)).is_ok());
    assert!(name(&"a".repeat(NAME_CHARS_MAX + 1)).is_err());
    assert!(name("").is_err());
    assert!(new_password("short").is_err());
    assert!(new_password("ten chars!").is_ok());
}

#[test]
fn what_was_typed_stays_but_never_a_password() {
    let form = Posted::parse(b"email=ines&password=short&role=emperor");
    let mut email_field = Field::email("email", "Email");
    assert_eq!(fill(&mut email_field, &form, email), None);
    assert_eq!((email_field.value.as_str(), email_field.error.is_some()), ("ines", true));
    let mut password_field = Field::password("password", "Password", "new-password");
    assert_eq!(fill(&mut password_field, &form, new_password), None);
    assert_eq!((password_field.value.as_str(), password_field.error.is_some()), ("", true));
    let mut role = Field::select("role", "Role", vec![crate::web::field::Choice::new("agent", "Agent")]);
    assert_eq!(pick(&mut role, &form), None);
    assert!(role.error.is_some());
}
