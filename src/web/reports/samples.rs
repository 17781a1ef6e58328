//! Every state of the reports.

use super::{Opinion, ReportsPage, Week};
use crate::store::reviews::Verdict;
use crate::web::moment::Moment;
use crate::web::samples::{HOSTILE, layout, minutes_ago, now};

impl ReportsPage {
    /// Every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let names =
            ["7 Sep", "14 Sep", "21 Sep", "28 Sep", "5 Oct", "12 Oct", "19 Oct", "26 Oct", "2 Nov", "9 Nov", "16 Nov"];
        let week = |(at, name): (i64, &str)| Week {
            name: name.to_owned(),
            handoffs: 20 + at,
            right: 8 + at,
            late: 4 - at / 3,
            unnecessary: at % 3,
            missed: at % 2,
            accepted: at * 2,
            edited: at,
            rejected: 3,
        };
        let opinion = |number, verdict, name: &str| Opinion {
            number,
            verdict,
            name: name.to_owned(),
            at: Moment::ago(minutes_ago(90), now()),
        };
        let newest = vec![
            opinion(1042, Verdict::Right, "Ines"),
            opinion(1041, Verdict::Missed, HOSTILE),
            opinion(1038, Verdict::Unnecessary, "Theo"),
        ];
        let page = |weeks, newest| Self { layout: layout("Reports", None), weeks, newest };
        let quiet = names.iter().map(|name| Week { name: (*name).to_owned(), ..Week::default() }).collect();
        vec![
            ("reports", page((0_i64..).zip(names).map(week).collect(), newest)),
            ("reports-empty", page(quiet, vec![])),
        ]
    }
}
