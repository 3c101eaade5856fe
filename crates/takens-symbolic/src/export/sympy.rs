//! Python with SymPy: exact formulas, numbers as rationals.

use super::dialect::{Dialect, Level, Printer, Text, sign};
use super::layout::{GLUE, assignment, comment, fold};
use super::names::Names;
use super::{About, Block, all_expressions, header, vocabulary};
use crate::{
    Compare, Direction, ExprId, FieldKind, Function, Node, Rational, Symbol, Target, VectorField,
};

/// Words of the language and names that the file uses itself.
const RESERVED: &str = "\
    False None True and as assert async await break class continue def del elif else except \
    finally for from global if import in is lambda nonlocal not or pass raise return try \
    while with yield sp symbols NAME STATES PARAMETERS INITIAL RHS OUTPUTS DELAYED HISTORY \
    DIFFUSION MODES EVENTS IMPLICIT ENERGY";

/// SymPy's words: through the module `sp` in a file, bare in an entry of ODEBench.
pub(crate) struct Sympy {
    /// What stands before each function.
    pub(crate) prefix: &'static str,
}

impl Dialect for Sympy {
    fn number(&self, value: &Rational, alone: bool) -> Text {
        let prefix = self.prefix;
        let minus = value.numer().sign() == num_bigint::Sign::Minus;
        if !value.is_integer() {
            let text = format!("{prefix}Rational({}, {})", value.numer(), value.denom());
            return (text, Level::Atom);
        }
        if alone {
            return (format!("{prefix}Integer({})", value.numer()), Level::Atom);
        }
        (value.numer().to_string(), if minus { Level::Sign } else { Level::Atom })
    }

    fn pi(&self) -> &'static str {
        if self.prefix.is_empty() { "pi" } else { "sp.pi" }
    }

    fn power(&self, printer: &Printer, base: ExprId, exponent: ExprId) -> Text {
        let exponent = match printer.graph.as_number(exponent) {
            Some(value) if value.is_integer() => value.numer().to_string(),
            _ => printer.at(exponent, Level::Sign),
        };
        (format!("{}**{exponent}", printer.at(base, Level::Atom)), Level::Power)
    }

    fn call(&self, function: Function, arguments: &[String]) -> Text {
        let name = match function {
            Function::Abs => "Abs",
            Function::Mod => "Mod",
            Function::Min => "Min",
            Function::Max => "Max",
            Function::Heaviside => {
                return (format!("{}Heaviside({}, 0)", self.prefix, arguments[0]), Level::Atom);
            }
            other => other.name(),
        };
        (format!("{}{name}({})", self.prefix, arguments.join(", ")), Level::Atom)
    }

    fn compare(&self, compare: Compare, a: String, b: String) -> Text {
        // `==` of SymPy asks for the same form and answers at once.
        match compare {
            Compare::Equal => (format!("{}Eq({a}, {b})", self.prefix), Level::Atom),
            Compare::NotEqual => (format!("{}Ne({a}, {b})", self.prefix), Level::Atom),
            _ => (format!("{a} {} {b}", sign(compare)), Level::Compare),
        }
    }

    fn and(&self, p: &Printer, a: ExprId, b: ExprId) -> Text {
        let (a, b) = (p.condition(a, Level::Any), p.condition(b, Level::Any));
        (format!("{}And({a}, {b})", self.prefix), Level::Atom)
    }

    fn or(&self, p: &Printer, a: ExprId, b: ExprId) -> Text {
        let (a, b) = (p.condition(a, Level::Any), p.condition(b, Level::Any));
        (format!("{}Or({a}, {b})", self.prefix), Level::Atom)
    }

    fn not(&self, p: &Printer, a: ExprId) -> Text {
        (format!("{}Not({})", self.prefix, p.condition(a, Level::Any)), Level::Atom)
    }

    fn select(&self, p: &Printer, condition: ExprId, yes: ExprId, no: ExprId) -> Text {
        let mut pieces = format!(
            "{}Piecewise(({}, {})",
            self.prefix,
            p.at(yes, Level::Any),
            p.condition(condition, Level::Any)
        );
        let mut rest = no;
        while let Node::If { condition, yes, no } = p.graph.node(rest)
            && !p.locals.contains_key(&rest)
        {
            let (yes, condition) = (p.at(*yes, Level::Any), p.condition(*condition, Level::Any));
            pieces += &format!(", ({yes}, {condition})");
            rest = *no;
        }
        (format!("{pieces}, ({}, True))", p.at(rest, Level::Any)), Level::Atom)
    }
}

/// The file.
pub(crate) fn write(field: &VectorField, about: &About) -> String {
    let names = Names::new(field, RESERVED);
    let dialect = Sympy { prefix: "sp." };
    let mut roots = all_expressions(field);
    roots.extend(equations_of_roots(field, &roots));
    let block = Block::code(&field.graph, &roots, &dialect, &names);
    let at = |id: ExprId| block.printer.at(id, Level::Any);
    let what = match field.kind {
        FieldKind::Flow => "right-hand side in SymPy",
        FieldKind::Map => "map in SymPy",
    };
    let mut text = String::from("\"\"\"");
    text += &comment("", &header(about, &names, what).replace('\\', "\\\\").replace('"', "'"));
    text += "\"\"\"\n\nimport sympy as sp\n\n\n";
    text += "def symbols(*names):\n    return [sp.Symbol(name, real=True) for name in names]\n\n\n";
    text += &format!("NAME = \"{}\"\n(t,) = symbols(\"t\")\n", about.name);
    let define = |symbols: &[Symbol], shown: &[String]| -> String {
        if symbols.is_empty() {
            return String::new();
        }
        let left: Vec<&str> = symbols.iter().map(|symbol| names.of(*symbol)).collect();
        let right: Vec<String> = shown.iter().map(|name| format!("{name:?}")).collect();
        let line = format!("[{}]{GLUE}={GLUE}symbols({})", left.join(", "), right.join(", "));
        fold(&line, "    ") + "\n"
    };
    let all = |make: fn(u32) -> Symbol, count: usize| -> Vec<Symbol> {
        (0..count as u32).map(make).collect()
    };
    let states = all(Symbol::State, field.dim());
    let parameters = all(Symbol::Parameter, field.parameters.len());
    let delayed = all(Symbol::Delayed, field.delays.len());
    let modes = all(Symbol::Mode, field.modes.len());
    let texts =
        |names: &mut dyn Iterator<Item = &String>| -> Vec<String> { names.cloned().collect() };
    text += &define(&states, &field.states);
    text += &define(&parameters, &texts(&mut field.parameters.iter().map(|one| &one.name)));
    text += &define(&delayed, &texts(&mut field.delays.iter().map(|one| &one.name)));
    text += &define(&modes, &texts(&mut field.modes.iter().map(|one| &one.name)));
    let (used, _) = vocabulary(&field.graph, &roots);
    let unknowns: Vec<Symbol> =
        used.into_iter().filter(|symbol| matches!(symbol, Symbol::Unknown(_))).collect();
    text +=
        &define(&unknowns, &unknowns.iter().map(|s| names.of(*s).to_owned()).collect::<Vec<_>>());

    let mut implicit = Vec::new();
    let mut shared = String::new();
    for (id, name) in &block.named {
        match field.graph.node(*id) {
            Node::Root { unknown, equation, start } => {
                let unknown = names.of(Symbol::Unknown(*unknown));
                shared += &format!("{name} = {unknown}\n");
                implicit.push(format!("({unknown}, {}, {}),", at(*equation), at(*start)));
            }
            _ => shared += &assignment("", name, &block.printer.definition(*id), ""),
        }
    }
    if !shared.is_empty() {
        text += &format!("\n# Shared parts.\n{shared}");
    }
    let table = |name: &str, rows: Vec<String>, open: &str, close: &str| -> String {
        let mut text = format!("\n{name} = {open}\n");
        for row in rows {
            text += &(fold(&format!("    {row}"), "        ") + "\n");
        }
        text + close + "\n"
    };
    let pairs = |symbols: &[Symbol], ids: &[ExprId]| -> Vec<String> {
        symbols.iter().zip(ids).map(|(s, id)| format!("{}: {},", names.of(*s), at(*id))).collect()
    };
    let defaults: Vec<ExprId> = field.parameters.iter().map(|one| one.default).collect();
    let rows = |ids: &mut dyn Iterator<Item = ExprId>| ids.map(|id| at(id) + ",").collect();
    if !implicit.is_empty() {
        text += "\n# Unknown, what vanishes there, and where the search for it starts.";
        text += &table("IMPLICIT", implicit, "[", "]");
    }
    let list: Vec<&str> = states.iter().map(|symbol| names.of(*symbol)).collect();
    text += &("\n".to_owned() + &fold(&format!("STATES = [{}]", list.join(", ")), "    ") + "\n");
    text += &table("PARAMETERS", pairs(&parameters, &defaults), "{", "}");
    text += &table("INITIAL", pairs(&states, &field.initial), "{", "}");
    text += match field.kind {
        FieldKind::Flow => "\n# The time derivative of each state.",
        FieldKind::Map => "\n# The image of each state.",
    };
    text += &table("RHS", rows(&mut field.rhs.iter().copied()), "sp.Matrix([", "])");
    if !field.outputs.is_empty() {
        let outputs = field.outputs.iter().map(|(name, id)| format!("{name:?}: {},", at(*id)));
        text += &table("OUTPUTS", outputs.collect(), "{", "}");
    }
    if !field.delays.is_empty() {
        let rows = field.delays.iter().zip(&delayed).map(|(delay, symbol)| {
            let state = names.of(Symbol::State(delay.state));
            format!("{}: ({state}, {}),", names.of(*symbol), at(delay.lag))
        });
        text += "\n# Delayed value: state, how long ago.";
        text += &table("DELAYED", rows.collect(), "{", "}");
        text += &table("HISTORY", pairs(&states, &field.history), "{", "}");
    }
    if !field.noise.names.is_empty() {
        text += &diffusion(field, &at);
    }
    if !field.modes.is_empty() {
        let initial: Vec<ExprId> = field.modes.iter().map(|mode| mode.initial).collect();
        text += &table("MODES", pairs(&modes, &initial), "{", "}");
    }
    if !field.events.is_empty() {
        text += "\n# Name, what crosses zero, direction, new values.";
        text += &table("EVENTS", events(field, &names, &at), "[", "]");
    }
    if let Some(hamiltonian) = &field.hamiltonian {
        text += &("\n".to_owned() + &assignment("", "ENERGY", &at(hamiltonian.energy), ""));
    }
    text
}

/// The equations inside all roots, which need the shared parts as well.
fn equations_of_roots(field: &VectorField, roots: &[ExprId]) -> Vec<ExprId> {
    let needed = super::plan::needed(&field.graph, roots);
    let equation = |id| match field.graph.node(id) {
        Node::Root { equation, .. } => Some(*equation),
        _ => None,
    };
    needed.into_iter().filter_map(equation).collect()
}

fn diffusion(field: &VectorField, at: &dyn Fn(ExprId) -> String) -> String {
    let mut text =
        String::from("\n# Coefficient of each Wiener process (column) in each state (Ito).\n");
    text += &format!("DIFFUSION = sp.zeros({}, {})\n", field.dim(), field.noise.names.len());
    for (row, terms) in field.noise.terms.iter().enumerate() {
        for (column, id) in terms {
            text += &assignment("", &format!("DIFFUSION[{row}, {column}]"), &at(*id), "");
        }
    }
    text
}

fn events(field: &VectorField, names: &Names, at: &dyn Fn(ExprId) -> String) -> Vec<String> {
    let rows = field.events.iter().map(|event| {
        let direction = match event.direction {
            Direction::Rising => 1,
            Direction::Falling => -1,
            Direction::Any => 0,
        };
        let assigned: Vec<String> = event
            .assignments
            .iter()
            .map(|(target, id)| {
                let symbol = match target {
                    Target::State(place) => Symbol::State(*place),
                    Target::Mode(place) => Symbol::Mode(*place),
                };
                format!("{}: {}", names.of(symbol), at(*id))
            })
            .collect();
        format!("({:?}, {}, {direction}, {{{}}}),", event.name, at(event.when), assigned.join(", "))
    });
    rows.collect()
}
