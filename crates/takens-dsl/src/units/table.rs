//! The units that are built in, and those that a file adds.
//!
//! The International System with its prefixes, the units that its brochure accepts beside it, and a
//! few that dynamics is written in.
//!
//! # Source
//! Bureau international des poids et mesures, The International System of Units, 9th edition (2019).

use super::text;
use super::unit::Unit;
use std::collections::{HashMap, HashSet};

/// The base units; the gram stands for the kilogram, as prefixes go with it.
const BASES: [&str; 7] = ["m", "g", "s", "A", "K", "mol", "cd"];

/// Which prefixes go with a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prefixes {
    All,
    /// From kilo upwards: a femtotonne is hardly meant by `ft`.
    Large,
    None,
}

use Prefixes::{All, Large, None as No};

/// Names with their definitions in units before them or of the base.
const DERIVED: [(&str, Prefixes, &str); 42] = [
    ("rad", All, "1"),
    ("sr", All, "1"),
    ("Hz", All, "1/s"),
    ("N", All, "kg*m/s^2"),
    ("Pa", All, "N/m^2"),
    ("J", All, "N*m"),
    ("W", All, "J/s"),
    ("C", All, "A*s"),
    ("V", All, "W/A"),
    ("F", All, "C/V"),
    ("ohm", All, "V/A"),
    ("\u{03A9}", All, "V/A"),
    ("\u{2126}", All, "V/A"),
    ("S", All, "A/V"),
    ("Wb", All, "V*s"),
    ("T", All, "Wb/m^2"),
    ("H", All, "Wb/A"),
    ("lm", All, "cd"),
    ("lx", All, "cd/m^2"),
    ("Bq", All, "1/s"),
    ("Gy", All, "J/kg"),
    ("Sv", All, "J/kg"),
    ("kat", All, "mol/s"),
    ("min", No, "60*s"),
    ("h", No, "60*min"),
    ("d", No, "24*h"),
    ("wk", No, "7*d"),
    ("yr", Large, "365.25*d"),
    ("ha", No, "10000*m^2"),
    ("L", All, "dm^3"),
    ("l", All, "dm^3"),
    ("M", All, "mol/L"),
    ("t", Large, "1000*kg"),
    ("au", No, "149597870700*m"),
    ("eV", All, "1.602176634e-19*J"),
    ("bar", All, "100000*Pa"),
    ("atm", No, "101325*Pa"),
    ("rpm", No, "1/min"),
    ("cal", Large, "4.184*J"),
    ("dyn", No, "g*cm/s^2"),
    ("erg", No, "dyn*cm"),
    ("percent", No, "1/100"),
];

/// Prefixes with their powers of ten.
const PREFIXES: [(&str, i32); 26] = [
    ("Q", 30),
    ("R", 27),
    ("Y", 24),
    ("Z", 21),
    ("E", 18),
    ("P", 15),
    ("T", 12),
    ("G", 9),
    ("M", 6),
    ("k", 3),
    ("h", 2),
    ("da", 1),
    ("d", -1),
    ("c", -2),
    ("m", -3),
    ("\u{00B5}", -6),
    ("\u{03BC}", -6),
    ("u", -6),
    ("n", -9),
    ("p", -12),
    ("f", -15),
    ("a", -18),
    ("z", -21),
    ("y", -24),
    ("r", -27),
    ("q", -30),
];

/// What units are called elsewhere.
pub(super) const ALIASES: [(&str, &str); 28] = [
    ("sec", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("msec", "ms"),
    ("minute", "min"),
    ("minutes", "min"),
    ("hr", "h"),
    ("hour", "h"),
    ("hours", "h"),
    ("day", "d"),
    ("days", "d"),
    ("week", "wk"),
    ("year", "yr"),
    ("years", "yr"),
    ("meter", "m"),
    ("metre", "m"),
    ("meters", "m"),
    ("metres", "m"),
    ("gram", "g"),
    ("kilogram", "kg"),
    ("volt", "V"),
    ("amp", "A"),
    ("ampere", "A"),
    ("kelvin", "K"),
    ("newton", "N"),
    ("joule", "J"),
    ("watt", "W"),
    ("hertz", "Hz"),
];

/// Units by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    own: HashMap<String, Unit>,
    broken: HashSet<String>,
    bases: u32,
}

impl Table {
    /// The unit of this name: one of the file, one built in, or one with a prefix.
    pub(super) fn find(&self, name: &str) -> Option<Unit> {
        self.own.get(name).cloned().or_else(|| whole(name)).or_else(|| prefixed(name))
    }

    pub(super) fn is_broken(&self, name: &str) -> bool {
        self.broken.contains(name)
    }

    pub(super) fn add(&mut self, name: &str, unit: &Unit) {
        self.own.insert(name.to_owned(), unit.named(name));
    }

    /// A unit that is made of no others.
    pub(super) fn add_base(&mut self, name: &str) {
        self.bases += 1;
        let place = BASES.len() as u32 + self.bases;
        self.own.insert(name.to_owned(), Unit::base(place, name));
    }

    pub(super) fn add_broken(&mut self, name: &str) {
        self.broken.insert(name.to_owned());
    }

    /// All names without prefixes.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.own.keys().map(String::as_str).collect();
        names.sort_unstable();
        names.extend(BASES);
        names.push("kg");
        names.extend(DERIVED.map(|(name, ..)| name));
        names
    }
}

fn whole(name: &str) -> Option<Unit> {
    if let Some(place) = BASES.iter().position(|base| *base == name) {
        return Some(Unit::base(place as u32, name));
    }
    if name == "deg" {
        return Some(text::degree().named(name));
    }
    let (_, _, definition) = DERIVED.iter().find(|entry| entry.0 == name)?;
    text::builtin(definition).map(|unit| unit.named(name))
}

fn prefixed(name: &str) -> Option<Unit> {
    PREFIXES.iter().find_map(|&(prefix, power)| {
        let rest = name.strip_prefix(prefix)?;
        let allowed = if BASES.contains(&rest) {
            All
        } else {
            DERIVED.iter().find(|entry| entry.0 == rest)?.1
        };
        let fits = match allowed {
            All => true,
            Large => power >= 3,
            No => false,
        };
        if !fits {
            return None;
        }
        text::power_of_ten(power)
            .times(&whole(rest)?, super::unit::Exponent::from_integer(1))
            .map(|unit| unit.named(name))
    })
}
