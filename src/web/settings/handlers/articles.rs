//! `/settings/knowledge/new` and `/settings/knowledge/{id}`: the editor of an article.

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use crate::handoff::ArticleId;
use crate::store::articles::{self, Article};
use crate::store::{StoreError, Tx, unanswered};
use crate::web::html::SafeHtml;
use crate::web::markdown;
use crate::web::page::Flash;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::article::{self, ArticleForm, ArticlePage, Draft};
use crate::web::settings::difference::{self, DiffLine};
use crate::web::settings::rules::TITLE_CHARS_MAX;
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::Site;

use super::knowledge::{channel_names, learn};
use super::{Answer, done, id, layout};

/// What a new article begins with.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Proposed {
    /// A title.
    title: String,
    /// A language.
    language: String,
    /// The ids of the questions it is to answer.
    questions: String,
}

/// What the editor shows besides its form.
#[derive(Default)]
struct Beside {
    notice: Option<Flash>,
    preview: Option<SafeHtml>,
    difference: Vec<DiffLine>,
}

/// An empty editor, or one that begins with what was proposed.
pub async fn new(
    site: web::Data<Site>,
    request: HttpRequest,
    Admin(who): Admin,
    proposed: web::Query<Proposed>,
) -> Answer {
    let channels = channel_names(&site).await?;
    let title: String = proposed.title.chars().filter(|c| !c.is_control()).take(TITLE_CHARS_MAX).collect();
    let known = ArticleForm::empty(&channels).language.offers(&proposed.language);
    let language = if known { proposed.language.clone() } else { "en".to_owned() };
    let published = !proposed.questions.is_empty();
    let mut form = ArticleForm::of(String::new(), &Draft { title, language, published, ..Draft::default() }, &channels);
    form.questions = article::questions(&proposed.questions);
    render(&site, &request, &who, 200, None, form, Beside::default()).await
}

/// Makes an article.
pub async fn create(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let mut form = ArticleForm::empty(&channel_names(&site).await?);
    let draft = form.read(&post.form);
    if wants_preview(&post) {
        return preview(&site, &request, &post.who, None, form).await;
    }
    let Some(draft) = draft else {
        return render(&site, &request, &post.who, 422, None, form, Beside::default()).await;
    };
    let (now, id) = (site.desk.clock.now(), ArticleId(site.desk.clock.new_id()));
    let article = article(id, draft, now, now);
    let tx = site.desk.store.begin().await?;
    articles::insert(&*tx, &article).await?;
    record(&site, &tx, &post.who, "article.create", &article).await?;
    if article.published {
        unanswered::dismiss(&*tx, &form.questions, now).await?;
    }
    tx.commit().await?;
    let words = outcome(&article);
    learn(&site, article);
    done(Section::Knowledge.path(), words)
}

/// The editor of an article.
pub async fn show(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin, path: web::Path<String>) -> Answer {
    let stored = find(&site, &path).await?;
    let form = form(&site, &stored).await?;
    render(&site, &request, &who, 200, Some(stored.id), form, Beside::default()).await
}

/// Changes an article.
pub async fn update(site: web::Data<Site>, request: HttpRequest, post: AdminPost, path: web::Path<String>) -> Answer {
    let stored = find(&site, &path).await?;
    let seen = trail::seen(post.form.raw("version"))?;
    let mut form = form(&site, &stored).await?;
    let current = std::mem::replace(&mut form.version, post.form.raw("version").to_owned());
    let draft = form.read(&post.form);
    if wants_preview(&post) {
        return preview(&site, &request, &post.who, Some(stored.id), form).await;
    }
    let Some(draft) = draft else {
        return render(&site, &request, &post.who, 422, Some(stored.id), form, Beside::default()).await;
    };
    let changed = article(stored.id, draft, stored.created_at, site.desk.clock.now());
    if !save(&site, &post.who, &changed, seen).await? {
        form.version = current;
        return overtaken(&site, &request, &post.who, form, &changed).await;
    }
    let words = outcome(&changed);
    learn(&site, changed);
    done(Section::Knowledge.path(), words)
}

/// Deletes an article.
pub async fn delete(site: web::Data<Site>, post: AdminPost, path: web::Path<String>) -> Answer {
    let stored = find(&site, &path).await?;
    let tx = site.desk.store.begin().await?;
    articles::delete(&*tx, stored.id).await?;
    record(&site, &tx, &post.who, "article.delete", &stored).await?;
    tx.commit().await?;
    site.articles.remove(stored.id);
    done(Section::Knowledge.path(), format!("\u{201c}{}\u{201d} is deleted.", stored.title))
}

/// Writes a change of an article down.
pub(super) async fn record(
    site: &Site,
    tx: &Tx,
    who: &SignedIn,
    action: &str,
    article: &Article,
) -> Result<(), StoreError> {
    let detail = json!({ "title": article.title, "published": article.published });
    trail::record(site, tx, who, action, &subject(article.id), detail).await
}

fn wants_preview(post: &AdminPost) -> bool {
    post.form.raw("do") == "preview"
}

async fn preview(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    id: Option<ArticleId>,
    mut form: ArticleForm,
) -> Answer {
    // A look is no attempt to save: what is still missing is not wrong yet.
    for field in [&mut form.title, &mut form.body, &mut form.language, &mut form.url] {
        field.error = None;
    }
    let preview = Some(SafeHtml::from_cleaned(markdown::render(&form.body.value)));
    render(site, request, who, 200, id, form, Beside { preview, ..Beside::default() }).await
}

/// Somebody else saved meanwhile: who, and what is different.
async fn overtaken(site: &Site, request: &HttpRequest, who: &SignedIn, form: ArticleForm, typed: &Article) -> Answer {
    let saved = articles::find(site.desk.store.reader(), typed.id).await?.ok_or(Refusal::NotFound("article"))?;
    let beside = Beside {
        notice: Some(trail::overtaken(site, who, &subject(typed.id)).await?),
        difference: difference::lines(&as_text(&saved), &as_text(typed)),
        preview: None,
    };
    render(site, request, who, 409, Some(typed.id), form, beside).await
}

/// Everything of an article that two people can differ about.
fn as_text(article: &Article) -> String {
    let url = article.url.as_deref().unwrap_or("no public address");
    let published = if article.published { "published" } else { "draft" };
    format!("{}\n{} · {published} · {url}\n{}", article.title, article.language, article.body)
}

async fn find(site: &Site, path: &str) -> Result<Article, Refusal> {
    let id: ArticleId = id(path, "article")?;
    articles::find(site.desk.store.reader(), id).await?.ok_or(Refusal::NotFound("article"))
}

async fn save(site: &Site, who: &SignedIn, changed: &Article, seen: DateTime<Utc>) -> Result<bool, StoreError> {
    let tx = site.desk.store.begin().await?;
    if !articles::save_unchanged(&*tx, changed, seen).await? {
        return Ok(false);
    }
    record(site, &tx, who, "article.change", changed).await?;
    tx.commit().await?;
    Ok(true)
}

fn article(id: ArticleId, draft: Draft, created_at: DateTime<Utc>, updated_at: DateTime<Utc>) -> Article {
    let Draft { title, body, language, url, channels, published } = draft;
    Article { id, title, body, language, url, published, channels, created_at, updated_at }
}

async fn form(site: &Site, stored: &Article) -> Result<ArticleForm, StoreError> {
    let draft = Draft {
        title: stored.title.clone(),
        body: stored.body.clone(),
        language: stored.language.clone(),
        url: stored.url.clone(),
        channels: stored.channels.clone(),
        published: stored.published,
    };
    Ok(ArticleForm::of(trail::version(stored.updated_at), &draft, &channel_names(site).await?))
}

fn outcome(article: &Article) -> String {
    match article.published {
        true => format!("\u{201c}{}\u{201d} is saved. The AI answers from it now.", article.title),
        false => format!("\u{201c}{}\u{201d} is saved as a draft. The AI does not use it.", article.title),
    }
}

fn subject(id: ArticleId) -> String {
    format!("article:{id}")
}

async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    id: Option<ArticleId>,
    form: ArticleForm,
    beside: Beside,
) -> Answer {
    let title = if id.is_some() { "Edit article" } else { "New article" };
    let mut layout = layout(site, who, request, title).await?;
    let Beside { notice, preview, difference } = beside;
    layout.flash = notice.or(layout.flash);
    let action = id.map_or(Section::Knowledge.path().to_owned(), |id| format!("{}/{id}", Section::Knowledge.path()));
    reply::page(request, status, &ArticlePage { layout, action, form, exists: id.is_some(), preview, difference })
}
