//! A definition at given sizes: every index expanded, every expression lowered.
//!
//! [`expand`] serves twice: in full for [`crate::System::flatten`], and at the ends of each index for
//! the checks, which must cost the same for N = 10 and N = 10⁷.

use crate::Diagnostic;
use crate::ast::*;
use crate::definition::Definition;
use crate::diagnostic::Span;
use crate::limits::{MAX_NODES, MAX_SIZE};
use crate::lower::{Extent, Halt, Lowered, Lowerer, Place, subscript_names};
use num_traits::FromPrimitive;
use std::collections::{HashMap, HashSet};
use takens_symbolic::{Bindings, ExprId, Graph, Node, Range, Rational, Symbol, evaluate, to_f64};

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
}

/// Expands `definition`; `overrides` gives sizes in the order of its structural parameters.
pub(crate) fn expand(
    definition: &Definition,
    overrides: &[Option<i64>],
    extent: Extent,
) -> (Option<Expansion>, Vec<Diagnostic>) {
    let mut lowerer = Lowerer::new(definition, vec![], extent);
    let expansion = Expander { lowerer: &mut lowerer }.run(overrides);
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
}

impl<'a> Expander<'_, 'a> {
    fn run(&mut self, overrides: &[Option<i64>]) -> Lowered<Expansion> {
        let definition = self.lowerer.definition;
        self.sizes(overrides)?;
        self.index_bounds()?;
        self.lowerer.parameters = self.places(&definition.parameters)?;
        self.lowerer.states = self.places(&definition.states)?;
        // From here on one fault does not hide the next: each part is lowered for itself.
        let (defaults, ranges) = self.defaults();
        self.lets();
        let rhs = self.equations();
        let initial = self.initial();
        let wraps = self.wraps();
        let outputs = self.outputs();
        if self.lowerer.too_large {
            return Err(Halt);
        }
        Ok(Expansion {
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
        })
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

    /// Lowers `value` for every element of a declaration.
    fn elements(
        &mut self,
        declared: &Declared,
        value: &Expr,
        place: &Place,
    ) -> Vec<(Vec<i64>, i64, ExprId)> {
        let names = subscript_names(&declared.subscripts);
        let table = match &value.kind {
            ExprKind::Matrix(rows) => match self.table(declared, value, rows, place) {
                Ok(table) => Some(table),
                Err(Halt) => return vec![],
            },
            _ => None,
        };
        let all = |size: &i64| (0..*size).collect();
        let lists: Vec<Vec<i64>> = match table {
            // The elements of a table are as many as were written: all are looked at.
            Some(_) => place.shape.iter().map(all).collect(),
            None => place.shape.iter().map(|&size| self.lowerer.run(0, size)).collect(),
        };
        let mut found = vec![];
        for indices in tuples(&lists) {
            let offset =
                indices.iter().zip(&place.shape).fold(0, |at, (index, size)| at * size + index);
            let expr = match &table {
                Some(table) => table[offset as usize],
                None => value,
            };
            match self.lowerer.with(&names, &indices, |lowerer| lowerer.number(expr)) {
                Ok(id) => found.push((indices, place.first + offset, id)),
                Err(Halt) if self.lowerer.too_large => return found,
                Err(Halt) => {}
            }
        }
        found
    }

    /// The elements of a literal, row by row, its shape judged.
    fn table<'v>(
        &mut self,
        declared: &Declared,
        value: &Expr,
        rows: &'v [Vec<Expr>],
        place: &Place,
    ) -> Lowered<Vec<&'v Expr>> {
        let name = &declared.name.text;
        if let Some(short) = rows.iter().find(|row| row.len() != rows[0].len()) {
            let span = short.first().map_or(value.span.clone(), |first| {
                first.span.start..short[short.len() - 1].span.end
            });
            let message = format!(
                "the rows of `{name}` differ in length: this one has {}, the first has {}",
                short.len(),
                rows[0].len()
            );
            return Err(self.lowerer.fault(Diagnostic::error("E041", span, message)));
        }
        let got = (rows.len() as i64, rows.first().map_or(0, Vec::len) as i64);
        let fits = match place.shape[..] {
            [size] => (got.0 == 1 && got.1 == size) || (got.1 == 1 && got.0 == size),
            [height, width] => got == (height, width),
            _ => false,
        };
        if !fits {
            let want = match place.shape[..] {
                [] => "a single number".to_owned(),
                [size] => format!("a vector of {size}"),
                [height, width] => format!("a matrix of {height} × {width}"),
                _ => "of more than two dimensions; give it by an expression".to_owned(),
            };
            let got = if got.0 == 1 {
                format!("a vector of {}", got.1)
            } else {
                format!("a matrix of {} × {}", got.0, got.1)
            };
            let message = format!("`{name}` is {want}, and its value is {got}");
            return Err(self.lowerer.fault(
                Diagnostic::error("E041", value.span.clone(), message)
                    .related(declared.name.span.clone(), "declared here"),
            ));
        }
        Ok(rows.iter().flatten().collect())
    }

    fn defaults(&mut self) -> (Vec<(i64, ExprId)>, Vec<Option<Range>>) {
        let definition = self.lowerer.definition;
        let total = self.lowerer.parameters.last().map_or(0, |place| place.first + place.count());
        // Values are needed to judge ranges; tables beyond any text are not judged.
        let judged = total <= MAX_NODES as i64;
        let mut values = vec![f64::NAN; if judged { total as usize } else { 0 }];
        let (mut defaults, mut ranges) = (vec![], vec![]);
        for (place, declared) in definition.parameters.iter().enumerate() {
            let range = declared.range.as_ref().and_then(|interval| self.range(interval));
            let Some(value) = &declared.value else {
                ranges.push(range);
                continue;
            };
            let place = self.lowerer.parameters[place].clone();
            let elements = self.elements(declared, value, &place);
            if judged {
                let ids: Vec<ExprId> = elements.iter().map(|element| element.2).collect();
                let numbers = constants(&self.lowerer.graph, &ids, &values);
                for ((_, flat, _), number) in elements.iter().zip(&numbers) {
                    values[*flat as usize] = *number;
                }
                if let Some(range) = &range {
                    let outside = elements
                        .iter()
                        .zip(&numbers)
                        .find(|(_, number)| !number.is_nan() && !contains(range, **number));
                    if let Some(((indices, ..), &number)) = outside {
                        let text = element_name(&declared.name.text, indices);
                        let name = Name { text, span: declared.name.span.clone() };
                        self.in_range(&name, declared, number, range);
                    }
                }
            }
            defaults.extend(elements.into_iter().map(|(_, flat, id)| (flat, id)));
            ranges.push(range);
        }
        (defaults, ranges)
    }

    fn in_range(&mut self, name: &Name, declared: &Declared, value: f64, range: &Range) {
        if contains(range, value) {
            return;
        }
        let span = declared.value.as_ref().map_or(name.span.clone(), |value| value.span.clone());
        let message = format!("the default of `{}` is {value}, outside its own range", name.text);
        let mut fault = Diagnostic::error("E060", span, message);
        if let Some(interval) = &declared.range {
            fault = fault.related(interval.span.clone(), "the range");
        }
        self.lowerer.fault(fault);
    }

    fn range(&mut self, interval: &Interval) -> Option<Range> {
        let low = self.constant(&interval.low).ok()?;
        let high = self.constant(&interval.high).ok()?;
        let single = low == high && interval.low_closed && interval.high_closed;
        if low < high || single {
            let (low_closed, high_closed) = (interval.low_closed, interval.high_closed);
            return Some(Range { low, low_closed, high, high_closed });
        }
        let message = "this interval is empty: its lower end comes first and is the lesser";
        self.lowerer.fault(Diagnostic::error("E061", interval.span.clone(), message));
        None
    }

    /// An exact number where the expression is one; else the nearest f64, as for `2*pi`.
    fn constant(&mut self, expr: &Expr) -> Lowered<Rational> {
        let id = self.lowerer.number(expr)?;
        if let Some(exact) = self.lowerer.graph.as_number(id) {
            return Ok(exact.clone());
        }
        let value = constants(&self.lowerer.graph, &[id], &[])[0];
        Rational::from_f64(value).ok_or_else(|| {
            self.lowerer.fault(Diagnostic::error(
                "E061",
                expr.span.clone(),
                format!("the end of an interval must be a finite number, and this is {value}"),
            ))
        })
    }

    fn wraps(&mut self) -> Vec<Option<(f64, f64)>> {
        let definition = self.lowerer.definition;
        let interval = |expander: &mut Self, declared: &Declared| {
            let range = expander.range(declared.wrap.as_ref()?)?;
            Some((to_f64(&range.low), to_f64(&range.high)))
        };
        definition.states.iter().map(|state| interval(self, state)).collect()
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

    // ---- Equations --------------------------------------------------------------------------

    fn equations(&mut self) -> Vec<(i64, ExprId)> {
        let definition = self.lowerer.definition;
        let mut of_state: Vec<Vec<Pattern>> = definition.states.iter().map(|_| vec![]).collect();
        for equation in &definition.equations {
            if let Ok(pattern) = self.pattern(equation.state, &equation.equation) {
                of_state[equation.state].push(pattern);
            }
        }
        let mut rhs = vec![];
        for (state, patterns) in of_state.into_iter().enumerate() {
            if self.state_equations(state, &patterns, &mut rhs).is_err() {
                break;
            }
        }
        rhs
    }

    /// The left-hand side as a pattern over elements.
    fn pattern(&mut self, state: usize, equation: &'a Equation) -> Lowered<Pattern<'a>> {
        let definition = self.lowerer.definition;
        let shape = self.lowerer.states[state].shape.clone();
        let mut slots = vec![];
        for (subscript, &size) in equation.subscripts.iter().zip(&shape) {
            let index = match &subscript.kind {
                ExprKind::Reference { name, .. } => definition.index(&name.text),
                _ => None,
            };
            let slot = match index {
                Some(index) => {
                    let low = self.lowerer.integer(&index.low)?;
                    let high = self.lowerer.integer(&index.high)?;
                    if high > size {
                        let message = format!(
                            "the index of `{}` reaches {}; it runs from 0 to {}",
                            equation.target.text,
                            high - 1,
                            size - 1
                        );
                        let span = subscript.span.clone();
                        return Err(self.lowerer.fault(Diagnostic::error("E040", span, message)));
                    }
                    Slot::Free { name: &index.name, low, high }
                }
                None => {
                    let value = self.lowerer.integer(subscript)?;
                    if !(0..size).contains(&value) {
                        let message = format!(
                            "the index of `{}` is {value}; it runs from 0 to {}",
                            equation.target.text,
                            size - 1
                        );
                        let span = subscript.span.clone();
                        return Err(self.lowerer.fault(Diagnostic::error("E040", span, message)));
                    }
                    Slot::Fixed(value)
                }
            };
            slots.push(slot);
        }
        Ok(Pattern { equation, slots })
    }

    fn state_equations(
        &mut self,
        state: usize,
        patterns: &[Pattern],
        rhs: &mut Vec<(i64, ExprId)>,
    ) -> Lowered<()> {
        let place = self.lowerer.states[state].clone();
        let name = &self.lowerer.definition.states[state].name;
        // Equations for one component are found by its place, the others are tried in turn.
        let mut single: HashMap<Vec<i64>, &Pattern> = HashMap::new();
        let mut general: Vec<&Pattern> = vec![];
        for pattern in patterns {
            match pattern.fixed() {
                Some(indices) => {
                    if let Some(earlier) = single.insert(indices, pattern) {
                        self.twice(earlier.equation, pattern.equation);
                    }
                }
                None => general.push(pattern),
            }
        }
        general.sort_by_key(|pattern| pattern.freedom());

        let lists: Vec<Vec<i64>> =
            place.shape.iter().map(|&size| self.lowerer.run(0, size)).collect();
        let mut wanted = tuples(&lists);
        if self.lowerer.extent == Extent::Ends {
            let mut others: Vec<Vec<i64>> = single.keys().cloned().collect();
            others.sort_unstable();
            wanted.extend(others);
            wanted.sort_unstable();
            wanted.dedup();
        }
        let mut missing: Option<Vec<i64>> = None;
        let mut doubled = false;
        for indices in wanted {
            self.lowerer.spend(1, &name.span)?;
            let chosen = match single.get(&indices) {
                Some(pattern) => Some(*pattern),
                None => {
                    let mut fits = general.iter().filter(|pattern| pattern.matches(&indices));
                    let first = fits.next().copied();
                    let second = fits.next();
                    if let (Some(first), Some(second)) = (first, second)
                        && first.freedom() == second.freedom()
                        && !std::mem::replace(&mut doubled, true)
                    {
                        self.twice(first.equation, second.equation);
                    }
                    first
                }
            };
            let Some(pattern) = chosen else {
                missing.get_or_insert(indices);
                continue;
            };
            let (names, values) = pattern.bindings(&indices);
            let right = &pattern.equation.right;
            let result = self.lowerer.with(&names, &values, |lowerer| lowerer.number(right));
            let offset =
                indices.iter().zip(&place.shape).fold(0, |at, (index, size)| at * size + index);
            match result {
                Ok(id) => rhs.push((place.first + offset, id)),
                Err(Halt) if self.lowerer.too_large => return Err(Halt),
                Err(Halt) => {}
            }
        }
        // A state with no equation at all is reported where names are checked.
        if let Some(indices) = missing
            && !patterns.is_empty()
        {
            let element = element_name(&name.text, &indices);
            self.lowerer.fault(Diagnostic::error(
                "E030",
                name.span.clone(),
                format!("no equation says how `{element}` moves"),
            ));
        }
        Ok(())
    }

    fn twice(&mut self, first: &Equation, second: &Equation) {
        let span: Span = second.left.clone();
        self.lowerer.fault(
            Diagnostic::error("E021", span, "this component has two equations")
                .related(first.left.clone(), "the other one"),
        );
    }
}

struct Pattern<'e> {
    equation: &'e Equation,
    slots: Vec<Slot<'e>>,
}

enum Slot<'e> {
    Fixed(i64),
    Free { name: &'e str, low: i64, high: i64 },
}

impl<'e> Pattern<'e> {
    /// How many subscripts are left open: an equation with fewer overrides.
    fn freedom(&self) -> usize {
        self.slots.iter().filter(|slot| matches!(slot, Slot::Free { .. })).count()
    }

    fn fixed(&self) -> Option<Vec<i64>> {
        self.slots
            .iter()
            .map(|slot| match slot {
                Slot::Fixed(value) => Some(*value),
                Slot::Free { .. } => None,
            })
            .collect()
    }

    fn matches(&self, indices: &[i64]) -> bool {
        let each = self.slots.iter().zip(indices).all(|(slot, index)| match slot {
            Slot::Fixed(value) => value == index,
            Slot::Free { low, high, .. } => (*low..*high).contains(index),
        });
        // `u[i, i]` is the diagonal: one name has one value.
        let (names, values) = self.bindings(indices);
        each && names.iter().zip(&values).all(|(name, value)| {
            names.iter().zip(&values).all(|(other, second)| name != other || value == second)
        })
    }

    fn bindings(&self, indices: &[i64]) -> (Vec<&'e str>, Vec<i64>) {
        self.slots
            .iter()
            .zip(indices)
            .filter_map(|(slot, &index)| match slot {
                Slot::Free { name, .. } => Some((*name, index)),
                Slot::Fixed(_) => None,
            })
            .unzip()
    }
}

/// The numbers that expressions in parameters are; NaN for one that needs more than there is, which
/// is at fault and reported elsewhere.
fn constants(graph: &Graph, ids: &[ExprId], parameters: &[f64]) -> Vec<f64> {
    let known = |id: ExprId| {
        let (mut open, mut seen) = (vec![id], HashSet::new());
        while let Some(id) = open.pop() {
            match graph.node(id) {
                Node::Symbol(Symbol::State(_)) => return false,
                Node::Symbol(Symbol::Parameter(place)) if *place as usize >= parameters.len() => {
                    return false;
                }
                node if seen.insert(id) => open.extend(node.children()),
                _ => {}
            }
        }
        true
    };
    let bindings = Bindings { time: 0.0, state: &[], parameters };
    let value = |&id: &ExprId| {
        if known(id) { evaluate(graph, &[id], &bindings)[0] } else { f64::NAN }
    };
    ids.iter().map(value).collect()
}

fn contains(range: &Range, value: f64) -> bool {
    let (low, high) = (to_f64(&range.low), to_f64(&range.high));
    let above = if range.low_closed { value >= low } else { value > low };
    let below = if range.high_closed { value <= high } else { value < high };
    above && below
}
