//! Python with NumPy: `rhs(t, x, params=None)` and what goes with it.

use super::dialect::{Dialect, Level, Printer, Text, floating, integer_exponent};
use super::layout::{GLUE, assignment, comment, fold};
use super::names::{Names, plain};
use super::{About, Block, all_expressions, has_root, header, vocabulary};
use crate::{
    Compare, Direction, ExprId, FieldKind, Function, Node, Rational, Symbol, Target, VectorField,
};
use std::collections::BTreeSet;

/// Words of the language and names that the file uses itself.
const RESERVED: &str = "\
    False None True and as assert async await break class continue def del elif else except \
    finally for from global if import in is lambda nonlocal not or pass raise return try \
    while with yield np dict isinstance set ValueError params modes given unknown values out \
    parameters rhs observe initial history lags diffusion find_root sign heaviside mod \
    minimum maximum float residual value";

/// From so many values on, only those that are used get a name.
const MANY: usize = 24;

struct Python;

impl Dialect for Python {
    fn number(&self, value: &Rational, alone: bool) -> Text {
        floating(value, alone, "np.inf")
    }

    fn pi(&self) -> &'static str {
        "np.pi"
    }

    fn power(&self, printer: &Printer, base: ExprId, exponent: ExprId) -> Text {
        let exponent_text = match integer_exponent(printer.graph, exponent) {
            Some(integer) => integer.to_string(),
            None => printer.at(exponent, Level::Sign),
        };
        (format!("{}**{exponent_text}", printer.at(base, Level::Atom)), Level::Power)
    }

    fn call(&self, function: Function, arguments: &[String]) -> Text {
        let name = match function {
            Function::Asin => "np.arcsin",
            Function::Acos => "np.arccos",
            Function::Atan => "np.arctan",
            Function::Atan2 => "np.arctan2",
            Function::Sign | Function::Heaviside | Function::Mod => function.name(),
            Function::Min => "minimum",
            Function::Max => "maximum",
            other => &format!("np.{}", other.name()),
        };
        (format!("{name}({})", arguments.join(", ")), Level::Atom)
    }

    fn compare(&self, compare: Compare, a: String, b: String) -> Text {
        (format!("{a} {} {b}", super::dialect::sign(compare)), Level::Compare)
    }

    fn and(&self, p: &Printer, a: ExprId, b: ExprId) -> Text {
        let (a, b) = (p.condition(a, Level::Any), p.condition(b, Level::Any));
        (format!("np.logical_and({a}, {b})"), Level::Atom)
    }

    fn or(&self, p: &Printer, a: ExprId, b: ExprId) -> Text {
        let (a, b) = (p.condition(a, Level::Any), p.condition(b, Level::Any));
        (format!("np.logical_or({a}, {b})"), Level::Atom)
    }

    fn not(&self, p: &Printer, a: ExprId) -> Text {
        (format!("np.logical_not({})", p.condition(a, Level::Any)), Level::Atom)
    }

    fn select(&self, p: &Printer, condition: ExprId, yes: ExprId, no: ExprId) -> Text {
        let condition = p.condition(condition, Level::Any);
        let (yes, no) = (p.at(yes, Level::Any), p.at(no, Level::Any));
        (format!("np.where({condition}, {yes}, {no})"), Level::Atom)
    }
}

/// The file.
pub(crate) fn write(field: &VectorField, about: &About) -> String {
    let mut reserved = RESERVED.to_owned();
    // A list of delayed values is an argument of this name; the values in it have other ones.
    reserved += " x_tau";
    // So with `x`, but that the state itself may have a component `x`, which is named last.
    if !field.states.iter().any(|name| name == "x") {
        reserved += " x";
    }
    let names = Names::new(field, &reserved);
    let file = File { field, names: &names };
    let what = match field.kind {
        FieldKind::Flow => "right-hand side as a Python function",
        FieldKind::Map => "map as a Python function",
    };
    let mut text = String::from("\"\"\"");
    text += &comment("", &escaped(&header(about, &names, what)));
    text += "\"\"\"\n\nimport numpy as np\n\n";
    text += &format!("NAME = \"{}\"\n", about.name);
    let quoted = |names: &[String]| -> String {
        let quoted: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
        quoted.join(", ") + if names.len() == 1 { "," } else { "" }
    };
    text += &list("STATES", &quoted(&field.states));
    let outputs: Vec<String> = field.outputs.iter().map(|output| output.0.clone()).collect();
    if !outputs.is_empty() {
        text += &list("OUTPUTS", &quoted(&outputs));
    }
    text += &parameters_table(field, about);
    text += &helpers(field);
    text += &file.parameters();
    text += "\n\nDEFAULTS = parameters()\n";
    text += &file.functions();
    text
}

fn list(name: &str, items: &str) -> String {
    fold(&format!("{name} = ({items})"), "    ") + "\n"
}

/// Text that a docstring can hold.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "'")
}

fn parameters_table(field: &VectorField, about: &About) -> String {
    let mut text = "# Parameters in order, with their defaults.\nPARAMETERS = {\n".to_owned();
    for (place, (parameter, value)) in
        field.parameters.iter().zip(field.default_parameters()).enumerate()
    {
        let doc = about.parameter_docs.get(place).map_or("", String::as_str);
        let doc = doc.lines().next().unwrap_or("");
        let remark = if doc.is_empty() { String::new() } else { format!("  # {doc}") };
        text += &format!("    {:?}: {},{remark}\n", parameter.name, literal(value));
    }
    text + "}\n"
}

/// A number as Python reads it.
fn literal(value: f64) -> String {
    if value.is_nan() {
        "np.nan".into()
    } else if value.is_infinite() {
        if value > 0.0 { "np.inf".into() } else { "-np.inf".into() }
    } else {
        format!("{value:?}")
    }
}

/// What NumPy has not, or has with other values at jumps and for NaN.
fn helpers(field: &VectorField) -> String {
    let all = all_expressions(field);
    let (_, functions) = vocabulary(&field.graph, &all);
    let mut text = String::new();
    let mut define =
        |line: &str, body: &str| text += &format!("\n\ndef {line}:\n    return {body}\n");
    for function in functions {
        match function {
            Function::Sign => {
                define("sign(a)", "np.where(a > 0, 1.0, np.where(a < 0, -1.0, 0.0))");
            }
            Function::Heaviside => define("heaviside(a)", "np.where(a > 0, 1.0, 0.0)"),
            Function::Mod => define("mod(a, b)", "a - b*np.floor(a/b)"),
            Function::Min => define("minimum(a, b)", "np.where(a < b, a, b)"),
            Function::Max => define("maximum(a, b)", "np.where(a > b, a, b)"),
            _ => {}
        }
    }
    if has_root(&field.graph, &all) {
        text += FIND_ROOT;
    }
    text
}

const FIND_ROOT: &str = r#"

def find_root(residual, start):
    """The zero that the secant method reaches from `start`; NaN where it reaches none."""
    before, guess = start, start + 1e-4*max(abs(start), 1.0)
    residual_before = residual(before)
    for _ in range(60):
        here = residual(guess)
        if here == 0.0:
            return guess
        with np.errstate(all="ignore"):
            following = guess - here*(guess - before)/(here - residual_before)
        if not np.isfinite(following):
            return guess if abs(here) < 1e-12*(1.0 + abs(guess)) else np.nan
        before, residual_before, guess = guess, here, following
    return guess if abs(residual(guess)) < 1e-9*(1.0 + abs(guess)) else np.nan
"#;

struct File<'a> {
    field: &'a VectorField,
    names: &'a Names,
}

/// One function of the file.
struct Definition<'a> {
    name: String,
    doc: &'a str,
    /// Where results go, and what they are.
    results: Vec<(String, ExprId)>,
    /// The shape of the array of results, as an expression; `None`: the one result is returned.
    shape: Option<String>,
    /// What it is a function of.
    inputs: Inputs,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inputs {
    Parameters,
    TimeAndParameters,
    Everything,
}

impl File<'_> {
    fn parameters(&self) -> String {
        let field = self.field;
        let mut text = format!(
            "\n\ndef parameters(given=None):\n    \"\"\"All parameters in order. `given`: some by name, or \
             all {} values in order.\"\"\"\n",
            field.parameters.len()
        );
        text += &format!(
            "    if given is None:\n        given = {{}}\n    if not isinstance(given, dict):\n        values = np.asarray(given, dtype=float)\n        if len(values) != {}:\n            raise ValueError(f\"{} parameters are needed, not {{len(values)}}\")\n        return values\n",
            field.parameters.len(),
            field.parameters.len()
        );
        text += "    unknown = set(given) - set(PARAMETERS)\n    if unknown:\n        raise ValueError(f\"unknown parameters {sorted(unknown)}; there are {list(PARAMETERS)}\")\n";
        // A default that is computed from others follows them; all others are in the table.
        let depends = |id: ExprId| !vocabulary(&field.graph, &[id]).0.is_empty();
        if !field.parameters.iter().any(|parameter| depends(parameter.default)) {
            return text
                + "    return np.array([given.get(k, v) for k, v in PARAMETERS.items()], dtype=float)\n";
        }
        let roots: Vec<ExprId> = field.parameters.iter().map(|p| p.default).collect();
        let block = Block::code(&field.graph, &[], &Python, self.names);
        let mut all = Vec::new();
        for (place, parameter) in (0..).zip(&field.parameters) {
            let name = self.names.of(Symbol::Parameter(place));
            let default = if depends(parameter.default) {
                block.printer.at(roots[place as usize], Level::Any)
            } else {
                format!("PARAMETERS[{:?}]", parameter.name)
            };
            let value = format!("np.float64(given.get({:?}, {default}))", parameter.name);
            text += &assignment("    ", name, &value, "");
            all.push(name);
        }
        text + &fold(&format!("    return np.array([{}])", all.join(", ")), "        ") + "\n"
    }

    fn functions(&self) -> String {
        let field = self.field;
        let numbered = |ids: &[ExprId]| -> Vec<(String, ExprId)> {
            ids.iter().enumerate().map(|(place, id)| (format!("out[{place}]"), *id)).collect()
        };
        let mut text = String::new();
        let mut define = |definition: Definition| text += &self.function(&definition);
        define(Definition {
            name: "initial".into(),
            doc: "The state at the start.",
            results: numbered(&field.initial),
            shape: Some(field.dim().to_string()),
            inputs: Inputs::Parameters,
        });
        let doc = match field.kind {
            FieldKind::Flow if field.noise.names.is_empty() => {
                "The time derivative of each component of x."
            }
            FieldKind::Flow => "The drift of each component of x; see `diffusion`.",
            FieldKind::Map => "The image of x; t is the number of the step.",
        };
        define(Definition {
            name: "rhs".into(),
            doc,
            results: numbered(&field.rhs),
            shape: Some("x.shape".into()),
            inputs: Inputs::Everything,
        });
        if !field.outputs.is_empty() {
            let outputs: Vec<ExprId> = field.outputs.iter().map(|output| output.1).collect();
            define(Definition {
                name: "observe".into(),
                doc: "What is observed in place of the state, in the order of OUTPUTS.",
                results: numbered(&outputs),
                shape: Some(format!("({}, *x.shape[1:])", outputs.len())),
                inputs: Inputs::Everything,
            });
        }
        if !field.delays.is_empty() {
            let lags: Vec<ExprId> = field.delays.iter().map(|delay| delay.lag).collect();
            define(Definition {
                name: "lags".into(),
                doc: "How long ago each of the delayed values x_tau was.",
                results: numbered(&lags),
                shape: Some(lags.len().to_string()),
                inputs: Inputs::Everything,
            });
            define(Definition {
                name: "history".into(),
                doc: "The state before the start, at t <= 0.",
                results: numbered(&field.history),
                shape: Some(field.dim().to_string()),
                inputs: Inputs::TimeAndParameters,
            });
        }
        if !field.noise.names.is_empty() {
            let terms = field.noise.terms.iter().enumerate().flat_map(|(row, terms)| {
                terms.iter().map(move |(column, id)| (format!("out[{row}, {column}]"), *id))
            });
            define(Definition {
                name: "diffusion".into(),
                doc: "Coefficient of each Wiener process (second axis) in each component (Ito).",
                results: terms.collect(),
                shape: Some(format!("({}, {})", field.dim(), field.noise.names.len())),
                inputs: Inputs::Everything,
            });
        }
        self.events(&mut text);
        text
    }

    /// Discrete states and jumps.
    fn events(&self, text: &mut String) {
        let field = self.field;
        if !field.modes.is_empty() {
            let initial = field.modes.iter().enumerate();
            let results = initial.map(|(place, mode)| (format!("out[{place}]"), mode.initial));
            *text += &self.function(&Definition {
                name: "initial_modes".into(),
                doc: "The discrete states at the start.",
                results: results.collect(),
                shape: Some(field.modes.len().to_string()),
                inputs: Inputs::Parameters,
            });
        }
        let mut table = String::new();
        for event in &field.events {
            let stem = plain(&event.name);
            *text += &self.function(&Definition {
                name: format!("when_{stem}"),
                doc: "The event happens where this crosses zero.",
                results: vec![("out".into(), event.when)],
                shape: None,
                inputs: Inputs::Everything,
            });
            let assigned = event.assignments.iter().map(|(target, id)| {
                let place = match target {
                    Target::State(place) => *place as usize,
                    Target::Mode(place) => field.dim() + *place as usize,
                };
                (format!("out[{place}]"), *id)
            });
            *text += &self.function(&Definition {
                name: format!("jump_{stem}"),
                doc: "State after the event, and the discrete states after it.",
                results: assigned.collect(),
                shape: Some("jump".into()),
                inputs: Inputs::Everything,
            });
            let direction = match event.direction {
                Direction::Rising => 1,
                Direction::Falling => -1,
                Direction::Any => 0,
            };
            table += &format!("    ({:?}, when_{stem}, {direction}, jump_{stem}),\n", event.name);
        }
        if !table.is_empty() {
            *text += &format!(
                "\n\n# Name, function that crosses zero, direction (1 rising, -1 falling, 0 any), jump.\nEVENTS = [\n{table}]\n"
            );
        }
    }

    fn function(&self, definition: &Definition) -> String {
        let field = self.field;
        let roots: Vec<ExprId> = definition.results.iter().map(|result| result.1).collect();
        let (used, _) = vocabulary(&field.graph, &roots);
        let mut arguments = match definition.inputs {
            Inputs::Parameters => "params=None".to_owned(),
            Inputs::TimeAndParameters => "t, params=None".into(),
            Inputs::Everything => "t, x, params=None".into(),
        };
        if definition.inputs == Inputs::Everything {
            if !field.delays.is_empty() {
                arguments += ", x_tau=None";
            }
            if !field.modes.is_empty() {
                arguments += ", modes=None";
            }
        }
        let mut text = format!(
            "\n\ndef {}({arguments}):\n    \"\"\"{}\"\"\"\n",
            definition.name, definition.doc
        );
        if definition.inputs == Inputs::Everything {
            text += "    x = np.asarray(x, dtype=float)\n";
        }
        match definition.shape.as_deref() {
            Some("jump") if field.modes.is_empty() => text += "    out = x.copy()\n",
            Some("jump") => {
                text += "    modes = initial_modes(params) if modes is None else modes\n    out = np.concatenate([x, modes])\n";
            }
            // Noise has zeros wherever nothing is said.
            Some(shape) => text += &format!("    out = np.zeros({shape})\n"),
            None => {}
        }
        text += &self.unpack(definition.inputs, &used);
        text += &self.statements(&definition.results, "    ");
        text + "    return out\n"
    }

    /// Names for the components of the arguments.
    fn unpack(&self, inputs: Inputs, used: &BTreeSet<Symbol>) -> String {
        let field = self.field;
        let mut text = String::new();
        if inputs != Inputs::Parameters && used.contains(&Symbol::Time) {
            text += "    t = np.asarray(t, dtype=float)[()]\n";
        }
        let is_used = |make: fn(u32) -> Symbol, count: usize| -> Vec<u32> {
            (0..count as u32).filter(|&place| used.contains(&make(place))).collect()
        };
        if !is_used(Symbol::Delayed, field.delays.len()).is_empty() {
            text += &self.names_of("x_tau", Symbol::Delayed, field.delays.len(), used, true);
        }
        if !is_used(Symbol::Mode, field.modes.len()).is_empty() {
            text += "    modes = initial_modes(params) if modes is None else modes\n";
            text += &self.names_of("modes", Symbol::Mode, field.modes.len(), used, true);
        }
        if inputs != Inputs::Parameters
            && !is_used(Symbol::Parameter, field.parameters.len()).is_empty()
            || inputs == Inputs::Parameters
                && used.iter().any(|s| matches!(s, Symbol::Parameter(_)))
        {
            text += "    params = DEFAULTS if params is None else parameters(params)\n";
            text +=
                &self.names_of("params", Symbol::Parameter, field.parameters.len(), used, false);
        }
        // Last: a component may have the name of the argument.
        if !is_used(Symbol::State, field.dim()).is_empty() {
            text += &self.names_of("x", Symbol::State, field.dim(), used, false);
        }
        text
    }

    fn names_of(
        &self,
        argument: &str,
        make: fn(u32) -> Symbol,
        count: usize,
        used: &BTreeSet<Symbol>,
        convert: bool,
    ) -> String {
        let mut text = String::new();
        if convert {
            text += &format!("    {argument} = np.asarray({argument}, dtype=float)\n");
        }
        if count > MANY {
            // An argument's own name goes last, so that it is there until then.
            let places = (0..count as u32).filter(|&place| used.contains(&make(place)));
            let (last, first): (Vec<u32>, Vec<u32>) =
                places.partition(|&place| self.names.of(make(place)) == argument);
            for place in first.into_iter().chain(last) {
                text += &format!("    {} = {argument}[{place}]\n", self.names.of(make(place)));
            }
            return text;
        }
        let names: Vec<&str> = (0..count as u32).map(|place| self.names.of(make(place))).collect();
        let line = format!("    {} = {argument}", names.join(", "));
        if count == 1 {
            text += &format!("    ({},) = {argument}\n", names[0]);
        } else if line.chars().count() > super::layout::WIDTH {
            text += &(fold(&format!("    ({}){GLUE}={GLUE}{argument}", names.join(", ")), "     ")
                + "\n");
        } else {
            text += &(line + "\n");
        }
        text
    }

    /// Shared parts, roots, and then the results.
    fn statements(&self, results: &[(String, ExprId)], indent: &str) -> String {
        let graph = &self.field.graph;
        let roots: Vec<ExprId> = results.iter().map(|result| result.1).collect();
        let block = Block::code(graph, &roots, &Python, self.names);
        let mut text = String::new();
        for (id, name) in &block.named {
            let Node::Root { unknown, equation, start } = graph.node(*id) else {
                text += &assignment(indent, name, &block.printer.definition(*id), "");
                continue;
            };
            let unknown = self.names.of(Symbol::Unknown(*unknown));
            let inner = format!("{indent}    ");
            text += &format!("\n{indent}def residual({unknown}):\n");
            text += &self.statements(&[("value".into(), *equation)], &inner);
            text += &format!("{inner}return value\n\n");
            let start = block.printer.at(*start, Level::Any);
            text += &assignment(indent, name, &format!("find_root(residual, {start})"), "");
        }
        for (place, id) in results {
            text += &assignment(indent, place, &block.printer.at(*id, Level::Any), "");
        }
        text
    }
}
