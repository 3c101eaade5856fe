//! A definition at given sizes: every index expanded, every expression lowered.
//!
//! [`expand`] serves twice: in full for [`crate::System::flatten`], and at the ends of each index for
//! the checks, which must cost the same for N = 10 and N = 10⁷. Its parts: `elements` of vectors and
//! matrices, `ranges` of parameters and their defaults, `equations` and the components they move,
//! `events` and the discrete states that they set.

mod delays;
mod elements;
mod equations;
mod events;
mod hamiltonian;
mod histories;
mod noise;
mod ranges;
mod slots;

use crate::Diagnostic;
use crate::ast::*;
use crate::definition::Definition;
use crate::limits::{MAX_NODES, MAX_SIZE};
use crate::lower::{Coefficients, Extent, Halt, Lowered, Lowerer, Place};
use hamiltonian::Derived;
use takens_symbolic::{Bindings, Event, ExprId, Graph, Hamiltonian, Mode, Range, evaluate};

/// All that comes out of an expansion. With [`Extent::Ends`] lists of elements have gaps.
pub(crate) struct Expansion {
    pub(crate) graph: Graph,
    pub(crate) sizes: Vec<i64>,
    pub(crate) parameters: Vec<Place>,
    pub(crate) states: Vec<Place>,
    /// Default of each scalar parameter, in flat order.
    pub(crate) defaults: Vec<(i64, ExprId)>,
    /// One for each declared parameter.
    pub(crate) ranges: Vec<Option<Range>>,
    pub(crate) wraps: Vec<Option<(f64, f64)>>,
    pub(crate) rhs: Vec<(i64, ExprId)>,
    pub(crate) initial: Vec<(i64, ExprId)>,
    pub(crate) outputs: Vec<(String, ExprId)>,
    /// Component and lag of each delayed value, in the order of [`takens_symbolic::Symbol::Delayed`].
    pub(crate) delays: Vec<(i64, ExprId)>,
    pub(crate) history: Vec<(i64, ExprId)>,
    /// Names of the paths of noise.
    pub(crate) paths: Vec<String>,
    /// For each component the paths that it sees, with their coefficients.
    pub(crate) noise: Vec<(i64, Vec<(u32, ExprId)>)>,
    pub(crate) hamiltonian: Option<Hamiltonian>,
    pub(crate) invariants: Vec<(String, ExprId)>,
    pub(crate) mode_places: Vec<Place>,
    /// Initial value of each discrete state, in flat order.
    pub(crate) modes: Vec<(i64, Mode)>,
    pub(crate) events: Vec<Event>,
}

impl Expansion {
    /// Defaults in flat order; NaN where an element was not looked at.
    pub(crate) fn default_values(&self) -> Vec<f64> {
        let total = self.defaults.iter().map(|(place, _)| place + 1).max().unwrap_or(0);
        let mut values = vec![f64::NAN; usize::try_from(total).unwrap_or(0).min(1_000_000)];
        for &(place, id) in &self.defaults {
            let bindings =
                Bindings { time: 0.0, state: &[], parameters: &values, ..Bindings::default() };
            let value = evaluate(&self.graph, &[id], &bindings)[0];
            if let Some(slot) = values.get_mut(place as usize) {
                *slot = value;
            }
        }
        values
    }
}

impl Expansion {
    /// Discrete states at their start; 0 where an element was not looked at.
    pub(crate) fn mode_values(&self, parameters: &[f64]) -> Vec<f64> {
        let last = self.mode_places.last().map_or(0, |last| last.first + last.count());
        let mut values = vec![0.0; usize::try_from(last).unwrap_or(0).min(1_000_000)];
        for (place, mode) in &self.modes {
            let bindings = Bindings { parameters, ..Bindings::default() };
            if let Some(slot) = values.get_mut(*place as usize) {
                *slot = evaluate(&self.graph, &[mode.initial], &bindings)[0];
            }
        }
        values
    }
}

/// Expands `definition`; `overrides` gives sizes in the order of its structural parameters.
pub(crate) fn expand(
    definition: &Definition,
    overrides: &[Option<i64>],
    extent: Extent,
) -> (Option<Expansion>, Vec<Diagnostic>) {
    let mut lowerer = Lowerer::new(definition, vec![], extent);
    let mut expander = Expander { lowerer: &mut lowerer, noise: vec![], energy: None };
    let expansion = expander.run(overrides);
    let faults = std::mem::take(&mut lowerer.faults);
    match expansion {
        Ok(expansion) if faults.iter().all(|fault| !fault.is_error()) => (Some(expansion), faults),
        _ => (None, faults),
    }
}

/// The name of an element: `x`, `x[3]`, `k[0,1]`.
pub(crate) fn element_name(name: &str, indices: &[i64]) -> String {
    if indices.is_empty() {
        return name.to_owned();
    }
    let indices: Vec<String> = indices.iter().map(i64::to_string).collect();
    format!("{name}[{}]", indices.join(","))
}

/// All tuples of one value from each list, the last running fastest.
pub(crate) fn tuples(lists: &[Vec<i64>]) -> Vec<Vec<i64>> {
    lists.iter().fold(vec![vec![]], |tuples, list| {
        tuples
            .iter()
            .flat_map(|tuple| {
                list.iter().map(move |&value| {
                    let mut longer = tuple.clone();
                    longer.push(value);
                    longer
                })
            })
            .collect()
    })
}

struct Expander<'l, 'a> {
    lowerer: &'l mut Lowerer<'a>,
    /// Coefficients of noise by component, as equations are read.
    noise: Vec<(i64, Coefficients)>,
    /// The energy and what follows from it.
    energy: Option<Derived>,
}

impl<'a> Expander<'_, 'a> {
    fn run(&mut self, overrides: &[Option<i64>]) -> Lowered<Expansion> {
        let definition = self.lowerer.definition;
        self.sizes(overrides)?;
        self.index_bounds()?;
        self.lowerer.parameters = self.places(&definition.parameters)?;
        self.lowerer.states = self.places(&definition.states)?;
        self.lowerer.modes = self.places(&definition.modes)?;
        // From here on one fault does not hide the next: each part is lowered for itself.
        let (defaults, ranges) = self.defaults();
        self.lets();
        self.energy = self.energy();
        let mut rhs = self.equations();
        rhs.extend(self.energy.iter_mut().flat_map(|derived| std::mem::take(&mut derived.rhs)));
        let mut initial = self.initial();
        let history = self.histories(&mut initial);
        let modes = self.modes();
        let events = self.events();
        let wraps = self.wraps();
        let outputs = self.outputs();
        let mut invariants = self.invariants();
        self.steady(&outputs, "an output");
        self.steady(&invariants, "an invariant");
        if self.lowerer.too_large {
            return Err(Halt);
        }
        let hamiltonian = self.energy.take().map(|derived| {
            if derived.conserved {
                invariants.insert(0, ("hamiltonian".to_owned(), derived.hamiltonian.energy));
            }
            derived.hamiltonian
        });
        let (paths, noise) = self.paths();
        let delays = self.lags(&defaults, &ranges);
        let mut expansion = Expansion {
            graph: std::mem::take(&mut self.lowerer.graph),
            sizes: self.lowerer.sizes.clone(),
            parameters: self.lowerer.parameters.clone(),
            states: self.lowerer.states.clone(),
            defaults,
            ranges,
            wraps,
            rhs,
            initial,
            outputs,
            delays,
            history,
            paths,
            noise,
            hamiltonian,
            invariants,
            mode_places: self.lowerer.modes.clone(),
            modes,
            events,
        };
        expansion.order_delays();
        Ok(expansion)
    }

    fn invariants(&mut self) -> Vec<(String, ExprId)> {
        let mut found = vec![];
        for invariant in &self.lowerer.definition.invariants {
            if let Ok(id) = self.lowerer.number(&invariant.value) {
                found.push((invariant.name.text.clone(), id));
            }
        }
        found
    }

    /// Reports what is to have a value at each instant and reads the past or noise.
    fn steady(&mut self, named: &[(String, ExprId)], what: &str) {
        for (name, id) in named {
            if let Some(fault) = self.unsteady(name, *id, what) {
                self.lowerer.fault(fault);
            }
        }
    }

    fn sizes(&mut self, overrides: &[Option<i64>]) -> Lowered<()> {
        for (place, declared) in self.lowerer.definition.structural.iter().enumerate() {
            let given = overrides.get(place).copied().flatten();
            let size = match (given, &declared.value) {
                (Some(size), _) => size,
                (None, Some(value)) => self.lowerer.integer(value)?,
                (None, None) => return Err(Halt),
            };
            self.lowerer.sizes.push(size);
            if given.is_none()
                && let Some(interval) = &declared.range
                && let Some(range) = self.range(interval)
            {
                self.in_range(&declared.name, declared, size as f64, &range);
            }
        }
        Ok(())
    }

    fn index_bounds(&mut self) -> Lowered<()> {
        for index in &self.lowerer.definition.indices {
            let low = self.lowerer.integer(&index.low)?;
            let high = self.lowerer.integer(&index.high)?;
            let span = index.low.span.start..index.high.span.end;
            if high > MAX_SIZE {
                let message = format!(
                    "the index `{}` runs to {high}; at most {MAX_SIZE} is allowed",
                    index.name
                );
                return Err(self.lowerer.fault(Diagnostic::error("E003", span, message)));
            }
            if low >= high {
                let message =
                    format!("the index `{}` runs over nothing: {low}..{high} is empty", index.name);
                return Err(self.lowerer.fault(Diagnostic::error("E061", span, message)));
            }
            if low < 0 {
                let message =
                    format!("the index `{}` starts at {low}; indices start at 0", index.name);
                return Err(self.lowerer.fault(Diagnostic::error("E040", span, message)));
            }
        }
        Ok(())
    }

    fn places(&mut self, declared: &[Declared]) -> Lowered<Vec<Place>> {
        let mut first = 0_i64;
        let mut places = vec![];
        for one in declared {
            let shape = match &one.value {
                Some(Expr { kind: ExprKind::Matrix(rows), .. }) if one.subscripts.is_empty() => {
                    let columns = rows.first().map_or(0, Vec::len) as i64;
                    if rows.len() <= 1 { vec![columns] } else { vec![rows.len() as i64, columns] }
                }
                _ => self.lowerer.shape_of_subscripts(&one.subscripts)?,
            };
            let place = Place { shape, first };
            first = first.saturating_add(place.count());
            let limit = if self.lowerer.extent == Extent::Full {
                MAX_NODES as i64
            } else {
                i64::from(u32::MAX)
            };
            if first > limit {
                self.lowerer.spend(usize::MAX, &one.span)?;
            }
            places.push(place);
        }
        Ok(places)
    }

    fn lets(&mut self) {
        let definition = self.lowerer.definition;
        for (place, declared) in definition.lets.iter().enumerate() {
            let Ok(shape) = self.lowerer.shape_of_subscripts(&declared.subscripts) else {
                continue;
            };
            if self.lowerer.spend(1, &declared.span).is_err() {
                return;
            }
            let lists: Vec<Vec<i64>> =
                shape.iter().map(|&size| self.lowerer.run(0, size)).collect();
            let count = lists.iter().map(Vec::len).product();
            if self.lowerer.spend(count, &declared.span).is_err() {
                return;
            }
            for indices in tuples(&lists) {
                if self.lowerer.let_value(place, indices).is_err() {
                    break;
                }
            }
        }
    }

    fn initial(&mut self) -> Vec<(i64, ExprId)> {
        let definition = self.lowerer.definition;
        let mut found = vec![];
        for (place, state) in definition.states.iter().enumerate() {
            let Some(value) = &state.value else { continue };
            let place = self.lowerer.states[place].clone();
            let elements = self.elements(state, value, &place);
            found.extend(elements.into_iter().map(|(_, flat, id)| (flat, id)));
        }
        found
    }

    fn outputs(&mut self) -> Vec<(String, ExprId)> {
        let definition = self.lowerer.definition;
        let mut found = vec![];
        for output in &definition.outputs {
            let Some(value) = &output.value else { continue };
            let Ok(shape) = self.lowerer.shape_of_subscripts(&output.subscripts) else { continue };
            let place = Place { shape, first: 0 };
            for (indices, _, id) in self.elements(output, value, &place) {
                found.push((element_name(&output.name.text, &indices), id));
            }
        }
        found
    }
}
