//! A system of XPPAUT as text of the language.

use super::super::formula::Piece;
use super::super::{ImportFault, Line, title_name};
use super::convert::Names;
use super::{Model, Quantity};
use std::collections::BTreeSet;
use takens_symbolic::quote;

/// The lines of the system.
pub(super) fn lines(model: &Model, name: &str) -> Result<Vec<Line>, Vec<ImportFault>> {
    let mut writer = Writer { names: Names::new(model), lines: vec![], faults: vec![] };
    writer.lines.push(Line::new("lang 1", 0));
    writer.comments(model);
    writer.functions(model);
    writer.system(model, name);
    if writer.faults.is_empty() { Ok(writer.lines) } else { Err(writer.faults) }
}

struct Writer {
    names: Names,
    lines: Vec<Line>,
    faults: Vec<ImportFault>,
}

impl Writer {
    fn line(&mut self, text: impl Into<String>, from: usize) {
        self.lines.push(Line::new(text, from));
    }

    /// An expression, or a fault in its line.
    fn text(&mut self, pieces: &[Piece], local: &[String], line: usize) -> String {
        self.names.text(pieces, local).unwrap_or_else(|message| {
            self.faults.push(ImportFault { line, message });
            String::new()
        })
    }

    fn comments(&mut self, model: &Model) {
        if !model.comments.is_empty() {
            self.line("", 0);
        }
        for (text, line) in &model.comments {
            let plain = text.replace(char::is_control, " ");
            self.line(format!("// {plain}").trim_end(), *line);
        }
    }

    fn functions(&mut self, model: &Model) {
        for function in &model.functions {
            let captured = self.names.captured.get(&function.name).cloned().unwrap_or_default();
            let all: Vec<String> = function.arguments.iter().cloned().chain(captured).collect();
            let body = self.text(&function.body, &all, function.line);
            let arguments: Vec<String> = all.iter().map(|one| quote(one).into_owned()).collect();
            let head = format!("fn {}({})", quote(&function.name), arguments.join(", "));
            self.line("", 0);
            self.line(format!("{head} = {body}"), function.line);
        }
    }

    fn system(&mut self, model: &Model, name: &str) {
        let delayed = |one: &Quantity| one.value.contains(&Piece::Name("delay".into()));
        let has_delay = model.equations.iter().chain(&model.fixed).chain(&model.aux).any(delayed);
        let kind = match (model.is_map, has_delay, !model.wiener.is_empty()) {
            (true, false, false) => "map",
            (false, true, false) => "dde",
            (false, false, true) => "sde",
            (false, false, false) => "ode",
            (true, ..) => return self.refuse("a map with delays or noise has no counterpart"),
            (false, true, true) => return self.refuse("delays with noise have no counterpart"),
        };
        self.line("", 0);
        self.line(format!("{kind} {} {{", title_name(name)), 0);
        let assigned: BTreeSet<&String> = (model.events.iter())
            .flat_map(|event| event.assignments.iter().map(|one| &one.name))
            .collect();
        let (modes, parameters): (Vec<&Quantity>, Vec<&Quantity>) =
            model.parameters.iter().partition(|one| assigned.contains(&one.name));
        self.declare("param", &parameters);
        self.declare("param", &model.derived.iter().collect::<Vec<_>>());
        // A parameter that events change is a discrete state.
        self.declare("mode", &modes);
        self.states(model, has_delay);
        let fixed: Vec<&Quantity> = model.fixed.iter().collect();
        if !fixed.is_empty() {
            self.line("", 0);
        }
        for one in fixed {
            let value = self.text(&one.value, &[], one.line);
            self.line(format!("    let {} = {value}", quote(&one.name)), one.line);
        }
        self.line("", 0);
        for one in &model.equations {
            let value = self.text(&one.value, &[], one.line);
            let name = quote(&one.name);
            let left = if model.is_map { format!("next {name}") } else { format!("{name}'") };
            self.line(format!("    {left} = {value}"), one.line);
        }
        self.outputs(model);
        self.events(model);
        self.line("}", 0);
    }

    fn refuse(&mut self, message: &str) {
        self.faults.push(ImportFault { line: 0, message: message.into() });
    }

    /// Declarations, those of one line together.
    fn declare(&mut self, word: &str, all: &[&Quantity]) {
        for group in all.chunk_by(|a, b| a.line == b.line) {
            let items: Vec<String> = group
                .iter()
                .map(|one| {
                    let value = self.text(&one.value, &[], one.line);
                    format!("{} = {value}", quote(&one.name))
                })
                .collect();
            self.line(format!("    {word} {}", items.join(", ")), group[0].line);
        }
    }

    fn states(&mut self, model: &Model, has_delay: bool) {
        let zero = |one: &Quantity| Quantity {
            name: one.name.clone(),
            value: vec![Piece::Number("0".into())],
            line: one.line,
        };
        let starts: Vec<Quantity> = (model.equations.iter())
            .map(|one| model.initial.get(&one.name).cloned().unwrap_or_else(|| zero(one)))
            .collect();
        for name in model.initial.keys() {
            if !starts.iter().any(|one| one.name == *name) {
                let line = model.initial[name].line;
                let message = format!("`{name}` has a start but no equation");
                self.faults.push(ImportFault { line, message });
            }
        }
        // A start that depends on time is the past of a delayed system.
        let of_time = |one: &Quantity| one.value.contains(&Piece::Name("t".into()));
        let at = |one: &Quantity, time: Piece| -> Quantity {
            let put = |piece: &Piece| {
                if *piece == Piece::Name("t".into()) { time.clone() } else { piece.clone() }
            };
            Quantity { value: one.value.iter().map(put).collect(), ..one.clone() }
        };
        let plain: Vec<Quantity> =
            starts.iter().map(|one| at(one, Piece::Number("0".into()))).collect();
        self.declare("state", &plain.iter().collect::<Vec<_>>());
        if has_delay {
            for one in starts.iter().filter(|one| of_time(one)) {
                let past = at(one, Piece::Name("s".into()));
                let value = self.text(&past.value, &["s".into()], one.line);
                self.line(format!("    history {}(s) = {value}", quote(&one.name)), one.line);
            }
        }
    }

    /// What XPPAUT shows beside the states: in the language, outputs stand in place of the state, so
    /// that they name it too.
    fn outputs(&mut self, model: &Model) {
        if model.aux.is_empty() {
            return;
        }
        self.line("", 0);
        for one in &model.equations {
            self.line(format!("    output {name} = {name}", name = quote(&one.name)), one.line);
        }
        for one in &model.aux {
            let value = self.text(&one.value, &[], one.line);
            self.line(format!("    output {} = {value}", quote(&one.name)), one.line);
        }
    }

    fn events(&mut self, model: &Model) {
        for (place, event) in (1..).zip(&model.events) {
            let when = self.text(&event.condition, &[], event.line);
            let direction = if event.rising { "rising" } else { "falling" };
            self.line("", 0);
            self.line(format!("    event event{place} when {when} {direction} {{"), event.line);
            for one in &event.assignments {
                let value = self.text(&one.value, &[], event.line);
                self.line(format!("        {} := {value}", quote(&one.name)), event.line);
            }
            self.line("    }", event.line);
        }
    }
}
