//! Which symbols a library exports, read from its file.
//!
//! Two libraries that export the same name may find each other's function where they look for their own.

use crate::plugins::{PluginFile, Runner};
use crate::validate::child::Request;
use crate::validate::report::Outcome;
use crate::validate::subject::{Finding, fail};
use object::{Object as _, ObjectSymbol as _};
use std::collections::BTreeSet;
use takens_abi::ENTRY_SYMBOL;

/// What linkers themselves may add.
const OF_LINKERS: [&str; 7] =
    ["_init", "_fini", "_edata", "_end", "__bss_start", "__bss_end__", "__end__"];
/// How many names a message lists.
const MOST_TOLD: usize = 5;

/// The entry alone. Weak symbols, of which C++ makes many, are a warning.
pub(super) fn one_symbol(request: &Request) -> Finding {
    let file = PluginFile::open(&request.folder)
        .map_err(|problem| Outcome::failed(problem.to_string()))?;
    if file.manifest.runner == Runner::Process {
        return Err(Outcome::skipped("the plugin is a program"));
    }
    let bytes = std::fs::read(&file.library).map_err(|error| Outcome::failed(error.to_string()))?;
    let exports = Exports::of(&bytes).map_err(Outcome::failed)?;
    if !exports.strong.is_empty() {
        fail!(
            "besides its entry, the library exports {}; make them `static`, or compile with \
             -fvisibility=hidden",
            told(&exports.strong)
        );
    }
    if !exports.weak.is_empty() {
        return Err(Outcome::warning(format!(
            "besides its entry, the library exports weak symbols: {}; -fvisibility=hidden and \
             -fvisibility-inlines-hidden keep them in",
            told(&exports.weak)
        )));
    }
    Ok(())
}

/// The names that a library exports, but for its entry.
#[derive(Debug, Default, PartialEq)]
struct Exports {
    strong: BTreeSet<String>,
    weak: BTreeSet<String>,
}

impl Exports {
    fn of(library: &[u8]) -> Result<Self, String> {
        let file = object::File::parse(library)
            .map_err(|error| format!("the library's symbols cannot be read: {error}"))?;
        let entry = std::str::from_utf8(ENTRY_SYMBOL).unwrap_or_default().trim_end_matches('\0');
        let mut exports = Self::default();
        for symbol in file.dynamic_symbols().filter(|symbol| symbol.is_definition()) {
            let Ok(name) = symbol.name() else { continue };
            if symbol.is_local() || name == entry || OF_LINKERS.contains(&name) {
                continue;
            }
            let list = if symbol.is_weak() { &mut exports.weak } else { &mut exports.strong };
            list.insert(name.to_owned());
        }
        Ok(exports)
    }
}

fn told(names: &BTreeSet<String>) -> String {
    let few: Vec<String> = names.iter().take(MOST_TOLD).map(|name| format!("`{name}`")).collect();
    let more = names.len() - few.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    few.join(", ") + &more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_library_is_said() {
        assert!(Exports::of(b"text").unwrap_err().contains("cannot be read"));
    }

    #[test]
    fn of_many_names_a_few_are_told() {
        let names = (0..7).map(|number| format!("f{number}")).collect();
        assert_eq!(told(&names), "`f0`, `f1`, `f2`, `f3`, `f4` and 2 more");
    }
}
