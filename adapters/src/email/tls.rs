//! TLS for IMAP: this machine's roots, `ring`, and names that are checked.

use std::sync::{Arc, OnceLock};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::http::use_ring;

/// Protects a connection to `host`.
pub(super) async fn wrap(stream: TcpStream, host: &str) -> Result<TlsStream<TcpStream>, String> {
    static CONFIG: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    let config = CONFIG.get_or_init(|| {
        use_ring();
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
    });
    let name = ServerName::try_from(host.to_owned()).map_err(|_| format!("“{host}” is no server's name"))?;
    TlsConnector::from(config.clone()).connect(name, stream).await.map_err(|error| format!("TLS failed: {error}"))
}
