//! Reads the reply out of a JSON object that is still being written.
//!
//! Knows just enough of JSON (RFC 8259) to follow the members of the outermost object. Invariant: gives nothing of the reply
//! before the members that could keep it from the customer have come and are null.

/// What has come so far.
#[derive(Debug, Default)]
pub struct Partial {
    depth: usize,
    is_over: bool,
    in_string: bool,
    escape: Escape,
    high_surrogate: Option<u32>,
    reads_value: bool,
    value_begun: bool,
    key: String,
    reply: String,
    handoff: Option<IsNull>,
    action: Option<IsNull>,
}

type IsNull = bool;

#[derive(Debug, Default)]
enum Escape {
    #[default]
    None,
    Begun,
    Unicode(String),
}

impl Partial {
    /// Takes in what came next.
    pub fn feed(&mut self, text: &str) {
        text.chars().for_each(|c| self.take(c));
    }

    /// The reply as far as it has come, once nothing can keep it from the customer any more. `handoff` must have come and be
    /// null; `action` must not have come with a value.
    pub fn reply(&self) -> Option<&str> {
        (self.handoff == Some(true) && self.action != Some(false)).then_some(self.reply.as_str())
    }

    fn take(&mut self, c: char) {
        if self.in_string {
            return self.take_in_string(c);
        }
        // Words around the object are nobody's.
        if self.depth == 0 && (c != '{' || self.is_over) {
            return;
        }
        match c {
            '"' => {
                self.begin_value(c);
                self.in_string = true;
                if self.depth == 1 && !self.reads_value {
                    self.key.clear();
                }
            }
            '{' | '[' => {
                self.begin_value(c);
                self.depth += 1;
                if self.depth == 1 {
                    self.reads_value = false;
                }
            }
            '}' | ']' => {
                self.depth = self.depth.saturating_sub(1);
                self.is_over = self.depth == 0;
            }
            ':' if self.depth == 1 => (self.reads_value, self.value_begun) = (true, false),
            ',' if self.depth == 1 => self.reads_value = false,
            c if c.is_whitespace() => {}
            c => self.begin_value(c),
        }
    }

    fn begin_value(&mut self, first: char) {
        if self.depth != 1 || !self.reads_value || std::mem::replace(&mut self.value_begun, true) {
            return;
        }
        let slot = match self.key.as_str() {
            "handoff" => &mut self.handoff,
            "action" => &mut self.action,
            _ => return,
        };
        *slot = Some(first == 'n');
    }

    fn take_in_string(&mut self, c: char) {
        match std::mem::take(&mut self.escape) {
            Escape::None => match c {
                '"' => self.in_string = false,
                '\\' => self.escape = Escape::Begun,
                c => self.put(c),
            },
            Escape::Begun => match c {
                'u' => self.escape = Escape::Unicode(String::new()),
                'n' => self.put('\n'),
                't' => self.put('\t'),
                'r' | 'b' | 'f' => {}
                c => self.put(c),
            },
            Escape::Unicode(mut digits) => {
                digits.push(c);
                match digits.len() {
                    4 => self.put_unit(u32::from_str_radix(&digits, 16).unwrap_or(0xfffd)),
                    _ => self.escape = Escape::Unicode(digits),
                }
            }
        }
    }

    /// A UTF-16 unit; two of them may make one character.
    fn put_unit(&mut self, unit: u32) {
        match (self.high_surrogate.take(), unit) {
            (_, 0xd800..=0xdbff) => self.high_surrogate = Some(unit),
            (Some(high), 0xdc00..=0xdfff) => {
                let code = 0x1_0000 + ((high - 0xd800) << 10) + (unit - 0xdc00);
                self.put(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            (_, unit) => self.put(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)),
        }
    }

    fn put(&mut self, c: char) {
        match (self.depth, self.reads_value) {
            (1, false) => self.key.push(c),
            (1, true) if self.key == "reply" => self.reply.push(c),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let mut partial = Partial::default();
        partial.feed(text);
        partial.reply().map(str::to_owned)
    }

    #[test]
    fn a_reply_comes_out_as_it_is_written() {
        let whole = r#" {"handoff": null, "action":null,"citations":["p1","a \"reply\": \"x\""],"deep":{"reply":"no"},
            "reply":"Two\ndays \"at most\" – zw\u00f6lf \ud83d\ude00 \\ done."}"#;
        let told = "Two\ndays \"at most\" – zwölf 😀 \\ done.";
        assert_eq!(read(whole).as_deref(), Some(told));
        let mut partial = Partial::default();
        let mut before = 0;
        for c in whole.chars() {
            partial.feed(&c.to_string());
            let so_far = partial.reply().unwrap_or_default();
            assert!(told.starts_with(so_far) && so_far.len() >= before, "{so_far}");
            before = so_far.len();
        }
    }

    #[test]
    fn nothing_comes_out_before_it_is_clear_that_the_ai_goes_on() {
        assert_eq!(read(r#"{"reply":"Hello""#), None, "a reply that comes first waits");
        assert_eq!(read(r#"{"handoff":{"reason":"upset","explanation":"x"},"reply":"Hello"}"#), None);
        assert_eq!(read(r#"{"handoff":null,"action":{"name":"cancel","arguments":"{}"},"reply":"Done"#), None);
        assert_eq!(read(r#"{"handoff":null,"reply":"Hel"#).as_deref(), Some("Hel"));
    }

    #[test]
    fn only_the_first_object_counts() {
        let told = "He said \"hi\": {\"handoff\":null,\"reply\":\"One.\"} {\"handoff\":null,\"reply\":\"Two.\"}";
        assert_eq!(read(told).as_deref(), Some("One."));
    }

    #[test]
    fn no_text_whatever_makes_it_stumble() {
        for text in
            ["", "}}}]]", "\"", "{\"a", "{\"reply\":\"\\uZZZZ\\ud800x", "[1,{\"reply\":\"x\"}]", "{:,:,\"\"\"\"}"]
        {
            read(text);
        }
    }
}
