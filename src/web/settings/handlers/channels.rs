//! `/settings/channels`: the list.

use std::str::FromStr as _;

use actix_web::{HttpRequest, web};
use baton_adapters::contract::ChannelKind as Kind;
use baton_adapters::web::WebChatSettings;

use crate::store::channels::{self, Account};
use crate::web::inbox::channel::ChannelKind;
use crate::web::reply;
use crate::web::settings::access::Admin;
use crate::web::settings::channels::{ChannelHealth, ChannelLine, ChannelsPage};
use crate::web::settings::shell::Section;
use crate::web::site::Site;

use super::{Answer, layout};

/// The list.
pub async fn index(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    let accounts = channels::accounts(site.desk.store.reader()).await?;
    let page = ChannelsPage {
        layout: layout(&site, &who, &request, Section::Channels.label()).await?,
        channels: accounts.iter().filter_map(|account| line(&site, account)).collect(),
        addable: vec![(ChannelKind::Web, "/settings/channels/new".to_owned())],
    };
    reply::page(&request, 200, &page)
}

/// Where a channel's provider calls.
pub(super) fn hook_url(site: &Site, account: &Account) -> String {
    format!("{}/hooks/{}", site.public_url, account.channel.token)
}

/// A kind as agents see it.
pub(super) const fn shown(kind: Kind) -> ChannelKind {
    match kind {
        Kind::Web => ChannelKind::Web,
        Kind::Email => ChannelKind::Email,
        Kind::Whatsapp => ChannelKind::WhatsApp,
        Kind::Sms => ChannelKind::Sms,
        Kind::Slack => ChannelKind::Slack,
        Kind::PhoneVoice => ChannelKind::Phone,
    }
}

fn line(site: &Site, account: &Account) -> Option<ChannelLine> {
    let kind = Kind::from_str(&account.channel.kind).ok()?;
    let settings: Result<WebChatSettings, _> = serde_json::from_value(account.channel.settings.clone());
    let health = match (account.enabled, site.desk.registry.get(kind), &settings) {
        (false, _, _) => ChannelHealth::Off,
        (true, None, _) => {
            ChannelHealth::Failing("This build of Baton cannot run it. Install one that can.".to_owned())
        }
        (true, Some(_), Err(_)) if kind == Kind::Web => {
            ChannelHealth::Failing("Its settings cannot be read. Open it, check it, and save it again.".to_owned())
        }
        (true, Some(_), _) => ChannelHealth::Working,
    };
    let address = match (kind, settings) {
        (Kind::Web, Ok(settings)) => sites(&settings.allowed_origins),
        _ => hook_url(site, account),
    };
    Some(ChannelLine {
        kind: shown(kind),
        name: account.channel.name.clone(),
        address,
        url: format!("/settings/channels/{}", account.channel.id),
        health,
        autopilot: account.channel.autopilot,
    })
}

fn sites(origins: &[String]) -> String {
    match origins {
        [] => "every site".to_owned(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::sites;

    #[test]
    fn a_long_list_of_sites_stays_short() {
        let origins = ["https://a.example".to_owned(), "https://b.example".to_owned(), "https://c.example".to_owned()];
        assert_eq!(sites(&[]), "every site");
        assert_eq!(sites(&origins[..1]), "https://a.example");
        assert_eq!(sites(&origins), "https://a.example and 2 more");
    }
}
