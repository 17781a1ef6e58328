//! Which customers are one person. Nothing of theirs is moved, so that it can be undone whenever it was a mistake.

use sea_orm_migration::prelude::*;

use crate::columns::{index, maybe, table, text, time, uuid, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = maybe(uuid("merged_into"));
        let alter = Table::alter().table(Alias::new("contacts")).add_column(column).to_owned();
        manager.alter_table(alter).await?;
        index(manager, "contacts", &["merged_into"], false).await?;
        table(
            manager,
            "contact_links",
            vec![
                uuid_key("id"),
                uuid("contact_id"),
                uuid("into_id"),
                maybe(uuid("agent_id")),
                text("why"),
                time("made_at"),
                maybe(time("undone_at")),
                maybe(uuid("undone_by")),
            ],
        )
        .await?;
        index(manager, "contact_links", &["contact_id"], false).await?;
        index(manager, "contact_links", &["into_id"], false).await
    }
}
