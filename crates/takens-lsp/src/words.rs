//! What the words of the language mean: keywords, functions, keys of blocks.

/// Keywords, each with how it is written and what it means.
const KEYWORDS: [(&str, &str, &str); 42] = [
    ("and", "a and b", "Holds where both conditions hold. Binds tighter than `or`."),
    ("clamped", "index i in 0..N clamped", "Past its end, an index stays at its last value."),
    ("const", "const g = 9.81", "A number that all functions and systems of the file see."),
    ("cyclic", "index i in 0..N cyclic", "Past its end, an index begins again: `x[N]` is `x[0]`."),
    ("dde", "dde NAME { ... }", "A system with delays: `x(t - tau)` is the state in the past."),
    ("elif", "if c then a elif d then b else e", "A further condition of an `if`."),
    ("else", "if c then a else b", "The value where no condition of the `if` holds."),
    (
        "event",
        "event NAME when EXPR rising { v := ... }",
        "Jumps, impacts, spikes and resets: what is assigned where the expression crosses zero \
         (`rising`, `falling` or `any`). All assignments read old values.",
    ),
    (
        "extends",
        "ode B extends A { ... }",
        "Reuses a definition: what has the name of something in `A` replaces it, the rest is added.",
    ),
    ("false", "false", "The condition that never holds."),
    ("fn", "fn f(x, a) = a*x", "A function of numbers, without side effects, for the whole file."),
    ("from", "lyapunov: 0.9056 from \"...\"", "The source of a value from the literature."),
    (
        "hamiltonian",
        "hamiltonian (q, p): p^2/2 + q^2/2",
        "Derives the equations of the pairs of coordinate and momentum from the energy.",
    ),
    (
        "history",
        "history x(s) = 0.9 + 0.1*sin(s)",
        "The state before the start, for `s <= 0`. Without it the initial value is the history.",
    ),
    ("if", "if c then a else b", "A value that depends on a condition."),
    ("in", "in [a, b]", "The range of a parameter, or the values that an index runs over."),
    (
        "index",
        "index i in 0..N cyclic",
        "An index, from 0 to N - 1. `cyclic`, `clamped` or `zero` says what a subscript past the end \
         means; without a word it is an error.",
    ),
    ("invariant", "invariant L = x*py - y*px", "A quantity that the motion keeps."),
    ("known", "known { lyapunov: ... from \"...\" }", "Values from the literature, with sources."),
    ("lang", "lang 1", "The version of the language; optional."),
    ("let", "let r = sqrt(x^2 + y^2)", "A name for an expression; in any order, without circles."),
    ("map", "map NAME { ... }", "An iterated map: `next x = ...` reads all old values at once."),
    ("meta", "meta { field: \"...\", cite: \"...\" }", "What is said about a system."),
    ("mode", "mode k = 0", "A discrete state, which events set and equations read."),
    ("next", "next x = ...", "The value of a state of a `map` after one step."),
    ("not", "not a < b", "Turns a condition round. Binds looser than comparisons."),
    ("ode", "ode NAME { ... }", "Ordinary differential equations: `x' = ...` for each state."),
    ("or", "a or b", "Holds where one of the conditions holds."),
    ("output", "output energy = v^2/2", "What is observed, when it is not the state itself."),
    (
        "param",
        "param sigma = 10 in [5, 15]",
        "A parameter: a number that can be changed without compiling anew. The range is the one \
         used by ensembles, checks and discovery.",
    ),
    ("sample", "sample { period: 1.5, transient: 50 }", "How trajectories are sampled."),
    (
        "sde",
        "sde NAME { ... }",
        "A system with noise, in the sense of Itô: `noise(w)` in equations.",
    ),
    ("state", "state x = 1, y = 0", "A variable that moves, with its value at the start."),
    ("structural", "structural param N = 20", "A parameter that changes the shape of the system."),
    ("then", "if c then a else b", "The value where the condition before it holds."),
    ("time", "time t <s>", "Names the time, or gives it a unit; it is called `t` otherwise."),
    ("true", "true", "The condition that always holds."),
    ("unit", "unit NAME = ...", "A unit beside those of the SI that are built in."),
    ("use", "use \"file.dsl\"", "Brings the functions, constants, units and systems of a file."),
    ("when", "event NAME when EXPR rising { ... }", "The expression whose sign an event watches."),
    (
        "wrap",
        "state th = 0 wrap [-pi, pi)",
        "Outputs are taken into this interval; equations are not.",
    ),
    ("zero", "index i in 0..N zero", "Past the end of an index, a subscripted value is zero."),
];

/// Functions and names that are built in, each with its arguments and meaning.
pub(crate) const BUILTIN: [(&str, &str, &str); 29] = [
    ("sin", "sin(x)", "Sine, of radians."),
    ("cos", "cos(x)", "Cosine, of radians."),
    ("tan", "tan(x)", "Tangent, of radians."),
    ("asin", "asin(x)", "Inverse sine, for -1 to 1, from -pi/2 to pi/2."),
    ("acos", "acos(x)", "Inverse cosine, for -1 to 1, from 0 to pi."),
    ("atan", "atan(x)", "Inverse tangent, from -pi/2 to pi/2."),
    ("atan2", "atan2(y, x)", "The angle of the point `(x, y)`, from -pi to pi."),
    ("sinh", "sinh(x)", "Hyperbolic sine."),
    ("cosh", "cosh(x)", "Hyperbolic cosine."),
    ("tanh", "tanh(x)", "Hyperbolic tangent."),
    ("exp", "exp(x)", "Exponential."),
    ("log", "log(x)", "Natural logarithm, for x > 0."),
    ("sqrt", "sqrt(x)", "Square root, for x >= 0."),
    ("abs", "abs(x)", "Absolute value."),
    ("sign", "sign(x)", "-1, 0 or 1; `sign(0) = 0`."),
    ("floor", "floor(x)", "The greatest integer not above x."),
    ("mod", "mod(a, b)", "`mod(a, b) = a - b*floor(a/b)`: it has the sign of b."),
    ("min", "min(a, b, ...)", "The least of two or more; `min(i)(...)` over an index."),
    ("max", "max(a, b, ...)", "The greatest of two or more; `max(i)(...)` over an index."),
    ("heaviside", "heaviside(x)", "1 above zero, else 0; `heaviside(0) = 0`."),
    ("sec", "sec(x)", "`1/cos(x)`."),
    ("csc", "csc(x)", "`1/sin(x)`."),
    ("cot", "cot(x)", "`cos(x)/sin(x)`."),
    (
        "root",
        "root(q, g, start)",
        "The real root q of the expression g near start, in a `map`: an implicit equation.",
    ),
    (
        "sum",
        "sum(j)(...)",
        "Sum over an index: `sum(j)(...)`, `sum(j in a..b)(...)`, `sum(j != i)(...)`.",
    ),
    ("prod", "prod(j)(...)", "Product over an index, written as `sum` is."),
    ("noise", "noise(w)", "White noise in an `sde`; the same name is the same path."),
    ("pi", "pi", "The ratio of a circle's circumference to its diameter."),
    ("t", "t", "The time."),
];

/// Keys of blocks: block, key, meaning.
const KEYS: [(&str, &str, &str); 8] = [
    ("meta", "field", "The field of research, a string."),
    ("meta", "cite", "A source: `\"doi:...\"`, or author, title and year."),
    ("meta", "tags", "Free labels: `[\"autonomous\", \"dissipative\"]`."),
    ("meta", "same_form_as", "A system whose equations have the same form; benchmarks group them."),
    (
        "known",
        "lyapunov",
        "Lyapunov exponents: `[0.9, 0, -14.6] ± [5e-4, 1e-4, 5e-4] from \"...\"`.",
    ),
    ("known", "divergence", "The divergence of the flow, an expression."),
    ("sample", "period", "The dominant period, in units of system time."),
    ("sample", "transient", "What is cut off at the start, in units of system time."),
];

/// Words that start an item of a file.
pub(crate) const ITEM: [&str; 9] =
    ["ode", "map", "dde", "sde", "const", "fn", "use", "unit", "lang"];

/// Words that start a statement of a system.
pub(crate) const STATEMENT: [&str; 16] = [
    "param",
    "structural",
    "state",
    "let",
    "index",
    "output",
    "time",
    "meta",
    "known",
    "sample",
    "next",
    "history",
    "event",
    "mode",
    "hamiltonian",
    "invariant",
];

/// Words that stand within expressions.
pub(crate) const VALUE: [&str; 8] = ["if", "then", "elif", "else", "not", "true", "false", "and"];

/// How a word is written and what it means.
pub(crate) fn keyword(word: &str) -> Option<(&'static str, &'static str)> {
    let found = KEYWORDS.iter().find(|entry| entry.0 == word)?;
    Some((found.1, found.2))
}

/// How a built-in function or name is written and what it means.
pub(crate) fn builtin(word: &str) -> Option<(&'static str, &'static str)> {
    let found = BUILTIN.iter().find(|entry| entry.0 == word)?;
    Some((found.1, found.2))
}

/// What a key of a block means.
pub(crate) fn key(block: &str, word: &str) -> Option<&'static str> {
    KEYS.iter().find(|entry| entry.0 == block && entry.1 == word).map(|entry| entry.2)
}

/// The keys of a block.
pub(crate) fn keys(block: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    KEYS.iter().filter(move |entry| entry.0 == block).map(|entry| (entry.1, entry.2))
}

/// What can follow a whole value, by the first word of the line.
pub(crate) fn clauses(head: &str) -> &'static [&'static str] {
    match head {
        "param" | "structural" => &["in", "and", "or", "then", "elif", "else"],
        "state" => &["wrap", "and", "or", "then", "elif", "else"],
        "index" => &["in", "cyclic", "clamped", "zero"],
        "ode" | "map" | "dde" | "sde" => &["extends"],
        "event" => &["when", "rising", "falling", "any"],
        "const" | "fn" => &["and", "or", "then", "elif", "else"],
        _ => &["and", "or", "then", "elif", "else", "from"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_language_is_explained() {
        for word in takens_symbolic::KEYWORDS {
            assert!(keyword(word).is_some(), "`{word}` is not explained");
        }
        for (_, name, _) in takens_symbolic::Function::ALL {
            assert!(builtin(name).is_some(), "`{name}` is not explained");
        }
    }
}
