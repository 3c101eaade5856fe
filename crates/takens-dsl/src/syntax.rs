//! From one statement to its tree: the pest grammar, and a Pratt parser for precedence.
//!
//! Start at [`read_statement`]. What is wrong inside an expression but clear in its meaning (`3 x`,
//! `0 < x < 1`) is reported and read as what it means. The tree of a statement is made in
//! `statements`, that of an expression in `expressions`.

mod components;
mod expressions;
mod statements;

use crate::Diagnostic;
use crate::ast::*;
use crate::diagnostic::Span;
use pest::Parser;
use pest::iterators::Pair;
use std::cell::RefCell;

#[derive(pest_derive::Parser)]
#[grammar = "../../grammar/systems.pest"]
pub(crate) struct Grammar;

/// What a statement is parsed as.
pub(crate) type StatementRule = Rule;

/// Why a statement could not be read: the place, and what could have stood there.
pub(crate) struct Refusal {
    pub(crate) at: usize,
    pub(crate) expected: Vec<Rule>,
}

/// Reads `text[span]` as `rule`. Faults of the meaning go to `faults`.
pub(crate) fn read_statement(
    text: &str,
    span: Span,
    rule: StatementRule,
    faults: &mut Vec<Diagnostic>,
) -> Result<Syntax, Refusal> {
    let pair = parse(text, &span, rule)?;
    let reader = Reader { text, base: span.start, faults: RefCell::new(faults) };
    Ok(reader.statement(pair))
}

/// Reads `text[span]` as an expression.
pub(crate) fn read_expression(
    text: &str,
    span: Span,
    faults: &mut Vec<Diagnostic>,
) -> Result<Expr, Refusal> {
    let pair = parse(text, &span, Rule::expression_alone)?;
    let reader = Reader { text, base: span.start, faults: RefCell::new(faults) };
    let expr = pair.into_inner().next().expect("the rule holds an expression");
    Ok(reader.expr(expr))
}

fn parse<'t>(text: &'t str, span: &Span, rule: Rule) -> Result<Pair<'t, Rule>, Refusal> {
    match Grammar::parse(rule, &text[span.clone()]) {
        Ok(mut pairs) => Ok(pairs.next().expect("a parse holds the pair of its rule")),
        Err(error) => {
            let offset = match error.location {
                pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => {
                    at
                }
            };
            let expected = match error.variant {
                pest::error::ErrorVariant::ParsingError { positives, .. } => positives,
                pest::error::ErrorVariant::CustomError { .. } => vec![],
            };
            Err(Refusal { at: span.start + offset, expected })
        }
    }
}

struct Reader<'a, 'f> {
    text: &'a str,
    base: usize,
    faults: RefCell<&'f mut Vec<Diagnostic>>,
}

impl Reader<'_, '_> {
    fn span(&self, pair: &Pair<Rule>) -> Span {
        let span = pair.as_span();
        let trimmed = pair.as_str().trim_end();
        self.base + span.start()..self.base + span.start() + trimmed.len()
    }

    fn report(&self, fault: Diagnostic) {
        self.faults.borrow_mut().push(fault);
    }

    fn name(&self, pair: &Pair<Rule>) -> Name {
        let text = pair.as_str().trim_matches('`').to_owned();
        Name { text, span: self.span(pair) }
    }
}
