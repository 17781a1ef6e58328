//! The files a message names: uploads of the same contact that no other message has.

use serde::Deserialize;
use uuid::Uuid;

use crate::desk::receive::FILES_MAX;
use crate::handoff::{AttachmentId, MessageId};
use crate::store::attachments;

use super::refusal::Problem;
use super::visitor::Caller;

/// A file as a message names it. Some widgets make up an id of their own, so the address counts first.
#[derive(Deserialize)]
pub(super) struct Named {
    id: Option<String>,
    url: Option<String>,
}

/// The uploads that `named` stands for.
pub(super) async fn find(visitor: &Caller, message: MessageId, named: &[Named]) -> Result<Vec<AttachmentId>, Problem> {
    if named.len() > FILES_MAX {
        return Err(Problem::Invalid(format!("attachments holds too much. Send at most {FILES_MAX} files.")));
    }
    let mut found = Vec::with_capacity(named.len());
    for file in named {
        let id = file.upload().ok_or_else(unknown)?;
        let upload = attachments::find(visitor.site.desk.store.reader(), id).await?;
        upload
            .filter(|upload| upload.contact == Some(visitor.contact_id))
            .filter(|upload| upload.message.is_none_or(|has| has == message))
            .ok_or_else(unknown)?;
        if !found.contains(&id) {
            found.push(id);
        }
    }
    Ok(found)
}

fn unknown() -> Problem {
    Problem::Invalid("attachments names a file that was not uploaded for this message. Upload it again.".into())
}

impl Named {
    fn upload(&self) -> Option<AttachmentId> {
        let in_address = self.url.as_deref().and_then(|url| {
            let (_, rest) = url.split_once("/files/")?;
            rest.split('/').next()?.parse::<Uuid>().ok()
        });
        in_address.or_else(|| self.id.as_deref()?.parse().ok()).map(AttachmentId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_counts_before_a_made_up_id() {
        let (real, made_up) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let url = format!("https://support.example/files/{real}/sig/photo.png");
        let named = |id: Option<String>, url: Option<String>| Named { id, url }.upload();
        assert_eq!(named(Some(made_up.to_string()), Some(url)), Some(AttachmentId(real)));
        assert_eq!(named(Some(made_up.to_string()), None), Some(AttachmentId(made_up)));
        assert_eq!(named(Some("1".into()), Some("https://evil.example/x.png".into())), None);
    }
}
