//! `/settings/knowledge`: the list of articles, and what the pages about knowledge share.

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use url::form_urlencoded;

use crate::handoff::{ArticleId, ChannelId};
use crate::store::articles::{self, Article, Title};
use crate::store::{StoreError, channels, unanswered};
use crate::web::moment::Moment;
use crate::web::refusal::Refusal;
use crate::web::reply;
use crate::web::settings::access::Admin;
use crate::web::settings::knowledge::{ArticleLine, FilterForm, KnowledgePage, Part, Parts, language_words};
use crate::web::settings::shell::Section;
use crate::web::site::{Site, known};

use super::{Answer, layout};

/// Articles on one page of the list.
const PAGE_ARTICLES: usize = 50;

/// What the list is asked for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// Words of a title or a text.
    q: String,
    /// Published or draft.
    status: String,
    /// A language.
    language: String,
    /// A channel.
    channel: String,
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
    let filter =
        FilterForm::of(&wanted.q, &wanted.status, &wanted.language, &wanted.channel, &channel_names(&site).await?);
    let (limit, after) = (PAGE_ARTICLES as u64 + 1, read_cursor(&wanted.after));
    let mut titles = articles::titles(site.desk.store.reader(), &filter.wanted(), after, limit).await?;
    let more = titles.len() > PAGE_ARTICLES;
    titles.truncate(PAGE_ARTICLES);
    let now = site.desk.clock.now();
    let page = KnowledgePage {
        layout: layout(&site, &who, &request, Section::Knowledge.label()).await?,
        parts: parts(&site, Part::Articles).await?,
        older: titles.last().filter(|_| more).map(|last| older(&filter, last)),
        articles: titles.into_iter().map(|title| line(title, now)).collect(),
        filter,
    };
    reply::page(&request, 200, &page)
}

/// The links between the parts of the knowledge.
pub(super) async fn parts(site: &Site, current: Part) -> Result<Parts, Refusal> {
    Ok(Parts { current, unanswered: unanswered::count_open(site.desk.store.reader()).await? })
}

/// The channels an article may be for.
pub(super) async fn channel_names(site: &Site) -> Result<Vec<(ChannelId, String)>, StoreError> {
    let all = channels::all(site.desk.store.reader()).await?;
    Ok(all.into_iter().map(|channel| (channel.id, channel.name)).collect())
}

/// Lets the AI know, once it is committed. A draft is forgotten.
pub(super) fn learn(site: &Site, article: Article) {
    match article.published {
        true => site.articles.upsert(known(article)),
        false => site.articles.remove(article.id),
    }
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

fn older(filter: &FilterForm, last: &Title) -> String {
    let mut parameters = form_urlencoded::Serializer::new(String::new());
    parameters.extend_pairs(filter.parameters());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::samples::now;

    #[test]
    fn the_next_page_begins_behind_the_last_row() {
        let id = ArticleId(uuid::Uuid::from_u128(7));
        let last = Title { id, title: "Returns".into(), language: "en".into(), published: true, updated_at: now() };
        assert_eq!(read_cursor(&cursor(&last)), Some((now(), id)));
        let filter = FilterForm::of("50% off & more", "draft", "", "", &[]);
        assert!(older(&filter, &last).starts_with("/settings/knowledge?q=50%25+off+%26+more&status=draft&after="));
        for wrong in ["", "7", "x_y", "1_2"] {
            assert_eq!(read_cursor(wrong), None, "{wrong}");
        }
    }
}
