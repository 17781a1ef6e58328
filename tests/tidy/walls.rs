//! Who may import whom: the table of ARCHITECTURE.md as data, and the check of a file against it.

use super::SourceFile;
use super::code::{code_of, paths, product_code};

/// What one module may use. `"ai::assistant"` allows that part alone, `"adapters::..."` is the other package, and `"*"` is
/// everything.
struct Wall {
    module: &'static str,
    may: &'static [&'static str],
    but_not: &'static [&'static str],
    never_crates: &'static [&'static str],
}

const fn wall(module: &'static str, may: &'static [&'static str]) -> Wall {
    Wall { module, may, but_not: &[], never_crates: SERVER_CRATES }
}

const SERVER_CRATES: &[&str] = &["actix_web", "askama", "sea_orm", "baton_migrations"];
const PAGES: &[&str] = &["actix_web", "askama"];
const DATABASE: &[&str] = &["sea_orm", "baton_migrations"];
const RUNTIME_MAY: &[&str] =
    &["desk", "handoff", "store", "realtime", "clock", "fail", "adapters::contract", "adapters::Registry"];
const DELIVERY_MAY: &[&str] =
    &["desk", "handoff", "store", "realtime", "clock", "fail", "push", "adapters::contract", "adapters::Registry"];
const DESK_MAY: &[&str] = &[
    "handoff",
    "store",
    "realtime",
    "clock",
    "fail",
    "ai::assistant",
    // What an admin decides about the model, which says how long a turn may take; not the model itself.
    "ai::llm::LanguageModel",
    "ai::summary",
    "adapters::contract",
    "adapters::Registry",
];
const WEB_MAY: &[&str] = &[
    "ai::assistant::Rewrite",
    "ai::knowledge",
    "ai::llm",
    // The thresholds that "Test the AI" explains decisions with.
    "ai::signals",
    "ai::unanswered",
    "boot",
    "clock",
    "desk",
    "handoff",
    "importing",
    "outbound",
    "push",
    "realtime",
    "store",
    "adapters::contract",
    "adapters::Registry",
    // The web chat's channel is Baton's own face; nothing else in `web` is about one provider.
    "adapters::web",
];

/// The table of ARCHITECTURE.md. `adapters::CHANNEL` stands for every folder of a channel.
const WALLS: &[Wall] = &[
    wall("handoff", &[]),
    wall("clock", &[]),
    wall("fail", &[]),
    wall("realtime", &["handoff"]),
    wall("ai", &["handoff", "clock", "outbound"]),
    wall("outbound", &["adapters::http"]),
    wall("importing", &["ai::signals::language", "outbound"]),
    Wall { but_not: &["store::entity"], ..wall("push", &["outbound", "store"]) },
    Wall { never_crates: PAGES, ..wall("store", &["handoff"]) },
    Wall { but_not: &["store::entity"], ..wall("desk", DESK_MAY) },
    Wall { but_not: &["store::entity"], ..wall("delivery", DELIVERY_MAY) },
    Wall { but_not: &["store::entity"], ..wall("intake", RUNTIME_MAY) },
    Wall { but_not: &["store::entity"], never_crates: DATABASE, ..wall("web", WEB_MAY) },
    wall("boot", &["desk::Pace"]),
    Wall { never_crates: &[], ..wall("app", &["*"]) },
    Wall { never_crates: &[], ..wall("cli", &["*"]) },
    Wall { never_crates: &[], ..wall("sandbox", &["*"]) },
    wall("adapters::contract", &[]),
    wall("adapters::http", &["adapters::contract"]),
    wall("adapters::registry", &["*"]),
    wall("adapters::conformance", &["adapters::contract", "adapters::registry"]),
    wall("adapters::markup", &[]),
    wall("adapters::twilio", &["adapters::contract", "adapters::http"]),
    wall("adapters::CHANNEL", &["adapters::contract", "adapters::http", "adapters::markup", "adapters::twilio"]),
];

/// Modules that may use these crates and no other.
const ONLY_CRATES: &[(&str, &[&str])] = &[
    ("handoff", &["chrono", "chrono_tz", "serde", "uuid"]),
    ("adapters::contract", &["async_trait", "bytes", "http", "secrecy", "serde", "serde_json", "thiserror", "url"]),
];

/// `src/desk/turns/sink.rs` is `desk::turns::sink`; files of the adapters begin with `adapters`.
pub fn module_path(file: &str) -> Vec<String> {
    let inside = file.strip_prefix("src/").map(str::to_owned).unwrap_or_else(|| file.replacen("/src/", "/", 1));
    let mut path: Vec<String> = inside.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    path.pop_if(|last| matches!(last.as_str(), "mod" | "lib" | "main"));
    path
}

/// The modules a file declares for tests alone.
pub fn test_modules(file: &SourceFile) -> Vec<String> {
    let here = module_path(&file.path);
    let code = code_of(&file.text);
    let declarations = code.split("#[cfg(test)]").skip(1).filter_map(|rest| {
        let (declaration, _) = rest.split_once(';').filter(|(declaration, _)| !declaration.contains('{'))?;
        let (_, name) = declaration.rsplit_once("mod ")?;
        Some([&here[..], &[name.trim().to_owned()]].concat().join("::"))
    });
    declarations.collect()
}

/// The module whose wall a path stands behind: `desk`, or `adapters::email`.
fn room(path: &[String]) -> String {
    path[..path.len().min(if path.first().is_some_and(|first| first == "adapters") { 2 } else { 1 })].join("::")
}

/// Every path of a file that leads through a wall.
pub fn foreign_imports(file: &SourceFile, crates: &[String]) -> Vec<String> {
    let here = module_path(&file.path);
    let module = room(&here);
    if file.for_tests || module.is_empty() || module == "adapters" {
        return Vec::new();
    }
    let channel = module.starts_with("adapters::").then_some("adapters::CHANNEL");
    let named = WALLS.iter().find(|wall| wall.module == module);
    let Some(wall) = named.or_else(|| WALLS.iter().find(|wall| Some(wall.module) == channel)) else {
        return vec![format!("{}:1: {module} has no row in the table of tests/tidy.rs and ARCHITECTURE.md", file.path)];
    };
    let used = paths(&product_code(&file.text)).into_iter().filter_map(|(line, path)| {
        let other = refused(wall, &module, &here, &path, crates)?;
        Some(format!("{}:{line}: {module} must not use {other} (ARCHITECTURE.md, who may import whom)", file.path))
    });
    used.collect()
}

/// What a path names that its module may not use.
fn refused(wall: &Wall, module: &str, here: &[String], path: &[String], crates: &[String]) -> Option<String> {
    let Some(target) = absolute(here, path) else {
        let only = ONLY_CRATES.iter().find(|(name, _)| *name == module);
        let foreign = only.is_some_and(|(_, few)| crates.contains(&path[0]) && !few.contains(&path[0].as_str()));
        return (foreign || wall.never_crates.contains(&path[0].as_str())).then(|| path[0].clone());
    };
    let known = |wall: &Wall| wall.module == target[0] || target[0] == "adapters";
    if target.is_empty() || room(&target) == module || !WALLS.iter().any(known) {
        return None;
    }
    let within = |rule: &&str| {
        *rule == "*"
            || rule.split("::").zip(&target).all(|(part, given)| part == given)
                && rule.split("::").count() <= target.len()
    };
    let allowed = wall.may.iter().any(&within) && !wall.but_not.iter().any(within);
    (!allowed).then(|| target[..target.len().min(2)].join("::"))
}

/// Where a path inside this workspace leads; `None` for other crates and for names of the module itself.
fn absolute(here: &[String], path: &[String]) -> Option<Vec<String>> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    let adapters = vec!["adapters".to_owned()];
    let (start, rest) = match path[0].as_str() {
        "baton_adapters" => (adapters, 1),
        "crate" if here[0] == "adapters" => (adapters, 1),
        "crate" => (Vec::new(), 1),
        "super" => (here[..here.len().saturating_sub(ups)].to_vec(), ups),
        _ => return None,
    };
    Some(start.into_iter().chain(path[rest..].iter().cloned()).collect())
}

mod tests {
    use super::*;

    fn complaints(path: &str, text: &str) -> Vec<String> {
        let crates = ["serde", "tokio", "actix_web", "sea_orm"].map(str::to_owned);
        foreign_imports(&SourceFile::new(path, text), &crates)
    }

    #[test]
    fn modules_declared_for_tests_are_known() {
        let text = "#[cfg(test)]\npub(crate) mod cast;\nmod local;\n#[cfg(test)]\nmod tests { fn f() {} }\n#[cfg(test)]\nuse x;";
        assert_eq!(test_modules(&SourceFile::new("src/ai/local/mod.rs", text)), ["ai::local::cast"]);
    }

    #[test]
    fn a_forbidden_import_is_told_with_its_line() {
        let told = complaints("src/ai/mod.rs", "//! Doc.\nuse crate::store::Store;\n");
        assert_eq!(told, ["src/ai/mod.rs:2: ai must not use store::Store (ARCHITECTURE.md, who may import whom)"]);
    }

    #[test]
    fn imports_are_seen_in_every_shape() {
        for text in [
            "use crate::{clock::Clock, store::{Store, seal}};",
            "use crate::{\n    store::agents as people,\n};",
            "fn f() { crate::store::open(); }",
            "fn f() -> Vec<crate::web::Page> { Vec::new() }",
            "use super::store::Store;",
            "use crate::store::*;",
            "use crate::store;",
        ] {
            assert!(!complaints("src/ai/mod.rs", text).is_empty(), "{text}");
        }
        assert_eq!(complaints("src/ai/local/answer.rs", "use super::super::super::web::page;").len(), 1);
        assert_eq!(complaints("src/handoff/owner.rs", "use serde::Serialize;\nuse tokio::time;").len(), 1);
        assert_eq!(complaints("src/desk/reply.rs", "use actix_web::web;").len(), 1);
        assert_eq!(
            complaints("src/desk/reply.rs", "use crate::ai::{assistant::Assistant, local::LocalAssistant};").len(),
            1
        );
        assert_eq!(complaints("src/web/site.rs", "use crate::store::{agents, entity::agent};").len(), 1);
        assert_eq!(
            complaints("src/web/site.rs", "use baton_adapters::{Registry, email::Mailbox, web::allows_origin};").len(),
            1
        );
        assert_eq!(
            complaints("adapters/src/email/wire.rs", "use crate::slack::Block;\nuse crate::contract::Inbound;").len(),
            1
        );
        assert_eq!(complaints("src/postbox.rs", "//! New.").len(), 1);
    }

    #[test]
    fn allowed_imports_comments_strings_and_tests_are_left_alone() {
        for (path, text) in [
            (
                "src/ai/mod.rs",
                "//! [`crate::store::Store`]\nconst A: &str = \"crate::web::x\"; // crate::desk::y\n/* crate::app::z */",
            ),
            (
                "src/ai/mod.rs",
                "#[cfg(test)]\nmod tests {\n    use crate::store::Store;\n    fn f() { if true {} }\n}\n",
            ),
            (
                "src/ai/mod.rs",
                "const A: &str = r#\"crate::web::x \" crate::desk::y\"#; const Q: char = '\"'; use crate::clock::Clock;",
            ),
            ("src/handoff/table_test.rs", "use crate::store::Store;"),
            ("src/desk/turns/sink.rs", "use super::super::change::Change;\nuse super::claim;\nfn f<'a>(x: &'a str) {}"),
            ("src/cli/serve.rs", "use crate::web::site::Site;\nuse sea_orm::Database;"),
            ("src/main.rs", "use baton::cli::run;"),
        ] {
            assert_eq!(complaints(path, text), Vec::<String>::new(), "{text}");
        }
    }
}
