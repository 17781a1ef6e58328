//! Conversations and what was said and done in them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm;

use crate::columns::{bytes, counter_key, flag, index, integer, json, maybe, small, table, text, time, uuid, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        conversations(manager).await?;
        messages(manager).await?;
        records(manager).await?;
        start_ticket_numbers_at(manager, 1001).await
    }
}

async fn conversations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table(
        manager,
        "conversations",
        vec![
            counter_key("number"),
            uuid("id"),
            uuid("channel_id"),
            text("channel_kind"),
            uuid("contact_id"),
            maybe(text("external_id")),
            text("owner_kind"),
            maybe(uuid("owner_agent_id")),
            integer("epoch"),
            maybe(uuid("team_id")),
            text("status"),
            maybe(time("snoozed_until")),
            maybe(text("outcome")),
            integer("last_seq"),
            integer("watermark"),
            maybe(time("waiting_since")),
            maybe(uuid("handoff_id")),
            flag("handoff_acknowledged"),
            small("ai_answers"),
            maybe(text("handoff_reason")),
            maybe(text("title")),
            maybe(text("language")),
            text("sentiment"),
            flag("verified"),
            json("attributes"),
            maybe(json("checkpoint")),
            maybe(text("last_text")),
            maybe(text("last_author")),
            integer("seen_seq"),
            maybe(small("rating")),
            time("last_at"),
            time("created_at"),
            time("updated_at"),
        ],
    )
    .await?;
    index(manager, "conversations", &["id"], true).await?;
    index(manager, "conversations", &["contact_id", "number"], false).await?;
    index(manager, "conversations", &["last_at", "number"], false).await?;
    index(manager, "conversations", &["status", "owner_kind", "last_at", "number"], false).await?;
    index(manager, "conversations", &["owner_agent_id", "status", "last_at", "number"], false).await?;
    index(manager, "conversations", &["team_id", "status", "last_at", "number"], false).await
}

async fn messages(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table(
        manager,
        "messages",
        vec![
            counter_key("pk"),
            uuid("id"),
            uuid("conversation_id"),
            integer("seq"),
            text("author_kind"),
            maybe(uuid("author_agent_id")),
            text("visibility"),
            text("text"),
            json("sources"),
            flag("has_attachments"),
            integer("epoch"),
            text("delivery"),
            maybe(text("delivery_detail")),
            maybe(small("vote")),
            time("created_at"),
        ],
    )
    .await?;
    index(manager, "messages", &["id"], true).await?;
    index(manager, "messages", &["conversation_id", "seq"], true).await?;

    table(
        manager,
        "attachments",
        vec![
            uuid_key("id"),
            maybe(uuid("conversation_id")),
            maybe(uuid("message_id")),
            maybe(uuid("contact_id")),
            text("name"),
            text("media_type"),
            integer("size_bytes"),
            bytes("content"),
            time("created_at"),
        ],
    )
    .await?;
    index(manager, "attachments", &["message_id"], false).await?;
    index(manager, "attachments", &["conversation_id"], false).await
}

async fn records(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table(
        manager,
        "events",
        vec![
            uuid_key("id"),
            uuid("conversation_id"),
            integer("seq"),
            text("kind"),
            text("actor_kind"),
            maybe(uuid("actor_agent_id")),
            json("data"),
            integer("epoch"),
            time("created_at"),
        ],
    )
    .await?;
    index(manager, "events", &["conversation_id", "seq"], true).await?;

    table(
        manager,
        "handoffs",
        vec![
            uuid_key("id"),
            uuid("conversation_id"),
            integer("epoch"),
            text("reason"),
            text("explanation"),
            text("summary"),
            text("sentiment"),
            maybe(text("language")),
            maybe(text("topic")),
            json("tried"),
            json("sources"),
            time("created_at"),
            maybe(time("acknowledged_at")),
            maybe(uuid("acknowledged_by")),
            small("notified"),
            maybe(time("answered_at")),
        ],
    )
    .await?;
    index(manager, "handoffs", &["conversation_id", "epoch"], true).await?;
    index(manager, "handoffs", &["created_at"], false).await?;

    table(
        manager,
        "receipts",
        vec![
            uuid_key("id"),
            uuid("channel_id"),
            text("provider_id"),
            maybe(uuid("conversation_id")),
            maybe(uuid("message_id")),
            time("created_at"),
        ],
    )
    .await?;
    index(manager, "receipts", &["channel_id", "provider_id"], true).await?;
    index(manager, "receipts", &["created_at"], false).await
}

/// Low numbers look like a test installation to customers.
async fn start_ticket_numbers_at(manager: &SchemaManager<'_>, first: i64) -> Result<(), DbErr> {
    let sql = match manager.get_database_backend() {
        sea_orm::DatabaseBackend::Postgres => format!("ALTER SEQUENCE conversations_number_seq RESTART WITH {first}"),
        _ => format!("INSERT INTO sqlite_sequence (name, seq) VALUES ('conversations', {})", first - 1),
    };
    manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
}
