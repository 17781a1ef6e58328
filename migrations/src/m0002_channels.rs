//! Channel accounts. Their credentials are sealed before they get here.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, flag, index, json, maybe, table, text, time, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(
            manager,
            "channels",
            vec![
                uuid_key("id"),
                text("kind"),
                text("name"),
                text("token"),
                flag("autopilot"),
                json("settings"),
                maybe(bytes("sealed_credentials")),
                time("created_at"),
                time("updated_at"),
                maybe(time("disabled_at")),
            ],
        )
        .await?;
        index(manager, "channels", &["token"], true).await
    }
}
