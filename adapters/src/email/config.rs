//! What an admin sets for a mailbox.

use crate::contract::{Account, FieldKind, FieldSpec};

use super::mail::{Mailbox, address};

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after a plain greeting, or nothing at all.
    StartTls,
    /// None; only to this machine.
    None,
}

/// A server.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) user: String,
}

/// How to say who one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Login {
    Password,
    OAuth,
}

const SECURITY: FieldKind =
    FieldKind::Choice(&[("tls", "TLS"), ("starttls", "STARTTLS"), ("none", "None (only on this machine)")]);
const LOGIN: FieldKind = FieldKind::Choice(&[("password", "Password"), ("oauth", "OAuth 2.0 (Google, Microsoft)")]);

pub(super) const FIELDS: &[FieldSpec] = &[
    FieldSpec::required("address", "Address", "Customers write to it and get answers from it.", FieldKind::Line),
    FieldSpec::optional("sender_name", "Sender name", "Shown beside the address, such as “Lumen & Oak Support”.", FieldKind::Line),
    FieldSpec::optional(
        "aliases",
        "Other addresses of this mailbox",
        "One a line. Mail from any of them is our own and never answered.",
        FieldKind::Lines,
    ),
    FieldSpec::optional("signature", "Signature", "Under every mail, one line a line.", FieldKind::Lines),
    FieldSpec::required("imap_host", "IMAP server", "Where mail is read, such as imap.gmail.com.", FieldKind::Line),
    FieldSpec::optional("imap_port", "IMAP port", "993 with TLS, 143 with STARTTLS.", FieldKind::Line).default("993"),
    FieldSpec::optional("imap_security", "IMAP protection", "TLS wherever the server has it.", SECURITY).default("tls"),
    FieldSpec::required("smtp_host", "SMTP server", "Where mail is sent, such as smtp.gmail.com.", FieldKind::Line),
    FieldSpec::optional("smtp_port", "SMTP port", "465 with TLS, 587 with STARTTLS.", FieldKind::Line).default("465"),
    FieldSpec::optional("smtp_security", "SMTP protection", "TLS wherever the server has it.", SECURITY).default("tls"),
    FieldSpec::optional("login", "Sign in with", "Most servers take a password or an app password.", LOGIN).default("password"),
    FieldSpec::optional("user", "User name", "Empty: the address.", FieldKind::Line),
    FieldSpec::optional("password", "Password", "Of the mailbox, or an app password made for Baton.", FieldKind::Secret),
    FieldSpec::optional("smtp_user", "SMTP user name", "Where it differs; “-” sends without signing in.", FieldKind::Line).advanced(),
    FieldSpec::optional("smtp_password", "SMTP password", "Where it differs.", FieldKind::Secret).advanced(),
    FieldSpec::optional("oauth_token_url", "OAuth token address", "Where a fresh token is asked for.", FieldKind::Url).advanced(),
    FieldSpec::optional("oauth_client_id", "OAuth client id", "Of the app you registered.", FieldKind::Line).advanced(),
    FieldSpec::optional("oauth_client_secret", "OAuth client secret", "Of the same app.", FieldKind::Secret).advanced(),
    FieldSpec::optional(
        "oauth_refresh_token",
        "OAuth refresh token",
        "From the consent of the mailbox's owner. Without one, the app signs in by itself.",
        FieldKind::Secret,
    )
    .advanced(),
    FieldSpec::optional("oauth_scope", "OAuth scope", "Only where the provider asks for one.", FieldKind::Line).advanced(),
    FieldSpec::optional("folder", "Folder", "Where new mail arrives.", FieldKind::Line).default("INBOX").advanced(),
    FieldSpec::optional(
        "reply_tags",
        "Tagged reply address",
        "Answers go to address+token@…, which finds the conversation even if a mail program drops the references. Needs a server that \
         delivers tagged addresses.",
        FieldKind::Toggle,
    )
    .default("false")
    .advanced(),
    FieldSpec::optional("mark_seen", "Mark mail as read", "Once it is stored.", FieldKind::Toggle).default("true").advanced(),
    FieldSpec::optional("ignore_lists", "Leave newsletters out", "Mail to many is not a conversation.", FieldKind::Toggle)
        .default("true")
        .advanced(),
];

/// An account's settings, read.
#[derive(Clone, Debug)]
pub(super) struct Config {
    pub(super) from: Mailbox,
    /// Every address of the mailbox, in lower case.
    pub(super) ours: Vec<String>,
    pub(super) signature: String,
    pub(super) imap: Server,
    pub(super) smtp: Server,
    pub(super) login: Login,
    pub(super) folder: String,
    pub(super) reply_tags: bool,
    pub(super) mark_seen: bool,
    pub(super) ignore_lists: bool,
}

impl Config {
    /// Reads an account's settings; the error names the field and what to do.
    pub(super) fn of(account: &Account) -> Result<Self, (&'static str, String)> {
        let own = address(account.text("address"))
            .ok_or_else(|| ("address", "write a whole email address, such as support@example.com".to_owned()))?;
        let user = account.text_or("user", &own).to_owned();
        let smtp_user = account.text_or("smtp_user", &user).to_owned();
        let ours =
            std::iter::once(own.clone()).chain(account.lines("aliases").into_iter().filter_map(address)).collect();
        Ok(Self {
            from: Mailbox { name: account.text("sender_name").to_owned(), address: own },
            ours,
            signature: account.lines("signature").join("\n"),
            imap: server(account, ["imap_host", "imap_port", "imap_security"], [993, 143], user)?,
            smtp: server(account, ["smtp_host", "smtp_port", "smtp_security"], [465, 587], smtp_user)?,
            login: if account.text("login") == "oauth" { Login::OAuth } else { Login::Password },
            folder: account.text_or("folder", "INBOX").to_owned(),
            reply_tags: account.flag("reply_tags", false),
            mark_seen: account.flag("mark_seen", true),
            ignore_lists: account.flag("ignore_lists", true),
        })
    }

    /// The part of the address behind the `@`.
    pub(super) fn domain(&self) -> &str {
        self.from.address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

fn server(
    account: &Account,
    [host, port, security]: [&'static str; 3],
    [tls_port, plain_port]: [u16; 2],
    user: String,
) -> Result<Server, (&'static str, String)> {
    let name = account.text(host);
    if name.is_empty() || name.contains([' ', '/', '@']) {
        return Err((host, "write the server's name alone, such as mail.example.com".into()));
    }
    let protection = match account.text(security) {
        "starttls" => Security::StartTls,
        "none" => Security::None,
        _ => Security::Tls,
    };
    if protection == Security::None && !is_this_machine(name) {
        return Err((security, "a password would travel unprotected; choose TLS or STARTTLS".into()));
    }
    let usual = if protection == Security::Tls { tls_port } else { plain_port };
    let port = match account.text(port) {
        "" => usual,
        digits => digits.parse().map_err(|_| (port, "a port is a number from 1 to 65535".to_owned()))?,
    };
    Ok(Server { host: name.to_owned(), port, security: protection, user })
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
