//! What each diagnostic means: `takens explain CODE`.
//!
//! Start at [`explain`]. The texts are tables, one file for each range of codes; a test holds them
//! against the codes that the crate gives, and reads every example.

mod kinds;
mod names;
mod reuse;
mod syntax;
mod units;
mod values;
mod warnings;

use crate::nearest::nearest;

/// What a diagnostic means, and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// The code, as in `error[E020]`.
    pub code: &'static str,
    /// In a few words.
    pub title: &'static str,
    /// Why it is a fault, or may be one.
    pub cause: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// A file that gets the diagnostic; empty where none can be shown.
    pub bad: &'static str,
    /// The same, put right.
    pub good: &'static str,
}

/// An entry of the tables.
const fn entry(
    code: &'static str,
    title: &'static str,
    cause: &'static str,
    remedy: &'static str,
    bad: &'static str,
    good: &'static str,
) -> Explanation {
    Explanation { code, title, cause, remedy, bad, good }
}

/// All of them, in order of their codes.
pub fn explanations() -> impl Iterator<Item = &'static Explanation> {
    let faults = [syntax::TABLE, names::TABLE, values::TABLE, kinds::TABLE];
    let later = [units::TABLE, reuse::TABLE, warnings::TABLE];
    faults.into_iter().chain(later).flatten()
}

/// The explanation of a code such as `E020`, in whatever case it is written.
///
/// # Errors
/// The nearest code there is, for a code that is not.
pub fn explain(code: &str) -> Result<&'static Explanation, Option<&'static str>> {
    let wanted = code.trim().to_ascii_uppercase();
    let codes = || explanations().map(|one| one.code);
    explanations().find(|one| one.code == wanted).ok_or_else(|| {
        // Codes are short and much alike: of those as near, the numerically nearest is meant.
        let number = |code: &str| code.get(1..).and_then(|digits| digits.parse::<i64>().ok());
        let kin = codes().filter(|code| code.get(..1) == wanted.get(..1));
        match number(&wanted) {
            Some(wanted) => kin.min_by_key(|code| number(code).map(|one| (one - wanted).abs())),
            None => nearest(&wanted, codes()),
        }
    })
}
