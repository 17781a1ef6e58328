//! A form of a page, filled in as a person without scripts would.

use reqwest::multipart;

use super::markup::{Tag, decode, tags};

/// A form: what it holds already, and what may be put into it.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub is_multipart: bool,
    fields: Vec<(String, String)>,
    controls: Vec<String>,
    buttons: Vec<(Option<String>, String, String)>,
    files: Vec<(String, Vec<u8>)>,
}

impl Form {
    /// The form of a page that is sent to `action`.
    pub fn find(html: &str, action: &str) -> Option<Self> {
        let tags = tags(html);
        let first = tags.iter().position(|tag| tag.opens("form") && tag.attribute("action") == Some(action))?;
        let length = tags[first..].iter().position(|tag| tag.closing && tag.name == "form")?;
        let mut form = Self {
            action: action.to_owned(),
            is_multipart: tags[first].attribute("enctype") == Some("multipart/form-data"),
            fields: Vec::new(),
            controls: Vec::new(),
            buttons: Vec::new(),
            files: Vec::new(),
        };
        let mut select: Option<(String, bool)> = None;
        for tag in &tags[first..first + length] {
            match (tag.name, tag.closing) {
                ("input", false) => form.input(tag),
                ("textarea", false) => {
                    let end = html[tag.end..].find("</textarea").map_or(html.len(), |end| tag.end + end);
                    let typed = decode(&html[tag.end..end]);
                    form.hold(name(tag), typed.strip_prefix('\n').unwrap_or(&typed).to_owned());
                }
                ("select", false) => select = Some((name(tag), false)),
                ("select", true) => select = None,
                ("option", false) => {
                    if let Some((name, chosen)) = &mut select {
                        form.option(name, chosen, tag);
                    }
                }
                ("button", false) => form.button(tag),
                _ => {}
            }
        }
        Some(form)
    }

    /// What a control holds.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Types into a control, chooses from it, or switches it on.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        assert!(self.controls.iter().any(|control| control == name), "{} has no control {name:?}", self.action);
        self.fields.retain(|(key, _)| key != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Puts something into the form that its page does not offer, as a stranger's program would.
    #[must_use]
    pub fn forge(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(key, _)| key != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes a tick away, or leaves a field out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(key, _)| key != name);
        self
    }

    /// Adds one of several ticks.
    #[must_use]
    pub fn tick(mut self, name: &str, value: &str) -> Self {
        assert!(self.controls.iter().any(|control| control == name), "{} has no control {name:?}", self.action);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Presses a button that has a value.
    #[must_use]
    pub fn press(mut self, name: &str, value: &str) -> Self {
        let known = self.buttons.iter().any(|(_, key, given)| key == name && given == value);
        assert!(known, "{} has no button {name}={value}", self.action);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Presses a button that sends the form elsewhere.
    #[must_use]
    pub fn press_towards(mut self, action: &str) -> Self {
        let known = self.buttons.iter().any(|(elsewhere, ..)| elsewhere.as_deref() == Some(action));
        assert!(known, "{} has no button towards {action}", self.action);
        self.action = action.to_owned();
        self
    }

    /// Chooses a file.
    #[must_use]
    pub fn attach(mut self, name: &str, content: &[u8]) -> Self {
        assert!(self.controls.iter().any(|control| control == "files"), "{} takes no files", self.action);
        self.files.push((name.to_owned(), content.to_owned()));
        self
    }

    pub fn urlencoded(&self) -> &[(String, String)] {
        &self.fields
    }

    pub fn multipart(&self) -> multipart::Form {
        let mut form = multipart::Form::new();
        for (name, value) in &self.fields {
            form = form.text(name.clone(), value.clone());
        }
        if self.files.is_empty() && self.controls.iter().any(|control| control == "files") {
            // Browsers send an empty part for a file nobody chose.
            form = form.part("files", multipart::Part::bytes(Vec::new()).file_name(""));
        }
        for (name, content) in &self.files {
            form = form.part("files", multipart::Part::bytes(content.clone()).file_name(name.clone()));
        }
        form
    }

    fn input(&mut self, tag: &Tag<'_>) {
        let value = tag.attribute("value").unwrap_or_default().to_owned();
        match tag.attribute("type").unwrap_or("text") {
            "checkbox" | "radio" => {
                self.controls.push(name(tag));
                if tag.attribute("checked").is_some() {
                    self.fields.push((name(tag), value));
                }
            }
            "file" => self.controls.push(name(tag)),
            _ => self.hold(name(tag), value),
        }
    }

    fn option(&mut self, name: &str, chosen: &mut bool, tag: &Tag<'_>) {
        let value = tag.attribute("value").unwrap_or_default().to_owned();
        let selected = tag.attribute("selected").is_some();
        if !self.controls.iter().any(|control| control == name) {
            self.hold(name.to_owned(), value);
        } else if selected && !*chosen {
            self.fields.retain(|(key, _)| key != name);
            self.fields.push((name.to_owned(), value));
        }
        *chosen |= selected;
    }

    fn button(&mut self, tag: &Tag<'_>) {
        let own = |key: &str| tag.attribute(key).unwrap_or_default().to_owned();
        self.buttons.push((tag.attribute("formaction").map(str::to_owned), own("name"), own("value")));
    }

    fn hold(&mut self, name: String, value: String) {
        self.controls.push(name.clone());
        self.fields.push((name, value));
    }
}

fn name(tag: &Tag<'_>) -> String {
    tag.attribute("name").unwrap_or_default().to_owned()
}
