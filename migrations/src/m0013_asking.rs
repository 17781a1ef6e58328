//! What a customer was asked before a handoff, and what they answered.

use sea_orm_migration::prelude::*;

use crate::columns::{integer, json, table, time, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table(manager, "asking", vec![uuid_key("conversation_id"), integer("epoch"), json("state"), time("updated_at")])
            .await
    }
}
