//! IMAP (RFC 3501) with IDLE (RFC 2177), as much of it as a reader of new mail needs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::faults::Fault;
use super::imap_words::{Numbers, words};
use super::post::{Kept, Post};
use super::smtp::bearer;
use super::wire::Wire;

const CAPABILITIES: &str = "IMAP4rev1 IDLE UIDPLUS AUTH=PLAIN AUTH=XOAUTH2";

/// One client.
struct Talk<'a> {
    wire: Wire,
    post: &'a Post,
    user: Option<String>,
    /// How many mails the client was told of, and under which numbering.
    told: usize,
    uid_validity: u32,
}

pub(super) async fn converse(mut wire: Wire, post: &Post) -> std::io::Result<()> {
    wire.say(&format!("* OK [CAPABILITY {CAPABILITIES}] sandbox.example")).await?;
    let mut talk = Talk { wire, post, user: None, told: 0, uid_validity: 0 };
    while let Some(line) = talk.wire.line().await? {
        if post.fails(Fault::Down) || !talk.command(&line).await? {
            return Ok(());
        }
    }
    Ok(())
}

impl Talk<'_> {
    /// `false`: the conversation is over.
    async fn command(&mut self, line: &str) -> std::io::Result<bool> {
        let (tag, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (verb, arguments) = rest.split_once(' ').unwrap_or((rest, ""));
        match verb.to_ascii_uppercase().as_str() {
            "CAPABILITY" => self.wire.say(&format!("* CAPABILITY {CAPABILITIES}")).await?,
            "NOOP" => {
                if !self.tell_news().await? {
                    return Ok(false);
                }
            }
            "LOGOUT" => {
                self.wire.say(&format!("* BYE\r\n{tag} OK bye")).await?;
                return Ok(false);
            }
            "LOGIN" => {
                let words = words(arguments);
                let (user, password) =
                    (words.first().cloned().unwrap_or_default(), words.get(1).cloned().unwrap_or_default());
                let opened = self.post.opens(&user, &password);
                return self.let_in(tag, opened.then_some(user)).await;
            }
            "AUTHENTICATE" => return self.authenticate(tag, arguments).await,
            _ if self.user.is_none() => {
                self.wire.say(&format!("{tag} NO sign in first")).await?;
                return Ok(true);
            }
            "SELECT" | "EXAMINE" => return self.select(tag, arguments).await,
            "IDLE" => return self.idle(tag).await,
            "UID" => return self.by_uid(tag, arguments).await,
            _ => {
                self.wire.say(&format!("{tag} BAD not understood")).await?;
                return Ok(true);
            }
        }
        self.wire.say(&format!("{tag} OK done")).await?;
        Ok(true)
    }

    async fn authenticate(&mut self, tag: &str, arguments: &str) -> std::io::Result<bool> {
        let (mechanism, initial) = arguments.split_once(' ').unwrap_or((arguments, ""));
        let coded = if initial.is_empty() {
            self.wire.say("+ ").await?;
            self.wire.line().await?.unwrap_or_default()
        } else {
            initial.to_owned()
        };
        let answer = String::from_utf8_lossy(&STANDARD.decode(coded.trim()).unwrap_or_default()).into_owned();
        let user = match mechanism.to_ascii_uppercase().as_str() {
            "XOAUTH2" => {
                let user = answer.split('\x01').find_map(|part| part.strip_prefix("user=")).unwrap_or("").to_owned();
                self.post.opens_to_bearer(bearer(&answer)).then_some(user)
            }
            _ => {
                let mut parts = answer.split('\0').skip(1);
                let (user, password) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
                self.post.opens(user, password).then(|| user.to_owned())
            }
        };
        if user.is_none() && mechanism.eq_ignore_ascii_case("XOAUTH2") {
            // The reason comes as one more challenge, which the client answers with an empty line.
            self.wire.say(&format!("+ {}", STANDARD.encode(r#"{"status":"401","schemes":"bearer"}"#))).await?;
            self.wire.line().await?;
        }
        self.let_in(tag, user).await
    }

    async fn let_in(&mut self, tag: &str, user: Option<String>) -> std::io::Result<bool> {
        match &user {
            Some(_) => self.wire.say(&format!("{tag} OK welcome")).await?,
            None => self.wire.say(&format!("{tag} NO [AUTHENTICATIONFAILED] Wrong user name or password")).await?,
        }
        self.user = user;
        Ok(true)
    }

    fn address(&self) -> String {
        self.user.clone().unwrap_or_default()
    }

    async fn select(&mut self, tag: &str, arguments: &str) -> std::io::Result<bool> {
        if !words(arguments).first().is_some_and(|folder| folder.eq_ignore_ascii_case("INBOX")) {
            self.wire.say(&format!("{tag} NO there is no such folder")).await?;
            return Ok(true);
        }
        let (validity, next, count) =
            self.post.within(&self.address(), |folder| (folder.uid_validity, folder.uid_next, folder.mails.len()));
        (self.told, self.uid_validity) = (count, validity);
        let told = format!(
            "* {count} EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY {validity}] numbering\r\n\
             * OK [UIDNEXT {next}] next\r\n{tag} OK [READ-WRITE] open"
        );
        self.wire.say(&told).await?;
        Ok(true)
    }

    /// Says how many mails there are if there are more. `false`: they are numbered anew, so the client must come again.
    async fn tell_news(&mut self) -> std::io::Result<bool> {
        if self.user.is_none() || self.uid_validity == 0 {
            return Ok(true);
        }
        let (validity, count) = self.post.within(&self.address(), |folder| (folder.uid_validity, folder.mails.len()));
        if validity != self.uid_validity {
            self.wire.say("* BYE the mailbox was restored").await?;
            return Ok(false);
        }
        if count != self.told {
            self.told = count;
            self.wire.say(&format!("* {count} EXISTS")).await?;
        }
        Ok(true)
    }

    async fn idle(&mut self, tag: &str) -> std::io::Result<bool> {
        let mut news = self.post.news();
        self.wire.say("+ idling").await?;
        loop {
            if self.post.fails(Fault::Down) || !self.tell_news().await? {
                return Ok(false);
            }
            tokio::select! {
                changed = news.changed() => if changed.is_err() { return Ok(false) },
                line = self.wire.line() => match line? {
                    Some(line) if line.eq_ignore_ascii_case("DONE") => break,
                    _ => return Ok(false),
                },
            }
        }
        self.wire.say(&format!("{tag} OK idled")).await?;
        Ok(true)
    }

    async fn by_uid(&mut self, tag: &str, arguments: &str) -> std::io::Result<bool> {
        let (verb, rest) = arguments.split_once(' ').unwrap_or((arguments, ""));
        if !self.tell_news().await? {
            return Ok(false);
        }
        let (set, what) = rest.split_once(' ').unwrap_or((rest, ""));
        match verb.to_ascii_uppercase().as_str() {
            "SEARCH" => {
                let set = rest.split_once("UID ").map_or("1:*", |(_, set)| set.split(' ').next().unwrap_or("1:*"));
                let found: Vec<String> = self.named(set).iter().map(|(_, kept)| kept.uid.to_string()).collect();
                self.wire.say(format!("* SEARCH {}", found.join(" ")).trim_end()).await?;
            }
            "FETCH" => {
                for (number, kept) in self.named(set) {
                    self.wire.send(&fetched(number, &kept, what)).await?;
                }
            }
            "STORE" => {
                let wanted = Numbers::read(set);
                self.post.within(&self.address(), |folder| {
                    let last = folder.uid_next.saturating_sub(1);
                    for kept in folder.mails.iter_mut().filter(|kept| wanted.holds(kept.uid, last)) {
                        kept.seen |= what.contains("\\Seen");
                    }
                });
            }
            _ => {
                self.wire.say(&format!("{tag} BAD not understood")).await?;
                return Ok(true);
            }
        }
        self.wire.say(&format!("{tag} OK done")).await?;
        Ok(true)
    }

    /// The mails of a set, with their place in the folder.
    fn named(&self, set: &str) -> Vec<(usize, Kept)> {
        let wanted = Numbers::read(set);
        self.post.within(&self.address(), |folder| {
            let last = folder.mails.last().map_or(0, |kept| kept.uid);
            let numbered = (1..).zip(&folder.mails);
            numbered
                .filter(|(_, kept)| wanted.holds(kept.uid, last))
                .map(|(number, kept)| (number, kept.clone()))
                .collect()
        })
    }
}

/// One mail's answer to a FETCH.
fn fetched(number: usize, kept: &Kept, what: &str) -> Vec<u8> {
    let asked = what.to_ascii_uppercase();
    let mut answer = format!("* {number} FETCH (UID {}", kept.uid).into_bytes();
    if asked.contains("RFC822.SIZE") {
        answer.extend(format!(" RFC822.SIZE {}", kept.raw.len()).bytes());
    }
    if asked.contains("INTERNALDATE") {
        answer.extend(format!(" INTERNALDATE \"{}\"", kept.arrived.format("%d-%b-%Y %H:%M:%S +0000")).bytes());
    }
    if asked.contains("FLAGS") {
        answer.extend(format!(" FLAGS ({})", if kept.seen { "\\Seen" } else { "" }).bytes());
    }
    if asked.contains("BODY.PEEK[HEADER]") {
        let head = kept.raw.windows(4).position(|w| w == b"\r\n\r\n").map_or(kept.raw.len(), |end| end + 4);
        answer.extend(format!(" BODY[HEADER] {{{head}}}\r\n").bytes());
        answer.extend_from_slice(&kept.raw[..head]);
    } else if asked.contains("BODY.PEEK[]") {
        answer.extend(format!(" BODY[] {{{}}}\r\n", kept.raw.len()).bytes());
        answer.extend_from_slice(&kept.raw);
    }
    answer.extend(b")\r\n");
    answer
}
