//! Sending by SMTP, on connections that are kept for a while.
//!
//! Invariant: what is answered is known. Before the mail's bytes leave nothing can have been sent; once they left and no answer
//! came, nobody knows, and that is what is reported.

use std::collections::HashMap;
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::contract::{DeliveryError, Refusal};

use super::config::{Login, Security, Server};

/// Longest wait for one answer of the server.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(12);
/// How long an unused connection is kept. Servers close theirs after minutes.
const IDLE_TIMEOUT: Duration = Duration::from_secs(45);
/// Unused connections that are kept, to all servers together.
const IDLE_MAX: usize = 16;

/// How to say who one is: with what, and the secret.
#[derive(Clone)]
pub(super) struct Identity {
    pub(super) login: Login,
    pub(super) secret: String,
}

/// Unused connections by server.
#[derive(Default)]
pub(super) struct Pool(Mutex<HashMap<Server, Vec<(AsyncSmtpConnection, Instant)>>>);

impl Pool {
    /// Sends a mail.
    pub(super) async fn send(
        &self,
        server: &Server,
        identity: Option<&Identity>,
        mail: &Message,
    ) -> Result<(), DeliveryError> {
        let mut connection = match self.unused(server).await {
            Some(connection) => connection,
            None => connect(server, identity).await?,
        };
        let outcome = transfer(&mut connection, mail).await;
        if outcome.is_ok() && !connection.has_broken() {
            self.keep(server, connection).await;
        } else {
            connection.abort().await;
        }
        outcome
    }

    async fn unused(&self, server: &Server) -> Option<AsyncSmtpConnection> {
        loop {
            let (mut connection, since) = self.0.lock().await.get_mut(server)?.pop()?;
            if since.elapsed() < IDLE_TIMEOUT && connection.test_connected().await {
                return Some(connection);
            }
            connection.abort().await;
        }
    }

    async fn keep(&self, server: &Server, connection: AsyncSmtpConnection) {
        let mut pool = self.0.lock().await;
        if pool.values().map(Vec::len).sum::<usize>() >= IDLE_MAX {
            pool.clear();
        }
        pool.entry(server.clone()).or_default().push((connection, Instant::now()));
    }
}

/// A connection that has said who it is.
pub(super) async fn connect(
    server: &Server,
    identity: Option<&Identity>,
) -> Result<AsyncSmtpConnection, DeliveryError> {
    let tls = || TlsParameters::new_rustls(server.host.clone()).map_err(|error| refused(&error));
    let hello = ClientId::default();
    let at_once = if server.security == Security::Tls { Some(tls()?) } else { None };
    let address = (server.host.as_str(), server.port);
    let mut connection = AsyncSmtpConnection::connect_tokio1(address, Some(ANSWER_TIMEOUT), &hello, at_once, None)
        .await
        .map_err(|error| before(&error, "the SMTP server can not be reached"))?;
    if server.security == Security::StartTls {
        connection.starttls(tls()?, &hello).await.map_err(|error| before(&error, "STARTTLS failed"))?;
    }
    if let Some(identity) = identity {
        let credentials = Credentials::new(server.user.clone(), identity.secret.clone());
        let mechanisms: &[Mechanism] = match identity.login {
            Login::Password => &[Mechanism::Plain, Mechanism::Login],
            Login::OAuth => &[Mechanism::Xoauth2],
        };
        if let Err(error) = connection.auth(mechanisms, &credentials).await {
            connection.abort().await;
            return Err(match error.is_permanent() || error.is_client() {
                true => DeliveryError::Refused {
                    why: words(&error, "the SMTP server refused the sign-in"),
                    refusal: Refusal::Unauthorized,
                },
                false => before(&error, "signing in failed"),
            });
        }
    }
    Ok(connection)
}

async fn transfer(connection: &mut AsyncSmtpConnection, mail: &Message) -> Result<(), DeliveryError> {
    let (envelope, bytes) = (mail.envelope(), mail.formatted());
    let mut options = Vec::new();
    if envelope.to().iter().any(|to| !to.to_string().is_ascii()) {
        options.push(MailParameter::SmtpUtfEight);
    }
    if !bytes.is_ascii() && connection.server_info().supports_feature(Extension::EightBitMime) {
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    let from = Mail::new(envelope.from().cloned(), options);
    connection.command(from).await.map_err(|error| before(&error, "the sender was refused"))?;
    let mut taken = 0;
    for (index, to) in envelope.to().iter().enumerate() {
        match connection.command(Rcpt::new(to.clone(), Vec::new())).await {
            Ok(_) => taken += 1,
            // A copy that can not be delivered must not keep the answer from the customer, who stands first.
            Err(error) if index > 0 && taken > 0 && (error.is_permanent() || error.is_transient()) => {
                tracing::warn!(error = %words(&error, ""), "an addressee of a copy was refused");
            }
            Err(error) => return Err(before(&error, "the addressee was refused")),
        }
    }
    connection.command(Data).await.map_err(|error| before(&error, "the mail was refused"))?;
    match tokio::time::timeout(ANSWER_TIMEOUT, connection.message(&bytes)).await {
        Ok(Ok(_)) => Ok(()),
        // The server answered: it does not have the mail.
        Ok(Err(error)) if error.is_permanent() || error.is_transient() => Err(before(&error, "the mail was refused")),
        Ok(Err(error)) => {
            Err(DeliveryError::Unknown { why: words(&error, "the SMTP server did not say whether it has the mail") })
        }
        Err(_) => {
            Err(DeliveryError::Unknown { why: "the SMTP server did not say in time whether it has the mail".into() })
        }
    }
}

/// What an error means as long as the mail has not left.
fn before(error: &Error, what: &str) -> DeliveryError {
    if error.is_permanent() {
        return DeliveryError::refused(words(error, what));
    }
    DeliveryError::Again { why: words(error, what), after: None }
}

fn refused(error: &Error) -> DeliveryError {
    DeliveryError::refused(words(error, "TLS can not be set up"))
}

/// The server's own words behind ours.
fn words(error: &Error, what: &str) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let code = error.status().map(|code| format!("{code} ")).unwrap_or_default();
    format!("{what}: {code}{cause}")
}
