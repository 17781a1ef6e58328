//! What the policy read at each decision, so that a thread can explain it and new settings can be rehearsed on it.

use sea_orm_migration::prelude::*;

use crate::columns::{index, integer, json, table, text, time, uuid, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            manager,
            "readings",
            vec![
                uuid_key("id"),
                uuid("conversation_id"),
                integer("seq"),
                integer("epoch"),
                uuid("channel_id"),
                text("decision"),
                json("input"),
                time("created_at"),
            ],
        )
        .await?;
        index(manager, "readings", &["conversation_id", "seq"], false).await?;
        index(manager, "readings", &["created_at"], false).await
    }
}
