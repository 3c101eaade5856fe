//! Functions and constants of a file, checked.

use crate::Diagnostic;
use crate::ast::{Declared, FunctionItem};
use crate::check::{Checker, Context, Kind};
use crate::definition::{Definition, Globals};
use crate::order::{circle, mentions, order};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Names of built-in functions that have no row in the table of functions.
const SPECIAL: [&str; 7] = ["sec", "csc", "cot", "root", "sum", "prod", "noise"];

/// Functions, constants, and the kind of value that each function gives.
pub(crate) struct CheckedGlobals {
    pub(crate) globals: Arc<Globals>,
    pub(crate) kinds: HashMap<String, Kind>,
}

/// Checks functions and constants. What is at fault counts as defined but broken.
pub(crate) fn check(
    constants: Vec<Declared>,
    functions: Vec<FunctionItem>,
    broken: HashSet<String>,
    missing: bool,
    faults: &mut Vec<Diagnostic>,
) -> CheckedGlobals {
    let mut globals = Globals { broken, missing, ..Globals::default() };
    let mut order_of: Vec<String> = vec![];
    for constant in constants {
        let name = constant.name.clone();
        if constant.value.is_none() {
            let message = format!("the constant `{}` has no value", name.text);
            faults.push(Diagnostic::error("E032", name.span.clone(), message));
            globals.broken.insert(name.text.clone());
        }
        if let Some(earlier) = globals.constants.get(&name.text) {
            faults.push(twice(&name.text, &name.span, &earlier.name.span));
            continue;
        }
        order_of.push(name.text.clone());
        globals.constants.insert(name.text.clone(), constant);
    }
    for function in functions {
        let name = function.name.clone();
        let earlier = globals.functions.get(&name.text).map(|earlier| &earlier.name.span);
        let earlier = earlier.or(globals.constants.get(&name.text).map(|one| &one.name.span));
        if let Some(earlier) = earlier {
            faults.push(twice(&name.text, &name.span, earlier));
            continue;
        }
        let builtin = takens_symbolic::Function::by_name(&name.text).is_some();
        if builtin || SPECIAL.contains(&name.text.as_str()) {
            let message = format!("`{}` is a function of the language already", name.text);
            faults.push(
                Diagnostic::error("E021", name.span.clone(), message).help("choose another name"),
            );
            continue;
        }
        order_of.push(name.text.clone());
        globals.functions.insert(name.text.clone(), function);
    }
    circles(&order_of, &mut globals, faults);

    // Functions are checked in an order in which those they call have their kinds.
    let definition = Definition { globals: Arc::new(globals), ..Definition::default() };
    let mut kinds: HashMap<String, Kind> = HashMap::new();
    let sequence = sequence(&order_of, &definition.globals);
    let mut found = vec![];
    for name in &sequence {
        let mut checker = Checker::new(&definition, &kinds);
        let kind = match definition.globals.functions.get(name) {
            Some(function) => {
                let mut seen = HashSet::new();
                for argument in &function.arguments {
                    if !seen.insert(&argument.text) {
                        let message = format!("`{}` is an argument twice", argument.text);
                        found.push(Diagnostic::error("E021", argument.span.clone(), message));
                    }
                    checker.locals.push((argument.text.clone(), Kind::Number));
                }
                checker.any(
                    &function.body,
                    Context::Constant,
                    &format!("the function `{name}`"),
                    &[],
                )
            }
            None => match definition.globals.constants.get(name).and_then(|one| one.value.as_ref())
            {
                Some(value) => {
                    checker.number(
                        value,
                        Context::Constant,
                        &format!("the constant `{name}`"),
                        &[],
                    );
                    Kind::Number
                }
                None => Kind::Unknown,
            },
        };
        let faulty = checker.faults.iter().any(Diagnostic::is_error);
        found.append(&mut checker.faults);
        kinds.insert(name.clone(), if faulty { Kind::Unknown } else { kind });
    }
    faults.append(&mut found);
    CheckedGlobals { globals: definition.globals, kinds }
}

fn twice(name: &str, span: &crate::Span, earlier: &crate::Span) -> Diagnostic {
    Diagnostic::error("E021", span.clone(), format!("`{name}` is defined twice"))
        .related(earlier.clone(), "first here")
}

fn needs(names: &[String], globals: &Globals) -> Vec<(String, Vec<String>)> {
    names
        .iter()
        .map(|name| {
            let mentioned = match (globals.functions.get(name), globals.constants.get(name)) {
                (Some(function), _) => {
                    let own =
                        |text: &String| function.arguments.iter().any(|one| one.text == *text);
                    mentions(&function.body).into_iter().filter(|text| !own(text)).collect()
                }
                (_, Some(constant)) => constant.value.as_ref().map(mentions).unwrap_or_default(),
                _ => vec![],
            };
            (name.clone(), mentioned)
        })
        .collect()
}

fn sequence(names: &[String], globals: &Globals) -> Vec<String> {
    let needs = needs(names, globals);
    let list: Vec<(&str, Vec<String>)> =
        needs.iter().map(|(name, mentioned)| (name.as_str(), mentioned.clone())).collect();
    order(&list).0.into_iter().map(|place| names[place].clone()).collect()
}

fn circles(names: &[String], globals: &mut Globals, faults: &mut Vec<Diagnostic>) {
    let needs = needs(names, globals);
    let list: Vec<(&str, Vec<String>)> =
        needs.iter().map(|(name, mentioned)| (name.as_str(), mentioned.clone())).collect();
    let (_, stuck) = order(&list);
    if stuck.is_empty() {
        return;
    }
    let on_circle = circle(&list, &stuck);
    if let Some(&first) = on_circle.first() {
        let mut path: Vec<&str> = on_circle.iter().map(|&place| list[place].0).collect();
        path.push(list[first].0);
        let name = list[first].0;
        let function = globals.functions.get(name).map(|one| one.name.span.clone());
        let span = function.or(globals.constants.get(name).map(|one| one.name.span.clone()));
        let message = format!("`{name}` is defined by itself: {}", path.join(" -> "));
        faults.push(Diagnostic::error("E024", span.unwrap_or_default(), message));
    }
    let stuck: Vec<String> = stuck.iter().map(|&place| list[place].0.to_owned()).collect();
    for name in stuck {
        globals.functions.remove(&name);
        globals.constants.remove(&name);
        globals.broken.insert(name);
    }
}
