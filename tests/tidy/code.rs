//! Reads Rust source just well enough for the house rules: what is code, which paths it names, how long its functions are.
//! Not a parser: it relies on code that compiles and that rustfmt has laid out.

/// Code alone, tests left out; every line keeps its number.
pub fn product_code(source: &str) -> String {
    let mut code = code_of(source).into_bytes();
    let mut from = 0;
    while let Some(found) = find(&code, b"#[cfg(test)]", from) {
        from = found + 1;
        let brace = code[found..].iter().position(|byte| matches!(byte, b'{' | b';')).map(|at| at + found);
        if let Some(open) = brace.filter(|at| code[*at] == b'{') {
            let close = closing(&code, open);
            blank(&mut code[found..close]);
        }
    }
    String::from_utf8_lossy(&code).into_owned()
}

fn find(code: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    code[from..].windows(wanted.len()).position(|window| window == wanted).map(|at| at + from)
}

fn blank(code: &mut [u8]) {
    code.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
}

/// Source with comments, strings and characters made blank.
pub fn code_of(source: &str) -> String {
    let mut code = source.as_bytes().to_vec();
    let mut at = 0;
    while at < code.len() {
        let length = unspoken(&code, at);
        blank(&mut code[at..at + length]);
        at += length.max(1);
    }
    String::from_utf8_lossy(&code).into_owned()
}

/// How many bytes from `at` on are a comment, a string or a character; 0 for code.
fn unspoken(code: &[u8], at: usize) -> usize {
    let rest = &code[at..];
    let until = |end: &[u8], from: usize| find(rest, end, from).map_or(rest.len(), |found| found + end.len());
    match rest {
        [b'/', b'/', ..] => rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => until(b"*/", 2),
        [b'"', ..] => quoted(rest, b'"'),
        [b'r', b'"' | b'#', ..] if at == 0 || !is_name(code[at - 1]) || code[at - 1] == b'b' => {
            let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
            let is_string = rest.get(1 + hashes) == Some(&b'"');
            if is_string { until(&[b"\"", "#".repeat(hashes).as_bytes()].concat(), hashes + 2) } else { 0 }
        }
        [b'\'', b'\\', ..] => quoted(rest, b'\''),
        // A lifetime has no closing quote behind its first letter.
        [b'\'', first, ..] => {
            let width = match first {
                0..=0x7f => 1,
                0x80..=0xdf => 2,
                0xe0..=0xef => 3,
                0xf0.. => 4,
            };
            if rest.get(1 + width) == Some(&b'\'') { width + 2 } else { 0 }
        }
        _ => 0,
    }
}

fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The position behind the bracket that closes the one at `open`.
fn closing(code: &[u8], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.iter().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return at + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

fn line_of(code: &[u8], at: usize) -> usize {
    1 + code[..at].iter().filter(|byte| **byte == b'\n').count()
}

/// Every `a::b` of the code with its line; the trees of `use` are spread out.
pub fn paths(code: &str) -> Vec<(usize, Vec<String>)> {
    let code = code.as_bytes();
    let (mut at, mut found) = (0, Vec::new());
    while at < code.len() {
        at = if is_name(code[at]) { path(code, at, Vec::new(), &mut found) } else { at + 1 };
    }
    found.retain(|(_, path)| path.len() > 1);
    found
}

fn path(code: &[u8], start: usize, mut path: Vec<String>, found: &mut Vec<(usize, Vec<String>)>) -> usize {
    let mut at = start;
    loop {
        let name = code[at..].iter().take_while(|byte| is_name(**byte) || **byte == b'*').count();
        if name == 0 && code.get(at) == Some(&b'{') {
            return branches(code, at + 1, &path, found);
        }
        path.extend((name > 0).then(|| String::from_utf8_lossy(&code[at..at + name]).into_owned()));
        at += name;
        if name == 0 || !code[at..].starts_with(b"::") {
            found.push((line_of(code, start), path));
            return at;
        }
        at += 2;
    }
}

fn branches(code: &[u8], mut at: usize, stem: &[String], found: &mut Vec<(usize, Vec<String>)>) -> usize {
    loop {
        at += code[at..].iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b',').count();
        match code.get(at) {
            Some(b'a') if code[at..].starts_with(b"as ") => {
                at += 3 + code[at + 3..].iter().take_while(|byte| is_name(**byte)).count();
            }
            Some(byte) if is_name(*byte) || *byte == b'*' => at = path(code, at, stem.to_vec(), found),
            _ => return (at + 1).min(code.len()),
        }
    }
}

/// Line, name and number of lines of every function with a body.
pub fn functions(code: &str) -> Vec<(usize, String, usize)> {
    let bytes = code.as_bytes();
    let starts = code.match_indices("fn ").filter(|(at, _)| *at == 0 || !is_name(bytes[at - 1]));
    let named = starts.filter_map(|(at, _)| {
        let name: String =
            code[at + 3..].chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
        let close = closing(bytes, body(bytes, at)?);
        (!name.is_empty()).then(|| (line_of(bytes, at), name, line_of(bytes, close) - line_of(bytes, at) + 1))
    });
    named.collect()
}

/// Where a function's body opens; `None` where it is only declared.
fn body(code: &[u8], from: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in code.iter().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'{' if depth == 0 => return Some(at),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}
