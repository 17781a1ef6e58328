//! Files of stand-in Meta: uploaded, described, and fetched with the token.

use actix_multipart::Multipart;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::TryStreamExt as _;
use serde_json::json;

use super::super::phones::File;
use super::super::world::World;
use super::api::{admit, is_allowed, unknown};
use super::{DISPLAY_NUMBER, PHONE_NUMBER_ID};

/// Largest file.
const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Takes a file.
pub(super) async fn upload(world: web::Data<World>, request: HttpRequest, mut form: Multipart) -> HttpResponse {
    if let Err(refusal) = admit(&world, &request).await {
        return refusal;
    }
    let mut file = File { name: "file".into(), media_type: String::new(), content: web::Bytes::new() };
    while let Ok(Some(mut field)) = form.try_next().await {
        if field.name() != Some("file") {
            while let Ok(Some(_)) = field.try_next().await {}
            continue;
        }
        file.media_type = field.content_type().map(ToString::to_string).unwrap_or_default();
        let name = field.content_disposition().and_then(|about| about.get_filename());
        file.name = name.unwrap_or("file").to_owned();
        let mut content = web::BytesMut::new();
        while let Ok(Some(piece)) = field.try_next().await {
            if content.len() + piece.len() > FILE_BYTES_MAX {
                return HttpResponse::PayloadTooLarge().finish();
            }
            content.extend_from_slice(&piece);
        }
        file.content = content.freeze();
    }
    HttpResponse::Ok().json(json!({ "id": world.meta().keep(file) }))
}

/// About a file, or about the number.
pub(super) async fn about(
    world: web::Data<World>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> HttpResponse {
    if let Err(refusal) = admit(&world, &request).await {
        return refusal;
    }
    let (_, id) = path.into_inner();
    if id == PHONE_NUMBER_ID {
        return HttpResponse::Ok().json(json!({
            "display_phone_number": format!("+{DISPLAY_NUMBER}"), "verified_name": "Lumen & Oak (sandbox)",
            "quality_rating": "GREEN", "id": id,
        }));
    }
    match world.meta().file(&id) {
        Some(file) => HttpResponse::Ok().json(json!({
            "id": id, "url": format!("{}/media/{id}", world.url()), "mime_type": file.media_type,
            "file_size": file.content.len().to_string(), "messaging_product": "whatsapp",
        })),
        None => unknown(),
    }
}

/// A file's content. The token goes along, as with the real one.
pub(super) async fn download(world: web::Data<World>, request: HttpRequest, id: web::Path<String>) -> HttpResponse {
    if !is_allowed(&request) {
        return HttpResponse::Unauthorized().finish();
    }
    match world.meta().file(&id) {
        Some(file) => HttpResponse::Ok().content_type(file.media_type).body(file.content),
        None => HttpResponse::NotFound().finish(),
    }
}
