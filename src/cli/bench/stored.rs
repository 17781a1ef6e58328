//! Whether what was acknowledged is stored: asked of the database itself, or of the history where there is only an address.

use std::collections::{HashMap, HashSet};

use http::HeaderMap;
use sea_orm::{ConnectionTrait as _, Statement};
use uuid::Uuid;

use crate::cli::CliError;
use crate::store::{Store, StoreError};

use super::client::Connection;
use super::load::for_each;
use super::target::Target;

/// Receipts read at a time.
const PAGE: i64 = 20_000;

/// A message the server has said it has.
pub(super) struct Acknowledged {
    /// What its sender called it; of a widget's message also its id.
    pub(super) provider_id: String,
    /// What the widget's visitor asks with, and in which conversation.
    pub(super) visitor: Option<(HeaderMap, String)>,
}

/// How many of them are there.
pub(super) async fn count(
    target: &Target,
    acknowledged: &[Acknowledged],
    connections: usize,
) -> Result<usize, CliError> {
    let stored = match &target.own {
        Some(own) => in_database(&own.database).await?,
        None => in_histories(target, acknowledged, connections).await?,
    };
    Ok(acknowledged.iter().filter(|message| stored.contains(&message.provider_id)).count())
}

/// Every receipt whose message is there.
async fn in_database(url: &str) -> Result<HashSet<String>, CliError> {
    let store = Store::open(url).await?;
    let db = store.reader();
    let (first, next) = if store.is_postgres() { ("$1", "$2") } else { ("?", "?") };
    let sql = format!(
        "SELECT r.id, r.provider_id FROM receipts r JOIN messages m ON m.id = r.message_id WHERE r.id > {first} \
         ORDER BY r.id LIMIT {next}"
    );
    let mut found = HashSet::new();
    let mut after = Uuid::nil();
    loop {
        let statement = Statement::from_sql_and_values(db.get_database_backend(), &sql, [after.into(), PAGE.into()]);
        let rows = db.query_all_raw(statement).await.map_err(StoreError::from)?;
        let Some(last) = rows.last() else { break };
        after = last.try_get_by_index(0).map_err(StoreError::from)?;
        for row in &rows {
            found.insert(row.try_get_by_index::<String>(1).map_err(StoreError::from)?);
        }
    }
    store.close().await?;
    Ok(found)
}

/// Every message that the visitors' histories show.
async fn in_histories(
    target: &Target,
    acknowledged: &[Acknowledged],
    connections: usize,
) -> Result<HashSet<String>, CliError> {
    let visitors: HashMap<String, HeaderMap> =
        acknowledged.iter().filter_map(|message| message.visitor.clone()).map(|(headers, id)| (id, headers)).collect();
    let place = target.place.clone();
    let found = for_each("looking for messages", visitors.into_iter().collect(), connections, move |share| {
        let place = place.clone();
        async move {
            let mut connection = Connection::open(&place).await?;
            let mut ids = Vec::new();
            for (session, headers) in share {
                let path = format!("/backend/widget/v2/session/history/{session}");
                let history = connection.get(&path, &headers).await?.json()?;
                let items = history.as_array().into_iter().flatten();
                ids.extend(items.filter_map(|item| item.get("publicId")?.as_str().map(str::to_owned)));
            }
            Ok(ids)
        }
    })
    .await?;
    Ok(found.into_iter().collect())
}
