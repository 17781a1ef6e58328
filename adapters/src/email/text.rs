//! Small cleanings of what mails bring: lines, file names, flowed text, invitations.

use mail_parser::{Message, MimeHeaders as _};

/// Longest file name, in characters.
const FILE_NAME_CHARS_MAX: usize = 100;

/// Text without characters that no reader should see, cut to a length at most.
pub(super) fn clean(text: &str, chars_max: usize) -> String {
    let unwanted = |c: char| c.is_control() && !matches!(c, '\n' | '\t') || is_invisible(c);
    let kept = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut kept: String = kept.chars().filter(|c| !unwanted(*c)).collect();
    if let Some((end, _)) = kept.char_indices().nth(chars_max.saturating_sub(1))
        && kept[end..].chars().count() > 1
    {
        kept.truncate(end);
        kept.push('…');
    }
    kept.trim().to_owned()
}

/// One line of it.
pub(super) fn line(text: &str, chars_max: usize) -> String {
    clean(&text.split_whitespace().collect::<Vec<_>>().join(" "), chars_max)
}

/// Characters that turn the direction of text or carry words nobody sees.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}' | '\u{feff}' | '\u{ad}')
}

/// A file's name without folders and control characters, with its ending kept.
pub(super) fn file_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or("");
    let name = line(name, usize::MAX).trim_start_matches('.').to_owned();
    let long = name.chars().count().saturating_sub(FILE_NAME_CHARS_MAX);
    name.chars().skip(long).collect()
}

/// A name for a file that has none.
pub(super) fn unnamed(media_type: &str, number: usize) -> String {
    let ending = match media_type {
        "message/rfc822" => "eml",
        "text/calendar" => "ics",
        "text/plain" => "txt",
        "text/html" => "html",
        "application/pdf" => "pdf",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        _ => "bin",
    };
    format!("file-{number}.{ending}")
}

/// Lines that were folded for the way are joined again (RFC 3676), if the mail says that they were.
pub(super) fn flowed(text: &str, message: &Message<'_>) -> String {
    let kind = message.text_part(0).and_then(|part| part.content_type());
    let attribute = |name: &str| kind.and_then(|kind| kind.attribute(name)).unwrap_or("");
    if !attribute("format").eq_ignore_ascii_case("flowed") {
        return text.to_owned();
    }
    let delete_space = attribute("delsp").eq_ignore_ascii_case("yes");
    let mut joined = String::with_capacity(text.len());
    for line in text.lines() {
        let unstuffed = line.strip_prefix(' ').unwrap_or(line);
        let soft = unstuffed.ends_with(' ') && unstuffed != "-- " && !unstuffed.starts_with('>');
        if !soft {
            joined.push_str(unstuffed);
            joined.push('\n');
        } else {
            joined.push_str(if delete_space { &unstuffed[..unstuffed.len() - 1] } else { unstuffed });
        }
    }
    joined
}

/// What a calendar part invites to, in words (RFC 5545).
pub(super) fn invitation(calendar: &str) -> String {
    let unfolded = calendar.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
    let event = unfolded.split_once("BEGIN:VEVENT").map_or("", |(_, event)| event);
    let event = event.split_once("END:VEVENT").map_or(event, |(event, _)| event);
    let value = |wanted: &str| {
        let line =
            event.lines().find(|line| line.strip_prefix(wanted).is_some_and(|rest| rest.starts_with([':', ';'])))?;
        let (_, value) = line.split_once(':')?;
        let value = value.replace("\\n", " ").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\");
        Some(self::line(&value, 200)).filter(|value| !value.is_empty())
    };
    let Some(summary) = value("SUMMARY") else { return String::new() };
    let mut words = format!("Invitation: {summary}");
    for (name, field) in [("When", "DTSTART"), ("Until", "DTEND"), ("Where", "LOCATION")] {
        if let Some(value) = value(field) {
            words.push_str(&format!("\n{name}: {}", if field == "LOCATION" { value } else { moment(&value) }));
        }
    }
    words
}

/// `20261122T100000Z` as `2026-11-22 10:00 UTC`.
fn moment(stamp: &str) -> String {
    let digits: Vec<char> = stamp.chars().collect();
    let all =
        |range: std::ops::Range<usize>| digits.get(range).is_some_and(|part| part.iter().all(char::is_ascii_digit));
    if !all(0..8) {
        return stamp.to_owned();
    }
    let part = |range: std::ops::Range<usize>| digits[range].iter().collect::<String>();
    let day = format!("{}-{}-{}", part(0..4), part(4..6), part(6..8));
    if !all(9..13) {
        return day;
    }
    let zone = if stamp.ends_with('Z') { " UTC" } else { "" };
    format!("{day} {}:{}{zone}", part(9..11), part(11..13))
}
