//! The text of a unit: `kg*m^2/s^2`, `1/s`, `m^(1/2)`, `1852/3600*m/s`.

use super::table::{ALIASES, Table};
use super::unit::{Exponent, MAX_POWER, Part, Unit};
use crate::Diagnostic;
use crate::diagnostic::Span;
use crate::nearest::nearest;
use crate::number::read_number;
use crate::token::word_end;
use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive, Zero};
use takens_symbolic::Rational;

/// Bytes of a unit.
const MAX_LENGTH: usize = 1000;

/// How deep parentheses nest in a unit.
const MAX_NESTING: usize = 20;

/// Factors of a scale are sought up to here; what is left counts as one factor.
const MAX_TRIAL: u64 = 10_000;

type Read<T> = Result<T, Option<Box<Diagnostic>>>;

fn refused<T>(fault: Diagnostic) -> Read<T> {
    Err(Some(Box::new(fault)))
}

/// Reads the unit at `span`, with or without its brackets. The fault is `None` where a unit that it
/// mentions is at fault itself.
pub(super) fn read(text: &str, span: Span, table: &Table) -> Read<Unit> {
    let mut span = span;
    if text[span.clone()].starts_with('<') && text[span.clone()].ends_with('>') {
        span = span.start + 1..span.end - 1;
    }
    if span.len() > MAX_LENGTH {
        let message =
            format!("this unit has {} bytes; at most {MAX_LENGTH} are allowed", span.len());
        return refused(Diagnostic::error("E097", span.start..span.start + 1, message));
    }
    let mut reader = Reader { text, at: span.start, end: span.end, table: Some(table), depth: 0 };
    let unit = reader.product()?;
    reader.space();
    if reader.at < reader.end {
        return refused(reader.unexpected());
    }
    Ok(unit)
}

/// A unit of the table by its definition, which mentions built-in units only.
pub(super) fn builtin(definition: &str) -> Option<Unit> {
    let mut reader =
        Reader { text: definition, at: 0, end: definition.len(), table: None, depth: 0 };
    reader.product().ok()
}

/// The 180th part of half a turn.
pub(super) fn degree() -> Unit {
    let power = |part, exponent| (part, Exponent::from_integer(exponent));
    let parts =
        vec![power(Part::Prime(2), -2), power(Part::Prime(3), -2), power(Part::Prime(5), -1)];
    Unit::scale([parts, vec![power(Part::Pi, 1)]].concat(), "deg")
}

pub(super) fn power_of_ten(power: i32) -> Unit {
    let exponent = Exponent::from_integer(i64::from(power));
    Unit::scale(vec![(Part::Prime(2), exponent), (Part::Prime(5), exponent)], "")
}

/// The words of a unit's text.
pub(super) fn words(text: &str) -> Vec<String> {
    let (mut found, mut at) = (vec![], 0);
    while at < text.len() {
        let end = word_end(text, at);
        if end > at {
            found.push(text[at..end].to_owned());
            at = end;
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    found
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    /// `None`: only what is built in.
    table: Option<&'t Table>,
    depth: usize,
}

impl Reader<'_> {
    fn space(&mut self) {
        let rest = &self.text[self.at..self.end];
        self.at = self.end - rest.trim_start().len();
    }

    fn next(&mut self) -> Option<char> {
        self.space();
        self.text[self.at..self.end].chars().next()
    }

    fn takes(&mut self, sign: char) -> bool {
        let found = self.next() == Some(sign);
        if found {
            self.at += sign.len_utf8();
        }
        found
    }

    fn fault<T>(&self, code: &'static str, span: Span, message: &str, help: &str) -> Read<T> {
        refused(Diagnostic::error(code, span, message).help(help))
    }

    fn unexpected(&mut self) -> Diagnostic {
        let help = "a unit is written `kg*m^2/s^2`, a root `m^(1/2)`";
        match self.next() {
            Some(c) => {
                let end = word_end(self.text, self.at).max(self.at + c.len_utf8());
                let shown: String = self.text[self.at..end].chars().take(40).collect();
                let fault = Diagnostic::error(
                    "E090",
                    self.at..end,
                    format!("`{shown}` is not expected in a unit here"),
                );
                if unicode_ident::is_xid_start(c) {
                    fault.help("units are multiplied by `*`").fix(self.at..self.at, "*")
                } else {
                    fault.help(help)
                }
            }
            None => {
                let at = self.end.saturating_sub(1).max(self.at.min(self.end));
                Diagnostic::error("E090", at.min(self.at)..self.end, "a unit is expected here")
                    .help(help)
            }
        }
    }

    fn product(&mut self) -> Read<Unit> {
        let start = self.at;
        let mut product = self.power()?;
        loop {
            let sign = match self.next() {
                Some('*') => 1,
                Some('/') => -1,
                _ => return Ok(product),
            };
            self.at += 1;
            let factor = self.power()?;
            product = match product.times(&factor, Exponent::from_integer(sign)) {
                Some(product) => product,
                None => return self.too_large(start..self.at),
            };
        }
    }

    fn too_large<T>(&self, span: Span) -> Read<T> {
        let message =
            format!("a power in this unit is beyond {MAX_POWER}, or it has too many parts");
        refused(Diagnostic::error("E097", span, message))
    }

    fn power(&mut self) -> Read<Unit> {
        self.space();
        let start = self.at;
        let base = self.atom()?;
        if !self.takes('^') {
            return Ok(base);
        }
        let exponent = self.exponent()?;
        match base.power(exponent) {
            Some(unit) => Ok(unit),
            None => self.too_large(start..self.at),
        }
    }

    fn atom(&mut self) -> Read<Unit> {
        match self.next() {
            Some('(') if self.depth < MAX_NESTING => {
                self.at += 1;
                self.depth += 1;
                let inner = self.product()?;
                self.depth -= 1;
                if self.takes(')') { Ok(inner) } else { refused(self.unexpected()) }
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(_) if word_end(self.text, self.at) > self.at => self.name(),
            _ => refused(self.unexpected()),
        }
    }

    fn number(&mut self) -> Read<Unit> {
        let rest = &self.text[self.at..self.end];
        let mut length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        if let Some(after) = rest[length..].strip_prefix(['e', 'E']) {
            let sign = usize::from(after.starts_with(['+', '-']));
            let digits = after[sign..].find(|c: char| !c.is_ascii_digit());
            let digits = digits.unwrap_or(after.len() - sign);
            length += if digits > 0 { 1 + sign + digits } else { 0 };
        }
        let span = self.at..self.at + length;
        let literal = &rest[..length];
        self.at += length;
        let plain = literal.matches('.').count() <= 1 && literal != ".";
        let mut found = None;
        let value =
            plain.then(|| read_number(literal, span.clone(), &mut |fault| found = Some(fault)));
        match value.flatten() {
            Some(value) if value.is_positive() => match factors(&value) {
                Some(parts) => Ok(Unit::scale(parts, literal)),
                None => self.fault(
                    "E097",
                    span,
                    "this factor has too many digits for a unit",
                    "18 digits are enough for any that was measured",
                ),
            },
            Some(_) => self.fault("E090", span, "the factor of a unit is not zero", "leave it out"),
            None => refused(found.unwrap_or_else(|| {
                Diagnostic::error("E090", span, "this is no number")
                    .help("a factor is written `60*s`")
            })),
        }
    }

    fn name(&mut self) -> Read<Unit> {
        let end = word_end(self.text, self.at).min(self.end);
        let span = self.at..end;
        let name = &self.text[span.clone()];
        self.at = end;
        let Some(table) = self.table else {
            return Table::default().find(name).ok_or(None);
        };
        if let Some(unit) = table.find(name) {
            return Ok(unit);
        }
        if table.is_broken(name) {
            return Err(None);
        }
        let shown: String = name.chars().take(40).collect();
        let fault = Diagnostic::error("E091", span.clone(), format!("no unit is called `{shown}`"));
        let alias = ALIASES.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        let near = match alias {
            Some((_, ours)) => Some(*ours),
            None => nearest(name, table.names()),
        };
        refused(match (alias, near) {
            (Some(_), Some(ours)) => {
                fault.help(format!("it is called `{ours}` here")).fix(span, ours)
            }
            (None, Some(near)) => fault.help(format!("did you mean `{near}`?")).fix(span, near),
            _ => fault.help(format!("define it outside of systems: `unit {shown} = ...`")),
        })
    }

    fn exponent(&mut self) -> Read<Exponent> {
        if !self.takes('(') {
            return Ok(Exponent::from_integer(self.whole()?));
        }
        let above = self.whole()?;
        let below = if self.takes('/') { self.whole()? } else { 1 };
        if !self.takes(')') {
            return refused(self.unexpected());
        }
        if below == 0 {
            return self.fault(
                "E090",
                self.at - 1..self.at,
                "this power divides by zero",
                "give another",
            );
        }
        Ok(Exponent::new(above, below))
    }

    fn whole(&mut self) -> Read<i64> {
        let negative = self.takes('-');
        self.space();
        let rest = &self.text[self.at..self.end];
        let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if length == 0 {
            return refused(self.unexpected());
        }
        let span = self.at..self.at + length;
        self.at += length;
        match rest[..length].parse::<i64>() {
            Ok(value) if value <= MAX_POWER => Ok(if negative { -value } else { value }),
            _ => {
                let message = format!("a power of a unit is at most {MAX_POWER}");
                refused(Diagnostic::error("E097", span, message))
            }
        }
    }
}

/// A positive number as powers of primes; `None` if it is too long.
fn factors(value: &Rational) -> Option<Vec<(Part, Exponent)>> {
    let mut parts: Vec<(u64, i64)> = vec![];
    for (number, sign) in [(value.numer(), 1), (value.denom(), -1)] {
        let mut left = number.clone();
        let mut split = |prime: u64, left: &mut BigInt| {
            let mut power = 0;
            while !left.is_one() && (&*left % prime).is_zero() {
                *left /= prime;
                power += sign;
            }
            if power != 0 {
                parts.push((prime, power));
            }
        };
        for prime in [2, 3, 5, 7] {
            split(prime, &mut left);
        }
        let mut small = left.to_u64()?;
        let mut prime = 11;
        while prime <= MAX_TRIAL && prime * prime <= small {
            let mut power = 0;
            while small.is_multiple_of(prime) {
                small /= prime;
                power += sign;
            }
            if power != 0 {
                parts.push((prime, power));
            }
            prime += 2;
        }
        if small > 1 {
            parts.push((small, sign));
        }
    }
    parts.sort_unstable();
    let parts = parts.into_iter();
    Some(parts.map(|(prime, power)| (Part::Prime(prime), Exponent::from_integer(power))).collect())
}
