//! Statements: declarations, equations, entries of blocks.

use super::{Reader, Rule};
use crate::ast::*;
use crate::diagnostic::Span;
use crate::number::read_number;
use pest::iterators::Pair;

impl Reader<'_, '_> {
    pub(super) fn statement(&self, pair: Pair<Rule>) -> Syntax {
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
                    Some("mode") => Head::Mode,
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
                Syntax::Time { name, unit: inner.next().map(|part| self.span(&part)) }
            }
            Rule::unit_item => {
                let name = self.name(&next());
                Syntax::Unit(UnitItem { name, value: inner.next().map(|part| self.span(&part)) })
            }
            Rule::use_item => {
                let path = next();
                Syntax::Use { path: unescape(path.as_str()), span: self.span(&path) }
            }
            Rule::event => {
                let name = self.name(&next());
                let (mut subscripts, mut when) = (vec![], None);
                for part in inner {
                    match part.as_rule() {
                        Rule::subscripts => subscripts = self.list(part),
                        Rule::expr => when = Some(self.expr(part)),
                        _ => {}
                    }
                }
                let when = when.expect("an event says when");
                let direction = takens_symbolic::Direction::Any;
                Syntax::Event(EventItem { name, subscripts, when, direction, assignments: vec![] })
            }
            Rule::equation => self.equation(inner, span),
            Rule::history => self.history(inner),
            Rule::hamiltonian => self.energy(inner, span),
            Rule::invariant => self.invariant(inner),
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

    pub(super) fn list(&self, pair: Pair<Rule>) -> Vec<Expr> {
        pair.into_inner().map(|part| self.expr(part)).collect()
    }
}

fn is_word(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::EOI
            | Rule::lang_
            | Rule::fn_
            | Rule::hamiltonian_
            | Rule::history_
            | Rule::invariant_
            | Rule::index_
            | Rule::time_
            | Rule::unit_
            | Rule::use_
            | Rule::event_
            | Rule::when_
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
