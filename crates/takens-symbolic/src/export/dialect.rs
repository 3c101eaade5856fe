//! Expressions in the syntax of another language: one printer, a [`Dialect`] for what differs.

use super::names::Names;
use super::plan::is_condition;
use crate::{Compare, ExprId, Function, Graph, Node, Rational, Symbol, small_integer, to_f64};
use num_traits::{Signed, ToPrimitive};
use std::collections::HashMap;

/// How tightly a text binds, loosest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// An argument or a whole line.
    Any,
    Or,
    And,
    Compare,
    Sum,
    Product,
    Sign,
    Power,
    Atom,
}

/// Text and how tightly it binds.
pub(crate) type Text = (String, Level);

/// What a language writes differently. Texts of parts come with the brackets that they need.
pub(crate) trait Dialect {
    /// A number; `alone` where no symbol stands beside it, so that its type decides.
    fn number(&self, value: &Rational, alone: bool) -> Text;

    /// The circle's ratio.
    fn pi(&self) -> &'static str;

    /// A power.
    fn power(&self, printer: &Printer, base: ExprId, exponent: ExprId) -> Text;

    /// A function of one or two arguments.
    fn call(&self, function: Function, arguments: &[String]) -> Text;

    /// A comparison.
    fn compare(&self, compare: Compare, a: String, b: String) -> Text {
        (format!("{a} {} {b}", sign(compare)), Level::Compare)
    }

    /// Both conditions.
    fn and(&self, printer: &Printer, a: ExprId, b: ExprId) -> Text;

    /// One condition or both.
    fn or(&self, printer: &Printer, a: ExprId, b: ExprId) -> Text;

    /// The contrary.
    fn not(&self, printer: &Printer, a: ExprId) -> Text;

    /// A symbol, where it is more than its name.
    fn symbol(&self, _printer: &Printer, _symbol: Symbol) -> Option<String> {
        None
    }

    /// A choice.
    fn select(&self, printer: &Printer, condition: ExprId, yes: ExprId, no: ExprId) -> Text;
}

/// Writes expressions of a graph.
pub(crate) struct Printer<'a> {
    pub(crate) graph: &'a Graph,
    pub(crate) dialect: &'a dyn Dialect,
    pub(crate) names: &'a Names,
    /// Parts that have names.
    pub(crate) locals: HashMap<ExprId, String>,
}

impl Printer<'_> {
    /// An expression, in brackets unless it binds at least so tightly.
    pub(crate) fn at(&self, id: ExprId, least: Level) -> String {
        bracketed(self.text(id, true), least)
    }

    /// A condition as such; a number is one where it is not zero.
    pub(crate) fn condition(&self, id: ExprId, least: Level) -> String {
        if is_condition(self.graph.node(id)) {
            return self.at(id, least);
        }
        bracketed(
            self.dialect.compare(Compare::NotEqual, self.at(id, Level::Sum), "0".into()),
            least,
        )
    }

    /// What a named part stands for, though it has a name.
    pub(crate) fn definition(&self, id: ExprId) -> String {
        self.written(id, true).0
    }

    fn operand(&self, id: ExprId, least: Level, other: ExprId) -> String {
        bracketed(self.text(id, self.is_constant(other)), least)
    }

    fn text(&self, id: ExprId, alone: bool) -> Text {
        match self.locals.get(&id) {
            Some(name) => (name.clone(), Level::Atom),
            None => self.written(id, alone),
        }
    }

    fn written(&self, id: ExprId, alone: bool) -> Text {
        let pair = |a: ExprId, left: Level, between: &str, b: ExprId, right: Level| {
            format!("{}{between}{}", self.operand(a, left, b), self.operand(b, right, a))
        };
        match self.graph.node(id) {
            Node::Number(value) => self.dialect.number(value, alone),
            Node::Pi => (self.dialect.pi().into(), Level::Atom),
            Node::Symbol(symbol) => match self.dialect.symbol(self, *symbol) {
                Some(text) => (text, Level::Atom),
                None => (self.names.of(*symbol).into(), Level::Atom),
            },
            Node::Neg(a) => (format!("-{}", self.at(*a, Level::Sign)), Level::Sign),
            Node::Add(a, b) => (pair(*a, Level::Sum, " + ", *b, Level::Product), Level::Sum),
            Node::Sub(a, b) => (pair(*a, Level::Sum, " - ", *b, Level::Product), Level::Sum),
            Node::Mul(a, b) => (pair(*a, Level::Product, "*", *b, Level::Power), Level::Product),
            Node::Div(a, b) => (pair(*a, Level::Product, "/", *b, Level::Power), Level::Product),
            Node::Pow(a, b) => self.dialect.power(self, *a, *b),
            Node::Call(function, arguments) => {
                let arguments: Vec<String> =
                    arguments.iter().map(|argument| self.at(*argument, Level::Any)).collect();
                self.dialect.call(*function, &arguments)
            }
            Node::Compare(compare, a, b) => {
                let (left, right) =
                    (self.operand(*a, Level::Sum, *b), self.operand(*b, Level::Sum, *a));
                self.dialect.compare(*compare, left, right)
            }
            Node::And(a, b) => self.dialect.and(self, *a, *b),
            Node::Or(a, b) => self.dialect.or(self, *a, *b),
            Node::Not(a) => self.dialect.not(self, *a),
            Node::If { condition, yes, no } => self.dialect.select(self, *condition, *yes, *no),
            // A root has a name wherever the language has a way to find it; see `plan`.
            Node::Root { unknown, .. } => {
                (self.names.of(Symbol::Unknown(*unknown)).into(), Level::Atom)
            }
        }
    }

    /// Whether an expression is made of literals alone, so that the target may take it for an integer.
    fn is_constant(&self, id: ExprId) -> bool {
        match self.graph.node(id) {
            Node::Number(_) => true,
            Node::Neg(a) => self.is_constant(*a),
            Node::Add(a, b)
            | Node::Sub(a, b)
            | Node::Mul(a, b)
            | Node::Div(a, b)
            | Node::Pow(a, b) => self.is_constant(*a) && self.is_constant(*b),
            _ => false,
        }
    }
}

/// Text in brackets unless it binds at least so tightly.
pub(crate) fn bracketed((text, level): Text, least: Level) -> String {
    if level < least { format!("({text})") } else { text }
}

/// The usual sign.
pub(crate) fn sign(compare: Compare) -> &'static str {
    match compare {
        Compare::Less => "<",
        Compare::LessEqual => "<=",
        Compare::Greater => ">",
        Compare::GreaterEqual => ">=",
        Compare::Equal => "==",
        Compare::NotEqual => "!=",
    }
}

/// A number that a floating-point target reads as the nearest f64: digits, a decimal, or a quotient
/// of two numbers that are exact. `point` asks for one even in integers.
pub(crate) fn floating(value: &Rational, point: bool, infinity: &str) -> Text {
    const EXACT: i64 = 1 << 53;
    let exact = |part: &num_bigint::BigInt| part.abs().to_i64().is_some_and(|part| part <= EXACT);
    let sign_of = |text: String| {
        let level = if text.starts_with('-') { Level::Sign } else { Level::Atom };
        (text, level)
    };
    let dot = if point { ".0" } else { "" };
    let nearest = to_f64(value);
    if !nearest.is_finite() {
        let minus = if nearest < 0.0 { "-" } else { "" };
        return sign_of(format!("{minus}{infinity}"));
    }
    if value.is_integer() && exact(value.numer()) {
        return sign_of(format!("{}{dot}", value.numer()));
    }
    let text = format!("{nearest:?}");
    let short = text.len() <= 14 || !exact(value.numer()) || !exact(value.denom());
    if short {
        return sign_of(text);
    }
    (format!("{}{dot}/{}{dot}", value.numer(), value.denom()), Level::Product)
}

/// The exponent, where a power is repeated multiplication.
pub(crate) fn integer_exponent(graph: &Graph, exponent: ExprId) -> Option<i32> {
    graph.as_number(exponent).and_then(small_integer)
}
