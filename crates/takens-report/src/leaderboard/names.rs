//! Who competes, and which systems are one kind of evidence.

use std::collections::BTreeSet;
use takens_catalog::Catalog;
use takens_host::Record;

/// The name under which a record's method competes: other parameters, another competitor.
#[must_use]
pub fn competitor(record: &Record) -> String {
    if record.parameters == "{}" {
        record.method.clone()
    } else {
        format!("{} {}", record.method, record.parameters)
    }
}

/// The form of a system: the last of the chain of systems that each say they are a twin of the next.
#[must_use]
pub fn form(catalog: &Catalog, system: &str) -> String {
    let mut name = system.to_string();
    let mut seen = BTreeSet::new();
    while seen.insert(name.clone()) {
        match catalog.get(&name).and_then(|entry| entry.system.meta.same_form_as.first()) {
            Some(twin) => name.clone_from(twin),
            None => return name,
        }
    }
    // Twins that name each other go under the least of their names.
    seen.into_iter().next().unwrap_or(name)
}
