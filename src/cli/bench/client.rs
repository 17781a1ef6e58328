//! The load client: one keep-alive HTTP/1.1 connection a task.
//!
//! May not follow redirects, keep cookies or try again: what is measured is one request and its answer. Invariant: it costs
//! little beside the server, which shares the machine with it.

use std::net::SocketAddr;

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::cli::CliError;

/// Bytes of an unwelcome answer that are shown.
const SHOWN_BYTES_MAX: usize = 300;

/// Where a server is.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) address: SocketAddr,
    /// What it is called in `Host`.
    pub(super) host: String,
}

impl Place {
    /// Reads `http://HOST:PORT`.
    pub(super) async fn of_url(url: &str) -> Result<Self, CliError> {
        let wrong = || CliError::Words(format!("--url {url}: give it as http://HOST:PORT, without a path"));
        let parsed = url::Url::parse(url).map_err(|_| wrong())?;
        let (Some(name), true) = (parsed.host_str(), parsed.scheme() == "http") else { return Err(wrong()) };
        let port = parsed.port_or_known_default().ok_or_else(wrong)?;
        let host = format!("{name}:{port}");
        let address = tokio::net::lookup_host(&host).await?.next();
        let address = address.ok_or_else(|| CliError::Words(format!("--url {url}: {name} has no address")))?;
        Ok(Self { address, host })
    }
}

/// Why a request brought nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failed {
    /// No connection.
    #[error("can not connect to {0}: {1}")]
    Connect(SocketAddr, std::io::Error),
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Broken(#[from] hyper::Error),
    /// The request can not be written.
    #[error("the request can not be written: {0}")]
    Unwritable(#[from] http::Error),
    /// Another answer than was hoped for.
    #[error("{path} was answered {status}: {words}")]
    Refused { path: String, status: StatusCode, words: String },
    /// An answer that says something else than expected.
    #[error("an answer can not be read: {0}")]
    Unreadable(String),
}

impl From<Failed> for CliError {
    fn from(why: Failed) -> Self {
        Self::Words(why.to_string())
    }
}

/// A connection that stays open.
pub(super) struct Connection {
    place: Place,
    sender: SendRequest<Full<Bytes>>,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Connection {
    pub(super) async fn open(place: &Place) -> Result<Self, Failed> {
        let unreachable = |why| Failed::Connect(place.address, why);
        let stream = TcpStream::connect(place.address).await.map_err(unreachable)?;
        stream.set_nodelay(true).map_err(unreachable)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // Ends with the sender or the server; a broken one shows at the next request.
        tokio::spawn(connection);
        Ok(Self { place: place.clone(), sender })
    }

    /// Sends a request, and brings the whole answer. A connection that broke is opened again first.
    pub(super) async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &HeaderMap,
        body: impl Into<Bytes>,
    ) -> Result<Answer, Failed> {
        if self.sender.is_closed() {
            *self = Self::open(&self.place).await?;
        }
        let mut request = Request::builder().method(method).uri(path).body(Full::new(body.into()))?;
        *request.headers_mut() = headers.clone();
        let host = HeaderValue::from_str(&self.place.host).map_err(http::Error::from)?;
        request.headers_mut().insert(header::HOST, host);
        self.sender.ready().await?;
        let (parts, body) = self.sender.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }

    pub(super) async fn get(&mut self, path: &str, headers: &HeaderMap) -> Result<Answer, Failed> {
        self.send(Method::GET, path, headers, Bytes::new()).await?.wanted(path)
    }

    pub(super) async fn post(
        &mut self,
        path: &str,
        headers: &HeaderMap,
        body: impl Into<Bytes>,
    ) -> Result<Answer, Failed> {
        self.send(Method::POST, path, headers, body).await?.wanted(path)
    }
}

impl Answer {
    /// Nothing but success.
    fn wanted(self, path: &str) -> Result<Self, Failed> {
        if self.status.is_success() || self.status.is_redirection() {
            return Ok(self);
        }
        let words = String::from_utf8_lossy(&self.body[..self.body.len().min(SHOWN_BYTES_MAX)]).into_owned();
        Err(Failed::Refused { path: path.to_owned(), status: self.status, words })
    }

    /// One text of a JSON object.
    pub(super) fn text(&self, field: &str) -> Result<String, Failed> {
        match self.json()?.get(field) {
            Some(serde_json::Value::String(text)) => Ok(text.clone()),
            Some(serde_json::Value::Number(number)) => Ok(number.to_string()),
            _ => Err(Failed::Unreadable(format!("it has no {field}"))),
        }
    }

    pub(super) fn json(&self) -> Result<serde_json::Value, Failed> {
        serde_json::from_slice(&self.body).map_err(|why| Failed::Unreadable(why.to_string()))
    }
}

/// Headers by name and value; both are our own words.
pub(super) fn headers(named: &[(&'static str, &str)]) -> Result<HeaderMap, Failed> {
    let mut map = HeaderMap::with_capacity(named.len() + 1);
    for (name, value) in named {
        map.insert(*name, HeaderValue::from_str(value).map_err(http::Error::from)?);
    }
    Ok(map)
}
