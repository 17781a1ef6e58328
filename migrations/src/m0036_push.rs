//! Browsers of people of the team that are notified, what waits to be sent to them, and how far a handoff was told this way.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, index, maybe, small, table, text, time, uuid, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            manager,
            "push_subscriptions",
            vec![
                uuid_key("id"),
                uuid("agent_id"),
                text("endpoint"),
                bytes("p256dh"),
                bytes("auth"),
                text("label"),
                time("created_at"),
                maybe(time("succeeded_at")),
                maybe(time("failed_at")),
                maybe(text("failure")),
            ],
        )
        .await?;
        index(manager, "push_subscriptions", &["endpoint"], true).await?;
        index(manager, "push_subscriptions", &["agent_id"], false).await?;
        table(
            manager,
            "push_notices",
            vec![
                uuid_key("id"),
                uuid("subscription_id"),
                uuid("conversation_id"),
                uuid("handoff_id"),
                small("attempts"),
                time("due_at"),
                time("created_at"),
            ],
        )
        .await?;
        index(manager, "push_notices", &["handoff_id", "subscription_id"], true).await?;
        index(manager, "push_notices", &["due_at"], false).await?;
        index(manager, "push_notices", &["conversation_id"], false).await?;
        let mut pushed = ColumnDef::new(Alias::new("pushed"));
        pushed.integer();
        let alter = Table::alter().table(Alias::new("handoffs")).add_column(pushed).to_owned();
        manager.alter_table(alter).await
    }
}
