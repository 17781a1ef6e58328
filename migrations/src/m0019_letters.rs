//! Mails about conversations: to the people who have them, and to customers who left the chat.

use sea_orm_migration::prelude::*;

use crate::columns::{index, integer, maybe, small, table, text, time, uuid, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            manager,
            "letters",
            vec![
                uuid_key("id"),
                uuid("conversation_id"),
                maybe(uuid("agent_id")),
                uuid("channel_id"),
                text("address"),
                text("token"),
                integer("epoch"),
                integer("through_seq"),
                text("state"),
                small("attempts"),
                time("due_at"),
                maybe(text("provider_id")),
                maybe(text("detail")),
                maybe(time("answered_at")),
                time("created_at"),
            ],
        )
        .await?;
        index(manager, "letters", &["conversation_id", "address", "epoch", "through_seq"], true).await?;
        index(manager, "letters", &["token"], false).await?;
        index(manager, "letters", &["state", "due_at"], false).await
    }
}
