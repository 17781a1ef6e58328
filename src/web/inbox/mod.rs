//! The inbox: what an agent sees of conversations, and does with them.
//!
//! Every visual thing is one partial with a typed struct, used by the page and by the live update alike. The structs know
//! neither the store nor the clock; `present` fills them from stored things, and the handlers call it.

pub mod actions;
pub mod badge;
pub mod batch;
pub mod call;
pub mod card;
pub mod changes;
pub mod channel;
pub mod composer;
pub mod contact;
pub mod conversation;
pub mod copilot;
pub mod counts;
pub mod decisions;
pub mod empty;
pub mod feed;
pub mod item;
pub mod list;
pub mod lists;
pub mod live;
pub mod mail_head;
pub mod merge;
pub mod nav;
pub mod original;
pub mod page;
pub mod patch;
pub mod present;
pub mod review;
pub mod row;
pub mod samples;
pub mod search;
pub mod template;
pub mod thread;
pub mod writing;

use actix_web::web::{ServiceConfig, get, post};

/// The inbox's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/inbox", get().to(lists::home))
        .route("/inbox/live", get().to(live::stream))
        .route("/inbox/search", get().to(lists::search))
        .route("/inbox/conversations/{number}", get().to(conversation::show))
        .route("/inbox/conversations/{number}/decisions", get().to(decisions::show))
        .route("/inbox/conversations/{number}/messages/{id}/original", get().to(original::show))
        .route("/inbox/conversations/{number}/messages/{id}/original/body", get().to(original::body))
        .route("/inbox/conversations/{number}/merge", get().to(merge::show))
        .route("/inbox/{view}", get().to(lists::show))
        .route("/conversations/{number}/messages", post().to(writing::send))
        .route("/conversations/{number}/merge", post().to(merge::create))
        .route("/conversations/{number}/merge/{link}/undo", post().to(merge::undo))
        .route("/conversations/{number}/template", get().to(template::show))
        .route("/conversations/{number}/template", post().to(template::send))
        .route("/conversations/{number}/notes", post().to(writing::note))
        .route("/conversations/{number}/suggestion", post().to(copilot::suggest))
        .route("/conversations/{number}/suggestion/rejection", post().to(copilot::reject))
        .route("/conversations/{number}/rewriting", post().to(copilot::rewrite))
        .route("/conversations/{number}/review", post().to(review::create))
        .route("/conversations/{number}/call/transfer", post().to(call::transfer))
        .route("/conversations/{number}/call/whisper", post().to(call::whisper))
        .route("/conversations/{number}/typing", post().to(writing::typing))
        .route("/conversations/{number}/takeover", post().to(actions::take_over))
        .route("/conversations/{number}/handback", post().to(actions::hand_back))
        .route("/conversations/{number}/assignment", post().to(actions::assign))
        .route("/conversations/{number}/snooze", post().to(actions::snooze))
        .route("/conversations/{number}/resolution", post().to(actions::resolve))
        .route("/conversations/{number}/reopening", post().to(actions::reopen))
        .route("/conversations/{number}/acknowledgement", post().to(actions::acknowledge))
        .route("/conversations/{number}/messages/{id}/retry", post().to(actions::retry));
}
