//! The files that a file uses, read and laid side by side in one text.
//!
//! Start at [`gather`]. The file itself comes first, so that its spans stay as they are; each used
//! file has a range of its own behind it, cut into tokens alone, so that what is left open in one
//! does not reach the next. [`Sources::localise`] puts a diagnostic back into the file it is about.

use crate::Diagnostic;
use crate::diagnostic::Span;
use crate::habits;
use crate::limits::{MAX_FILE, MAX_FILES};
use crate::token::{Token, TokenKind, tokenize};
use std::collections::HashMap;

/// A file that another one uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedFile {
    /// Its path from the folder of the file that was read, with `/` between the parts.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Gives the text of the file at a path below the folder of the file that is read, or says in a few
/// words why there is none.
pub type Loader<'l> = dyn FnMut(&str) -> Result<String, String> + 'l;

/// A file and all that it uses.
pub(crate) struct Sources {
    /// All texts, foreign signs replaced.
    pub(crate) text: String,
    pub(crate) parts: Vec<Part>,
    /// Places of the parts, each behind those that it uses.
    pub(crate) order: Vec<usize>,
    /// Some file could not be had: what nothing here defines may stand in it.
    pub(crate) missing: bool,
}

/// One file.
pub(crate) struct Part {
    pub(crate) path: String,
    /// Where its text begins.
    pub(crate) base: usize,
    pub(crate) tokens: Vec<Token>,
    /// As it was read; empty for the first, which the caller has.
    original: String,
}

/// Reads the file `name` and what it uses.
pub(crate) fn gather(
    text: &str,
    name: &str,
    load: &mut Loader,
    faults: &mut Vec<Diagnostic>,
) -> Sources {
    let sources = Sources { text: String::new(), parts: vec![], order: vec![], missing: false };
    let mut gatherer = Gatherer { sources, faults, load, open: HashMap::new() };
    gatherer.add(name, text);
    gatherer.visit(0);
    gatherer.sources
}

struct Gatherer<'l, 'f> {
    sources: Sources,
    faults: &'f mut Vec<Diagnostic>,
    load: &'f mut Loader<'l>,
    /// Files met, by path, and whether what they use is being read.
    open: HashMap<String, bool>,
}

impl Gatherer<'_, '_> {
    fn add(&mut self, path: &str, text: &str) -> usize {
        let base = self.sources.text.len();
        let mut found = vec![];
        let mut tokens = tokenize(text, &mut found);
        let patched = habits::patch(text, &tokens, &mut found);
        if patched != text {
            // Faults of the first look are not to be found twice.
            tokens = tokenize(&patched, &mut vec![]);
        }
        for token in &mut tokens {
            token.start += base;
            token.end += base;
        }
        self.faults.extend(found.into_iter().map(|fault| fault.moved(|at| at + base)));
        self.sources.text.push_str(&patched);
        self.sources.text.push('\n');
        let original = if base == 0 { String::new() } else { text.to_owned() };
        self.sources.parts.push(Part { path: path.to_owned(), base, tokens, original });
        self.sources.parts.len() - 1
    }

    /// Reads what a file uses; it goes no deeper than there may be files.
    fn visit(&mut self, place: usize) {
        let path = self.sources.parts[place].path.clone();
        self.open.insert(path.clone(), true);
        for (wanted, span) in self.uses(place) {
            if let Err(fault) = self.used(&path, &wanted, span) {
                self.sources.missing = true;
                self.faults.push(*fault);
            }
        }
        self.open.insert(path, false);
        self.sources.order.push(place);
    }

    /// The strings after `use` outside of all blocks.
    fn uses(&self, place: usize) -> Vec<(String, Span)> {
        let text = self.sources.text.as_str();
        let (mut depth, mut before, mut found) = (0_usize, "\n", vec![]);
        let tokens = &self.sources.parts[place].tokens;
        for pair in tokens.windows(2) {
            let word = pair[0].text(text);
            match word {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                "use" if depth == 0 && before == "\n" && pair[1].kind == TokenKind::Text => {
                    let path = pair[1].text(text).trim_matches('"').to_owned();
                    found.push((path, pair[1].span()));
                }
                _ => {}
            }
            before = if pair[0].kind == TokenKind::Doc { "\n" } else { word };
        }
        found
    }

    fn used(&mut self, user: &str, wanted: &str, span: Span) -> Result<(), Box<Diagnostic>> {
        let path = resolve(user, wanted).ok_or_else(|| {
            let message = format!("`{}` is no file below the folder of this one", shown(wanted));
            Diagnostic::error("E107", span.clone(), message).help(
                "a path is relative to the file that has it, has `/` between its parts, and does \
                 not leave the folder of the file that is read first",
            )
        })?;
        match self.open.get(&path) {
            Some(true) => {
                let message =
                    format!("`{}` uses itself: files use each other in a circle", shown(&path));
                return Err(Box::new(
                    Diagnostic::error("E106", span, message)
                        .help("put what both need into a third file, and use that in both"),
                ));
            }
            Some(false) => return Ok(()),
            None => {}
        }
        if self.sources.parts.len() > MAX_FILES {
            let message = format!("this is one file too many: at most {MAX_FILES} may be used");
            return Err(Box::new(Diagnostic::error("E003", span, message)));
        }
        let text = (self.load)(&path).map_err(|why| {
            // What failed once is not tried again, nor reported again.
            self.open.insert(path.clone(), false);
            Diagnostic::error(
                "E105",
                span.clone(),
                format!("`{}` cannot be used: {why}", shown(&path)),
            )
        })?;
        if text.len() + self.sources.text.len() > MAX_FILE {
            let message =
                format!("with `{}` the files used have more than {MAX_FILE} bytes", shown(&path));
            return Err(Box::new(Diagnostic::error("E003", span, message)));
        }
        let place = self.add(&path, &text);
        self.visit(place);
        Ok(())
    }
}

/// The path of a file that `user` calls `wanted`, without `.` and `..`; `None` if it leaves the folder.
fn resolve(user: &str, wanted: &str) -> Option<String> {
    if wanted.is_empty() || wanted.starts_with('/') || wanted.contains(['\\', ':', '\0']) {
        return None;
    }
    let mut parts: Vec<&str> = user.split('/').collect();
    parts.pop();
    for part in wanted.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

fn shown(path: &str) -> String {
    let short: String = path.chars().take(100).collect();
    if short.len() < path.len() { format!("{short}...") } else { short }
}

impl Sources {
    /// The place of the file in which a byte lies.
    pub(crate) fn part_of(&self, at: usize) -> usize {
        self.parts.partition_point(|part| part.base <= at).saturating_sub(1)
    }

    /// The fault with spans of the file it is about. Related places in other files become advice.
    pub(crate) fn localise(&self, fault: Diagnostic) -> Diagnostic {
        let place = self.part_of(fault.span.start);
        let mut fault = fault;
        let (near, far): (Vec<_>, Vec<_>) = std::mem::take(&mut fault.related)
            .into_iter()
            .partition(|(span, _)| self.part_of(span.start) == place);
        fault.related = near;
        for (span, words) in far {
            let part = &self.parts[self.part_of(span.start)];
            let line = self.text[part.base..span.start].matches('\n').count() + 1;
            let words = format!("{words} (`{}`, line {line})", part.path);
            fault.help = Some(match fault.help.take() {
                Some(help) => format!("{help}; {words}"),
                None => words,
            });
        }
        let base = self.parts[place].base;
        fault = fault.moved(|at| at.saturating_sub(base));
        fault.file = place.checked_sub(1);
        fault
    }

    /// The used files.
    pub(crate) fn into_files(self) -> Vec<UsedFile> {
        let used = self.parts.into_iter().skip(1);
        used.map(|part| UsedFile { path: part.path, text: part.original }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn paths_stay_below_the_folder() {
        assert_eq!(resolve("a/b.dsl", "c.dsl").as_deref(), Some("a/c.dsl"));
        assert_eq!(resolve("a/b.dsl", "../c.dsl").as_deref(), Some("c.dsl"));
        assert_eq!(resolve("b.dsl", "./d/../c.dsl").as_deref(), Some("c.dsl"));
        for outside in ["../c.dsl", "/c.dsl", "d/../../c.dsl", "", "C:\\c.dsl", ".."] {
            assert_eq!(resolve("b.dsl", outside), None, "{outside}");
        }
    }
}
