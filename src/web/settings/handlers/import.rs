//! `/settings/knowledge/import`: reading files or a website, looking at what was found, taking it.

use actix_multipart::Multipart;
use actix_web::{HttpRequest, web};
use chrono::TimeDelta;
use uuid::Uuid;

use crate::handoff::ArticleId;
use crate::importing::site::{Crawler, PAGES_MAX};
use crate::importing::{self, Document, Found};
use crate::outbound::Clients;
use crate::store::articles::{self, Article};
use crate::store::imports::{self, Contents, Import, Waiting};
use crate::web::flash;
use crate::web::markdown;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::import::{ImportForm, ImportPage, ImportReviewPage, Incoming, Wanted, published_field};
use crate::web::settings::knowledge::{Part, language_words};
use crate::web::settings::shell::Section;
use crate::web::settings::upload;
use crate::web::site::{Site, known};

use super::articles::record;
use super::knowledge::parts;
use super::{Answer, done, id, layout};

/// How long documents wait to be taken.
const KEPT: TimeDelta = TimeDelta::days(1);
/// Characters shown of a document's beginning.
const BEGINNING_CHARS: usize = 240;
/// Characters of the list of files.
const SOURCE_CHARS: usize = 120;

/// The first step.
pub async fn new(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    first(&site, &request, &who, 200, ImportForm::default(), Vec::new()).await
}

/// Reads, and keeps what was found for a look.
pub async fn create(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin, form: Multipart) -> Answer {
    let upload = upload::read(form, site.boot.upload_bytes_max).await?;
    who.check_csrf(upload.form.raw("csrf"))?;
    let mut form = ImportForm::default();
    let Some((wanted, language)) = form.read(upload) else {
        return first(&site, &request, &who, 422, form, Vec::new()).await;
    };
    let source = source(&wanted);
    let found = match find_all(&site, wanted).await? {
        Ok(found) => found,
        Err(why) => {
            form.url.error = Some(why);
            return first(&site, &request, &who, 422, form, Vec::new()).await;
        }
    };
    let contents = contents(found, &language);
    if contents.documents.is_empty() {
        return first(&site, &request, &who, 422, form, contents.skipped).await;
    }
    let id = keep(&site, &who, source, contents).await?;
    Ok(flash::redirect(&format!("{}/{id}", Part::Import.path()), None))
}

/// The second step: what was found.
pub async fn show(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin, path: web::Path<String>) -> Answer {
    let import = find(&site, &who, &path).await?;
    review(&site, &request, &who, 200, &import, None).await
}

/// Stores what was chosen.
pub async fn take(site: web::Data<Site>, request: HttpRequest, post: AdminPost, path: web::Path<String>) -> Answer {
    let import = find(&site, &post.who, &path).await?;
    let chosen: Vec<usize> = post.form.all("take").filter_map(|place| place.parse().ok()).collect();
    let documents = &import.contents.documents;
    let chosen: Vec<&Waiting> = documents
        .iter()
        .enumerate()
        .filter(|(place, _)| chosen.contains(place))
        .map(|(_, document)| document)
        .collect();
    if chosen.is_empty() {
        let words = "Tick at least one article, or store nothing.".to_owned();
        return review(&site, &request, &post.who, 422, &import, Some(words)).await;
    }
    let stored = store(&site, &post.who, &import, &chosen, post.form.is_on("published")).await?;
    let count = stored.len();
    learn_all(&site, stored).await?;
    let noun = if count == 1 { "article is" } else { "articles are" };
    done(Section::Knowledge.path(), format!("{count} {noun} stored."))
}

/// Lets everything go.
pub async fn delete(site: web::Data<Site>, post: AdminPost, path: web::Path<String>) -> Answer {
    let import = find(&site, &post.who, &path).await?;
    let tx = site.desk.store.begin().await?;
    imports::delete(&*tx, import.id).await?;
    tx.commit().await?;
    done(Part::Import.path(), "Nothing was stored.")
}

async fn find_all(site: &Site, wanted: Wanted) -> Result<Result<Found, String>, Refusal> {
    let broken = |error: String| Refusal::Broken(error);
    match wanted {
        Wanted::Files(files) => {
            let read = move || {
                let mut found = Found::default();
                files.iter().for_each(|(name, content)| found.extend(importing::read_file(name, content)));
                found
            };
            Ok(Ok(web::block(read).await.map_err(|error| broken(error.to_string()))?))
        }
        Wanted::Site(url) => {
            let clients = Clients::new().map_err(|error| broken(error.to_string()))?;
            Ok(Crawler::new(&clients, site.boot.allow_private_addresses).read(&url, PAGES_MAX).await)
        }
    }
}

fn contents(found: Found, language: &str) -> Contents {
    let waiting = |document: Document| Waiting {
        language: document.language.unwrap_or_else(|| language.to_owned()),
        title: document.title,
        body: document.body,
        url: document.url,
        from: document.from,
    };
    Contents {
        documents: found.documents.into_iter().map(waiting).collect(),
        skipped: found.skipped.into_iter().map(|skipped| (skipped.from, skipped.why)).collect(),
    }
}

fn source(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Site(url) => url.to_string(),
        Wanted::Files(files) => {
            let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
            names.join(", ").chars().take(SOURCE_CHARS).collect()
        }
    }
}

async fn keep(site: &Site, who: &SignedIn, source: String, contents: Contents) -> Result<Uuid, Refusal> {
    let (id, now) = (site.desk.clock.new_id(), site.desk.clock.now());
    let tx = site.desk.store.begin().await?;
    imports::delete_before(&*tx, now - KEPT).await?;
    imports::insert(&*tx, &Import { id, agent: who.agent.id, source, contents, created_at: now }).await?;
    tx.commit().await?;
    Ok(id)
}

async fn find(site: &Site, who: &SignedIn, path: &str) -> Result<Import, Refusal> {
    let id: Uuid = id(path, "import")?;
    imports::find(site.desk.store.reader(), id, who.agent.id).await?.ok_or(Refusal::NotFound("import"))
}

/// Stores the chosen documents as articles, in one transaction with their lines in the trail.
async fn store(
    site: &Site,
    who: &SignedIn,
    import: &Import,
    chosen: &[&Waiting],
    published: bool,
) -> Result<Vec<Article>, Refusal> {
    let now = site.desk.clock.now();
    let tx = site.desk.store.begin().await?;
    let mut stored = Vec::with_capacity(chosen.len());
    for document in chosen {
        let Waiting { title, body, language, url, .. } = (*document).clone();
        let same = articles::like(&*tx, &title, &language, url.as_deref()).await?;
        let article = match same.clone() {
            Some(old) => {
                let published = published || old.published;
                Article { title, body, language, url, published, updated_at: now, ..old }
            }
            None => {
                let (id, channels) = (ArticleId(site.desk.clock.new_id()), Vec::new());
                Article { id, title, body, language, url, published, channels, created_at: now, updated_at: now }
            }
        };
        match same {
            Some(_) => articles::save(&*tx, &article).await?,
            None => articles::insert(&*tx, &article).await?,
        }
        record(site, &tx, who, "article.import", &article).await?;
        stored.push(article);
    }
    imports::delete(&*tx, import.id).await?;
    tx.commit().await?;
    Ok(stored)
}

/// Lets the AI know. Reading many articles takes a while, so it is done away from the threads that serve everybody else.
async fn learn_all(site: &Site, stored: Vec<Article>) -> Result<(), Refusal> {
    let library = site.articles.clone();
    let learn = move || {
        library.upsert_all(stored.into_iter().map(known));
    };
    web::block(learn).await.map_err(|error| Refusal::Broken(error.to_string()))
}

async fn first(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    form: ImportForm,
    skipped: Vec<(String, String)>,
) -> Answer {
    let layout = layout(site, who, request, "Import").await?;
    let parts = parts(site, Part::Import).await?;
    reply::page(request, status, &ImportPage { layout, parts, form, skipped })
}

async fn review(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    import: &Import,
    error: Option<String>,
) -> Answer {
    let db = site.desk.store.reader();
    let mut incoming = Vec::new();
    for (place, document) in import.contents.documents.iter().enumerate() {
        let same = articles::like(db, &document.title, &document.language, document.url.as_deref()).await?;
        incoming.push(shown(place, document, same.map(|article| article.title)));
    }
    let page = ImportReviewPage {
        layout: layout(site, who, request, "Import").await?,
        parts: parts(site, Part::Import).await?,
        action: format!("{}/{}", Part::Import.path(), import.id),
        source: import.source.clone(),
        incoming,
        skipped: import.contents.skipped.clone(),
        published: published_field(false),
        error,
    };
    reply::page(request, status, &page)
}

fn shown(place: usize, document: &Waiting, replaces: Option<String>) -> Incoming {
    let plain = markdown::plain(&document.body);
    Incoming {
        place,
        title: document.title.clone(),
        language: language_words(&document.language).to_owned(),
        from: document.from.clone(),
        words: plain.split_whitespace().count(),
        beginning: plain.chars().take(BEGINNING_CHARS).collect(),
        // What somebody may have corrected by hand is not replaced unasked.
        taken: replaces.is_none(),
        replaces,
    }
}
