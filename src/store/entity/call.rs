//! Phone calls.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "calls")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub channel_id: Uuid,
    pub conversation_id: Uuid,
    #[sea_orm(column_type = "Text")]
    pub provider_id: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub caller: Option<String>,
    #[sea_orm(column_type = "Text")]
    pub called: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub forwarded_from: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub state: Json,
    #[sea_orm(column_type = "Text", nullable)]
    pub whispered: Option<String>,
    pub pull_at: Option<DateTimeUtc>,
    pub pulls: i64,
    pub started_at: DateTimeUtc,
    pub ended_at: Option<DateTimeUtc>,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
