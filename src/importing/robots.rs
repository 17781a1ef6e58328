//! What a site asks programs not to read: its `robots.txt`, as far as it speaks to all of them or to us.
//!
//! May not fetch anything. Invariant: a file that can not be understood forbids nothing; the longest rule that fits decides, and of two
//! that are as long the one that allows.

use url::Url;

/// As whom we are spoken to.
const NAME: &str = "baton";
/// Longest file that is read, in bytes.
pub const BYTES_MAX: usize = 512 * 1024;
/// Most rules that are kept.
const RULES_MAX: usize = 2_000;

/// The rules for us.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Robots(Vec<Rule>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    allows: bool,
    path: String,
}

impl Robots {
    /// Reads a file. A group that names us counts instead of those that speak to all.
    pub fn read(text: &str) -> Self {
        let (mut ours, mut everyones) = (Vec::new(), Vec::new());
        let (mut for_us, mut for_all, mut in_names, mut named) = (false, false, false, false);
        for (name, value) in text.lines().filter_map(field) {
            if name == "user-agent" {
                if !in_names {
                    (for_us, for_all) = (false, false);
                }
                in_names = true;
                for_all |= value == "*";
                for_us |= value.to_lowercase().starts_with(NAME);
                named |= for_us;
                continue;
            }
            in_names = false;
            let allows = name == "allow";
            if !(allows || name == "disallow") || value.is_empty() {
                continue;
            }
            let rule = || Rule { allows, path: value.to_owned() };
            if for_us && ours.len() < RULES_MAX {
                ours.push(rule());
            }
            if for_all && everyones.len() < RULES_MAX {
                everyones.push(rule());
            }
        }
        Self(if named { ours } else { everyones })
    }

    /// Whether a page may be read.
    pub fn allow(&self, address: &Url) -> bool {
        let path = match address.query() {
            Some(query) => format!("{}?{query}", address.path()),
            None => address.path().to_owned(),
        };
        let fitting = self.0.iter().filter(|rule| fits(&rule.path, &path));
        fitting.max_by_key(|rule| (rule.path.len(), rule.allows)).is_none_or(|rule| rule.allows)
    }
}

/// A line's name and value, without its comment.
fn field(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.split('#').next()?.split_once(':')?;
    Some((name.trim().to_lowercase(), value.trim()))
}

/// Whether a path begins as a rule says: `*` is anything, `$` at the end is the end.
fn fits(rule: &str, path: &str) -> bool {
    let (rule, to_the_end) = rule.strip_suffix('$').map_or((rule, false), |rule| (rule, true));
    let mut pieces = rule.split('*');
    let Some(mut rest) = path.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let pieces: Vec<&str> = pieces.collect();
    for (at, piece) in pieces.iter().enumerate() {
        if to_the_end && at + 1 == pieces.len() {
            return rest.ends_with(piece);
        }
        let Some(found) = rest.find(piece) else { return false };
        rest = &rest[found + piece.len()..];
    }
    !to_the_end || rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(file: &str, path: &str) -> bool {
        Robots::read(file).allow(&Url::parse("https://shop.example").expect("an address").join(path).expect("a path"))
    }

    #[test]
    fn the_longest_rule_that_fits_decides() {
        let file =
            "User-agent: *\nDisallow: /private # not for you\nAllow: /private/help\nDisallow: /*.php$\nDisallow:";
        assert!(allowed(file, "/"));
        assert!(!allowed(file, "/private/orders"));
        assert!(allowed(file, "/private/help/returns"));
        assert!(!allowed(file, "/a/b.php"));
        assert!(allowed(file, "/a/b.php?x=1"));
    }

    #[test]
    fn a_group_that_names_us_counts_instead_of_everyones() {
        let file = "User-agent: *\nDisallow: /\n\nUser-agent: other\nUser-agent: Baton\nDisallow: /secret\n";
        assert!(allowed(file, "/help"));
        assert!(!allowed(file, "/secret/a"));
        assert!(!allowed("user-agent: *\ndisallow: /", "/help"));
    }

    #[test]
    fn what_is_no_such_file_forbids_nothing() {
        for file in ["", "<html><body>Not found</body></html>", "Disallow: /", "User-agent: other\nDisallow: /", "*:*"]
        {
            assert!(allowed(file, "/help"), "{file}");
        }
    }
}
