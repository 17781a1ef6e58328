//! `/settings/channels`: the list.

use std::str::FromStr as _;

use actix_web::{HttpRequest, web};
use baton_adapters::contract::{ChannelKind as Kind, Intake};
use baton_adapters::web::WebChatSettings;

use crate::store::channel_health::{self, Health};
use crate::store::channels::{self, Account};
use crate::web::inbox::channel::ChannelKind;
use crate::web::moment::Moment;
use crate::web::reply;
use crate::web::settings::access::Admin;
use crate::web::settings::channels::{ChannelHealth, ChannelLine, ChannelsPage};
use crate::web::settings::shell::Section;
use crate::web::site::Site;

use super::{Answer, layout};

/// The list.
pub async fn index(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    let accounts = channels::accounts(site.desk.store.reader()).await?;
    let health = channel_health::all(site.desk.store.reader()).await?;
    let nothing = Health::default();
    let of = |account: &Account| health.get(&account.channel.id).unwrap_or(&nothing);
    let page = ChannelsPage {
        layout: layout(&site, &who, &request, Section::Channels.label()).await?,
        channels: accounts.iter().filter_map(|account| line(&site, account, of(account))).collect(),
        addable: site.desk.registry.iter().map(|channel| addable(channel.kind())).collect(),
    };
    reply::page(&request, 200, &page)
}

/// Where a channel's provider calls.
fn hook_url(site: &Site, account: &Account) -> String {
    site.desk.addresses.hook(&account.channel.token)
}

fn takes_hooks(site: &Site, kind: Kind) -> bool {
    site.desk.registry.get(kind).is_some_and(|channel| channel.capabilities().intake == Intake::Hook)
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

/// A kind that can be added, and where.
fn addable(kind: Kind) -> (ChannelKind, String) {
    (shown(kind), format!("/settings/channels/new?kind={kind}"))
}

fn line(site: &Site, account: &Account, pulse: &Health) -> Option<ChannelLine> {
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
        (true, Some(_), _) => match &pulse.error {
            Some((error, _)) => ChannelHealth::Failing(error.clone()),
            None => ChannelHealth::Working,
        },
    };
    let address = match (kind, settings) {
        (Kind::Web, Ok(settings)) => sites(&settings.allowed_origins),
        _ if takes_hooks(site, kind) => hook_url(site, account),
        _ => String::new(),
    };
    let now = site.desk.clock.now();
    let ago = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(|at| Moment::ago(at, now));
    Some(ChannelLine {
        kind: shown(kind),
        name: account.channel.name.clone(),
        address,
        url: format!("/settings/channels/{}", account.channel.id),
        health,
        autopilot: account.channel.autopilot,
        last_in: ago(pulse.last_in),
        last_out: ago(pulse.last_out),
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
