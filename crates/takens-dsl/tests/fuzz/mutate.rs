//! Hostile texts from sound ones, and what is done with each.

use std::collections::BTreeMap;
use std::path::PathBuf;
use takens_dsl::{format, parse_file, render};

/// Words and signs of the grammar, and what breaks them.
const DICTIONARY: &[&str] = &[
    "ode",
    "map",
    "dde",
    "sde",
    "param",
    "structural",
    "state",
    "let",
    "index",
    "output",
    "known",
    "meta",
    "sample",
    "event",
    "mode",
    "history",
    "hamiltonian",
    "use",
    "unit",
    "extends",
    "when",
    "time",
    "const",
    "fn",
    "next",
    "in",
    "wrap",
    "cyclic",
    "if",
    "then",
    "elif",
    "else",
    "and",
    "or",
    "not",
    "sum(i)(",
    "prod(j in 0..3)(",
    "max(",
    "root(q, ",
    "noise(w)",
    "x(t - tau)",
    "x[i+1]",
    "sin(",
    "mod(",
    "heaviside(",
    "exp(",
    "log(0)",
    "<1/s>",
    "\n",
    "\n\n",
    "\r\n",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "'",
    "''",
    "=",
    "==",
    ":=",
    "..",
    "^",
    "**",
    "*",
    "/",
    "-",
    "+",
    "±",
    "−",
    "·",
    ";",
    ",",
    ":",
    "\"",
    "`",
    "//",
    "/*",
    "*/",
    "///",
    "0",
    "1",
    "2.667",
    "1e400",
    "1e-400",
    "1e999999999",
    "10000000",
    "9223372036854775807",
    "x",
    "y",
    "i",
    "t",
    "pi",
    "N",
    "\u{FEFF}",
    "\0",
    "é",
    "𝔸",
];

/// Numbers that follow from a seed (SplitMix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % bound.max(1) as u64).unwrap_or(0)
    }
}

/// The folder of texts that were found to do harm, and of those to start from.
pub(crate) fn corpus_folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fuzz/corpus"))
}

/// The texts of the corpus, in order of their names, and the samples of the language.
pub(crate) fn corpus() -> Vec<String> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(corpus_folder())
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    files.sort();
    let mut texts: Vec<String> = files
        .iter()
        .filter_map(|file| std::fs::read(file).ok())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect();
    for samples in [include_str!("../page.dsl"), include_str!("../samples.dsl")] {
        texts.extend(samples.split("\n\n").map(str::to_owned));
        texts.push(samples.to_owned());
    }
    texts
}

/// A text of the corpus with a few changes.
pub(crate) fn mutant(corpus: &[String], dice: &mut Dice) -> String {
    let mut text = corpus[dice.below(corpus.len())].clone();
    for _ in 0..=dice.below(8) {
        let a = text.floor_char_boundary(dice.below(text.len() + 1));
        let b = text.floor_char_boundary((a + dice.below(40)).min(text.len()));
        match dice.below(8) {
            0 | 1 => text.insert_str(a, DICTIONARY[dice.below(DICTIONARY.len())]),
            2 => text.replace_range(a..b, ""),
            3 => text.replace_range(a..b, DICTIONARY[dice.below(DICTIONARY.len())]),
            4 => {
                let piece = text[a..b].repeat(1 + dice.below(4));
                text.insert_str(a, &piece);
            }
            5 if dice.below(20) == 0 => {
                let word = DICTIONARY[dice.below(DICTIONARY.len())];
                text.insert_str(a, &word.repeat(1 << dice.below(13)));
            }
            6 => {
                let other = &corpus[dice.below(corpus.len())];
                let from = other.floor_char_boundary(dice.below(other.len() + 1));
                let to = other.floor_char_boundary((from + dice.below(200)).min(other.len()));
                text.insert_str(a, &other[from..to]);
            }
            _ => {
                let c = char::from_u32(u32::try_from(dice.below(0x300)).unwrap_or(0));
                text.insert(a, c.unwrap_or(' '));
            }
        }
    }
    text
}

/// Reads, renders, formats, outlines, rolls and flattens; panics if a diagnostic points beside the text,
/// or formatting twice is not formatting once.
pub(crate) fn exercise(text: &str) {
    let parsed = parse_file(text);
    for one in &parsed.diagnostics {
        assert!(text.get(one.span.clone()).is_some(), "a span that is none: {one:?}");
    }
    let _ = render(&parsed.diagnostics, "fuzz.dsl", text, false);
    let once = format(text);
    assert!(format(&once) == once, "formatting twice is not formatting once");
    let _ = takens_dsl::outline::outline(text);
    for system in &parsed.systems {
        let _ = system.roll(&BTreeMap::new());
        let _ = system.flatten(&BTreeMap::new());
    }
}
