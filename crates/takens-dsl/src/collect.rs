//! From the statements of a system to a checked one.
//!
//! Start at [`collect`]: names first, then the order of definitions, then every expression, then the
//! whole at the ends of its indices.

use crate::Diagnostic;
use crate::ast::*;
use crate::check::{Checker, Context, Kind};
use crate::definition::{Definition, Entity, IndexDefinition, Role, StateEquation, primed};
use crate::diagnostic::Span;
use crate::expand::{Expansion, expand};
use crate::globals::CheckedGlobals;
use crate::lint;
use crate::lower::{Extent, subscript_names, wrong_rank};
use crate::nearest::nearest;
use crate::order::{circle, mentions, order};
use crate::system::*;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use takens_symbolic::{Bindings, evaluate};

/// A system as it was read, statement by statement.
#[derive(Debug, Clone, Default)]
pub(crate) struct RawSystem {
    pub(crate) is_map: bool,
    pub(crate) name: Name,
    pub(crate) doc: String,
    pub(crate) span: Span,
    pub(crate) declarations: Vec<(Head, Declared)>,
    pub(crate) indices: Vec<Indices>,
    pub(crate) equations: Vec<Equation>,
    pub(crate) times: Vec<Name>,
    pub(crate) meta: Vec<Entry>,
    pub(crate) known: Vec<Entry>,
    pub(crate) sample: Vec<Entry>,
    /// Names that broken statements would have declared.
    pub(crate) broken: HashSet<String>,
    /// States of which an equation is broken.
    pub(crate) broken_equations: HashSet<String>,
}

/// Checks a system; `None` if it is unsound. What is wrong goes to `faults`.
pub(crate) fn collect(
    text: &str,
    raw: RawSystem,
    globals: &CheckedGlobals,
    faults: &mut Vec<Diagnostic>,
) -> Option<System> {
    let mut collector = Collector {
        definition: Definition {
            is_map: raw.is_map,
            globals: Arc::clone(&globals.globals),
            ..Definition::default()
        },
        equations_of: HashSet::new(),
        faults: vec![],
        written: vec![],
    };
    collector.names(&raw);
    collector.equations(&raw);
    collector.sort(Section::Structural);
    collector.sort(Section::Parameters);
    collector.sort(Section::Lets);
    collector.completeness(&raw);
    let used = collector.expressions(&raw, &globals.kinds);
    let Collector { definition, faults: mut found, written, .. } = collector;
    lint::unsourced(&raw.known, &mut found);
    for declared in definition.parameters.iter().chain(&definition.lets).chain(&definition.outputs)
    {
        declared.value.iter().for_each(|value| lint::rounded(text, value, &mut found));
    }
    for equation in &definition.equations {
        lint::rounded(text, &equation.equation.right, &mut found);
    }
    let uses_broken = used.iter().any(|name| definition.globals.broken.contains(name));
    let mut sound = !found.iter().any(Diagnostic::is_error)
        && !uses_broken
        && raw.broken.is_empty()
        && raw.broken_equations.is_empty();
    let (expansion, more) = expand(&definition, &[], Extent::Ends);
    let mut system = None;
    if sound {
        // Beside an error, what seems unused may only be misspelt.
        lint::unused(&definition, &used, &mut found);
        lint::idle_states(&definition, &mut found);
        found.extend(more);
        if let Some(expansion) = expansion {
            let builder = Builder { text, definition: &definition, expansion, faults: &mut found };
            system = Some(builder.build(&raw, &written));
        }
        sound = !found.iter().any(Diagnostic::is_error);
    } else {
        // Faults of values do not follow from faults of names.
        let own = ["E003", "E040", "E041", "E052", "E060", "E061"];
        found.extend(more.into_iter().filter(|fault| own.contains(&fault.code)));
    }
    faults.append(&mut found);
    let definition = Arc::new(definition);
    system.filter(|_| sound).map(|system| System { definition, ..system })
}

#[derive(Clone, Copy)]
enum Section {
    Structural,
    Parameters,
    Lets,
}

struct Collector {
    definition: Definition,
    /// Keys of states that have an equation.
    equations_of: HashSet<String>,
    faults: Vec<Diagnostic>,
    /// Names of parameters in the order in which they were declared.
    written: Vec<String>,
}

impl Collector {
    // ---- Names ------------------------------------------------------------------------------

    fn names(&mut self, raw: &RawSystem) {
        for indices in &raw.indices {
            for name in &indices.names {
                let place = self.definition.indices.len();
                if self.declare(&name.text, &name.span, Role::Index(place), Some(0)) {
                    self.definition.indices.push(IndexDefinition {
                        name: name.text.clone(),
                        low: indices.low.clone(),
                        high: indices.high.clone(),
                        boundary: indices.boundary,
                    });
                }
            }
        }
        for time in &raw.times {
            self.declare(&time.text, &time.span, Role::Time, Some(0));
        }
        for (head, declared) in &raw.declarations {
            let name = &declared.name;
            let rank = rank(declared);
            let definition = &mut self.definition;
            match head {
                Head::Output => {
                    definition.outputs.push(declared.clone());
                    continue;
                }
                Head::Structural => {
                    let role = Role::Structural(definition.structural.len());
                    if self.declare(&name.text, &name.span, role, rank) {
                        self.definition.structural.push(declared.clone());
                        self.written.push(name.text.clone());
                    }
                }
                Head::State => {
                    let role = Role::State(definition.states.len());
                    let key = primed(&name.text, declared.primes);
                    if self.declare(&key, &name.span, role, rank) {
                        self.definition.states.push(declared.clone());
                    }
                }
                Head::Let => {
                    let role = Role::Let(definition.lets.len());
                    if self.declare(&name.text, &name.span, role, rank) {
                        self.definition.lets.push(declared.clone());
                    }
                }
                Head::Param | Head::Const => {
                    let role = Role::Parameter(definition.parameters.len());
                    if self.declare(&name.text, &name.span, role, rank) {
                        self.definition.parameters.push(declared.clone());
                        self.written.push(name.text.clone());
                    }
                }
            }
        }
        for name in &raw.broken {
            let entity = Entity { role: Role::Broken, rank: None, span: 0..0 };
            self.definition.names.entry(name.clone()).or_insert(entity);
        }
        self.outputs_once();
    }

    fn declare(&mut self, key: &str, span: &Span, role: Role, rank: Option<usize>) -> bool {
        if let Some(earlier) = self.definition.names.get(key) {
            let message = format!("`{key}` is defined twice");
            self.faults.push(
                Diagnostic::error("E021", span.clone(), message).related(
                    earlier.span.clone(),
                    format!("first here, as {}", earlier.role.words()),
                ),
            );
            return false;
        }
        self.definition.names.insert(key.to_owned(), Entity { role, rank, span: span.clone() });
        true
    }

    fn outputs_once(&mut self) {
        let mut seen: HashMap<&str, &Span> = HashMap::new();
        for output in &self.definition.outputs {
            if let Some(earlier) = seen.insert(&output.name.text, &output.name.span) {
                let message = format!("the output `{}` is defined twice", output.name.text);
                self.faults.push(
                    Diagnostic::error("E021", output.name.span.clone(), message)
                        .related(earlier.clone(), "first here"),
                );
            }
        }
    }

    // ---- Equations --------------------------------------------------------------------------

    fn equations(&mut self, raw: &RawSystem) {
        for equation in &raw.equations {
            self.equation(equation, raw);
        }
        // Two equations for one scalar; those of vectors are compared element by element later.
        let mut seen: HashMap<usize, &Span> = HashMap::new();
        let mut twice = vec![];
        for one in &self.definition.equations {
            if !one.equation.subscripts.is_empty() {
                continue;
            }
            if let Some(earlier) = seen.insert(one.state, &one.equation.left) {
                let name = &self.definition.states[one.state].name.text;
                let message = format!("`{name}` has two equations");
                twice.push(
                    Diagnostic::error("E021", one.equation.left.clone(), message)
                        .related(earlier.clone(), "the first one"),
                );
            }
        }
        self.faults.append(&mut twice);
    }

    fn state_place(&self, key: &str) -> Option<usize> {
        match self.definition.names.get(key)?.role {
            Role::State(place) => Some(place),
            _ => None,
        }
    }

    fn equation(&mut self, equation: &Equation, raw: &RawSystem) {
        let name = &equation.target.text;
        if equation.primes == 0 && equation.next.is_none() {
            self.bare_equation(equation, raw);
            return;
        }
        let is_map = self.definition.is_map;
        // The wrong form is reported, and the equation counts.
        if is_map && equation.next.is_none() {
            let message = format!("`{name}'` is a derivative, and a `map` has none");
            self.wrong_form(equation, message, &format!("next {}", self.left_name(equation)));
        } else if !is_map && let Some(next) = &equation.next {
            let message = "`next` belongs in a `map`; an `ode` gives derivatives".to_owned();
            let span = next.start..equation.left.end;
            let wanted = format!("{}'", self.left_name(equation));
            self.faults.push(
                Diagnostic::error("E033", span.clone(), message)
                    .help(format!("write `{wanted} = ...`"))
                    .fix(span, wanted),
            );
        }
        if equation.primes > 2 || (equation.primes == 2 && equation.next.is_some()) {
            let message = "derivatives beyond the second are not supported".to_owned();
            self.faults.push(
                Diagnostic::error("E004", equation.left.clone(), message)
                    .help("name the lower ones as states of their own"),
            );
            self.equations_of.insert(name.clone());
            return;
        }
        if equation.primes == 2 && !is_map {
            self.second_order(equation, raw);
            return;
        }
        match self.state_place(name) {
            Some(state) => self.accept(state, name.clone(), equation.clone()),
            None => self.no_state(equation, raw),
        }
    }

    fn accept(&mut self, state: usize, key: String, equation: Equation) {
        let declared = &self.definition.states[state];
        if let Some(rank) = rank(declared)
            && rank != equation.subscripts.len()
        {
            let mut fault =
                wrong_rank(&equation.target, rank, equation.subscripts.len(), &equation.left);
            fault.related.push((declared.name.span.clone(), "declared here".to_owned()));
            self.faults.push(fault);
            self.equations_of.insert(key);
            return;
        }
        self.equations_of.insert(key);
        self.definition.equations.push(StateEquation { state, equation });
    }

    fn left_name(&self, equation: &Equation) -> String {
        let subscripts: Vec<String> = subscript_names(&equation.subscripts)
            .iter()
            .zip(&equation.subscripts)
            .map(|(name, subscript)| match &subscript.kind {
                ExprKind::Number(value) => value.to_string(),
                _ => (*name).to_owned(),
            })
            .collect();
        match subscripts.is_empty() {
            true => equation.target.text.clone(),
            false => format!("{}[{}]", equation.target.text, subscripts.join(", ")),
        }
    }

    fn wrong_form(&mut self, equation: &Equation, message: String, wanted: &str) {
        self.faults.push(
            Diagnostic::error("E033", equation.left.clone(), message)
                .help(format!("write `{wanted} = ...`"))
                .fix(equation.left.clone(), wanted),
        );
    }

    /// `x'' = ...` stands for `x' = v` and `v' = ...`, with `v` called `x'`.
    fn second_order(&mut self, equation: &Equation, raw: &RawSystem) {
        let name = &equation.target.text;
        let key = primed(name, 1);
        let (state, velocity) = (self.state_place(name), self.state_place(&key));
        match (state, velocity) {
            (Some(state), Some(velocity)) => {
                let span = equation.left.clone();
                let rate = ExprKind::Reference {
                    name: equation.target.clone(),
                    subscripts: equation.subscripts.clone(),
                    primes: 1,
                };
                let right = Expr::new(rate, span);
                self.accept(state, name.clone(), Equation { right, ..equation.clone() });
                self.accept(velocity, key, equation.clone());
            }
            (Some(state), None) => {
                let declared = &self.definition.states[state];
                let at = declared.span.end;
                self.faults.push(
                    Diagnostic::error(
                        "E032",
                        declared.name.span.clone(),
                        format!("the velocity `{name}'` has no initial value"),
                    )
                    .help(format!("write `state {name} = ..., {name}' = ...`"))
                    .fix(at..at, format!(", {name}' = 0")),
                );
                let entity = Entity { role: Role::Broken, rank: None, span: 0..0 };
                self.definition.names.insert(key, entity);
                self.equations_of.insert(name.clone());
            }
            (None, _) => self.no_state(equation, raw),
        }
    }

    /// `x = ...`: a derivative, an image or a definition in the style of another tool.
    fn bare_equation(&mut self, equation: &Equation, raw: &RawSystem) {
        let name = equation.target.text.as_str();
        let stripped = [
            name.strip_suffix("_dot"),
            name.strip_suffix("dot"),
            name.strip_suffix("_next"),
            name.strip_suffix("_new"),
            name.strip_prefix('d'),
        ];
        let candidates = std::iter::once(Some(name)).chain(stripped).flatten();
        let mut known = candidates.filter(|candidate| {
            self.state_place(candidate).is_some() || raw.broken_equations.contains(*candidate)
        });
        if let Some(base) = known.next() {
            let base = base.to_owned();
            let target = Name { text: base.clone(), span: equation.target.span.clone() };
            let meant = Equation { target, ..equation.clone() };
            let left = self.left_name(&meant);
            let (word, wanted) = if self.definition.is_map {
                ("image", format!("next {left}"))
            } else {
                ("derivative", format!("{left}'"))
            };
            let message = format!("the {word} of `{base}` is written `{wanted}`");
            self.faults.push(
                Diagnostic::error("E009", equation.left.clone(), message)
                    .help(format!("write `{wanted} =`"))
                    .fix(equation.left.clone(), wanted),
            );
            if let Some(state) = self.state_place(&base) {
                self.accept(state, base, meant);
            }
            return;
        }
        let at = equation.target.span.start;
        let message = format!("`{name} = ...` is no statement");
        self.faults.push(
            Diagnostic::error("E014", equation.left.clone(), message)
                .help(format!(
                    "a definition is written `let {name} = ...`, a parameter `param {name} = ...`"
                ))
                .fix(at..at, "let "),
        );
        // It is read as the `let` that it looks like.
        let place = self.definition.lets.len();
        let rank = Some(equation.subscripts.len());
        if self.declare(name, &equation.target.span, Role::Let(place), rank) {
            self.definition.lets.push(Declared {
                doc: String::new(),
                name: equation.target.clone(),
                subscripts: equation.subscripts.clone(),
                primes: 0,
                unit: None,
                value: Some(equation.right.clone()),
                range: None,
                over: vec![],
                wrap: None,
                span: equation.left.clone(),
            });
        }
    }

    fn no_state(&mut self, equation: &Equation, raw: &RawSystem) {
        let name = &equation.target.text;
        if raw.broken.contains(name) || raw.broken_equations.contains(name) {
            return;
        }
        let message = match self.definition.names.get(name) {
            Some(entity) => {
                format!("`{name}` is {}, not a state, and has no equation", entity.role.words())
            }
            None => format!("this is an equation for `{name}`, and no state is called so"),
        };
        let mut fault = Diagnostic::error("E031", equation.left.clone(), message);
        let states = self.definition.states.iter().map(|state| state.name.text.as_str());
        let near = nearest(name, states.filter(|state| !self.equations_of.contains(*state)));
        match near.map(str::to_owned) {
            Some(near) => {
                // It is taken for the equation of that state.
                self.equations_of.insert(near.clone());
                fault = fault
                    .help(format!("did you mean `{near}`?"))
                    .fix(equation.target.span.clone(), near);
            }
            None => {
                fault =
                    fault.help(format!("declare it: `state {name} = ...`, with its initial value"))
            }
        }
        self.faults.push(fault);
        // Uses of the name are the same fault.
        let entity = Entity { role: Role::Broken, rank: None, span: 0..0 };
        self.definition.names.entry(name.clone()).or_insert(entity);
    }

    // ---- Order ------------------------------------------------------------------------------

    fn sort(&mut self, section: Section) {
        let list = match section {
            Section::Structural => &mut self.definition.structural,
            Section::Parameters => &mut self.definition.parameters,
            Section::Lets => &mut self.definition.lets,
        };
        let mut declared = std::mem::take(list);
        let needs: Vec<(&str, Vec<String>)> = declared
            .iter()
            .map(|one| {
                (one.name.text.as_str(), one.value.as_ref().map(mentions).unwrap_or_default())
            })
            .collect();
        let (mut sorted, stuck) = order(&needs);
        if let Some(&first) = circle(&needs, &stuck).first() {
            let on_circle = circle(&needs, &stuck);
            let mut path: Vec<&str> = on_circle.iter().map(|&place| needs[place].0).collect();
            path.push(needs[first].0);
            let message =
                format!("`{}` is defined by itself: {}", needs[first].0, path.join(" -> "));
            self.faults.push(Diagnostic::error("E024", declared[first].name.span.clone(), message));
        }
        for &place in &stuck {
            if let Some(entity) = self.definition.names.get_mut(&declared[place].name.text) {
                entity.role = Role::Broken;
            }
        }
        sorted.extend(stuck.iter().copied());
        let mut slots: Vec<Option<Declared>> = declared.drain(..).map(Some).collect();
        let in_order: Vec<Declared> =
            sorted.iter().filter_map(|&place| slots[place].take()).collect();
        for (place, one) in in_order.iter().enumerate() {
            if let Some(entity) = self.definition.names.get_mut(&one.name.text)
                && entity.role != Role::Broken
            {
                entity.role = match section {
                    Section::Structural => Role::Structural(place),
                    Section::Parameters => Role::Parameter(place),
                    Section::Lets => Role::Let(place),
                };
            }
        }
        match section {
            Section::Structural => self.definition.structural = in_order,
            Section::Parameters => self.definition.parameters = in_order,
            Section::Lets => self.definition.lets = in_order,
        }
    }

    // ---- Completeness -----------------------------------------------------------------------

    fn completeness(&mut self, raw: &RawSystem) {
        if self.definition.states.is_empty() && raw.broken.is_empty() {
            let message = format!("`{}` has no state", raw.name.text);
            self.faults.push(
                Diagnostic::error("E030", raw.name.span.clone(), message)
                    .help("declare what moves: `state x = 1`"),
            );
        }
        for state in &self.definition.states {
            let key = primed(&state.name.text, state.primes);
            let name = &state.name;
            let has_equation =
                self.equations_of.contains(&key) || raw.broken_equations.contains(&name.text);
            if !has_equation {
                let (message, help) = if state.primes > 0 {
                    (
                        format!("the velocity `{key}` has no equation `{}''`", name.text),
                        format!("write `{}'' = ...`", name.text),
                    )
                } else if raw.is_map {
                    (
                        format!("no equation says how `{key}` moves"),
                        format!("write `next {key} = ...`"),
                    )
                } else {
                    (format!("no equation says how `{key}` moves"), format!("write `{key}' = ...`"))
                };
                self.faults.push(Diagnostic::error("E030", name.span.clone(), message).help(help));
            }
            if state.value.is_none() {
                let at = state.subscripts.last().map_or(name.span.end, |last| last.span.end + 1);
                self.faults.push(
                    Diagnostic::error(
                        "E032",
                        name.span.clone(),
                        format!("the state `{key}` has no initial value"),
                    )
                    .help(format!("write `state {key} = ...`"))
                    .fix(at..at, " = 0"),
                );
            }
        }
        let parameters = self.definition.parameters.iter().map(|one| ("parameter", one));
        let structural = self.definition.structural.iter().map(|one| ("structural parameter", one));
        let lets = self.definition.lets.iter().map(|one| ("definition", one));
        let outputs = self.definition.outputs.iter().map(|one| ("output", one));
        let mut missing = vec![];
        for (what, one) in parameters.chain(structural).chain(lets).chain(outputs) {
            if one.value.is_none() {
                let message = format!("the {what} `{}` has no value", one.name.text);
                missing.push(Diagnostic::error("E032", one.name.span.clone(), message));
            }
        }
        self.faults.append(&mut missing);
    }

    // ---- Expressions ------------------------------------------------------------------------

    /// Checks every expression; gives the names that are used.
    fn expressions(&mut self, raw: &RawSystem, kinds: &HashMap<String, Kind>) -> HashSet<String> {
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
        for equation in &definition.equations {
            let equation = &equation.equation;
            let place = format!("the equation of `{}`", equation.target.text);
            let indices = target_indices(&mut checker, &equation.subscripts);
            checker.number(&equation.right, Context::Run, &place, &indices);
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
        self.faults.append(&mut found);
        used
    }
}

impl Default for Name {
    fn default() -> Self {
        Self { text: String::new(), span: 0..0 }
    }
}

/// How many subscripts uses of a declaration take; `None` where its value says so.
fn rank(declared: &Declared) -> Option<usize> {
    match &declared.value {
        Some(Expr { kind: ExprKind::Matrix(rows), .. }) if declared.subscripts.is_empty() => {
            Some(if rows.len() <= 1 { 1 } else { 2 })
        }
        _ => Some(declared.subscripts.len()),
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

// ---- The public face ------------------------------------------------------------------------

struct Builder<'a> {
    text: &'a str,
    definition: &'a Definition,
    expansion: Expansion,
    faults: &'a mut Vec<Diagnostic>,
}

impl Builder<'_> {
    /// The system, its definition yet to be put in.
    fn build(mut self, raw: &RawSystem, written: &[String]) -> System {
        let values = self.default_values();
        let known = raw.known.iter().map(|entry| self.known(entry, &values)).collect();
        let sample = self.sample(&raw.sample, &values);
        let meta = self.meta(&raw.meta, &values);
        let source = |expr: &Option<Expr>| {
            expr.as_ref().map_or(String::new(), |expr| self.text[expr.span.clone()].to_owned())
        };
        let shape = |shape: &[i64]| shape.iter().map(|&size| size.max(0) as usize).collect();
        let mut parameters: Vec<ParameterInfo> = vec![];
        for one in &self.definition.structural {
            parameters.push(ParameterInfo {
                name: one.name.text.clone(),
                doc: one.doc.clone(),
                shape: vec![],
                structural: true,
                default: source(&one.value),
                range: None,
                span: one.name.span.clone(),
            });
        }
        for (place, one) in self.definition.parameters.iter().enumerate() {
            parameters.push(ParameterInfo {
                name: one.name.text.clone(),
                doc: one.doc.clone(),
                shape: shape(&self.expansion.parameters[place].shape),
                structural: false,
                default: source(&one.value),
                range: self.expansion.ranges[place].clone(),
                span: one.name.span.clone(),
            });
        }
        let places: HashMap<&str, usize> =
            written.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
        parameters.sort_by_key(|one| places.get(one.name.as_str()).copied());
        let states = self.definition.states.iter().enumerate().map(|(place, one)| StateInfo {
            name: output_name(one),
            doc: one.doc.clone(),
            shape: shape(&self.expansion.states[place].shape),
            wrap: self.expansion.wraps[place],
            span: one.name.span.clone(),
        });
        let outputs = self.definition.outputs.iter().map(|one| OutputInfo {
            name: one.name.text.clone(),
            doc: one.doc.clone(),
            span: one.name.span.clone(),
        });
        System {
            name: raw.name.text.clone(),
            kind: if raw.is_map { SystemKind::Map } else { SystemKind::Ode },
            doc: raw.doc.clone(),
            meta,
            span: raw.span.clone(),
            states: states.collect(),
            outputs: outputs.collect(),
            parameters,
            known,
            sample,
            definition: Arc::default(),
        }
    }

    /// Defaults in flat order; NaN where an element was not looked at.
    fn default_values(&self) -> Vec<f64> {
        let total = self.expansion.defaults.iter().map(|(place, _)| place + 1).max().unwrap_or(0);
        let mut values = vec![f64::NAN; usize::try_from(total).unwrap_or(0).min(1_000_000)];
        for &(place, id) in &self.expansion.defaults {
            let bindings = Bindings { time: 0.0, state: &[], parameters: &values };
            let value = evaluate(&self.expansion.graph, &[id], &bindings)[0];
            if let Some(slot) = values.get_mut(place as usize) {
                *slot = value;
            }
        }
        values
    }

    /// The numbers that an entry is at default parameters; `None` if it depends on more.
    fn numbers(&self, value: &Value, values: &[f64]) -> Option<Vec<f64>> {
        let Value::Expr(expr) = value else { return None };
        let elements: Vec<&Expr> = match &expr.kind {
            ExprKind::Matrix(rows) => rows.iter().flatten().collect(),
            _ => vec![expr],
        };
        let mut lowerer =
            crate::lower::Lowerer::new(self.definition, self.expansion.sizes.clone(), Extent::Full);
        lowerer.parameters.clone_from(&self.expansion.parameters);
        lowerer.states.clone_from(&self.expansion.states);
        let mut ids = vec![];
        for element in elements {
            ids.push(lowerer.number(element).ok()?);
        }
        let moves = |id: &takens_symbolic::ExprId| {
            use takens_symbolic::{Node, Symbol};
            matches!(lowerer.graph.node(*id), Node::Symbol(Symbol::State(_) | Symbol::Time))
        };
        let mut open = ids.clone();
        let mut seen = HashSet::new();
        while let Some(id) = open.pop() {
            if moves(&id) {
                return None;
            }
            if seen.insert(id) {
                open.extend(lowerer.graph.node(id).children());
            }
        }
        let bindings = Bindings { time: 0.0, state: &[], parameters: values };
        Some(evaluate(&lowerer.graph, &ids, &bindings))
    }

    fn known(&mut self, entry: &Entry, values: &[f64]) -> Known {
        let tolerances = entry
            .tolerance
            .as_ref()
            .and_then(|value| self.numbers(value, values))
            .unwrap_or_default();
        let numbers = self.numbers(&entry.value, values);
        if let Some(numbers) = &numbers
            && tolerances.len() > 1
            && tolerances.len() != numbers.len()
        {
            let message = format!(
                "{} tolerances for {} values; give one for each, or one for all",
                tolerances.len(),
                numbers.len()
            );
            self.faults.push(Diagnostic::error("E041", entry.value_span.clone(), message));
        }
        Known {
            name: entry.key.text.clone(),
            text: self.text[entry.value_span.clone()].to_owned(),
            values: numbers,
            tolerances,
            source: entry.source.clone(),
            span: entry.key.span.start..entry.value_span.end,
        }
    }

    fn sample(&mut self, entries: &[Entry], values: &[f64]) -> Sample {
        let mut sample = Sample::default();
        for entry in entries {
            let number =
                self.numbers(&entry.value, values).and_then(|numbers| numbers.first().copied());
            let Some(number) = number else {
                let message = format!("`{}` of `sample` is a number", entry.key.text);
                self.faults.push(Diagnostic::error("E001", entry.value_span.clone(), message));
                continue;
            };
            match entry.key.text.as_str() {
                "period" => sample.period = Some(number),
                "transient" => sample.transient = Some(number),
                other => sample.other.push((other.to_owned(), number)),
            }
        }
        sample
    }

    fn meta(&mut self, entries: &[Entry], values: &[f64]) -> Meta {
        let mut meta = Meta::default();
        for entry in entries {
            let key = entry.key.text.as_str();
            let texts = match &entry.value {
                Value::Text(text) => Some(vec![text.clone()]),
                Value::Texts(texts) => Some(texts.clone()),
                Value::Expr(_) => None,
            };
            match (key, texts) {
                ("field", Some(texts)) if texts.len() == 1 => meta.field = texts.into_iter().next(),
                ("cite", Some(texts)) => meta.cite.extend(texts),
                ("tags", Some(texts)) => meta.tags.extend(texts),
                ("same_form_as", Some(texts)) => meta.same_form_as.extend(texts),
                ("field" | "cite" | "tags" | "same_form_as", _) => {
                    let message = format!("`{key}` is a string, such as `{key}: \"...\"`");
                    self.faults.push(Diagnostic::error("E001", entry.value_span.clone(), message));
                }
                (_, Some(_)) => {
                    let value = match entry.value.clone() {
                        Value::Texts(texts) => MetaValue::Texts(texts),
                        Value::Text(text) => MetaValue::Text(text),
                        Value::Expr(_) => continue,
                    };
                    meta.other.push((key.to_owned(), value));
                }
                (_, None) => {
                    let value = match &entry.value {
                        Value::Expr(Expr { kind: ExprKind::Truth(flag), .. }) => {
                            MetaValue::Flag(*flag)
                        }
                        value => match self.numbers(value, values).as_deref() {
                            Some([number]) => MetaValue::Number(*number),
                            _ => {
                                let message = format!(
                                    "`{key}` of `meta` is a string, strings, a number, `true` or `false`"
                                );
                                self.faults.push(Diagnostic::error(
                                    "E001",
                                    entry.value_span.clone(),
                                    message,
                                ));
                                continue;
                            }
                        },
                    };
                    meta.other.push((key.to_owned(), value));
                }
            }
        }
        meta
    }
}
