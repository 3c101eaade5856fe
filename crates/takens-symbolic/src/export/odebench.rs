//! One entry of a file of ODEBench: variables `x_0`, `x_1`, ..., constants `c_0`, `c_1`, ..., and
//! equations as text that SymPy reads.

use super::dialect::{Dialect, Level, Printer, Text, floating, integer_exponent};
use super::names::Names;
use super::sympy::Sympy;
use super::{About, ExportError, all_expressions, has_root, plan, vocabulary};
use crate::{Compare, ExprId, FieldKind, Function, Graph, Rational, Symbol, VectorField, to_f64};
use std::collections::{BTreeMap, HashMap};

/// The most operations of one equation.
const LONGEST: usize = 20_000;

/// An entry; the keys of a file have the names of these fields.
#[derive(Debug, Clone, PartialEq)]
pub struct OdebenchEntry {
    /// The system's name.
    pub name: String,
    /// Where it comes from, if that is said.
    pub source: Option<String>,
    /// `x_0`, `x_1`, ...
    pub variables: Vec<String>,
    /// What the system itself calls them.
    pub variable_names: Vec<String>,
    /// `c_0`, `c_1`, ... with their values.
    pub parameters: Vec<(String, f64)>,
    /// What the system itself calls them.
    pub parameter_names: Vec<String>,
    /// Right-hand sides.
    pub rhs: Vec<String>,
    /// Right-hand sides with the values of the constants.
    pub rhs_with_values: Vec<String>,
    /// The start.
    pub initial: Vec<f64>,
    /// Ranges of the constants, as inequalities.
    pub parameter_constraints: Option<String>,
}

/// A flow as an entry of ODEBench.
///
/// # Errors
/// [`ExportError`] for what ODEBench has no form for: maps, delays, noise, events, explicit time,
/// implicit roots; and for equations that are too long without auxiliary variables.
pub fn odebench_entry(field: &VectorField, about: &About) -> Result<OdebenchEntry, ExportError> {
    let all = all_expressions(field);
    let (symbols, _) = vocabulary(&field.graph, &field.rhs);
    let feature = [
        (field.kind == FieldKind::Map, "an iterated map"),
        (!field.delays.is_empty(), "delays"),
        (!field.noise.names.is_empty(), "noise"),
        (!field.events.is_empty() || !field.modes.is_empty(), "events or discrete states"),
        (has_root(&field.graph, &all), "an implicit root"),
    ];
    let refuse = |feature, instead| ExportError::Unsupported {
        name: about.name.clone(),
        feature,
        target: "ODEBench",
        instead,
    };
    if let Some((_, feature)) = feature.into_iter().find(|(there, _)| *there) {
        return Err(refuse(feature, "its entries are autonomous ordinary differential equations"));
    }
    if symbols.contains(&Symbol::Time) {
        let instead = "make time a state: `state s = 0` with `s' = 1`";
        return Err(refuse("an equation with explicit time", instead));
    }
    if field.rhs.iter().any(|&id| is_long(&field.graph, id)) {
        return Err(ExportError::TooLong {
            name: about.name.clone(),
            limit: LONGEST,
            instead: "export it to Python or C, which share common parts",
        });
    }
    let numbered = |stem: &str, count: usize| -> Vec<String> {
        (0..count).map(|place| format!("{stem}_{place}")).collect()
    };
    let (variables, constants) =
        (numbered("x", field.dim()), numbered("c", field.parameters.len()));
    let values = field.default_parameters();
    let names = Names::new(field, "");
    let write = |values: Option<&[f64]>| -> Vec<String> {
        let dialect = Entry { variables: &variables, constants: &constants, values };
        let printer = Printer {
            graph: &field.graph,
            dialect: &dialect,
            names: &names,
            locals: HashMap::new(),
        };
        field.rhs.iter().map(|&id| printer.at(id, Level::Any)).collect()
    };
    let constraints: Vec<String> = field
        .parameters
        .iter()
        .zip(&constants)
        .filter_map(|(parameter, name)| {
            let range = parameter.range.as_ref()?;
            let sign = |closed| if closed { "<=" } else { "<" };
            let (low, high) = (to_f64(&range.low), to_f64(&range.high));
            Some(format!(
                "{low} {} {name} {} {high}",
                sign(range.low_closed),
                sign(range.high_closed)
            ))
        })
        .collect();
    Ok(OdebenchEntry {
        name: about.name.clone(),
        source: (!about.sources.is_empty()).then(|| about.sources.join("; ")),
        variable_names: field.states.clone(),
        parameter_names: field.parameters.iter().map(|one| one.name.clone()).collect(),
        parameters: constants.iter().cloned().zip(values.iter().copied()).collect(),
        rhs: write(None),
        rhs_with_values: write(Some(&values)),
        initial: field.initial_state(&values),
        parameter_constraints: (!constraints.is_empty()).then(|| constraints.join(", ")),
        variables,
    })
}

/// Whether the text of an expression, every part written out, passes the limit, in length or depth.
fn is_long(graph: &Graph, root: ExprId) -> bool {
    const DEEPEST: usize = 1000;
    let mut extent: BTreeMap<ExprId, (usize, usize)> = BTreeMap::new();
    for id in plan::needed(graph, &[root]) {
        let parts = graph.node(id).children();
        let size = parts.iter().map(|part| extent[part].0).fold(1, usize::saturating_add);
        let depth = 1 + parts.iter().map(|part| extent[part].1).max().unwrap_or(0);
        extent.insert(id, (size, depth));
    }
    let (size, depth) = extent[&root];
    size > LONGEST || depth > DEEPEST
}

/// The syntax of an entry.
struct Entry<'a> {
    variables: &'a [String],
    constants: &'a [String],
    /// Written in place of the constants.
    values: Option<&'a [f64]>,
}

const SYMPY: Sympy = Sympy { prefix: "" };

impl Dialect for Entry<'_> {
    fn number(&self, value: &Rational, _alone: bool) -> Text {
        floating(value, false, "oo")
    }

    fn pi(&self) -> &'static str {
        "pi"
    }

    fn power(&self, printer: &Printer, base: ExprId, exponent: ExprId) -> Text {
        let exponent = match integer_exponent(printer.graph, exponent) {
            Some(integer) => integer.to_string(),
            None => printer.at(exponent, Level::Sign),
        };
        (format!("{}**{exponent}", printer.at(base, Level::Atom)), Level::Power)
    }

    fn call(&self, function: Function, arguments: &[String]) -> Text {
        match function {
            Function::Abs => (format!("abs({})", arguments[0]), Level::Atom),
            _ => SYMPY.call(function, arguments),
        }
    }

    fn compare(&self, compare: Compare, a: String, b: String) -> Text {
        SYMPY.compare(compare, a, b)
    }

    fn and(&self, p: &Printer, a: ExprId, b: ExprId) -> Text {
        SYMPY.and(p, a, b)
    }

    fn or(&self, p: &Printer, a: ExprId, b: ExprId) -> Text {
        SYMPY.or(p, a, b)
    }

    fn not(&self, p: &Printer, a: ExprId) -> Text {
        SYMPY.not(p, a)
    }

    fn select(&self, p: &Printer, condition: ExprId, yes: ExprId, no: ExprId) -> Text {
        SYMPY.select(p, condition, yes, no)
    }

    fn symbol(&self, printer: &Printer, symbol: Symbol) -> Option<String> {
        let _ = printer;
        match symbol {
            Symbol::State(place) => Some(self.variables[place as usize].clone()),
            Symbol::Parameter(place) => Some(match self.values {
                Some(values) if values[place as usize] < 0.0 => {
                    format!("({:?})", values[place as usize])
                }
                Some(values) => format!("{:?}", values[place as usize]),
                None => self.constants[place as usize].clone(),
            }),
            _ => None,
        }
    }
}
