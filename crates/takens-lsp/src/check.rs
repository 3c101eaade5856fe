//! Diagnostics of a text that is being typed: only systems that changed are checked again.
//!
//! A system depends on its own text, on those it extends, and on what stands outside of systems. As
//! long as the latter two stay as they are, the systems that did not change are blanked out, byte for
//! byte, and the rest is checked as a file of its own; the diagnostics of the others are those
//! they had, moved. Whatever makes that doubtful (a bracket that is open, a name twice, a fault
//! outside of systems) leads to a check of the whole.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use takens_catalog::{SourceFile, parse_source};
use takens_dsl::outline::{Item, items};
use takens_dsl::{Diagnostic, MAX_FAULTS, Span, System, parse_file};

/// What is known of a text.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// All diagnostics, in order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The sound systems.
    pub systems: HashMap<String, System>,
    /// The text outside of systems; `None` if it is at fault.
    outside: Option<String>,
    /// What is known of each system, by its text and the texts of those it extends.
    known: HashMap<String, Known>,
}

#[derive(Debug, Clone)]
struct Known {
    /// With places from the start of the system.
    diagnostics: Vec<Diagnostic>,
    system: Option<System>,
}

impl Checked {
    /// Checks a text that uses other files, which are read from the folder of `path`, as a whole.
    /// Faults of the other files are left to those.
    pub fn update_with_files(&mut self, text: &str, path: &Path) {
        let source = SourceFile { path: path.to_path_buf(), text: text.to_owned() };
        let parsed = parse_source(&source);
        let own = |one: &Diagnostic| one.file.is_none();
        self.diagnostics = parsed.diagnostics.into_iter().filter(own).collect();
        self.systems = parsed.systems.into_iter().map(|one| (one.name.clone(), one)).collect();
        self.known.clear();
        self.outside = None;
    }

    /// Checks `text`, using what is known of the text before it.
    pub fn update(&mut self, text: &str) {
        let items = items(text);
        let mut names = HashSet::new();
        let unique = items.iter().all(|item| names.insert(item.name.as_str()));
        let sound = unique && items.iter().all(|item| item.closed);
        let outside = outside(text, &items);
        let keys = if sound { keys(text, &items) } else { vec![] };
        let usable = sound && self.outside.as_ref() == Some(&outside);
        let hits: Vec<bool> =
            keys.iter().map(|key| usable && self.known.contains_key(key)).collect();
        if !hits.contains(&true) {
            let parsed = parse_file(text);
            self.diagnostics = parsed.diagnostics;
            self.systems = parsed.systems.into_iter().map(|one| (one.name.clone(), one)).collect();
            self.known.clear();
            self.outside = sound.then_some(outside);
            self.remember(&items, &keys);
            return;
        }
        let kept = kept(&items, &hits);
        let parsed = parse_file(&blanked(text, &items, &kept));
        let mut diagnostics = parsed.diagnostics;
        let mut systems: HashMap<String, System> =
            parsed.systems.into_iter().map(|one| (one.name.clone(), one)).collect();
        for ((item, key), _) in items.iter().zip(&keys).zip(&kept).filter(|(_, kept)| !**kept) {
            let Some(known) = self.known.get(key) else { continue };
            diagnostics.extend(known.diagnostics.iter().map(|one| moved(one, item.span.start, 0)));
            systems.extend(known.system.clone().map(|one| (item.name.clone(), one)));
        }
        diagnostics.sort_by_key(|one| (one.span.start, one.span.end, one.code));
        (self.diagnostics, self.systems) = (diagnostics, systems);
        self.remember(&items, &keys);
    }

    /// Keeps what the check said, system by system.
    fn remember(&mut self, items: &[Item], keys: &[String]) {
        let mut of_item: Vec<Vec<&Diagnostic>> = vec![vec![]; items.len()];
        let (mut clean, mut doubtful) = (true, vec![false; items.len()]);
        for one in &self.diagnostics {
            let place = items.partition_point(|item| item.span.end < one.span.start);
            match items.get(place).filter(|item| within(&one.span, &item.span)) {
                Some(item) => {
                    let others = one.related.iter().map(|(span, _)| span);
                    let places = others.chain(one.fix.iter().map(|fix| &fix.span));
                    doubtful[place] |= !places.into_iter().all(|span| within(span, &item.span));
                    of_item[place].push(one);
                }
                None => clean &= !one.is_error(),
            }
        }
        // Where faults were left out, nobody knows which system has none.
        if !clean || self.diagnostics.len() >= MAX_FAULTS {
            self.outside = None;
        }
        let mut known = HashMap::with_capacity(keys.len());
        for (place, (item, key)) in items.iter().zip(keys).enumerate() {
            if !doubtful[place] {
                let diagnostics = of_item[place].iter();
                let diagnostics = diagnostics.map(|one| moved(one, 0, item.span.start)).collect();
                let system = self.systems.get(&item.name).cloned();
                known.insert(key.clone(), Known { diagnostics, system });
            }
        }
        self.known = known;
    }
}

fn within(inner: &Span, outer: &Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// The text outside of systems.
fn outside(text: &str, items: &[Item]) -> String {
    let (mut found, mut at) = (String::new(), 0);
    for item in items {
        found.push_str(&text[at..item.span.start]);
        found.push('\0');
        at = item.span.end;
    }
    found.push_str(&text[at..]);
    found
}

/// The base of each item among the items, if it is there.
fn bases(items: &[Item]) -> Vec<Option<usize>> {
    let places: HashMap<&str, usize> =
        items.iter().enumerate().map(|(place, item)| (item.name.as_str(), place)).collect();
    items.iter().map(|item| places.get(item.base.as_deref()?).copied()).collect()
}

/// An item and those it extends, without going round in a circle.
fn lineage(bases: &[Option<usize>], item: usize) -> Vec<usize> {
    let mut line = vec![item];
    while let Some(base) = line.last().and_then(|&last| bases[last])
        && !line.contains(&base)
    {
        line.push(base);
    }
    line
}

fn keys(text: &str, items: &[Item]) -> Vec<String> {
    let bases = bases(items);
    let text_of = |place: usize| &text[items[place].span.clone()];
    (0..items.len())
        .map(|item| {
            let texts = lineage(&bases, item).into_iter().map(text_of);
            texts.collect::<Vec<_>>().join("\0")
        })
        .collect()
}

/// The items that have to be read: those not known, and those they extend.
fn kept(items: &[Item], hits: &[bool]) -> Vec<bool> {
    let bases = bases(items);
    let mut kept = vec![false; items.len()];
    for (item, _) in hits.iter().enumerate().filter(|(_, hit)| !**hit) {
        lineage(&bases, item).into_iter().for_each(|place| kept[place] = true);
    }
    kept
}

/// The text with all items blanked that are not kept.
fn blanked(text: &str, items: &[Item], kept: &[bool]) -> String {
    let (mut found, mut at) = (String::with_capacity(text.len()), 0);
    for (item, _) in items.iter().zip(kept).filter(|(_, kept)| !**kept) {
        found.push_str(&text[at..item.span.start]);
        found.extend(std::iter::repeat_n(' ', item.span.len()));
        at = item.span.end;
    }
    found.push_str(&text[at..]);
    found
}

/// A diagnostic moved by `to - from` bytes.
fn moved(one: &Diagnostic, to: usize, from: usize) -> Diagnostic {
    let shift = |span: &Span| span.start + to - from..span.end + to - from;
    let mut found = one.clone();
    found.span = shift(&one.span);
    if let Some(fix) = &mut found.fix {
        fix.span = shift(&fix.span);
    }
    for (span, _) in &mut found.related {
        *span = shift(span);
    }
    found
}
