//! What is promised to customers whom people have, who is there to keep it, and invitations to join them.

use sea_orm_migration::prelude::*;

use crate::columns::{bytes, flag, index, maybe, small, table, text, time, uuid, uuid_key};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in care() {
            add(manager, "conversations", column).await?;
        }
        let mut availability = text("availability");
        availability.default("online");
        for column in [availability, maybe(small("capacity")), maybe(time("seen_at")), maybe(time("given_at"))] {
            add(manager, "agents", column).await?;
        }
        table(
            manager,
            "invitations",
            vec![
                uuid_key("id"),
                bytes("token_hash"),
                text("email"),
                text("name"),
                text("role"),
                uuid("invited_by"),
                time("created_at"),
                time("expires_at"),
            ],
        )
        .await?;
        index(manager, "invitations", &["token_hash"], true).await?;
        index(manager, "invitations", &["email"], true).await
    }
}

fn care() -> Vec<ColumnDef> {
    let off = |name| {
        let mut column = flag(name);
        column.default(false);
        column
    };
    let nought = |name| {
        let mut column = small(name);
        column.default(0);
        column
    };
    vec![
        maybe(time("care_since")),
        maybe(time("owned_since")),
        off("person_answered"),
        maybe(text("goal")),
        maybe(time("goal_warn_at")),
        maybe(time("goal_due_at")),
        off("goal_warned"),
        nought("goals_missed"),
        nought("waiting_news"),
        maybe(time("rating_asked_at")),
    ]
}

async fn add(manager: &SchemaManager<'_>, name: &'static str, mut column: ColumnDef) -> Result<(), DbErr> {
    let mut change = Table::alter();
    change.table(Alias::new(name)).add_column(&mut column);
    manager.alter_table(change).await
}
