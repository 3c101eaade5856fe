//! How a method looks: one colour, one dash and one mark in all figures.
//!
//! A method's class is `m0`, `m1`, ... by its place in the ranking that the page begins with, so that
//! the best have the plainest looks. Colours alone would not tell twenty methods apart, and some
//! readers not even eight: dashes and marks go with them.

/// Colours, as the style sheet names them (`--k0` to `--k6`): those of M. Okabe and K. Ito, Color
/// Universal Design (2002), without the yellow, which white paper swallows.
const COLOURS: usize = 7;
/// Dashes of lines; with the colours, 28 looks before one comes again.
const DASHES: [&str; 4] = ["none", "7 3", "2 3", "9 3 2 3"];

/// The style sheet of this many methods: their looks, and what fades while one is pointed at.
pub(crate) fn look_css(methods: usize) -> String {
    (0..methods)
        .map(|place| {
            let (colour, dash) = (place % COLOURS, DASHES[place / COLOURS % DASHES.len()]);
            format!(
                ".m{place}{{--c:var(--k{colour});--d:{dash}}}\
                 figure:has(.key.m{place}:hover,.key.m{place}:focus,.curve.m{place}:hover) :is(.curve,.dot):not(.m{place}){{opacity:.12}}\n"
            )
        })
        .collect()
}

/// A mark of a method around a point.
pub(crate) fn mark(place: usize, x: f64, y: f64) -> String {
    let shape = match place / COLOURS % DASHES.len() {
        0 => format!("M{:.1} {y:.1}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z", x - 5.0),
        1 => format!("M{:.1} {:.1}h9v9h-9z", x - 4.5, y - 4.5),
        2 => format!("M{x:.1} {:.1}l5.5 9.5h-11z", y - 6.0),
        _ => format!("M{x:.1} {:.1}l6 6l-6 6l-6 -6z", y - 6.0),
    };
    format!("<path class=\"dot m{place}\" d=\"{shape}\"/>")
}

/// A piece of a method's line, for keys.
pub(crate) fn sample(place: usize) -> String {
    format!(
        "<svg width=\"26\" height=\"12\" viewBox=\"0 0 26 12\" aria-hidden=\"true\"><path class=\"line m{place}\" d=\"M0 6H26\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_eight_methods_look_different() {
        let css = look_css(28);
        let looks: std::collections::BTreeSet<&str> = css
            .lines()
            .map(|line| &line[line.find('{').unwrap()..line.find('}').unwrap()])
            .collect();
        assert_eq!(looks.len(), 28);
    }
}
