//! What an editor wants to know of a file: every name, where it is defined, where it is used.
//!
//! Start at [`outline`], which never fails and does not check: statements that can be read are walked
//! as trees, the others by their words, so that a fault somewhere leaves the rest of the file known.
//! `gather` goes through the statements, `walk` through trees, `loose` through words; `resolve` says
//! which definition each use means; `context` tells what surrounds a place.

mod context;
mod gather;
mod items;
mod loose;
mod resolve;
mod walk;

use crate::diagnostic::Span;
use crate::token::Token;

pub use context::{Context, Place};
pub use items::{Item, items};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameKind {
    /// A system.
    System,
    /// A constant of the file.
    Constant,
    /// A function of the file.
    Function,
    /// A unit of the file.
    Unit,
    /// A parameter.
    Parameter,
    /// A parameter that changes the shape of the system.
    Structural,
    /// A state.
    State,
    /// A name for an expression.
    Let,
    /// What is observed.
    Output,
    /// What the motion keeps.
    Invariant,
    /// An index.
    Index,
    /// The time.
    Time,
    /// A discrete state.
    Mode,
    /// An event.
    Event,
    /// A path of noise.
    Noise,
    /// An argument of a function or of a history.
    Argument,
    /// An index of a reduction, or the unknown of a root.
    Bound,
}

impl NameKind {
    /// The kind in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Constant => "constant",
            Self::Function => "function",
            Self::Unit => "unit",
            Self::Parameter => "parameter",
            Self::Structural => "structural parameter",
            Self::State => "state",
            Self::Let => "definition",
            Self::Output => "output",
            Self::Invariant => "invariant",
            Self::Index => "index",
            Self::Time => "time",
            Self::Mode => "mode",
            Self::Event => "event",
            Self::Noise => "noise path",
            Self::Argument => "argument",
            Self::Bound => "bound name",
        }
    }

    /// Whether other files see it.
    #[must_use]
    pub fn is_global(self) -> bool {
        matches!(self, Self::System | Self::Constant | Self::Function | Self::Unit)
    }

    /// Whether it is seen in a part of one statement only.
    #[must_use]
    pub fn is_local(self) -> bool {
        matches!(self, Self::Argument | Self::Bound)
    }
}

/// A name where it is defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The name, without backquotes.
    pub name: String,
    /// What it stands for.
    pub kind: NameKind,
    /// The name as it is written.
    pub span: Span,
    /// Text of the `///` comments before it.
    pub doc: String,
    /// The system it belongs to, in [`Outline::systems`]; for a system itself, `None`.
    pub system: Option<usize>,
    /// Where uses of it may stand, if it [is local](NameKind::is_local).
    pub visible: Span,
    /// All that defines it: `sigma = 10 in [5, 15]`, or the whole statement or system.
    pub whole: Span,
    /// Its value: the default, the start of a state, the expression of a `let`, the body of a function.
    pub value: Option<Span>,
    /// The range `[a, b]` of a parameter, the interval of `wrap`, the range of an index.
    pub range: Option<Span>,
    /// Its unit, in its angle brackets.
    pub unit: Option<Span>,
    /// The definition in a system that this one extends, which this one replaces.
    pub replaces: Option<usize>,
}

/// A name where it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The name, without backquotes.
    pub name: String,
    /// The name as it is written; in a string, what is between the quotes.
    pub span: Span,
    /// Its definition, in [`Outline::definitions`]; `None` for what the language or another file
    /// defines, and for what nobody does.
    pub definition: Option<usize>,
    /// The system in which it stands.
    pub system: Option<usize>,
    /// What is looked for.
    pub sort: Sort,
}

/// How a name is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Its value is read.
    Value,
    /// It is called.
    Call,
    /// It is the left-hand side of an equation, or is assigned.
    Target,
    /// A system, after `extends`.
    Base,
    /// A system, in a string.
    Mention,
    /// A path of noise.
    Noise,
}

/// A system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemOutline {
    /// Its name, in [`Outline::definitions`].
    pub definition: usize,
    /// The word that begins it: `ode`, `map`, `dde` or `sde`.
    pub keyword: String,
    /// From that word to the closing bracket.
    pub span: Span,
    /// What stands between the brackets.
    pub block: Span,
    /// The system that it extends.
    pub base: Option<String>,
}

/// A block within a system: `meta { .. }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The word before it.
    pub word: String,
    /// What stands between the brackets.
    pub span: Span,
    /// The system in which it stands.
    pub system: usize,
}

/// An equation, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EquationOutline {
    /// The state.
    pub target: String,
    /// The system in which it stands.
    pub system: usize,
    /// All of it.
    pub span: Span,
}

/// `use "file.dsl"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What stands between the quotes.
    pub path: String,
    /// The string, with its quotes.
    pub span: Span,
}

/// The names of a file. All places are bytes of its text.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// The systems, in order.
    pub systems: Vec<SystemOutline>,
    /// All definitions, in order of the text as far as they stand apart.
    pub definitions: Vec<Definition>,
    /// All uses, in order of the text.
    pub uses: Vec<Use>,
    /// The blocks within systems, in order.
    pub blocks: Vec<Block>,
    /// The equations, in order.
    pub equations: Vec<EquationOutline>,
    /// The files that are used.
    pub links: Vec<Link>,
    tokens: Vec<Token>,
}

/// The names of a file, however broken it is.
#[must_use]
pub fn outline(text: &str) -> Outline {
    let mut found = gather::gather(text);
    found.resolve();
    found
}

impl Outline {
    /// The definition whose name stands at a byte of the text, or that the use there means.
    #[must_use]
    pub fn definition_at(&self, offset: usize) -> Option<usize> {
        let touches = |span: &Span| span.start <= offset && offset <= span.end;
        self.definitions
            .iter()
            .position(|one| touches(&one.span))
            .or_else(|| self.use_at(offset)?.definition)
    }

    /// The use at a byte of the text.
    #[must_use]
    pub fn use_at(&self, offset: usize) -> Option<&Use> {
        let first = self.uses.partition_point(|one| one.span.end < offset);
        self.uses.get(first).filter(|one| one.span.start <= offset)
    }

    /// The system that this byte of the text is in.
    #[must_use]
    pub fn system_at(&self, offset: usize) -> Option<usize> {
        self.systems.iter().position(|one| one.span.start <= offset && offset <= one.span.end)
    }

    /// The system of this name.
    #[must_use]
    pub fn system(&self, name: &str) -> Option<usize> {
        self.systems.iter().position(|one| self.definitions[one.definition].name == name)
    }

    /// A system and those it extends, nearest first, as far as this file has them.
    #[must_use]
    pub fn lineage(&self, system: usize) -> Vec<usize> {
        let mut line = vec![system];
        while let Some(base) = line
            .last()
            .and_then(|&last| self.systems[last].base.as_ref())
            .and_then(|base| self.system(base))
            && !line.contains(&base)
        {
            line.push(base);
        }
        line
    }

    /// A definition and all that it replaces or that replace it: they are one name.
    #[must_use]
    pub fn family(&self, definition: usize) -> Vec<usize> {
        let root = |mut one: usize| {
            // A circle of `extends` does not go round for ever.
            for _ in 0..self.definitions.len() {
                match self.definitions[one].replaces {
                    Some(next) => one = next,
                    None => break,
                }
            }
            one
        };
        let own = root(definition);
        (0..self.definitions.len()).filter(|&one| one == definition || root(one) == own).collect()
    }
}
