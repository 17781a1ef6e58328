//! Sending a text, fetching a picture, and trying the account out.

use serde_json::Value;

use super::config::sender;
use super::segments::economical;
use crate::contract::{Account, Delivered, DeliveryError, InboundFile, MediaRef, Outbound};
use crate::http::Http;
use crate::markup;
use crate::twilio::Api;

/// Largest picture that is fetched.
const MEDIA_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Sends a text.
pub(super) async fn send(http: &Http, account: &Account, message: &Outbound) -> Result<Delivered, DeliveryError> {
    let mut text = economical(&markup::plain(&message.text));
    let as_pictures = account.flag("mms", false);
    for file in message.files.iter().filter(|_| !as_pictures) {
        text.push_str(if text.is_empty() { "" } else { "\n" });
        text.push_str(&file.url);
    }
    let (name, value) = sender(account);
    // The key comes back with every report, also where the answer to this request is lost.
    let callback = format!("{}?key={}", account.hook_url, message.key);
    let mut form = vec![("To", message.to.as_str()), (name, value.as_str()), ("StatusCallback", callback.as_str())];
    if !text.is_empty() {
        form.push(("Body", text.as_str()));
    }
    form.extend(message.files.iter().filter(|_| as_pictures).map(|file| ("MediaUrl", file.url.as_str())));
    let answer = Api::of(http, account)?.post("Messages", &form).await?;
    let made: Value = answer.json().unwrap_or_default();
    let provider_id = made.get("sid").and_then(Value::as_str).map(str::to_owned);
    Ok(Delivered { provider_id, thread: None })
}

/// Fetches a picture.
pub(super) async fn fetch(http: &Http, account: &Account, media: &MediaRef) -> Result<InboundFile, DeliveryError> {
    crate::twilio::fetch(http, account, media, MEDIA_BYTES_MAX).await
}

/// Reads the account, and where Twilio calls for the sender.
pub(super) async fn test(http: &Http, account: &Account) -> Result<String, String> {
    let api = Api::of(http, account).map_err(|error| error.to_string())?;
    let about: Value = match api.account().await {
        Ok(answer) => answer.json().unwrap_or_default(),
        Err(error) if error.to_string().contains("20008") => {
            return Ok("These are test credentials: Twilio checks what is sent and sends nothing.".to_owned());
        }
        Err(error) => return Err(error.to_string()),
    };
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let name = text(&about, "friendly_name");
    let status = text(&about, "status");
    if !status.is_empty() && status != "active" {
        return Err(format!("The account {name} is {status}."));
    }
    let number = account.text("sender");
    if !number.starts_with('+') {
        return Ok(format!("Twilio knows the account {name}."));
    }
    let answer = api.list("IncomingPhoneNumbers", &[("PhoneNumber", number)]).await;
    let numbers: Value = answer.map_err(|error| error.to_string())?.json().unwrap_or_default();
    let Some(found) = numbers.get("incoming_phone_numbers").and_then(Value::as_array).and_then(|all| all.first())
    else {
        return Err(format!("The account {name} does not have the number {number}."));
    };
    let calls = text(found, "sms_url");
    if calls.split('#').next() == Some(account.hook_url.as_str()) {
        Ok(format!("Twilio knows the account {name} and calls Baton for {number}."))
    } else {
        let calls = if calls.is_empty() { "nobody".to_owned() } else { calls };
        Err(format!(
            "For messages to {number} Twilio calls {calls}, not Baton. Paste {} at the number, under \"A message comes in\".",
            account.hook_url
        ))
    }
}
