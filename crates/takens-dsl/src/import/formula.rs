//! Expressions of other tools, word by word: numbers, names, calls and signs.

/// A piece of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// A number, as the language writes it.
    Number(String),
    /// A name.
    Name(String),
    /// A sign; `**` is `^` already.
    Sign(String),
}

/// The pieces of an expression.
///
/// # Errors
/// What cannot be read.
pub(super) fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let chars: Vec<char> = text.chars().collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        if c.is_whitespace() {
            at += 1;
        } else if c.is_ascii_digit() || c == '.' && next.is_some_and(|c| c.is_ascii_digit()) {
            let end = number_end(&chars, at);
            let digits: String = chars[at..end].iter().collect();
            pieces.push(Piece::Number(number(&digits)));
            at = end;
        } else if c.is_alphabetic() || c == '_' {
            let mut end = at;
            while chars.get(end).is_some_and(|c| c.is_alphanumeric() || *c == '_') {
                end += 1;
            }
            pieces.push(Piece::Name(chars[at..end].iter().collect()));
            at = end;
        } else {
            let pair: String = [Some(c), next].into_iter().flatten().collect();
            let sign = match pair.as_str() {
                "**" => "^",
                "<=" | ">=" | "==" | "!=" | "&&" | "||" => pair.as_str(),
                _ if "+-*/^(),<>&|![]'=".contains(c) => &pair[..c.len_utf8()],
                _ => return Err(format!("`{c}` has no meaning in an expression")),
            };
            at += if pair == "**" { 2 } else { sign.chars().count() };
            pieces.push(Piece::Sign(sign.into()));
        }
    }
    Ok(pieces)
}

fn number_end(chars: &[char], start: usize) -> usize {
    let digits = |mut at: usize| {
        while chars.get(at).is_some_and(char::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let mut end = digits(start);
    if chars.get(end) == Some(&'.') {
        end = digits(end + 1);
    }
    if matches!(chars.get(end), Some('e' | 'E' | 'd' | 'D')) {
        let signed = end + 1 + usize::from(matches!(chars.get(end + 1), Some('+' | '-')));
        if digits(signed) > signed {
            end = digits(signed);
        }
    }
    end
}

/// Digits as the language has them: `.5` is `0.5`, `3.` is `3`.
fn number(text: &str) -> String {
    let text = text.to_ascii_lowercase().replace('d', "e").replace("e+", "e");
    let (digits, power) = match text.split_once('e') {
        Some((digits, power)) => (digits, format!("e{power}")),
        None => (text.as_str(), String::new()),
    };
    let digits = if digits.starts_with('.') { format!("0{digits}") } else { digits.to_owned() };
    digits.trim_end_matches('.').to_owned() + &power
}

/// The pieces as text, with the spaces that the language's own printer would set.
pub(super) fn join(pieces: &[Piece]) -> String {
    let mut text = String::new();
    let mut operand_before = false;
    for piece in pieces {
        match piece {
            Piece::Number(word) | Piece::Name(word) => {
                // `and`, `then` and the like stand between spaces.
                let between =
                    matches!(word.as_str(), "and" | "or" | "not" | "if" | "then" | "else" | "elif");
                if !text.is_empty() && (operand_before || between) && !text.ends_with([' ', '(']) {
                    text.push(' ');
                }
                text.push_str(word);
                if between {
                    text.push(' ');
                }
                operand_before = !between;
            }
            Piece::Sign(sign) => {
                let binary = operand_before;
                match sign.as_str() {
                    "+" | "-" if !binary => text.push_str(sign),
                    "+" | "-" | "<" | ">" | "<=" | ">=" | "==" | "!=" | "=" => {
                        text.push_str(&format!(" {sign} "));
                    }
                    "," => text.push_str(", "),
                    _ => text.push_str(sign),
                }
                operand_before = matches!(sign.as_str(), ")" | "]" | "'");
            }
        }
    }
    while text.contains("  ") {
        text = text.replace("  ", " ");
    }
    text.trim().to_owned()
}

/// Where the bracket that opens at `open` closes.
pub(super) fn closing(pieces: &[Piece], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, piece) in pieces.iter().enumerate().skip(open) {
        match piece {
            Piece::Sign(sign) if sign == "(" => depth += 1,
            Piece::Sign(sign) if sign == ")" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(place);
                }
            }
            _ => {}
        }
    }
    None
}

/// The arguments between two brackets.
pub(super) fn arguments(inside: &[Piece]) -> Vec<Vec<Piece>> {
    let mut depth = 0_i64;
    let mut all = vec![vec![]];
    for piece in inside {
        if let Piece::Sign(sign) = piece {
            match sign.as_str() {
                "(" | "[" => depth += 1,
                ")" | "]" => depth -= 1,
                "," if depth == 0 => {
                    all.push(vec![]);
                    continue;
                }
                _ => {}
            }
        }
        if let Some(last) = all.last_mut() {
            last.push(piece.clone());
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &str) {
        assert_eq!(pieces(text).map(|pieces| join(&pieces)), Ok(want.to_owned()));
    }

    #[test]
    fn formulas_read_back() {
        check("c_3 * (- x_1 - x_2)", "c_3*(-x_1 - x_2)");
        check("x_2**3 / 3. - .5E+3*x", "x_2^3/3 - 0.5e3*x");
        check("2*-x^-1", "2*-x^-1");
        check("max(a,b)<=1", "max(a, b) <= 1");
    }

    #[test]
    fn strange_signs_are_named() {
        assert_eq!(pieces("a ? b"), Err("`?` has no meaning in an expression".into()));
    }
}
