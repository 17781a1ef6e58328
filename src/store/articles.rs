//! What the AI knows.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::handoff::ArticleId;

use super::StoreError;
use super::entity::article;

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
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Stores a new article.
pub async fn insert(db: &impl ConnectionTrait, article: &Article) -> Result<(), StoreError> {
    write(article).insert(db).await?;
    Ok(())
}

/// Writes an article back.
pub async fn save(db: &impl ConnectionTrait, article: &Article) -> Result<(), StoreError> {
    let mut row = write(article);
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
    Ok(article::Entity::find_by_id(id.0).one(db).await?.map(read))
}

/// Every article, by title.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Article>, StoreError> {
    let rows = article::Entity::find().order_by_asc(article::Column::Title).all(db).await?;
    Ok(rows.into_iter().map(read).collect())
}

/// Articles changed since a moment, for an index that catches up.
pub async fn changed_since(db: &impl ConnectionTrait, since: DateTime<Utc>) -> Result<Vec<Article>, StoreError> {
    let rows = article::Entity::find().filter(article::Column::UpdatedAt.gte(since)).all(db).await?;
    Ok(rows.into_iter().map(read).collect())
}

fn write(article: &Article) -> article::ActiveModel {
    article::ActiveModel {
        id: ActiveValue::Set(article.id.0),
        title: ActiveValue::Set(article.title.clone()),
        body: ActiveValue::Set(article.body.clone()),
        language: ActiveValue::Set(article.language.clone()),
        url: ActiveValue::Set(article.url.clone()),
        published: ActiveValue::Set(article.published),
        created_at: ActiveValue::Set(article.created_at),
        updated_at: ActiveValue::Set(article.updated_at),
    }
}

fn read(row: article::Model) -> Article {
    Article {
        id: ArticleId(row.id),
        title: row.title,
        body: row.body,
        language: row.language,
        url: row.url,
        published: row.published,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}
