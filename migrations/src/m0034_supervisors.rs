//! When supervisors were told of a handoff nobody had noticed, and which letters say so.

use sea_orm_migration::prelude::*;

use crate::columns::{flag, maybe, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let told = maybe(time("supervisors_told_at"));
        let alter = Table::alter().table(Alias::new("handoffs")).add_column(told).to_owned();
        manager.alter_table(alter).await?;
        let unseen = maybe(flag("unseen"));
        let alter = Table::alter().table(Alias::new("letters")).add_column(unseen).to_owned();
        manager.alter_table(alter).await
    }
}
