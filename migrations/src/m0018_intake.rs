//! Where the connections of channel accounts stand, and which process holds them.

use sea_orm_migration::prelude::*;

use crate::columns::{json, maybe, table, time, uuid, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns =
            vec![uuid_key("channel_id"), maybe(json("cursor")), maybe(uuid("holder")), maybe(time("held_until"))];
        table(manager, "intake", columns).await
    }
}
