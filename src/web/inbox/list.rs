//! The middle column: the conversations of one view, or of one search. DOM ids `list` (the column) and `rows`.

use askama::Template;

use crate::web::html::nestable;
use crate::web::icon::Icon;
use crate::web::inbox::empty::Empty;
use crate::web::inbox::nav::View;
use crate::web::inbox::row::Row;
use crate::web::inbox::search::SearchBox;

/// Which end of the `data-sort` numbers comes first. The live update inserts new rows accordingly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortOrder {
    /// The smallest first: those who wait longest.
    Ascending,
    /// The largest first: the latest.
    Descending,
}

impl SortOrder {
    const fn name(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}

/// The link to older rows. DOM id `older`; its address answers with a page, or with patches that append the rows to
/// `rows` and replace the link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "inbox/_older.html")]
pub struct Older {
    /// Where they are; absent where there are none.
    pub url: Option<String>,
}

nestable!(Older);

/// The middle column.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "inbox/_list.html")]
pub struct List {
    /// Its heading: the view's label, the team's name, or "Search".
    pub heading: String,
    /// What is being searched for, if anything.
    pub search: SearchBox,
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// How the rows sort.
    pub order: SortOrder,
    /// The link to older rows.
    pub older: Older,
    /// What to say where there are none.
    pub empty: Empty,
}

nestable!(List);

impl List {
    /// The rows of a view.
    pub fn of_view(view: &View, name: &str, rows: Vec<Row>, order: SortOrder, older: Option<String>) -> Self {
        Self {
            heading: name.to_owned(),
            search: SearchBox::default(),
            rows,
            order,
            older: Older { url: older },
            empty: Empty::of_view(view),
        }
    }

    /// The rows a search found, best first.
    pub fn of_search(query: &str, rows: Vec<Row>, older: Option<String>) -> Self {
        Self {
            heading: "Search".to_owned(),
            search: SearchBox { query: query.to_owned() },
            rows,
            order: SortOrder::Descending,
            older: Older { url: older },
            empty: Empty::of_search(query),
        }
    }
}
