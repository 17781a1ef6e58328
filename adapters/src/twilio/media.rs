//! Files the provider keeps for an account: pictures of messages, recordings of calls.

use super::Api;
use crate::contract::{Account, DeliveryError, InboundFile, MediaRef};
use crate::http::{Download, Http};

/// Ends of the names of the hosts it keeps them on.
const HOSTS: [&str; 1] = ["twilio.com"];

/// Fetches a file. Where it is kept in the end is not shown the credential.
///
/// # Errors
/// [`DeliveryError`] says whether to try again.
pub async fn fetch(
    http: &Http,
    account: &Account,
    media: &MediaRef,
    bytes_max: usize,
) -> Result<InboundFile, DeliveryError> {
    let api = Api::of(http, account)?;
    let authorization = api.authorization();
    let file = Download {
        url: &media.id,
        base_url: api.base_url(),
        hosts: &HOSTS,
        authorization: Some(&authorization),
        bytes_max,
    };
    let answer = http.download(file).await?;
    let kind = answer.headers.get("content-type").and_then(|kind| kind.to_str().ok()).map(str::to_owned);
    Ok(InboundFile {
        name: media.name.clone().unwrap_or_else(|| "file".into()),
        media_type: kind.or_else(|| media.media_type.clone()).unwrap_or_default(),
        content: answer.body,
        content_id: None,
    })
}
