//! Constants: the codes of warnings, W001 onward.

use super::{Explanation, entry};

pub(super) const TABLE: &[Explanation] = &[
    entry(
        "W001",
        "a `;` at the end of a line",
        "A line end ends a statement; `;` parts the rows of a matrix.",
        "Leave it out, and write each statement on its own line. `takens check --fix` does.",
        "ode A {\n    state x = 1;\n    x' = -x\n}\n",
        "ode A {\n    state x = 1\n    x' = -x\n}\n",
    ),
    entry(
        "W002",
        "a parameter that is never used",
        "A parameter that nothing depends on is either left over or forgotten in an equation.",
        "Take it out, or use it.",
        "ode A {\n    param a = 1, b = 2\n    state x = 1\n    x' = -a*x\n}\n",
        "ode A {\n    param a = 1, b = 2\n    state x = 1\n    x' = -a*b*x\n}\n",
    ),
    entry(
        "W003",
        "a state that affects nothing",
        "No other state depends on it, so the others move as if it were not there.",
        "If it is only observed, that is fine; declare it as `output` where it can be computed.",
        "ode A {\n    state x = 1, y = 1, z = 1\n    x' = y\n    y' = -x\n    z' = x - z\n}\n",
        "ode A {\n    state x = 1, y = 1, z = 1\n    x' = y\n    y' = -x + z\n    z' = x - z\n}\n",
    ),
    entry(
        "W004",
        "real numbers compared for equality",
        "A computed number hardly ever hits another one exactly.",
        "Compare with `<` or `>`, or compare a distance: `abs(a - b) < 1e-9`.",
        "ode A {\n    state x = 1\n    x' = if x == 0 then 1 else -x\n}\n",
        "ode A {\n    state x = 1\n    x' = if abs(x) < 1e-9 then 1 else -x\n}\n",
    ),
    entry(
        "W005",
        "a rounded fraction",
        "Numbers are exact here: `2.667` is not eight thirds, and a discovered `8/3` would be judged wrong.",
        "Write `8/3` if that is meant.",
        "ode A {\n    param beta = 2.6667\n    state x = 1\n    x' = -beta*x\n}\n",
        "ode A {\n    param beta = 8/3\n    state x = 1\n    x' = -beta*x\n}\n",
    ),
    entry(
        "W006",
        "a known value without a source",
        "`known` holds values from the literature, and a value without its source cannot be checked.",
        "Say where it comes from: `from \"doi:...\"`.",
        "ode A {\n    state x = 1\n    x' = -x\n    known { lyapunov: [-1] ± 1e-6 }\n}\n",
        "ode A {\n    state x = 1\n    x' = -x\n    known { lyapunov: [-1] ± 1e-6 from \"by hand\" }\n}\n",
    ),
    entry(
        "W007",
        "a number beyond the floating range",
        "It is kept exactly, and becomes zero or infinite as soon as it is computed with.",
        "Choose other units, so that numbers are of moderate size.",
        "ode A {\n    param a = 1e-390\n    state x = 1\n    x' = -a*x\n}\n",
        "ode A {\n    param a = 1e-39\n    state x = 1\n    x' = -a*x\n}\n",
    ),
    entry(
        "W008",
        "a definition that is never used",
        "A `let` or an `index` that nothing depends on is either left over or forgotten in an equation.",
        "Take it out, or use it.",
        "ode A {\n    state x = 1\n    let c = x\n    x' = -x\n}\n",
        "ode A {\n    state x = 1\n    let c = x\n    x' = -c\n}\n",
    ),
    entry(
        "W009",
        "a right-hand side that jumps",
        "Where the condition changes, the two branches differ; an integrator that steps across loses its \
         accuracy there.",
        "Let the branches meet, or smooth the step; a jump of the state itself is an `event`.",
        "ode A {\n    state x = 1\n    x' = -x + (if x > 0 then 1 else 0)\n}\n",
        "ode A {\n    state x = 1\n    x' = -x + (if x > 0 then x else 0)\n}\n",
    ),
    entry(
        "W010",
        "a range that reaches where the right-hand side is not defined",
        "Over the ranges that the parameters have, a divisor reaches zero, or a logarithm, a root or a \
         power leaves its domain.",
        "Narrow the range; an end that is left out is written `(a, b]`.",
        "ode A {\n    param a = 1 in [0, 2]\n    state x = 1\n    x' = -x/a\n}\n",
        "ode A {\n    param a = 1 in (0, 2]\n    state x = 1\n    x' = -x/a\n}\n",
    ),
    entry(
        "W030",
        "a mode that is never read",
        "Events may set it, and no equation, output or event depends on it.",
        "Read it, or take it out.",
        "ode A {\n    state x = 0\n    mode count = 0\n    x' = 2 - x\n    \
         event spike when x - 1 rising { x := 0 }\n}\n",
        "ode A {\n    state x = 0\n    mode count = 0\n    x' = 2 - x/(1 + count)\n    \
         event spike when x - 1 rising { x := 0; count := count + 1 }\n}\n",
    ),
    entry(
        "W031",
        "a mode that no event sets",
        "It keeps its initial value throughout, as a parameter does.",
        "Declare it as `param`, or set it in an event.",
        "ode A {\n    state x = 0\n    mode drive = 2\n    x' = drive - x\n    \
         event spike when x - 1 rising { x := 0 }\n}\n",
        "ode A {\n    param drive = 2\n    state x = 0\n    x' = drive - x\n    \
         event spike when x - 1 rising { x := 0 }\n}\n",
    ),
];
