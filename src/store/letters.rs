//! Mails about conversations: to the people who have them, and to customers who left the chat.
//!
//! Which are owed is read from the conversations, so that nothing has to remember to ask for one.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::handoff::{AgentId, ChannelId, ConversationId, Epoch, Seq};

use super::entity::{conversation, letter, message};
use super::{StoreError, conversations};

/// Owed letters found at once.
const FOUND_MAX: u64 = 50;
/// Waits to be sent.
const QUEUED: &str = "queued";
/// It left.
const SENT: &str = "sent";
/// It can not be sent.
const FAILED: &str = "failed";

/// A mail about a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Identity.
    pub id: Uuid,
    /// About which conversation.
    pub conversation: ConversationId,
    /// To which person; `None` is the customer.
    pub agent: Option<AgentId>,
    /// From which mailbox.
    pub channel: ChannelId,
    /// To which address.
    pub address: String,
    /// What an answer to it carries.
    pub token: String,
    /// The conversation's epoch.
    pub epoch: Epoch,
    /// What it tells of.
    pub through: Seq,
    /// Whether it tells a supervisor of a handoff that nobody has noticed.
    pub unseen: bool,
    /// Tries so far.
    pub attempts: i32,
}

/// Conversations a person was given and has not noticed, of which they have no letter yet; and those whose customer wrote again to
/// a person who answers by mail. What is owed to those who want to be left alone, `quiet`, waits.
pub async fn owed_to_agents(
    db: &impl ConnectionTrait,
    quiet: &BTreeSet<AgentId>,
) -> Result<Vec<(ConversationId, AgentId)>, StoreError> {
    let told = of_owner()
        .and_where(letter_col(letter::Column::Epoch).equals(conversation_col(conversation::Column::Epoch)))
        .to_owned();
    let answers = of_owner().and_where(letter_col(letter::Column::AnsweredAt).is_not_null()).to_owned();
    let told_all = of_owner()
        .and_where(
            letter_col(letter::Column::ThroughSeq).gte(Expr::col(conversation_col(conversation::Column::Watermark))),
        )
        .to_owned();
    let new = Condition::all()
        .add(conversation::Column::HandoffId.is_not_null())
        .add(conversation::Column::HandoffAcknowledged.eq(false))
        .add(Expr::exists(told).not());
    let goes_on = Condition::all()
        .add(conversation::Column::WaitingSince.is_not_null())
        .add(Expr::exists(answers))
        .add(Expr::exists(told_all).not());
    let rows = conversation::Entity::find()
        .filter(conversations::is_open())
        .filter(conversation::Column::OwnerKind.eq("agent"))
        .filter(conversation::Column::OwnerAgentId.is_not_in(quiet.iter().map(|agent| agent.0)))
        .filter(Condition::any().add(new).add(goes_on))
        .order_by_desc(conversation::Column::LastAt)
        .limit(FOUND_MAX)
        .all(db)
        .await?;
    let owned = rows.into_iter().filter_map(|row| Some((ConversationId(row.id), AgentId(row.owner_agent_id?))));
    Ok(owned.collect())
}

/// Conversations of these kinds of channel in which a person's answer has waited to be fetched since before `before`, of which the
/// customer has no letter.
pub async fn owed_to_customers(
    db: &impl ConnectionTrait,
    kinds: &[&str],
    before: DateTime<Utc>,
    since: DateTime<Utc>,
) -> Result<Vec<ConversationId>, StoreError> {
    let told = Query::select()
        .expr(Expr::val(1))
        .from(letter::Entity)
        .and_where(letter_col(letter::Column::ConversationId).equals(conversation_col(conversation::Column::Id)))
        .and_where(letter_col(letter::Column::AgentId).is_null())
        .and_where(letter_col(letter::Column::ThroughSeq).gte(Expr::col((message::Entity, message::Column::Seq))))
        .to_owned();
    let answered = Query::select()
        .expr(Expr::val(1))
        .from(letter::Entity)
        .and_where(letter_col(letter::Column::ConversationId).equals(conversation_col(conversation::Column::Id)))
        .and_where(letter_col(letter::Column::AgentId).is_null())
        .and_where(letter_col(letter::Column::AnsweredAt).is_not_null())
        .to_owned();
    let unfetched = Query::select()
        .expr(Expr::val(1))
        .from(message::Entity)
        .and_where(
            Expr::col((message::Entity, message::Column::ConversationId))
                .equals(conversation_col(conversation::Column::Id)),
        )
        .and_where(message::Column::Delivery.eq("sent"))
        .and_where(message::Column::Visibility.eq("public"))
        .and_where(message::Column::CreatedAt.lte(before))
        .cond_where(
            Condition::any()
                .add(message::Column::AuthorKind.eq("agent"))
                .add(message::Column::AuthorKind.eq("ai").and(Expr::exists(answered))),
        )
        .and_where(Expr::exists(told).not())
        .to_owned();
    let rows = conversation::Entity::find()
        .filter(conversation::Column::LastAt.gte(since))
        .filter(conversation::Column::ChannelKind.is_in(kinds.iter().copied()))
        .filter(Expr::exists(unfetched))
        .order_by_desc(conversation::Column::LastAt)
        .limit(FOUND_MAX)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| ConversationId(row.id)).collect())
}

fn of_owner() -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(letter::Entity)
        .and_where(letter_col(letter::Column::ConversationId).equals(conversation_col(conversation::Column::Id)))
        .and_where(letter_col(letter::Column::AgentId).equals(conversation_col(conversation::Column::OwnerAgentId)))
        .to_owned()
}

fn letter_col(column: letter::Column) -> Expr {
    Expr::col((letter::Entity, column))
}

fn conversation_col(column: conversation::Column) -> (conversation::Entity, conversation::Column) {
    (conversation::Entity, column)
}

/// Keeps a letter to be sent. One that tells the same to the same person is kept once.
pub async fn insert(db: &impl ConnectionTrait, new: &Letter, now: DateTime<Utc>) -> Result<(), StoreError> {
    let row = letter::ActiveModel {
        id: ActiveValue::Set(new.id),
        conversation_id: ActiveValue::Set(new.conversation.0),
        agent_id: ActiveValue::Set(new.agent.map(|agent| agent.0)),
        channel_id: ActiveValue::Set(new.channel.0),
        address: ActiveValue::Set(new.address.clone()),
        token: ActiveValue::Set(new.token.clone()),
        epoch: ActiveValue::Set(new.epoch.0),
        through_seq: ActiveValue::Set(new.through.0),
        state: ActiveValue::Set(QUEUED.into()),
        attempts: ActiveValue::Set(0),
        due_at: ActiveValue::Set(now),
        provider_id: ActiveValue::Set(None),
        detail: ActiveValue::Set(None),
        answered_at: ActiveValue::Set(None),
        unseen: ActiveValue::Set(new.unseen.then_some(true)),
        created_at: ActiveValue::Set(now),
    };
    let columns =
        [letter::Column::ConversationId, letter::Column::Address, letter::Column::Epoch, letter::Column::ThroughSeq];
    let known = OnConflict::columns(columns).do_nothing().to_owned();
    letter::Entity::insert(row).on_conflict(known).try_insert().exec_without_returning(db).await?;
    Ok(())
}

/// Whether a letter may be sent.
pub async fn is_any_due(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let due =
        letter::Entity::find().filter(letter::Column::State.eq(QUEUED)).filter(letter::Column::DueAt.lte(now)).limit(1);
    Ok(due.one(db).await?.is_some())
}

/// Claims the letter that has been due longest until `until`. A second try of the same letter has the same name; one to somebody
/// who wants to be left alone by now, `quiet`, waits.
pub async fn claim(
    db: &impl ConnectionTrait,
    quiet: &BTreeSet<AgentId>,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Letter>, StoreError> {
    let to_somebody_awake = Condition::any()
        .add(letter::Column::AgentId.is_null())
        .add(letter::Column::AgentId.is_not_in(quiet.iter().map(|agent| agent.0)));
    let due = letter::Entity::find()
        .filter(letter::Column::State.eq(QUEUED))
        .filter(letter::Column::DueAt.lte(now))
        .filter(to_somebody_awake)
        .order_by_asc(letter::Column::DueAt)
        .one(db)
        .await?;
    let Some(row) = due else { return Ok(None) };
    let taken = letter::Entity::update_many()
        .col_expr(letter::Column::DueAt, Expr::value(until))
        .col_expr(letter::Column::Attempts, Expr::value(row.attempts + 1))
        .filter(letter::Column::Id.eq(row.id))
        .filter(letter::Column::DueAt.eq(row.due_at))
        .exec(db)
        .await?;
    Ok((taken.rows_affected == 1).then(|| Letter { attempts: row.attempts + 1, ..read(row) }))
}

/// Notes that a letter left, and the provider's name for it.
pub async fn sent(db: &impl ConnectionTrait, id: Uuid, provider_id: Option<String>) -> Result<(), StoreError> {
    letter::Entity::update_many()
        .col_expr(letter::Column::State, Expr::value(SENT))
        .col_expr(letter::Column::ProviderId, Expr::value(provider_id))
        .filter(letter::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Notes why a letter did not leave, and when it is tried again, if it is.
pub async fn not_sent(
    db: &impl ConnectionTrait,
    id: Uuid,
    why: &str,
    again: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let mut update = letter::Entity::update_many()
        .col_expr(letter::Column::Detail, Expr::value(Some(why.to_owned())))
        .filter(letter::Column::Id.eq(id));
    update = match again {
        Some(at) => update.col_expr(letter::Column::DueAt, Expr::value(at)),
        None => update.col_expr(letter::Column::State, Expr::value(FAILED)),
    };
    update.exec(db).await?;
    Ok(())
}

/// The newest letter that carried one of these tokens.
pub async fn by_tokens(db: &impl ConnectionTrait, tokens: &[String]) -> Result<Option<Letter>, StoreError> {
    if tokens.is_empty() {
        return Ok(None);
    }
    let row = letter::Entity::find()
        .filter(letter::Column::Token.is_in(tokens))
        .order_by_desc(letter::Column::ThroughSeq)
        .one(db)
        .await?;
    Ok(row.map(read))
}

/// Notes that a letter was answered.
pub async fn answered(db: &impl ConnectionTrait, id: Uuid, now: DateTime<Utc>) -> Result<(), StoreError> {
    letter::Entity::update_many()
        .col_expr(letter::Column::AnsweredAt, Expr::value(Some(now)))
        .filter(letter::Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// What the letters with a token are called by the provider, oldest first; and how far they tell.
pub async fn before(db: &impl ConnectionTrait, token: &str) -> Result<(Vec<String>, Seq), StoreError> {
    let rows = letter::Entity::find()
        .filter(letter::Column::Token.eq(token))
        .filter(letter::Column::State.eq(SENT))
        .order_by_asc(letter::Column::CreatedAt)
        .limit(FOUND_MAX)
        .all(db)
        .await?;
    let through = rows.iter().map(|row| row.through_seq).max().unwrap_or(0);
    Ok((rows.into_iter().filter_map(|row| row.provider_id).collect(), Seq(through)))
}

fn read(row: letter::Model) -> Letter {
    Letter {
        id: row.id,
        conversation: ConversationId(row.conversation_id),
        agent: row.agent_id.map(AgentId),
        channel: ChannelId(row.channel_id),
        address: row.address,
        token: row.token,
        epoch: Epoch(row.epoch),
        through: Seq(row.through_seq),
        unseen: row.unseen == Some(true),
        attempts: row.attempts,
    }
}
