//! What the splitter knows of a text: its statements, its blocks, and what each sign stands for.

use crate::split::{Braces, Separator, split};
use crate::token::{Token, TokenKind, tokenize};
use std::ops::Range;
use takens_symbolic::KEYWORDS;

/// Tokens with their statements.
pub(super) struct Structure {
    pub(super) tokens: Vec<Token>,
    /// In order of the text.
    pub(super) statements: Vec<Extent>,
    /// Blocks of whole statements: the tokens of `{` and `}`.
    pub(super) blocks: Vec<(usize, usize)>,
    /// How many blocks each token stands in.
    pub(super) depths: Vec<usize>,
    /// What each token stands for.
    pub(super) marks: Vec<Mark>,
    /// Line ends before each token.
    newlines: Vec<usize>,
}

/// A statement without its block.
pub(super) struct Extent {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Its brackets do not match.
    pub(super) broken: bool,
    /// How many tokens the splitter gave it.
    count: usize,
}

/// What a token stands for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mark {
    /// A sign before a value, not between two.
    pub(super) prefix: bool,
    /// A sum in a subscript or a range: written without spaces.
    pub(super) tight: bool,
    /// A separator in a table: the spaces after it are the writer's.
    pub(super) table: bool,
    /// Outside of all brackets of its statement.
    pub(super) outer: bool,
    /// The bracket `[` of a table over several lines.
    pub(super) tall: bool,
    /// A part of a unit in angle brackets.
    pub(super) unit: Option<UnitPart>,
}

/// The parts of `<m/s>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnitPart {
    Open,
    Inside,
    Close,
}

/// Statements whose names may have a unit in angle brackets.
const WITH_UNITS: [&str; 10] =
    ["time", "param", "structural", "state", "output", "const", "let", "unit", "mode", "history"];

/// Whether a word is one of the language's, so that a bracket after it opens no subscripts.
pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word) && !matches!(word, "true" | "false")
}

impl Structure {
    pub(super) fn of(text: &str) -> Self {
        let tokens = tokenize(text, &mut vec![]);
        let braces = Braces::match_all(text, &tokens, &mut vec![]);
        let mut newlines = Vec::with_capacity(tokens.len() + 1);
        let mut count = 0;
        for token in &tokens {
            newlines.push(count);
            count += usize::from(token.kind == TokenKind::Newline);
        }
        newlines.push(count);

        let mut statements = vec![];
        let mut blocks = vec![];
        let mut changes = vec![0_isize; tokens.len() + 2];
        // A list of what is still to be split, not recursion: blocks may nest as deep as they like.
        let mut waiting = vec![(0..tokens.len(), Separator::Line)];
        while let Some((range, separator)) = waiting.pop() {
            for statement in split(text, &tokens, range, &braces, separator, &mut vec![]) {
                statements.push(Extent {
                    start: statement.span.start,
                    end: statement.span.end,
                    broken: statement.broken,
                    count: statement.tokens.len(),
                });
                let Some(block) = statement.block else { continue };
                let separator = match statement.tokens[0].text(text) {
                    "meta" | "known" | "sample" => Separator::LineOrComma,
                    _ => Separator::Line,
                };
                changes[block.start] += 1;
                changes[block.end] -= 1;
                let closed = tokens.get(block.end).is_some_and(|token| token.text(text) == "}");
                if !statement.broken && closed {
                    blocks.push((block.start - 1, block.end));
                }
                waiting.push((block, separator));
            }
        }
        statements.sort_by_key(|statement| statement.start);
        let mut depth = 0;
        let depths = changes.iter().map(|change| {
            depth += change;
            depth.unsigned_abs()
        });
        let depths = depths.collect();
        let marks = vec![Mark::default(); tokens.len()];
        let mut structure = Self { tokens, statements, blocks, depths, marks, newlines };
        structure.mark_all(text);
        structure
    }

    /// The statement that holds the byte at `at`, if any does.
    pub(super) fn statement(&self, at: usize) -> Option<&Extent> {
        let place = self.statements.partition_point(|one| one.start <= at).checked_sub(1)?;
        self.statements.get(place).filter(|one| at < one.end)
    }

    /// The shape that formatting must not change: how many tokens each statement has.
    pub(super) fn outline(&self) -> Vec<(usize, bool)> {
        self.statements.iter().map(|one| (one.count, one.broken)).collect()
    }

    /// Whether tokens `open` and `close` are on different lines.
    pub(super) fn spans_lines(&self, open: usize, close: usize) -> bool {
        self.newlines[open] < self.newlines[close]
    }

    fn mark_all(&mut self, text: &str) {
        let places: Vec<Range<usize>> = self
            .statements
            .iter()
            .map(|one| {
                let first = self.tokens.partition_point(|token| token.start < one.start);
                first..self.tokens.partition_point(|token| token.start < one.end)
            })
            .collect();
        for place in places {
            let inner: Vec<usize> = place
                .filter(|&at| !matches!(self.tokens[at].kind, TokenKind::Newline | TokenKind::Doc))
                .collect();
            Marker { text, structure: self, frames: vec![Frame::default()] }.statement(&inner);
        }
    }
}

/// An open bracket, or the statement itself.
#[derive(Default)]
struct Frame {
    open: usize,
    subscript: bool,
    square: bool,
    /// Signs between values since the last comma.
    sums: Vec<usize>,
    /// `..` was seen since the last comma.
    range: bool,
    separators: Vec<usize>,
    rows: bool,
}

struct Marker<'a, 's> {
    text: &'a str,
    structure: &'s mut Structure,
    frames: Vec<Frame>,
}

impl Marker<'_, '_> {
    fn word(&self, at: usize) -> &str {
        self.structure.tokens[at].text(self.text).trim_end()
    }

    fn kind(&self, at: usize) -> TokenKind {
        self.structure.tokens[at].kind
    }

    fn statement(&mut self, tokens: &[usize]) {
        let declares = tokens.first().is_some_and(|&at| WITH_UNITS.contains(&self.word(at)));
        let mut valued = false;
        for (place, &at) in tokens.iter().enumerate() {
            let before = place.checked_sub(1).map(|place| tokens[place]);
            let outer = self.frames.len() == 1;
            self.structure.marks[at].outer = outer;
            let word = self.word(at).to_owned();
            match (self.kind(at), word.as_str()) {
                (TokenKind::Open, bracket) => {
                    let square = bracket == "[";
                    let subscript = square && before.is_some_and(|before| self.is_value(before));
                    self.frames.push(Frame { open: at, square, subscript, ..Frame::default() });
                }
                (TokenKind::Close, _) => self.close(at),
                (TokenKind::Symbol, "+" | "-" | "\u{2212}") => {
                    if before.is_some_and(|before| self.is_value(before)) {
                        self.frame().sums.push(at);
                    } else {
                        self.structure.marks[at].prefix = true;
                    }
                }
                (TokenKind::Symbol, "..") => self.frame().range = true,
                (TokenKind::Symbol, "," | ";") => {
                    let frame = self.frame();
                    frame.separators.push(at);
                    frame.rows |= word == ";";
                    self.settle();
                    valued &= !outer;
                }
                (TokenKind::Symbol, "<") if declares && outer && !valued => {
                    self.unit(&tokens[place..]);
                }
                (TokenKind::Symbol, "=" | ":=") | (TokenKind::Word, "in" | "wrap") if outer => {
                    valued = true;
                }
                _ => {}
            }
        }
        while self.frames.len() > 1 {
            self.close(tokens[tokens.len() - 1]);
        }
        self.settle();
    }

    fn frame(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("the statement's own frame stays")
    }

    fn is_value(&self, at: usize) -> bool {
        match self.kind(at) {
            TokenKind::Word => !is_keyword(self.word(at)),
            TokenKind::Symbol => self.word(at) == "'",
            TokenKind::Open | TokenKind::Newline | TokenKind::Doc => false,
            TokenKind::Quoted | TokenKind::Number | TokenKind::Text | TokenKind::Close => true,
        }
    }

    /// Ends what a comma or a bracket ends: sums of a subscript or a range are tight.
    fn settle(&mut self) {
        let frame = self.frame();
        let tight = frame.range || frame.subscript;
        frame.range = false;
        for at in std::mem::take(&mut frame.sums) {
            self.structure.marks[at].tight = tight;
        }
    }

    fn close(&mut self, at: usize) {
        if self.frames.len() == 1 {
            return;
        }
        self.settle();
        let Some(frame) = self.frames.pop() else { return };
        self.structure.marks[at].outer = self.frames.len() == 1;
        let tall = self.structure.spans_lines(frame.open, at);
        if frame.square && !frame.subscript && (frame.rows || tall) {
            self.structure.marks[frame.open].tall = tall;
            for at in frame.separators {
                self.structure.marks[at].table = true;
            }
        }
    }

    /// Marks `<..>` at the start of `tokens`, if it ends before anything else begins.
    fn unit(&mut self, tokens: &[usize]) {
        let end = tokens.iter().position(|&at| matches!(self.word(at), ">" | ">=" | "=" | ","));
        let Some(end) = end.filter(|&end| self.word(tokens[end]).starts_with('>')) else { return };
        for &at in &tokens[..end] {
            self.structure.marks[at].unit = Some(UnitPart::Inside);
        }
        self.structure.marks[tokens[0]].unit = Some(UnitPart::Open);
        self.structure.marks[tokens[end]].unit = Some(UnitPart::Close);
    }
}
