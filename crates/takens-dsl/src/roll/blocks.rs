//! Loops of declarations, of `let`s with indices, and of equations with the components they move.

use super::{Known, LetForm, Roller, Rolling, Value, refused};
use crate::ast::*;
use crate::limits::MAX_SIZE;
use crate::lower::{Place, subscript_names};
use takens_symbolic::{Auxiliary, Block, Compare, IntId, Loop, RolledArray};

/// As many auxiliary numbers are kept for a system whatever its size; larger ones may keep more.
const FEW: i64 = 1 << 16;

/// What a nest of loops gives: for each piece its loops and what was made of it.
type Pieces<T> = Vec<(Vec<Loop>, T)>;

/// A subscript on the left-hand side.
enum Slot<'e> {
    Fixed(i64),
    Free { name: &'e str, low: i64, high: i64 },
}

struct Pattern<'e> {
    equation: &'e Equation,
    slots: Vec<Slot<'e>>,
}

impl Pattern<'_> {
    fn freedom(&self) -> usize {
        self.slots.iter().filter(|slot| matches!(slot, Slot::Free { .. })).count()
    }
}

impl Roller<'_> {
    /// Runs `body` with named indices from `low` to `high`, the last fastest.
    fn nest<T>(
        &mut self,
        names: &[(&str, i64, i64)],
        body: &mut dyn FnMut(&mut Self) -> Rolling<T>,
    ) -> Rolling<Pieces<T>> {
        self.nest_from(0, names, body)
    }

    fn nest_from<T>(
        &mut self,
        depth: u32,
        names: &[(&str, i64, i64)],
        body: &mut dyn FnMut(&mut Self) -> Rolling<T>,
    ) -> Rolling<Pieces<T>> {
        let Some((&(name, low, high), inner)) = names.split_first() else {
            return Ok(vec![(vec![], body(self)?)]);
        };
        if depth >= 16 {
            return Err(refused("more than 16 indices"));
        }
        let (low, high) = (self.whole(low), self.whole(high));
        let outer = self
            .over(name, depth, low, high, &mut |roller| roller.nest_from(depth + 1, inner, body))?;
        let mut pieces = vec![];
        for (range, inner) in outer {
            for (mut loops, piece) in inner {
                loops.splice(0..0, range);
                pieces.push((loops, piece));
            }
        }
        Ok(pieces)
    }

    /// The values of the named indices, which are the last locals.
    fn bound(&self, count: usize) -> Rolling<Vec<IntId>> {
        let start = self.locals.len().checked_sub(count);
        let locals = start.and_then(|start| self.locals.get(start..));
        let values = locals.into_iter().flatten().map(|(_, value)| match value {
            Value::Static(at, _) => Ok(*at),
            _ => Err(refused("an index without a value")),
        });
        values.collect()
    }

    /// What a declaration says of each of its elements.
    pub(super) fn elements(&mut self, declared: &Declared, place: &Place) -> Rolling<Vec<Block>> {
        let value = declared.value.as_ref().ok_or_else(|| refused("a value is missing"))?;
        if let ExprKind::Matrix(rows) = &value.kind {
            return self.table(declared, rows, place);
        }
        let names = subscript_names(&declared.subscripts);
        let ranges: Vec<(&str, i64, i64)> =
            names.iter().zip(&place.shape).map(|(name, &size)| (*name, 0, size)).collect();
        let pieces = self.nest(&ranges, &mut |roller| {
            let at = roller.bound(ranges.len())?;
            Ok((roller.flat(place, &at)?, roller.number(value)?))
        })?;
        let block = |(loops, (place, value))| Block { loops, place, value };
        Ok(pieces.into_iter().map(block).collect())
    }

    /// The elements of a literal, which are as many as were written.
    fn table(
        &mut self,
        declared: &Declared,
        rows: &[Vec<Expr>],
        place: &Place,
    ) -> Rolling<Vec<Block>> {
        let columns = rows.first().map_or(0, Vec::len);
        let count = usize::try_from(place.count()).ok();
        if rows.iter().any(|row| row.len() != columns) || count != Some(rows.len() * columns) {
            return Err(refused("a list of values that does not fit"));
        }
        let names = subscript_names(&declared.subscripts);
        let mut blocks = vec![];
        for (offset, expr) in rows.iter().flatten().enumerate() {
            let offset = offset as i64;
            let (mut rest, mut locals) = (offset, vec![]);
            for (axis, &size) in place.shape.iter().enumerate().rev() {
                let (at, one) = (self.whole(rest % size), self.whole(1));
                if let Some(name) = names.get(axis) {
                    locals.push(((*name).to_owned(), Value::Static(at, one)));
                }
                rest /= size;
            }
            let value = self.apart(|roller| {
                roller.locals = locals;
                roller.number(expr)
            })?;
            let place = self.whole(place.first + offset);
            blocks.push(Block { loops: vec![], place, value });
        }
        Ok(blocks)
    }

    /// Decides how each `let` with indices is used.
    ///
    /// Its elements are computed beforehand if all are numbers known at run time and there are not many
    /// more of them than components; one that has parts known before a run is put in place, so that
    /// they stay exact, and so is a condition.
    pub(super) fn lets(&mut self) -> Rolling<()> {
        let definition = self.definition;
        let numbers: i64 = self.states.iter().chain(&self.parameters).map(Place::count).sum();
        let most = numbers.saturating_mul(4).max(FEW);
        for (place, declared) in definition.lets.iter().enumerate() {
            let shape = self.shape(&declared.subscripts)?;
            let first = self
                .auxiliaries
                .last()
                .map_or(0, |last: &Auxiliary| last.array.first + last.array.count());
            let array = Place { shape, first: first as i64 };
            if array.shape.is_empty() || array.count() > most {
                self.lets.push(LetForm::Inline);
                continue;
            }
            let names = subscript_names(&declared.subscripts);
            let ranges: Vec<(&str, i64, i64)> =
                names.iter().zip(&array.shape).map(|(name, &size)| (*name, 0, size)).collect();
            let pieces = self.nest(&ranges, &mut |roller| {
                let at = roller.bound(ranges.len())?;
                let value = roller.let_value(place, &at)?;
                Ok((roller.flat(&array, &at)?, value))
            })?;
            let mut blocks = vec![];
            for (loops, (place, value)) in pieces {
                if let Value::Expr(value, Known::No) = value
                    && self.graph.as_number(value).is_none()
                {
                    blocks.push(Block { loops, place, value });
                } else {
                    blocks.clear();
                    break;
                }
            }
            if blocks.is_empty() {
                self.lets.push(LetForm::Inline);
                continue;
            }
            self.lets.push(LetForm::Auxiliary(self.auxiliaries.len()));
            let name = declared.name.text.clone();
            let shape = array.shape.iter().map(|&size| size as usize).collect();
            let array = RolledArray { name, shape, first };
            self.auxiliaries.push(Auxiliary { array, blocks });
        }
        Ok(())
    }

    /// Every component's equation.
    pub(super) fn equations(&mut self) -> Rolling<Vec<Block>> {
        let definition = self.definition;
        let mut of_state: Vec<Vec<Pattern>> = definition.states.iter().map(|_| vec![]).collect();
        for equation in &definition.equations {
            let slots = self.slots(equation.state, &equation.equation)?;
            of_state[equation.state].push(Pattern { equation: &equation.equation, slots });
        }
        let mut blocks = vec![];
        for (state, mut patterns) in of_state.into_iter().enumerate() {
            patterns.sort_by_key(Pattern::freedom);
            let place = self.states[state].clone();
            let mut covered = 0_i64;
            for (rank, pattern) in patterns.iter().enumerate() {
                for block in self.equation(&place, pattern, &patterns[..rank])? {
                    covered = covered.saturating_add(self.count(&block.loops)?);
                    blocks.push(block);
                }
            }
            if covered != place.count() {
                return Err(refused("a component without an equation"));
            }
        }
        Ok(blocks)
    }

    fn slots<'e>(&mut self, state: usize, equation: &'e Equation) -> Rolling<Vec<Slot<'e>>> {
        let definition = self.definition;
        let shape = self.states[state].shape.clone();
        let mut slots: Vec<Slot> = vec![];
        for (subscript, &size) in equation.subscripts.iter().zip(&shape) {
            let named = match &subscript.kind {
                ExprKind::Reference { name, .. } => Some(name.text.as_str()),
                _ => None,
            };
            let fixed = |roller: &mut Self, expr: &Expr| -> Rolling<i64> {
                let value = roller.integer(expr)?;
                let value = roller.graph.integers.as_constant(value);
                value.ok_or_else(|| refused("a component that is not a number"))
            };
            let slot = match named.and_then(|name| Some((name, definition.index(name)?))) {
                Some((name, index)) => {
                    let (low, high) = (fixed(self, &index.low)?, fixed(self, &index.high)?);
                    let twice = slots.iter().any(
                        |slot| matches!(slot, Slot::Free { name: other, .. } if *other == name),
                    );
                    if twice || low < 0 || high > size {
                        return Err(refused("an equation for a diagonal, or beyond its state"));
                    }
                    Slot::Free { name, low, high }
                }
                None => {
                    let value = fixed(self, subscript)?;
                    if !(0..size).contains(&value) {
                        return Err(refused("an equation for a component that is not there"));
                    }
                    Slot::Fixed(value)
                }
            };
            slots.push(slot);
        }
        if slots.len() == shape.len() {
            Ok(slots)
        } else {
            Err(refused("an equation with the wrong number of indices"))
        }
    }

    /// The blocks of one equation, without the components that `stronger` ones move.
    fn equation(
        &mut self,
        place: &Place,
        pattern: &Pattern,
        stronger: &[Pattern],
    ) -> Rolling<Vec<Block>> {
        let free: Vec<(&str, i64, i64)> = pattern
            .slots
            .iter()
            .filter_map(|slot| match slot {
                Slot::Free { name, low, high } => Some((*name, *low, *high)),
                Slot::Fixed(_) => None,
            })
            .collect();
        let pieces = self.nest(&free, &mut |roller| {
            let mut bound = roller.bound(free.len())?.into_iter();
            let mut at = vec![];
            for slot in &pattern.slots {
                at.push(match slot {
                    Slot::Fixed(value) => roller.whole(*value),
                    Slot::Free { .. } => {
                        bound.next().ok_or_else(|| refused("an index without a value"))?
                    }
                });
            }
            for other in stronger {
                if roller.matches(other, &at)? {
                    if other.freedom() == pattern.freedom() {
                        return Err(refused("a component with two equations"));
                    }
                    return Ok(None);
                }
            }
            let flat = roller.flat(place, &at)?;
            Ok(Some((flat, roller.number(&pattern.equation.right)?)))
        })?;
        let block = |(loops, piece): (Vec<Loop>, Option<_>)| {
            piece.map(|(place, value)| Block { loops, place, value })
        };
        Ok(pieces.into_iter().filter_map(block).collect())
    }

    /// Whether an equation moves the components at these places, all or none of them.
    fn matches(&mut self, pattern: &Pattern, at: &[IntId]) -> Rolling<bool> {
        for (slot, &at) in pattern.slots.iter().zip(at) {
            let questions = match slot {
                Slot::Fixed(value) => vec![(Compare::Equal, *value)],
                Slot::Free { low, high, .. } => {
                    vec![(Compare::GreaterEqual, *low), (Compare::Less, *high)]
                }
            };
            for (compare, value) in questions {
                let value = self.whole(value);
                match self.decide(compare, at, value)? {
                    Some(true) => {}
                    Some(false) => return Ok(false),
                    None => return Err(refused("equations that overlap in an unclear way")),
                }
            }
        }
        Ok(true)
    }

    /// How many components a block moves: its loops have constant bounds but for those that a
    /// condition on two indices split.
    fn count(&mut self, loops: &[Loop]) -> Rolling<i64> {
        let Some((outer, inner)) = loops.split_first() else { return Ok(1) };
        let integers = &self.graph.integers;
        let depends = inner.iter().any(|one| {
            (integers.indices(one.low) | integers.indices(one.high)) & (1 << outer.index) != 0
        });
        let bounds = integers.as_constant(outer.low).zip(integers.as_constant(outer.high));
        match (bounds, depends, inner) {
            (Some((low, high)), false, _) => Ok((high - low).max(0) * self.count(inner)?),
            // A triangle: the lengths of the inner loop are a sum over the outer one.
            (Some((low, high)), true, [inner]) => {
                let length = self.add(inner.high, -1, inner.low)?;
                let length = self.graph.integers.affine(length);
                let (first, last) = (low, high - 1);
                let factor = length.terms.first().map_or(0, |term| term.1);
                let sum = (i128::from(first) + i128::from(last)) * i128::from(high - low) / 2;
                let total =
                    i128::from(factor) * sum + i128::from(length.constant) * i128::from(high - low);
                let most = i128::from(MAX_SIZE) * i128::from(MAX_SIZE);
                let total = (length.terms.len() == 1 && total <= most).then_some(total);
                total
                    .and_then(|total| i64::try_from(total).ok())
                    .ok_or_else(|| refused("equations whose loops cannot be counted"))
            }
            _ => Err(refused("equations whose loops cannot be counted")),
        }
    }
}
