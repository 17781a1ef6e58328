//! What an admin types about a phone number, read: numbers with their hours, languages with their keys.

use crate::handoff::AgentId;
use crate::handoff::call::{FallbackNumber, OtherLanguage};
use crate::store::agents::Agent;
use crate::web::settings::rules::{self, Verdict};

/// Most words that are likely.
const HINTS_MAX: usize = 100;
/// Most numbers callers are put through to.
const NUMBERS_MAX: usize = 10;
/// Most languages beside the first.
const LANGUAGES_MAX: usize = 9;
/// Shortest and longest ringing, in seconds.
const RING_S: std::ops::RangeInclusive<u32> = 5..=60;

pub(super) fn number_line(one: &FallbackNumber, people: &[Agent]) -> String {
    let email = one.agent.and_then(|agent| people.iter().find(|person| person.id == agent)).map(|person| &person.email);
    let mut line = format!("{} | {} | {}", one.number, one.label, one.hours);
    if let Some(email) = email {
        line.push_str(" | ");
        line.push_str(email);
    }
    line
}

/// The numbers, one a line.
pub(super) fn fallback_numbers(typed: &str, people: &[Agent]) -> Verdict<Vec<FallbackNumber>> {
    let mut numbers = Vec::new();
    for (at, line) in typed.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty()) {
        numbers.push(fallback_number(line, people).map_err(|why| format!("Line {}: {why}", at + 1))?);
    }
    match numbers.len() {
        count if count > NUMBERS_MAX => Err(format!("These are {count} numbers. List {NUMBERS_MAX} at most.")),
        _ => Ok(numbers),
    }
}

fn fallback_number(line: &str, people: &[Agent]) -> Verdict<FallbackNumber> {
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let number: String = parts[0].chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let digits = number.strip_prefix('+').unwrap_or_default();
    if !(7..=15).contains(&digits.len()) || !digits.chars().all(|digit| digit.is_ascii_digit()) {
        return Err("write the number with + and its country code, such as +15550100777.".into());
    }
    let hours = parts.get(2).copied().unwrap_or_default().parse().map_err(|why| format!("{why}"))?;
    Ok(FallbackNumber {
        label: parts
            .get(1)
            .filter(|label| !label.is_empty())
            .map_or_else(|| number.clone(), |label| (*label).to_owned()),
        agent: whose(parts.get(3).copied().unwrap_or_default(), people)?,
        number,
        hours,
    })
}

fn whose(email: &str, people: &[Agent]) -> Verdict<Option<AgentId>> {
    if email.is_empty() {
        return Ok(None);
    }
    let person = people.iter().find(|person| person.email.eq_ignore_ascii_case(email));
    person.map(|person| Some(person.id)).ok_or_else(|| format!("nobody on the team has the address {email}."))
}

pub(super) fn tag(typed: &str) -> Verdict<String> {
    let fits = |part: &str| (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric());
    match !typed.is_empty() && typed.split('-').all(fits) {
        true => Ok(typed.to_owned()),
        false => Err("Write a language tag, such as en-US or de-DE.".into()),
    }
}

pub(super) fn time_zone(typed: &str) -> Verdict<String> {
    match typed.parse::<chrono_tz::Tz>() {
        Ok(_) => Ok(typed.to_owned()),
        Err(_) => Err("There is no such time zone. Write a name such as Europe/Berlin or UTC.".into()),
    }
}

pub(super) fn seconds(typed: &str) -> Verdict<u32> {
    let seconds = typed.parse().ok().filter(|seconds| RING_S.contains(seconds));
    seconds.ok_or_else(|| format!("Write a number of seconds from {} to {}.", RING_S.start(), RING_S.end()))
}

pub(super) fn likely_words(typed: &str) -> Verdict<Vec<String>> {
    let words: Vec<String> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    match words.len() {
        count if count > HINTS_MAX => Err(format!("These are {count} words. List {HINTS_MAX} at most.")),
        _ => Ok(words),
    }
}

pub(super) fn language_line(one: &OtherLanguage) -> String {
    let mut line = one.tag.clone();
    if !one.voice.is_empty() || one.key.is_some() {
        line.push_str(&format!(" | {}", one.voice));
    }
    if let Some(key) = one.key {
        line.push_str(&format!(" | {key}"));
    }
    line
}

/// The further languages, one a line.
pub(super) fn other_languages(typed: &str) -> Verdict<Vec<OtherLanguage>> {
    let mut languages: Vec<OtherLanguage> = Vec::new();
    for (at, line) in typed.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty()) {
        let language = other_language(line).map_err(|why| format!("Line {}: {why}", at + 1))?;
        if languages.iter().any(|other| other.key.is_some() && other.key == language.key) {
            return Err(format!("Line {}: this key has a language already.", at + 1));
        }
        languages.push(language);
    }
    match languages.len() {
        count if count > LANGUAGES_MAX => Err(format!("These are {count} languages. List {LANGUAGES_MAX} at most.")),
        _ => Ok(languages),
    }
}

fn other_language(line: &str) -> Verdict<OtherLanguage> {
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let voice = rules::optional(rules::NAME_CHARS_MAX)(parts.get(1).copied().unwrap_or_default())?;
    let key = match parts.get(2).copied().unwrap_or_default() {
        "" => None,
        one if one.len() == 1 && one != "0" && one.chars().all(|c| c.is_ascii_digit()) => one.chars().next(),
        _ => return Err("a key is one digit from 1 to 9; 0 asks for a person.".into()),
    };
    Ok(OtherLanguage { tag: tag(parts[0])?, voice, key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_their_hours_and_their_person_and_errors_name_the_line() {
        let read = fallback_numbers("+1 (555) 0100-777 | Front desk | Mon-Fri 9:00-17:00\n\n+15550100888", &[])
            .expect("numbers");
        assert_eq!((read[0].number.as_str(), read[0].label.as_str()), ("+15550100777", "Front desk"));
        assert_eq!(read[0].hours.to_string(), "Mon-Fri 09:00-17:00");
        assert_eq!((read[1].label.as_str(), read[1].hours.to_string().as_str()), ("+15550100888", "always"));
        for (typed, line) in [
            ("+15550100777\n0155", "Line 2"),
            ("+15550100777 | x | noon", "Line 1"),
            ("+15550100777|x||o@x.example", "Line 1"),
        ] {
            assert!(fallback_numbers(typed, &[]).expect_err("wrong").starts_with(line), "{typed}");
        }
    }

    #[test]
    fn languages_are_read_with_their_voice_and_key() {
        let read = other_languages("de-DE | Polly.Vicki-Neural | 2\nes-MX\n\nfr-FR||3").expect("languages");
        assert_eq!(
            (read[0].tag.as_str(), read[0].voice.as_str(), read[0].key),
            ("de-DE", "Polly.Vicki-Neural", Some('2'))
        );
        assert_eq!((read[1].key, read[2].key), (None, Some('3')));
        let written: Vec<String> = read.iter().map(language_line).collect();
        assert_eq!(other_languages(&written.join("\n")), Ok(read));
        for (typed, line) in
            [("german!", "Line 1"), ("de||0", "Line 1"), ("de||12", "Line 1"), ("de||2\nes||2", "Line 2")]
        {
            assert!(other_languages(typed).expect_err("wrong").starts_with(line), "{typed}");
        }
    }
}
