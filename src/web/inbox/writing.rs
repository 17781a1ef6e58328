//! The composer's form: a reply to the customer, or a note to colleagues.

use actix_multipart::Multipart;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::TryStreamExt as _;

use crate::desk::DeskError;
use crate::desk::receive::FILES_MAX;
use crate::desk::reply::Reply;
use crate::handoff::{AttachmentId, MessageId, Seq};
use crate::realtime::{Hint, Who};
use crate::store::attachments::{self, Attachment};
use crate::store::message_details::Details;
use crate::store::timeline::{self, Item};
use crate::web::flash;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::site::Site;
use crate::web::{files, inbox};

use super::actions::{Common, find};
use super::changes::{refused, sent_changes};
use super::composer::{Composer, Mode, Refusal as Unsent, Suggested};
use super::conversation;
use super::mail_head::{MailHead, SentHead};
use super::nav::View;
use super::present::{self, Opened};

/// Longest value of a form's text field, in bytes.
const FIELD_BYTES_MAX: usize = 128 * 1024;
/// Characters of an unseen message shown before sending anyway.
const LINE_CHARS: usize = 120;
/// Unseen messages shown before sending anyway.
const LINES_MAX: usize = 3;
/// How long "Ines is typing" is shown without a further sign.
const TYPING_TTL: std::time::Duration = std::time::Duration::from_secs(6);

/// What the composer sent.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) csrf: String,
    pub(super) message_id: String,
    pub(super) seen_seq: String,
    send_anyway: bool,
    mode: String,
    pub(super) body: String,
    /// The copilot's proposal in it, if there is one, and its words.
    pub(super) suggestion_id: String,
    pub(super) suggested_text: String,
    /// How the words are to be said instead.
    pub(super) how: String,
    files: Vec<(String, Vec<u8>)>,
    /// Whether the form has a head of a mail, and what was typed into it.
    has_head: bool,
    head: SentHead,
}

/// `POST /conversations/{number}/messages`.
pub async fn send(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    form: Multipart,
) -> Result<HttpResponse, Refusal> {
    let draft = read(&site, form).await?;
    who.check_csrf(&draft.csrf)?;
    if Mode::parse(&draft.mode) == Some(Mode::Note) {
        // Without scripts both buttons can be pressed; what was marked as a note never goes to the customer.
        return keep_note(&site, &who, &request, *number, &draft).await;
    }
    let (id, message) = (find(&site, *number).await?, message_id(&draft)?);
    let details = match details(&site, &who, *number, &draft).await? {
        Ok(details) => details,
        Err(why) => return refuse(&site, &who, &request, *number, Mode::Reply, &draft, DeskError::Invalid(why)).await,
    };
    let uploaded = match store_files(&site, &draft).await {
        Ok(files) => files,
        Err(why) => return refuse(&site, &who, &request, *number, Mode::Reply, &draft, why).await,
    };
    let seen = draft.seen_seq.parse().ok().map(Seq).filter(|_| !draft.send_anyway);
    let reply = Reply { agent: who.agent.id, message, text: draft.body.clone(), attachments: uploaded, seen };
    match site.desk.reply_with(id, reply, &details).await {
        Ok(_) => {
            if let Some(suggestion) = draft.suggestion() {
                site.desk.settle_suggestion(id, suggestion, &draft.body).await?;
            }
            done(&site, &who, &request, *number).await
        }
        Err(why) => refuse(&site, &who, &request, *number, Mode::Reply, &draft, why).await,
    }
}

/// What the message carries beside its text, or what is wrong with its head.
async fn details(site: &Site, who: &SignedIn, number: i64, draft: &Draft) -> Result<Result<Details, String>, Refusal> {
    if !draft.has_head {
        return Ok(Ok(Details::default()));
    }
    let opened = Opened::load(site, who, number).await?;
    Ok(present::mail_head(&opened).map_or(Ok(Details::default()), |head| head.details(&draft.head)))
}

/// `POST /conversations/{number}/notes`.
pub async fn note(
    site: web::Data<Site>,
    who: SignedIn,
    request: HttpRequest,
    number: web::Path<i64>,
    form: Multipart,
) -> Result<HttpResponse, Refusal> {
    let draft = read(&site, form).await?;
    who.check_csrf(&draft.csrf)?;
    keep_note(&site, &who, &request, *number, &draft).await
}

async fn keep_note(
    site: &Site,
    who: &SignedIn,
    request: &HttpRequest,
    number: i64,
    draft: &Draft,
) -> Result<HttpResponse, Refusal> {
    let (id, message) = (find(site, number).await?, message_id(draft)?);
    match site.desk.note(id, who.agent.id, message, &draft.body).await {
        Ok(_) => done(site, who, request, number).await,
        Err(why) => refuse(site, who, request, number, Mode::Note, draft, why).await,
    }
}

/// `POST /conversations/{number}/typing`.
pub async fn typing(
    site: web::Data<Site>,
    who: SignedIn,
    number: web::Path<i64>,
    form: web::Form<Common>,
) -> Result<HttpResponse, Refusal> {
    who.check_csrf(&form.csrf)?;
    let conversation = find(&site, *number).await?;
    let who = Who::Agent(who.agent.id, who.agent.name);
    site.desk.bus.publish(Hint::Typing { conversation, who, ttl: TYPING_TTL });
    Ok(HttpResponse::NoContent().finish())
}

async fn done(site: &Site, who: &SignedIn, request: &HttpRequest, number: i64) -> Result<HttpResponse, Refusal> {
    let view = referring_view(request);
    if reply::wants_patches(request) {
        return reply::patches(200, &sent_changes(site, who, number, &view).await?);
    }
    Ok(flash::redirect(&format!("/inbox/conversations/{number}?view={}#newest", view.slug()), None))
}

/// Shows the composer again with what was typed and why it was not sent.
async fn refuse(
    site: &Site,
    who: &SignedIn,
    request: &HttpRequest,
    number: i64,
    mode: Mode,
    draft: &Draft,
    why: DeskError,
) -> Result<HttpResponse, Refusal> {
    let opened = Opened::load(site, who, number).await?;
    let fresh = present::composer(site, who, &opened);
    let suggested = draft.suggestion().map_or(Suggested::No, |id| Suggested::Inserted { id, sources: Vec::new() });
    let (body, suggested_text) = (draft.body.clone(), draft.suggested_text.clone());
    let head = draft.head_over(fresh.head.clone());
    let kept = Composer { mode, body, head, suggested, suggested_text, error: draft.files_again(), ..fresh };
    let (status, composer) = match why {
        DeskError::Unseen { .. } => {
            let refusal = Some(unseen(site, who, &opened, draft).await?);
            (409, Composer { refusal, message_id: draft.message_id.clone(), ..kept })
        }
        DeskError::Invalid(words) => (422, Composer { error: Some(words), ..kept }),
        DeskError::Rejected(why) => (409, Composer { error: Some(why.to_string()), ..kept }),
        other => return Err(other.into()),
    };
    show(site, who, request, &opened, status, composer).await
}

/// Answers with the composer: as a change to the open page, or on a page of its own.
pub(super) async fn show(
    site: &Site,
    who: &SignedIn,
    request: &HttpRequest,
    opened: &Opened,
    status: u16,
    composer: Composer,
) -> Result<HttpResponse, Refusal> {
    if reply::wants_patches(request) {
        return reply::patches(status, &refused(opened.record.number.0, composer)?);
    }
    let view = referring_view(request);
    let thread = present::open(site, who, opened, &view, None).await?;
    let thread = inbox::thread::Thread { composer, ..thread };
    let page = conversation::page(site, who, request, opened, view, thread).await?;
    reply::page(request, status, &page)
}

impl Draft {
    /// The head with what was typed into it.
    pub(super) fn head_over(&self, fresh: Option<MailHead>) -> Option<MailHead> {
        fresh.map(|head| if self.has_head { head.typed(&self.head) } else { head })
    }

    /// Browsers do not keep chosen files in a form that comes back.
    pub(super) fn files_again(&self) -> Option<String> {
        let names: Vec<String> = self.files.iter().map(|(name, _)| files::clean_name(name)).collect();
        (!names.is_empty()).then(|| format!("Choose the files again before you send: {}.", names.join(", ")))
    }
}

/// The messages the writer has not seen.
async fn unseen(site: &Site, who: &SignedIn, opened: &Opened, draft: &Draft) -> Result<Unsent, Refusal> {
    let seen = Seq(draft.seen_seq.parse().unwrap_or(0));
    let items = timeline::after(site.desk.store.reader(), opened.record.core.id, seen, 200).await?;
    let news: Vec<&Item> = items.iter().filter(|item| present::is_news(item, who.agent.id)).collect();
    let customer = opened.customer().unwrap_or_else(|| "Visitor".into());
    let lines = news.iter().filter_map(|item| match item {
        Item::Message(message) => {
            let author = match message.author {
                crate::handoff::Author::Agent(agent) => opened.people.name(agent),
                _ => customer.clone(),
            };
            Some((author, message.text.chars().take(LINE_CHARS).collect()))
        }
        Item::Line(_) => None,
    });
    Ok(Unsent {
        unseen: u32::try_from(news.len()).unwrap_or(u32::MAX),
        first_seq: news.first().map_or(0, |item| item.seq().0),
        last_seq: opened.record.core.last_seq.0,
        lines: lines.take(LINES_MAX).collect(),
    })
}

/// The list the agent came from.
fn referring_view(request: &HttpRequest) -> View {
    let referer = request.headers().get("Referer").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let query = referer.split_once('?').map_or("", |(_, query)| query);
    let slug = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "view").map(|(_, slug)| slug);
    slug.and_then(|slug| View::parse(&slug)).unwrap_or(View::All)
}

fn message_id(draft: &Draft) -> Result<MessageId, Refusal> {
    draft.message_id.parse().map_err(|_| Refusal::BadForm("The form is damaged. Reload the page.".into()))
}

pub(super) async fn read(site: &Site, mut form: Multipart) -> Result<Draft, Refusal> {
    let broken = |_| Refusal::BadForm("The form arrived damaged. Try again.".to_owned());
    let mut draft = Draft::default();
    while let Some(mut field) = form.try_next().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name =
            field.content_disposition().and_then(|disposition| disposition.get_filename()).map(str::to_owned);
        let bytes_max = if name == "files" { site.boot.upload_bytes_max } else { FIELD_BYTES_MAX };
        let mut bytes = Vec::new();
        while let Some(chunk) = field.try_next().await.map_err(broken)? {
            if bytes.len() + chunk.len() > bytes_max {
                let limit = site.boot.upload_bytes_max / (1024 * 1024);
                return Err(Refusal::BadForm(format!("That is too large. A file may have {limit} MB.")));
            }
            bytes.extend_from_slice(&chunk);
        }
        if name == "files" {
            let file_name = file_name.unwrap_or_default();
            if !(bytes.is_empty() && file_name.is_empty()) && draft.files.len() < FILES_MAX {
                draft.files.push((file_name, bytes));
            }
            continue;
        }
        let value = String::from_utf8(bytes).map_err(|_| Refusal::BadForm("The text is not valid UTF-8.".into()))?;
        match name.as_str() {
            "csrf" => draft.csrf = value,
            "message_id" => draft.message_id = value,
            "seen_seq" => draft.seen_seq = value,
            "mode" => draft.mode = value,
            "suggestion_id" => draft.suggestion_id = value,
            "suggested_text" => draft.suggested_text = value.replace("\r\n", "\n"),
            "how" => draft.how = value,
            "head" => draft.has_head = true,
            "to" => draft.head.to = value,
            "cc" => draft.head.cc = value,
            "subject" => draft.head.subject = value,
            "signature" => draft.head.signed = value == "1",
            "send_anyway" => draft.send_anyway = value == "1",
            // Browsers send CR LF in forms.
            "body" => draft.body = value.replace("\r\n", "\n"),
            _ => {}
        }
    }
    Ok(draft)
}

async fn store_files(site: &Site, draft: &Draft) -> Result<Vec<AttachmentId>, DeskError> {
    let mut stored = Vec::new();
    if draft.files.is_empty() {
        return Ok(stored);
    }
    let tx = site.desk.store.begin().await?;
    for (name, content) in &draft.files {
        let name = files::clean_name(name);
        let media_type = files::sniff(content, &name).ok_or_else(|| {
            DeskError::Invalid(format!("{name} can not be sent. Pictures, PDF, text, CSV and Excel files can."))
        })?;
        let file = Attachment {
            id: AttachmentId(site.desk.clock.new_id()),
            conversation: None,
            message: None,
            contact: None,
            name,
            media_type: media_type.into(),
            size_bytes: i64::try_from(content.len()).unwrap_or(i64::MAX),
        };
        attachments::insert(&*tx, &file, content.clone(), site.desk.clock.now()).await?;
        stored.push(file.id);
    }
    tx.commit().await?;
    Ok(stored)
}
