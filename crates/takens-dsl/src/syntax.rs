//! From one statement to its tree: the pest grammar, and a Pratt parser for precedence.
//!
//! Start at [`read_statement`]. What is wrong inside an expression but clear in its meaning (`3 x`,
//! `0 < x < 1`) is reported here and read as what it means.

use crate::Diagnostic;
use crate::ast::*;
use crate::diagnostic::Span;
use crate::number::read_number;
use pest::Parser;
use pest::iterators::{Pair, Pairs};
use pest::pratt_parser::{Assoc, Op, PrattParser};
use std::cell::RefCell;
use std::sync::LazyLock;
use takens_symbolic::Compare;

#[derive(pest_derive::Parser)]
#[grammar = "../../grammar/systems.pest"]
pub(crate) struct Grammar;

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

    // ---- Statements -------------------------------------------------------------------------

    fn statement(&self, pair: Pair<Rule>) -> Syntax {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut inner = pair.into_inner().filter(|part| !is_word(part.as_rule()));
        let mut next = || inner.next().expect("the grammar says what a statement holds");
        match rule {
            Rule::language => {
                let number = next();
                let version = read_number(number.as_str(), self.span(&number), &mut |_| ())
                    .unwrap_or_default();
                Syntax::Language { version, span: self.span(&number) }
            }
            Rule::function => {
                let name = self.name(&next());
                let (mut arguments, mut body) = (vec![], None);
                for part in inner {
                    match part.as_rule() {
                        Rule::name => arguments.push(self.name(&part)),
                        Rule::expr => body = Some(self.expr(part)),
                        _ => {}
                    }
                }
                let body = body.expect("a function has a body");
                Syntax::Function(FunctionItem { doc: String::new(), name, arguments, body })
            }
            Rule::declaration => {
                let head = match next().as_str().split_whitespace().next() {
                    Some("param") => Head::Param,
                    Some("state") => Head::State,
                    Some("let") => Head::Let,
                    Some("output") => Head::Output,
                    Some("const") => Head::Const,
                    _ => Head::Structural,
                };
                let items = inner.filter(|part| part.as_rule() == Rule::declared);
                Syntax::Declaration { head, items: items.map(|part| self.declared(part)).collect() }
            }
            Rule::indices => {
                let (mut names, mut bounds, mut boundary) = (vec![], vec![], Boundary::Strict);
                for part in inner {
                    match part.as_rule() {
                        Rule::name => names.push(self.name(&part)),
                        Rule::expr => bounds.push(self.expr(part)),
                        Rule::boundary => {
                            boundary = match part.as_str() {
                                "cyclic" => Boundary::Cyclic,
                                "clamped" => Boundary::Clamped,
                                _ => Boundary::Zero,
                            }
                        }
                        _ => {}
                    }
                }
                let high = bounds.pop().expect("a range has two ends");
                let low = bounds.pop().expect("a range has two ends");
                Syntax::Indices(Indices { names, low, high, boundary })
            }
            Rule::time => {
                let name = self.name(&next());
                Syntax::Time {
                    name,
                    unit: inner.next().map(|part| self.span(&part)).filter(|s| !s.is_empty()),
                }
            }
            Rule::equation => self.equation(inner, span),
            Rule::entry => self.entry(inner),
            _ => unreachable!("{rule:?} is not the rule of a statement"),
        }
    }

    fn declared(&self, pair: Pair<Rule>) -> Declared {
        let span = self.span(&pair);
        let mut inner = pair.into_inner().peekable();
        let name = self.name(&inner.next().expect("a declaration starts with its name"));
        let mut found = Declared {
            doc: String::new(),
            name,
            subscripts: vec![],
            primes: 0,
            unit: None,
            value: None,
            range: None,
            over: vec![],
            wrap: None,
            span,
        };
        let mut wraps = false;
        for part in inner {
            match part.as_rule() {
                Rule::subscripts => found.subscripts = self.list(part),
                Rule::prime => found.primes = part.as_str().len(),
                Rule::unit => found.unit = Some(self.span(&part)),
                Rule::expr => found.value = Some(self.expr(part)),
                Rule::over => {
                    let names = part.into_inner().filter(|inner| inner.as_rule() == Rule::name);
                    found.over = names.map(|inner| self.name(&inner)).collect();
                }
                Rule::wrap_ => wraps = true,
                Rule::interval if wraps => found.wrap = Some(self.interval(part)),
                Rule::interval => found.range = Some(self.interval(part)),
                _ => {}
            }
        }
        found
    }

    fn interval(&self, pair: Pair<Rule>) -> Interval {
        let span = self.span(&pair);
        let (mut ends, mut low_closed, mut high_closed) = (vec![], false, false);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::interval_open => low_closed = part.as_str() == "[",
                Rule::interval_close => high_closed = part.as_str() == "]",
                _ => ends.push(self.expr(part)),
            }
        }
        let high = ends.pop().expect("an interval has two ends");
        let low = ends.pop().expect("an interval has two ends");
        Interval { low, low_closed, high, high_closed, span }
    }

    fn equation<'t>(&self, parts: impl Iterator<Item = Pair<'t, Rule>>, span: Span) -> Syntax {
        let (mut target, mut subscripts, mut primes, mut next, mut right) =
            (None, vec![], 0, None, None);
        let mut left_end = span.start;
        for part in parts {
            let place = self.span(&part);
            match part.as_rule() {
                Rule::next_ => next = Some(place),
                Rule::name => {
                    left_end = place.end;
                    target = Some(self.name(&part));
                }
                Rule::subscripts => {
                    left_end = place.end;
                    subscripts = self.list(part);
                }
                Rule::prime => {
                    left_end = place.end;
                    primes = part.as_str().len();
                }
                Rule::expr => right = Some(self.expr(part)),
                _ => {}
            }
        }
        let target = target.expect("an equation has a left-hand side");
        let left = target.span.start..left_end;
        let right = right.expect("an equation has a right-hand side");
        Syntax::Equation(Equation { target, subscripts, primes, next, right, left })
    }

    fn entry<'t>(&self, mut parts: impl Iterator<Item = Pair<'t, Rule>>) -> Syntax {
        let key = self.name(&parts.next().expect("an entry starts with its key"));
        let (mut values, mut source, mut value_span) = (vec![], None, key.span.clone());
        for part in parts {
            match part.as_rule() {
                Rule::value => {
                    if values.is_empty() {
                        value_span = self.span(&part);
                    }
                    values.push(self.value(part));
                }
                Rule::string => source = Some(unescape(part.as_str())),
                _ => {}
            }
        }
        let mut values = values.into_iter();
        let value = values.next().expect("an entry has a value");
        Syntax::Entry(Entry { key, value, value_span, tolerance: values.next(), source })
    }

    fn value(&self, pair: Pair<Rule>) -> Value {
        let inner = pair.into_inner().next().expect("a value is one of three");
        match inner.as_rule() {
            Rule::string => Value::Text(unescape(inner.as_str())),
            Rule::strings => {
                Value::Texts(inner.into_inner().map(|one| unescape(one.as_str())).collect())
            }
            _ => Value::Expr(self.expr(inner)),
        }
    }

    fn list(&self, pair: Pair<Rule>) -> Vec<Expr> {
        pair.into_inner().map(|part| self.expr(part)).collect()
    }

    // ---- Expressions ------------------------------------------------------------------------

    fn expr(&self, pair: Pair<Rule>) -> Expr {
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
                Expr::new(ExprKind::Call { name, subscripts, arguments }, span)
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

fn is_word(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::EOI
            | Rule::lang_
            | Rule::fn_
            | Rule::index_
            | Rule::time_
            | Rule::in_
            | Rule::from_
            | Rule::plus_minus
    )
}

fn unescape(quoted: &str) -> String {
    let inner = quoted.strip_prefix('"').unwrap_or(quoted);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some(other) => text.push(other),
                None => text.push('\\'),
            },
            c => text.push(c),
        }
    }
    text
}
