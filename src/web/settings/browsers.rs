//! Settings: the browsers of somebody's that are notified of handoffs while their inbox is closed.

use sha2::{Digest as _, Sha256};

use crate::handoff::escalation::{Ladder, PushWords};
use crate::web::moment::Moment;

/// The panel of the profile page. Sends `csrf`, `endpoint`, `p256dh`, `auth` to `POST /settings/profile/browsers`, and `csrf` to
/// `POST /settings/profile/browsers/{id}/test` and `.../removal`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Browsers {
    /// When a notice is shown, in words; absent where they are switched off.
    pub when: Option<String>,
    /// What a notice says.
    pub says: &'static str,
    /// What browsers are asked to bind themselves to: our public key.
    pub key: String,
    /// The browsers.
    pub lines: Vec<BrowserLine>,
}

/// One browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserLine {
    /// What its person knows it by.
    pub label: String,
    /// What the page's script recognises its own browser by, without the address being in the page.
    pub digest: String,
    /// Since when.
    pub since: Moment,
    /// When a notice was last taken.
    pub last: Option<Moment>,
    /// Why the last one was not.
    pub failure: Option<String>,
    /// Where its forms are sent.
    pub action: String,
}

impl Browsers {
    /// The panel for somebody with these browsers.
    pub fn of(ladder: &Ladder, key: String, lines: Vec<BrowserLine>) -> Self {
        let says = match ladder.push_says {
            PushWords::Nothing => "that a customer needs a person, and nothing else",
            PushWords::WhoAndWhy => "who waits and why, but not what they wrote",
            PushWords::LastWords => "who waits and why, and the last thing they wrote",
        };
        let when = match ladder.push_after_min {
            0 => "as soon as there is one".to_owned(),
            1 => "that nobody has noticed for a minute".to_owned(),
            minutes => format!("that nobody has noticed for {minutes} minutes"),
        };
        Self { when: ladder.push.then_some(when), says, key, lines }
    }
}

/// What the page's script makes of a browser's address too.
pub fn digest(endpoint: &str) -> String {
    Sha256::digest(endpoint.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A browser as people call it, from what it says of itself: "Firefox on Linux".
pub fn label(user_agent: &str) -> String {
    let first = |known: &[(&str, &'static str)], other: &'static str| {
        known.iter().find(|(mark, _)| user_agent.contains(mark)).map_or(other, |(_, name)| *name)
    };
    // Each pretends to be those below it.
    let browser = first(
        &[
            ("Edg", "Edge"),
            ("OPR/", "Opera"),
            ("SamsungBrowser/", "Samsung Internet"),
            ("Firefox/", "Firefox"),
            ("FxiOS/", "Firefox"),
            ("CriOS/", "Chrome"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
        ],
        "A browser",
    );
    let system = first(
        &[
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Android", "Android"),
            ("CrOS", "ChromeOS"),
            ("Windows", "Windows"),
            ("Mac OS X", "macOS"),
            ("Linux", "Linux"),
        ],
        "an unknown system",
    );
    format!("{browser} on {system}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_what_people_call_it() {
        let cases = [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            ("", "A browser on an unknown system"),
            ("<script>", "A browser on an unknown system"),
        ];
        for (said, called) in cases {
            assert_eq!(label(said), called);
        }
    }
}
