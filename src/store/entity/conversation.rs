//! Conversations, with what the inbox list shows kept beside the core's facts.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "conversations")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub number: i64,
    pub id: Uuid,
    pub channel_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub channel_kind: String,
    pub contact_id: Uuid,
    #[sea_orm(column_type = "Text", nullable)]
    pub external_id: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub owner_kind: String,
    pub owner_agent_id: Option<Uuid>,
    pub epoch: i64,
    pub team_id: Option<Uuid>,
    #[sea_orm(column_type = "Text")]
    pub status: String,
    pub snoozed_until: Option<DateTimeUtc>,
    #[sea_orm(column_type = "Text", nullable)]
    pub outcome: Option<String>,
    pub last_seq: i64,
    pub watermark: i64,
    pub waiting_since: Option<DateTimeUtc>,
    pub handoff_id: Option<Uuid>,
    pub handoff_acknowledged: bool,
    pub ai_answers: i32,
    #[sea_orm(column_type = "Text", nullable)]
    pub handoff_reason: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub title: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub language: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub sentiment: String,
    pub verified: bool,
    #[sea_orm(column_type = "JsonBinary")]
    pub attributes: Json,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub checkpoint: Option<Json>,
    #[sea_orm(column_type = "Text", nullable)]
    pub last_text: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub last_author: Option<String>,
    pub seen_seq: i64,
    pub rating: Option<i32>,
    pub care_since: Option<DateTimeUtc>,
    pub owned_since: Option<DateTimeUtc>,
    pub person_answered: bool,
    #[sea_orm(column_type = "Text", nullable)]
    pub goal: Option<String>,
    pub goal_warn_at: Option<DateTimeUtc>,
    pub goal_due_at: Option<DateTimeUtc>,
    pub goal_warned: bool,
    pub goals_missed: i32,
    pub waiting_news: i32,
    pub rating_asked_at: Option<DateTimeUtc>,
    pub last_at: DateTimeUtc,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
