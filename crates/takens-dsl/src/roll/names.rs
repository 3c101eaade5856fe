//! Names and subscripts, as in `lower::names`: an element has a place that runs with the indices.

use super::{Known, LetForm, Roller, Rolling, Value, refused};
use crate::ast::*;
use crate::definition::{Role, primed};
use crate::lower::{Place, Small, boundary_of, subscript_names};
use num_traits::Zero;
use takens_symbolic::{Compare, IntId, Node, RolledNode, Store};

impl Roller<'_> {
    #[inline(never)]
    pub(super) fn reference(
        &mut self,
        name: &Name,
        subscripts: &[Expr],
        primes: usize,
    ) -> Rolling<Value> {
        if subscripts.is_empty() && primes == 0 {
            let locals = self.locals[self.base..].iter().rev();
            if let Some((_, value)) = locals.into_iter().find(|(local, _)| *local == name.text) {
                return Ok(*value);
            }
        }
        if !self.in_function
            && let Some(role) = self.role(&primed(&name.text, primes))
        {
            return self.entity(role, subscripts);
        }
        if self.definition.globals.constants.contains_key(&name.text) {
            return self.constant(name);
        }
        match name.text.as_str() {
            "pi" => Ok(Value::Expr(self.graph.plain(Node::Pi), Known::No)),
            "t" if !self.in_function => Ok(Value::Expr(self.graph.time(), Known::No)),
            _ => Err(refused("a name that stands for nothing here")),
        }
    }

    fn entity(&mut self, role: Role, subscripts: &[Expr]) -> Rolling<Value> {
        match role {
            Role::Structural(place) => {
                let size = *self.sizes.get(place).ok_or_else(|| refused("a size is missing"))?;
                let (size, one) = (self.whole(size), self.whole(1));
                Ok(Value::Static(size, one))
            }
            Role::Parameter(place) => {
                let place = self.parameters.get(place).cloned();
                self.element(Store::Parameter, place, subscripts)
            }
            Role::State(place) => {
                let place = self.states.get(place).cloned();
                self.element(Store::State, place, subscripts)
            }
            Role::Let(place) => self.let_element(place, subscripts),
            Role::Time => Ok(Value::Expr(self.graph.time(), Known::No)),
            _ => Err(refused("a name of a kind that has no rolled form")),
        }
    }

    /// An element; 0 beyond a `zero` boundary.
    fn element(
        &mut self,
        store: Store,
        place: Option<Place>,
        subscripts: &[Expr],
    ) -> Rolling<Value> {
        let place = place.ok_or_else(|| refused("an array without a place"))?;
        let Some(subscripts) = self.subscripts(&place.shape, subscripts)? else {
            return Ok(Value::Literal(Small::zero()));
        };
        let flat = self.flat(&place, &subscripts)?;
        Ok(Value::Expr(self.graph.add(RolledNode::Element(store, flat)), Known::No))
    }

    /// The flat place of an element.
    pub(super) fn flat(&mut self, place: &Place, subscripts: &[IntId]) -> Rolling<IntId> {
        let mut offset = self.whole(0);
        for (&subscript, &size) in subscripts.iter().zip(&place.shape) {
            let size = self.whole(size);
            offset = self.times_whole(offset, size)?;
            offset = self.add(offset, 1, subscript)?;
        }
        let shifted = self.graph.integers.shift(offset, place.first);
        shifted.ok_or_else(|| refused("an array is too large"))
    }

    /// The subscripts as numbers within `shape`, boundaries applied; `None` beyond a `zero` one.
    fn subscripts(&mut self, shape: &[i64], subscripts: &[Expr]) -> Rolling<Option<Vec<IntId>>> {
        if subscripts.len() != shape.len() {
            return Err(refused("a vector or matrix with the wrong number of indices"));
        }
        let mut found = Vec::with_capacity(shape.len());
        for (subscript, &size) in subscripts.iter().zip(shape) {
            let value = self.integer(subscript)?;
            match self.within_size(value, size, boundary_of(self.definition, subscript))? {
                Some(value) => found.push(value),
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    /// A subscript within `0..size` for all values of the running indices; `None` beyond a `zero`
    /// boundary. Where some values lie beyond and some within, loops are split.
    fn within_size(
        &mut self,
        value: IntId,
        size: i64,
        boundary: Boundary,
    ) -> Rolling<Option<IntId>> {
        let bounds = self.ranges.bounds(&self.graph.integers, value);
        let (low, high) = bounds.ok_or_else(|| refused("a subscript has no bounds"))?;
        if 0 <= low && high < size {
            return Ok(Some(value));
        }
        if size <= 0 {
            return Err(refused("an array is empty"));
        }
        let (zero, end) = (self.whole(0), self.whole(size));
        match boundary {
            Boundary::Strict => Err(refused("a subscript may leave its range")),
            Boundary::Cyclic => {
                let turn = low.div_euclid(size);
                if turn != high.div_euclid(size) {
                    let next = size.checked_mul(turn + 1);
                    let next = next.ok_or_else(|| refused("a subscript is too large"))?;
                    let next = self.whole(next);
                    // Where the loops cannot be split the remainder is computed.
                    self.decide(Compare::Less, value, next)?;
                }
                let remainder = self.graph.integers.remainder(value, end);
                let within = match turn == high.div_euclid(size) {
                    true => self.graph.integers.shift(value, -turn * size),
                    false => remainder,
                };
                within.map(Some).ok_or_else(|| refused("a subscript is too large"))
            }
            Boundary::Clamped => {
                self.decide(Compare::Less, value, zero)?;
                self.decide(Compare::Less, value, end)?;
                let last = self.whole(size - 1);
                if high < 0 {
                    return Ok(Some(zero));
                }
                if low >= size {
                    return Ok(Some(last));
                }
                let above = self.graph.integers.max(value, zero);
                Ok(Some(self.graph.integers.min(above, last)))
            }
            Boundary::Zero => {
                self.decide(Compare::Less, value, zero)?;
                self.decide(Compare::Less, value, end)?;
                if high < 0 || low >= size {
                    return Ok(None);
                }
                Err(refused("a subscript leaves its range for some indices that cannot be told"))
            }
        }
    }

    /// The whole number that `expr` is.
    pub(super) fn integer(&mut self, expr: &Expr) -> Rolling<IntId> {
        let number = match self.value(expr)? {
            Value::Literal(value) if value.is_integer() => Some(self.whole(value.to_integer())),
            Value::Static(above, below) if self.graph.integers.as_constant(below) == Some(1) => {
                Some(above)
            }
            _ => None,
        };
        number.ok_or_else(|| refused("a subscript that is no whole number in indices"))
    }

    fn let_element(&mut self, place: usize, subscripts: &[Expr]) -> Rolling<Value> {
        let definition = self.definition;
        let declared = &definition.lets[place];
        let shape = self.shape(&declared.subscripts)?;
        let Some(subscripts) = self.subscripts(&shape, subscripts)? else {
            return Ok(Value::Literal(Small::zero()));
        };
        if let Some(LetForm::Auxiliary(auxiliary)) = self.lets.get(place).copied() {
            let first = self.auxiliaries[auxiliary].array.first as i64;
            let flat = self.flat(&Place { shape, first }, &subscripts)?;
            let element = RolledNode::Element(Store::Auxiliary(auxiliary as u32), flat);
            return Ok(Value::Expr(self.graph.add(element), Known::No));
        }
        self.let_value(place, &subscripts)
    }

    /// The value of a `let` at given indices, put in place.
    pub(super) fn let_value(&mut self, place: usize, indices: &[IntId]) -> Rolling<Value> {
        if let Some(value) = self.inlined.get(&place) {
            return Ok(*value);
        }
        let definition = self.definition;
        let declared = &definition.lets[place];
        let body = declared.value.as_ref().ok_or_else(|| refused("a definition is broken"))?;
        let one = self.whole(1);
        let names = subscript_names(&declared.subscripts);
        let value = self.apart(|roller| {
            let bound = names.iter().zip(indices);
            roller.locals =
                bound.map(|(name, &at)| ((*name).to_owned(), Value::Static(at, one))).collect();
            roller.value(body)
        })?;
        if indices.is_empty() {
            self.inlined.insert(place, value);
        }
        Ok(value)
    }

    fn constant(&mut self, name: &Name) -> Rolling<Value> {
        if let Some(value) = self.constants.get(&name.text) {
            return Ok(*value);
        }
        let definition = self.definition;
        let Some(body) = definition.globals.constants[&name.text].value.as_ref() else {
            return Err(refused("a constant is broken"));
        };
        let value = self.within_function(vec![], body)?;
        self.constants.insert(name.text.clone(), value);
        Ok(value)
    }

    pub(super) fn within_function(
        &mut self,
        arguments: Vec<(String, Value)>,
        body: &Expr,
    ) -> Rolling<Value> {
        let (base, in_function, before) = (self.base, self.in_function, self.locals.len());
        self.locals.extend(arguments);
        (self.base, self.in_function) = (before, true);
        let value = self.value(body);
        self.locals.truncate(before);
        (self.base, self.in_function) = (base, in_function);
        value
    }

    /// The sizes of a declaration's subscripts.
    pub(super) fn shape(&mut self, subscripts: &[Expr]) -> Rolling<Vec<i64>> {
        let definition = self.definition;
        let mut shape = vec![];
        for name in subscript_names(subscripts) {
            let index = definition.index(name).ok_or_else(|| refused("an index is broken"))?;
            let high = self.apart(|roller| roller.integer(&index.high))?;
            let size = self.graph.integers.as_constant(high);
            shape.push(size.ok_or_else(|| refused("the size of an index is not a number"))?);
        }
        Ok(shape)
    }

    /// Runs `action` with no locals in sight, as definitions and bounds of indices are read.
    pub(super) fn apart<T>(&mut self, action: impl FnOnce(&mut Self) -> T) -> T {
        let locals = std::mem::take(&mut self.locals);
        let (base, in_function) = (self.base, self.in_function);
        (self.base, self.in_function) = (0, false);
        let result = action(self);
        (self.base, self.in_function) = (base, in_function);
        self.locals = locals;
        result
    }
}
