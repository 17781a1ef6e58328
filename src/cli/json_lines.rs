//! JSON lines in, JSON lines out: every line that asks something is answered by one line, also when it can not be read.
//!
//! May not know what is asked. Invariant: answers come in the order of the questions, and none waits for a question that has not
//! been written yet.

use std::io::{BufRead, BufReader, BufWriter, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::CliError;

/// A longer line is no question and no passage.
const LINE_BYTES_MAX: usize = 1 << 20;

/// A line that was read, or what is wrong with it.
#[derive(Debug)]
pub(super) struct Line<Content> {
    /// From 1.
    pub number: usize,
    /// What it holds.
    pub content: Result<Content, Wrong>,
}

/// What is wrong with a line.
#[derive(Debug)]
pub(super) struct Wrong {
    /// The id, where it could be told.
    id: Value,
    /// In words.
    pub why: String,
}

/// What stands in the place of an answer.
#[derive(Serialize)]
struct Unanswered<'a> {
    id: &'a Value,
    error: &'a str,
}

/// Answers every line of the input. What could not be read is named on standard error too, and fails the command at its end.
pub(super) fn answer<Question: DeserializeOwned, Answer: Serialize>(
    input: impl Read,
    output: impl Write,
    shape: &str,
    mut answer: impl FnMut(Question) -> Answer,
) -> Result<(), CliError> {
    let (mut input, mut output) = (BufReader::new(input), BufWriter::new(output));
    let (mut number, mut wrong) = (0, 0);
    while let Some(line) = next(&mut input, &mut number, shape)? {
        match line.content {
            Ok(question) => serde_json::to_writer(&mut output, &answer(question)).map_err(std::io::Error::from)?,
            Err(Wrong { id, why }) => {
                wrong += 1;
                let error = format!("standard input, line {}: {why}", line.number);
                super::say_problem(&error);
                serde_json::to_writer(&mut output, &Unanswered { id: &id, error: &error })
                    .map_err(std::io::Error::from)?;
            }
        }
        output.write_all(b"\n")?;
        // Whoever writes a question and waits for its answer must not wait for ever.
        if input.buffer().is_empty() {
            output.flush()?;
        }
    }
    output.flush()?;
    match wrong {
        0 => Ok(()),
        1 => Err(CliError::Words("1 line could not be answered; its line of the answer says why.".to_owned())),
        wrong => {
            Err(CliError::Words(format!("{wrong} lines could not be answered; their lines of the answer say why.")))
        }
    }
}

/// The next line that is not empty. `number` is that of the line before.
pub(super) fn next<Content: DeserializeOwned>(
    input: &mut impl BufRead,
    number: &mut usize,
    shape: &str,
) -> Result<Option<Line<Content>>, CliError> {
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        if input.by_ref().take(LINE_BYTES_MAX as u64 + 1).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        *number += 1;
        if bytes.len() > LINE_BYTES_MAX {
            if bytes.last() != Some(&b'\n') {
                input.skip_until(b'\n')?;
            }
            let why = format!("longer than {LINE_BYTES_MAX} bytes. Cut the text into shorter ones.");
            return Ok(Some(Line { number: *number, content: Err(Wrong { id: Value::Null, why }) }));
        }
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").filter(|_| *number == 1).unwrap_or(&bytes);
        if !text.iter().all(u8::is_ascii_whitespace) {
            return Ok(Some(Line { number: *number, content: read(text, shape) }));
        }
    }
}

fn read<Content: DeserializeOwned>(text: &[u8], shape: &str) -> Result<Content, Wrong> {
    serde_json::from_slice(text).map_err(|why| {
        let value: Value = serde_json::from_slice(text).unwrap_or_default();
        let id = value.get("id").filter(|id| id.is_string() || id.is_number()).cloned().unwrap_or_default();
        let why = match std::str::from_utf8(text) {
            Ok(_) => format!("{why}. Each line is {shape}."),
            Err(_) => "not UTF-8. Save the file as UTF-8.".to_owned(),
        };
        Wrong { id, why }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Asked {
        id: Value,
        text: String,
    }

    fn answers(input: &[u8]) -> (Vec<Value>, bool) {
        let mut output = Vec::new();
        let done = answer(
            input,
            &mut output,
            "a JSON object",
            |asked: Asked| serde_json::json!({"id": asked.id, "length": asked.text.len()}),
        );
        let lines = output.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        (lines.map(|line| serde_json::from_slice(line).unwrap()).collect(), done.is_ok())
    }

    #[test]
    fn every_line_is_answered_by_one_line_whatever_it_holds() {
        let mut input =
            b"\xEF\xBB\xBF{\"id\": 7, \"text\": \"a\", \"more\": 1}\n\n{\"id\": \"b\"}\nno\n\xFF\n".to_vec();
        input.extend(std::iter::repeat_n(b'x', LINE_BYTES_MAX + 5));
        input.extend(b"\n{\"id\": \"z\", \"text\": \"last\"}");
        let (lines, all_well) = answers(&input);
        assert!(!all_well);
        assert_eq!(lines.len(), 6);
        assert_eq!(lines[0], serde_json::json!({"id": 7, "length": 1}));
        assert_eq!(lines[1]["id"], "b");
        assert!(lines[1]["error"].as_str().unwrap().contains("line 3: missing field `text`"), "{}", lines[1]);
        assert!(lines[2]["error"].as_str().unwrap().contains("line 4: "));
        assert!(lines[3]["error"].as_str().unwrap().contains("not UTF-8"));
        assert!(lines[4]["error"].as_str().unwrap().contains("longer than"));
        assert_eq!(lines[5], serde_json::json!({"id": "z", "length": 4}));
    }

    #[test]
    fn nothing_asked_is_nothing_answered() {
        assert_eq!(answers(b"\n \n"), (vec![], true));
    }
}
