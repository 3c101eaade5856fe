//! Lines: comments, and statements that are broken where they are too long.

/// Where lines end.
pub(crate) const WIDTH: usize = 96;

/// A space at which no line ends.
pub(crate) const GLUE: char = '\u{1}';

/// Text on lines of at most [`WIDTH`] columns where spaces allow it; lines after the first begin with
/// `indent`.
pub(crate) fn fold(text: &str, indent: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    for (place, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        if place > 0 {
            // An operator stays with what follows it.
            if column + 1 + length > WIDTH && column > indent.len() {
                out.push('\n');
                out.push_str(indent);
                column = indent.len();
            } else {
                out.push(' ');
                column += 1;
            }
        }
        out.push_str(word);
        column += length;
    }
    out.replace(GLUE, " ")
}

/// A statement `left = right` in a language in which brackets let a line go on.
pub(crate) fn assignment(indent: &str, left: &str, right: &str, end: &str) -> String {
    let line = format!("{indent}{left} = {right}{end}");
    if line.chars().count() <= WIDTH {
        return line + "\n";
    }
    let inner = format!("{indent}    ");
    let left = left.replace(' ', "\u{1}");
    fold(&format!("{indent}{left}{GLUE}={GLUE}({right}){end}"), &inner) + "\n"
}

/// A comment, each line of it after `prefix`.
pub(crate) fn comment(prefix: &str, text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        out += fold(&format!("{prefix}{line}"), prefix).trim_end();
        out.push('\n');
    }
    out
}
