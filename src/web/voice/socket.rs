//! `GET /voice/{token}/{call}/socket`: a conversation over a socket, believed only after its handshake was signed.

use actix_web::{HttpRequest, HttpResponse, web};
use actix_ws::{MessageStream, Session};
use baton_adapters::contract::voice::Heard;

use crate::web::site::Site;

use super::door::{Number, Shut};
use super::talk::Talk;

/// Largest frame.
const FRAME_BYTES_MAX: usize = 64 * 1024;
/// How long the first frame may take.
const SETUP_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(5);

/// Opens the socket.
pub(super) async fn open(
    site: web::Data<Site>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    body: web::Payload,
) -> HttpResponse {
    match enter(&site, &request, &path, body).await {
        Ok(response) => response,
        Err(shut) => shut.answer(),
    }
}

async fn enter(
    site: &web::Data<Site>,
    request: &HttpRequest,
    (token, call): &(String, String),
    body: web::Payload,
) -> Result<HttpResponse, Shut> {
    let (number, _) = Number::enter(site, request, token, web::Bytes::new()).await?;
    let stored = number.call_by_id(site, call).await?;
    if stored.call.ending().is_some() {
        return Err(Shut::Unknown);
    }
    let (response, session, stream) = actix_ws::handle(request, body).map_err(|_| Shut::Unknown)?;
    let site = site.get_ref().clone();
    actix_web::rt::spawn(async move {
        let mut stream = stream.max_frame_size(FRAME_BYTES_MAX);
        if !is_set_up(&number, &mut stream, &stored.provider_id).await {
            tracing::warn!(call = %stored.id, "a socket did not begin with the call it was opened for");
            return close(session).await;
        }
        let mut talk = Talk::new(site, number, stored, session.clone());
        if let Err(error) = talk.run(&mut stream).await {
            tracing::error!(%error, "a conversation over a socket broke off; the call goes on in turns");
        }
        close(session).await;
    });
    Ok(response)
}

/// The provider names the call first, and it must be the one that was answered.
async fn is_set_up(number: &Number, stream: &mut MessageStream, provider_id: &str) -> bool {
    let Ok(Some(Ok(actix_ws::Message::Text(frame)))) = tokio::time::timeout(SETUP_TIMEOUT, stream.recv()).await else {
        return false;
    };
    let Ok(voice) = number.voice() else { return false };
    matches!(voice.heard(&frame), Ok(Heard::Setup { call }) if call == provider_id)
}

async fn close(session: Session) {
    // It may be closed already.
    drop(session.close(None).await);
}
