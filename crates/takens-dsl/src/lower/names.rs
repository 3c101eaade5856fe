//! Names and subscripts: what a name stands for, at which place, and in whose sight.
//!
//! Start at [`Lowerer::reference`]. The sentences for names that cannot stand where they do are at the
//! end; the checks use them too.

use super::{Halt, Lowered, Lowerer, Place, Small, Value};
use crate::Diagnostic;
use crate::ast::*;
use crate::definition::{Definition, IndexDefinition, Role, primed};
use crate::diagnostic::Span;
use num_traits::Zero;
use takens_symbolic::Symbol;

impl Lowerer<'_> {
    #[inline(never)]
    pub(super) fn reference(
        &mut self,
        name: &Name,
        subscripts: &[Expr],
        primes: usize,
        span: &Span,
    ) -> Lowered<Value> {
        if subscripts.is_empty() && primes == 0 {
            let locals = self.locals[self.base..].iter().rev();
            if let Some((_, value)) = locals.into_iter().find(|(local, _)| *local == name.text) {
                return Ok(*value);
            }
        }
        let definition = self.definition;
        if !self.in_function {
            let entity = if primes == 0 {
                definition.names.get(&name.text)
            } else {
                definition.names.get(&primed(&name.text, primes))
            };
            if let Some(entity) = entity {
                return self.entity(entity.role, name, subscripts, span);
            }
        }
        if definition.globals.constants.contains_key(&name.text) {
            return self.constant(name);
        }
        match name.text.as_str() {
            "pi" => Ok(Value::Expr(self.graph.pi())),
            "t" if !self.in_function => Ok(Value::Expr(self.graph.symbol(Symbol::Time))),
            _ => Err(self.fault(unknown(name))),
        }
    }

    fn entity(
        &mut self,
        role: Role,
        name: &Name,
        subscripts: &[Expr],
        span: &Span,
    ) -> Lowered<Value> {
        match role {
            Role::Structural(place) => {
                Ok(Value::Static(Small::from_integer(self.sizes.get(place).copied().unwrap_or(0))))
            }
            Role::Parameter(place) => {
                // A size that mentions it is read before it has a place, and is at fault.
                let place = self.parameters.get(place).cloned().ok_or(Halt)?;
                let element = self.element(name, &place, subscripts, span)?;
                Ok(self.symbol(element, Symbol::Parameter))
            }
            Role::State(place) => {
                // A size that mentions it is read before it has a place, and is at fault.
                let place = self.states.get(place).cloned().ok_or(Halt)?;
                let element = self.element(name, &place, subscripts, span)?;
                Ok(self.symbol(element, Symbol::State))
            }
            Role::Mode(place) => {
                let place = self.modes.get(place).cloned().ok_or(Halt)?;
                let element = self.element(name, &place, subscripts, span)?;
                Ok(self.symbol(element, Symbol::Mode))
            }
            Role::Let(place) => self.let_element(place, name, subscripts, span),
            Role::Time => Ok(Value::Expr(self.graph.symbol(Symbol::Time))),
            Role::Index(_) => Err(self.fault(unbound_index(name))),
            Role::Broken => Err(Halt),
        }
    }

    /// The symbol of a flat place; 0 beyond a `zero` boundary.
    fn symbol(&mut self, place: Option<i64>, symbol: fn(u32) -> Symbol) -> Value {
        match place.and_then(|place| u32::try_from(place).ok()) {
            Some(place) => Value::Expr(self.graph.symbol(symbol(place))),
            None => Value::Literal(Small::zero()),
        }
    }

    /// The flat place of an element; `None` beyond a `zero` boundary.
    pub(crate) fn element(
        &mut self,
        name: &Name,
        place: &Place,
        subscripts: &[Expr],
        span: &Span,
    ) -> Lowered<Option<i64>> {
        let Some(subscripts) = self.subscripts(name, &place.shape, subscripts, span)? else {
            return Ok(None);
        };
        let offset = subscripts
            .iter()
            .zip(&place.shape)
            .fold(0_i64, |offset, (subscript, size)| offset * size + subscript);
        Ok(Some(place.first + offset))
    }

    /// The subscripts as numbers within `shape`, boundaries applied; `None` beyond a `zero` one.
    pub(super) fn subscripts(
        &mut self,
        name: &Name,
        shape: &[i64],
        subscripts: &[Expr],
        span: &Span,
    ) -> Lowered<Option<Vec<i64>>> {
        if subscripts.len() != shape.len() {
            return Err(self.fault(wrong_rank(name, shape.len(), subscripts.len(), span)));
        }
        let mut found = Vec::with_capacity(shape.len());
        for (subscript, &size) in subscripts.iter().zip(shape) {
            let value = self.integer(subscript)?;
            if (0..size).contains(&value) {
                found.push(value);
                continue;
            }
            match boundary_of(self.definition, subscript) {
                Boundary::Cyclic if size > 0 => found.push(value.rem_euclid(size)),
                Boundary::Clamped if size > 0 => found.push(value.clamp(0, size - 1)),
                Boundary::Zero => return Ok(None),
                _ => return Err(self.out_of_range(name, subscript, value, size)),
            }
        }
        Ok(Some(found))
    }

    fn out_of_range(&mut self, name: &Name, subscript: &Expr, value: i64, size: i64) -> Halt {
        let name = &name.text;
        let fault = Diagnostic::error(
            "E040",
            subscript.span.clone(),
            format!("the index of `{name}` reaches {value}; it runs from 0 to {}", size - 1),
        );
        let indexed = !matches!(subscript.kind, ExprKind::Number(_));
        self.fault(if indexed && size > 0 {
            fault.help("say what lies past the end: `index ... cyclic`, `clamped` or `zero`")
        } else {
            fault
        })
    }

    #[inline(never)]
    fn let_element(
        &mut self,
        place: usize,
        name: &Name,
        subscripts: &[Expr],
        span: &Span,
    ) -> Lowered<Value> {
        let declared = &self.definition.lets[place];
        let shape = self.shape_of_subscripts(&declared.subscripts)?;
        let Some(subscripts) = self.subscripts(name, &shape, subscripts, span)? else {
            return Ok(Value::Literal(Small::zero()));
        };
        self.let_value(place, subscripts)
    }

    /// The value of a `let` at given indices.
    pub(crate) fn let_value(&mut self, place: usize, indices: Vec<i64>) -> Lowered<Value> {
        let key = (place, indices);
        if let Some(value) = self.lets.get(&key) {
            return Ok(*value);
        }
        let declared = &self.definition.lets[place];
        let Some(body) = &declared.value else { return Err(Halt) };
        // A `let` sees no locals of where it is used.
        let locals = std::mem::take(&mut self.locals);
        let (base, in_function) = (self.base, self.in_function);
        (self.base, self.in_function) = (0, false);
        let names: Vec<&str> = subscript_names(&declared.subscripts);
        let value = self.with(&names, &key.1, |lowerer| lowerer.value(body));
        (self.base, self.in_function) = (base, in_function);
        self.locals = locals;
        let value = value?;
        self.lets.insert(key, value);
        Ok(value)
    }

    fn constant(&mut self, name: &Name) -> Lowered<Value> {
        if let Some(value) = self.constants.get(&name.text) {
            return Ok(*value);
        }
        let definition = self.definition;
        let Some(body) = definition.globals.constants[&name.text].value.as_ref() else {
            return Err(Halt);
        };
        let value = self.within_function(vec![], body)?;
        self.constants.insert(name.text.clone(), value);
        Ok(value)
    }

    pub(super) fn within_function(
        &mut self,
        arguments: Vec<(String, Value)>,
        body: &Expr,
    ) -> Lowered<Value> {
        let (base, in_function, before) = (self.base, self.in_function, self.locals.len());
        self.locals.extend(arguments);
        (self.base, self.in_function) = (before, true);
        let value = self.value(body);
        self.locals.truncate(before);
        (self.base, self.in_function) = (base, in_function);
        value
    }

    /// The sizes of a declaration's subscripts.
    pub(crate) fn shape_of_subscripts(&mut self, subscripts: &[Expr]) -> Lowered<Vec<i64>> {
        let definition = self.definition;
        let names = subscript_names(subscripts);
        names
            .iter()
            .map(|name| {
                let index = definition.index(name).ok_or(Halt)?;
                self.within_function_free(|lowerer| lowerer.integer(&index.high))
            })
            .collect()
    }

    /// Runs `action` with no locals in sight, as bounds of indices are read.
    pub(super) fn within_function_free<T>(&mut self, action: impl FnOnce(&mut Self) -> T) -> T {
        let locals = std::mem::take(&mut self.locals);
        let (base, in_function) = (self.base, self.in_function);
        (self.base, self.in_function) = (0, false);
        let result = action(self);
        (self.base, self.in_function) = (base, in_function);
        self.locals = locals;
        result
    }
}

/// The names of a declaration's subscripts, which are plain index names once checked.
pub(crate) fn subscript_names(subscripts: &[Expr]) -> Vec<&str> {
    subscripts
        .iter()
        .map(|subscript| match &subscript.kind {
            ExprKind::Reference { name, .. } => name.text.as_str(),
            _ => "",
        })
        .collect()
}

/// The first index that a subscript names, one with a boundary before one without.
pub(super) fn index_of<'d>(
    definition: &'d Definition,
    subscript: &Expr,
) -> Option<&'d IndexDefinition> {
    let (mut open, mut found) = (vec![subscript], None);
    while let Some(expr) = open.pop() {
        if let ExprKind::Reference { name, .. } = &expr.kind
            && let Some(index) = definition.index(&name.text)
        {
            if index.boundary != Boundary::Strict {
                return Some(index);
            }
            found = found.or(Some(index));
        }
        open.extend(expr.parts().into_iter().rev());
    }
    found
}

/// What lies past the end, by the first index of a subscript that says so.
pub(crate) fn boundary_of(definition: &Definition, subscript: &Expr) -> Boundary {
    index_of(definition, subscript).map_or(Boundary::Strict, |index| index.boundary)
}

/// A name that stands for nothing.
pub(crate) fn unknown(name: &Name) -> Diagnostic {
    Diagnostic::error("E020", name.span.clone(), format!("nothing here is called `{}`", name.text))
}

/// An index where none runs.
pub(crate) fn unbound_index(name: &Name) -> Diagnostic {
    let text = &name.text;
    Diagnostic::error("E044", name.span.clone(), format!("the index `{text}` has no value here"))
        .help(format!("use it under `sum({text})(...)`, or put `[{text}]` on the left-hand side"))
}

/// Too many or too few subscripts.
pub(crate) fn wrong_rank(name: &Name, want: usize, got: usize, span: &Span) -> Diagnostic {
    let text = &name.text;
    let message = match (want, got) {
        (0, _) => format!("`{text}` is a single number and takes no index"),
        (1, 0) => format!("`{text}` is a vector; say which element"),
        (_, 0) => format!("`{text}` is a matrix; say which element"),
        (1, _) => format!("`{text}` takes 1 index, not {got}"),
        _ => format!("`{text}` takes {want} indices, not {got}"),
    };
    let fault = Diagnostic::error("E042", span.clone(), message);
    match (want, got) {
        (1, 0) => fault.help(format!("write `{text}[i]` with an index, or `{text}[0]`")),
        (2, 0) => fault.help(format!("write `{text}[i, j]` with indices, or `{text}[0, 0]`")),
        _ => fault,
    }
}
