//! Since when a channel's autopilot has been off: what waited then goes to people, whatever else of the channel is saved later.

use sea_orm_migration::prelude::*;

use crate::columns::{maybe, time};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = maybe(time("autopilot_off_since"));
        let alter = Table::alter().table(Alias::new("channels")).add_column(column).to_owned();
        manager.alter_table(alter).await?;
        let known = Query::update()
            .table(Alias::new("channels"))
            .value(Alias::new("autopilot_off_since"), Expr::col(Alias::new("updated_at")))
            .and_where(Expr::col(Alias::new("autopilot")).eq(false))
            .to_owned();
        manager.execute(known).await
    }
}
