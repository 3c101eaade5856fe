//! "Did you mean": the nearest of some names.

/// The candidate nearest to `name`, if one is near: within a third of its length in single edits
/// (insert, delete, replace, swap neighbours), at least one.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name: Vec<char> = name.chars().collect();
    let allowed = (name.len() / 3).max(1);
    let mut best: Option<(usize, usize, &str)> = None;
    for candidate in candidates {
        let other: Vec<char> = candidate.chars().collect();
        if other.len().abs_diff(name.len()) > allowed {
            continue;
        }
        let edits = distance(&name, &other);
        // A name of one letter is near to every other one: only its other case is meant.
        let same_word = edits > 0
            && (name.len() > 1
                || other.iter().collect::<String>().to_lowercase()
                    == name.iter().collect::<String>().to_lowercase());
        // Of equals, the one that starts alike longest.
        let differs = name.len() - name.iter().zip(&other).take_while(|(a, b)| a == b).count();
        let better = best.is_none_or(|least| (edits, differs, candidate) < least);
        if edits <= allowed && same_word && better {
            best = Some((edits, differs, candidate));
        }
    }
    best.map(|(_, _, candidate)| candidate)
}

/// Edits that lead from `a` to `b`.
fn distance(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    let mut rows = vec![0; (a.len() + 1) * width];
    for (j, cell) in rows.iter_mut().enumerate().take(width) {
        *cell = j;
    }
    for i in 1..=a.len() {
        rows[i * width] = i;
        for j in 1..=b.len() {
            let replace = rows[(i - 1) * width + j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let edit = rows[(i - 1) * width + j].min(rows[i * width + j - 1]) + 1;
            let mut least = replace.min(edit);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[(i - 2) * width + j - 2] + 1);
            }
            rows[i * width + j] = least;
        }
    }
    rows[a.len() * width + b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found() {
        let names = ["sigma", "rho", "beta", "x"];
        assert_eq!(nearest("sigam", names), Some("sigma"));
        assert_eq!(nearest("sinn", ["sign", "sin"]), Some("sin"));
        assert_eq!(nearest("bta", names), Some("beta"));
        assert_eq!(nearest("gamma", names), None);
        assert_eq!(nearest("y", names), None);
        assert_eq!(nearest("X", names), Some("x"));
    }
}
