//! One file a table. Rows never leave the store: its functions give domain types.

pub(in crate::store) mod agent;
pub(in crate::store) mod agent_session;
pub(in crate::store) mod api_key;
pub(in crate::store) mod article;
pub(in crate::store) mod attachment;
pub(in crate::store) mod audit;
pub(in crate::store) mod channel;
pub(in crate::store) mod contact;
pub(in crate::store) mod contact_identity;
pub(in crate::store) mod conversation;
pub(in crate::store) mod delivery_attempt;
pub(in crate::store) mod event;
pub(in crate::store) mod handoff;
pub(in crate::store) mod message;
pub(in crate::store) mod model_usage;
pub(in crate::store) mod outbox;
pub(in crate::store) mod proposed_call;
pub(in crate::store) mod receipt;
pub(in crate::store) mod secret;
pub(in crate::store) mod setting;
pub(in crate::store) mod team;
pub(in crate::store) mod team_member;
pub(in crate::store) mod timer;
pub(in crate::store) mod turn;
