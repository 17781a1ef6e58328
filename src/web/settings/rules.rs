//! What may be typed into a field. Each rule takes what was typed and gives the value, or the sentence that stands beside
//! the field and says what to do.
//!
//! May not touch the store. Invariant: what was typed stays in the field, right or wrong; only a password never does.

use url::Url;

use crate::web::field::{Control, Field};
use crate::web::password;

use super::posted::Posted;

/// Longest name.
pub const NAME_CHARS_MAX: usize = 80;
/// Longest email address (RFC 5321 section 4.5.3.1.3, without its brackets).
pub const EMAIL_CHARS_MAX: usize = 254;
/// Longest text a customer is told.
pub const TEXT_CHARS_MAX: usize = 2_000;
/// Longest title of an article.
pub const TITLE_CHARS_MAX: usize = 200;
/// Longest article.
pub const BODY_CHARS_MAX: usize = 100_000;
/// Most sites one widget may be allowed on.
pub const ORIGINS_MAX: usize = 100;

/// A value, or what to do instead.
pub type Verdict<T> = Result<T, String>;

/// Puts what was typed into the field, and what is wrong with it beside it.
pub fn fill<T>(field: &mut Field, form: &Posted, rule: impl FnOnce(&str) -> Verdict<T>) -> Option<T> {
    let typed = match field.control {
        Control::Text(_) => form.text(field.name),
        Control::Input("password") => form.raw(field.name).to_owned(),
        Control::Input(_) | Control::Select(_) | Control::Toggle => form.line(field.name),
    };
    let verdict = rule(&typed);
    field.value = if field.control == Control::Input("password") { String::new() } else { typed };
    field.error = verdict.as_ref().err().cloned();
    verdict.ok()
}

/// Puts a switch where it was put.
pub fn flip(field: &mut Field, form: &Posted) -> bool {
    let on = form.is_on(field.name);
    field.value = if on { "on".to_owned() } else { String::new() };
    on
}

/// Takes one of the choices of a select.
pub fn pick(field: &mut Field, form: &Posted) -> Option<String> {
    let offered = match &field.control {
        Control::Select(choices) => choices.iter().map(|choice| choice.value.clone()).collect(),
        Control::Input(_) | Control::Text(_) | Control::Toggle => Vec::new(),
    };
    fill(field, form, |typed| match offered.iter().any(|value| value == typed) {
        true => Ok(typed.to_owned()),
        false => Err("Choose one from the list.".to_owned()),
    })
}

/// A name of a person, a team, a channel or a key.
pub fn name(typed: &str) -> Verdict<String> {
    required(NAME_CHARS_MAX)(typed)
}

/// Something, within a length.
pub fn required(chars_max: usize) -> impl Fn(&str) -> Verdict<String> {
    move |typed| match typed.is_empty() {
        true => Err("This is needed. Write something here.".to_owned()),
        false => optional(chars_max)(typed),
    }
}

/// Something or nothing, within a length.
pub fn optional(chars_max: usize) -> impl Fn(&str) -> Verdict<String> {
    move |typed| match typed.chars().count() {
        count if count > chars_max => Err(format!("This has {count} characters. Shorten it to {chars_max} at most.")),
        _ => Ok(typed.to_owned()),
    }
}

/// An email address, in small letters. Only a letter sent to it proves an address, so little more than the `@` is checked.
pub fn email(typed: &str) -> Verdict<String> {
    let fits = typed.chars().count() <= EMAIL_CHARS_MAX && !typed.chars().any(char::is_whitespace);
    match typed.split_once('@') {
        Some((person, host)) if fits && !person.is_empty() && !host.is_empty() && !host.contains('@') => {
            Ok(typed.to_lowercase())
        }
        _ => Err("This is not an email address. Write it as name@example.com.".to_owned()),
    }
}

/// A new password, as long as [`password`] wants it.
pub fn new_password(typed: &str) -> Verdict<String> {
    match (password::CHARS_MIN..=password::CHARS_MAX).contains(&typed.chars().count()) {
        true => Ok(typed.to_owned()),
        false => Err(password::PasswordError::Length.to_string()),
    }
}

/// A colour as `#rrggbb`; nothing is Baton's own.
pub fn colour(typed: &str) -> Verdict<Option<String>> {
    if typed.is_empty() {
        return Ok(None);
    }
    let digits = typed.strip_prefix('#').filter(|digits| digits.len() == 6);
    match digits.is_some_and(|digits| digits.chars().all(|digit| digit.is_ascii_hexdigit())) {
        true => Ok(Some(typed.to_lowercase())),
        false => Err("This is not a colour. Write it as # and six digits, such as #14695b.".to_owned()),
    }
}

/// A public web address, or nothing.
pub fn web_address(typed: &str) -> Verdict<Option<String>> {
    if typed.is_empty() {
        return Ok(None);
    }
    let typed = optional(TEXT_CHARS_MAX)(typed)?;
    match Url::parse(&typed) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(Some(url.into())),
        _ => Err("This is not a web address. Write it whole, such as https://shop.example/help.".to_owned()),
    }
}

/// The sites a widget may run on, one a line, in the form browsers send them (RFC 6454 section 6.2).
pub fn origins(typed: &str) -> Verdict<Vec<String>> {
    let mut origins = Vec::new();
    for (number, line) in lines(typed) {
        let origin =
            origin(line).map_err(|why| format!("Line {number}, \u{201c}{}\u{201d}: {why}", shortened(line)))?;
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    match origins.len() {
        count if count > ORIGINS_MAX => Err(format!("These are {count} sites. List {ORIGINS_MAX} at most.")),
        _ => Ok(origins),
    }
}

fn origin(line: &str) -> Verdict<String> {
    if line.contains('*') {
        return Err("a star does not stand for other names. Write each site on its own line.".to_owned());
    }
    let advice = || "it must begin with https:// or http:// and name a site, such as https://shop.example.".to_owned();
    let url = Url::parse(line).map_err(|_| advice())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(advice());
    }
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let anonymous = url.username().is_empty() && url.password().is_none();
    let origin = url.origin().ascii_serialization();
    if bare && anonymous { Ok(origin) } else { Err(format!("only the site counts, not a page on it. Write {origin}.")) }
}

/// A whole number between two others; nothing is the least.
pub fn number(min: u32, max: u32) -> impl Fn(&str) -> Verdict<u32> {
    move |typed| match typed.parse() {
        Ok(number) if (min..=max).contains(&number) => Ok(number),
        _ if typed.is_empty() => Ok(min),
        _ => Err(format!("Write a whole number from {min} to {max}.")),
    }
}

/// The lines that say something, each with its number.
fn lines(typed: &str) -> impl Iterator<Item = (usize, &str)> {
    typed.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty()).map(|(at, line)| (at + 1, line))
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(NAME_CHARS_MAX) {
        Some((end, _)) => format!("{}\u{2026}", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
#[path = "rules_test.rs"]
mod tests;
