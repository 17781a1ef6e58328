//! A file a contact means to send. It belongs to the contact alone until a message names it.

use actix_multipart::{Field, Multipart};
use actix_web::web::BytesMut;
use actix_web::{HttpRequest, HttpResponse, http::header};
use futures_util::StreamExt as _;
use serde::Serialize;

use crate::handoff::AttachmentId;
use crate::store::attachments::{self, Attachment};
use crate::web::files;

use super::refusal::Problem;
use super::render::bare;
use super::visitor::Visitor;

/// What a request may hold beside the file itself, in bytes.
const ENVELOPE_BYTES_MAX: usize = 64 * 1024;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Uploaded {
    id: AttachmentId,
    file_name: String,
    file_url: String,
    size: i64,
    #[serde(rename = "type")]
    kind: String,
}

/// `POST /backend/widget/v2/upload`, the file in the field `file`.
pub(super) async fn create(request: HttpRequest, visitor: Visitor, form: Multipart) -> Result<HttpResponse, Problem> {
    visitor.site.limits.upload(visitor.contact.id.0)?;
    let bytes_max = visitor.site.boot.upload_bytes_max;
    if announced(&request).is_some_and(|bytes| bytes > bytes_max + ENVELOPE_BYTES_MAX) {
        return Err(too_large(bytes_max));
    }
    let (name, content) = file_of(form, bytes_max).await?;
    let media_type = files::sniff(&content, &name).ok_or_else(|| {
        Problem::Invalid(
            "This kind of file can not be sent. Send png, jpg, gif, webp, pdf, csv, txt, xls or xlsx.".into(),
        )
    })?;
    let file = Attachment {
        id: AttachmentId(visitor.site.desk.clock.new_id()),
        conversation: None,
        message: None,
        contact: Some(visitor.contact.id),
        name,
        media_type: media_type.to_owned(),
        size_bytes: i64::try_from(content.len()).unwrap_or(i64::MAX),
    };
    let tx = visitor.site.desk.store.begin().await?;
    attachments::insert(&*tx, &file, content.to_vec(), visitor.site.desk.clock.now()).await?;
    tx.commit().await?;
    Ok(HttpResponse::Created().json(Uploaded {
        id: file.id,
        file_url: files::address(&visitor.site, &file),
        size: file.size_bytes,
        kind: bare(&file.media_type).to_owned(),
        file_name: file.name,
    }))
}

async fn file_of(mut form: Multipart, bytes_max: usize) -> Result<(String, BytesMut), Problem> {
    while let Some(field) = form.next().await {
        let field = field.map_err(unreadable)?;
        if field.name() == Some("file") {
            let given = field.content_disposition().and_then(|about| about.get_filename().map(str::to_owned));
            let content = collect(field, bytes_max).await?;
            return Ok((files::clean_name(&given.unwrap_or_default()), content));
        }
        // Other fields are of no use, and as bounded as the rest.
        collect(field, ENVELOPE_BYTES_MAX).await?;
    }
    Err(Problem::Invalid("The form has no file. Send it in the field `file` as multipart/form-data.".into()))
}

async fn collect(mut field: Field, bytes_max: usize) -> Result<BytesMut, Problem> {
    let mut content = BytesMut::new();
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(unreadable)?;
        if content.len() + chunk.len() > bytes_max {
            return Err(too_large(bytes_max));
        }
        content.extend_from_slice(&chunk);
    }
    Ok(content)
}

fn announced(request: &HttpRequest) -> Option<usize> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(bytes_max: usize) -> Problem {
    Problem::TooLarge(format!("The file is too large. At most {bytes_max} bytes fit."))
}

fn unreadable(why: actix_multipart::MultipartError) -> Problem {
    Problem::Invalid(format!("The form can not be read: {why}. Send it as multipart/form-data."))
}
