//! A connection to a mailbox (RFC 3501, IDLE of RFC 2177).

use std::fmt::Debug;
use std::time::Duration;

use async_imap::types::{Mailbox, UnsolicitedResponse};
use async_imap::{Authenticator, Client, Session};
use futures_util::TryStreamExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::contract::{ListenError, Sink};

use super::config::{Login, Security, Server};
use super::smtp::Identity;
use super::tls;

/// Longest wait for a connection and for the answer to one command.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// How long the server is listened to before it is asked whether it is still there. Half-open connections are common.
const IDLE_TIME: Duration = Duration::from_secs(120);
/// How often a server without IDLE is asked.
const POLL_TIME: Duration = Duration::from_secs(30);
/// Rounds of a sign-in after which a server is left alone.
const CHALLENGES_MAX: usize = 4;

/// A stream to a server, protected or not.
pub(super) trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Sync + Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync + Debug> Wire for T {}

/// One message as the server lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) uid: u32,
    pub(super) bytes: u32,
    /// When it arrived, in Unix seconds.
    pub(super) arrived: i64,
}

/// A mailbox that is open.
pub(super) struct Opened {
    session: Session<Box<dyn Wire>>,
    /// Which numbering of messages holds.
    pub(super) uid_validity: u32,
    /// The number the next message gets.
    pub(super) uid_next: u32,
    idles: bool,
}

impl Opened {
    /// Connects, signs in and opens a folder.
    pub(super) async fn open(server: &Server, identity: &Identity, folder: &str) -> Result<Self, ListenError> {
        let client = within(connect(server)).await?;
        let mut session = within(sign_in(client, server, identity)).await?;
        let capabilities = within(async { session.capabilities().await.map_err(broken) }).await?;
        let idles = capabilities.has_str("IDLE");
        let selected = within(async { Ok(session.select(folder).await) }).await?;
        let Mailbox { uid_validity, uid_next, .. } = selected.map_err(|error| match error {
            async_imap::error::Error::No(why) => {
                ListenError::Refused(format!("the folder “{folder}” can not be opened: {why}"))
            }
            error => broken(error),
        })?;
        let uid_validity = uid_validity.ok_or_else(|| ListenError::Refused("the server numbers no messages".into()))?;
        Ok(Self { session, uid_validity, uid_next: uid_next.unwrap_or(1), idles })
    }

    /// Messages numbered above `last`, in order.
    pub(super) async fn above(&mut self, last: u32) -> Result<Vec<u32>, ListenError> {
        // `n:*` always names the last message, even one below n.
        let query = format!("UID {}:*", u64::from(last) + 1);
        let found = within(async { self.session.uid_search(query).await.map_err(broken) }).await?;
        let mut uids: Vec<u32> = found.into_iter().filter(|uid| *uid > last).collect();
        uids.sort_unstable();
        Ok(uids)
    }

    /// Size and arrival of a message; `None` if it is gone.
    pub(super) async fn look(&mut self, uid: u32) -> Result<Option<Listed>, ListenError> {
        within(async {
            let asked =
                self.session.uid_fetch(uid.to_string(), "(UID RFC822.SIZE INTERNALDATE)").await.map_err(broken)?;
            let all: Vec<_> = asked.try_collect().await.map_err(broken)?;
            let seen = all.into_iter().find(|fetch| fetch.uid == Some(uid));
            Ok(seen.map(|fetch| Listed {
                uid,
                bytes: fetch.size.unwrap_or(0),
                arrived: fetch.internal_date().map_or(i64::MAX, |date| date.timestamp()),
            }))
        })
        .await
    }

    /// The bytes of a message, or of its header alone. Reading does not mark it as read.
    pub(super) async fn read(&mut self, uid: u32, whole: bool) -> Result<Option<Vec<u8>>, ListenError> {
        let what = if whole { "(UID BODY.PEEK[])" } else { "(UID BODY.PEEK[HEADER])" };
        within(async {
            let asked = self.session.uid_fetch(uid.to_string(), what).await.map_err(broken)?;
            let all: Vec<_> = asked.try_collect().await.map_err(broken)?;
            let seen = all.into_iter().find(|fetch| fetch.uid == Some(uid));
            Ok(seen.and_then(|fetch| fetch.body().or_else(|| fetch.header()).map(<[u8]>::to_vec)))
        })
        .await
    }

    /// Marks a message as read.
    pub(super) async fn mark_seen(&mut self, uid: u32) -> Result<(), ListenError> {
        within(async {
            let stored = self.session.uid_store(uid.to_string(), "+FLAGS.SILENT (\\Seen)").await.map_err(broken)?;
            stored.try_collect::<Vec<_>>().await.map_err(broken).map(drop)
        })
        .await
    }

    /// Waits for news. The mailbox comes back; `None` if the caller wants to stop.
    pub(super) async fn wait(mut self, sink: &dyn Sink) -> Result<Option<Self>, ListenError> {
        if !self.idles {
            let stop = tokio::select! {
                () = sink.stopped() => true,
                () = tokio::time::sleep(POLL_TIME) => false,
            };
            if stop {
                return Ok(None);
            }
            within(async { self.session.noop().await.map_err(broken) }).await?;
            return Ok(Some(self));
        }
        let news = self.session.unsolicited_responses.clone();
        let (uid_validity, uid_next) = (self.uid_validity, self.uid_next);
        let mut idle = self.session.idle();
        within(async { idle.init().await.map_err(broken) }).await?;
        // What arrived between the last search and here was told before the server said that it listens.
        let mut told = false;
        while let Ok(response) = news.try_recv() {
            told |= matches!(response, UnsolicitedResponse::Exists(_));
        }
        let stop = if told {
            false
        } else {
            let (heard, _keeps_listening) = idle.wait_with_timeout(IDLE_TIME);
            tokio::select! {
                () = sink.stopped() => true,
                heard = heard => {
                    heard.map_err(broken)?;
                    false
                }
            }
        };
        let session = within(async { idle.done().await.map_err(broken) }).await?;
        let mut opened = Self { session, uid_validity, uid_next, idles: true };
        if stop {
            opened.close().await;
            return Ok(None);
        }
        Ok(Some(opened))
    }

    /// Says goodbye, as far as the server listens.
    pub(super) async fn close(&mut self) {
        drop(within(async { self.session.logout().await.map_err(broken) }).await);
    }
}

async fn connect(server: &Server) -> Result<Client<Box<dyn Wire>>, ListenError> {
    let unreachable = |error: std::io::Error| {
        let (host, port) = (&server.host, server.port);
        ListenError::Broken(format!(
            "the IMAP server {host}:{port} can not be reached ({error}): check its name and its port, and that a firewall lets Baton out"
        ))
    };
    let stream = TcpStream::connect((server.host.trim_matches(['[', ']']), server.port)).await.map_err(unreachable)?;
    drop(stream.set_nodelay(true));
    match server.security {
        Security::None => greeted(Box::new(stream)).await,
        Security::Tls => greeted(Box::new(tls::wrap(stream, &server.host).await.map_err(ListenError::Refused)?)).await,
        Security::StartTls => {
            let mut plain = Client::new(stream);
            plain.read_response().await.map_err(unreachable)?;
            let agreed = plain.run_command_and_check_ok("STARTTLS", None).await;
            agreed.map_err(|error| ListenError::Refused(format!("the IMAP server has no STARTTLS: {error}")))?;
            // Whatever was read ahead of the handshake came from nobody who proved anything, and is dropped with the client.
            let safe = tls::wrap(plain.into_inner(), &server.host).await.map_err(ListenError::Refused)?;
            Ok(Client::new(Box::new(safe)))
        }
    }
}

async fn greeted(stream: Box<dyn Wire>) -> Result<Client<Box<dyn Wire>>, ListenError> {
    let mut client = Client::new(stream);
    let greeting =
        client.read_response().await.map_err(|error| ListenError::Broken(format!("no greeting: {error}")))?;
    greeting.ok_or_else(|| ListenError::Broken("the IMAP server closed the connection at once".into()))?;
    Ok(client)
}

async fn sign_in(
    client: Client<Box<dyn Wire>>,
    server: &Server,
    identity: &Identity,
) -> Result<Session<Box<dyn Wire>>, ListenError> {
    let signed_in = match identity.login {
        Login::Password => client.login(&server.user, &identity.secret).await,
        Login::OAuth => {
            let answer = format!("user={}\x01auth=Bearer {}\x01\x01", server.user, identity.secret);
            client.authenticate("XOAUTH2", Bearer { answer: Some(answer), rounds: 0 }).await
        }
    };
    signed_in.map_err(|(error, _)| match error {
        async_imap::error::Error::No(why) | async_imap::error::Error::Bad(why) => {
            ListenError::Refused(format!("the IMAP server refused the sign-in: {why}. Check the user name and the password; with two-step sign-in it must be an app password"))
        }
        error => broken(error),
    })
}

/// XOAUTH2. A server that refuses explains itself in a second challenge and waits for an empty answer to it.
struct Bearer {
    answer: Option<String>,
    rounds: usize,
}

impl Authenticator for Bearer {
    type Response = String;

    fn process(&mut self, _: &[u8]) -> String {
        self.rounds += 1;
        if self.rounds > CHALLENGES_MAX { "*".into() } else { self.answer.take().unwrap_or_default() }
    }
}

fn broken(error: impl std::fmt::Display) -> ListenError {
    ListenError::Broken(format!("the IMAP connection broke: {error}"))
}

async fn within<T>(work: impl Future<Output = Result<T, ListenError>>) -> Result<T, ListenError> {
    let late = |_| ListenError::Broken("the IMAP server did not answer in time".into());
    timeout(ANSWER_TIMEOUT, work).await.map_err(late)?
}
