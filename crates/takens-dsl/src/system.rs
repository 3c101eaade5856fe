//! A checked system, and its flat form for engines, judge and exports.

use crate::Diagnostic;
use crate::ast::Declared;
use crate::definition::{Definition, Role};
use crate::diagnostic::Span;
use crate::expand::{Expansion, element_name, expand, tuples};
use crate::limits::MAX_SIZE;
use crate::lower::{Extent, Lowerer, Place};
use std::collections::BTreeMap;
use std::sync::Arc;
use takens_symbolic::{
    Delay, ExprId, FieldKind, Node, Noise, Parameter, Range, Symbol, VectorField, field_names,
    print_expr, quote,
};

/// What kind of system it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemKind {
    /// Ordinary differential equations.
    #[default]
    Ode,
    /// An iterated map.
    Map,
    /// Differential equations with delays.
    Dde,
    /// Stochastic differential equations, in the sense of Itô.
    Sde,
}

impl SystemKind {
    /// The word that begins a definition of this kind.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Ode => "ode",
            Self::Map => "map",
            Self::Dde => "dde",
            Self::Sde => "sde",
        }
    }

    /// The kind that a word begins.
    pub(crate) fn by_keyword(word: &str) -> Option<Self> {
        [Self::Ode, Self::Map, Self::Dde, Self::Sde].into_iter().find(|kind| kind.keyword() == word)
    }

    /// The kind with its article, for messages.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Ode => "an `ode`",
            Self::Map => "a `map`",
            Self::Dde => "a `dde`",
            Self::Sde => "an `sde`",
        }
    }
}

/// A system that passed all checks.
#[derive(Debug, Clone)]
pub struct System {
    /// Its name.
    pub name: String,
    /// Flow or map.
    pub kind: SystemKind,
    /// Text of the `///` comments before it.
    pub doc: String,
    /// The entries of `meta`.
    pub meta: Meta,
    /// From `ode` or `map` to the closing bracket, in the file that defines it.
    pub span: Span,
    /// The path of the used file that defines it; `None` for the file that was read.
    pub file: Option<String>,
    /// The unit of its time as written, without the brackets.
    pub time_unit: Option<String>,
    /// All parameters in order of declaration, structural ones too, with shapes at default sizes.
    pub parameters: Vec<ParameterInfo>,
    /// States in flat order, with shapes at default sizes.
    pub states: Vec<StateInfo>,
    /// What is observed, when it is not the state itself.
    pub outputs: Vec<OutputInfo>,
    /// Values from the literature.
    pub known: Vec<Known>,
    /// How trajectories are sampled.
    pub sample: Sample,
    pub(crate) definition: Arc<Definition>,
    /// Where the text of its file begins among those that were read together.
    pub(crate) base: usize,
}

/// What `meta` says.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Meta {
    /// The field of research.
    pub field: Option<String>,
    /// Sources.
    pub cite: Vec<String>,
    /// Free labels.
    pub tags: Vec<String>,
    /// Systems whose equations have the same form.
    pub same_form_as: Vec<String>,
    /// All other entries, in order.
    pub other: Vec<(String, MetaValue)>,
}

/// A value in `meta`.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum MetaValue {
    /// A string.
    Text(String),
    /// Several strings.
    Texts(Vec<String>),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Flag(bool),
}

/// A declared parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterInfo {
    /// Its name.
    pub name: String,
    /// Text of the `///` comments before it.
    pub doc: String,
    /// Sizes of its dimensions, at default sizes; empty for a single number.
    pub shape: Vec<usize>,
    /// Whether it changes the shape of the system.
    pub structural: bool,
    /// Its default, as written.
    pub default: String,
    /// The range it is meant to run over.
    pub range: Option<Range>,
    /// Its unit as written, without the brackets.
    pub unit: Option<String>,
    /// Where its name is declared.
    pub span: Span,
}

/// A declared state.
#[derive(Debug, Clone, PartialEq)]
pub struct StateInfo {
    /// Its name; `x_dot` for the velocity of an equation of second order in `x`.
    pub name: String,
    /// Text of the `///` comments before it.
    pub doc: String,
    /// Sizes of its dimensions, at default sizes; empty for a single number.
    pub shape: Vec<usize>,
    /// The interval into which outputs are wrapped.
    pub wrap: Option<(f64, f64)>,
    /// Its unit as written, without the brackets.
    pub unit: Option<String>,
    /// Where its name is declared.
    pub span: Span,
}

/// A declared output.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputInfo {
    /// Its name.
    pub name: String,
    /// Text of the `///` comments before it.
    pub doc: String,
    /// Its unit as written, without the brackets.
    pub unit: Option<String>,
    /// Where its name is declared.
    pub span: Span,
}

/// A value from the literature.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// What it is a value of, such as `lyapunov`.
    pub name: String,
    /// The value, as written.
    pub text: String,
    /// The numbers, at default parameters; `None` if they depend on the state.
    pub values: Option<Vec<f64>>,
    /// Tolerances, one for each value or one for all; empty if none is given.
    pub tolerances: Vec<f64>,
    /// Where it comes from.
    pub source: Option<String>,
    /// Where its entry stands.
    pub span: Span,
}

/// How trajectories are sampled.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sample {
    /// The dominant period, in units of system time.
    pub period: Option<f64>,
    /// What is cut off at the start, in units of system time.
    pub transient: Option<f64>,
    /// Other entries, in order.
    pub other: Vec<(String, f64)>,
}

/// A system with every index expanded.
#[derive(Debug, Clone)]
pub struct Flat {
    /// The equations.
    pub field: VectorField,
    /// For each state component the interval into which outputs are wrapped.
    pub wraps: Vec<Option<(f64, f64)>>,
    /// Parameters as they were declared, in flat order.
    pub shapes: Vec<ParameterShape>,
    /// States as they were declared, in flat order.
    pub state_shapes: Vec<ParameterShape>,
    /// The structural sizes that were used.
    pub sizes: BTreeMap<String, i64>,
}

/// Where the scalars of a declared parameter or state stand in flat order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterShape {
    /// The declared name.
    pub name: String,
    /// Sizes of its dimensions; empty for a single number.
    pub shape: Vec<usize>,
    /// The flat place of its first scalar; the others follow row by row.
    pub first: usize,
}

/// Sizes that do not make a system.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FlattenError {
    /// There is no structural parameter of this name.
    #[error("{system} has no structural parameter `{name}`; it has {}", list(.known))]
    UnknownSize {
        /// The system.
        system: String,
        /// The name given.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A size beyond all bounds.
    #[error("{name} = {value} is not a size; it must be from 0 to {MAX_SIZE}")]
    Size {
        /// The structural parameter.
        name: String,
        /// The value given.
        value: i64,
    },
    /// At these sizes the system has faults.
    #[error("{system} cannot be expanded: {}", first(.faults))]
    Faults {
        /// The system.
        system: String,
        /// What is wrong, with spans of the file that defines it.
        faults: Vec<Diagnostic>,
    },
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn first(faults: &[Diagnostic]) -> String {
    faults
        .first()
        .map_or_else(|| "a definition is broken".to_owned(), |fault| fault.message.clone())
}

impl System {
    /// The system with every index expanded; `sizes` overrides structural parameters.
    ///
    /// # Errors
    /// [`FlattenError`] if a size is unknown or impossible, or if at these sizes an index leaves its
    /// range or a limit is passed.
    pub fn flatten(&self, sizes: &BTreeMap<String, i64>) -> Result<Flat, FlattenError> {
        let overrides = self.overrides(sizes)?;
        match expand(&self.definition, &overrides, Extent::Full) {
            (Some(expansion), _) => Ok(flat(&self.definition, expansion)),
            (None, faults) => Err(self.faults(faults)),
        }
    }

    /// Faults with spans of the file that defines the system.
    pub(crate) fn faults(&self, faults: Vec<Diagnostic>) -> FlattenError {
        let local = faults.into_iter().map(|one| one.moved(|at| at.saturating_sub(self.base)));
        FlattenError::Faults { system: self.name.clone(), faults: local.collect() }
    }

    /// Sizes in the order of structural parameters, where they are given.
    pub(crate) fn overrides(
        &self,
        sizes: &BTreeMap<String, i64>,
    ) -> Result<Vec<Option<i64>>, FlattenError> {
        let names = || self.definition.structural.iter().map(|one| &one.name.text);
        for (name, &value) in sizes {
            if !names().any(|known| known == name) {
                let (system, name) = (self.name.clone(), name.clone());
                let known = names().cloned().collect();
                return Err(FlattenError::UnknownSize { system, name, known });
            }
            if !(0..=MAX_SIZE).contains(&value) {
                return Err(FlattenError::Size { name: name.clone(), value });
            }
        }
        Ok(names().map(|name| sizes.get(name).copied()).collect())
    }

    /// Takes it for one of a used file, whose text begins at `base`.
    pub(crate) fn localise(&mut self, file: String, base: usize) {
        (self.file, self.base) = (Some(file), base);
        let states = self.states.iter_mut().map(|one| &mut one.span);
        let parameters = self.parameters.iter_mut().map(|one| &mut one.span);
        let outputs = self.outputs.iter_mut().map(|one| &mut one.span);
        let known = self.known.iter_mut().map(|one| &mut one.span);
        let own = std::iter::once(&mut self.span);
        for span in own.chain(states).chain(parameters).chain(outputs).chain(known) {
            *span = span.start.saturating_sub(base)..span.end.saturating_sub(base);
        }
    }

    /// Structural sizes with which the state has `dimension` components: none where that is so by
    /// default, else one size changed; `None` where no size fits.
    #[must_use]
    pub fn size_for_dimension(&self, dimension: usize) -> Option<BTreeMap<String, i64>> {
        let count = self.definition.structural.len();
        let mut overrides = vec![None; count];
        if self.dimension(&overrides) == Some(dimension) {
            return Some(BTreeMap::new());
        }
        for place in 0..count {
            // The dimension grows with a size: the least size that reaches it is the only one.
            let (mut low, mut high) = (0, MAX_SIZE);
            while low < high {
                let middle = low + (high - low) / 2;
                overrides[place] = Some(middle);
                if self.dimension(&overrides).is_none_or(|reached| reached < dimension) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            overrides[place] = Some(low);
            if self.dimension(&overrides) == Some(dimension) {
                let name = self.definition.structural[place].name.text.clone();
                return Some(BTreeMap::from([(name, low)]));
            }
            overrides[place] = None;
        }
        None
    }

    /// The number of state components at default sizes.
    #[must_use]
    pub fn default_dimension(&self) -> usize {
        self.states.iter().map(|state| state.shape.iter().product::<usize>()).sum()
    }

    /// The number of state components at these structural sizes; `None` if a size is unknown or
    /// impossible.
    #[must_use]
    pub fn dimension_at(&self, sizes: &BTreeMap<String, i64>) -> Option<usize> {
        self.dimension(&self.overrides(sizes).ok()?)
    }

    fn dimension(&self, overrides: &[Option<i64>]) -> Option<usize> {
        let definition = &self.definition;
        let mut lowerer = Lowerer::new(definition, vec![], Extent::Ends);
        for (declared, given) in definition.structural.iter().zip(overrides) {
            let size = match (given, &declared.value) {
                (Some(size), _) => *size,
                (None, Some(value)) => lowerer.integer(value).ok()?,
                (None, None) => return None,
            };
            lowerer.sizes.push(size);
        }
        let mut total = 0_i64;
        for state in &definition.states {
            let shape = match &state.value {
                Some(value) if state.subscripts.is_empty() => match &value.kind {
                    crate::ast::ExprKind::Matrix(rows) => {
                        vec![rows.iter().map(Vec::len).sum::<usize>() as i64]
                    }
                    _ => vec![],
                },
                _ => lowerer.shape_of_subscripts(&state.subscripts).ok()?,
            };
            let place = Place { shape, first: 0 };
            total = total.saturating_add(place.count().max(0));
        }
        usize::try_from(total).ok()
    }
}

/// The name of a state in outputs: the velocity `x'` is `x_dot` there.
pub(crate) fn output_name(declared: &Declared) -> String {
    format!("{}{}", declared.name.text, "_dot".repeat(declared.primes))
}

pub(crate) fn flat(definition: &Definition, expansion: Expansion) -> Flat {
    let Expansion { graph, sizes, parameters, states, ranges, events, .. } = expansion;
    let mut modes = expansion.modes;
    modes.sort_by_key(|one| one.0);
    let size_names = definition.structural.iter().map(|one| one.name.text.clone());
    let element_names = |name: &str, place: &Place| -> Vec<String> {
        let lists: Vec<Vec<i64>> = place.shape.iter().map(|&size| (0..size).collect()).collect();
        tuples(&lists).iter().map(|indices| element_name(name, indices)).collect()
    };
    let mut flat_parameters = Vec::with_capacity(expansion.defaults.len());
    let mut defaults = expansion.defaults.into_iter();
    for ((declared, place), range) in definition.parameters.iter().zip(&parameters).zip(&ranges) {
        for (name, (_, default)) in
            element_names(&declared.name.text, place).into_iter().zip(&mut defaults)
        {
            flat_parameters.push(Parameter { name, default, range: range.clone() });
        }
    }
    let mut state_names = vec![];
    let mut wraps = vec![];
    for ((declared, place), wrap) in definition.states.iter().zip(&states).zip(&expansion.wraps) {
        let names = element_names(&output_name(declared), place);
        wraps.extend(std::iter::repeat_n(*wrap, names.len()));
        state_names.extend(names);
    }
    let shape = |name: String, place: &Place| ParameterShape {
        name,
        shape: place.shape.iter().map(|&size| size.max(0) as usize).collect(),
        first: place.first as usize,
    };
    let in_order = |mut pairs: Vec<(i64, ExprId)>| -> Vec<ExprId> {
        pairs.sort_by_key(|pair| pair.0);
        pairs.into_iter().map(|pair| pair.1).collect()
    };
    let shapes = definition.parameters.iter().zip(&parameters);
    let state_shapes = definition.states.iter().zip(&states);
    let history = in_order(expansion.history);
    let mut terms = vec![vec![]; if expansion.paths.is_empty() { 0 } else { state_names.len() }];
    for (place, of_state) in expansion.noise {
        if let Some(slot) = terms.get_mut(place as usize) {
            *slot = of_state;
        }
    }
    let mut flat = Flat {
        shapes: shapes.map(|(one, place)| shape(one.name.text.clone(), place)).collect(),
        state_shapes: state_shapes.map(|(one, place)| shape(output_name(one), place)).collect(),
        sizes: size_names.zip(sizes).collect(),
        wraps,
        field: VectorField {
            kind: if definition.is_map { FieldKind::Map } else { FieldKind::Flow },
            graph,
            states: state_names,
            parameters: flat_parameters,
            rhs: in_order(expansion.rhs),
            initial: in_order(expansion.initial),
            outputs: expansion.outputs,
            history,
            noise: Noise { names: expansion.paths, terms },
            hamiltonian: expansion.hamiltonian,
            invariants: expansion.invariants,
            modes: modes.into_iter().map(|one| one.1).collect(),
            events,
            ..VectorField::default()
        },
    };
    flat.field.delays = delays(&flat.field, expansion.delays);
    flat
}

/// Delayed values with their names, `x[3](t - 2*tau)`.
fn delays(field: &VectorField, terms: Vec<(i64, ExprId)>) -> Vec<Delay> {
    let names = field_names(field);
    let time = Symbol::Time;
    let named = |(state, lag): (i64, ExprId)| {
        let text = print_expr(&field.graph, lag, &names);
        let sum = matches!(
            field.graph.node(lag),
            Node::Add(..) | Node::Sub(..) | Node::Neg(_) | Node::If { .. }
        );
        let text = if sum { format!("({text})") } else { text };
        let component = quote(&field.states[state as usize]);
        Delay { name: format!("{component}({} - {text})", names(time)), state: state as u32, lag }
    };
    terms.into_iter().map(named).collect()
}

impl System {
    /// Whether `name` is a structural parameter.
    #[must_use]
    pub fn is_structural(&self, name: &str) -> bool {
        matches!(self.definition.names.get(name), Some(entity) if matches!(entity.role, Role::Structural(_)))
    }
}
