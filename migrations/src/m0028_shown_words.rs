//! What a customer has seen of the answer that a turn is writing, and which messages are no more than that.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut message = ColumnDef::new(Alias::new("shown_message"));
        message.uuid();
        let mut text = ColumnDef::new(Alias::new("shown_text"));
        text.text();
        for column in [message, text] {
            let alter = Table::alter().table(Alias::new("turns")).add_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        let mut cut_off = ColumnDef::new(Alias::new("cut_off"));
        cut_off.boolean().not_null().default(false);
        let alter = Table::alter().table(Alias::new("messages")).add_column(cut_off).to_owned();
        manager.alter_table(alter).await
    }
}
