//! "Did you mean": the nearest of many names.

/// The name that needs the fewest edits to become `wanted`, if they are few; case does not count.
#[must_use]
pub(crate) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    let limit = wanted.chars().count().div_ceil(3);
    names
        .map(|name| (edits(&wanted, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Distance of Levenshtein.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_nonsense_none() {
        let names = ["Lorenz", "Lorenz96", "Rossler"];
        assert_eq!(nearest("lorentz", names.into_iter()), Some("Lorenz"));
        assert_eq!(nearest("Rosler", names.into_iter()), Some("Rossler"));
        assert_eq!(nearest("Quux", names.into_iter()), None);
    }
}
