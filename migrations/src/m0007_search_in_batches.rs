//! On SQLite, messages enter the search index in batches, outside the transactions that store them: an index written a row at
//! a time costs a segment each. PostgreSQL keeps a list of pending entries by itself.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// How far each index has come. A row that is not in the index yet must not be taken out of it: FTS5 would be damaged.
const SQLITE: &str = "
CREATE TABLE search_progress (name TEXT NOT NULL PRIMARY KEY, pk INTEGER NOT NULL);
INSERT INTO search_progress (name, pk) SELECT 'messages', coalesce(max(pk), 0) FROM messages;
DROP TRIGGER messages_search_insert;
DROP TRIGGER messages_search_delete;
DROP TRIGGER messages_search_update;
CREATE TRIGGER messages_search_delete AFTER DELETE ON messages
WHEN old.pk <= (SELECT pk FROM search_progress WHERE name = 'messages') BEGIN
    INSERT INTO messages_search(messages_search, rowid, text) VALUES ('delete', old.pk, old.text);
END;
CREATE TRIGGER messages_search_update AFTER UPDATE OF text ON messages
WHEN old.pk <= (SELECT pk FROM search_progress WHERE name = 'messages') BEGIN
    INSERT INTO messages_search(messages_search, rowid, text) VALUES ('delete', old.pk, old.text);
    INSERT INTO messages_search(rowid, text) VALUES (new.pk, new.text);
END;
";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        match manager.get_database_backend() {
            DatabaseBackend::Postgres => Ok(()),
            _ => manager.get_connection().execute_unprepared(SQLITE).await.map(|_| ()),
        }
    }
}
