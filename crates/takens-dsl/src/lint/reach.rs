//! Warnings for parameters whose ranges reach a value at which an equation has none: a divisor that
//! becomes 0, a root, a logarithm or a broken power of what is not positive.
//!
//! Start at [`out_of_domain`]. Only expressions in parameters are judged. Where each of them comes in
//! once, their interval is what they reach; else the corners of the ranges must prove it.

use super::interval::Interval;
use crate::Diagnostic;
use crate::ast::*;
use crate::definition::{Definition, Role};
use takens_core::math;
use takens_symbolic::{Function, Range};

/// Corners of the ranges are tried for at most so many parameters.
const MAX_CORNERS: u32 = 8;

/// Expressions looked at for one system; enough for any that a person writes.
const MAX_STEPS: usize = 1_000_000;

/// How deep expressions are followed, functions put in place.
const MAX_LEVELS: usize = 300;

/// Warns of every divisor, power and logarithm in parameters that leaves its domain within
/// `ranges`, one for each declared parameter.
pub(crate) fn out_of_domain(
    definition: &Definition,
    ranges: &[Option<Range>],
    faults: &mut Vec<Diagnostic>,
) {
    if ranges.iter().all(Option::is_none) {
        return;
    }
    let mut judge = Judge { definition, ranges, steps: 0, whole: Values::default() };
    judge.whole = judge.values(None);
    let declared = definition.parameters.iter().chain(&definition.lets);
    let declared = declared.chain(&definition.states).chain(&definition.outputs);
    let values = declared.filter_map(|one| one.value.as_ref());
    let rights = definition.equations.iter().map(|one| &one.equation.right);
    for expr in values.chain(rights) {
        let mut open = vec![expr];
        while let Some(expr) = open.pop() {
            // An `if` may be there to keep away from the bad side.
            if !matches!(expr.kind, ExprKind::If { .. }) {
                faults.extend(judge.fault(expr));
                open.extend(expr.parts());
            }
        }
    }
}

/// What the parameters and definitions of a system are; `None` for what is not judged.
#[derive(Default)]
struct Values {
    parameters: Vec<Option<Interval>>,
    lets: Vec<Option<Interval>>,
}

/// What the names of an expression stand for.
#[derive(Clone, Copy)]
struct Scope<'s, 'a> {
    values: &'s Values,
    /// The arguments within a function, which sees nothing else of the system.
    arguments: Option<&'s [(&'a str, Interval)]>,
    level: usize,
}

impl<'s> Scope<'s, '_> {
    fn system(values: &'s Values) -> Self {
        Self { values, arguments: None, level: 0 }
    }
}

struct Judge<'a> {
    definition: &'a Definition,
    ranges: &'a [Option<Range>],
    steps: usize,
    /// Values as all parameters run over their ranges.
    whole: Values,
}

impl<'a> Judge<'a> {
    fn fault(&mut self, expr: &'a Expr) -> Option<Diagnostic> {
        match &expr.kind {
            ExprKind::Product(_, rest) => rest.iter().find_map(|(factor, operand)| {
                let zero = |all: &[Interval]| all[0].reaches_zero();
                let found = (*factor == Factor::Over).then(|| self.reaches(&[operand], zero))??;
                Some(self.warning(operand, found, "this divisor becomes 0"))
            }),
            ExprKind::Power(base, exponent) => {
                let broken = |all: &[Interval]| {
                    let whole = all[1].is_point() && all[1].low.fract() == 0.0;
                    all[0].reaches_negative() && !whole
                };
                let infinite =
                    |all: &[Interval]| all[0].reaches_zero() && all[1].reaches_negative();
                if let Some(found) = self.reaches(&[base, exponent], broken) {
                    let what = "this base becomes negative, and its power is not a whole one";
                    return Some(self.warning(base, found, what));
                }
                let found = self.reaches(&[base, exponent], infinite)?;
                Some(self.warning(base, found, "this base becomes 0, and its power is negative"))
            }
            ExprKind::Call { name, arguments, .. } => {
                let [argument] = arguments.as_slice() else { return None };
                if self.definition.globals.functions.contains_key(&name.text) {
                    return None;
                }
                let negative = |all: &[Interval]| all[0].reaches_negative();
                let positive = |all: &[Interval]| negative(all) || all[0].reaches_zero();
                let (found, what) = match name.text.as_str() {
                    "log" => {
                        (self.reaches(&[argument], positive)?, "this logarithm is of 0 or less")
                    }
                    "sqrt" => {
                        (self.reaches(&[argument], negative)?, "this root is of a negative number")
                    }
                    _ => return None,
                };
                Some(self.warning(argument, found, what))
            }
            _ => None,
        }
    }

    /// The parameters with which `operands` are `bad` somewhere in their ranges, if they are.
    fn reaches(&mut self, operands: &[&'a Expr], bad: impl Fn(&[Interval]) -> bool) -> Option<u64> {
        let whole = std::mem::take(&mut self.whole);
        let found = self.all(operands, &whole);
        self.whole = whole;
        let found = found?;
        let together = found.iter().copied().reduce(Interval::joined)?;
        if together.from == 0 || !bad(&found) {
            return None;
        }
        if together.exact {
            return Some(together.from);
        }
        let count = together.from.count_ones();
        if count > MAX_CORNERS {
            return None;
        }
        // Values change without jumps, so that all between those at the corners are taken.
        let mut hull: Option<Vec<Interval>> = None;
        for corner in 0..1_u64 << count {
            let values = self.values(Some((together.from, corner)));
            let next = self.all(operands, &values)?;
            hull = Some(match hull {
                None => next,
                Some(hull) => hull.into_iter().zip(next).map(|(a, b)| a.hull(b)).collect(),
            });
        }
        bad(&hull?).then_some(together.from)
    }

    fn all(&mut self, operands: &[&'a Expr], values: &Values) -> Option<Vec<Interval>> {
        operands.iter().map(|operand| self.interval(operand, Scope::system(values))).collect()
    }

    /// What everything is; at a corner the parameters of a mask stand at an end of their ranges,
    /// given by the bits of a number in turn.
    fn values(&mut self, corner: Option<(u64, u64)>) -> Values {
        let definition = self.definition;
        let mut values = Values::default();
        let mut bits = 0;
        for (declared, range) in definition.parameters.iter().zip(self.ranges) {
            let value = match range {
                Some(range) => {
                    let bit = 1_u64 << bits.min(63);
                    let whole = Interval::range(range, bit);
                    let below = |mask: u64| (mask & (bit - 1)).count_ones();
                    bits += 1;
                    // Those beyond the last bit share it, and so are no single number.
                    let whole = Interval { exact: bits < 64, ..whole };
                    Some(match corner {
                        Some((mask, ends)) if mask & bit != 0 => {
                            whole.end(ends >> below(mask) & 1 == 1)
                        }
                        _ => whole,
                    })
                }
                None if declared.subscripts.is_empty() => declared
                    .value
                    .as_ref()
                    .and_then(|value| self.interval(value, Scope::system(&values))),
                None => None,
            };
            values.parameters.push(value);
        }
        for declared in &definition.lets {
            let value = declared.value.as_ref().filter(|_| declared.subscripts.is_empty());
            let value = value.and_then(|value| self.interval(value, Scope::system(&values)));
            values.lets.push(value);
        }
        values
    }

    /// The values of an expression in parameters; `None` if it is anything else, or unbounded.
    fn interval(&mut self, expr: &'a Expr, scope: Scope<'_, 'a>) -> Option<Interval> {
        self.steps += 1;
        if self.steps > MAX_STEPS || scope.level > MAX_LEVELS {
            return None;
        }
        let scope = Scope { level: scope.level + 1, ..scope };
        match &expr.kind {
            ExprKind::Number(value) => Some(Interval::number(value)),
            ExprKind::Reference { name, primes: 0, .. } => self.name(&name.text, scope),
            ExprKind::Neg(operand) => self.interval(operand, scope).map(Interval::neg),
            ExprKind::Sum(first, rest) => {
                let mut total = self.interval(first, scope)?;
                for (sign, term) in rest {
                    let term = self.interval(term, scope)?;
                    total = total.add(if *sign == Sign::Plus { term } else { term.neg() })?;
                }
                Some(total)
            }
            ExprKind::Product(first, rest) => {
                let mut total = self.interval(first, scope)?;
                for (factor, operand) in rest {
                    let operand = self.interval(operand, scope)?;
                    total = match factor {
                        Factor::Times => total.mul(operand)?,
                        Factor::Over => total.over(operand)?,
                    };
                }
                Some(total)
            }
            ExprKind::Power(base, exponent) => {
                let base = self.interval(base, scope)?;
                base.pow(self.interval(exponent, scope)?)
            }
            ExprKind::Call { name, arguments, .. } => {
                let mut given = vec![];
                for argument in arguments {
                    given.push(self.interval(argument, scope)?);
                }
                let Some(function) = self.definition.globals.functions.get(&name.text) else {
                    return builtin(Function::by_name(&name.text)?, &given);
                };
                let names = function.arguments.iter().map(|argument| argument.text.as_str());
                let arguments: Vec<(&str, Interval)> = names.zip(given).collect();
                self.interval(&function.body, Scope { arguments: Some(&arguments), ..scope })
            }
            _ => None,
        }
    }

    fn name(&mut self, name: &'a str, scope: Scope<'_, 'a>) -> Option<Interval> {
        match scope.arguments {
            Some(arguments) => {
                if let Some((_, value)) = arguments.iter().find(|(local, _)| *local == name) {
                    return Some(*value);
                }
            }
            None => {
                let values = scope.values;
                match self.definition.names.get(name).map(|entity| entity.role) {
                    Some(Role::Parameter(place)) => {
                        return values.parameters.get(place).copied()?;
                    }
                    Some(Role::Let(place)) => return values.lets.get(place).copied()?,
                    Some(_) => return None,
                    None => {}
                }
            }
        }
        match self.definition.globals.constants.get(name) {
            Some(constant) => {
                let value = constant.value.as_ref()?;
                self.interval(value, Scope { arguments: Some(&[]), ..scope })
            }
            None => (name == "pi").then(|| Interval::point(std::f64::consts::PI)),
        }
    }

    fn warning(&self, operand: &Expr, from: u64, what: &str) -> Diagnostic {
        let ranged = self.definition.parameters.iter().zip(self.ranges);
        let ranged = ranged.filter(|(_, range)| range.is_some()).map(|(declared, _)| declared);
        let involved = ranged.enumerate().filter(|(place, _)| from >> (*place).min(63) & 1 == 1);
        let involved: Vec<&Declared> = involved.map(|(_, declared)| declared).collect();
        let names: Vec<String> =
            involved.iter().map(|declared| format!("`{}`", declared.name.text)).collect();
        let ranges = if names.len() == 1 { "range" } else { "ranges" };
        let message = format!("over the {ranges} of {}, {what}", names.join(" and "));
        let mut fault = Diagnostic::warning("W010", operand.span.clone(), message)
            .help("narrow the range; an end that is left out is written `(a, b]`");
        for interval in involved.iter().filter_map(|declared| declared.range.as_ref()) {
            fault = fault.related(interval.span.clone(), "the range");
        }
        fault
    }
}

fn builtin(function: Function, arguments: &[Interval]) -> Option<Interval> {
    match (function, arguments) {
        (Function::Exp, [x]) => x.rising(math::exp),
        (Function::Tanh, [x]) => x.rising(math::tanh),
        (Function::Sinh, [x]) => x.rising(math::sinh),
        (Function::Atan, [x]) => x.rising(math::atan),
        (Function::Log, [x]) if x.low > 0.0 => x.rising(math::log),
        (Function::Sqrt, [x]) if x.low >= 0.0 => x.rising(f64::sqrt),
        (Function::Abs, [x]) if x.low >= 0.0 => Some(*x),
        (Function::Abs, [x]) if x.high <= 0.0 => Some(x.neg()),
        (Function::Sin, [x]) if x.is_point() => x.rising(math::sin),
        (Function::Cos, [x]) if x.is_point() => x.rising(math::cos),
        _ => None,
    }
}
