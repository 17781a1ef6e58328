//! What the AI knows.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait as _, Func};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::handoff::{ArticleId, ChannelId};

use super::entity::article;
use super::{StoreError, codec};

/// A knowledge article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// Identity.
    pub id: ArticleId,
    /// What it is about.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// BCP-47.
    pub language: String,
    /// Public address, if it has one.
    pub url: Option<String>,
    /// Whether the AI may use it.
    pub published: bool,
    /// The channels it is for; none are all.
    pub channels: Vec<ChannelId>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Stores a new article.
pub async fn insert(db: &impl ConnectionTrait, article: &Article) -> Result<(), StoreError> {
    write(article)?.insert(db).await?;
    Ok(())
}

/// Writes an article back.
pub async fn save(db: &impl ConnectionTrait, article: &Article) -> Result<(), StoreError> {
    let mut row = write(article)?;
    row.id = ActiveValue::Unchanged(article.id.0);
    row.update(db).await?;
    Ok(())
}

/// Deletes an article.
pub async fn delete(db: &impl ConnectionTrait, id: ArticleId) -> Result<(), StoreError> {
    article::Entity::delete_by_id(id.0).exec(db).await?;
    Ok(())
}

/// The article with this id.
pub async fn find(db: &impl ConnectionTrait, id: ArticleId) -> Result<Option<Article>, StoreError> {
    article::Entity::find_by_id(id.0).one(db).await?.map(read).transpose()
}

/// Every article, by title.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Article>, StoreError> {
    let rows = article::Entity::find().order_by_asc(article::Column::Title).all(db).await?;
    rows.into_iter().map(read).collect()
}

/// An article in a list: everything but its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Title {
    /// Identity.
    pub id: ArticleId,
    /// What it is about.
    pub title: String,
    /// BCP-47.
    pub language: String,
    /// Whether the AI may use it.
    pub published: bool,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Which articles a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words of the title or the text; empty is every one.
    pub words: String,
    /// Published ones, drafts, or both.
    pub published: Option<bool>,
    /// In this language alone.
    pub language: Option<String>,
    /// For this channel: its own and those for every channel.
    pub channel: Option<ChannelId>,
}

/// Up to `limit` articles that a filter lets through, the last changed first. `after` is the last row of the page before.
pub async fn titles(
    db: &impl ConnectionTrait,
    filter: &Filter,
    after: Option<(DateTime<Utc>, ArticleId)>,
    limit: u64,
) -> Result<Vec<Title>, StoreError> {
    use article::Column::{Id, Language, Published, Title as Words, UpdatedAt};
    let mut rows = article::Entity::find()
        .select_only()
        .columns([Id, Words, Language, Published, UpdatedAt])
        .order_by_desc(UpdatedAt)
        .order_by_desc(Id);
    rows = rows.filter(passes(filter));
    if let Some((at, id)) = after {
        let same_time = Condition::all().add(UpdatedAt.eq(at)).add(Id.lt(id.0));
        rows = rows.filter(Condition::any().add(UpdatedAt.lt(at)).add(same_time));
    }
    let found: Vec<(Uuid, String, String, bool, DateTime<Utc>)> = rows.limit(limit).into_tuple().all(db).await?;
    let title = |(id, title, language, published, updated_at)| Title {
        id: ArticleId(id),
        title,
        language,
        published,
        updated_at,
    };
    Ok(found.into_iter().map(title).collect())
}

fn passes(filter: &Filter) -> Condition {
    use article::Column::{Body, Channels, Language, Published, Title as Words};
    let mut all = Condition::all();
    if !filter.words.is_empty() {
        let words = &filter.words;
        // SQLite folds the case of ASCII only, so the words are also looked for as they were typed.
        let folded = |column| Expr::expr(Func::lower(Expr::col(column))).like(codec::containing(&words.to_lowercase()));
        let typed = |column: article::Column| column.like(codec::containing(words));
        all = all.add(Condition::any().add(folded(Words)).add(typed(Words)).add(folded(Body)).add(typed(Body)));
    }
    if let Some(published) = filter.published {
        all = all.add(Published.eq(published));
    }
    if let Some(language) = &filter.language {
        all = all.add(Language.eq(language));
    }
    if let Some(channel) = filter.channel {
        let list = || Expr::col(Channels).cast_as("text");
        all = all.add(Condition::any().add(list().eq("[]")).add(list().like(codec::containing(&channel.to_string()))));
    }
    all
}

/// An article with this address, or else this title in this language: what an import would write a second time.
pub async fn like(
    db: &impl ConnectionTrait,
    title: &str,
    language: &str,
    url: Option<&str>,
) -> Result<Option<Article>, StoreError> {
    if let Some(url) = url {
        let found = article::Entity::find().filter(article::Column::Url.eq(url)).one(db).await?;
        if let Some(found) = found {
            return read(found).map(Some);
        }
    }
    let same = article::Column::Title.eq(title).and(article::Column::Language.eq(language));
    article::Entity::find().filter(same).one(db).await?.map(read).transpose()
}

/// Writes an article back unless it changed since `seen`. `false`: it did, and nothing was written.
pub async fn save_unchanged(
    db: &impl ConnectionTrait,
    article: &Article,
    seen: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let changed = article::Entity::update_many()
        .set(write(article)?)
        .filter(article::Column::Id.eq(article.id.0))
        .filter(article::Column::UpdatedAt.eq(seen))
        .exec(db)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Articles changed since a moment, for an index that catches up.
pub async fn changed_since(db: &impl ConnectionTrait, since: DateTime<Utc>) -> Result<Vec<Article>, StoreError> {
    let rows = article::Entity::find().filter(article::Column::UpdatedAt.gte(since)).all(db).await?;
    rows.into_iter().map(read).collect()
}

fn write(article: &Article) -> Result<article::ActiveModel, StoreError> {
    Ok(article::ActiveModel {
        id: ActiveValue::Set(article.id.0),
        title: ActiveValue::Set(article.title.clone()),
        body: ActiveValue::Set(article.body.clone()),
        language: ActiveValue::Set(article.language.clone()),
        url: ActiveValue::Set(article.url.clone()),
        published: ActiveValue::Set(article.published),
        channels: ActiveValue::Set(codec::json("articles.channels", &article.channels)?),
        created_at: ActiveValue::Set(article.created_at),
        updated_at: ActiveValue::Set(article.updated_at),
    })
}

fn read(row: article::Model) -> Result<Article, StoreError> {
    Ok(Article {
        id: ArticleId(row.id),
        title: row.title,
        body: row.body,
        language: row.language,
        url: row.url,
        published: row.published,
        channels: codec::read_json("articles.channels", row.channels)?,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(second * 1_000_000 + 123_457).expect("a moment")
    }

    fn article(id: u128, title: &str, second: i64) -> Article {
        Article {
            id: ArticleId(Uuid::from_u128(id)),
            title: title.to_owned(),
            body: "Within 30 days.".to_owned(),
            language: "en".to_owned(),
            url: None,
            published: true,
            channels: Vec::new(),
            created_at: at(0),
            updated_at: at(second),
        }
    }

    async fn shelf(articles: &[Article]) -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("baton.db").display());
        let store = Store::open(&url).await.expect("a database");
        store.migrate().await.expect("a schema");
        let tx = store.begin().await.expect("a transaction");
        for article in articles {
            insert(&*tx, article).await.expect("stored");
        }
        tx.commit().await.expect("committed");
        (folder, store)
    }

    #[tokio::test]
    async fn pages_of_titles_neither_repeat_nor_skip_an_article() {
        let all: Vec<Article> = (1..=7).map(|id| article(id, "Returns", i64::from(id > 3))).collect();
        let (_folder, store) = shelf(&all).await;
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = titles(store.reader(), &Filter::default(), after, 2).await.expect("a page");
            let Some(last) = page.last() else { break };
            after = Some((last.updated_at, last.id));
            seen.extend(page.iter().map(|title| title.id.0.as_u128()));
        }
        assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
    }

    #[tokio::test]
    async fn a_title_is_found_by_its_words_and_signs_mean_themselves() {
        let titles_of = [(1, "50% off"), (2, "Returns_2026"), (3, "Große Lampen"), (4, "a\\b")];
        let all: Vec<Article> = titles_of.iter().map(|(id, title)| article(*id, title, 0)).collect();
        let (_folder, store) = shelf(&all).await;
        for (query, expected) in
            [("RETURNS", Some(2)), ("%", Some(1)), ("_", Some(2)), ("\\", Some(4)), ("Große", Some(3)), ("zzz", None)]
        {
            let filter = Filter { words: query.to_owned(), ..Filter::default() };
            let found = titles(store.reader(), &filter, None, 9).await.expect("a page");
            let ids: Vec<u128> = found.iter().map(|title| title.id.0.as_u128()).collect();
            assert_eq!(ids, expected.into_iter().collect::<Vec<u128>>(), "{query}");
        }
    }

    #[tokio::test]
    async fn a_newer_version_is_not_overwritten() {
        let (_folder, store) = shelf(&[article(1, "Returns", 0)]).await;
        let tx = store.begin().await.expect("a transaction");
        assert!(save_unchanged(&*tx, &article(1, "Ines", 1), at(0)).await.expect("saved"));
        assert!(!save_unchanged(&*tx, &article(1, "Theo", 2), at(0)).await.expect("refused"));
        tx.commit().await.expect("committed");
        let kept = find(store.reader(), ArticleId(Uuid::from_u128(1))).await.expect("read").expect("there");
        assert_eq!((kept.title.as_str(), kept.updated_at), ("Ines", at(1)));
    }
}
