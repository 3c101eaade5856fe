//! Expressions as text of the language.
//!
//! What the language reads into a graph is printed so that it reads back to the same nodes. Only
//! nodes that no text has (a quotient of two integer literals, which reads as one fraction; a minus
//! before a literal) read back as their value.

use crate::{Compare, ExprId, Graph, Node, Rational, Symbol, VectorField};
use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::borrow::Cow;

/// The words of the language, which are no names unless in backquotes.
pub const KEYWORDS: [&str; 42] = [
    "and",
    "clamped",
    "const",
    "cyclic",
    "dde",
    "elif",
    "else",
    "event",
    "extends",
    "false",
    "fn",
    "from",
    "hamiltonian",
    "history",
    "if",
    "in",
    "index",
    "invariant",
    "known",
    "lang",
    "let",
    "map",
    "meta",
    "mode",
    "next",
    "not",
    "ode",
    "or",
    "output",
    "param",
    "sample",
    "sde",
    "state",
    "structural",
    "then",
    "time",
    "true",
    "unit",
    "use",
    "when",
    "wrap",
    "zero",
];

/// Where a text is cut: expressions share parts, and a small graph can have a text beyond all bounds.
const MAX_TEXT: usize = 64 << 20;

/// A name as it stands in an expression: in backquotes if it is a word of the language. Subscripts
/// (`x[3]`) stay outside.
#[must_use]
pub fn quote(name: &str) -> Cow<'_, str> {
    let (word, rest) = name.split_at(name.find(['[', '\'']).unwrap_or(name.len()));
    if KEYWORDS.contains(&word) { format!("`{word}`{rest}").into() } else { name.into() }
}

/// The names of a system's symbols, for [`print_expr`]. Unknowns of roots are called `q`, with a number
/// where there are several or the name is taken.
pub fn field_names(field: &VectorField) -> impl Fn(Symbol) -> String + '_ {
    let taken = |name: &str| {
        field.states.iter().any(|state| state == name)
            || field.parameters.iter().any(|parameter| parameter.name == name)
    };
    let stem = ["q", "unknown", "root_"].into_iter().find(|name| !taken(name)).unwrap_or("root__");
    move |symbol| match symbol {
        Symbol::State(place) => field.states[place as usize].clone(),
        Symbol::Parameter(place) => field.parameters[place as usize].name.clone(),
        Symbol::Time => "t".to_owned(),
        Symbol::Delayed(place) => field.delays[place as usize].name.clone(),
        Symbol::Mode(place) => field.modes[place as usize].name.clone(),
        Symbol::Unknown(0) => stem.to_owned(),
        Symbol::Unknown(number) => format!("{stem}{number}"),
    }
}

/// The expression in the language's syntax, with `names` for its symbols.
#[must_use]
pub fn print_expr(graph: &Graph, id: ExprId, names: &dyn Fn(Symbol) -> String) -> String {
    // Work to do, last first: no recursion, so that no chain of a million terms is too deep.
    let mut work = vec![Work::Node(id, Level::If)];
    let mut text = String::new();
    while let Some(next) = work.pop() {
        if text.len() > MAX_TEXT {
            text.push_str(" ...");
            return text;
        }
        match next {
            Work::Text(piece) => text.push_str(piece),
            Work::Node(id, least) => node(graph, id, least, names, &mut text, &mut work),
        }
    }
    text
}

enum Work {
    Text(&'static str),
    /// An expression, in brackets unless it binds at least so tightly.
    Node(ExprId, Level),
}

/// How tightly an expression binds, loosest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    If,
    Or,
    And,
    Not,
    Compare,
    Sum,
    Product,
    Sign,
    Power,
    Atom,
}

fn node(
    graph: &Graph,
    id: ExprId,
    least: Level,
    names: &dyn Fn(Symbol) -> String,
    text: &mut String,
    work: &mut Vec<Work>,
) {
    let written = graph.node(id);
    let level = level(written);
    let bracketed = level < least;
    if bracketed {
        text.push('(');
        work.push(Work::Text(")"));
    }
    let mut then = |pieces: Vec<Work>| work.extend(pieces.into_iter().rev());
    use Work::{Node as Part, Text};
    match written {
        Node::Number(value) => text.push_str(&number(value)),
        Node::Pi => text.push_str("pi"),
        Node::Symbol(symbol) => text.push_str(&quote(&names(*symbol))),
        Node::Neg(a) => then(vec![Text("-"), Part(*a, Level::Sign)]),
        Node::Add(a, b) => then(vec![Part(*a, Level::Sum), Text(" + "), Part(*b, Level::Product)]),
        Node::Sub(a, b) => then(vec![Part(*a, Level::Sum), Text(" - "), Part(*b, Level::Product)]),
        Node::Mul(a, b) => then(vec![Part(*a, Level::Product), Text("*"), Part(*b, Level::Power)]),
        Node::Div(a, b) => then(vec![Part(*a, Level::Product), Text("/"), Part(*b, Level::Power)]),
        Node::Pow(a, b) => then(vec![Part(*a, Level::Atom), Text("^"), Part(*b, Level::Sign)]),
        Node::Compare(compare, a, b) => {
            then(vec![Part(*a, Level::Sum), Text(sign(*compare)), Part(*b, Level::Sum)]);
        }
        Node::And(a, b) => then(vec![Part(*a, Level::And), Text(" and "), Part(*b, Level::Not)]),
        Node::Or(a, b) => then(vec![Part(*a, Level::Or), Text(" or "), Part(*b, Level::And)]),
        Node::Not(a) => then(vec![Text("not "), Part(*a, Level::Not)]),
        Node::Call(function, arguments) => {
            let mut pieces = vec![Text(function.name()), Text("(")];
            for (place, argument) in arguments.iter().enumerate() {
                if place > 0 {
                    pieces.push(Text(", "));
                }
                pieces.push(Part(*argument, Level::If));
            }
            pieces.push(Text(")"));
            then(pieces);
        }
        Node::If { condition, yes, no } => {
            let mut pieces = vec![
                Text("if "),
                Part(*condition, Level::Or),
                Text(" then "),
                Part(*yes, Level::Or),
            ];
            let mut rest = *no;
            while let Node::If { condition, yes, no } = graph.node(rest) {
                pieces.extend([Text(" elif "), Part(*condition, Level::Or)]);
                pieces.extend([Text(" then "), Part(*yes, Level::Or)]);
                rest = *no;
            }
            pieces.extend([Text(" else "), Part(rest, Level::Or)]);
            then(pieces);
        }
        Node::Root { unknown, equation, start } => {
            text.push_str("root(");
            text.push_str(&quote(&names(Symbol::Unknown(*unknown))));
            let start = Part(*start, Level::If);
            then(vec![Text(", "), Part(*equation, Level::If), Text(", "), start, Text(")")]);
        }
    }
}

fn level(node: &Node) -> Level {
    match node {
        Node::Number(value) if !number_is_decimal(value) => Level::Product,
        Node::Number(value) if value.is_negative() => Level::Sign,
        Node::Number(_) | Node::Pi | Node::Symbol(_) | Node::Call(..) | Node::Root { .. } => {
            Level::Atom
        }
        Node::Neg(_) => Level::Sign,
        Node::Add(..) | Node::Sub(..) => Level::Sum,
        Node::Mul(..) | Node::Div(..) => Level::Product,
        Node::Pow(..) => Level::Power,
        Node::Compare(..) => Level::Compare,
        Node::And(..) => Level::And,
        Node::Or(..) => Level::Or,
        Node::Not(_) => Level::Not,
        Node::If { .. } => Level::If,
    }
}

fn sign(compare: Compare) -> &'static str {
    match compare {
        Compare::Less => " < ",
        Compare::LessEqual => " <= ",
        Compare::Greater => " > ",
        Compare::GreaterEqual => " >= ",
        Compare::Equal => " == ",
        Compare::NotEqual => " != ",
    }
}

/// Decimals up to here read better than a fraction.
const SHORT: usize = 12;

fn number_is_decimal(value: &Rational) -> bool {
    match decimals(value) {
        None => false,
        Some(count) => {
            let small = value.numer().to_i64().is_some() && value.denom().to_i64().is_some();
            count <= SHORT || !small
        }
    }
}

/// Digits after the point of the exact decimal form, if there is one.
fn decimals(value: &Rational) -> Option<usize> {
    let mut rest = value.denom().clone();
    let mut count = |prime: u32| {
        let (prime, mut times) = (BigInt::from(prime), 0);
        while (&rest % &prime).is_zero() {
            rest /= &prime;
            times += 1;
        }
        times
    };
    let digits = count(2).max(count(5));
    rest.is_one().then_some(digits)
}

/// An exact number: digits, a decimal, or a fraction.
#[must_use]
pub(crate) fn number(value: &Rational) -> String {
    if !number_is_decimal(value) {
        return format!("{}/{}", value.numer(), value.denom());
    }
    let places = decimals(value).unwrap_or(0);
    if places == 0 {
        return value.numer().to_string();
    }
    let scaled = value * Rational::from_integer(BigInt::from(10).pow(places as u32));
    let digits = scaled.numer().abs().to_string();
    let minus = if value.is_negative() { "-" } else { "" };
    if places > 2 * digits.len() + SHORT {
        return format!("{minus}{digits}e-{places}");
    }
    let padded = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = padded.split_at(padded.len() - places);
    format!("{minus}{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(build: impl FnOnce(&mut Graph, ExprId, ExprId) -> ExprId, text: &str) {
        let mut graph = Graph::new();
        let x = graph.symbol(Symbol::State(0));
        let y = graph.symbol(Symbol::State(1));
        let id = build(&mut graph, x, y);
        let names = |symbol| if symbol == Symbol::State(0) { "x".into() } else { "y[1]".into() };
        assert_eq!(print_expr(&graph, id, &names), text);
    }

    fn ratio(graph: &mut Graph, above: i64, below: i64) -> ExprId {
        graph.number(Rational::new(above.into(), below.into()))
    }

    #[test]
    fn brackets_stand_where_they_are_needed() {
        check(
            |g, x, y| {
                let s = g.add(x, y);
                g.mul(s, x)
            },
            "(x + y[1])*x",
        );
        check(
            |g, x, y| {
                let s = g.sub(x, y);
                g.sub(x, s)
            },
            "x - (x - y[1])",
        );
        check(
            |g, x, y| {
                let p = g.pow(x, y);
                g.neg(p)
            },
            "-x^y[1]",
        );
        check(
            |g, x, y| {
                let n = g.neg(x);
                g.pow(n, y)
            },
            "(-x)^y[1]",
        );
        check(
            |g, x, y| {
                let n = g.neg(y);
                g.pow(x, n)
            },
            "x^-y[1]",
        );
        check(
            |g, x, y| {
                let p = g.pow(x, y);
                g.pow(p, x)
            },
            "(x^y[1])^x",
        );
        check(
            |g, x, y| {
                let p = g.pow(x, y);
                g.pow(x, p)
            },
            "x^x^y[1]",
        );
    }

    #[test]
    fn numbers_are_exact() {
        check(
            |g, x, _| {
                let n = ratio(g, 8, 3);
                g.mul(n, x)
            },
            "8/3*x",
        );
        check(
            |g, x, _| {
                let n = ratio(g, 8, 3);
                g.mul(x, n)
            },
            "x*(8/3)",
        );
        check(
            |g, x, _| {
                let n = ratio(g, -1, 5);
                g.add(x, n)
            },
            "x + -0.2",
        );
        check(
            |g, x, _| {
                let n = ratio(g, 1, 1024);
                g.pow(x, n)
            },
            "x^0.0009765625",
        );
    }

    #[test]
    fn words_of_the_language_are_quoted() {
        assert_eq!(quote("fn"), "`fn`");
        assert_eq!(quote("zero[1,2]"), "`zero`[1,2]");
        assert_eq!(quote("fnord"), "fnord");
    }
}
