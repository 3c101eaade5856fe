//! A system in other languages: code that runs, and formulas to print.
//!
//! Start at [`export`]. Each language is a file: `python`, `c`, `julia`, `sympy`, `latex`, `odebench`.
//! What they share: `names` (what the target cannot call as we do), `plan` (what becomes a local
//! variable), `dialect` (one printer of expressions) and `layout` (lines and comments).

mod c;
mod dialect;
mod julia;
mod latex;
mod layout;
mod names;
mod odebench;
mod plan;
mod python;
mod sympy;

pub use odebench::{OdebenchEntry, odebench_entry};

use crate::{ExprId, Function, Graph, Node, Symbol, VectorField};
use dialect::{Dialect, Printer};
use names::Names;
use plan::CODE;
use std::collections::BTreeSet;

/// A language that a whole system is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Formulas: a fragment for `amsmath`.
    Latex,
    /// Python with NumPy: functions of numbers.
    Python,
    /// C99: functions of numbers.
    C,
    /// Python with SymPy: exact formulas.
    Sympy,
    /// Julia with ModelingToolkit.
    Julia,
}

/// What a field does not say of itself.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The system's name.
    pub name: String,
    /// What it is.
    pub doc: String,
    /// Where it comes from.
    pub sources: Vec<String>,
    /// What each scalar parameter is, in flat order; empty texts where nothing is said.
    pub parameter_docs: Vec<String>,
}

/// What a language has no words for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A feature of the system.
    #[error("{name} has {feature}, which {target} cannot say; {instead}")]
    Unsupported {
        /// The system.
        name: String,
        /// What it has.
        feature: &'static str,
        /// Where it was to go.
        target: &'static str,
        /// What to do.
        instead: &'static str,
    },
    /// A text beyond all bounds.
    #[error(
        "written without auxiliary variables, {name} would take more than {limit} operations; {instead}"
    )]
    TooLong {
        /// The system.
        name: String,
        /// The most that is written.
        limit: usize,
        /// What to do.
        instead: &'static str,
    },
}

/// A system in another language, as the text of a file.
///
/// Python and C define a function `rhs` (in C `NAME_rhs`) that gives the numbers of this program, up
/// to rounding in the last places; what they hold beyond it stands in their own first lines.
///
/// # Errors
/// [`ExportError`] if the language has no words for something in the system.
pub fn export(
    field: &VectorField,
    about: &About,
    language: Language,
) -> Result<String, ExportError> {
    match language {
        Language::Latex => Ok(latex::write(field, about)),
        Language::Python => Ok(python::write(field, about)),
        Language::C => Ok(c::write(field, about)),
        Language::Sympy => Ok(sympy::write(field, about)),
        Language::Julia => julia::write(field, about),
    }
}

/// What a file says of itself: the name, what it is, its sources, and which names had to change.
fn header(about: &About, names: &Names, what: &str) -> String {
    let mut text = format!("{}: {what}\n", about.name);
    if !about.doc.is_empty() {
        text += &format!("{}\n", about.doc);
    }
    for source in &about.sources {
        text += &format!("Source: {source}\n");
    }
    if !names.renamed.is_empty() {
        let list: Vec<String> =
            names.renamed.iter().map(|(old, new)| format!("{old} is {new}")).collect();
        text += &format!("Renamed: {}\n", list.join(", "));
    }
    text + "Written by takens.\n"
}

/// One computation: what gets a name, and a printer that knows the names.
struct Block<'a> {
    printer: Printer<'a>,
    /// Named parts in an order of evaluation.
    named: Vec<(ExprId, String)>,
}

impl<'a> Block<'a> {
    fn new(
        graph: &'a Graph,
        roots: &[ExprId],
        dialect: &'a dyn Dialect,
        names: &'a Names,
        rule: plan::Rule,
    ) -> Self {
        let mut fresh = names.clone();
        let named: Vec<(ExprId, String)> = plan::locals(graph, roots, rule)
            .into_iter()
            .map(|id| {
                let name = match graph.node(id) {
                    Node::Root { .. } => fresh.fresh("root"),
                    _ => fresh.fresh("s"),
                };
                (id, name)
            })
            .collect();
        let locals = named.iter().cloned().collect();
        Self { printer: Printer { graph, dialect, names, locals }, named }
    }

    /// For code: what gets a name by the rule for code.
    fn code(
        graph: &'a Graph,
        roots: &[ExprId],
        dialect: &'a dyn Dialect,
        names: &'a Names,
    ) -> Self {
        Self::new(graph, roots, dialect, names, CODE)
    }
}

/// The symbols that `roots` refer to, and the functions that they call.
fn vocabulary(graph: &Graph, roots: &[ExprId]) -> (BTreeSet<Symbol>, BTreeSet<Function>) {
    let (mut symbols, mut functions) = (BTreeSet::new(), BTreeSet::new());
    for id in plan::needed(graph, roots) {
        match graph.node(id) {
            Node::Symbol(symbol) => {
                symbols.insert(*symbol);
            }
            Node::Call(function, _) => {
                functions.insert(*function);
            }
            _ => {}
        }
    }
    (symbols, functions)
}

/// Whether any of `roots` searches for a zero.
fn has_root(graph: &Graph, roots: &[ExprId]) -> bool {
    plan::needed(graph, roots).iter().any(|&id| matches!(graph.node(id), Node::Root { .. }))
}

/// Every expression of a field.
fn all_expressions(field: &VectorField) -> Vec<ExprId> {
    let mut all: Vec<ExprId> = Vec::new();
    all.extend(field.parameters.iter().map(|parameter| parameter.default));
    all.extend(&field.initial);
    all.extend(&field.rhs);
    all.extend(field.outputs.iter().map(|output| output.1));
    all.extend(field.delays.iter().map(|delay| delay.lag));
    all.extend(&field.history);
    all.extend(field.noise.terms.iter().flatten().map(|term| term.1));
    all.extend(field.modes.iter().map(|mode| mode.initial));
    for event in &field.events {
        all.push(event.when);
        all.extend(event.assignments.iter().map(|assignment| assignment.1));
    }
    all.extend(field.hamiltonian.iter().map(|hamiltonian| hamiltonian.energy));
    all.extend(field.invariants.iter().map(|invariant| invariant.1));
    all
}
