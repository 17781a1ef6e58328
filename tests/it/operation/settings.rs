//! Settings as a file: written, brought elsewhere, written again.

use std::fs;
use std::process::Output;

use baton::store::seal::MasterKey;

use super::Program;

/// What an administrator might keep under version control.
const FILE: &str = r#"
[[agents]]
email = "ines@example.com"
name = "Ines"
role = "admin"

[[agents]]
email = "jonas@example.com"
name = "Jonas"
role = "agent"

[[teams]]
name = "Repairs"
members = ["jonas@example.com"]

[[channels]]
kind = "web"
name = "Shop chat"
token = "w_shop"
autopilot = false

[channels.settings]
allowed_origins = ["https://shop.example"]

[channels.secrets]
signing = "env:SHOP_SIGNING"

[secrets]
"language_model.key" = "env:MODEL_KEY"

[settings.organisation]
name = "Lumen & Oak"

[settings.notifications.supervisors]
kind = "team"
id = "@team/Repairs"

[settings.after.ai_failed]
kind = "returns"
after_min = 10

[settings.customer_texts]
handed_off = """
One moment, please.
A person is coming."""
"#;

fn installation() -> Program {
    let key = MasterKey::generate().expect("a key");
    Program::new()
        .with("BATON_MASTER_KEY", &key)
        .with("SHOP_SIGNING", "s3cret-of-the-shop")
        .with("MODEL_KEY", "sk-hush")
}

/// An installation whose environment has the secrets under the names an export gives them.
fn another() -> Program {
    let key = MasterKey::generate().expect("a key");
    Program::new()
        .with("BATON_MASTER_KEY", &key)
        .with("SECRET_SHOP_CHAT_SIGNING", "s3cret-of-the-shop")
        .with("SECRET_LANGUAGE_MODEL_KEY", "sk-hush")
}

fn said(output: &Output) -> String {
    let words = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    format!("{}{}", words(&output.stdout), words(&output.stderr))
}

fn import(program: &Program, text: &str, more: &[&str]) -> Output {
    fs::write(program.path("in.toml"), text).expect("a file");
    program.run(&[&["settings", "import", "in.toml"], more].concat())
}

fn export(program: &Program) -> String {
    let output = program.run(&["settings", "export", "out.toml"]);
    assert!(output.status.success(), "{}", said(&output));
    fs::read_to_string(program.path("out.toml")).expect("the file")
}

#[test]
fn export_import_elsewhere_and_export_again_gives_the_same_bytes() {
    let (here, there) = (installation(), another());
    let taken = import(&here, FILE, &[]);
    assert!(taken.status.success(), "{}", said(&taken));
    assert!(said(&taken).contains("ines@example.com has no password yet"), "{}", said(&taken));
    let first = export(&here);
    assert!(first.contains("name = \"Lumen & Oak\"") && first.contains("A person is coming."), "{first}");
    assert!(!first.contains("s3cret") && !first.contains("sk-hush"), "a secret was written: {first}");

    assert!(first.contains("id = \"@team/Repairs\"") && first.contains("after_min = 10"), "{first}");

    let taken = import(&there, &first, &[]);
    assert!(taken.status.success(), "{}", said(&taken));
    assert!(!said(&taken).contains("s3cret"), "{}", said(&taken));
    assert_eq!(export(&there), first);

    let again = import(&there, &first, &[]);
    assert!(said(&again).contains("Everything is as the file says already."), "{}", said(&again));
}

#[test]
fn a_dry_run_shows_the_difference_and_changes_nothing() {
    let program = installation();
    assert!(import(&program, FILE, &[]).status.success());
    let before = export(&program);
    let changed = before.replace("Lumen & Oak", "Lumen and Oak");
    let shown = import(&program, &changed, &["--dry-run"]);
    assert!(shown.status.success(), "{}", said(&shown));
    assert!(said(&shown).contains("-name = \"Lumen & Oak\"\n+name = \"Lumen and Oak\""), "{}", said(&shown));
    assert_eq!(export(&program), before);
    assert!(import(&program, &changed, &[]).status.success());
    assert_eq!(export(&program), changed);
}

#[test]
fn everything_that_is_wrong_is_named_and_nothing_is_written() {
    let program = installation();
    let before = export(&program);
    let file = FILE
        .replace("[\"jonas@example.com\"]", "[\"nobody@example.com\"]")
        .replace("env:MODEL_KEY", "sk-hush")
        .replace("env:SHOP_SIGNING", "env:NOT_SET")
        .replace("[settings.organisation]", "[settings.nonsense]\nname = \"x\"\n\n[settings.organisation]");
    let refused = import(&program, &file, &[]);
    assert_eq!(refused.status.code(), Some(1));
    let words = said(&refused);
    for problem in [
        "teams, Repairs: there is no agent nobody@example.com",
        "channels, Shop chat: the secret signing is to come from env:NOT_SET, which is not set",
        "secrets: a secret is written as env:VARIABLE, never as itself",
        "nonsense: there is no such section",
        "nothing was changed: 4 things in in.toml are wrong",
    ] {
        assert!(words.contains(problem), "{problem}: {words}");
    }
    assert!(!words.contains("sk-hush"), "{words}");
    assert_eq!(export(&program), before);

    let misspelt = import(&program, "[[team]]\nname = \"Repairs\"\n", &[]);
    assert!(said(&misspelt).contains("unknown field `team`"), "{}", said(&misspelt));
}
