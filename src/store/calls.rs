//! Phone calls. A call changes only while its conversation is held, so its row needs no lock of its own.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    TryInsertResult,
};

use crate::handoff::call::Call;
use crate::handoff::{CallId, ChannelId, ConversationId, MessageId};

use super::entity::{call, message};
use super::{StoreError, codec};

/// A stored call.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredCall {
    /// Identity.
    pub id: CallId,
    /// The number's channel.
    pub channel: ChannelId,
    /// The conversation it is.
    pub conversation: ConversationId,
    /// The provider's name for it.
    pub provider_id: String,
    /// The caller's number, unless it is withheld.
    pub from: Option<String>,
    /// The number that was called.
    pub to: String,
    /// The number that sent the call on, if one did.
    pub forwarded_from: Option<String>,
    /// What it is doing.
    pub call: Call,
    /// What a person whispered to the AI.
    pub whispered: Option<String>,
    /// When it is to be pulled out of what it is doing.
    pub pull_at: Option<DateTime<Utc>>,
    /// How often that was tried.
    pub pulls: i64,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Stores a new call. `false`: there is one of that name already, and nothing was written.
pub async fn insert(db: &impl ConnectionTrait, new: &StoredCall) -> Result<bool, StoreError> {
    let row = call::ActiveModel {
        id: ActiveValue::Set(new.id.0),
        channel_id: ActiveValue::Set(new.channel.0),
        conversation_id: ActiveValue::Set(new.conversation.0),
        provider_id: ActiveValue::Set(new.provider_id.clone()),
        caller: ActiveValue::Set(new.from.clone()),
        called: ActiveValue::Set(new.to.clone()),
        forwarded_from: ActiveValue::Set(new.forwarded_from.clone()),
        state: ActiveValue::Set(codec::json("calls.state", &new.call)?),
        whispered: ActiveValue::Set(new.whispered.clone()),
        pull_at: ActiveValue::Set(new.pull_at),
        pulls: ActiveValue::Set(new.pulls),
        started_at: ActiveValue::Set(new.started_at),
        ended_at: ActiveValue::Set(new.ended_at),
        updated_at: ActiveValue::Set(new.started_at),
    };
    let keep = OnConflict::columns([call::Column::ChannelId, call::Column::ProviderId]).do_nothing().to_owned();
    let outcome = call::Entity::insert(row).on_conflict(keep).try_insert().exec_without_returning(db).await?;
    Ok(matches!(outcome, TryInsertResult::Inserted(rows) if rows > 0))
}

/// Writes back what changes about a call.
pub async fn save(db: &impl ConnectionTrait, changed: &StoredCall, now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = call::ActiveModel {
        id: ActiveValue::Unchanged(changed.id.0),
        state: ActiveValue::Set(codec::json("calls.state", &changed.call)?),
        whispered: ActiveValue::Set(changed.whispered.clone()),
        pull_at: ActiveValue::Set(changed.pull_at),
        pulls: ActiveValue::Set(changed.pulls),
        ended_at: ActiveValue::Set(changed.ended_at),
        updated_at: ActiveValue::Set(now),
        ..Default::default()
    };
    row.update(db).await?;
    Ok(())
}

/// The call with this id.
pub async fn find(db: &impl ConnectionTrait, id: CallId) -> Result<Option<StoredCall>, StoreError> {
    call::Entity::find_by_id(id.0).one(db).await?.map(read).transpose()
}

/// The call a provider calls by this name.
pub async fn by_provider_id(
    db: &impl ConnectionTrait,
    channel: ChannelId,
    provider_id: &str,
) -> Result<Option<StoredCall>, StoreError> {
    let query = call::Entity::find()
        .filter(call::Column::ChannelId.eq(channel.0))
        .filter(call::Column::ProviderId.eq(provider_id));
    query.one(db).await?.map(read).transpose()
}

/// The last call of a conversation.
pub async fn last_of(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
) -> Result<Option<StoredCall>, StoreError> {
    let query = call::Entity::find()
        .filter(call::Column::ConversationId.eq(conversation.0))
        .order_by_desc(call::Column::StartedAt)
        .order_by_desc(call::Column::Id)
        .limit(1);
    query.one(db).await?.map(read).transpose()
}

/// Has the calls of a conversation that go on pulled out of what they are doing.
pub async fn ask_to_pull(
    db: &impl ConnectionTrait,
    conversation: ConversationId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    call::Entity::update_many()
        .col_expr(call::Column::PullAt, Expr::value(at))
        .filter(call::Column::ConversationId.eq(conversation.0))
        .filter(call::Column::EndedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// The call that has been waiting longest to be pulled.
pub async fn next_pull(db: &impl ConnectionTrait) -> Result<Option<StoredCall>, StoreError> {
    let query =
        call::Entity::find().filter(call::Column::PullAt.is_not_null()).order_by_asc(call::Column::PullAt).limit(1);
    query.one(db).await?.map(read).transpose()
}

/// Moves a pull to another time, or away, if it is still the one that was read. `false`: it is another worker's.
pub async fn move_pull(
    db: &impl ConnectionTrait,
    call: &StoredCall,
    to: Option<DateTime<Utc>>,
    pulls: i64,
) -> Result<bool, StoreError> {
    let changed = call::Entity::update_many()
        .col_expr(call::Column::PullAt, Expr::value(to))
        .col_expr(call::Column::Pulls, Expr::value(pulls))
        .filter(call::Column::Id.eq(call.id.0))
        .filter(call::Column::PullAt.eq(call.pull_at))
        .exec(db)
        .await?;
    Ok(changed.rows_affected == 1)
}

fn read(row: call::Model) -> Result<StoredCall, StoreError> {
    Ok(StoredCall {
        id: CallId(row.id),
        channel: ChannelId(row.channel_id),
        conversation: ConversationId(row.conversation_id),
        provider_id: row.provider_id,
        from: row.caller,
        to: row.called,
        forwarded_from: row.forwarded_from,
        call: codec::read_json("calls.state", row.state)?,
        whispered: row.whispered,
        pull_at: row.pull_at,
        pulls: row.pulls,
        started_at: row.started_at,
        ended_at: row.ended_at,
    })
}

/// Leaves of a message what the caller heard of it.
pub async fn shorten(db: &impl ConnectionTrait, id: MessageId, text: &str) -> Result<(), StoreError> {
    message::Entity::update_many()
        .col_expr(message::Column::Text, Expr::value(text))
        .filter(message::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}
