//! Secrets of the settings, what conversations have cost, and calls that wait for a customer's yes.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, integer, maybe, table, text, time, uuid, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut key = text("name");
        key.primary_key();
        table(manager, "secrets", vec![key, bytes("sealed"), time("updated_at"), maybe(uuid("updated_by"))]).await?;

        table(
            manager,
            "model_usage",
            vec![
                uuid_key("conversation_id"),
                integer("requests"),
                integer("input_tokens"),
                integer("output_tokens"),
                integer("cost_micros"),
                time("updated_at"),
            ],
        )
        .await?;

        table(
            manager,
            "proposed_calls",
            vec![
                uuid_key("conversation_id"),
                uuid("message_id"),
                text("action"),
                text("arguments"),
                time("created_at"),
            ],
        )
        .await
    }
}
