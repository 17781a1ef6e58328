//! Summaries that a language model is still to write, and which handoffs have theirs from one.

use sea_orm_migration::prelude::*;

use crate::columns::{index, table, text, time, uuid, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // The key is the handoff, or the line of a hand-back.
        let columns = vec![uuid_key("id"), uuid("conversation_id"), text("kind"), time("created_at")];
        table(manager, "summaries_due", columns).await?;
        index(manager, "summaries_due", &["created_at"], false).await?;
        let mut by_model = ColumnDef::new(Alias::new("summary_by_model"));
        by_model.boolean().not_null().default(false);
        let alter = Table::alter().table(Alias::new("handoffs")).add_column(by_model).to_owned();
        manager.alter_table(alter).await
    }
}
