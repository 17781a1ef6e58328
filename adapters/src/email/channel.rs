//! Email as a channel.

use std::sync::Arc;

use async_trait::async_trait;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::contract::{
    Account, Capabilities, Channel, ChannelKind, Delivered, DeliveryError, FieldSpec, Files, Intake, ListenError,
    Markup, Outbound, ParseError, Parsed, RawRequest, Refused, Sink, ThreadKey,
};
use crate::http::Http;

use super::compose::{Letter, compose};
use super::config::{Config, FIELDS, Login};
use super::imap::Opened;
use super::inbound::{ADDRESS_KIND, TOKEN_MARK};
use super::mail::{FILE_BYTES_MAX, FILES_MAX, MailFile, Mailbox, TEXT_CHARS_MAX};
use super::oauth::Tokens;
use super::smtp::{self, Identity, Pool};
use super::{listen, thread};

/// Email. Clones share connections and tokens.
#[derive(Clone, Default)]
pub struct Email {
    http: Http,
    tokens: Arc<Tokens>,
    pool: Arc<Pool>,
}

impl Email {
    /// Email whose access tokens are asked for through this client.
    pub fn new(http: Http) -> Self {
        Self { http, ..Self::default() }
    }

    async fn identity(&self, account: &Account, config: &Config, password: &str) -> Result<Identity, DeliveryError> {
        let secret = match config.login {
            Login::OAuth => self.tokens.get(&self.http, account).await?,
            Login::Password => account
                .secret(password)
                .or_else(|| account.secret("password"))
                .ok_or_else(|| DeliveryError::refused("the mailbox's password is missing"))?
                .to_owned(),
        };
        Ok(Identity { login: config.login, secret })
    }

    async fn smtp_identity(&self, account: &Account, config: &Config) -> Result<Option<Identity>, DeliveryError> {
        if config.smtp.user == "-" {
            return Ok(None);
        }
        self.identity(account, config, "smtp_password").await.map(Some)
    }
}

#[async_trait]
impl Channel for Email {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Email
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            intake: Intake::Runtime,
            markup: Markup::Markdown,
            threads: true,
            receipts: true,
            subject: true,
            files: Some(Files { count_max: FILES_MAX, bytes_max: FILE_BYTES_MAX as u64, kinds: &[] }),
            ..Capabilities::text(ADDRESS_KIND, TEXT_CHARS_MAX)
        }
    }

    fn fields(&self) -> &'static [FieldSpec] {
        FIELDS
    }

    fn check_settings(&self, account: &Account) -> Vec<(&'static str, String)> {
        let mut wrong: Vec<_> = Config::of(account).err().into_iter().collect();
        if account.text("login") == "oauth" {
            for (field, what) in
                [("oauth_token_url", "the provider's token address"), ("oauth_client_id", "the app's client id")]
            {
                if account.text(field).is_empty() {
                    wrong.push((field, format!("signing in with OAuth needs {what}")));
                }
            }
        } else if account.secret("password").is_none() {
            wrong.push(("password", "the mailbox's password is missing".into()));
        }
        wrong
    }

    fn authenticate(&self, _: &Account, _: &RawRequest, _: i64) -> Result<(), Refused> {
        Err(Refused::NotAWebhook)
    }

    fn parse(&self, _: &Account, _: &RawRequest) -> Result<Parsed, ParseError> {
        Ok(Parsed::default())
    }

    async fn deliver(&self, account: &Account, message: &Outbound) -> Result<Delivered, DeliveryError> {
        let config = Config::of(account).map_err(|(_, why)| DeliveryError::refused(why))?;
        let token = token(account, message);
        let letter = letter(account, &config, message, &token);
        let mail = compose(&letter).map_err(|why| DeliveryError::refused(why.to_string()))?;
        let identity = self.smtp_identity(account, &config).await?;
        let sent = self.pool.send(&config.smtp, identity.as_ref(), &mail).await;
        if sent.as_ref().is_err_and(|error| {
            matches!(error, DeliveryError::Refused { refusal: crate::contract::Refusal::Unauthorized, .. })
        }) {
            self.tokens.forget(account).await;
        }
        sent?;
        Ok(Delivered { provider_id: Some(letter.message_id), thread: Some(ThreadKey(format!("{TOKEN_MARK}{token}"))) })
    }

    async fn test(&self, account: &Account) -> Result<String, String> {
        let config = Config::of(account).map_err(|(_, why)| why)?;
        let reading = self.identity(account, &config, "password").await.map_err(|error| error.to_string())?;
        let mut mailbox =
            Opened::open(&config.imap, &reading, &config.folder).await.map_err(|error| error.to_string())?;
        mailbox.close().await;
        let writing = self.smtp_identity(account, &config).await.map_err(|error| error.to_string())?;
        let mut connection = smtp::connect(&config.smtp, writing.as_ref()).await.map_err(|error| error.to_string())?;
        connection.abort().await;
        Ok(format!("Both servers let Baton in, and the folder “{}” opens.", config.folder))
    }

    async fn listen(&self, account: &Account, sink: &dyn Sink) -> Result<(), ListenError> {
        let config = Config::of(account).map_err(|(_, why)| ListenError::Refused(why))?;
        let identity = self.identity(account, &config, "password").await.map_err(|error| match error {
            DeliveryError::Refused { why, .. } => ListenError::Refused(why),
            error => ListenError::Broken(error.to_string()),
        })?;
        let ended = listen::run(account, &config, &identity, sink).await;
        if matches!(ended, Err(ListenError::Refused(_))) {
            self.tokens.forget(account).await;
        }
        ended
    }
}

/// The conversation's token: the one it has, or a new one that nobody can guess and every try makes alike.
fn token(account: &Account, message: &Outbound) -> String {
    let known = message.threads.iter().rev().find_map(|thread| thread.0.strip_prefix(TOKEN_MARK));
    if let Some(token) = known {
        return token.to_owned();
    }
    let secret =
        ["password", "oauth_refresh_token", "oauth_client_secret"].iter().find_map(|name| account.secret(name));
    let mut mac = match Hmac::<Sha256>::new_from_slice(secret.unwrap_or("").as_bytes()) {
        Ok(mac) => mac,
        Err(never) => unreachable!("HMAC takes a key of any length: {never}"),
    };
    mac.update(message.key.as_bytes());
    mac.finalize().into_bytes().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

fn letter(account: &Account, config: &Config, message: &Outbound, token: &str) -> Letter {
    let ids = message.threads.iter().map(|thread| &thread.0).filter(|key| !key.starts_with(TOKEN_MARK));
    let name = match (&message.author_name, config.from.name.as_str()) {
        (Some(author), "") => author.clone(),
        (Some(author), name) => format!("{author} · {name}"),
        (None, name) => name.to_owned(),
    };
    let mailbox = |address: &String| Mailbox { name: String::new(), address: address.clone() };
    let subject = message.subject.as_deref().unwrap_or("");
    Letter {
        from: Mailbox { name, address: config.from.address.clone() },
        reply_to: config.reply_tags.then(|| mailbox(&thread::tagged(&config.from.address, token))),
        to: vec![mailbox(&message.to)],
        cc: message.cc.iter().map(mailbox).collect(),
        subject: if !subject.is_empty() && (message.names_subject || message.threads.is_empty()) {
            subject.to_owned()
        } else {
            thread::answer_subject(subject)
        },
        message_id: thread::message_id(token, &message.key, config.domain()),
        references: ids.cloned().collect(),
        markdown: message.text.clone(),
        signature: if message.unsigned { String::new() } else { config.signature.clone() },
        automatic: message.author_name.is_none(),
        loop_mark: listen::loop_mark(account),
        files: message.files.iter().map(file).collect(),
    }
}

fn file(file: &crate::contract::OutboundFile) -> MailFile {
    MailFile {
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        bytes: file.content.to_vec(),
        content_id: None,
    }
}
