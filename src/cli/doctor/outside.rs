//! What the doctor asks others: whether the public address leads here, whether every provider knows its channel, and what time it is.
//!
//! Sends nobody a message. Invariant: each thing that is wrong is named with what to do about it.

use std::collections::BTreeSet;
use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use baton_adapters::Registry;
use baton_adapters::contract::{self, Channel as Adapter, ChannelKind, FieldKind, Intake};
use baton_adapters::http::{Answer, Http};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::timeout;
use url::Url;

use crate::boot::Boot;
use crate::clock::{Clock as _, SystemClock};
use crate::desk::address::Addresses;
use crate::store::channel_health::{self, Health};
use crate::store::channels::{self, Account};
use crate::store::seal::MasterKey;
use crate::store::{Store, StoreError};

use super::Finding;

/// Longest wait for one answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(40);
/// How far two clocks may be apart. Providers refuse, and are refused, at five minutes.
const SKEW_MAX: TimeDelta = TimeDelta::seconds(60);

/// A channel with its adapter and what opens it.
struct Asked {
    channel: Account,
    adapter: Arc<dyn Adapter>,
    account: contract::Account,
}

impl Asked {
    /// Whether its provider calls Baton, so that a public address is needed.
    fn is_called(&self) -> bool {
        let runs = self.adapter.capabilities().intake == Intake::Runtime;
        !runs && !self.adapter.listens(&self.account)
    }
}

/// Asks everybody, as far as there is anybody to ask.
pub(super) async fn ask(boot: &Boot, store: &Store, key: MasterKey) -> Vec<Finding> {
    let http = Http::default();
    let addresses = Addresses::new(&public_address(boot), Arc::new(key));
    let asked = match configured(store, &addresses).await {
        Ok(asked) => asked,
        Err(why) => return vec![Finding::Bad(format!("Channels: {why}"))],
    };
    let hook = asked.iter().find(|one| one.adapter.capabilities().intake == Intake::Hook);
    let mut findings = Vec::new();
    if !boot.public_url.is_empty() {
        findings.push(public(&http, boot, hook.map(|one| one.account.hook_url.as_str())).await);
    } else if let Some(called) = asked.iter().find(|one| one.is_called()) {
        findings.push(nobody_can_call(called));
    }
    let health = channel_health::all(store.reader()).await.unwrap_or_default();
    for one in &asked {
        let said = channel(one, &addresses).await;
        let past = matches!(said, Finding::Good(_)).then(|| past(one, health.get(&one.channel.channel.id))).flatten();
        findings.extend(std::iter::once(said).chain(past));
    }
    findings.extend(clock(&http, &asked).await);
    findings
}

fn public_address(boot: &Boot) -> String {
    if boot.public_url.is_empty() { format!("http://{}", boot.listen) } else { boot.public_url.clone() }
}

/// The channels that are on and whose provider is somebody else.
async fn configured(store: &Store, addresses: &Addresses) -> Result<Vec<Asked>, StoreError> {
    let registry = Registry::standard();
    let mut asked = Vec::new();
    for channel in channels::accounts(store.reader()).await? {
        let kind = ChannelKind::from_str(&channel.channel.kind).ok();
        let adapter = kind.and_then(|kind| registry.get(kind).cloned());
        // A channel without anything to set is Baton's own.
        let Some(adapter) = adapter.filter(|one| channel.enabled && !one.fields().is_empty()) else {
            continue;
        };
        let opened = channels::with_credentials(store.reader(), addresses.key(), channel.channel.id).await;
        // Credentials that do not open were told of before.
        let Ok(Some((stored, opened))) = opened else { continue };
        let account = addresses.account(&stored, opened.as_deref());
        asked.push(Asked { channel, adapter, account });
    }
    Ok(asked)
}

/// Whether the public address leads to this installation.
async fn public(http: &Http, boot: &Boot, hook: Option<&str>) -> Finding {
    let (address, listen) = (boot.public_url.trim_end_matches('/'), boot.listen);
    if std::net::TcpListener::bind(listen).is_ok() {
        let words = "Baton does not run: start it and ask again to see whether the public address leads here.";
        return Finding::Advice(words.into());
    }
    let repair = format!("Set BATON_PUBLIC_URL to the address your proxy forwards to {listen}, or mend the proxy.");
    match get(http, &format!("{address}/healthz")).await {
        Err(why) => Finding::Bad(format!("Public address {address}: {why}. {repair}")),
        Ok(answer) if answer.status.is_success() && answer.body.as_ref() == b"ok\n" => match hook {
            Some(hook) if !is_known(http, hook).await => Finding::Bad(format!(
                "Public address {address}: another Baton answers there, which has none of these channels. {repair}"
            )),
            _ => Finding::Good(format!("The public address {address} leads to Baton.")),
        },
        Ok(answer) => Finding::Bad(format!(
            "Public address {address}: something that is not Baton answers there ({}). {repair}",
            answer.status
        )),
    }
}

/// Without a public address.
fn nobody_can_call(called: &Asked) -> Finding {
    Finding::Bad(format!(
        "BATON_PUBLIC_URL is not set, and the provider of the channel {} has no address to call. Set it to the https address under which \
         the provider reaches this machine.",
        called.channel.channel.name
    ))
}

/// What went wrong lately with a channel that works now, or that nothing ever came in.
fn past(one: &Asked, health: Option<&Health>) -> Option<Finding> {
    let name = &one.channel.channel.name;
    if let Some((why, since)) = health.and_then(|health| health.error.as_ref()) {
        return Some(Finding::Advice(format!(
            "Channel {name}: it has not worked since {}: {} This goes away with the next message that gets through.",
            since.format("%-d %B %Y, %H:%M UTC"),
            sentence(why)
        )));
    }
    let silent = health.is_none_or(|health| health.last_in.is_none());
    (silent && one.adapter.capabilities().intake == Intake::Hook && one.is_called()).then(|| {
        Finding::Advice(format!(
            "Channel {name}: nothing has come in yet. Write to it; if that does not arrive, paste {} as the webhook at the provider.",
            one.account.hook_url
        ))
    })
}

/// Whether the channel of a webhook's address is known there: what is not signed is refused then, and not unknown.
async fn is_known(http: &Http, hook: &str) -> bool {
    get(http, hook).await.is_ok_and(|answer| answer.status != http::StatusCode::NOT_FOUND)
}

/// What a channel's provider says.
async fn channel(one: &Asked, addresses: &Addresses) -> Finding {
    let (name, id) = (&one.channel.channel.name, one.channel.channel.id);
    match timeout(ANSWER_TIMEOUT, one.adapter.test(&one.account)).await {
        Ok(Ok(words)) => Finding::Good(format!("Channel {name}: {words}")),
        Ok(Err(why)) => Finding::Bad(format!(
            "Channel {name}: {} Change it at {}/settings/channels/{id}.",
            sentence(&why),
            addresses.public()
        )),
        Err(_) => Finding::Bad(format!(
            "Channel {name}: its provider gave no answer in {} seconds. Check that a firewall lets Baton out.",
            ANSWER_TIMEOUT.as_secs()
        )),
    }
}

fn sentence(words: &str) -> String {
    let words = words.trim();
    let ends = words.ends_with(['.', '!', '?']);
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}{}", letters.as_str(), if ends { "" } else { "." })
}

/// Whether this machine's clock agrees with the providers'. Nothing, if none of them tells the time.
async fn clock(http: &Http, asked: &[Asked]) -> Option<Finding> {
    for url in asked.iter().flat_map(servers).collect::<BTreeSet<String>>() {
        let Ok(answer) = get(http, &url).await else { continue };
        let now = SystemClock.now();
        let date = answer.headers.get(http::header::DATE).and_then(|date| date.to_str().ok());
        let Some(there) = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok()) else { continue };
        return Some(compare(now, there.to_utc(), &url));
    }
    None
}

fn compare(here: DateTime<Utc>, there: DateTime<Utc>, server: &str) -> Finding {
    let (skew, server) = (here - there, server.trim_end_matches('/'));
    if skew.abs() <= SKEW_MAX {
        return Finding::Good(format!("This machine's clock agrees with that of {server}."));
    }
    let way = if skew > TimeDelta::zero() { "ahead of" } else { "behind" };
    Finding::Bad(format!(
        "Clock: this machine's is {} seconds {way} that of {server}. What is signed with the time is refused, and waits end at the \
         wrong moment. Switch on time synchronisation, for example with `timedatectl set-ntp true`.",
        skew.abs().num_seconds()
    ))
}

/// The servers of a channel's provider that speak HTTP.
fn servers(one: &Asked) -> Vec<String> {
    let fields = one.adapter.fields().iter().filter(|field| field.kind == FieldKind::Url && !field.default.is_empty());
    let urls = fields.filter_map(|field| Url::parse(one.account.text_or(field.name, field.default)).ok());
    urls.map(|url| url.origin().ascii_serialization()).collect()
}

async fn get(http: &Http, url: &str) -> Result<Answer, String> {
    let client = http.trusted().map_err(|error| error.to_string())?;
    let asked = timeout(ANSWER_TIMEOUT, http.ask(client.get(url))).await;
    asked.map_err(|_| "no answer in time".to_owned())?.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_forgiven_and_more_is_told_with_its_direction() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        assert!(matches!(compare(now, now + TimeDelta::seconds(60), "https://api.example"), Finding::Good(_)));
        let behind = compare(now, now + TimeDelta::seconds(400), "https://api.example");
        assert!(
            matches!(behind, Finding::Bad(words) if words.contains("400 seconds behind") && words.contains("set-ntp"))
        );
    }

    #[test]
    fn a_providers_words_end_where_the_repair_begins() {
        assert_eq!(sentence("the server refused the sign-in: no"), "The server refused the sign-in: no.");
        assert_eq!(sentence("Paste it there."), "Paste it there.");
    }
}
