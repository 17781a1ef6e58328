//! Threads in the team's own place to answer.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "team_threads")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: Uuid,
    pub channel_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub place: String,
    #[sea_orm(column_type = "Text")]
    pub root: Option<String>,
    pub began_seq: i64,
    pub posted_seq: i64,
    #[sea_orm(column_type = "Text")]
    pub card: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub attempt: Option<String>,
    pub attempts: i32,
    pub open: bool,
    pub dirty: bool,
    pub due_at: DateTimeUtc,
    pub lease_until: Option<DateTimeUtc>,
    pub lease_by: Option<Uuid>,
    #[sea_orm(column_type = "Text")]
    pub detail: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
