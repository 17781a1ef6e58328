//! When people want to be left alone, each in their own time zone.

use sea_orm_migration::prelude::*;

use crate::columns::{json, table, time, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(manager, "agent_quiet_hours", vec![uuid_key("agent_id"), json("hours"), time("updated_at")]).await
    }
}
