//! Files sent by anyone, served so that a browser shows pictures and saves everything else, and runs nothing.

use crate::handoff::AttachmentId;
use crate::store::attachments::{self, Attachment};
use actix_web::http::header;
use actix_web::{HttpResponse, web};

use super::refusal::Refusal;
use super::site::Site;

pub use crate::desk::inbound::clean_name;

/// Types a browser may show in place. Everything but these and sound is saved.
const SHOWN: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
/// Types that may be uploaded, by what the first bytes say; text has none and is checked apart.
const ACCEPTED: [&str; 7] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "application/pdf",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
];
/// What begins a page, in lower case. No camera writes it into a picture.
const PAGE_MARKS: [&[u8]; 3] = [b"<script", b"<!doctype", b"<html"];

/// The address of a file. It holds an unguessable signature, since `<img>` and a mail program send no header.
pub fn address(site: &Site, file: &Attachment) -> String {
    site.desk.addresses.file(file.id, &file.name)
}

/// `GET /files/{id}/{signature}/{name}`.
pub async fn serve(
    site: web::Data<Site>,
    path: web::Path<(AttachmentId, String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (id, signature, _) = path.into_inner();
    if !site.desk.addresses.is_signed(id, &signature) {
        return Err(Refusal::NotFound("file"));
    }
    let db = site.desk.store.reader();
    let file = attachments::find(db, id).await?.ok_or(Refusal::NotFound("file"))?;
    let content = attachments::content(db, id).await?.ok_or(Refusal::NotFound("file"))?;
    let is_shown = SHOWN.contains(&file.media_type.as_str()) || is_sound(&file.media_type);
    let disposition = if is_shown { "inline" } else { "attachment" };
    let name = url::form_urlencoded::byte_serialize(file.name.as_bytes()).collect::<String>().replace('+', "%20");
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, file.media_type))
        .insert_header((header::CONTENT_DISPOSITION, format!("{disposition}; filename*=UTF-8''{name}")))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::CACHE_CONTROL, "private, max-age=86400, immutable"))
        .insert_header((header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"))
        .body(content))
}

/// Whether a browser can play it in place. The types are found in the bytes, so nothing else can call itself one.
pub fn is_sound(media_type: &str) -> bool {
    ["audio/mpeg", "audio/x-wav", "audio/ogg", "audio/m4a", "audio/aac", "audio/amr"].contains(&media_type)
}

/// The type of an upload by its bytes, never by its name or its claim. `None`: it may not be uploaded.
pub fn sniff(content: &[u8], name: &str) -> Option<&'static str> {
    if let Some(kind) = infer::get(content) {
        let found = ACCEPTED.into_iter().find(|accepted| *accepted == kind.mime_type());
        if found.is_some_and(|found| SHOWN.contains(&found)) && holds_page(content) {
            return None;
        }
        // A spreadsheet is a ZIP archive; only its name tells it from others, and it is only ever saved.
        return found
            .or_else(|| (kind.mime_type() == "application/zip" && ends_with(name, ".xlsx")).then_some(ACCEPTED[6]));
    }
    let is_text = std::str::from_utf8(content).is_ok_and(|text| !text.contains('\0'));
    match is_text {
        true if ends_with(name, ".csv") => Some("text/csv; charset=utf-8"),
        true if ends_with(name, ".txt") => Some("text/plain; charset=utf-8"),
        _ => None,
    }
}

/// Whether a picture is a page as well, for a reader that looks at it that way.
fn holds_page(content: &[u8]) -> bool {
    let marks = |at: usize| {
        PAGE_MARKS
            .iter()
            .any(|mark| content.get(at..at + mark.len()).is_some_and(|bytes| bytes.eq_ignore_ascii_case(mark)))
    };
    content.iter().enumerate().any(|(at, byte)| *byte == b'<' && marks(at))
}

fn ends_with(name: &str, extension: &str) -> bool {
    name.to_lowercase().ends_with(extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_is_what_its_bytes_say() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        assert_eq!(sniff(png, "photo.txt"), Some("image/png"));
        assert_eq!(sniff(b"a,b\n1,2\n", "list.csv"), Some("text/csv; charset=utf-8"));
        assert_eq!(sniff(b"<html><script>alert(1)</script>", "page.html"), None);
        assert_eq!(sniff(b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "photo.png"), None);
        assert_eq!(sniff(b"MZ\x90\0\x03\0\0\0", "setup.exe"), None);
        assert_eq!(sniff(b"", "empty.png"), None);
        assert_eq!(sniff(b"GIF89a/*<ScRipt>alert(1)</script>*/", "photo.gif"), None);
        assert_eq!(sniff(b"GIF89a\x01\0\x01\0\0\0\0;", "photo.gif"), Some("image/gif"));
    }

    #[test]
    fn a_name_can_not_leave_its_folder() {
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("C:\\temp\\a\"b.png"), "ab.png");
        assert_eq!(clean_name(""), "file");
        assert_eq!(clean_name("..."), "file");
    }
}
