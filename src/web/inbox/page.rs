//! The two screens of the inbox: a list, and a list with an open thread.

use askama::Template;

use crate::web::icon::Icon;
use crate::web::inbox::contact::ContactPanel;
use crate::web::inbox::empty::Empty;
use crate::web::inbox::list::List;
use crate::web::inbox::thread::Thread;
use crate::web::page::Layout;

/// `/inbox/{view}` and `/inbox/search`: a list, nothing open.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "inbox/inbox.html")]
pub struct InboxPage {
    /// The document.
    pub layout: Layout,
    /// The conversations.
    pub list: List,
}

impl InboxPage {
    fn nothing_open(&self) -> Empty {
        Empty::of_thread()
    }
}

/// `/inbox/conversations/{number}`: the list it was opened from, the thread, the contact.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "inbox/thread.html")]
pub struct ThreadPage {
    /// The document.
    pub layout: Layout,
    /// The conversations beside it.
    pub list: List,
    /// The open conversation.
    pub thread: Thread,
    /// Its contact.
    pub contact: ContactPanel,
}
