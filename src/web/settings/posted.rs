//! What a form sent: its fields, cleaned of what no page shows.
//!
//! May not judge: whether a value can be used is said in `rules`. Invariant: no control character gets past here, except
//! the ends of lines of a text, and whatever a password holds.

use url::form_urlencoded;

/// Fields beyond this many are not read.
const FIELDS_MAX: usize = 2_000;

/// The fields of a form, in the order they were sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Posted(Vec<(String, String)>);

impl Posted {
    /// Reads a URL-encoded form. Bytes that are no such form make fields nobody asks for.
    pub fn parse(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().take(FIELDS_MAX).collect())
    }

    /// The fields of a form that was read another way.
    pub fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// A field as it was sent; a password, which may hold anything.
    pub fn raw(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// A field of one line.
    pub fn line(&self, name: &str) -> String {
        let cleaned: String = self.raw(name).chars().filter(|c| !c.is_control()).collect();
        cleaned.trim().to_owned()
    }

    /// A field of several lines, each ended by a line feed, whatever the browser sends.
    pub fn text(&self, name: &str) -> String {
        let lines = self.raw(name).replace("\r\n", "\n").replace('\r', "\n");
        let cleaned: String = lines.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        cleaned.trim_matches('\n').trim_end().to_owned()
    }

    /// Whether a switch is on. Browsers leave out the ones that are off.
    pub fn is_on(&self, name: &str) -> bool {
        self.raw(name) == "on"
    }

    /// Every field, in the order they were sent.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value of a field that may be sent several times.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Posted;

    #[test]
    fn a_field_is_read_as_its_control_shows_it() {
        let form =
            Posted::parse(b"name=%20Shop+chat%00%0A&body=a%0D%0Ab%0Dc%0A&on=on&member=1&member=2&password=%20x%20");
        assert_eq!(form.line("name"), "Shop chat");
        assert_eq!(form.text("body"), "a\nb\nc");
        assert!(form.is_on("on") && !form.is_on("off"));
        assert_eq!(form.all("member").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(form.raw("password"), " x ");
    }

    #[test]
    fn bytes_that_are_no_form_have_no_fields() {
        let form = Posted::parse(b"\xff\xfe{\"name\":1}");
        assert_eq!(form.line("name"), "");
    }
}
