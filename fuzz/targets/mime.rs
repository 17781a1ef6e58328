//! Mails.
#![no_main]

use baton_adapters::email;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(mail) = email::read(data) {
        let bare = email::bare_subject(&mail.subject);
        assert!(mail.subject.contains(bare), "{bare:?} is no part of {:?}", mail.subject);
    }
});
