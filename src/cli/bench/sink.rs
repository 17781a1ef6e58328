//! The other end of the loopback channel: takes every text, and remembers when.

use std::cell::RefCell;
use std::collections::HashSet;
use std::convert::Infallible;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::cli::CliError;

/// What arrived.
#[derive(Debug, Default)]
pub(super) struct Arrived {
    keys: HashSet<Vec<u8>>,
    /// Texts that came more than once.
    pub(super) repeated: u64,
    times: Vec<Instant>,
}

impl Arrived {
    /// Different texts.
    pub(super) fn count(&self) -> usize {
        self.keys.len()
    }

    /// How many came from a moment on, and how long it took until the last of them.
    pub(super) fn since(&self, begin: Instant) -> (usize, Duration) {
        let count = self.times.iter().filter(|at| **at >= begin).count();
        (count, self.times.last().map_or(Duration::ZERO, |last| last.saturating_duration_since(begin)))
    }
}

/// A listening sink.
pub(super) struct Sink {
    pub(super) url: String,
    pub(super) arrived: Rc<RefCell<Arrived>>,
}

impl Sink {
    /// Begins to listen, on this thread.
    pub(super) async fn open() -> Result<Self, CliError> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/texts", listener.local_addr()?);
        let arrived = Rc::new(RefCell::new(Arrived::default()));
        tokio::task::spawn_local(accept(listener, arrived.clone()));
        Ok(Self { url, arrived })
    }
}

async fn accept(listener: TcpListener, arrived: Rc<RefCell<Arrived>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let arrived = arrived.clone();
        let take = service_fn(move |request| take(request, arrived.clone()));
        tokio::task::spawn_local(async move {
            // Whoever sends may close when it likes.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), take).await;
        });
    }
}

async fn take(request: Request<Incoming>, arrived: Rc<RefCell<Arrived>>) -> Result<Response<Empty<Bytes>>, Infallible> {
    let key = request.headers().get("idempotency-key").map(|key| key.as_bytes().to_vec()).unwrap_or_default();
    // A body that breaks off is sent again.
    let _ = request.into_body().collect().await;
    let mut arrived = arrived.borrow_mut();
    if arrived.keys.insert(key) {
        arrived.times.push(Instant::now());
    } else {
        arrived.repeated += 1;
    }
    Ok(Response::new(Empty::new()))
}
