//! Phone calls: what each is doing, and when one is to be pulled out of it.

use sea_orm_migration::prelude::*;

use crate::columns::{index, integer, json, maybe, table, text, time, uuid, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            manager,
            "calls",
            vec![
                uuid_key("id"),
                uuid("channel_id"),
                uuid("conversation_id"),
                text("provider_id"),
                maybe(text("caller")),
                text("called"),
                maybe(text("forwarded_from")),
                json("state"),
                maybe(text("whispered")),
                maybe(time("pull_at")),
                integer("pulls"),
                time("started_at"),
                maybe(time("ended_at")),
                time("updated_at"),
            ],
        )
        .await?;
        index(manager, "calls", &["channel_id", "provider_id"], true).await?;
        index(manager, "calls", &["conversation_id", "started_at"], false).await?;
        let due = "CREATE INDEX calls_pull ON calls (pull_at) WHERE pull_at IS NOT NULL;";
        manager.get_connection().execute_unprepared(due).await.map(|_| ())
    }
}
