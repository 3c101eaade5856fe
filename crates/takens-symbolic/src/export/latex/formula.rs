//! Expressions as formulas, with an estimate of how wide they come out.

use super::super::dialect::Level;
use super::symbol::Symbols;
use crate::{Compare, ExprId, Function, Graph, Node, Rational, Symbol, to_f64};
use num_traits::{Signed, ToPrimitive, Zero};
use std::collections::HashMap;

/// How wide a line may be, in letters.
pub(super) const WIDTH: usize = 58;

/// A formula with what its surroundings must know.
#[derive(Debug, Clone)]
pub(super) struct Formula {
    pub(super) text: String,
    pub(super) level: Level,
    /// In letters.
    pub(super) width: usize,
    /// Whether brackets around it must grow.
    pub(super) tall: bool,
}

/// Formulas of a graph, some parts of which have names.
pub(super) struct Formulas<'a> {
    graph: &'a Graph,
    symbols: &'a Symbols,
    pub(super) names: HashMap<ExprId, String>,
}

impl<'a> Formulas<'a> {
    /// Without names.
    pub(super) fn bare(graph: &'a Graph, symbols: &'a Symbols) -> Self {
        Self { graph, symbols, names: HashMap::new() }
    }

    /// The name of a part that has one.
    pub(super) fn name(&self, id: ExprId) -> &str {
        self.names.get(&id).map_or("", String::as_str)
    }

    /// A whole formula.
    pub(super) fn whole(&self, id: ExprId) -> String {
        self.formula(id).text
    }

    /// A formula that can stand in a product.
    pub(super) fn factor(&self, id: ExprId) -> String {
        self.at(id, Level::Power).text
    }

    /// An equation on as many lines as it needs, broken between the terms of its sum.
    pub(super) fn broken(&self, left: &str, id: ExprId, end: &str) -> Vec<String> {
        if self.names.contains_key(&id) {
            return vec![format!("{left}{}{end}", self.name(id))];
        }
        self.defined_with(left, id, end)
    }

    /// The definition of a part that has a name.
    pub(super) fn defined(&self, left: &str, id: ExprId) -> Vec<String> {
        self.defined_with(left, id, "")
    }

    fn defined_with(&self, left: &str, id: ExprId, end: &str) -> Vec<String> {
        let mut terms = Vec::new();
        self.terms(id, true, &mut terms);
        let mut lines = Vec::new();
        let mut line = left.to_owned();
        let mut width = 8;
        for (place, (sign, term)) in terms.iter().enumerate() {
            if place > 0 && width + term.width + 3 > WIDTH {
                lines.push(line);
                line = format!("&\\quad {{}} {sign} {}", term.text);
                width = 8 + term.width;
                continue;
            }
            match (place, *sign) {
                (0, "-") => line += &format!("-{}", term.text),
                (0, _) => line += &term.text,
                _ => line += &format!(" {sign} {}", term.text),
            }
            width += term.width + 3;
        }
        lines.push(line + end);
        lines
    }

    /// The terms of a sum with their signs; `whole` if the sum is not inside of another part.
    fn terms(&self, id: ExprId, whole: bool, terms: &mut Vec<(&'static str, Formula)>) {
        // The left spine of a sum can be long: a walk, not a recursion.
        let mut spine = Vec::new();
        let mut at = id;
        loop {
            let open = at == id && whole || !self.names.contains_key(&at);
            match self.graph.node(at) {
                Node::Add(a, b) if open => {
                    spine.push((false, *b));
                    at = *a;
                }
                Node::Sub(a, b) if open => {
                    spine.push((true, *b));
                    at = *a;
                }
                _ => break,
            }
        }
        let head = if at == id && whole { self.written(at) } else { self.formula(at) };
        match head.text.strip_prefix('-') {
            Some(rest) if head.level >= Level::Sign => {
                terms.push(("-", Formula { text: rest.into(), ..head.clone() }));
            }
            _ => terms.push(("+", head)),
        }
        for (minus, term) in spine.into_iter().rev() {
            let formula = self.at(term, Level::Product);
            let (negative, formula) = self.without_minus(term, formula);
            terms.push((if minus != negative { "-" } else { "+" }, formula));
        }
    }

    /// A term whose own minus goes to the sign before it.
    fn without_minus(&self, id: ExprId, formula: Formula) -> (bool, Formula) {
        let negated = match self.graph.node(id) {
            Node::Number(value) => value.is_negative(),
            Node::Neg(_) => !self.names.contains_key(&id),
            _ => false,
        };
        if !negated {
            return (false, formula);
        }
        let bare = match self.graph.node(id) {
            Node::Neg(a) => self.at(*a, Level::Product),
            Node::Number(value) => number(&value.abs()),
            _ => formula,
        };
        (true, bare)
    }

    /// A formula, in brackets unless it binds at least so tightly.
    pub(super) fn at(&self, id: ExprId, least: Level) -> Formula {
        let formula = self.formula(id);
        if formula.level < least { brackets(formula) } else { formula }
    }

    fn formula(&self, id: ExprId) -> Formula {
        match self.names.get(&id) {
            Some(name) => atom(name.clone()),
            None => self.written(id),
        }
    }

    /// The formula of a part, though it has a name.
    pub(super) fn written(&self, id: ExprId) -> Formula {
        match self.graph.node(id) {
            Node::Number(value) => number(value),
            Node::Pi => atom("\\pi".into()),
            Node::Symbol(symbol) => atom(self.symbols.of(*symbol).into()),
            Node::Neg(a) => {
                let a = self.at(*a, Level::Product);
                Formula {
                    text: format!("-{}", a.text),
                    level: Level::Sign,
                    width: a.width + 1,
                    ..a
                }
            }
            Node::Add(..) | Node::Sub(..) => self.sum(id),
            Node::Mul(a, b) => self.product(*a, *b),
            Node::Div(a, b) => {
                let (a, b) = (self.formula(*a), self.formula(*b));
                Formula {
                    width: a.width.max(b.width) + 1,
                    text: format!("\\frac{{{}}}{{{}}}", a.text, b.text),
                    level: Level::Power,
                    tall: true,
                }
            }
            Node::Pow(a, b) => self.power(*a, *b),
            Node::Call(function, arguments) => self.call(*function, arguments),
            Node::Compare(compare, a, b) => {
                let sign = match compare {
                    Compare::Less => "<",
                    Compare::LessEqual => "\\le",
                    Compare::Greater => ">",
                    Compare::GreaterEqual => "\\ge",
                    Compare::Equal => "=",
                    Compare::NotEqual => "\\ne",
                };
                join(&self.at(*a, Level::Sum), sign, &self.at(*b, Level::Sum), Level::Compare)
            }
            Node::And(a, b) => {
                join(&self.at(*a, Level::And), "\\land", &self.at(*b, Level::Compare), Level::And)
            }
            Node::Or(a, b) => {
                join(&self.at(*a, Level::Or), "\\lor", &self.at(*b, Level::And), Level::Or)
            }
            Node::Not(a) => {
                let a = self.at(*a, Level::Atom);
                Formula { text: format!("\\neg {}", a.text), level: Level::Compare, ..a }
            }
            Node::If { condition, yes, no } => self.cases(*condition, *yes, *no),
            Node::Root { unknown, .. } => atom(self.symbols.of(Symbol::Unknown(*unknown)).into()),
        }
    }

    fn sum(&self, id: ExprId) -> Formula {
        let mut terms = Vec::new();
        self.terms(id, true, &mut terms);
        let mut sum = Formula { text: String::new(), level: Level::Sum, width: 0, tall: false };
        for (place, (sign, term)) in terms.iter().enumerate() {
            match (place, *sign) {
                (0, "+") => {}
                (0, sign) => sum.text += sign,
                (_, sign) => sum.text += &format!(" {sign} "),
            }
            sum.text += &term.text;
            sum.width += term.width + if place > 0 { 3 } else { 0 };
            sum.tall |= term.tall;
        }
        sum
    }

    fn product(&self, a: ExprId, b: ExprId) -> Formula {
        let (left, right) = (self.at(a, Level::Product), self.at(b, Level::Power));
        // A number after anything needs a sign; words and fractions need a little room.
        let digit = right.text.starts_with(|c: char| c.is_ascii_digit())
            || matches!(self.graph.node(b), Node::Number(_))
            || (matches!(self.graph.node(a), Node::Number(_)) && right.text.starts_with("\\frac"));
        let bracket = right.text.starts_with(['(', '\\'])
            && (right.text.starts_with('(') || right.text.starts_with("\\left("));
        let word = |text: &str| {
            ["\\mathrm", "\\frac", "\\sin", "\\cos", "\\tan", "\\exp", "\\ln", "\\operatorname"]
                .iter()
                .any(|start| text.contains(start))
        };
        let between = if digit {
            " \\cdot "
        } else if bracket {
            ""
        } else if word(&left.text) || word(&right.text) {
            "\\,"
        } else {
            " "
        };
        let room = if digit { 2 } else { 0 };
        Formula {
            text: format!("{}{between}{}", left.text, right.text),
            level: Level::Product,
            width: left.width + right.width + room,
            tall: left.tall || right.tall,
        }
    }

    fn power(&self, a: ExprId, b: ExprId) -> Formula {
        let exponent = match self.graph.as_number(b) {
            Some(value)
                if !value.is_integer() && value.denom().to_i64().is_some_and(|d| d < 100) =>
            {
                atom(format!("{}/{}", value.numer(), value.denom()))
            }
            _ => self.formula(b),
        };
        // sin² x, as people write it.
        if let Node::Call(function, arguments) = self.graph.node(a)
            && !self.names.contains_key(&a)
            && trigonometric(*function)
            && self
                .graph
                .as_number(b)
                .is_some_and(|value| value.is_integer() && value.is_positive())
        {
            let inner = brackets(self.formula(arguments[0]));
            return Formula {
                text: format!("{}^{{{}}}{}", operator(*function), exponent.text, inner.text),
                level: Level::Power,
                width: inner.width + 4,
                tall: inner.tall,
            };
        }
        let base = self.at(a, Level::Atom);
        // A dash or an index stays with its letter.
        let text = if base.text.contains('^')
            && base.level == Level::Atom
            && !base.text.starts_with(['(', '\\'])
        {
            format!("{{{}}}^{{{}}}", base.text, exponent.text)
        } else {
            format!("{}^{{{}}}", base.text, exponent.text)
        };
        Formula {
            text,
            level: Level::Power,
            width: base.width + exponent.width.div_ceil(2).max(1),
            tall: base.tall,
        }
    }

    fn call(&self, function: Function, arguments: &[ExprId]) -> Formula {
        let parts: Vec<Formula> = arguments.iter().map(|id| self.formula(*id)).collect();
        let tall = parts.iter().any(|part| part.tall);
        let inside: usize = parts.iter().map(|part| part.width + 1).sum();
        let first = &parts[0].text;
        let list: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
        let wrap = |open: &str, text: &str, close: &str| {
            if tall {
                format!("\\left{open} {text} \\right{close}")
            } else {
                format!("{open} {text} {close}")
            }
        };
        let (text, width) = match function {
            Function::Sqrt => (format!("\\sqrt{{{first}}}"), inside + 1),
            Function::Abs => (format!("\\left| {first} \\right|"), inside + 1),
            Function::Floor => (wrap("\\lfloor", first, "\\rfloor"), inside + 1),
            Function::Mod => {
                let (a, b) =
                    (self.at(arguments[0], Level::Power), self.at(arguments[1], Level::Power));
                let tall = a.tall || b.tall;
                let text = format!("{} \\bmod {}", a.text, b.text);
                let width = a.width + b.width + 5;
                return brackets(Formula { text, level: Level::Any, width, tall });
            }
            other => {
                let inner = if tall {
                    format!("\\!\\left({}\\right)", list.join(", "))
                } else {
                    format!("({})", list.join(", "))
                };
                (format!("{}{inner}", operator(other)), inside + 4)
            }
        };
        Formula { text, level: Level::Power, width, tall }
    }

    fn cases(&self, condition: ExprId, yes: ExprId, no: ExprId) -> Formula {
        let mut rows = vec![(yes, condition)];
        let mut rest = no;
        while let Node::If { condition, yes, no } = self.graph.node(rest)
            && !self.names.contains_key(&rest)
        {
            rows.push((*yes, *condition));
            rest = *no;
        }
        let mut text = String::from("\\begin{cases} ");
        let (mut left, mut right) = (self.formula(rest).width, 9);
        for (value, condition) in rows {
            let (value, condition) = (self.formula(value), self.formula(condition));
            (left, right) = (left.max(value.width), right.max(condition.width + 3));
            text += &format!("{} & \\text{{if }} {} \\\\ ", value.text, condition.text);
        }
        text += &format!("{} & \\text{{otherwise}} \\end{{cases}}", self.formula(rest).text);
        Formula { text, level: Level::Any, width: left + right + 3, tall: true }
    }
}

fn join(a: &Formula, sign: &str, b: &Formula, level: Level) -> Formula {
    Formula {
        text: format!("{} {sign} {}", a.text, b.text),
        level,
        width: a.width + b.width + 3,
        tall: a.tall || b.tall,
    }
}

fn brackets(formula: Formula) -> Formula {
    let text = if formula.tall {
        format!("\\left({}\\right)", formula.text)
    } else {
        format!("({})", formula.text)
    };
    Formula { text, level: Level::Atom, width: formula.width + 2, tall: formula.tall }
}

fn trigonometric(function: Function) -> bool {
    matches!(
        function,
        Function::Sin
            | Function::Cos
            | Function::Tan
            | Function::Sinh
            | Function::Cosh
            | Function::Tanh
    )
}

/// The name of a function in a formula.
fn operator(function: Function) -> String {
    match function {
        Function::Asin => "\\arcsin".into(),
        Function::Acos => "\\arccos".into(),
        Function::Atan => "\\arctan".into(),
        Function::Log => "\\ln".into(),
        Function::Sign => "\\operatorname{sgn}".into(),
        Function::Heaviside => "\\operatorname{H}".into(),
        Function::Atan2 => "\\operatorname{atan2}".into(),
        other => format!("\\{}", other.name()),
    }
}

/// A name or a number, as wide as its visible letters.
fn atom(text: String) -> Formula {
    let mut width: usize = 0;
    let mut command = false;
    for c in text.chars() {
        match c {
            '\\' => command = true,
            '{' => command = false,
            '}' | '_' | '^' => {}
            _ if command => {}
            _ => width += 1,
        }
    }
    Formula { width: width.max(1), text, level: Level::Atom, tall: false }
}

/// An exact number.
pub(super) fn number(value: &Rational) -> Formula {
    let mut text = crate::print::number(value);
    if text.contains('/') && text.len() > 14 {
        text = decimal(to_f64(value));
    }
    if let Some((above, below)) = text.split_once('/') {
        let (minus, above) = match above.strip_prefix('-') {
            Some(above) => ("-", above),
            None => ("", above),
        };
        return Formula {
            text: format!("{minus}\\frac{{{above}}}{{{below}}}"),
            level: if minus.is_empty() { Level::Power } else { Level::Sign },
            width: above.len().max(below.len()) + 1,
            tall: true,
        };
    }
    let text = if text.len() > 24 { decimal(to_f64(value)) } else { power_of_ten(&text) };
    let level = match text.starts_with('-') {
        true => Level::Sign,
        false if text.contains("\\cdot") => Level::Product,
        false => Level::Atom,
    };
    Formula { level, ..atom(text) }
}

/// A number in decimals.
pub(super) fn decimal(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "\\infty".into() } else { "-\\infty".into() };
    }
    if value.is_zero() {
        return "0".into();
    }
    let size = value.abs();
    if (1e-5..1e9).contains(&size) {
        value.to_string()
    } else {
        power_of_ten(&format!("{value:e}"))
    }
}

fn power_of_ten(text: &str) -> String {
    match text.split_once('e') {
        None => text.into(),
        Some(("1", power)) => format!("10^{{{power}}}"),
        Some((digits, power)) => format!("{digits} \\cdot 10^{{{power}}}"),
    }
}
