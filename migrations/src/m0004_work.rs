//! Work that waits for a worker: turns of the AI, messages to send, timers. Rows, never queues in memory.

use sea_orm_migration::prelude::*;

use crate::columns::{index, integer, maybe, small, table, text, time, uuid, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        outbox(manager).await?;
        turns_and_timers(manager).await
    }
}

async fn outbox(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table(
        manager,
        "outbox",
        vec![
            uuid_key("id"),
            uuid("conversation_id"),
            integer("seq"),
            uuid("message_id"),
            uuid("channel_id"),
            maybe(integer("fence_epoch")),
            text("state"),
            small("attempts"),
            time("due_at"),
            maybe(time("lease_until")),
            maybe(uuid("lease_by")),
            maybe(text("detail")),
            time("created_at"),
            time("updated_at"),
        ],
    )
    .await?;
    index(manager, "outbox", &["state", "due_at"], false).await?;
    index(manager, "outbox", &["conversation_id", "seq"], true).await?;
    index(manager, "outbox", &["message_id"], false).await?;

    table(
        manager,
        "delivery_attempts",
        vec![
            uuid_key("id"),
            uuid("outbox_id"),
            small("attempt"),
            time("started_at"),
            maybe(time("finished_at")),
            maybe(text("outcome")),
            maybe(text("detail")),
            maybe(text("provider_id")),
        ],
    )
    .await?;
    index(manager, "delivery_attempts", &["outbox_id", "attempt"], true).await?;
    index(manager, "delivery_attempts", &["provider_id"], false).await?;
    Ok(())
}

async fn turns_and_timers(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // One turn a conversation, waiting or running: the conversation is the key.
    table(
        manager,
        "turns",
        vec![
            uuid_key("conversation_id"),
            uuid("id"),
            integer("epoch"),
            integer("watermark"),
            time("due_at"),
            small("attempts"),
            maybe(time("lease_until")),
            maybe(uuid("lease_by")),
            time("created_at"),
        ],
    )
    .await?;
    index(manager, "turns", &["due_at"], false).await?;

    table(
        manager,
        "timers",
        vec![uuid_key("id"), uuid("conversation_id"), text("kind"), time("due_at"), time("created_at")],
    )
    .await?;
    index(manager, "timers", &["conversation_id", "kind"], true).await?;
    index(manager, "timers", &["due_at"], false).await
}
