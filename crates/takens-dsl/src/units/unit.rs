//! A unit as a product of powers.
//!
//! The scale of a unit is kept by its primes, and π, beside the base units: so a root of a unit is
//! exact, `sqrt` of km² as well as of km, and two units agree where their powers do.

use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedMul, One, Signed, Zero};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// The power of a part.
pub(crate) type Exponent = Ratio<i64>;

/// Numerator and denominator of an exponent are at most this.
pub(crate) const MAX_POWER: i64 = 1000;

/// Parts of one unit.
pub(crate) const MAX_PARTS: usize = 64;

/// What units are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    /// A prime factor of the scale.
    Prime(u64),
    /// The circle's number, in the scale of a degree.
    Pi,
    /// A base unit, by its place in the table.
    Base(u32),
}

/// A product of powers, and how the writer named it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Unit {
    /// In order, without powers of 0.
    parts: Vec<(Part, Exponent)>,
    /// The names that were written, in order, without powers of 0.
    written: Vec<(Arc<str>, Exponent)>,
}

impl Unit {
    /// That of pure numbers.
    pub(crate) fn pure() -> Self {
        Self::default()
    }

    /// A base unit.
    pub(crate) fn base(place: u32, name: &str) -> Self {
        let parts = vec![(Part::Base(place), Exponent::one())];
        Self { parts, written: vec![(name.into(), Exponent::one())] }
    }

    /// A number, by its parts.
    pub(crate) fn scale(parts: Vec<(Part, Exponent)>, name: &str) -> Self {
        let written = if parts.is_empty() { vec![] } else { vec![(name.into(), Exponent::one())] };
        Self { parts, written }
    }

    /// The same unit, called `name`.
    pub(crate) fn named(&self, name: &str) -> Self {
        Self { written: vec![(name.into(), Exponent::one())], ..self.clone() }
    }

    /// `self · other^power`; `None` beyond the limits.
    pub(crate) fn times(&self, other: &Self, power: Exponent) -> Option<Self> {
        let mut product = self.clone();
        for (part, exponent) in &other.parts {
            let exponent = within(exponent.checked_mul(&power)?)?;
            match product.parts.binary_search_by_key(part, |one| one.0) {
                Ok(at) => {
                    let sum = within(product.parts[at].1.checked_add(&exponent)?)?;
                    if sum.is_zero() {
                        product.parts.remove(at);
                    } else {
                        product.parts[at].1 = sum;
                    }
                }
                Err(at) if !exponent.is_zero() => product.parts.insert(at, (*part, exponent)),
                Err(_) => {}
            }
        }
        for (name, exponent) in &other.written {
            let exponent = within(exponent.checked_mul(&power)?)?;
            match product.written.iter().position(|one| one.0 == *name) {
                Some(at) => {
                    let sum = within(product.written[at].1.checked_add(&exponent)?)?;
                    if sum.is_zero() {
                        product.written.remove(at);
                    } else {
                        product.written[at].1 = sum;
                    }
                }
                None if !exponent.is_zero() => product.written.push((name.clone(), exponent)),
                None => {}
            }
        }
        (product.parts.len() <= MAX_PARTS && product.written.len() <= MAX_PARTS).then_some(product)
    }

    /// The unit to a power; `None` beyond the limits.
    pub(crate) fn power(&self, power: Exponent) -> Option<Self> {
        Self::pure().times(self, power)
    }

    /// Whether numbers in both mean the same.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        self.parts == other.parts
    }

    pub(crate) fn is_pure(&self) -> bool {
        self.parts.is_empty()
    }

    /// Where only the scale differs: how many of `other` one of `self` is, `1000` for km and m.
    pub(crate) fn factor(&self, other: &Self) -> Option<String> {
        let ratio = self.times(other, -Exponent::one())?;
        if ratio.parts.iter().any(|(part, _)| matches!(part, Part::Base(_))) {
            return None;
        }
        let whole = ratio.parts.iter().all(|(_, exponent)| exponent.is_integer());
        let product = |sign: i64| -> Option<(u64, i64)> {
            ratio.parts.iter().filter(|(_, power)| power.numer().signum() == sign).try_fold(
                (1_u64, 0),
                |(number, pi), (part, exponent)| {
                    let power = u32::try_from(exponent.to_integer().abs()).ok()?;
                    match part {
                        Part::Prime(prime) => {
                            Some((number.checked_mul(prime.checked_pow(power)?)?, pi))
                        }
                        _ => Some((number, pi + i64::from(power))),
                    }
                },
            )
        };
        if whole && let (Some(above), Some(below)) = (product(1), product(-1)) {
            let side = |(number, pi): (u64, i64)| {
                let circle = if pi == 1 { "pi".to_owned() } else { format!("pi^{pi}") };
                match (number, pi) {
                    (number, 0) => number.to_string(),
                    (1, _) => circle,
                    _ => format!("{number}*{circle}"),
                }
            };
            return Some(match below {
                (1, 0) => side(above),
                (_, pi) if pi > 0 => format!("{}/({})", side(above), side(below)),
                _ => format!("{}/{}", side(above), side(below)),
            });
        }
        let log: f64 = ratio
            .parts
            .iter()
            .map(|(part, exponent)| {
                let value = match part {
                    Part::Prime(prime) => *prime as f64,
                    _ => std::f64::consts::PI,
                };
                takens_core::math::log(value) * *exponent.numer() as f64 / *exponent.denom() as f64
            })
            .sum();
        Some(format!("about {:.6e}", takens_core::math::exp(log)))
    }
}

fn within(exponent: Exponent) -> Option<Exponent> {
    (exponent.numer().abs() <= MAX_POWER && *exponent.denom() <= MAX_POWER).then_some(exponent)
}

/// As one writes it: `kg*m^2/s^2`.
impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let power = |name: &str, exponent: Exponent| {
            let exponent = exponent.abs();
            if exponent.is_one() {
                name.to_owned()
            } else if exponent.is_integer() {
                format!("{name}^{exponent}")
            } else {
                format!("{name}^({exponent})")
            }
        };
        let side = |sign: Ordering| -> Vec<String> {
            let parts = self.written.iter();
            parts
                .filter(|(_, exponent)| exponent.cmp(&Exponent::zero()) == sign)
                .map(|(name, exponent)| power(name, *exponent))
                .collect()
        };
        if self.is_pure() || self.written.is_empty() {
            return write!(f, "1");
        }
        let (above, below) = (side(Ordering::Greater), side(Ordering::Less));
        let above = if above.is_empty() { "1".to_owned() } else { above.join("*") };
        match below.as_slice() {
            [] => write!(f, "{above}"),
            [one] => write!(f, "{above}/{one}"),
            several => write!(f, "{above}/({})", several.join("*")),
        }
    }
}
