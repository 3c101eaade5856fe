//! Applying fixes: `takens check --fix`.
//!
//! Start at [`repair`]. Only fixes that can mean nothing else are applied, and only as long as the file
//! has no more errors afterwards than before.

use crate::diagnostic::{Diagnostic, Fix};
use std::collections::HashSet;

/// A name may stand in so many places, each reported after the one before is repaired.
const MAX_ROUNDS: usize = 1000;

/// Texts that are tried one fix at a time, where all fixes at once do harm.
const MAX_TRIALS: usize = 200;

/// What [`repair`] did.
#[derive(Debug, Clone)]
pub struct Repair {
    /// The text, repaired as far as it goes.
    pub text: String,
    /// What was repaired, in order; each span belongs to the text as it was at that moment.
    pub applied: Vec<Applied>,
    /// What `check` says of the new text.
    pub remaining: Vec<Diagnostic>,
}

/// A fault that was repaired.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The fault, with its fix.
    pub diagnostic: Diagnostic,
    /// The line where it was, counted from 1.
    pub line: usize,
}

/// Applies the safe fixes of all diagnostics that `check` gives for the text, and again for those of
/// the new text, until there are none.
///
/// Of fixes that touch each other only the first is applied in one round. A fix is taken back if the
/// text has more errors with it than without.
pub fn repair(text: &str, mut check: impl FnMut(&str) -> Vec<Diagnostic>) -> Repair {
    let found = check(text);
    let mut state = Repair { text: text.to_owned(), applied: vec![], remaining: found };
    let mut seen = HashSet::from([text.to_owned()]);
    let mut trials = 0;
    for _ in 0..MAX_ROUNDS {
        let fixable = apart(&state.remaining);
        if fixable.is_empty() {
            break;
        }
        let all = apply(&state.text, &fixable);
        let after = check(&all);
        if no_worse(&state.remaining, &after) {
            if !seen.insert(all.clone()) {
                break;
            }
            state.take(fixable, all, after);
            continue;
        }
        // One of them does harm: the first that does none goes alone.
        let mut moved = false;
        for one in fixable {
            trials += 1;
            let text = apply(&state.text, std::slice::from_ref(&one));
            let after = check(&text);
            if no_worse(&state.remaining, &after) && seen.insert(text.clone()) {
                state.take(vec![one], text, after);
                moved = true;
                break;
            }
            if trials >= MAX_TRIALS {
                break;
            }
        }
        if !moved || trials >= MAX_TRIALS {
            break;
        }
    }
    state
}

impl Repair {
    fn take(&mut self, fixed: Vec<(Diagnostic, Fix)>, text: String, remaining: Vec<Diagnostic>) {
        let lines = crate::LineIndex::new(&self.text);
        for (diagnostic, _) in fixed {
            let line = lines.position(diagnostic.span.start).0;
            self.applied.push(Applied { diagnostic, line });
        }
        self.text = text;
        self.remaining = remaining;
    }
}

/// The safe fixes that do not touch one another, in order of the text.
fn apart(diagnostics: &[Diagnostic]) -> Vec<(Diagnostic, Fix)> {
    let safe = |one: &&Diagnostic| one.fix.as_ref().is_some_and(|fix| fix.safe);
    let mut found: Vec<(Diagnostic, Fix)> = diagnostics
        .iter()
        .filter(safe)
        .filter_map(|one| one.fix.clone().map(|fix| (one.clone(), fix)))
        .collect();
    found.sort_by_key(|(_, fix)| (fix.span.start, fix.span.end));
    let mut end = None;
    found.retain(|(_, fix)| {
        let free = end.is_none_or(|end| fix.span.start > end);
        if free {
            end = Some(fix.span.end);
        }
        free
    });
    found
}

fn apply(text: &str, fixes: &[(Diagnostic, Fix)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (_, fix) in fixes {
        out.push_str(&text[at..fix.span.start]);
        out.push_str(&fix.replacement);
        at = fix.span.end;
    }
    out + &text[at..]
}

fn no_worse(before: &[Diagnostic], after: &[Diagnostic]) -> bool {
    let count = |all: &[Diagnostic]| all.iter().filter(|one| one.is_error()).count();
    let (old, new) = (count(before), count(after));
    new < old || (new == old && after.len() <= before.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<Diagnostic> {
        crate::parse_file(text).diagnostics
    }

    #[track_caller]
    fn check(text: &str, want: &str, left: &[&str]) {
        let done = repair(text, faults);
        assert_eq!(done.text, want);
        let codes: Vec<&str> = done.remaining.iter().map(|one| one.code).collect();
        assert_eq!(codes, left);
    }

    #[test]
    fn what_is_certain_is_repaired_and_what_is_a_guess_is_left() {
        check(
            "ode A {\n state x = 1;\n dx/dt := 3 x**2 − x;\n}\n",
            "ode A {\n state x = 1\n x' = 3*x^2 - x\n}\n",
            &[],
        );
        check(
            "ode A {\n state x = 1\n x' = -z**2\n}",
            "ode A {\n state x = 1\n x' = -z^2\n}",
            &["E020"],
        );
        check(
            "ode A {\n state x = 1\n x' = sinn(x)\n}",
            "ode A {\n state x = 1\n x' = sinn(x)\n}",
            &["E022"],
        );
    }

    #[test]
    fn a_name_that_is_a_keyword_is_quoted_everywhere() {
        check(
            "ode A {\n param in = 2\n state x = 1\n x' = x*in + in\n}\n",
            "ode A {\n param `in` = 2\n state x = 1\n x' = x*`in` + `in`\n}\n",
            &[],
        );
    }

    #[test]
    fn a_fix_that_does_harm_is_left_out() {
        // A check of its own, in which every `b` counts as three errors.
        let harmful = |text: &str| {
            let fault = |at: usize| Diagnostic::error("E001", at..at + 1, "");
            text.char_indices()
                .flat_map(|(at, c)| match c {
                    'a' => vec![fault(at).fix(at..at + 1, "b")],
                    'b' => vec![fault(at); 3],
                    'c' => vec![fault(at).fix(at..at + 1, "d")],
                    _ => vec![],
                })
                .collect()
        };
        let done = repair("a c", harmful);
        assert_eq!((done.text.as_str(), done.applied.len()), ("a d", 1));
    }
}
