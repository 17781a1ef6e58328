//! What channels with a provider need: threads, files still to be fetched, who wants no messages, how accounts are doing, and
//! what a message carries beside its text.

use sea_orm_migration::prelude::*;

use crate::columns::{index, json, maybe, small, table, text, time, uuid, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let threads =
            vec![uuid_key("id"), uuid("channel_id"), text("key"), uuid("conversation_id"), time("created_at")];
        table(manager, "threads", threads).await?;
        index(manager, "threads", &["channel_id", "key"], true).await?;
        index(manager, "threads", &["conversation_id", "created_at"], false).await?;

        table(
            manager,
            "pending_media",
            vec![
                uuid_key("attachment_id"),
                uuid("channel_id"),
                uuid("conversation_id"),
                json("media"),
                small("attempts"),
                time("due_at"),
                maybe(time("lease_until")),
                maybe(text("detail")),
                maybe(time("failed_at")),
                time("created_at"),
            ],
        )
        .await?;
        index(manager, "pending_media", &["failed_at", "due_at"], false).await?;
        index(manager, "pending_media", &["conversation_id"], false).await?;

        let columns = vec![uuid_key("id"), uuid("channel_id"), text("address"), text("words"), time("created_at")];
        table(manager, "opt_outs", columns).await?;
        index(manager, "opt_outs", &["channel_id", "address"], true).await?;

        table(
            manager,
            "channel_health",
            vec![
                uuid_key("channel_id"),
                maybe(time("last_in_at")),
                maybe(time("last_out_at")),
                maybe(text("error")),
                maybe(time("error_at")),
            ],
        )
        .await?;

        table(manager, "message_details", vec![uuid_key("message_id"), json("data")]).await
    }
}
