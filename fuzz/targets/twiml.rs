//! Documents, as the stand-in provider reads them.
#![no_main]

#[allow(dead_code)]
#[path = "../../src/sandbox/phone/twiml.rs"]
mod twiml;

libfuzzer_sys::fuzz_target!(|document: &str| drop(twiml::read(document)));
