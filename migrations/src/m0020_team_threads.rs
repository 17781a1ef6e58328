//! Threads in the team's own place to answer, what was posted there, and what people did there.

use sea_orm_migration::prelude::*;

use crate::columns::{flag, index, integer, json, maybe, small, table, text, time, uuid, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        threads(manager).await?;
        events(manager).await
    }
}

async fn threads(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // One thread a conversation. What must still be posted is the conversation's own timeline behind `posted_seq`.
    table(
        manager,
        "team_threads",
        vec![
            uuid_key("conversation_id"),
            uuid("channel_id"),
            text("place"),
            maybe(text("root")),
            integer("began_seq"),
            integer("posted_seq"),
            maybe(text("card")),
            maybe(text("attempt")),
            small("attempts"),
            flag("open"),
            flag("dirty"),
            time("due_at"),
            maybe(time("lease_until")),
            maybe(uuid("lease_by")),
            maybe(text("detail")),
            time("created_at"),
            time("updated_at"),
        ],
    )
    .await?;
    index(manager, "team_threads", &["open", "due_at"], false).await?;
    index(manager, "team_threads", &["channel_id", "place", "root"], true).await?;

    table(
        manager,
        "team_posts",
        vec![uuid("message_id"), text("kind"), uuid("conversation_id"), text("post"), time("created_at")],
    )
    .await?;
    index(manager, "team_posts", &["message_id", "kind"], true).await?;
    index(manager, "team_posts", &["conversation_id"], false).await
}

async fn events(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    table(
        manager,
        "team_events",
        vec![
            uuid_key("id"),
            uuid("channel_id"),
            text("provider_id"),
            text("place"),
            text("root"),
            text("member"),
            json("act"),
            small("attempts"),
            time("due_at"),
            maybe(time("lease_until")),
            maybe(uuid("lease_by")),
            maybe(time("done_at")),
            maybe(text("detail")),
            time("created_at"),
        ],
    )
    .await?;
    index(manager, "team_events", &["channel_id", "provider_id"], true).await?;
    index(manager, "team_events", &["done_at", "due_at"], false).await?;
    index(manager, "team_events", &["channel_id", "place", "root"], false).await?;

    table(
        manager,
        "team_people",
        vec![uuid("channel_id"), text("member"), text("name"), maybe(text("email")), time("checked_at")],
    )
    .await?;
    index(manager, "team_people", &["channel_id", "member"], true).await
}
