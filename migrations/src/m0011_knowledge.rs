//! Where an article may be used, what waits to be imported, what the AI could not answer, and what people thought of its help.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm;

use crate::columns::{index, json, maybe, table, text, time, uuid, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        scope(manager).await?;
        table(
            manager,
            "imports",
            vec![uuid_key("id"), uuid("agent_id"), text("source"), json("documents"), time("created_at")],
        )
        .await?;
        table(
            manager,
            "unanswered",
            vec![
                uuid_key("id"),
                uuid("conversation_id"),
                text("question"),
                maybe(text("language")),
                time("created_at"),
                maybe(time("dismissed_at")),
            ],
        )
        .await?;
        index(manager, "unanswered", &["dismissed_at", "created_at"], false).await?;
        opinions(manager).await
    }
}

/// An article without a list is for every channel.
async fn scope(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let kind = match manager.get_database_backend() {
        sea_orm::DatabaseBackend::Postgres => "jsonb",
        _ => "jsonb_text",
    };
    let sql = format!("ALTER TABLE articles ADD COLUMN channels {kind} NOT NULL DEFAULT '[]'");
    manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
}

async fn opinions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table(
        manager,
        "suggestions",
        vec![
            uuid_key("id"),
            uuid("conversation_id"),
            uuid("agent_id"),
            text("text"),
            time("created_at"),
            maybe(text("outcome")),
        ],
    )
    .await?;
    index(manager, "suggestions", &["created_at"], false).await?;
    // One opinion a handoff, and one a conversation that had none.
    table(
        manager,
        "reviews",
        vec![uuid_key("subject_id"), uuid("conversation_id"), text("verdict"), uuid("agent_id"), time("created_at")],
    )
    .await?;
    index(manager, "reviews", &["created_at"], false).await
}
