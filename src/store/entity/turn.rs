//! The one AI turn a conversation may have waiting or running.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "turns")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub conversation_id: Uuid,
    pub id: Uuid,
    pub epoch: i64,
    pub watermark: i64,
    pub due_at: DateTimeUtc,
    pub attempts: i32,
    pub lease_until: Option<DateTimeUtc>,
    pub lease_by: Option<Uuid>,
    pub created_at: DateTimeUtc,
    pub shown_message: Option<Uuid>,
    #[sea_orm(column_type = "Text", nullable)]
    pub shown_text: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
