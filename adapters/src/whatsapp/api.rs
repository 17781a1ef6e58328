//! Calls of the Graph API.

use http::Method;
use serde_json::Value;

use super::config::{BASE_URL, VERSION};
use super::errors;
use crate::contract::{Account, DeliveryError, TemplateInfo};
use crate::http::Http;

/// An account's way to the API.
pub(super) struct Api<'a> {
    pub(super) http: &'a Http,
    pub(super) account: &'a Account,
}

impl Api<'_> {
    /// Where the API is.
    pub(super) fn base_url(&self) -> &str {
        self.account.text_or("base_url", BASE_URL).trim_end_matches('/')
    }

    /// The `Authorization` of every call.
    pub(super) fn authorization(&self) -> String {
        format!("Bearer {}", self.account.secret("access_token").unwrap_or_default())
    }

    /// A path below the phone number.
    pub(super) fn number(&self, rest: &str) -> String {
        format!("{}{rest}", segment(self.account.text("phone_number_id")))
    }

    /// A request to a path of the API.
    pub(super) fn request(&self, method: Method, path: &str) -> Result<reqwest::RequestBuilder, DeliveryError> {
        let version = segment(self.account.text_or("api_version", VERSION));
        let url = format!("{}/{version}/{path}", self.base_url());
        Ok(self.http.trusted()?.request(method, url).header("Authorization", self.authorization()))
    }

    /// Sends a request and reads its answer.
    pub(super) async fn ask(&self, request: reqwest::RequestBuilder) -> Result<Value, DeliveryError> {
        let answer = self.http.ask(request).await?;
        if !answer.status.is_success() {
            return Err(errors::of_answer(&answer));
        }
        answer.json().ok_or_else(|| DeliveryError::Unknown { why: "Meta's answer can not be read".into() })
    }
}

/// One segment of a path, whatever is in it.
pub(super) fn segment(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// Reads the number.
pub(super) async fn test(http: &Http, account: &Account) -> Result<String, String> {
    let api = Api { http, account };
    let asked = async {
        let path = api.number("?fields=display_phone_number,verified_name,quality_rating,webhook_configuration");
        api.ask(api.request(Method::GET, &path)?).await
    };
    let number = asked.await.map_err(|error| error.to_string())?;
    let text = |name: &str| number.get(name).and_then(Value::as_str).unwrap_or_default();
    let quality = match text("quality_rating") {
        "RED" => " Meta rates its quality as low: customers block or report it.",
        "YELLOW" => " Meta rates its quality as medium.",
        _ => "",
    };
    let calls = number.pointer("/webhook_configuration/application").and_then(Value::as_str).unwrap_or_default();
    if !calls.is_empty() && !is_ours(calls, &account.hook_url) {
        return Err(format!(
            "For {} Meta calls {calls}, not Baton. Paste {} at the app, under WhatsApp, Configuration.",
            text("display_phone_number"),
            account.hook_url
        ));
    }
    Ok(format!("Meta knows {} as {}.{quality}", text("display_phone_number"), text("verified_name")))
}

/// Whether an address is this channel's, or that of another one here: an app has one address for all of its numbers.
fn is_ours(url: &str, hook_url: &str) -> bool {
    let door = hook_url.rsplit_once('/').map_or(hook_url, |(door, _)| door);
    url.strip_prefix(door).is_some_and(|rest| rest.starts_with('/'))
}

/// The templates Meta has approved.
pub(super) async fn templates(http: &Http, account: &Account) -> Result<Vec<TemplateInfo>, String> {
    let business = account.text("business_account_id");
    if business.is_empty() {
        return Err("Set the business account ID under Settings, Channels, to offer templates.".to_owned());
    }
    let api = Api { http, account };
    let asked = async {
        let path = format!("{}/message_templates?fields=name,language,status,components&limit=100", segment(business));
        api.ask(api.request(Method::GET, &path)?).await
    };
    let found = asked.await.map_err(|error| error.to_string())?;
    let all = found.get("data").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    Ok(all.iter().filter_map(template).collect())
}

/// A template that is approved and needs nothing but words.
fn template(value: &Value) -> Option<TemplateInfo> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    if text("status") != Some("APPROVED") {
        return None;
    }
    let parts = value.get("components")?.as_array()?;
    let part = |kind: &str| parts.iter().find(|part| part.get("type").and_then(Value::as_str) == Some(kind));
    let needs_more = |part: &Value| {
        let format = part.get("format").and_then(Value::as_str).unwrap_or("TEXT");
        format != "TEXT" || part.get("text").and_then(Value::as_str).is_some_and(|text| text.contains("{{"))
    };
    if part("HEADER").is_some_and(needs_more) {
        return None;
    }
    let body = part("BODY")?.get("text")?.as_str()?.to_owned();
    let gaps = (1..=20).take_while(|n| body.contains(&format!("{{{{{n}}}}}"))).count();
    Some(TemplateInfo { name: text("name")?.to_owned(), language: text("language")?.to_owned(), body, gaps })
}
