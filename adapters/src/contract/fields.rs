//! What an admin sets for a channel, described so that one form serves every channel.

/// What a field takes. In the settings a text is a string, a toggle a boolean and lines a list of strings; a secret is not in
/// the settings but among the credentials, under the field's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line of text.
    Line,
    /// A secret: written, replaced and forgotten, never shown.
    Secret,
    /// One of these values, each with its words.
    Choice(&'static [(&'static str, &'static str)]),
    /// On or off; the default is `true` or `false`.
    Toggle,
    /// Several, one a line.
    Lines,
    /// An address on the web.
    Url,
}

/// One thing an admin sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// Its name in the settings or among the credentials.
    pub name: &'static str,
    /// Its name in the form.
    pub label: &'static str,
    /// Where to find the value at the provider, or what it does.
    pub help: &'static str,
    /// What it takes.
    pub kind: FieldKind,
    /// Whether the channel can not work without it.
    pub required: bool,
    /// What goes where nothing is set.
    pub default: &'static str,
    /// Whether hardly anybody needs to change it, so that the form folds it away.
    pub advanced: bool,
}

impl FieldSpec {
    /// A field that must be filled in.
    pub const fn required(name: &'static str, label: &'static str, help: &'static str, kind: FieldKind) -> Self {
        Self { name, label, help, kind, required: true, default: "", advanced: false }
    }

    /// A field that may stay empty.
    pub const fn optional(name: &'static str, label: &'static str, help: &'static str, kind: FieldKind) -> Self {
        Self { required: false, ..Self::required(name, label, help, kind) }
    }

    /// An address of the provider, which only a test or a proxy changes.
    pub const fn base_url(name: &'static str, label: &'static str, default: &'static str) -> Self {
        let help = "Leave it as it is unless you go through a proxy or a stand-in of your own.";
        Self { default, advanced: true, ..Self::optional(name, label, help, FieldKind::Url) }
    }

    /// The same with what goes where nothing is set.
    #[must_use]
    pub const fn default(self, default: &'static str) -> Self {
        Self { default, ..self }
    }

    /// The same, folded away.
    #[must_use]
    pub const fn advanced(self) -> Self {
        Self { advanced: true, ..self }
    }
}
