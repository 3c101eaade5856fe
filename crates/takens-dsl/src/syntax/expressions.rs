//! Expressions: precedence, comparisons, references and reductions.

use super::{Reader, Rule};
use crate::Diagnostic;
use crate::ast::*;
use crate::diagnostic::Span;
use crate::number::read_number;
use pest::iterators::{Pair, Pairs};
use pest::pratt_parser::{Assoc, Op, PrattParser};
use std::sync::LazyLock;
use takens_symbolic::Compare;

/// Loosest first.
static PRECEDENCE: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    let left = |rule| Op::infix(rule, Assoc::Left);
    PrattParser::new()
        .op(left(Rule::or))
        .op(left(Rule::and))
        .op(Op::prefix(Rule::not))
        .op(left(Rule::equal)
            | left(Rule::not_equal)
            | left(Rule::less)
            | left(Rule::less_equal)
            | left(Rule::greater)
            | left(Rule::greater_equal))
        .op(left(Rule::add) | left(Rule::sub))
        .op(left(Rule::mul) | left(Rule::div) | left(Rule::beside))
        .op(Op::prefix(Rule::neg))
        .op(Op::infix(Rule::pow, Assoc::Right))
});

impl Reader<'_, '_> {
    pub(super) fn expr(&self, pair: Pair<Rule>) -> Expr {
        let mut inner = pair.into_inner();
        // Most expressions are one value: they need no Pratt parser.
        if inner.len() == 1 {
            return self.primary(inner.next().expect("one pair is there"));
        }
        self.operators(inner)
    }

    fn operators(&self, pairs: Pairs<Rule>) -> Expr {
        PRECEDENCE
            .map_primary(|pair| self.primary(pair))
            .map_prefix(|operator, operand| {
                let span = self.span(&operator).start..operand.span.end;
                let kind = match operator.as_rule() {
                    Rule::neg => ExprKind::Neg(Box::new(operand)),
                    _ => ExprKind::Not(Box::new(operand)),
                };
                Expr::new(kind, span)
            })
            .map_infix(|left, operator, right| self.infix(left, operator, right))
            .parse(pairs)
    }

    fn infix(&self, left: Expr, operator: Pair<Rule>, right: Expr) -> Expr {
        let span = left.span.start..right.span.end;
        let kind = match operator.as_rule() {
            Rule::add => return sum(left, Sign::Plus, right, span),
            Rule::sub => return sum(left, Sign::Minus, right, span),
            Rule::mul => return product(left, Factor::Times, right, span),
            Rule::div => return product(left, Factor::Over, right, span),
            Rule::beside => {
                self.beside(&left, &right);
                return product(left, Factor::Times, right, span);
            }
            Rule::pow => ExprKind::Power(Box::new(left), Box::new(right)),
            Rule::and => match left.kind {
                ExprKind::And(mut parts) if !left.grouped => {
                    parts.push(right);
                    ExprKind::And(parts)
                }
                _ => ExprKind::And(vec![left, right]),
            },
            Rule::or => match left.kind {
                ExprKind::Or(mut parts) if !left.grouped => {
                    parts.push(right);
                    ExprKind::Or(parts)
                }
                _ => ExprKind::Or(vec![left, right]),
            },
            Rule::equal => self.compare(Compare::Equal, left, right),
            Rule::not_equal => self.compare(Compare::NotEqual, left, right),
            Rule::less => self.compare(Compare::Less, left, right),
            Rule::less_equal => self.compare(Compare::LessEqual, left, right),
            Rule::greater => self.compare(Compare::Greater, left, right),
            _ => self.compare(Compare::GreaterEqual, left, right),
        };
        Expr::new(kind, span)
    }

    /// `3 x`: a product without its sign.
    fn beside(&self, left: &Expr, right: &Expr) {
        let gap = left.span.end..right.span.start;
        let (a, b) = (&self.text[left.span.clone()], &self.text[right.span.clone()]);
        let short = a.len() + b.len() < 60;
        let message = if short {
            format!("`{a} {b}`: a product needs its `*`")
        } else {
            "a product needs its `*`".to_owned()
        };
        self.report(
            Diagnostic::error("E008", left.span.start..right.span.end, message)
                .help("write `*` between the factors")
                .fix(gap, "*"),
        );
    }

    /// A comparison; a chain of two is reported and read as both.
    fn compare(&self, compare: Compare, left: Expr, right: Expr) -> ExprKind {
        let middle = match &left.kind {
            ExprKind::Compare(_, _, middle) if !left.grouped => Some((**middle).clone()),
            // The third of a chain: the first two were joined by `and`, as they are meant.
            ExprKind::And(parts) if !left.grouped => match parts.last().map(|part| &part.kind) {
                Some(ExprKind::Compare(_, _, middle)) => Some((**middle).clone()),
                _ => None,
            },
            _ => None,
        };
        let Some(middle) = middle else {
            return ExprKind::Compare(compare, Box::new(left), Box::new(right));
        };
        let span = left.span.start..right.span.end;
        let at = middle.span.end;
        self.report(
            Diagnostic::error("E011", span.clone(), "comparisons do not chain")
                .help("join two comparisons with `and`")
                .fix(at..at, format!(" and {}", &self.text[middle.span.clone()])),
        );
        let second = ExprKind::Compare(compare, Box::new(middle), Box::new(right));
        let second = Expr::new(second, span);
        match left.kind {
            ExprKind::And(mut parts) => {
                parts.push(second);
                ExprKind::And(parts)
            }
            _ => ExprKind::And(vec![left, second]),
        }
    }

    fn primary(&self, pair: Pair<Rule>) -> Expr {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::number => {
                let value =
                    read_number(pair.as_str(), span.clone(), &mut |fault| self.report(fault));
                Expr::new(value.map_or(ExprKind::Broken, ExprKind::Number), span)
            }
            Rule::boolean => Expr::new(ExprKind::Truth(pair.as_str() == "true"), span),
            Rule::group => {
                let inner = pair.into_inner().next().expect("a group holds an expression");
                let inner = self.expr(inner);
                Expr { grouped: true, span, ..inner }
            }
            Rule::matrix => {
                let rows = pair.into_inner().map(|row| self.list(row)).collect();
                Expr::new(ExprKind::Matrix(rows), span)
            }
            Rule::conditional => self.conditional(pair, span),
            Rule::reference => self.reference(pair, span),
            // A prefix operator alone would be an error of the grammar.
            other => unreachable!("{other:?} is not a value"),
        }
    }

    fn conditional(&self, pair: Pair<Rule>, span: Span) -> Expr {
        let parts = pair.into_inner().filter(|part| part.as_rule() == Rule::expr);
        let mut parts: Vec<Expr> = parts.map(|part| self.expr(part)).collect();
        let otherwise = Box::new(parts.pop().expect("an `if` has an `else`"));
        let mut branches = vec![];
        let mut parts = parts.into_iter();
        while let (Some(condition), Some(value)) = (parts.next(), parts.next()) {
            branches.push((condition, value));
        }
        Expr::new(ExprKind::If { branches, otherwise }, span)
    }

    fn reference(&self, pair: Pair<Rule>, span: Span) -> Expr {
        let mut inner = pair.into_inner();
        let name = self.name(&inner.next().expect("a reference starts with its name"));
        let (mut subscripts, mut primes, mut calls) = (vec![], 0, vec![]);
        for part in inner {
            match part.as_rule() {
                Rule::subscripts => subscripts = self.list(part),
                Rule::prime => primes = part.as_str().len(),
                _ => calls.push(part),
            }
        }
        let reduces = matches!(name.text.as_str(), "sum" | "prod" | "min" | "max");
        if reduces && calls.len() == 2 && subscripts.is_empty() && primes == 0 {
            return self.reduce(name, calls, span);
        }
        let ranged = |call: &Pair<Rule>| {
            call.clone().into_inner().any(|argument| argument.into_inner().len() > 1)
        };
        if let Some(call) = calls.iter().find(|call| ranged(call)) {
            let message = "a range `in a..b` stands only in `sum(j in a..b)(...)` and its like";
            self.report(Diagnostic::error("E001", self.span(call), message));
            return Expr::new(ExprKind::Broken, span);
        }
        if calls.len() > 1 {
            // `f(x)(y)` reads as a product that lacks its sign.
            let at = self.span(&calls[1]).start;
            self.report(
                Diagnostic::error("E008", span.clone(), "a product needs its `*`")
                    .help("write `*` between the factors")
                    .fix(at..at, "*"),
            );
            return Expr::new(ExprKind::Broken, span);
        }
        match calls.pop() {
            Some(call) => {
                let arguments = call.into_inner();
                let arguments = arguments
                    .map(|argument| self.expr(argument.into_inner().next().expect("not empty")))
                    .collect();
                Expr::new(ExprKind::Call { name, subscripts, primes, arguments }, span)
            }
            None => Expr::new(ExprKind::Reference { name, subscripts, primes }, span),
        }
    }

    fn reduce(&self, name: Name, mut calls: Vec<Pair<Rule>>, span: Span) -> Expr {
        let body = calls.pop().expect("a reduction has two brackets");
        let binders = calls.pop().expect("a reduction has two brackets");
        let mut bodies: Vec<Expr> = body
            .into_inner()
            .map(|argument| self.expr(argument.into_inner().next().expect("not empty")))
            .collect();
        let mut read = vec![];
        for argument in binders.into_inner() {
            let place = self.span(&argument);
            let mut parts = argument.into_inner().filter(|part| part.as_rule() == Rule::expr);
            let first = self.expr(parts.next().expect("an argument is an expression"));
            let bounds = parts.next().zip(parts.next());
            let bounds =
                bounds.map(|(low, high)| (Box::new(self.expr(low)), Box::new(self.expr(high))));
            let plain = |expr: &Expr| match &expr.kind {
                ExprKind::Reference { name, subscripts, primes: 0 } if subscripts.is_empty() => {
                    Some(name.clone())
                }
                _ => None,
            };
            let binder = match &first.kind {
                ExprKind::Compare(compare, index, other) => plain(index).map(|name| Binder {
                    name,
                    bounds: None,
                    condition: Some((*compare, other.clone())),
                }),
                _ => plain(&first).map(|name| Binder { name, bounds, condition: None }),
            };
            match binder {
                Some(binder) => read.push(binder),
                None => {
                    let message = "an index is expected here: `j`, `j in a..b` or `j != i`";
                    self.report(Diagnostic::error("E001", place, message));
                    return Expr::new(ExprKind::Broken, span);
                }
            }
        }
        if bodies.len() != 1 || read.is_empty() {
            let message = format!("`{0}` over an index is written `{0}(j)(expression)`", name.text);
            self.report(Diagnostic::error("E023", span.clone(), message));
            return Expr::new(ExprKind::Broken, span);
        }
        let body = Box::new(bodies.remove(0));
        Expr::new(ExprKind::Reduce { name, binders: read, body }, span)
    }
}

fn sum(left: Expr, sign: Sign, right: Expr, span: Span) -> Expr {
    let kind = match left.kind {
        ExprKind::Sum(first, mut rest) if !left.grouped => {
            rest.push((sign, right));
            ExprKind::Sum(first, rest)
        }
        _ => ExprKind::Sum(Box::new(left), vec![(sign, right)]),
    };
    Expr::new(kind, span)
}

fn product(left: Expr, factor: Factor, right: Expr, span: Span) -> Expr {
    let kind = match left.kind {
        ExprKind::Product(first, mut rest) if !left.grouped => {
            rest.push((factor, right));
            ExprKind::Product(first, rest)
        }
        _ => ExprKind::Product(Box::new(left), vec![(factor, right)]),
    };
    Expr::new(kind, span)
}
