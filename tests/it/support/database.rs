//! A database that exists for one test.

use sea_orm::{ConnectionTrait as _, Database as Connection};
use tempfile::TempDir;

/// A file, or a database on the server that `BATON_TEST_POSTGRES_URL` names.
pub enum Database {
    Sqlite(TempDir),
    Postgres { server: String, name: String },
}

impl Database {
    pub async fn create() -> Self {
        let Ok(server) = std::env::var("BATON_TEST_POSTGRES_URL") else {
            return Self::Sqlite(tempfile::tempdir().expect("a folder"));
        };
        Self::create_on(server).await
    }

    /// A database on a PostgreSQL server.
    pub async fn create_on(server: String) -> Self {
        let name = format!("baton_{}", uuid::Uuid::new_v4().simple());
        execute(&server, &format!("CREATE DATABASE {name}")).await;
        Self::Postgres { server, name }
    }

    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("baton.db").display()),
            Self::Postgres { server, name } => {
                let mut url: url::Url = server.parse().expect("BATON_TEST_POSTGRES_URL is an address");
                url.set_path(name);
                url.to_string()
            }
        }
    }

    /// A file goes with its folder; a server's database has to be told.
    pub async fn remove(self) {
        if let Self::Postgres { server, name } = self {
            execute(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

async fn execute(server: &str, sql: &str) {
    let connection = Connection::connect(server).await.expect("the PostgreSQL server");
    connection.execute_unprepared(sql).await.expect("may create and drop databases");
    connection.close().await.expect("closed");
}
