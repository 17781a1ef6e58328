//! Finding contacts by any part of their name, address or number, by the sequences of three characters it is made of: FTS5's
//! trigrams on SQLite, an array of them in a GIN index on PostgreSQL, so that no extension is needed. Two characters or one
//! find the names that begin with them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Contacts have no number FTS5 could know them by, so what they are found by stands in a table that has. A changed contact
/// gets a new number: the index only ever moves on.
const SQLITE: &str = "
CREATE TABLE contact_words (
    pk INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, contact_id uuid_text NOT NULL, text TEXT NOT NULL);
CREATE UNIQUE INDEX contact_words_contact_id ON contact_words (contact_id);
CREATE VIRTUAL TABLE contacts_search USING fts5(
    text, content='contact_words', content_rowid='pk', tokenize='trigram');
INSERT INTO search_progress (name, pk) VALUES ('contacts', 0);
CREATE TRIGGER contact_words_delete AFTER DELETE ON contact_words
WHEN old.pk <= (SELECT pk FROM search_progress WHERE name = 'contacts') BEGIN
    INSERT INTO contacts_search(contacts_search, rowid, text) VALUES ('delete', old.pk, old.text);
END;
CREATE TRIGGER contacts_words_insert AFTER INSERT ON contacts
WHEN coalesce(new.name, new.email, new.phone) IS NOT NULL BEGIN
    INSERT INTO contact_words (contact_id, text) VALUES (new.id,
        coalesce(new.name || char(10), '') || coalesce(new.email || char(10), '') || coalesce(new.phone, ''));
END;
CREATE TRIGGER contacts_words_update AFTER UPDATE OF name, email, phone ON contacts
WHEN new.name IS NOT old.name OR new.email IS NOT old.email OR new.phone IS NOT old.phone BEGIN
    DELETE FROM contact_words WHERE contact_id = old.id;
    INSERT INTO contact_words (contact_id, text) VALUES (new.id,
        coalesce(new.name || char(10), '') || coalesce(new.email || char(10), '') || coalesce(new.phone, ''));
END;
CREATE TRIGGER contacts_words_delete AFTER DELETE ON contacts BEGIN
    DELETE FROM contact_words WHERE contact_id = old.id;
END;
INSERT INTO contact_words (contact_id, text)
    SELECT id, coalesce(name || char(10), '') || coalesce(email || char(10), '') || coalesce(phone, '')
    FROM contacts WHERE coalesce(name, email, phone) IS NOT NULL ORDER BY created_at;
CREATE INDEX contacts_name_start ON contacts (lower(name)) WHERE name IS NOT NULL;
";

const POSTGRES: &str = "
CREATE FUNCTION contact_words(name text, email text, phone text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN lower(coalesce(name || chr(10), '') || coalesce(email || chr(10), '') || coalesce(phone, ''));
CREATE FUNCTION trigrams(words text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY(SELECT DISTINCT substr(words, place, 3) FROM generate_series(1, length(words) - 2) AS place);
CREATE INDEX contacts_search ON contacts USING gin (trigrams(contact_words(name, email, phone)));
CREATE INDEX contacts_name_start ON contacts (lower(name) text_pattern_ops) WHERE name IS NOT NULL;
";

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
