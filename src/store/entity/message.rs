//! What was said.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "messages")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub pk: i64,
    pub id: Uuid,
    pub conversation_id: Uuid,
    pub seq: i64,
    #[sea_orm(column_type = "Text")]
    pub author_kind: String,
    pub author_agent_id: Option<Uuid>,
    #[sea_orm(column_type = "Text")]
    pub visibility: String,
    #[sea_orm(column_type = "Text")]
    pub text: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub sources: Json,
    pub has_attachments: bool,
    pub epoch: i64,
    #[sea_orm(column_type = "Text")]
    pub delivery: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub delivery_detail: Option<String>,
    pub vote: Option<i32>,
    pub created_at: DateTimeUtc,
    pub cut_off: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
