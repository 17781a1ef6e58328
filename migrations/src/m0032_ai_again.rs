//! What became of the AI after a handoff it failed into: it got the conversation back by itself, or must not.

use sea_orm_migration::prelude::*;

use crate::columns::{maybe, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = maybe(text("ai_again"));
        let alter = Table::alter().table(Alias::new("handoffs")).add_column(column).to_owned();
        manager.alter_table(alter).await
    }
}
