//! Answers to customers who write to the app.

use crate::contract::team::ThreadRef;
use crate::contract::{Account, Delivered, DeliveryError, Outbound, ThreadKey};

use super::api::{Shown, call};
use super::team::{Message, metadata, ts};
use super::{Slack, files, mrkdwn};

/// Posts a message where the customer wrote: in the thread of a channel, or in their direct messages.
pub(super) async fn deliver(slack: &Slack, account: &Account, outbound: &Outbound) -> Result<Delivered, DeliveryError> {
    let thread = target(outbound)?;
    let mut message = Message {
        channel: thread.place.clone(),
        thread_ts: (!thread.root.is_empty()).then(|| thread.root.clone()),
        text: mrkdwn::from_markdown(&outbound.text),
        username: outbound.author_name.clone(),
        metadata: Some(metadata(&outbound.key)),
        ..Message::default()
    };
    if message.text.is_empty() {
        message.text = outbound.files.iter().map(|file| mrkdwn::escape(&file.name)).collect::<Vec<_>>().join(", ");
    }
    let posted = match call(&slack.http, account, Shown::Bot, "chat.postMessage", &message).await {
        // Without the permission to write under a person's name, the words still count.
        Err(DeliveryError::Refused { why, .. }) if why.contains("missing_scope") && message.username.is_some() => {
            let name = message.username.take().unwrap_or_default();
            message.text = format!("*{}:* {}", mrkdwn::escape(&name), message.text);
            call(&slack.http, account, Shown::Bot, "chat.postMessage", &message).await?
        }
        outcome => outcome?,
    };
    let (ts, place) = (ts(&posted)?, posted["channel"].as_str().unwrap_or(&thread.place).to_owned());
    let shown_in = ThreadRef { place: place.clone(), root: thread.root };
    for file in &outbound.files {
        if files::share(&slack.http, account, &shown_in, &file.name, file.content.clone()).await.is_err() {
            // The words are there; sending them again for the file's sake would say them twice.
            return Err(DeliveryError::Unknown { why: format!("the text arrived, {} may not have", file.name) });
        }
    }
    Ok(Delivered { provider_id: Some(format!("{place}:{ts}")), thread: None })
}

/// Where an answer goes: the newest thread, or the person's direct messages.
fn target(outbound: &Outbound) -> Result<ThreadRef, DeliveryError> {
    if let Some(ThreadKey(key)) = outbound.threads.last() {
        let (place, root) =
            key.split_once(':').ok_or_else(|| DeliveryError::refused("the thread's name is no thread"))?;
        return Ok(ThreadRef { place: place.to_owned(), root: root.to_owned() });
    }
    let user = outbound.to.rsplit(':').next().unwrap_or_default();
    if user.is_empty() {
        return Err(DeliveryError::refused("the customer's Slack name is not known"));
    }
    Ok(ThreadRef { place: user.to_owned(), root: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_goes_where_the_question_was_asked() {
        let direct = Outbound { to: "T1:U1".into(), ..Outbound::default() };
        assert_eq!(target(&direct), Ok(ThreadRef { place: "U1".into(), root: String::new() }));
        let thread = Outbound { threads: vec![ThreadKey("C1:1.2".into()), ThreadKey("C1:3.4".into())], ..direct };
        assert_eq!(target(&thread), Ok(ThreadRef { place: "C1".into(), root: "3.4".into() }));
        assert!(target(&Outbound::default()).is_err());
    }
}
