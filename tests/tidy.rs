//! The house rules that a compiler does not check: who may import whom, how large things may grow, what may not be in the
//! tree. Reads files only. Each test lists everything it found at once, and each reader of source is tested below on
//! made-up input, so that a rule that stopped seeing anything does not pass for a rule that is kept.

#[path = "tidy/code.rs"]
mod code;
#[path = "tidy/named.rs"]
mod named;
#[path = "tidy/walls.rs"]
mod walls;

use std::fs;
use std::path::Path;

use code::{code_of, functions, product_code};
use walls::{foreign_imports, module_path, test_modules};

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;
const TEMPLATE_LINES_MAX: usize = 120;

/// Crates that need a foreign TLS library, are abandoned, or exist in a maintained form, and the start of their version.
const BANNED_CRATES: &[(&str, &str)] = &[
    ("aws-lc-rs", ""),
    ("aws-lc-sys", ""),
    ("hyper", "0."),
    ("native-tls", ""),
    ("openssl", ""),
    ("openssl-sys", ""),
    ("twilio-async", ""),
];
const ONE_VERSION_CRATES: &[&str] = &["rustls"];

/// Written in halves, so that this file does not trip over itself.
const LEFT_FOR_LATER: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("#[ig", "nore"),
    concat!("to", "do!("),
    concat!("unimple", "mented!("),
    concat!("db", "g!("),
];
const MACHINE_PATHS: &[&str] = &[concat!("/wo", "rk/"), concat!("/tm", "p/"), concat!("/ro", "ot/")];

const CHANNEL_NAMES: &[&str] = &["whatsapp", "slack", "twilio"];

const RUST: &[&str] = &["src", "adapters/src", "migrations/src", "models/src"];
const SCRIPTS: &[&str] = &["static", "tests/e2e"];

#[test]
fn modules_use_only_what_the_map_allows() {
    let files = files(&["src", "adapters/src"], &["rs"]);
    let crates = [direct_crates(&read("Cargo.toml")), direct_crates(&read("adapters/Cargo.toml"))].concat();
    check(files.iter().flat_map(|file| foreign_imports(file, &crates)));
}

#[test]
fn the_core_waits_for_nothing() {
    check(files(&["src/handoff"], &["rs"]).iter().flat_map(|file| {
        let waits = |line: &str| words(line).any(|word| word == "async" || word == "await");
        lines_where(file, &product_code(&file.text), waits, "the core decides; whoever calls it waits")
    }));
}

#[test]
fn the_core_the_desk_and_delivery_know_no_channel_by_name() {
    check(files(&["src/handoff", "src/desk", "src/delivery"], &["rs"]).iter().flat_map(|file| {
        lines_where(file, &file.text, names_a_channel, "ask the channel's capabilities, not its name")
    }));
}

#[test]
fn files_and_functions_stay_small() {
    let rust = files(RUST, &["rs"]);
    let product = || rust.iter().filter(|file| !file.for_tests);
    let templates = files(&["templates"], &["html"]);
    let scripts = files(SCRIPTS, &["css", "js", "mjs"]);
    let long_files = product().chain(&scripts).filter_map(|file| too_long(file, FILE_LINES_MAX));
    let long_templates = templates.iter().filter_map(|file| too_long(file, TEMPLATE_LINES_MAX));
    check(long_files.chain(long_templates).chain(product().flat_map(long_functions)));
}

#[test]
fn no_unwanted_crate_is_locked() {
    check(unwanted_crates(&read("Cargo.lock")));
}

#[test]
fn nothing_is_left_for_later() {
    let everything =
        files(&["src", "adapters", "migrations", "models", "static", "templates", "tests", "bin", ".ci"], &[]);
    check(everything.iter().flat_map(|file| {
        let mark = |line: &str| LEFT_FOR_LATER.iter().any(|mark| line.contains(mark));
        lines_where(file, &file.text, mark, "finish it, or leave it out")
    }));
}

#[test]
fn nothing_names_the_machine_it_was_written_on() {
    let sources = files(&["src", "adapters/src", "migrations/src", "models/src", "static", "templates"], &[]);
    let paths = sources.iter().flat_map(|file| {
        let path = |line: &str| MACHINE_PATHS.iter().any(|path| line.contains(path));
        lines_where(file, &file.text, path, "no path of one machine belongs in the product")
    });
    let locks = files(&["tests/e2e"], &["json", "npmrc"]);
    let hosts = locks.iter().flat_map(|file| {
        let host = |line: &str| line.contains("\"resolved\"") || line.trim_start().starts_with("registry");
        lines_where(file, &file.text, host, "lock files name no registry; see tests/e2e/.npmrc")
    });
    check(paths.chain(hosts));
}

#[test]
fn every_test_that_a_document_names_exists() {
    let sources = files(&["src", "adapters/src", "tests/it"], &["rs"]);
    let stories = files(&["tests/e2e"], &["mjs"]);
    let mut documents = files(&["docs"], &["md"]);
    documents.extend(["README.md", "ARCHITECTURE.md"].map(|path| SourceFile::new(path, read(path))));
    check(documents.iter().flat_map(|document| {
        let tests = named::named_tests(&document.text).into_iter();
        let gone = tests.filter(|test| !named::exists(test, &sources)).map(|test| format!("{test:?}"));
        let told = |file: &str, words: &str| {
            stories.iter().any(|story| story.path.ends_with(&format!("{file}.test.mjs")) && story.text.contains(words))
        };
        let steps = named::steps(&document.text).into_iter().filter(|(file, words)| !told(file, words));
        let gone = gone.chain(steps.map(|step| format!("{step:?}"))).collect::<Vec<_>>();
        gone.into_iter()
            .map(|named| format!("{}: it names {named}, and there is none", document.path))
            .collect::<Vec<_>>()
    }));
}

#[test]
fn every_line_of_the_handoff_page_names_its_test() {
    const HEADING: &str = "### The handoff page, line by line";
    let readme = read("README.md");
    assert!(readme.contains(HEADING));
    check(named::rows_without_a_test(&readme, HEADING).into_iter().map(|row| format!("README.md: no test: {row}")));
}

#[test]
fn a_name_without_a_test_is_noticed() {
    let source = |text: &str| SourceFile::new("tests/it/desk/a.rs", text.to_owned());
    let sources = [source("async fn the_ai_is_silent_now() {}")];
    let found =
        |text: &str| named::named_tests(text).iter().map(|name| named::exists(name, &sources)).collect::<Vec<_>>();
    assert_eq!(found("`desk/a.rs::the_ai_is_silent_now` and `a.rs::the_ai_is_silent_now`"), [true, true]);
    assert_eq!(found("`desk/b.rs::the_ai_is_silent_now`, `desk/a.rs::the_ai_is_loud_now`"), [false, false]);
    assert_eq!(found("`desk::the_ai_is_silent_now` `..::the_ai_is_silent_now` `Desk::take_over`"), [true, true]);
    let table = "### Lines\n\n| promise | test |\n| --- | --- |\n| a | `a.rs::it_is_as_it_says` |\n| b | `desk/` |\n| c | `x.test.mjs: it works` |\n";
    assert_eq!(named::rows_without_a_test(table, "### Lines"), ["| b | `desk/` |"]);
}

#[test]
fn every_module_says_what_it_is_for() {
    let sources = files(&["src", "adapters/src", "migrations/src", "models/src", "tests"], &["rs"]);
    let silent = sources.iter().filter(|file| !file.text.starts_with("//! "));
    check(silent.map(|file| format!("{}:1: begin with //! and say what the module is for", file.path)));
}

struct SourceFile {
    path: String,
    text: String,
    for_tests: bool,
}

impl SourceFile {
    fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let path = path.into();
        let for_tests = path.ends_with("_test.rs") || path.ends_with("/tests.rs") || path.contains("/tests/");
        Self { path, text: text.into(), for_tests }
    }
}

fn check(violations: impl Iterator<Item = String>) {
    let found: Vec<String> = violations.collect();
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

fn read(path: &str) -> String {
    let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&whole).unwrap_or_else(|error| panic!("{path} can not be read: {error}"))
}

/// All text files under the folders, in order; of the given kinds if any are given.
fn files(folders: &[&str], kinds: &[&str]) -> Vec<SourceFile> {
    let mut found = Vec::new();
    folders.iter().for_each(|folder| walk(folder, kinds, &mut found));
    found.sort_by(|a: &SourceFile, b| a.path.cmp(&b.path));
    let declared: Vec<String> = found.iter().flat_map(test_modules).collect();
    for file in &mut found {
        file.for_tests |= declared.contains(&module_path(&file.path).join("::"));
    }
    found
}

fn walk(folder: &str, kinds: &[&str], found: &mut Vec<SourceFile>) {
    let Ok(entries) = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{folder}/{name}");
        if entry.path().is_dir() {
            if !matches!(name.as_str(), "node_modules" | "shots" | "target") {
                walk(&path, kinds, found);
            }
        } else if kinds.is_empty() || kinds.iter().any(|kind| name.rsplit('.').next() == Some(kind)) {
            // Weights and pictures are not text and have no lines to judge.
            found.extend(fs::read_to_string(entry.path()).ok().map(|text| SourceFile::new(path, text)));
        }
    }
}

/// `file:line: advice` for each line of `text` that `wrong` picks.
fn lines_where(file: &SourceFile, text: &str, wrong: impl Fn(&str) -> bool, advice: &str) -> Vec<String> {
    let hits = text.lines().enumerate().filter(|(_, line)| wrong(line));
    hits.map(|(index, line)| format!("{}:{}: {advice}: {}", file.path, index + 1, line.trim())).collect()
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|letter: char| !letter.is_alphanumeric())
}

fn names_a_channel(line: &str) -> bool {
    let lower = line.to_lowercase();
    CHANNEL_NAMES.iter().any(|name| lower.contains(name)) || words(&lower).any(|word| word == "sms")
}

fn too_long(file: &SourceFile, most: usize) -> Option<String> {
    let lines = file.text.lines().count();
    (lines > most).then(|| format!("{}: {lines} lines, {most} are allowed", file.path))
}

fn long_functions(file: &SourceFile) -> Vec<String> {
    let long = functions(&code_of(&file.text)).into_iter().filter(|(.., lines)| *lines > FUNCTION_LINES_MAX);
    long.map(|(at, name, lines)| {
        format!("{}:{at}: fn {name} has {lines} lines, {FUNCTION_LINES_MAX} are allowed", file.path)
    })
    .collect()
}

/// The names a manifest's `[dependencies]` make usable, as Rust spells them.
fn direct_crates(manifest: &str) -> Vec<String> {
    let section = manifest.split("\n[").find(|section| section.starts_with("dependencies]")).unwrap_or_default();
    let names = section.lines().filter_map(|line| line.split_once(['.', ' ', '=']).map(|(name, _)| name));
    names.filter(|name| !name.is_empty() && !name.starts_with('#')).map(|name| name.replace('-', "_")).collect()
}

fn unwanted_crates(lock: &str) -> impl Iterator<Item = String> {
    let field = |package: &str, name: &str| {
        let value = package.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
        value.unwrap_or_default().trim_matches('"').to_owned()
    };
    let packages: Vec<(String, String)> =
        lock.split("[[package]]").skip(1).map(|package| (field(package, "name"), field(package, "version"))).collect();
    let banned =
        |name: &str, version: &str| BANNED_CRATES.iter().any(|(bad, from)| *bad == name && version.starts_with(from));
    let refused = packages.iter().filter(|(name, version)| banned(name, version));
    let mut found: Vec<String> =
        refused.map(|(name, version)| format!("Cargo.lock: {name} {version} is not allowed")).collect();
    for single in ONE_VERSION_CRATES {
        let versions: Vec<&str> =
            packages.iter().filter(|(name, _)| name == single).map(|(_, version)| version.as_str()).collect();
        if versions.len() > 1 {
            found.push(format!("Cargo.lock: {single} is there as {}; one version is enough", versions.join(" and ")));
        }
    }
    found.into_iter()
}

/// The rules see what they are there to see.
mod readers {
    use super::*;

    #[test]
    fn functions_are_measured_from_name_to_brace() {
        let code = "trait T { fn declared(a: [u8; 4]); }\nfn short() { \"}\"; }\npub async fn long(\n    a: u8,\n) -> [u8; 2]\nwhere\n    u8: Copy,\n{\n    if a > 0 { '{'; }\n}\n";
        let found = functions(&code_of(code));
        assert_eq!(found, [(2, "short".to_owned(), 1), (3, "long".to_owned(), 8)]);
        let file = SourceFile::new("a.rs", format!("fn f() {{\n{}}}\n", "    ();\n".repeat(FUNCTION_LINES_MAX)));
        assert_eq!(long_functions(&file), ["a.rs:1: fn f has 72 lines, 70 are allowed"]);
        assert!(too_long(&file, 71).is_some() && too_long(&file, 72).is_none());
    }

    #[test]
    fn locked_crates_are_judged_by_name_and_version() {
        let package =
            |name: &str, version: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\n");
        let lock = [
            ("openssl", "0.10.1"),
            ("hyper", "0.14.9"),
            ("hyper", "1.2.0"),
            ("rustls", "0.22.0"),
            ("rustls", "0.23.1"),
        ];
        let lock: String = lock.iter().map(|(name, version)| package(name, version)).collect();
        let found: Vec<String> = unwanted_crates(&lock).collect();
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(unwanted_crates(&package("openssl-probe", "0.1.5")).count(), 0);
    }

    #[test]
    fn channel_names_and_marks_are_seen_and_words_around_them_are_not() {
        assert!(names_a_channel("if kind == \"sms\" {") && names_a_channel("struct SlackThread;"));
        assert!(!names_a_channel("the mechanisms of receipt"));
        let file = SourceFile::new("a.rs", format!("fine\n// {} later\n", LEFT_FOR_LATER[0]));
        let marked = lines_where(&file, &file.text, |line| line.contains(LEFT_FOR_LATER[0]), "finish it");
        assert_eq!(marked.len(), 1);
        assert!(marked[0].starts_with("a.rs:2: finish it"));
    }

    #[test]
    fn manifests_give_the_names_rust_uses() {
        let manifest = "[package]\nname = \"x\"\n\n[dependencies]\nactix-web = { version = \"4\" }\nserde.workspace = true\n\n[dev-dependencies]\ninsta = \"1\"\n";
        assert_eq!(direct_crates(manifest), ["actix_web", "serde"]);
    }
}
