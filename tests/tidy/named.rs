//! Tests that the documents name: each must exist, so that a promise can not outlive its proof.

use super::SourceFile;

/// A test as a document names it: its file, as far as it is given, and its name.
#[derive(Debug, PartialEq, Eq)]
pub struct Named<'a> {
    file: &'a str,
    test: &'a str,
}

/// The tests a document names. A name has at least three underscores; shorter ones are functions of the product.
pub fn named_tests(text: &str) -> Vec<Named<'_>> {
    text.split('`').skip(1).step_by(2).filter_map(named).collect()
}

fn named(code: &str) -> Option<Named<'_>> {
    let (file, test) = code.rsplit_once("::")?;
    let is_name = !test.is_empty() && test.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    // `..::name` stands for the file that was named last, and `..._end` for the beginning of another name.
    (is_name && test.matches('_').count() >= 3).then_some(Named { file: file.trim_start_matches('.'), test })
}

/// Whether a test of this name is in a file whose path ends as the document says; a folder's tests may be in any of its files.
pub fn exists(named: &Named<'_>, sources: &[SourceFile]) -> bool {
    let declaration = format!("fn {}(", named.test);
    let module = named.file.trim_end_matches(".rs").trim_start_matches("it/");
    let is_there = |path: &str| {
        let path = path.trim_end_matches(".rs");
        path.ends_with(module) || path.contains(&format!("{module}/"))
    };
    sources.iter().any(|source| is_there(&source.path) && source.text.contains(&declaration))
}

/// The rows of the table below a heading that name no test: neither a Rust test nor a step of a browser's story.
pub fn rows_without_a_test<'a>(text: &'a str, heading: &str) -> Vec<&'a str> {
    let section = text.split_once(heading).map_or("", |(_, after)| after);
    let section = section.split_once("\n#").map_or(section, |(before, _)| before);
    let rows = section.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.filter(|row| named_tests(row).is_empty() && steps(row).is_empty()).collect()
}

/// The steps of browsers' stories a document names: a file of `tests/e2e` and the words of the step.
pub fn steps(text: &str) -> Vec<(&str, &str)> {
    text.split('`').skip(1).step_by(2).filter_map(|code| code.split_once(".test.mjs: ")).collect()
}
