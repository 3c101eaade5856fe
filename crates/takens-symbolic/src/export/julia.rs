//! Julia with ModelingToolkit: equations, defaults, starts.
//!
//! Maps, noise and constant delays are said in ModelingToolkit's own forms. Implicit roots and events
//! are refused: no form of it has their meaning here.

use super::dialect::{Dialect, Level, Printer, Text, sign};
use super::layout::{assignment, comment, fold};
use super::names::Names;
use super::{About, Block, ExportError, all_expressions, has_root, header};
use crate::{Compare, ExprId, FieldKind, Function, Rational, Symbol, VectorField};
use std::cell::Cell;

const RESERVED: &str = "\
    baremodule begin break catch const continue do else elseif end export false finally for \
    function global if import let local macro module quote return struct true try using \
    while in isa where abstract mutable primitive type pi im D k System eqs ifelse sin cos \
    tan asin acos atan sinh cosh tanh exp log sqrt abs sign floor min max ShiftIndex Inf";

struct Julia<'a> {
    /// States, as they stand in the part that is being written.
    states: Cell<StateForm>,
    field: &'a VectorField,
}

/// How a state is called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum StateForm {
    /// `x`
    Plain,
    /// `x(k - 1)`: in a map.
    Before,
    /// `x(t)`: where `x(t - tau)` is asked for too.
    OfTime,
}

impl Dialect for Julia<'_> {
    fn number(&self, value: &Rational, _alone: bool) -> Text {
        let minus = value.numer().sign() == num_bigint::Sign::Minus;
        let small = num_traits::ToPrimitive::to_i64(value.numer()).is_some()
            && num_traits::ToPrimitive::to_i64(value.denom()).is_some();
        if !small {
            return super::dialect::floating(value, true, "Inf");
        }
        if value.is_integer() {
            return (value.numer().to_string(), if minus { Level::Sign } else { Level::Atom });
        }
        (format!("{}//{}", value.numer(), value.denom()), Level::Product)
    }

    fn pi(&self) -> &'static str {
        "pi"
    }

    fn power(&self, printer: &Printer, base: ExprId, exponent: ExprId) -> Text {
        let text =
            format!("{}^{}", printer.at(base, Level::Atom), printer.at(exponent, Level::Atom));
        (text, Level::Power)
    }

    fn call(&self, function: Function, arguments: &[String]) -> Text {
        let text = match function {
            Function::Heaviside => format!("ifelse({} > 0, 1, 0)", arguments[0]),
            Function::Atan2 => format!("atan({})", arguments.join(", ")),
            Function::Mod => {
                let [a, b] = [&arguments[0], &arguments[1]];
                format!("(({a}) - ({b})*floor(({a})/({b})))")
            }
            other => format!("{}({})", other.name(), arguments.join(", ")),
        };
        (text, Level::Atom)
    }

    fn compare(&self, compare: Compare, a: String, b: String) -> Text {
        (format!("{a} {} {b}", sign(compare)), Level::Compare)
    }

    // `&` and `|` bind tighter than comparisons here.
    fn and(&self, p: &Printer, a: ExprId, b: ExprId) -> Text {
        let (a, b) = (p.condition(a, Level::Atom), p.condition(b, Level::Atom));
        (format!("{a} & {b}"), Level::Product)
    }

    fn or(&self, p: &Printer, a: ExprId, b: ExprId) -> Text {
        let (a, b) = (p.condition(a, Level::Atom), p.condition(b, Level::Atom));
        (format!("{a} | {b}"), Level::Sum)
    }

    fn not(&self, p: &Printer, a: ExprId) -> Text {
        (format!("!{}", p.condition(a, Level::Atom)), Level::Sign)
    }

    fn select(&self, p: &Printer, condition: ExprId, yes: ExprId, no: ExprId) -> Text {
        let condition = p.condition(condition, Level::Any);
        let (yes, no) = (p.at(yes, Level::Any), p.at(no, Level::Any));
        (format!("ifelse({condition}, {yes}, {no})"), Level::Atom)
    }

    fn symbol(&self, printer: &Printer, symbol: Symbol) -> Option<String> {
        match (symbol, self.states.get()) {
            (Symbol::State(_), StateForm::Before) => {
                Some(format!("{}(k - 1)", printer.names.of(symbol)))
            }
            (Symbol::State(_), StateForm::OfTime) => {
                Some(format!("{}(t)", printer.names.of(symbol)))
            }
            (Symbol::Delayed(place), _) => {
                let delay = &self.field.delays[place as usize];
                let state = printer.names.of(Symbol::State(delay.state));
                Some(format!("{state}(t - {})", printer.at(delay.lag, Level::Product)))
            }
            _ => None,
        }
    }
}

/// The file.
pub(crate) fn write(field: &VectorField, about: &About) -> Result<String, ExportError> {
    let refuse = |feature| {
        Err(ExportError::Unsupported {
            name: about.name.clone(),
            feature,
            target: "the ModelingToolkit export",
            instead: "export it to Python or C",
        })
    };
    let all = all_expressions(field);
    if has_root(&field.graph, &all) {
        return refuse("an implicit root");
    }
    if !field.events.is_empty() || !field.modes.is_empty() {
        return refuse("events or discrete states");
    }
    let names = Names::new(field, RESERVED);
    let dialect = Julia { states: Cell::new(StateForm::Plain), field };
    let is_map = field.kind == FieldKind::Map;
    let moving = match field.kind {
        FieldKind::Map => StateForm::Before,
        FieldKind::Flow if field.delays.is_empty() => StateForm::Plain,
        FieldKind::Flow => StateForm::OfTime,
    };
    let what = "ModelingToolkit (version 10; for version 9 write ODESystem for System)";
    let mut text = comment("# ", &header(about, &names, what));
    text += "\nusing ModelingToolkit\nusing ModelingToolkit: t_nounits as t, D_nounits as D\n\n";
    let mut roots = field.rhs.clone();
    roots.extend(field.noise.terms.iter().flatten().map(|term| term.1));
    let block = Block::code(&field.graph, &roots, &dialect, &names);
    // Defaults and starts come before the shared parts, so that they name nothing.
    let bare = Block::code(&field.graph, &[], &dialect, &names);
    if !field.parameters.is_empty() {
        text += "@parameters begin\n";
        for (place, parameter) in (0..).zip(&field.parameters) {
            let default = bare.printer.at(parameter.default, Level::Any);
            let line = format!("    {} = {default}", names.of(Symbol::Parameter(place)));
            text += &(fold(&line, "        ") + "\n");
        }
        text += "end\n";
    }
    text += "@variables begin\n";
    for (place, initial) in (0..).zip(&field.initial) {
        let (name, start) = (names.of(Symbol::State(place)), bare.printer.at(*initial, Level::Any));
        text += &if field.delays.is_empty() {
            fold(&format!("    {name}(t) = {start}"), "        ") + "\n"
        } else {
            format!("    {name}(..)\n")
        };
    }
    text += "end\n";
    let noise = &field.noise.names;
    let noise_names: Vec<String> =
        noise.iter().map(|name| format!("noise_{}", super::names::plain(name))).collect();
    if !noise_names.is_empty() {
        text += &format!("@brownians {}  # version 9: @brownian\n", noise_names.join(" "));
    }
    if is_map {
        text += "k = ShiftIndex(t)\n";
    }
    dialect.states.set(moving);
    for (id, name) in &block.named {
        text += &assignment("", name, &block.printer.definition(*id), "");
    }
    text += "\neqs = [\n";
    for (place, rhs) in (0..).zip(&field.rhs) {
        let name = names.of(Symbol::State(place));
        let left = match moving {
            StateForm::Plain => format!("D({name})"),
            StateForm::Before => format!("{name}(k)"),
            StateForm::OfTime => format!("D({name}(t))"),
        };
        let mut right = block.printer.at(*rhs, Level::Any);
        for (process, id) in field.noise.terms.get(place as usize).into_iter().flatten() {
            let coefficient = block.printer.at(*id, Level::Product);
            right += &format!(" + {coefficient}*{}", noise_names[*process as usize]);
        }
        text += &equation(&format!("{left} ~ {right}"));
    }
    text += "]\n";
    if !field.delays.is_empty() {
        dialect.states.set(StateForm::Plain);
        text += "\n# The state before the start, at t <= 0: the history function of a DDEProblem.\nhistory = [\n";
        for (place, id) in (0..).zip(&field.history) {
            let name = names.of(Symbol::State(place));
            text += &equation(&format!("{name}(t) => {}", bare.printer.at(*id, Level::Any)));
        }
        text += "]\n";
    }
    text += &format!("\n@named {} = System(eqs, t)\n", super::names::plain(&about.name));
    Ok(text)
}

/// An element of a list, which goes on over lines inside of brackets.
fn equation(text: &str) -> String {
    if text.chars().count() + 5 <= super::layout::WIDTH {
        return format!("    {text},\n");
    }
    let (left, right) = text.split_once(" ~ ").unwrap_or((text, ""));
    fold(&format!("    {left} ~ ({right}),"), "        ") + "\n"
}
