//! Constants: the codes of indices, kinds and ranges, E040 to E069.

use super::{Explanation, entry};

pub(super) const TABLE: &[Explanation] = &[
    entry(
        "E040",
        "an index out of range",
        "A vector of N elements has those from 0 to N-1, and a neighbour such as `x[i+1]` may lie beyond.",
        "Say what lies beyond with `index i in 0..N cyclic`, `clamped` or `zero`, or treat the ends with \
         `if` or equations of their own.",
        "ode A {\n    index i in 0..5\n    state x[i] = 1\n    x[i]' = x[i+1] - x[i]\n}\n",
        "ode A {\n    index i in 0..5 cyclic\n    state x[i] = 1\n    x[i]' = x[i+1] - x[i]\n}\n",
    ),
    entry(
        "E041",
        "a value of the wrong shape",
        "A vector needs as many values as its index has, a matrix rows of equal length.",
        "Give as many values as the message says; rows are parted by `;`.",
        "ode A {\n    index i in 0..3\n    param w[i] = [1, 2]\n    state x[i] = 1\n    x[i]' = -w[i]*x[i]\n}\n",
        "ode A {\n    index i in 0..3\n    param w[i] = [1, 2, 3]\n    state x[i] = 1\n    x[i]' = -w[i]*x[i]\n}\n",
    ),
    entry(
        "E042",
        "too many or too few subscripts",
        "A vector in an expression stands with one subscript, a matrix with two, a number with none.",
        "Name the element: `x[i]`, `x[0]`, `k[i, j]`.",
        "ode A {\n    index i in 0..3\n    state x[i] = 1\n    x[i]' = -x\n}\n",
        "ode A {\n    index i in 0..3\n    state x[i] = 1\n    x[i]' = -x[i]\n}\n",
    ),
    entry(
        "E043",
        "a subscript or a size that is not a whole number",
        "Which element is meant, and how many there are, has to be known before a run.",
        "Use integers, indices and `structural` parameters.",
        "ode A {\n    param a = 1\n    index i in 0..3\n    state x[i] = 1\n    x[i]' = -x[a]\n}\n",
        "ode A {\n    index i in 0..3\n    state x[i] = 1\n    x[i]' = -x[1]\n}\n",
    ),
    entry(
        "E044",
        "an index without a value",
        "An index has a value on the right-hand side if the left-hand side has it, or under a sum over it.",
        "Put it on the left, `x[i]' = ...`, or sum over it, `sum(i)(x[i])`.",
        "ode A {\n    index i in 0..3\n    state x[i] = 1, y = 0\n    x[i]' = -y\n    y' = x[i]\n}\n",
        "ode A {\n    index i in 0..3\n    state x[i] = 1, y = 0\n    x[i]' = -y\n    y' = sum(i)(x[i])\n}\n",
    ),
    entry(
        "E050",
        "a condition as a number",
        "`x > 0` is true or false, and one cannot compute with that.",
        "Write `if x > 0 then 1 else 0`.",
        "ode A {\n    param a = 1\n    state x = 1\n    x' = -x + (t > a)\n}\n",
        "ode A {\n    param a = 1\n    state x = 1\n    x' = -x + (if t > a then 1 else 0)\n}\n",
    ),
    entry(
        "E051",
        "a number as a condition",
        "`if` needs something that is true or false.",
        "Compare: `if x > 0 then ...`.",
        "ode A {\n    state x = 1\n    x' = if x then -x else -2*x\n}\n",
        "ode A {\n    state x = 1\n    x' = if x > 0 then -x else -2*x\n}\n",
    ),
    entry(
        "E052",
        "a division by zero",
        "The divisor is zero whatever the state and the parameters are.",
        "Correct it.",
        "ode A {\n    state x = 1\n    x' = -x/0\n}\n",
        "ode A {\n    state x = 1\n    x' = -x/2\n}\n",
    ),
    entry(
        "E060",
        "a default outside its own range",
        "`in [a, b]` is the range in which the parameter makes sense, so the default lies in it.",
        "Correct the default or the range; `[` and `]` include the ends, `(` and `)` do not.",
        "ode A {\n    param a = 5 in [0, 1]\n    state x = 1\n    x' = -a*x\n}\n",
        "ode A {\n    param a = 5 in [0, 10]\n    state x = 1\n    x' = -a*x\n}\n",
    ),
    entry(
        "E061",
        "an empty or endless interval",
        "The lower end of an interval comes first, and both are finite numbers; an index runs over one \
         value at least.",
        "Swap the ends, or write numbers.",
        "ode A {\n    param a = 5 in [7, 2]\n    state x = 1\n    x' = -a*x\n}\n",
        "ode A {\n    param a = 5 in [2, 7]\n    state x = 1\n    x' = -a*x\n}\n",
    ),
];
