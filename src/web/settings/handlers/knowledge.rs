//! `/settings/knowledge`: the articles and their editor.

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use url::form_urlencoded;

use crate::handoff::ArticleId;
use crate::store::StoreError;
use crate::store::articles::{self, Article, Title};
use crate::web::moment::Moment;
use crate::web::page::Flash;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::session::SignedIn;
use crate::web::settings::access::{Admin, AdminPost};
use crate::web::settings::knowledge::{ArticleForm, ArticleLine, ArticlePage, Draft, KnowledgePage, language_words};
use crate::web::settings::rules::TITLE_CHARS_MAX;
use crate::web::settings::shell::Section;
use crate::web::settings::trail;
use crate::web::site::{Site, known};

use super::{Answer, done, id, layout};

/// Articles on one page of the list.
const PAGE_ARTICLES: usize = 50;

/// What the list is asked for.
#[derive(Clone, Debug, Deserialize)]
#[serde(default)]
#[derive(Default)]
pub struct Wanted {
    /// Words of a title.
    q: String,
    /// The last row of the page before, as [`cursor`] writes it.
    after: String,
}

/// The list.
pub async fn index(
    site: web::Data<Site>,
    request: HttpRequest,
    Admin(who): Admin,
    wanted: web::Query<Wanted>,
) -> Answer {
    let query: String = wanted.q.trim().chars().filter(|c| !c.is_control()).take(TITLE_CHARS_MAX).collect();
    let (limit, after) = (PAGE_ARTICLES as u64 + 1, read_cursor(&wanted.after));
    let mut titles = articles::titles(site.desk.store.reader(), &query, after, limit).await?;
    let more = titles.len() > PAGE_ARTICLES;
    titles.truncate(PAGE_ARTICLES);
    let now = site.desk.clock.now();
    let page = KnowledgePage {
        layout: layout(&site, &who, &request, Section::Knowledge.label()).await?,
        older: titles.last().filter(|_| more).map(|last| older(&query, last)),
        articles: titles.into_iter().map(|title| line(title, now)).collect(),
        query,
    };
    reply::page(&request, 200, &page)
}

/// An empty editor.
pub async fn new(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin) -> Answer {
    render(&site, &request, &who, 200, None, ArticleForm::default(), None).await
}

/// Makes an article.
pub async fn create(site: web::Data<Site>, request: HttpRequest, post: AdminPost) -> Answer {
    let mut form = ArticleForm::default();
    let Some(draft) = form.read(&post.form) else {
        return render(&site, &request, &post.who, 422, None, form, None).await;
    };
    let (now, id) = (site.desk.clock.now(), ArticleId(site.desk.clock.new_id()));
    let article = article(id, draft, now, now);
    add(&site, &post.who, &article).await?;
    let words = outcome(&article);
    learn(&site, article);
    done(Section::Knowledge.path(), words)
}

/// The editor of an article.
pub async fn show(site: web::Data<Site>, request: HttpRequest, Admin(who): Admin, path: web::Path<String>) -> Answer {
    let stored = find(&site, &path).await?;
    render(&site, &request, &who, 200, Some(stored.id), form(&stored), None).await
}

/// Changes an article.
pub async fn update(site: web::Data<Site>, request: HttpRequest, post: AdminPost, path: web::Path<String>) -> Answer {
    let stored = find(&site, &path).await?;
    let seen = trail::seen(post.form.raw("version"))?;
    let mut form = form(&stored);
    let current = std::mem::replace(&mut form.version, post.form.raw("version").to_owned());
    let Some(draft) = form.read(&post.form) else {
        return render(&site, &request, &post.who, 422, Some(stored.id), form, None).await;
    };
    let changed = article(stored.id, draft, stored.created_at, site.desk.clock.now());
    if !save(&site, &post.who, &changed, seen).await? {
        form.version = current;
        let overtaken = trail::overtaken(&site, &post.who, &subject(stored.id)).await?;
        return render(&site, &request, &post.who, 409, Some(stored.id), form, Some(overtaken)).await;
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
    let detail = json!({ "title": stored.title });
    trail::record(&site, &tx, &post.who, "article.delete", &subject(stored.id), detail).await?;
    tx.commit().await?;
    site.articles.remove(stored.id);
    done(Section::Knowledge.path(), format!("\u{201c}{}\u{201d} is deleted.", stored.title))
}

async fn find(site: &Site, path: &str) -> Result<Article, Refusal> {
    let id: ArticleId = id(path, "article")?;
    articles::find(site.desk.store.reader(), id).await?.ok_or(Refusal::NotFound("article"))
}

async fn add(site: &Site, who: &SignedIn, article: &Article) -> Result<(), StoreError> {
    let tx = site.desk.store.begin().await?;
    articles::insert(&*tx, article).await?;
    let detail = json!({ "title": article.title, "published": article.published });
    trail::record(site, &tx, who, "article.create", &subject(article.id), detail).await?;
    tx.commit().await
}

async fn save(site: &Site, who: &SignedIn, changed: &Article, seen: DateTime<Utc>) -> Result<bool, StoreError> {
    let tx = site.desk.store.begin().await?;
    if !articles::save_unchanged(&*tx, changed, seen).await? {
        return Ok(false);
    }
    let detail = json!({ "title": changed.title, "published": changed.published });
    trail::record(site, &tx, who, "article.change", &subject(changed.id), detail).await?;
    tx.commit().await?;
    Ok(true)
}

/// Lets the AI know, once it is committed. A draft is forgotten.
fn learn(site: &Site, article: Article) {
    match article.published {
        true => site.articles.upsert(known(article)),
        false => site.articles.remove(article.id),
    }
}

fn article(id: ArticleId, draft: Draft, created_at: DateTime<Utc>, updated_at: DateTime<Utc>) -> Article {
    let Draft { title, body, language, url, published } = draft;
    Article { id, title, body, language, url, published, created_at, updated_at }
}

fn form(stored: &Article) -> ArticleForm {
    let draft = Draft {
        title: stored.title.clone(),
        body: stored.body.clone(),
        language: stored.language.clone(),
        url: stored.url.clone(),
        published: stored.published,
    };
    ArticleForm::of(trail::version(stored.updated_at), &draft)
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

fn line(title: Title, now: DateTime<Utc>) -> ArticleLine {
    ArticleLine {
        id: title.id.to_string(),
        language: language_words(&title.language).to_owned(),
        title: title.title,
        published: title.published,
        changed: Moment::ago(title.updated_at, now),
    }
}

fn older(query: &str, last: &Title) -> String {
    let mut parameters = form_urlencoded::Serializer::new(String::new());
    if !query.is_empty() {
        parameters.append_pair("q", query);
    }
    parameters.append_pair("after", &cursor(last));
    format!("{}?{}", Section::Knowledge.path(), parameters.finish())
}

fn cursor(last: &Title) -> String {
    format!("{}_{}", last.updated_at.timestamp_micros(), last.id)
}

/// A cursor nobody wrote begins at the top.
fn read_cursor(text: &str) -> Option<(DateTime<Utc>, ArticleId)> {
    let (micros, id) = text.split_once('_')?;
    Some((DateTime::from_timestamp_micros(micros.parse().ok()?)?, id.parse().ok()?))
}

async fn render(
    site: &Site,
    request: &HttpRequest,
    who: &SignedIn,
    status: u16,
    id: Option<ArticleId>,
    form: ArticleForm,
    notice: Option<Flash>,
) -> Answer {
    let title = if id.is_some() { "Edit article" } else { "New article" };
    let mut layout = layout(site, who, request, title).await?;
    layout.flash = notice.or(layout.flash);
    let action = id.map_or(Section::Knowledge.path().to_owned(), |id| format!("{}/{id}", Section::Knowledge.path()));
    reply::page(request, status, &ArticlePage { layout, action, form, exists: id.is_some() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::now;

    #[test]
    fn the_next_page_begins_behind_the_last_row() {
        let id = ArticleId(uuid::Uuid::from_u128(7));
        let last = Title { id, title: "Returns".into(), language: "en".into(), published: true, updated_at: now() };
        assert_eq!(read_cursor(&cursor(&last)), Some((now(), id)));
        assert!(older("50% off & more", &last).starts_with("/settings/knowledge?q=50%25+off+%26+more&after="));
        for wrong in ["", "7", "x_y", "1_2"] {
            assert_eq!(read_cursor(wrong), None, "{wrong}");
        }
    }
}
