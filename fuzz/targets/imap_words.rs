//! Lines and sets of numbers, as the stand-in mail server reads them.
#![no_main]

#[allow(dead_code)]
#[path = "../../src/sandbox/mail/imap_words.rs"]
mod imap_words;

use imap_words::{Numbers, words};

libfuzzer_sys::fuzz_target!(|line: &str| {
    for word in words(line) {
        let set = Numbers::read(&word);
        if let Ok(number) = word.parse() {
            assert!(set.holds(number, u32::MAX), "a set holds the number it names: {word}");
        }
    }
});
