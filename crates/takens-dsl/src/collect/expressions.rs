//! Every expression of a system goes through the checker, each in its own context.

use super::{Collector, RawSystem};
use crate::Diagnostic;
use crate::ast::*;
use crate::check::{Checker, Context, Kind};
use crate::definition::Role;
use crate::lower::subscript_names;
use std::collections::{HashMap, HashSet};

impl Collector {
    /// Checks every expression; gives the names that are used.
    pub(super) fn expressions(
        &mut self,
        raw: &RawSystem,
        kinds: &HashMap<String, Kind>,
    ) -> HashSet<String> {
        let definition = &self.definition;
        let mut checker = Checker::new(definition, kinds);
        for index in &definition.indices {
            let place = format!("the index `{}`", index.name);
            checker.number(&index.low, Context::Structural, &place, &[]);
            checker.number(&index.high, Context::Structural, &place, &[]);
        }
        for (section, context) in [
            (&definition.structural, Context::Structural),
            (&definition.parameters, Context::Parameter),
        ] {
            for declared in section {
                let place = format!("the default of `{}`", declared.name.text);
                declaration(&mut checker, declared, context, &place);
            }
        }
        checker.lets = vec![(Kind::Unknown, true); definition.lets.len()];
        for (place, declared) in definition.lets.iter().enumerate() {
            let what = format!("`{}`", declared.name.text);
            let Some(value) = &declared.value else { continue };
            let indices = indices_of(&mut checker, &declared.subscripts);
            let kind = checker.any(value, Context::Run, &what, &indices);
            let kind = if kind == Kind::Static { Kind::Number } else { kind };
            checker.lets[place] = (kind, checker.dynamic);
        }
        for state in &definition.states {
            let place = format!("the initial value of `{}`", state.name.text);
            declaration(&mut checker, state, Context::Initial, &place);
        }
        for mode in &definition.modes {
            let place = format!("the initial value of `{}`", mode.name.text);
            declaration(&mut checker, mode, Context::Initial, &place);
        }
        for event in &definition.events {
            let place = format!("the event `{}`", event.name.text);
            let indices = indices_of(&mut checker, &event.subscripts);
            checker.number(&event.when, Context::Run, &place, &indices);
            let broken = matches!(event.when.kind, ExprKind::Broken);
            if !checker.dynamic && !broken && !checker.faults.iter().any(Diagnostic::is_error) {
                let message = format!(
                    "what `{}` watches depends on neither state nor time, and never crosses zero",
                    event.name.text
                );
                let span = event.when.span.clone();
                checker.faults.push(
                    Diagnostic::error("E117", span, message)
                        .help("watch an expression in the states or in `t`"),
                );
            }
            for assignment in &event.assignments {
                for subscript in &assignment.subscripts {
                    let what = "a subscript";
                    checker.number(subscript, Context::Structural, what, &indices);
                }
                checker.number(&assignment.right, Context::Run, &place, &indices);
            }
        }
        for equation in &definition.equations {
            let equation = &equation.equation;
            let place = format!("the equation of `{}`", equation.target.text);
            let indices = target_indices(&mut checker, &equation.subscripts);
            checker.number(&equation.right, Context::Run, &place, &indices);
        }
        for (_, history) in &definition.histories {
            let place = format!("the history of `{}`", history.state.name.text);
            let indices = target_indices(&mut checker, &history.state.subscripts);
            checker.locals.push((history.time.text.clone(), Kind::Number));
            checker.number(&history.value, Context::Initial, &place, &indices);
            checker.locals.pop();
        }
        if let Some(energy) = &definition.energy {
            for (position, momentum) in &energy.pairs {
                target_indices(&mut checker, &position.subscripts);
                target_indices(&mut checker, &momentum.subscripts);
            }
            checker.number(&energy.value, Context::Run, "the energy", &[]);
        }
        for invariant in &definition.invariants {
            let place = format!("the invariant `{}`", invariant.name.text);
            checker.number(&invariant.value, Context::Run, &place, &[]);
        }
        for output in &definition.outputs {
            let place = format!("the output `{}`", output.name.text);
            declaration(&mut checker, output, Context::Run, &place);
        }
        for entry in raw.known.iter().chain(&raw.sample) {
            let place = format!("`{}`", entry.key.text);
            for value in std::iter::once(&entry.value).chain(&entry.tolerance) {
                if let Value::Expr(expr) = value {
                    checker.number(expr, Context::Run, &place, &[]);
                }
            }
        }
        let mut found = std::mem::take(&mut checker.faults);
        let used = std::mem::take(&mut checker.used);
        self.gave_up = checker.gave_up;
        self.faults.append(&mut found);
        used
    }
}

fn declaration(checker: &mut Checker, declared: &Declared, context: Context, place: &str) {
    let indices = indices_of(checker, &declared.subscripts);
    if let Some(value) = &declared.value {
        checker.number(value, context, place, &indices);
    }
    for interval in declared.range.iter().chain(&declared.wrap) {
        let place = format!("the range of `{}`", declared.name.text);
        checker.number(&interval.low, Context::Structural, &place, &[]);
        checker.number(&interval.high, Context::Structural, &place, &[]);
    }
}

/// The indices over which something is declared; each must be one, starting at 0.
fn indices_of<'d>(checker: &mut Checker, subscripts: &'d [Expr]) -> Vec<&'d str> {
    let names = subscript_names(subscripts);
    for (place, (name, subscript)) in names.iter().zip(subscripts).enumerate() {
        checker.used.insert((*name).to_owned());
        let span = subscript.span.clone();
        let fault = match checker.definition.names.get(*name).map(|entity| entity.role) {
            Some(Role::Broken) => None,
            Some(Role::Index(index)) => {
                let low = &checker.definition.indices[index].low;
                let from_zero = matches!(&low.kind, ExprKind::Number(value) if num_traits::Zero::is_zero(value));
                let message =
                    format!("`{name}` does not start at 0, as the index of a declaration does");
                let twice = names[..place].contains(name);
                if twice {
                    Some(Diagnostic::error(
                        "E021",
                        span,
                        format!("the index `{name}` stands here twice"),
                    ))
                } else {
                    (!from_zero).then(|| Diagnostic::error("E040", span, message))
                }
            }
            _ => Some(
                Diagnostic::error("E020", span, format!("no index is called `{name}`"))
                    .help(format!("declare it: `index {name} in 0..N`")),
            ),
        };
        checker.faults.extend(fault);
    }
    names
}

/// The indices that the left-hand side of an equation leaves open.
fn target_indices<'e>(checker: &mut Checker, subscripts: &'e [Expr]) -> Vec<&'e str> {
    let mut open = vec![];
    for subscript in subscripts {
        match &subscript.kind {
            ExprKind::Reference { name, subscripts, primes: 0 }
                if subscripts.is_empty()
                    && matches!(
                        checker.definition.names.get(&name.text).map(|entity| entity.role),
                        Some(Role::Index(_) | Role::Broken)
                    ) =>
            {
                checker.used.insert(name.text.clone());
                open.push(name.text.as_str());
            }
            _ => checker.number(subscript, Context::Structural, "a subscript", &[]),
        }
    }
    open
}
