//! Literals: exact rational numbers from decimal text.

use crate::Diagnostic;
use crate::diagnostic::Span;
use crate::limits::{MAX_DIGITS, MAX_EXPONENT};
use num_bigint::BigInt;
use takens_symbolic::{Rational, to_f64};

/// The exact value of a literal such as `12`, `0.2`, `.5`, `1e-3`; `None` if it breaks a limit,
/// which is reported.
pub(crate) fn read_number(
    literal: &str,
    span: Span,
    report: &mut dyn FnMut(Diagnostic),
) -> Option<Rational> {
    let (mantissa, exponent) = match literal.find(['e', 'E']) {
        Some(at) => (&literal[..at], &literal[at + 1..]),
        None => (literal, "0"),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = whole.len() + fraction.len();
    if digits > MAX_DIGITS {
        let message = format!("this number has {digits} digits; at most {MAX_DIGITS} are allowed");
        report(Diagnostic::error("E003", span, message));
        return None;
    }
    let exponent = exponent.parse::<i64>().ok().filter(|value| value.abs() <= MAX_EXPONENT);
    let Some(exponent) = exponent else {
        let message = format!("the exponent of this number is beyond ±{MAX_EXPONENT}");
        report(Diagnostic::error("E003", span, message));
        return None;
    };
    let scale = exponent - fraction.len() as i64;
    let value = exact(&format!("{whole}{fraction}"), scale);
    let nearest = to_f64(&value);
    if nearest.is_infinite() || (nearest == 0.0 && value.numer().bits() > 0) {
        let fate = if nearest == 0.0 { "becomes 0" } else { "becomes infinite" };
        let message = format!("this number {fate} when it is computed with");
        report(Diagnostic::warning("W007", span, message));
    }
    Some(value)
}

fn exact(digits: &str, scale: i64) -> Rational {
    // Nearly all literals are short: they need no big arithmetic to be read.
    let number = match digits.parse::<u64>() {
        Ok(small) => BigInt::from(small),
        Err(_) => BigInt::parse_bytes(digits.as_bytes(), 10).unwrap_or_default(),
    };
    let power = BigInt::from(10).pow(u32::try_from(scale.unsigned_abs()).unwrap_or(u32::MAX));
    if scale >= 0 { Rational::from_integer(number * power) } else { Rational::new(number, power) }
}

/// The fraction that a rounded decimal stands for, `8/3` for `2.667`; `None` where the decimal may
/// well be meant as it is.
pub(crate) fn likely_fraction(literal: &str) -> Option<(u64, u64)> {
    let (whole, fraction) = literal.split_once('.')?;
    let decimals = fraction.len();
    if !(3..=15).contains(&decimals) || whole.len() > 3 || literal.contains(['e', 'E']) {
        return None;
    }
    let scale = 10_u64.pow(u32::try_from(decimals).ok()?);
    let value = whole.parse::<u64>().unwrap_or(0) * scale + fraction.parse::<u64>().ok()?;
    // The more decimals agree, the more denominators are believed.
    let denominators: &[u64] = match decimals {
        3 => &[3],
        4 | 5 => &[3, 6, 7, 9],
        _ => &[3, 6, 7, 9, 11, 12, 13],
    };
    for &below in denominators {
        let above = (value * below + scale / 2) / scale;
        if above == 0 || above % below == 0 {
            continue;
        }
        let rounded = (above * scale + below / 2) / below;
        let cut = above * scale / below;
        if (value == rounded || value == cut) && above * scale % below != 0 {
            return Some((above, below));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(literal: &str, above: i64, below: i64) {
        let value = read_number(literal, 0..0, &mut |_| ()).unwrap();
        assert_eq!(value, Rational::new(above.into(), below.into()), "{literal}");
    }

    #[test]
    fn literals_are_exact() {
        check("12", 12, 1);
        check("0.2", 1, 5);
        check(".5", 1, 2);
        check("3.", 3, 1);
        check("1.5e-3", 3, 2000);
        check("2E2", 200, 1);
    }

    #[test]
    fn literals_have_limits() {
        assert!(read_number("1e401", 0..0, &mut |_| ()).is_none());
        assert!(read_number("1e99999999999999999999", 0..0, &mut |_| ()).is_none());
        assert!(read_number(&"7".repeat(1001), 0..0, &mut |_| ()).is_none());
        let mut warnings = vec![];
        assert!(read_number("1e-390", 0..0, &mut |fault| warnings.push(fault.code)).is_some());
        assert_eq!(warnings, ["W007"]);
    }

    #[test]
    fn rounded_fractions_are_seen() {
        assert_eq!(likely_fraction("2.667"), Some((8, 3)));
        assert_eq!(likely_fraction("2.666"), Some((8, 3)));
        assert_eq!(likely_fraction("0.3333"), Some((1, 3)));
        assert_eq!(likely_fraction("0.142857"), Some((1, 7)));
        assert_eq!(likely_fraction("2.5"), None);
        assert_eq!(likely_fraction("0.95"), None);
        assert_eq!(likely_fraction("0.143"), None);
        assert_eq!(likely_fraction("0.111"), None);
    }
}
