//! C99: `void NAME_rhs(double t, const double *x, const double *p, double *f)` and what goes with it.
//!
//! Files of several systems can be put together into one: what they share is guarded.

use super::dialect::{Dialect, Level, Printer, Text, bracketed, floating, integer_exponent};
use super::layout::{assignment, comment};
use super::names::{Names, plain};
use super::plan::is_condition;
use super::{About, Block, all_expressions, has_root, header, vocabulary};
use crate::{Direction, ExprId, FieldKind, Function, Node, Rational, Symbol, Target, VectorField};
use std::collections::BTreeSet;

/// Words of C and C++, macros of the headers, and functions that expressions call.
const RESERVED: &str = "\
    alignas alignof and asm auto bool break case catch char class compl concept const \
    constexpr continue default delete do double else enum explicit export extern false float \
    for friend goto if inline int long mutable namespace new not nullptr operator or private \
    protected public register requires restrict return short signed sizeof static \
    static_assert struct switch template this thread_local throw true try typedef typeid \
    typename typeof union unsigned using virtual void volatile while xor linux unix NAN \
    INFINITY HUGE_VAL NULL M_PI M_E EOF RAND_MAX BUFSIZ OVERFLOW UNDERFLOW DOMAIN SING PLOSS \
    TLOSS main signgam errno stdin stdout stderr assert sin cos tan asin acos atan atan2 \
    sinh cosh tanh exp log sqrt fabs floor pow isfinite isnan signbit x_ p_ f_ x_tau_ modes_ \
    a_";

struct C;

impl Dialect for C {
    fn number(&self, value: &Rational, _alone: bool) -> Text {
        floating(value, true, "HUGE_VAL")
    }

    fn pi(&self) -> &'static str {
        "3.141592653589793"
    }

    fn power(&self, printer: &Printer, base: ExprId, exponent: ExprId) -> Text {
        match integer_exponent(printer.graph, exponent) {
            Some(integer) => {
                let simple = matches!(printer.graph.node(base), Node::Symbol(_))
                    || printer.locals.contains_key(&base);
                let text = printer.at(base, Level::Any);
                match integer {
                    2 if simple => (format!("{text}*{text}"), Level::Product),
                    _ => (format!("takens_powi({text}, {integer})"), Level::Atom),
                }
            }
            None => {
                let (base, exponent) =
                    (printer.at(base, Level::Any), printer.at(exponent, Level::Any));
                (format!("pow({base}, {exponent})"), Level::Atom)
            }
        }
    }

    fn call(&self, function: Function, arguments: &[String]) -> Text {
        let name = match function {
            Function::Abs => "fabs",
            Function::Sign
            | Function::Heaviside
            | Function::Mod
            | Function::Min
            | Function::Max => &format!("takens_{}", function.name()),
            other => other.name(),
        };
        (format!("{name}({})", arguments.join(", ")), Level::Atom)
    }

    fn and(&self, p: &Printer, a: ExprId, b: ExprId) -> Text {
        let (a, b) = (p.condition(a, Level::And), p.condition(b, Level::Compare));
        (format!("{a} && {b}"), Level::And)
    }

    fn or(&self, p: &Printer, a: ExprId, b: ExprId) -> Text {
        // Compilers warn of `a && b || c` without brackets.
        let part = |id| match p.graph.node(id) {
            Node::Or(..) => p.condition(id, Level::Or),
            _ => p.condition(id, Level::Compare),
        };
        (format!("{} || {}", part(a), part(b)), Level::Or)
    }

    fn not(&self, p: &Printer, a: ExprId) -> Text {
        (format!("!{}", p.condition(a, Level::Atom)), Level::Sign)
    }

    fn select(&self, p: &Printer, condition: ExprId, yes: ExprId, no: ExprId) -> Text {
        let condition = p.condition(condition, Level::Or);
        let (yes, no) = (p.at(yes, Level::Or), p.at(no, Level::Any));
        (format!("{condition} ? {yes} : {no}"), Level::Any)
    }
}

/// The file.
pub(crate) fn write(field: &VectorField, about: &About) -> String {
    let names = Names::new(field, RESERVED);
    let what = match field.kind {
        FieldKind::Flow => "right-hand side in C99",
        FieldKind::Map => "map in C99",
    };
    let mut file =
        File { field, name: plain(&about.name), names: &names, residuals: String::new(), count: 0 };
    let mut text = String::from("/*\n");
    text += &comment(" * ", &header(about, &names, what).replace("*/", "* /"));
    text += " */\n\n#include <math.h>\n";
    text += &helpers(field);
    text += &file.tables(about);
    let functions = file.functions();
    text += &file.prototypes();
    text += &file.residuals;
    text + &functions
}

/// What C has not, each guarded, so that files can be put together.
fn helpers(field: &VectorField) -> String {
    let all = all_expressions(field);
    let (_, functions) = vocabulary(&field.graph, &all);
    let needed = super::plan::needed(&field.graph, &all);
    let integer_power = |id: &ExprId| match field.graph.node(*id) {
        Node::Pow(_, exponent) => integer_exponent(&field.graph, *exponent).is_some(),
        _ => false,
    };
    let mut text = String::new();
    let mut guarded = |name: &str, body: &str| {
        let macro_name = format!("TAKENS_{}", name.to_uppercase());
        text += &format!("\n#ifndef {macro_name}\n#define {macro_name}\n{body}#endif\n");
    };
    if needed.iter().any(integer_power) {
        guarded("powi", POWI);
    }
    for function in functions {
        let body = match function {
            Function::Sign => {
                "static double takens_sign(double a) { return a > 0.0 ? 1.0 : a < 0.0 ? -1.0 : 0.0; }\n"
            }
            Function::Heaviside => {
                "static double takens_heaviside(double a) { return a > 0.0 ? 1.0 : 0.0; }\n"
            }
            Function::Mod => {
                "static double takens_mod(double a, double b) { return a - b*floor(a/b); }\n"
            }
            Function::Min => {
                "static double takens_min(double a, double b) { return a < b ? a : b; }\n"
            }
            Function::Max => {
                "static double takens_max(double a, double b) { return a > b ? a : b; }\n"
            }
            _ => continue,
        };
        guarded(function.name(), body);
    }
    if has_root(&field.graph, &all) {
        guarded("root", ROOT);
    }
    text
}

const POWI: &str = "\
/* Integer powers by repeated squaring. */
static double takens_powi(double x, int n)
{
    unsigned rest = n < 0 ? -(unsigned)n : (unsigned)n;
    double square = x, product = 1.0;
    for (; rest > 0; rest >>= 1, square *= square)
        if (rest & 1) product *= square;
    return n < 0 ? 1.0/product : product;
}
";

const ROOT: &str = "\
/* The zero that the secant method reaches from start; NaN where it reaches none. */
static double takens_root(double (*g)(double, const double *), const double *a, double start)
{
    double before = start, guess = start + 1e-4*(fabs(start) > 1.0 ? fabs(start) : 1.0);
    double g_before = g(before, a), here;
    int step;
    for (step = 0; step < 60; step++) {
        double next;
        here = g(guess, a);
        if (here == 0.0) return guess;
        next = guess - here*(guess - before)/(here - g_before);
        if (!isfinite(next)) return fabs(here) < 1e-12*(1.0 + fabs(guess)) ? guess : NAN;
        before = guess;
        g_before = here;
        guess = next;
    }
    return fabs(g(guess, a)) < 1e-9*(1.0 + fabs(guess)) ? guess : NAN;
}
";

struct File<'a> {
    field: &'a VectorField,
    name: String,
    names: &'a Names,
    /// Functions whose zeros are searched, as they come up.
    residuals: String,
    count: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inputs {
    Parameters,
    TimeAndParameters,
    Everything,
}

/// What a file declares: the name without the system's, what it does, what it reads.
struct Declared {
    name: String,
    doc: &'static str,
    inputs: Inputs,
    result: &'static str,
    results: Vec<(String, ExprId)>,
    /// A function of one result returns it.
    single: bool,
    /// What is copied first and then changed in part.
    copies: bool,
}

impl File<'_> {
    fn tables(&self, about: &About) -> String {
        let (field, name) = (self.field, &self.name);
        let mut text = format!(
            "\nenum {{ {name}_dim = {}, {name}_parameters = {} }};\n",
            field.dim(),
            field.parameters.len()
        );
        text += &comment("/* x: ", &field.states.join(", ").replace("*/", "* /"))
            .replace("\n/* x: ", "\n      ");
        text.truncate(text.trim_end().len());
        text += " */\n\n/* Default parameters, in the order of p. */\n";
        let values = field.default_parameters();
        if values.is_empty() {
            return text + &format!("const double {name}_defaults[1] = {{0.0}}; /* none */\n");
        }
        text += &format!("const double {name}_defaults[{}] = {{\n", values.len());
        for (place, (parameter, value)) in field.parameters.iter().zip(&values).enumerate() {
            let doc = about.parameter_docs.get(place).map_or("", String::as_str);
            let doc = doc.lines().next().unwrap_or("");
            let remark = if doc.is_empty() {
                parameter.name.clone()
            } else {
                format!("{}: {doc}", parameter.name)
            };
            text += &format!("    {}, /* {} */\n", literal(*value), remark.replace("*/", "* /"));
        }
        text + "};\n"
    }

    fn declared(&self) -> Vec<Declared> {
        let field = self.field;
        let numbered = |ids: &mut dyn Iterator<Item = ExprId>| -> Vec<(String, ExprId)> {
            ids.enumerate().map(|(place, id)| (format!("f_[{place}]"), id)).collect()
        };
        let plain_function = |name: &str, doc, inputs, results| Declared {
            name: name.into(),
            doc,
            inputs,
            result: "double *f",
            results,
            single: false,
            copies: false,
        };
        let everything = Inputs::Everything;
        let mut all = vec![plain_function(
            "initial",
            "The state at the start.",
            Inputs::Parameters,
            numbered(&mut field.initial.iter().copied()),
        )];
        let doc = match field.kind {
            FieldKind::Flow if field.noise.names.is_empty() => {
                "f: the time derivative of each component of x."
            }
            FieldKind::Flow => "f: the drift of each component of x.",
            FieldKind::Map => {
                "f: the image of x, which may be x itself; t: the number of the step."
            }
        };
        let rhs = numbered(&mut field.rhs.iter().copied());
        all.push(plain_function("rhs", doc, everything, rhs));
        if !field.outputs.is_empty() {
            let outputs = numbered(&mut field.outputs.iter().map(|output| output.1));
            let doc = "f: what is observed in place of the state.";
            all.push(plain_function("observe", doc, everything, outputs));
        }
        if !field.delays.is_empty() {
            let lags = numbered(&mut field.delays.iter().map(|delay| delay.lag));
            let doc = "f: how long ago each of the delayed values x_tau was.";
            all.push(plain_function("lags", doc, everything, lags));
            let history = numbered(&mut field.history.iter().copied());
            let doc = "f: the state before the start, at t <= 0.";
            all.push(plain_function("history", doc, Inputs::TimeAndParameters, history));
        }
        if !field.noise.names.is_empty() {
            let count = field.noise.names.len();
            let results = field.noise.terms.iter().enumerate().flat_map(|(row, terms)| {
                terms.iter().map(move |(column, id)| {
                    (format!("f_[{}]", row * count + *column as usize), *id)
                })
            });
            let doc =
                "f: row by row, the coefficient of each Wiener process (Ito), zeros left alone.";
            all.push(plain_function("diffusion", doc, everything, results.collect()));
        }
        if !field.modes.is_empty() {
            let modes = numbered(&mut field.modes.iter().map(|mode| mode.initial));
            let doc = "f: the discrete states at the start.";
            all.push(plain_function("initial_modes", doc, Inputs::Parameters, modes));
        }
        for event in &field.events {
            let stem = plain(&event.name);
            all.push(Declared {
                name: format!("when_{stem}"),
                doc: match event.direction {
                    Direction::Rising => "The event happens where this rises through zero.",
                    Direction::Falling => "The event happens where this falls through zero.",
                    Direction::Any => "The event happens where this crosses zero.",
                },
                inputs: everything,
                result: "",
                results: vec![("return".into(), event.when)],
                single: true,
                copies: false,
            });
            let assigned = event.assignments.iter().map(|(target, id)| match target {
                Target::State(place) => (format!("f_[{place}]"), *id),
                Target::Mode(place) => (format!("f_[{}]", field.dim() + *place as usize), *id),
            });
            all.push(Declared {
                name: format!("jump_{stem}"),
                doc: "f: the state after the event, then the discrete states.",
                inputs: everything,
                result: "double *f",
                results: assigned.collect(),
                single: false,
                copies: true,
            });
        }
        all
    }

    /// The argument list; `mark` follows each name.
    fn signature(&self, declared: &Declared, mark: &str) -> String {
        let kind = if declared.single { "double" } else { "void" };
        let mut arguments = Vec::new();
        if declared.inputs != Inputs::Parameters {
            arguments.push("double t".to_owned());
        }
        if declared.inputs == Inputs::Everything {
            arguments.push(format!("const double *x{mark}"));
        }
        arguments.push(format!("const double *p{mark}"));
        if !declared.result.is_empty() {
            arguments.push(format!("{}{mark}", declared.result));
        }
        if declared.inputs == Inputs::Everything {
            if !self.field.delays.is_empty() {
                arguments.push(format!("const double *x_tau{mark}"));
            }
            if !self.field.modes.is_empty() {
                arguments.push(format!("const double *modes{mark}"));
            }
        }
        format!("{kind} {}_{}({})", self.name, declared.name, arguments.join(", "))
    }

    fn prototypes(&self) -> String {
        let mut text =
            "\n/* p: parameters in the order of NAME_defaults. */\n".replace("NAME", &self.name);
        for (place, delay) in self.field.delays.iter().enumerate() {
            text += &format!("/* x_tau[{place}]: {} */\n", delay.name.replace("*/", "* /"));
        }
        for (place, mode) in self.field.modes.iter().enumerate() {
            text += &format!("/* modes[{place}]: {} */\n", mode.name);
        }
        for declared in self.declared() {
            text += &format!("{};\n", self.signature(&declared, ""));
        }
        text
    }

    fn functions(&mut self) -> String {
        let mut text = String::new();
        for declared in self.declared() {
            text += &format!("\n/* {} */\n{}\n{{\n", declared.doc, self.signature(&declared, "_"));
            text += &self.body(&declared);
            text += "}\n";
        }
        text
    }

    fn body(&mut self, declared: &Declared) -> String {
        let field = self.field;
        let roots: Vec<ExprId> = declared.results.iter().map(|result| result.1).collect();
        let (used, _) = vocabulary(&field.graph, &roots);
        let mut text = String::new();
        for symbol in &used {
            let (array, place) = match symbol {
                Symbol::State(place) => ("x_", place),
                Symbol::Parameter(place) => ("p_", place),
                Symbol::Delayed(place) => ("x_tau_", place),
                Symbol::Mode(place) => ("modes_", place),
                Symbol::Time | Symbol::Unknown(_) => continue,
            };
            text += &format!("    const double {} = {array}[{place}];\n", self.names.of(*symbol));
        }
        let is_used = |test: fn(&Symbol) -> bool| used.iter().any(test);
        let mut unused: Vec<&str> = Vec::new();
        if declared.inputs != Inputs::Parameters && !used.contains(&Symbol::Time) {
            unused.push("t");
        }
        if declared.inputs == Inputs::Everything {
            if !is_used(|s| matches!(s, Symbol::State(_))) && !declared.copies {
                unused.push("x_");
            }
            if !field.delays.is_empty() && !is_used(|s| matches!(s, Symbol::Delayed(_))) {
                unused.push("x_tau_");
            }
            if !field.modes.is_empty()
                && !is_used(|s| matches!(s, Symbol::Mode(_)))
                && !declared.copies
            {
                unused.push("modes_");
            }
        }
        if !is_used(|s| matches!(s, Symbol::Parameter(_))) {
            unused.push("p_");
        }
        text += &self.statements(&declared.results, declared.copies);
        for name in unused {
            text = format!("    (void){name};\n") + &text;
        }
        if declared.results.is_empty() && !declared.copies {
            text += "    (void)f_;\n";
        }
        text
    }

    fn copied(&self) -> String {
        let (dim, modes) = (self.field.dim(), self.field.modes.len());
        let mut text = "    int i_;\n".to_owned();
        text += &format!("    for (i_ = 0; i_ < {dim}; i_++) f_[i_] = x_[i_];\n");
        if modes > 0 {
            text += &format!("    for (i_ = 0; i_ < {modes}; i_++) f_[{dim} + i_] = modes_[i_];\n");
        }
        text
    }

    /// Shared parts, roots, and then the results.
    fn statements(&mut self, results: &[(String, ExprId)], copies: bool) -> String {
        let graph = &self.field.graph;
        let roots: Vec<ExprId> = results.iter().map(|result| result.1).collect();
        let block = Block::code(graph, &roots, &C, self.names);
        let mut text = String::new();
        for (id, name) in &block.named {
            let node = graph.node(*id);
            if let Node::Root { unknown, equation, start } = node {
                let start = block.printer.at(*start, Level::Any);
                text += &self.root(name, *unknown, *equation, &start);
                continue;
            }
            let kind = if is_condition(node) { "int" } else { "double" };
            let left = format!("const {kind} {name}");
            text += &assignment("    ", &left, &block.printer.definition(*id), ";");
        }
        if copies {
            text += &self.copied();
        }
        for (place, id) in results {
            let node = graph.node(*id);
            let value = if is_condition(node) && !block.printer.locals.contains_key(id) {
                bracketed((block.printer.at(*id, Level::Or), Level::Any), Level::Atom)
                    + " ? 1.0 : 0.0"
            } else {
                block.printer.at(*id, Level::Any)
            };
            if place == "return" {
                text += &format!("    return {value};\n");
            } else {
                text += &assignment("    ", place, &value, ";");
            }
        }
        text
    }

    /// A search: its function stands before all others, and gets what it needs in an array.
    fn root(&mut self, name: &str, unknown: u32, equation: ExprId, start: &str) -> String {
        self.count += 1;
        let function = format!("{}_residual{}", self.name, self.count);
        let (used, _) = vocabulary(&self.field.graph, &[equation]);
        // Unknowns of searches further in stay there.
        let mut bound: BTreeSet<Symbol> = BTreeSet::from([Symbol::Unknown(unknown)]);
        for id in super::plan::needed(&self.field.graph, &[equation]) {
            if let Node::Root { unknown, .. } = self.field.graph.node(id) {
                bound.insert(Symbol::Unknown(*unknown));
            }
        }
        let captured: Vec<Symbol> = used.difference(&bound).copied().collect();
        let mut body = String::new();
        for (place, symbol) in captured.iter().enumerate() {
            body += &format!("    const double {} = a_[{place}];\n", self.names.of(*symbol));
        }
        if captured.is_empty() {
            body += "    (void)a_;\n";
        }
        body += &self.statements(&[("return".into(), equation)], false);
        let unknown = self.names.of(Symbol::Unknown(unknown));
        // What it calls itself stands before it already.
        self.residuals += &format!(
            "\nstatic double {function}(double {unknown}, const double *a_)\n{{\n{body}}}\n"
        );
        let list: Vec<&str> = captured.iter().map(|symbol| self.names.of(*symbol)).collect();
        let list = if list.is_empty() { "0.0".to_owned() } else { list.join(", ") };
        format!(
            "    const double {name}_of[] = {{{list}}};\n    const double {name} = takens_root({function}, {name}_of, {start});\n"
        )
    }
}

/// A number as C reads it.
fn literal(value: f64) -> String {
    if value.is_nan() {
        "NAN".into()
    } else if value.is_infinite() {
        if value > 0.0 { "HUGE_VAL".into() } else { "-HUGE_VAL".into() }
    } else {
        format!("{value:?}")
    }
}
