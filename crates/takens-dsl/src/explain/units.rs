//! Constants: the codes of units, E090 to E099.

use super::{Explanation, entry};

pub(super) const TABLE: &[Explanation] = &[
    entry(
        "E090",
        "a unit that cannot be read",
        "A unit is a product of units and numbers with whole powers or roots: `kg*m^2/s^2`, `m^(1/2)`.",
        "Write `*` between units and a number or a fraction in parentheses behind `^`. For a missing `*` \
         `takens check --fix` does.",
        "ode A {\n    time t <s>\n    param L <m s> = 1\n    state x = 1\n    x' = -x/(L*1)*0\n}\n",
        "ode A {\n    time t <s>\n    param k <1/s> = 1\n    state x = 1\n    x' = -k*x\n}\n",
    ),
    entry(
        "E091",
        "a unit that is not known",
        "A unit is one of those of the language or is defined by `unit` in the file, or in one that it \
         uses.",
        "Correct the name; define a unit of your own outside of systems, `unit knot = 1852/3600*m/s`, or \
         `unit sailor` if it follows from no other. `takens check --fix` writes the nearest name.",
        "ode A {\n    time t <sec>\n    param k <1/s> = 1\n    state x = 1\n    x' = -k*x\n}\n",
        "ode A {\n    time t <s>\n    param k <1/s> = 1\n    state x = 1\n    x' = -k*x\n}\n",
    ),
    entry(
        "E092",
        "units that do not agree",
        "What is added, compared or set equal must be in one unit. The rate of `x` in `m` is in `m/s` if \
         time is in `s`. Nothing is converted: `km` and `m` do not agree. In a system that has units, what \
         has none is a pure number; a number by itself, such as a default, takes the unit that it needs.",
        "Give the missing factor: a quantity in the unit that the message names, or the number that the \
         help names if only the scale differs.",
        "ode A {\n    time t <s>\n    state x <m> = 1\n    x' = -x\n}\n",
        "ode A {\n    time t <s>\n    param k <1/s> = 1\n    state x <m> = 1\n    x' = -k*x\n}\n",
    ),
    entry(
        "E093",
        "a unit where a pure number belongs",
        "Functions such as `sin` and `exp`, and exponents, take pure numbers: the sine of two metres means \
         nothing. So does `prod`, whose unit would depend on how many factors it has.",
        "Divide by a quantity in the same unit, such as a length of the system.",
        "ode A {\n    time t <s>\n    param k <1/s> = 1\n    state x <m> = 1\n    x' = -k*x*cos(x)\n}\n",
        "ode A {\n    time t <s>\n    param k <1/s> = 1, L <m> = 2\n    state x <m> = 1\n    \
         x' = -k*x*cos(x/L)\n}\n",
    ),
    entry(
        "E094",
        "a unit raised to a power that is not known",
        "The unit of `x^n` depends on `n`, so `n` must be a number, made of literals and constants, if `x` \
         has a unit. A parameter may change from run to run.",
        "Write the number, or divide the base by a quantity in its unit: `(x/L)^n`.",
        "ode A {\n    time t <s>\n    param v <m/s> = 1, n = 2\n    state x <m> = 1\n    \
         output y <m^2> = x^n\n    x' = v\n}\n",
        "ode A {\n    time t <s>\n    param v <m/s> = 1, n = 2, L <m> = 1\n    state x <m> = 1\n    \
         output y = (x/L)^n\n    x' = v\n}\n",
    ),
    entry(
        "E095",
        "units without a unit of time",
        "The derivative of a state is in the unit of the state over that of the time, so a system with \
         units says what its time is in. In a `map` the time counts steps and needs none.",
        "Write `time t <s>` into the system, with the unit that you mean.",
        "ode A {\n    param k = 1\n    state x <m> = 1\n    x' = -k*x\n}\n",
        "ode A {\n    time t <s>\n    param k <1/s> = 1\n    state x <m> = 1\n    x' = -k*x\n}\n",
    ),
    entry(
        "E096",
        "a unit defined twice or by itself",
        "A name stands for one unit, those of the language keep theirs, and a unit follows from others \
         that do not follow from it.",
        "Choose another name, or break the circle: `unit a` alone defines a unit of its own.",
        "unit stick = 2*pole\nunit pole = 3*stick\n",
        "unit stick = 2*pole\nunit pole = 3*m\n",
    ),
    entry(
        "E097",
        "a unit beyond all measure",
        "The powers in a unit, the number of its parts, its length and the digits of its factors are \
         bounded, so that units are checked in bounded time. No quantity of physics comes near.",
        "The message names the limit: correct the power, or divide by quantities of the same kind first.",
        "ode A {\n    time t <s>\n    param v <m/s> = 1\n    state x <m> = 1\n    \
         output y <m^2000> = 1\n    x' = v\n}\n",
        "ode A {\n    time t <s>\n    param v <m/s> = 1\n    state x <m> = 1\n    \
         output y <m^2> = x^2\n    x' = v\n}\n",
    ),
    entry(
        "E098",
        "a structural parameter with a unit",
        "A structural parameter counts the values of an index, and a count has no unit.",
        "Leave the unit out, or make it a `param` if it is measured.",
        "ode A {\n    time t <s>\n    structural param N <m> = 3\n    param k <1/s> = 1\n    \
         index i in 0..N\n    state x[i] = 1\n    x[i]' = -k*x[i]\n}\n",
        "ode A {\n    time t <s>\n    structural param N = 3\n    param k <1/s> = 1\n    \
         index i in 0..N\n    state x[i] = 1\n    x[i]' = -k*x[i]\n}\n",
    ),
];
