//! Listening for both protocols.

use std::net::Ipv4Addr;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::super::faults::Fault;
use super::post::Post;
use super::wire::Wire;
use super::{imap, smtp};

/// Where the server listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// SMTP.
    pub smtp: u16,
    /// IMAP.
    pub imap: u16,
}

/// A running mail server. It stops when this is dropped.
pub struct MailServer {
    /// What it serves.
    pub post: Post,
    /// Where.
    pub ports: Ports,
    tasks: [JoinHandle<()>; 2],
}

#[derive(Clone, Copy)]
enum Protocol {
    Smtp,
    Imap,
}

impl MailServer {
    /// Starts a server on free ports of this machine.
    ///
    /// # Errors
    /// If this machine has no port to give.
    pub fn start(post: Post) -> std::io::Result<Self> {
        let (smtp, imap) = (listener()?, listener()?);
        let ports = Ports { smtp: smtp.local_addr()?.port(), imap: imap.local_addr()?.port() };
        let tasks = [
            tokio::spawn(serve(smtp, post.clone(), Protocol::Smtp)),
            tokio::spawn(serve(imap, post.clone(), Protocol::Imap)),
        ];
        Ok(Self { post, ports, tasks })
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// A socket on a free port of this machine.
fn listener() -> std::io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

async fn serve(listener: TcpListener, post: Post, protocol: Protocol) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        if post.fails(Fault::Down) {
            continue;
        }
        tokio::spawn(converse(stream, post.clone(), protocol));
    }
}

async fn converse(stream: TcpStream, post: Post, protocol: Protocol) {
    let wire = Wire::new(stream);
    let ended = match protocol {
        Protocol::Smtp => smtp::converse(wire, &post).await,
        Protocol::Imap => imap::converse(wire, &post).await,
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection to the sandbox's mail server broke");
    }
}
