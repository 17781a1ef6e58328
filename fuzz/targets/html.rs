//! A mail's HTML: as words, and cleaned for its frame, where nothing may run and nothing may be fetched.
#![no_main]

#[allow(dead_code, missing_docs)]
#[path = "../../src/web/framed.rs"]
mod framed;

libfuzzer_sys::fuzz_target!(|html: &str| {
    let mail = format!("From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}");
    drop(baton_adapters::email::read(mail.as_bytes()));
    for pictures in [false, true] {
        let (cleaned, _) = framed::clean(html, pictures);
        let lower = cleaned.to_ascii_lowercase();
        for tag in ["<script", "<iframe", "<object", "<form", "<base", "<meta", "<link"] {
            assert!(!lower.contains(tag), "{tag} is left: {cleaned}");
        }
        let (again, _) = framed::clean(&cleaned, pictures);
        assert_eq!(again, cleaned, "what is clean is left alone");
    }
});
