//! Settings: the form of a web channel, and what to put on the site.

use askama::Template;
use baton_adapters::web::WebChatSettings;

use crate::web::field::Field;
use crate::web::icon::Icon;
use crate::web::page::Layout;
use crate::web::settings::channels::{ChannelBasics, autopilot_field, name_field};
use crate::web::settings::posted::Posted;
use crate::web::settings::rules::{self, fill, flip};
use crate::web::settings::shell::Section;

/// The widget's own colour, shown where none was chosen.
const OWN_COLOUR: &str = "#14695b";

/// What goes into a site to show the widget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embed {
    /// Address customers reach Baton at.
    pub public_url: String,
    /// The channel's public name.
    pub token: String,
}

/// `/settings/channels/new` and `/settings/channels/{id}`. Sends `csrf`, `version`, `name`, `allowed_origins`, `title`,
/// `greeting`, `ai_name`, `colour`, `autopilot`, `ask_rating`, `enabled`.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "settings/web_channel.html")]
pub struct WebChannelPage {
    /// The document.
    pub layout: Layout,
    /// Where the form is sent.
    pub action: String,
    /// The form.
    pub form: WebChannelForm,
    /// What to put on the site; absent before the channel exists.
    pub embed: Option<Embed>,
}

impl WebChannelPage {
    const SECTION: Section = Section::Channels;
}

/// The form of a web channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebChannelForm {
    /// The version that is being edited; empty for a new channel.
    pub version: String,
    /// The channel's name.
    pub name: Field,
    /// The sites the widget may run on, one a line.
    pub allowed_origins: Field,
    /// The title of the chat window.
    pub title: Field,
    /// The widget's first words.
    pub greeting: Field,
    /// What the AI is called.
    pub ai_name: Field,
    /// The widget's colour.
    pub colour: Field,
    /// Whether the AI answers.
    pub autopilot: Field,
    /// Whether customers are asked for a rating.
    pub ask_rating: Field,
    /// Whether it is on.
    pub enabled: Field,
}

impl Default for WebChannelForm {
    fn default() -> Self {
        let new = ChannelBasics { name: String::new(), autopilot: true, enabled: true };
        Self::of(String::new(), &new, &WebChatSettings::default())
    }
}

impl WebChannelForm {
    /// The form with what is stored.
    pub fn of(version: String, basics: &ChannelBasics, stored: &WebChatSettings) -> Self {
        Self {
            version,
            name: name_field().value(&basics.name),
            allowed_origins: Field::lines("allowed_origins", "Allowed sites", 3)
                .optional()
                .hint("One a line, such as https://shop.example. Empty: every page may show the chat.")
                .value(stored.allowed_origins.join("\n")),
            title: Field::text("title", "Title").hint("At the top of the chat window.").value(&stored.title),
            greeting: Field::lines("greeting", "Greeting", 2)
                .optional()
                .hint("The first words a visitor sees.")
                .value(&stored.greeting),
            ai_name: Field::text("ai_name", "The AI\u{2019}s name")
                .hint("Beside its answers. Customers should be able to tell that it is an AI.")
                .value(&stored.ai_name),
            colour: Field::colour("colour", "Colour").value(stored.primary_color.as_deref().unwrap_or(OWN_COLOUR)),
            autopilot: autopilot_field().on(basics.autopilot),
            ask_rating: Field::toggle("ask_rating", "Ask for a rating")
                .hint("When a conversation is resolved.")
                .on(stored.ask_rating),
            enabled: Field::toggle("enabled", "Switched on").hint("Off: the chat hides itself.").on(basics.enabled),
        }
    }

    /// Takes in what was sent; what to store, if every field is right.
    pub fn read(&mut self, form: &Posted) -> Option<(ChannelBasics, WebChatSettings)> {
        let name = fill(&mut self.name, form, rules::name);
        let allowed_origins = fill(&mut self.allowed_origins, form, rules::origins);
        let title = fill(&mut self.title, form, rules::name);
        let greeting = fill(&mut self.greeting, form, rules::optional(rules::TEXT_CHARS_MAX));
        let ai_name = fill(&mut self.ai_name, form, rules::name);
        let colour = fill(&mut self.colour, form, rules::colour);
        let (autopilot, enabled) = (flip(&mut self.autopilot, form), flip(&mut self.enabled, form));
        let ask_rating = flip(&mut self.ask_rating, form);
        let basics = ChannelBasics { name: name?, autopilot, enabled };
        let settings = WebChatSettings {
            allowed_origins: allowed_origins?,
            title: title?,
            greeting: greeting?,
            ai_name: ai_name?,
            primary_color: colour?,
            ask_rating,
        };
        Some((basics, settings))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = "name=Shop+chat&allowed_origins=https%3A%2F%2Fshop.example%0D%0A&title=Chat&greeting=Hi&ai_name=Oakley\
                        &colour=%2314695B&autopilot=on&enabled=on";

    #[test]
    fn a_form_that_is_right_is_a_channel() {
        let mut form = WebChannelForm::default();
        let (basics, settings) = form.read(&Posted::parse(SENT.as_bytes())).expect("every field is right");
        assert_eq!(basics, ChannelBasics { name: "Shop chat".into(), autopilot: true, enabled: true });
        assert_eq!(settings.allowed_origins, ["https://shop.example"]);
        assert_eq!(settings.primary_color.as_deref(), Some("#14695b"));
        assert!(!settings.ask_rating);
    }

    #[test]
    fn a_site_that_is_no_site_keeps_the_rest_of_the_form() {
        let mut form = WebChannelForm::default();
        let sent = SENT.replace("https%3A%2F%2F", "");
        assert!(form.read(&Posted::parse(sent.as_bytes())).is_none());
        assert_eq!(form.allowed_origins.value, "shop.example");
        assert!(form.allowed_origins.error.is_some_and(|why| why.contains("Line 1")));
        assert_eq!((form.ai_name.value.as_str(), form.ask_rating.value.as_str()), ("Oakley", ""));
        assert_eq!((form.name.error, form.title.error, form.colour.error), (None, None, None));
    }
}
