//! How two texts differ, line by line, for whoever saves second.

/// Lines that are compared at most, on each side; beyond it everything counts as changed.
const LINES_MAX: usize = 1_500;
/// Unchanged lines shown around a change.
const AROUND: usize = 2;

/// One line of the comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffLine {
    /// In both.
    Same(String),
    /// Only in what is saved.
    Saved(String),
    /// Only in what was typed.
    Typed(String),
    /// Lines that are in both and not shown.
    Skipped(usize),
}

/// What turns the saved text into the typed one: the longest common lines stay.
pub fn lines(saved: &str, typed: &str) -> Vec<DiffLine> {
    let saved: Vec<&str> = saved.lines().take(LINES_MAX).collect();
    let typed: Vec<&str> = typed.lines().take(LINES_MAX).collect();
    let common = common_lengths(&saved, &typed);
    let (mut out, mut at, mut to) = (Vec::new(), 0, 0);
    while at < saved.len() || to < typed.len() {
        if at < saved.len() && to < typed.len() && saved[at] == typed[to] {
            out.push(DiffLine::Same(saved[at].to_owned()));
            (at, to) = (at + 1, to + 1);
        } else if to >= typed.len() || (at < saved.len() && common[at + 1][to] >= common[at][to + 1]) {
            out.push(DiffLine::Saved(saved[at].to_owned()));
            at += 1;
        } else {
            out.push(DiffLine::Typed(typed[to].to_owned()));
            to += 1;
        }
    }
    shortened(out)
}

/// How many lines the rests from each place on have in common.
fn common_lengths(saved: &[&str], typed: &[&str]) -> Vec<Vec<u16>> {
    let mut common = vec![vec![0_u16; typed.len() + 1]; saved.len() + 1];
    for at in (0..saved.len()).rev() {
        for to in (0..typed.len()).rev() {
            common[at][to] = match saved[at] == typed[to] {
                true => common[at + 1][to + 1] + 1,
                false => common[at + 1][to].max(common[at][to + 1]),
            };
        }
    }
    common
}

/// Leaves out what is the same and far from a change.
fn shortened(lines: Vec<DiffLine>) -> Vec<DiffLine> {
    let changed: Vec<bool> = lines.iter().map(|line| !matches!(line, DiffLine::Same(_))).collect();
    let near = |at: usize| {
        let (from, to) = (at.saturating_sub(AROUND), (at + AROUND + 1).min(changed.len()));
        changed[from..to].contains(&true)
    };
    let mut out: Vec<DiffLine> = Vec::new();
    for (at, line) in lines.into_iter().enumerate() {
        match out.last_mut() {
            _ if near(at) => out.push(line),
            Some(DiffLine::Skipped(count)) => *count += 1,
            _ => out.push(DiffLine::Skipped(1)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{DiffLine, lines};

    #[test]
    fn a_changed_line_is_shown_with_its_neighbours() {
        let saved = "a\nb\nc\nd\ne\nf\nWithin 30 days.\nh";
        let typed = "a\nb\nc\nd\ne\nf\nWithin 60 days.\nh\ni";
        let same = |text: &str| DiffLine::Same(text.into());
        assert_eq!(
            lines(saved, typed),
            [
                DiffLine::Skipped(4),
                same("e"),
                same("f"),
                DiffLine::Saved("Within 30 days.".into()),
                DiffLine::Typed("Within 60 days.".into()),
                same("h"),
                DiffLine::Typed("i".into()),
            ]
        );
        assert_eq!(lines("a\nb", "a\nb"), [DiffLine::Skipped(2)]);
        assert_eq!(lines("", ""), []);
    }
}
