//! Files, both ways.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::contract::team::ThreadRef;
use crate::contract::{Account, DeliveryError, InboundFile, MediaRef};
use crate::http::{Download, Http};

use super::api::{Shown, ask, call};
use super::config::API_URL;

/// Largest file Baton takes.
const BYTES_MAX: usize = 5 * 1024 * 1024;
/// Where Slack keeps files; only these see the token.
const HOSTS: &[&str] = &["slack.com", "slack-files.com", "slack-edge.com"];

/// Shows a file in a thread: a place for it, its content, and the message that shows it.
pub(super) async fn share(
    http: &Http,
    account: &Account,
    thread: &ThreadRef,
    name: &str,
    bytes: Bytes,
) -> Result<(), DeliveryError> {
    let length = bytes.len().to_string();
    let place = ask(http, account, "files.getUploadURLExternal", &[("filename", name), ("length", &length)]).await?;
    let (Some(url), Some(id)) = (place["upload_url"].as_str(), place["file_id"].as_str()) else {
        return Err(DeliveryError::refused("Slack named no place for the file"));
    };
    put(http, account, url, bytes).await?;
    let mut arguments = json!({"files": [{"id": id, "title": name}], "channel_id": thread.place});
    if !thread.root.is_empty() {
        arguments["thread_ts"] = Value::from(thread.root.as_str());
    }
    call(http, account, Shown::Bot, "files.completeUploadExternal", &arguments).await?;
    Ok(())
}

async fn put(http: &Http, account: &Account, url: &str, bytes: Bytes) -> Result<(), DeliveryError> {
    let parsed = url::Url::parse(url).map_err(|_| DeliveryError::refused("Slack named an address that is none"))?;
    let base = account.text_or("api_url", API_URL);
    let is_trusted = url::Url::parse(base).is_ok_and(|base| base.origin() == parsed.origin());
    let client = if is_trusted { http.trusted()? } else { http.guarded()? };
    if !is_trusted && (parsed.scheme() != "https" || !crate::http::may_call(&parsed)) {
        return Err(DeliveryError::refused("Slack named a place that files are not sent to"));
    }
    let answer = http.ask(client.post(parsed).body(bytes)).await?;
    if answer.status.is_success() { Ok(()) } else { Err(answer.trouble("Slack did not take the file")) }
}

/// Fetches a file that somebody sent.
pub(super) async fn fetch(http: &Http, account: &Account, media: &MediaRef) -> Result<InboundFile, DeliveryError> {
    let token = account.secret(super::api::BOT_TOKEN).unwrap_or_default();
    let authorization = format!("Bearer {token}");
    let file = Download {
        url: &media.id,
        base_url: account.text_or("api_url", API_URL),
        hosts: HOSTS,
        authorization: Some(&authorization),
        bytes_max: BYTES_MAX,
    };
    let answer = http.download(file).await?;
    let told = answer.headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    // Without the permission to read files Slack shows its sign-in page instead.
    let is_page = told.is_some_and(|kind| kind.starts_with("text/html"));
    if is_page && media.media_type.as_deref() != Some("text/html") {
        return Err(DeliveryError::refused(
            "Slack does not show the file to the app; it needs the files:read permission",
        ));
    }
    Ok(InboundFile {
        name: media.name.clone().unwrap_or_else(|| "file".into()),
        media_type: media.media_type.clone().or_else(|| told.map(str::to_owned)).unwrap_or_default(),
        content: answer.body,
        content_id: None,
    })
}
