//! Constants: the codes of `extends`, `use` and events, E100 to E119.

use super::{Explanation, entry};

pub(super) const TABLE: &[Explanation] = &[
    entry(
        "E100",
        "an extended system that is not there",
        "`extends` names a system of the same file, above or below, or of a file that it uses.",
        "Correct the name, or add the `use` that brings the system. `takens check --fix` writes the \
         nearest name.",
        "ode Spring {\n    param k = 1\n    state x = 1\n    x' = -k*x\n}\n\node Stiff extends Sprng {\n    \
         param k = 9\n}\n",
        "ode Spring {\n    param k = 1\n    state x = 1\n    x' = -k*x\n}\n\node Stiff extends Spring {\n    \
         param k = 9\n}\n",
    ),
    entry(
        "E101",
        "an extended system of another kind",
        "Equations of an `ode` give derivatives, those of a `map` next values: neither can stand in the \
         other.",
        "Let a system extend one of its own kind.",
        "ode A {\n    param k = 1\n    state x = 1\n    x' = -k*x\n}\n\nmap B extends A {\n    param k = 2\n}\n",
        "ode A {\n    param k = 1\n    state x = 1\n    x' = -k*x\n}\n\node B extends A {\n    param k = 2\n}\n",
    ),
    entry(
        "E102",
        "a system that extends itself",
        "What a system inherits would never be found: it extends itself, or one that extends it.",
        "Define one system of the circle without `extends`.",
        "ode A extends B {\n    state x = 1\n    x' = -x\n}\n\node B extends A {\n    x' = -2*x\n}\n",
        "ode A {\n    state x = 1\n    x' = -x\n}\n\node B extends A {\n    x' = -2*x\n}\n",
    ),
    // It takes more than fifty systems to show it.
    entry(
        "E103",
        "too many systems that extend one another",
        "At most 50 systems may stand behind one, each extending the next, so that reading takes bounded \
         time and memory.",
        "Extend a system that stands nearer to the first: what differs is written once more.",
        "",
        "",
    ),
    entry(
        "E105",
        "a used file that cannot be had",
        "There is none at that path, it may not be read, or it is no file of text; the message names the \
         cause. What is not defined here may stand in it, so unknown names are not reported beside it.",
        "Correct the path, which is relative to the folder of the file that has the `use`.",
        "use \"constants.dsl\"\n\node A {\n    state x = 1\n    x' = -k*x\n}\n",
        "const k = 2\n\node A {\n    state x = 1\n    x' = -k*x\n}\n",
    ),
    // It takes two files to show it.
    entry(
        "E106",
        "files that use each other in a circle",
        "A file is read after those that it uses, so none of them can use it in turn.",
        "Put what both need into a third file, and use that in both.",
        "",
        "",
    ),
    entry(
        "E107",
        "a path that leaves the folder",
        "A file may use those in its folder and below, so that a folder can be handed on whole and a \
         file cannot read others of the machine. Neither `..` nor a path from the root leads out of the \
         folder of the file that is read first; parts of a path are joined by `/`.",
        "Put the file into the folder, and write its path from there.",
        "use \"../constants.dsl\"\n\node A {\n    state x = 1\n    x' = -k*x\n}\n",
        "const k = 2\n\node A {\n    state x = 1\n    x' = -k*x\n}\n",
    ),
    entry(
        "E110",
        "a direction of an event that is not known",
        "An event happens where an expression crosses zero: `rising`, `falling`, or `any` for both, which \
         holds if nothing is said.",
        "Write one of the three. `takens check --fix` writes the nearest.",
        "ode A {\n    state x = 0\n    x' = 2 - x\n    event spike when x - 1 risng { x := 0 }\n}\n",
        "ode A {\n    state x = 0\n    x' = 2 - x\n    event spike when x - 1 rising { x := 0 }\n}\n",
    ),
    entry(
        "E111",
        "an event that watches a condition",
        "The moment of an event is found where an expression crosses zero; a condition is only true or \
         false, and says nothing of how near it is.",
        "For `a > b` write `a - b rising`; for `and` and `or` take `min` and `max`. `takens check --fix` \
         rewrites a comparison.",
        "ode A {\n    state x = 0\n    x' = 2 - x\n    event spike when x > 1 { x := 0 }\n}\n",
        "ode A {\n    state x = 0\n    x' = 2 - x\n    event spike when x - 1 rising { x := 0 }\n}\n",
    ),
    entry(
        "E112",
        "an event that sets something other than a state or a mode",
        "Parameters stay as they are during a run, and what is computed follows from states.",
        "Declare what changes at events alone as `mode NAME = ...`, or set the state that it is made of.",
        "ode A {\n    param drive = 2\n    state x = 0\n    x' = drive - x\n    \
         event spike when x - 1 rising { drive := -2 }\n}\n",
        "ode A {\n    mode drive = 2\n    state x = 0\n    x' = drive - x\n    \
         event spike when x - 1 rising { drive := -2 }\n}\n",
    ),
    entry(
        "E113",
        "an event or a mode in a map",
        "Between two steps of a map there is nothing that could cross zero.",
        "Put the condition into `next`, with `if`; a `mode` becomes a `state`.",
        "map A {\n    state x = 0\n    next x = x + 0.3\n    event wrapped when x - 1 rising { x := 0 }\n}\n",
        "map A {\n    state x = 0\n    next x = if x > 1 then 0 else x + 0.3\n}\n",
    ),
    entry(
        "E114",
        "a value that one event sets twice",
        "All lines of an event read the values before it and are made at once, so one of the two would be \
         lost.",
        "Set it once, to the value that is meant in the end.",
        "ode A {\n    state x = 0\n    x' = 2 - x\n    event spike when x - 1 rising { x := 0; x := x + 0.1 }\n}\n",
        "ode A {\n    state x = 0\n    x' = 2 - x\n    event spike when x - 1 rising { x := 0.1 }\n}\n",
    ),
    entry(
        "E115",
        "an event that sets nothing",
        "An event is there for what it sets, each line as `v := ...`.",
        "Say what it sets. To record when something crosses zero, set a `mode` that counts.",
        "ode A {\n    state x = 0\n    x' = 2 - x\n    event spike when x - 1 rising { }\n}\n",
        "ode A {\n    state x = 0\n    x' = 2 - x\n    event spike when x - 1 rising { x := 0 }\n}\n",
    ),
    entry(
        "E116",
        "`next` in an event",
        "`next x` is the value at the next step of a map; an event sets the value at its moment.",
        "Write `x := ...`.",
        "ode A {\n    state x = 0\n    x' = 2 - x\n    event spike when x - 1 rising { next x := 0 }\n}\n",
        "ode A {\n    state x = 0\n    x' = 2 - x\n    event spike when x - 1 rising { x := 0 }\n}\n",
    ),
    entry(
        "E117",
        "an event that can never happen",
        "What it watches depends on neither state nor time, so it stays as it is and crosses nothing.",
        "Watch an expression in a state, or in `t`.",
        "ode A {\n    param top = 1\n    state x = 0\n    x' = 2 - x\n    event spike when top - 1 rising { x := 0 }\n}\n",
        "ode A {\n    param top = 1\n    state x = 0\n    x' = 2 - x\n    event spike when x - top rising { x := 0 }\n}\n",
    ),
    entry(
        "E118",
        "`=` in an event",
        "`=` says what holds all the time; an event sets a value at its moment, and that is written `:=`.",
        "Write `:=`. `takens check --fix` does.",
        "ode A {\n    state x = 0\n    x' = 2 - x\n    event spike when x - 1 rising { x = 0 }\n}\n",
        "ode A {\n    state x = 0\n    x' = 2 - x\n    event spike when x - 1 rising { x := 0 }\n}\n",
    ),
];
