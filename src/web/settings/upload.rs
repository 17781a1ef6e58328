//! Forms that carry files, read whole.
//!
//! May not judge: whether a file can be used is said elsewhere. Invariant: no more is read than the limits say.

use actix_multipart::Multipart;
use futures_util::TryStreamExt as _;

use super::posted::Posted;
use crate::web::files;
use crate::web::refusal::Refusal;

/// Files of one form.
pub const FILES_MAX: usize = 50;
/// Bytes of one form, files included.
const FORM_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Bytes of a field that is no file.
const FIELD_BYTES_MAX: usize = 128 * 1024;

/// A form with its files: name and content of each.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    /// The fields.
    pub form: Posted,
    /// The files.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Reads a form. A file may have `file_bytes_max`.
///
/// # Errors
/// [`Refusal::BadForm`] with what to do, where it is damaged or too large.
pub async fn read(mut form: Multipart, file_bytes_max: usize) -> Result<Upload, Refusal> {
    let broken = |_| Refusal::BadForm("The form arrived damaged. Try again.".to_owned());
    let (mut fields, mut files, mut total) = (Vec::new(), Vec::new(), 0);
    while let Some(mut field) = form.try_next().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let file =
            field.content_disposition().and_then(|disposition| disposition.get_filename()).map(files::clean_name);
        let bytes_max = if file.is_some() { file_bytes_max } else { FIELD_BYTES_MAX };
        let mut bytes = Vec::new();
        while let Some(chunk) = field.try_next().await.map_err(broken)? {
            total += chunk.len();
            if bytes.len() + chunk.len() > bytes_max || total > FORM_BYTES_MAX {
                return Err(too_large(file_bytes_max));
            }
            bytes.extend_from_slice(&chunk);
        }
        match file {
            // Browsers send an empty part for a file nobody chose.
            Some(_) if bytes.is_empty() => {}
            Some(_) if files.len() >= FILES_MAX => {
                return Err(Refusal::BadForm(format!("Choose at most {FILES_MAX} files at a time.")));
            }
            Some(file) => files.push((file, bytes)),
            None => fields.push((name, String::from_utf8_lossy(&bytes).into_owned())),
        }
    }
    Ok(Upload { form: Posted::of(fields), files })
}

fn too_large(file_bytes_max: usize) -> Refusal {
    let (file, form) = (file_bytes_max / (1024 * 1024), FORM_BYTES_MAX / (1024 * 1024));
    Refusal::BadForm(format!("That is too large. A file may have {file} MB, all together {form} MB."))
}
