//! Whole screens in every state.

use super::rows::all_rows;
use crate::web::inbox::contact::ContactPanel;
use crate::web::inbox::list::{List, SortOrder};
use crate::web::inbox::nav::View;
use crate::web::inbox::page::{InboxPage, ThreadPage};
use crate::web::inbox::thread::Thread;
use crate::web::page::Flash;
use crate::web::samples::layout;

fn waiting_list() -> List {
    let older = Some("/inbox/unassigned?before=997".to_owned());
    List::of_view(&View::Unassigned, "Unassigned", all_rows(), SortOrder::Descending, older)
}

impl InboxPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |view: View, list| Self { layout: layout(view.label(), Some(view)), list };
        let empty = |view: View| List::of_view(&view, view.label(), vec![], SortOrder::Descending, None);
        let mut done = page(View::Unassigned, waiting_list());
        done.layout.flash = Some(Flash::Done("Conversation #1043 is snoozed until tomorrow, 9:00.".to_owned()));
        let mut searches = List::samples().into_iter().filter(|(name, _)| name.starts_with("partial-list-search"));
        let mut pages = vec![
            ("inbox", page(View::Unassigned, waiting_list())),
            ("inbox-flash", done),
            ("inbox-empty", page(View::Unassigned, empty(View::Unassigned))),
            ("inbox-first-day", page(View::All, empty(View::All))),
        ];
        let names = ["search", "search-empty"];
        pages.extend(
            names
                .into_iter()
                .zip(searches.by_ref())
                .map(|(name, (_, list))| (name, Self { layout: layout("Search", Some(View::All)), list })),
        );
        pages
    }
}

impl ThreadPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let names = [
            "thread-waiting",
            "thread-mine",
            "thread-ai",
            "thread-difficult",
            "thread-refused",
            "thread-note",
            "thread-resolved",
            "thread-empty",
        ];
        let contacts: Vec<ContactPanel> = ContactPanel::samples().into_iter().map(|(_, contact)| contact).collect();
        let threads = Thread::samples().into_iter().map(|(_, thread)| thread);
        names
            .into_iter()
            .zip(threads)
            .zip(contacts.into_iter().cycle())
            .map(|((name, thread), contact)| {
                let layout = layout("#1042 Maya Lindqvist", Some(View::Unassigned));
                (name, Self { layout, list: waiting_list(), thread, contact })
            })
            .collect()
    }
}
