//! An index for each list of the inbox that holds its rows in order, and only its rows: a page is read from its beginning,
//! nothing is sorted, and a message in an open conversation moves as few entries as it can.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const SQL: &str = "
DROP INDEX conversations_status_owner_kind_last_at_number;
DROP INDEX conversations_owner_agent_id_status_last_at_number;
DROP INDEX conversations_team_id_status_last_at_number;
CREATE INDEX conversations_open ON conversations (owner_kind, last_at, number) WHERE status = 'open';
CREATE INDEX conversations_handed_off ON conversations (last_at, number) WHERE status = 'open' AND owner_kind <> 'ai';
CREATE INDEX conversations_closed ON conversations (status, last_at, number) WHERE status <> 'open';
CREATE INDEX conversations_agent ON conversations (owner_agent_id, status, last_at, number)
    WHERE owner_agent_id IS NOT NULL;
CREATE INDEX conversations_team_unfinished ON conversations (team_id, last_at, number)
    WHERE team_id IS NOT NULL AND status <> 'resolved';
CREATE INDEX conversations_team ON conversations (team_id) WHERE team_id IS NOT NULL;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(SQL).await.map(|_| ())
    }
}
