//! Files: fetched by their id, uploaded before they are sent.

use http::Method;
use reqwest::multipart::{Form, Part};
use serde_json::Value;

use super::api::{Api, segment};
use crate::contract::{Account, DeliveryError, InboundFile, MediaRef, OutboundFile};
use crate::http::{Download, Http};

/// Largest file that is fetched.
const FILE_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Ends of the names of the hosts Meta keeps files on.
const HOSTS: [&str; 3] = ["fbsbx.com", "whatsapp.net", "fbcdn.net"];

/// Fetches a file. Its address lives for five minutes, so it is asked for each time.
pub(super) async fn fetch(http: &Http, account: &Account, media: &MediaRef) -> Result<InboundFile, DeliveryError> {
    let api = Api { http, account };
    let about = api.ask(api.request(Method::GET, &segment(&media.id))?).await;
    // Nothing is done twice by asking again.
    let about = about.map_err(|error| match error {
        DeliveryError::Unknown { why } => DeliveryError::Again { why, after: None },
        other => other,
    })?;
    let text = |name: &str| about.get(name).and_then(Value::as_str).map(str::to_owned);
    let url = text("url").ok_or_else(|| DeliveryError::refused("Meta does not say where the file is"))?;
    let authorization = api.authorization();
    let file = Download {
        url: &url,
        base_url: api.base_url(),
        hosts: &HOSTS,
        authorization: Some(&authorization),
        bytes_max: FILE_BYTES_MAX,
    };
    let answer = http.download(file).await?;
    Ok(InboundFile {
        name: media.name.clone().unwrap_or_else(|| "file".into()),
        media_type: text("mime_type").or_else(|| media.media_type.clone()).unwrap_or_default(),
        content: answer.body,
        content_id: None,
    })
}

/// Uploads a file. Gives the id a message names it by.
pub(super) async fn upload(api: &Api<'_>, file: &OutboundFile) -> Result<String, DeliveryError> {
    let part = Part::stream(reqwest::Body::from(file.content.clone())).file_name(file.name.clone());
    let part = part.mime_str(&file.media_type).map_err(|_| DeliveryError::refused("the file has no usable type"))?;
    let form =
        Form::new().text("messaging_product", "whatsapp").text("type", file.media_type.clone()).part("file", part);
    let asked = api.ask(api.request(Method::POST, &api.number("/media"))?.multipart(form)).await;
    let made = asked.map_err(|error| match error {
        // An upload that nobody names reaches nobody.
        DeliveryError::Unknown { why } => DeliveryError::Again { why, after: None },
        other => other,
    })?;
    let id = made.get("id").and_then(Value::as_str).map(str::to_owned);
    id.ok_or_else(|| DeliveryError::refused("Meta took the file and gave it no name"))
}
