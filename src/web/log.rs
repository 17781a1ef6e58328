//! One span a request: its id, method, path pattern and status. Never a body, a query or a header.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder};

/// Builds the span of a request.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        use actix_web::HttpMessage as _;
        let id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
        let path = request.match_pattern().unwrap_or_else(|| "unmatched".into());
        let method = request.method().as_str();
        tracing::info_span!("request", %id, method, path, status = tracing::field::Empty)
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, actix_web::Error>) {
        let status = match outcome {
            Ok(response) => response.status(),
            Err(error) => error.as_response_error().status_code(),
        };
        span.record("status", status.as_u16());
        metrics::counter!("baton_requests_total", "status" => status.as_u16().to_string()).increment(1);
        if status.is_server_error() {
            tracing::error!(parent: &span, "request failed");
        } else {
            tracing::debug!(parent: &span, "request done");
        }
    }
}
