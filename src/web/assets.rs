//! Styles, scripts and the widget, embedded in the binary (read from the source folder in debug builds).

use actix_web::http::header::{self, ETag, EntityTag, HeaderValue, IfNoneMatch};
use actix_web::{HttpRequest, HttpResponse, Responder, web};
use rust_embed::{EmbeddedFile, RustEmbed};

/// The script a browser runs when it is notified. It stands for the inbox, which its own folder does not cover.
const PUSH_WORKER: &str = "push/worker.js";
const PUSH_SCOPE: &str = "/inbox";

#[derive(RustEmbed)]
#[folder = "static/"]
struct Static;

/// `/static/{path}`.
pub async fn file(request: HttpRequest, path: web::Path<String>) -> impl Responder {
    serve(&request, &path)
}

/// `/widget/{file}`: modules that pages of other origins import.
pub async fn widget_module(request: HttpRequest, path: web::Path<String>) -> impl Responder {
    shared(serve(&request, &format!("widget/{path}")))
}

/// `/widget.js`: the one tag a page embeds.
pub async fn widget_loader(request: HttpRequest) -> impl Responder {
    shared(serve(&request, "widget/widget.js"))
}

/// A page of the demo shop.
pub async fn shop(request: HttpRequest) -> impl Responder {
    serve(&request, "shop/index.html")
}

/// What the demo shop's page is made of.
pub async fn shop_file(request: HttpRequest, path: web::Path<String>) -> impl Responder {
    serve(&request, &format!("shop/{path}"))
}

fn serve(request: &HttpRequest, path: &str) -> HttpResponse {
    match Static::get(path) {
        Some(found) => respond(request, path, found),
        None => HttpResponse::NotFound().body("there is no such file\n"),
    }
}

fn respond(request: &HttpRequest, path: &str, file: EmbeddedFile) -> HttpResponse {
    let digest: String = file.metadata.sha256_hash()[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = EntityTag::new_strong(digest);
    let known =
        matches!(header::Header::parse(request), Ok(IfNoneMatch::Items(tags)) if tags.iter().any(|t| t.weak_eq(&tag)));
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header(ETag(tag)).insert_header((header::CACHE_CONTROL, "no-cache"));
    if path == PUSH_WORKER {
        response.insert_header(("service-worker-allowed", PUSH_SCOPE));
    }
    if known {
        return response.finish();
    }
    let media_type = match path.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        _ => file.metadata.mimetype(),
    };
    let is_widget = path.starts_with("widget/") && media_type.starts_with("text/javascript");
    match std::str::from_utf8(&file.data) {
        Ok(source) if is_widget => response.content_type(media_type).body(without_comments(source)),
        _ => response.content_type(media_type).body(file.data.into_owned()),
    }
}

/// A module as visitors get it: lines that are nothing but a comment help nobody there, and phones pay for them.
fn without_comments(source: &str) -> String {
    let lines = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.fold(String::with_capacity(source.len()), |module, line| module + line + "\n")
}

/// Any page may load the widget; what it may do is decided by its channel's origins and the visitor's token.
fn shared(mut response: HttpResponse) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        header::HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::{Static, without_comments};

    /// The widget's promise to the pages that carry it, in bytes of JavaScript before compression: about 23 kB after it.
    const WIDGET_BYTES_MAX: usize = 80_000;

    #[test]
    fn the_widget_stays_small() {
        let own =
            |path: &str| path.starts_with("widget/") && !path.contains("strings/") || path.ends_with("strings/en.js");
        let sizes = Static::iter()
            .filter(|path| own(path))
            .filter_map(|path| Static::get(&path))
            .map(|file| without_comments(std::str::from_utf8(&file.data).expect("JavaScript is text")).len());
        let bytes: usize = sizes.sum();
        assert!((10_000..WIDGET_BYTES_MAX).contains(&bytes), "{bytes} bytes");
    }

    #[test]
    fn only_whole_comment_lines_are_left_out() {
        let source = "// why\nconst a = 'https://x.example'; // kept\n  // gone\nb();\n";
        assert_eq!(without_comments(source), "const a = 'https://x.example'; // kept\nb();\n");
    }
}
