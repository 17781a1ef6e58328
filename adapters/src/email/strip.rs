//! The part of a mail that its writer wrote: quotations of earlier mails and signatures are taken off.
//!
//! Linear in the length of its input. Invariants: the result is never empty where the mail is not; whoever answers below or between
//! quotations keeps them, because their words mean nothing without; a forwarded mail is kept whole.

use super::strip_words::{DATE_NAMES, FORWARDED, FROM_NAMES, ORIGINAL, SENT_FROM, SUBJECT_NAMES, TO_NAMES, WROTE};

/// Longest attribution ("On … wrote:"), in bytes, over all its lines.
const ATTRIBUTION_BYTES_MAX: usize = 400;
/// Lines an attribution may be folded into.
const ATTRIBUTION_LINES_MAX: usize = 4;
/// Lines within which a block of quoted headers names two of them.
const HEADER_LINES_MAX: usize = 7;
/// Longest signature, in lines.
const SIGNATURE_LINES_MAX: usize = 14;

/// What the writer wrote.
pub(super) fn visible(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{a0}'], " ");
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let end = end_of_own_words(&lines);
    let own = without_signature(&lines[..end]);
    let kept = joined(own);
    if kept.is_empty() { joined(&lines) } else { kept }
}

fn joined(lines: &[&str]) -> String {
    lines.join("\n").trim().to_owned()
}

/// Where the writer's own words end.
fn end_of_own_words(lines: &[&str]) -> usize {
    for at in 0..lines.len() {
        if is_forward(lines[at]) {
            return lines.len();
        }
        if let Some(after) = quotation_begins(lines, at) {
            let said_before = lines[..at].iter().any(|line| !line.trim().is_empty());
            return match after {
                // Everything behind a block of headers is the old mail.
                Begins::Block => {
                    if said_before {
                        at
                    } else {
                        lines.len()
                    }
                }
                Begins::Marked(first) if said_before && !answers_within(&lines[first..]) => at,
                Begins::Marked(_) => lines.len(),
            };
        }
    }
    lines.len()
}

/// How a quotation begins.
enum Begins {
    /// With a line behind which everything is quoted.
    Block,
    /// With lines that are each marked as quoted, from this one on.
    Marked(usize),
}

fn quotation_begins(lines: &[&str], at: usize) -> Option<Begins> {
    let line = lines[at].trim();
    if line.is_empty() {
        return None;
    }
    if is_quoted(line) {
        return Some(Begins::Marked(at));
    }
    if is_original(line) || is_header_block(lines, at) || is_rule_above_headers(lines, at) {
        return Some(Begins::Block);
    }
    let taken = attribution(lines, at)?;
    let next = (at + taken..lines.len()).find(|next| !lines[*next].trim().is_empty());
    match next {
        Some(next) if is_quoted(lines[next].trim()) => Some(Begins::Marked(next)),
        _ => Some(Begins::Block),
    }
}

fn is_quoted(line: &str) -> bool {
    line.starts_with('>') && !line.starts_with(">>>>>>>")
}

/// Whether somebody wrote below or between quoted lines.
fn answers_within(lines: &[&str]) -> bool {
    let last_quoted = lines.iter().rposition(|line| is_quoted(line.trim()));
    let Some(last) = last_quoted else { return false };
    let own = |line: &&str| !line.trim().is_empty() && !is_quoted(line.trim());
    // A line that a mail program folded is no answer; a line between empty ones, or behind the quotation, is.
    let below = without_signature(&lines[last + 1..]).iter().filter(|line| own(line)).count();
    let between = lines[..last].windows(2).filter(|pair| own(&pair[1]) && pair[0].trim().trim_matches('>').is_empty());
    below > 0 || between.count() > 0
}

/// "On … wrote:" in many languages, over how many lines.
fn attribution(lines: &[&str], at: usize) -> Option<usize> {
    let mut whole = String::new();
    for (taken, line) in lines[at..].iter().take(ATTRIBUTION_LINES_MAX).enumerate() {
        let line = line.trim();
        if line.is_empty() || whole.len() + line.len() > ATTRIBUTION_BYTES_MAX {
            return None;
        }
        whole.push_str(line);
        whole.push(' ');
        let end = whole.trim_end();
        if end.ends_with([':', '：']) {
            return is_attribution(end).then_some(taken + 1);
        }
    }
    None
}

fn is_attribution(line: &str) -> bool {
    let low = line.to_lowercase();
    let dated = line.bytes().any(|byte| byte.is_ascii_digit());
    let addressed = low.contains('@') || low.contains('<');
    let timed = low
        .as_bytes()
        .windows(3)
        .any(|w| w[0].is_ascii_digit() && matches!(w[1], b':' | b'.' | b'h') && w[2].is_ascii_digit());
    let said = WROTE.iter().any(|verb| contains_word(&low, verb));
    // "2026-11-22 10:00 GMT+1 Maya <maya@…>:" has no verb, in several languages.
    (said && dated && (addressed || timed)) || (dated && timed && low.ends_with(">:"))
}

/// Whether `verb` stands in `text` as a word; scripts without spaces have no word borders to look for.
fn contains_word(text: &str, verb: &str) -> bool {
    text.match_indices(verb).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        !verb.is_ascii() || before.is_none_or(|c| !c.is_alphanumeric())
    })
}

/// `-----Original Message-----` in many languages.
fn is_original(line: &str) -> bool {
    line.starts_with(['-', '_', '*']) && line.len() < 120 && {
        let low = line.to_lowercase();
        ORIGINAL.iter().any(|words| low.contains(words))
    }
}

fn is_forward(line: &str) -> bool {
    let low = line.trim().to_lowercase();
    low.len() < 160 && FORWARDED.iter().any(|words| low.trim_matches(['-', ' ', '_', '*', ':']).starts_with(words))
}

/// A line of underscores above quoted headers, as Outlook draws it.
fn is_rule_above_headers(lines: &[&str], at: usize) -> bool {
    let line = lines[at].trim();
    let rule = line.len() >= 10 && line.bytes().all(|byte| matches!(byte, b'_' | b'-'));
    rule && (at + 1..lines.len().min(at + 4)).any(|next| is_header_block(lines, next))
}

/// "From: …" with two of date, addressee and subject behind it.
fn is_header_block(lines: &[&str], at: usize) -> bool {
    if !names_header(lines[at], FROM_NAMES) {
        return false;
    }
    let near = &lines[at + 1..lines.len().min(at + HEADER_LINES_MAX)];
    let has = |names: &[&str]| near.iter().any(|line| names_header(line, names));
    [DATE_NAMES, TO_NAMES, SUBJECT_NAMES].into_iter().filter(|names| has(names)).count() >= 2
}

fn names_header(line: &str, names: &[&str]) -> bool {
    let line = line.trim().trim_start_matches('*');
    let Some((name, _)) = line.split_once([':', '：']) else { return false };
    let name = name.trim().trim_end_matches('*').to_lowercase();
    names.contains(&name.as_str())
}

/// The lines above a signature.
fn without_signature<'a, 'b>(lines: &'a [&'b str]) -> &'a [&'b str] {
    let mut kept = trim_end(lines);
    let from = kept.len().saturating_sub(SIGNATURE_LINES_MAX);
    if let Some(at) = (from..kept.len()).find(|at| matches!(kept[*at].trim(), "--" | "—" | "---")) {
        kept = trim_end(&kept[..at]);
    }
    while let Some(last) = kept.last()
        && is_sent_from(last)
    {
        kept = trim_end(&kept[..kept.len() - 1]);
    }
    kept
}

fn is_sent_from(line: &str) -> bool {
    let low = line.trim().trim_start_matches(['*', '_', '[']).to_lowercase();
    low.len() < 120 && SENT_FROM.iter().any(|words| low.starts_with(words))
}

fn trim_end<'a, 'b>(lines: &'a [&'b str]) -> &'a [&'b str] {
    let end = lines.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |last| last + 1);
    &lines[..end]
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[track_caller]
    fn leaves(text: &str, own: &str) {
        assert_eq!(visible(text), own, "of {text:?}");
    }

    #[test]
    fn quotations_go_in_every_language() {
        for attribution in [
            "On Mon, Nov 2, 2026 at 10:14 AM Ines Weber <ines@shop.example> wrote:",
            "On Mon, Nov 2, 2026 at 10:14 AM Ines Weber\n<ines@shop.example> wrote:",
            "Am 02.11.2026 um 10:14 schrieb Ines Weber:",
            "Am Mo., 2. Nov. 2026 um 10:14 Uhr schrieb Ines Weber <\nines@shop.example>:",
            "Le lun. 2 nov. 2026 à 10:14, Ines Weber <ines@shop.example> a écrit :",
            "El lun, 2 nov 2026 a las 10:14, Ines Weber (<ines@shop.example>) escribió:",
            "Il giorno lun 2 nov 2026 alle ore 10:14 Ines Weber <ines@shop.example> ha scritto:",
            "Op ma 2 nov 2026 om 10:14 schreef Ines Weber <ines@shop.example>:",
            "Em seg., 2 de nov. de 2026 às 10:14, Ines Weber <ines@shop.example> escreveu:",
            "pon., 2 lis 2026 o 10:14 Ines Weber <ines@shop.example> napisał(a):",
            "Den mån 2 nov. 2026 kl 10:14 skrev Ines Weber <ines@shop.example>:",
            "пн, 2 нояб. 2026 г. в 10:14, Ines Weber <ines@shop.example>:\n",
            "2 нояб. 2026 г., в 10:14, Ines Weber <ines@shop.example> написал(а):",
            "2026年11月2日(月) 10:14 Ines Weber <ines@shop.example>:",
            "2026年11月2日 10:14，Ines Weber <ines@shop.example> 写道：",
            "2026년 11월 2일 (월) 오전 10:14, Ines Weber <ines@shop.example>님이 작성:",
            "2 Kas 2026 Pzt, 10:14 tarihinde Ines Weber <ines@shop.example> şunu yazdı:",
        ] {
            leaves(&format!("Yes, please.\n\n{attribution}\n> Shall we send it?\n> Ines\n"), "Yes, please.");
        }
    }

    #[test]
    fn blocks_of_headers_go() {
        for block in [
            "-----Original Message-----\nFrom: Ines\nSent: Monday\n\nOld",
            "-------- Ursprüngliche Nachricht --------\nVon: Ines\n\nAlt",
            "From: Ines Weber <ines@shop.example>\nSent: Monday, 2 November 2026 10:14\nTo: Maya\nSubject: Lamp\n\nOld",
            "________________________________\nVon: Ines Weber\nGesendet: Montag, 2. November 2026\nAn: Maya\nBetreff: Lampe\n\nAlt",
            "*De :* Ines\n*Envoyé :* lundi\n*À :* Maya\n*Objet :* Lampe\n\nAncien",
            "发件人: Ines\n发送时间: 2026年11月2日\n收件人: Maya\n主题: 灯\n\n旧",
        ] {
            leaves(&format!("Yes.\n\n{block}"), "Yes.");
        }
    }

    #[test]
    fn signatures_go_and_words_stay() {
        leaves("Please call me.\n-- \nMaya Lind\nLampgatan 3", "Please call me.");
        leaves("Please call me.\n\nSent from my iPhone", "Please call me.");
        leaves("Bitte rufen Sie an.\n\nVon meinem iPhone gesendet", "Bitte rufen Sie an.");
        leaves("-- \nMaya", "--\nMaya");
        leaves("a --\nb", "a --\nb");
    }

    #[test]
    fn who_answers_below_or_between_keeps_the_quotation() {
        let below = "On Mon, Nov 2, 2026 at 10:14, Ines <i@shop.example> wrote:\n> Which colour?\n\nBlue.";
        leaves(below, below);
        let between = "Hi,\n\n> Which colour?\n\nBlue.\n\n> Which size?\n\nSmall.";
        leaves(between, between);
        let quoted_only = "> Which colour?";
        leaves(quoted_only, quoted_only);
    }

    #[test]
    fn a_forwarded_mail_is_kept() {
        let forwarded = "See below.\n\n---------- Forwarded message ---------\nFrom: Otto\nDate: Monday\nSubject: Lamp\nTo: Maya\n\nIt is broken.";
        leaves(forwarded, forwarded);
    }

    #[test]
    fn ordinary_words_are_left_alone() {
        for text in [
            "On Monday I wrote: nothing happened.",
            "The label says:\nmade 2026",
            "From: the shop in Turku I heard nothing.\nThanks",
            "1 > 0",
        ] {
            leaves(text, text);
        }
    }

    #[test]
    fn a_long_mail_of_colons_takes_no_longer_than_others() {
        let text = "On 1 2 3 wrote\n".repeat(200_000);
        let began = std::time::Instant::now();
        visible(&text);
        assert!(began.elapsed().as_secs() < 5);
    }
}
