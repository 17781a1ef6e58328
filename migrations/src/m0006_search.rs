//! Full-text search over messages: FTS5 on SQLite, a GIN index on PostgreSQL.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The index keeps no copy of the text: it reads the row it belongs to. Messages are never edited in place.
const SQLITE: &str = "
CREATE VIRTUAL TABLE messages_search USING fts5(
    text, content='messages', content_rowid='pk', tokenize='unicode61 remove_diacritics 2', prefix='2 3');
CREATE TRIGGER messages_search_insert AFTER INSERT ON messages BEGIN
    INSERT INTO messages_search(rowid, text) VALUES (new.pk, new.text);
END;
CREATE TRIGGER messages_search_delete AFTER DELETE ON messages BEGIN
    INSERT INTO messages_search(messages_search, rowid, text) VALUES ('delete', old.pk, old.text);
END;
CREATE TRIGGER messages_search_update AFTER UPDATE OF text ON messages BEGIN
    INSERT INTO messages_search(messages_search, rowid, text) VALUES ('delete', old.pk, old.text);
    INSERT INTO messages_search(rowid, text) VALUES (new.pk, new.text);
END;
";

const POSTGRES: &str = "CREATE INDEX messages_search ON messages USING gin (to_tsvector('simple', text))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = match manager.get_database_backend() {
            DatabaseBackend::Postgres => POSTGRES,
            _ => SQLITE,
        };
        manager.get_connection().execute_unprepared(sql).await.map(|_| ())
    }
}
