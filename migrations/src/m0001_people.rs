//! Agents, their sessions and teams; contacts and their identities.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, flag, index, json, maybe, table, text, time, uuid, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            manager,
            "agents",
            vec![
                uuid_key("id"),
                text("email"),
                text("name"),
                text("password_hash"),
                text("role"),
                text("theme"),
                flag("shortcuts"),
                time("created_at"),
                maybe(time("disabled_at")),
            ],
        )
        .await?;
        index(manager, "agents", &["email"], true).await?;

        table(
            manager,
            "agent_sessions",
            vec![
                uuid_key("id"),
                bytes("token_hash"),
                uuid("agent_id"),
                text("csrf"),
                time("created_at"),
                time("expires_at"),
            ],
        )
        .await?;
        index(manager, "agent_sessions", &["token_hash"], true).await?;
        index(manager, "agent_sessions", &["agent_id"], false).await?;

        table(manager, "teams", vec![uuid_key("id"), text("name"), text("description"), time("created_at")]).await?;
        index(manager, "teams", &["name"], true).await?;
        table(manager, "team_members", vec![uuid_key("id"), uuid("team_id"), uuid("agent_id")]).await?;
        index(manager, "team_members", &["team_id", "agent_id"], true).await?;

        table(
            manager,
            "contacts",
            vec![
                uuid_key("id"),
                maybe(text("name")),
                maybe(text("email")),
                maybe(text("phone")),
                maybe(text("avatar_url")),
                maybe(text("language")),
                flag("verified"),
                json("custom_data"),
                time("created_at"),
                time("updated_at"),
            ],
        )
        .await?;
        index(manager, "contacts", &["email"], false).await?;
        index(manager, "contacts", &["phone"], false).await?;

        table(
            manager,
            "contact_identities",
            vec![uuid_key("id"), uuid("contact_id"), text("kind"), text("value"), flag("verified"), time("created_at")],
        )
        .await?;
        index(manager, "contact_identities", &["kind", "value"], true).await?;
        index(manager, "contact_identities", &["contact_id"], false).await
    }
}
