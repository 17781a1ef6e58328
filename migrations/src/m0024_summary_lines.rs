//! Which message each line of a handoff's summary is about.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut lines = ColumnDef::new(Alias::new("summary_seqs"));
        lines.json_binary();
        let alter = Table::alter().table(Alias::new("handoffs")).add_column(lines).to_owned();
        manager.alter_table(alter).await
    }
}
