//! What admins set, what the AI knows, who may call the API, and who changed what.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, flag, index, integer, json, maybe, table, text, time, uuid, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut key = text("name");
        key.primary_key();
        table(
            manager,
            "settings",
            vec![key, json("value"), integer("version"), time("updated_at"), maybe(uuid("updated_by"))],
        )
        .await?;

        table(
            manager,
            "articles",
            vec![
                uuid_key("id"),
                text("title"),
                text("body"),
                text("language"),
                maybe(text("url")),
                flag("published"),
                time("created_at"),
                time("updated_at"),
            ],
        )
        .await?;
        index(manager, "articles", &["updated_at"], false).await?;

        table(
            manager,
            "api_keys",
            vec![
                uuid_key("id"),
                text("name"),
                text("prefix"),
                bytes("key_hash"),
                time("created_at"),
                maybe(time("last_used_at")),
                maybe(time("revoked_at")),
            ],
        )
        .await?;
        index(manager, "api_keys", &["key_hash"], true).await?;

        table(
            manager,
            "audit",
            vec![uuid_key("id"), time("at"), maybe(uuid("agent_id")), text("action"), text("subject"), json("detail")],
        )
        .await?;
        index(manager, "audit", &["at"], false).await
    }
}
