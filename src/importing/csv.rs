//! Tables (RFC 4180, with commas, semicolons or tabs): a row is a document, its columns are named in the first row.

use super::{Document, Found};

/// Columns that hold the title.
const TITLES: [&str; 6] = ["title", "question", "name", "subject", "frage", "titel"];
/// Columns that hold the text.
const BODIES: [&str; 8] = ["body", "answer", "text", "content", "markdown", "description", "antwort", "inhalt"];
const LANGUAGES: [&str; 4] = ["language", "lang", "locale", "sprache"];
const ADDRESSES: [&str; 4] = ["url", "link", "address", "source"];
/// Columns of a row that are looked at.
const COLUMNS_MAX: usize = 100;

/// Reads a table.
pub fn read(name: &str, text: &str) -> Found {
    let mut found = Found::default();
    let mut rows = rows(text, separator(text)).into_iter();
    let header: Vec<String> = rows.next().unwrap_or_default().iter().map(|name| name.trim().to_lowercase()).collect();
    let column = |names: &[&str]| header.iter().position(|column| names.contains(&column.as_str()));
    let (Some(title), Some(body)) = (column(&TITLES), column(&BODIES)) else {
        found.skip(name, "The first row must name the columns: one \u{201c}title\u{201d} or \u{201c}question\u{201d}, one \u{201c}body\u{201d} or \u{201c}answer\u{201d}.");
        return found;
    };
    let (language, url) = (column(&LANGUAGES), column(&ADDRESSES));
    for (at, row) in rows.enumerate().filter(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty())) {
        let cell = |at: usize| row.get(at).map(|cell| cell.trim().to_owned()).unwrap_or_default();
        let maybe = |at: Option<usize>| at.map(cell).filter(|cell| !cell.is_empty());
        found.add(Document {
            title: cell(title).replace('\n', " "),
            body: cell(body),
            language: maybe(language),
            url: maybe(url).filter(|url| url.starts_with("http")),
            from: format!("{name}, row {}", at + 2),
        });
    }
    found
}

/// The sign that divides the first row most often.
fn separator(text: &str) -> char {
    let first = text.lines().next().unwrap_or_default();
    let count = |sign: char| first.chars().filter(|c| *c == sign).count();
    [',', ';', '\t'].into_iter().max_by_key(|sign| (count(*sign), *sign == ',')).unwrap_or(',')
}

/// The rows of a table. A quoted cell may hold separators, ends of lines, and quotes written twice.
fn rows(text: &str, separator: char) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '"' if quoted && signs.peek() == Some(&'"') => {
                signs.next();
                cell.push('"');
            }
            '"' if quoted || cell.trim().is_empty() => quoted = !quoted,
            '\r' if signs.peek() == Some(&'\n') => {}
            sign if sign == separator && !quoted => close(&mut row, &mut cell),
            '\n' if !quoted => {
                close(&mut row, &mut cell);
                rows.push(std::mem::take(&mut row));
            }
            sign => cell.push(sign),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        close(&mut row, &mut cell);
        rows.push(row);
    }
    rows
}

fn close(row: &mut Vec<String>, cell: &mut String) {
    let cell = std::mem::take(cell);
    if row.len() < COLUMNS_MAX {
        row.push(cell);
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn cells_may_hold_separators_lines_and_quotes() {
        let table = "Question;Answer;Lang\r\n\"Do you \"\"ship\"\" abroad?\";\"Yes:\n- Spain; France\";en\r\n;;\r\n";
        let found = read("faq.csv", table);
        let [document] = &found.documents[..] else { panic!("{found:?}") };
        assert_eq!(document.title, "Do you \"ship\" abroad?");
        assert_eq!(document.body, "Yes:\n- Spain; France");
        assert_eq!((document.language.as_deref(), document.from.as_str()), (Some("en"), "faq.csv, row 2"));
    }

    #[test]
    fn a_table_without_names_or_a_row_without_an_answer_is_told() {
        let found = read("faq.csv", "Do you ship?,Yes\n");
        assert!(found.skipped[0].why.contains("first row"), "{found:?}");
        let found = read("faq.csv", "title\tbody\nA\tB\nC\t\n");
        assert_eq!((found.documents.len(), found.skipped[0].from.as_str()), (1, "faq.csv, row 3"));
        assert!(read("faq.csv", "").documents.is_empty());
        assert!(read("faq.csv", "title,body\n\"never closed").skipped.len() == 1);
    }
}
