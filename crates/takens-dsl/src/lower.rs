//! From trees to the graph: names become symbols, functions are put in place, indices are expanded.
//!
//! Start at [`Lowerer::value`]. What is known before a run (indices, structural parameters, integer
//! literals beside them) is computed exactly here, so that a condition on an index chooses its
//! branch once and for all and a subscript is a number.

use crate::Diagnostic;
use crate::ast::*;
use crate::definition::{Definition, Role, primed};
use crate::diagnostic::Span;
use crate::limits::{MAX_INLINE_DEPTH, MAX_NODES, MAX_STEPS};
use num_rational::Ratio;
use num_traits::{CheckedAdd, CheckedDiv, CheckedMul, CheckedSub, One, ToPrimitive, Zero};
use std::collections::HashMap;
use takens_symbolic::{Compare, ExprId, Function, Graph, Node, Rational, Symbol};

/// Numbers known before a run.
pub(crate) type Small = Ratio<i64>;

/// What an expression becomes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value {
    /// An integer or fraction as written.
    Literal(Small),
    /// A number that depends on indices or structural parameters.
    Static(Small),
    /// A number known at run time.
    Expr(ExprId),
    /// A condition known before a run.
    Truth(bool),
    /// A condition known at run time.
    Condition(ExprId),
}

/// A fault was recorded; what depends on the value is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Halt;

/// A result, or a fault that was recorded.
pub(crate) type Lowered<T> = Result<T, Halt>;

/// How indices are expanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All values.
    Full,
    /// A few at each end: enough to find faults, whatever the size.
    Ends,
}

/// How many values at each end [`Extent::Ends`] takes.
const ENDS: i64 = 3;

/// Where the scalars of a vector or matrix stand.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Place {
    pub(crate) shape: Vec<i64>,
    pub(crate) first: i64,
}

impl Place {
    pub(crate) fn count(&self) -> i64 {
        self.shape.iter().fold(1_i64, |count, &size| count.saturating_mul(size))
    }
}

/// Lowers expressions of one system at given sizes.
pub(crate) struct Lowerer<'a> {
    pub(crate) definition: &'a Definition,
    pub(crate) graph: Graph,
    pub(crate) sizes: Vec<i64>,
    pub(crate) parameters: Vec<Place>,
    pub(crate) states: Vec<Place>,
    pub(crate) extent: Extent,
    pub(crate) faults: Vec<Diagnostic>,
    /// A limit on the whole was passed.
    pub(crate) too_large: bool,
    /// Expansion needed more than [`Extent::Ends`] computes exactly.
    lets: HashMap<(usize, Vec<i64>), Value>,
    constants: HashMap<String, Value>,
    locals: Vec<(String, Value)>,
    /// Locals below this place belong to the caller of the function being put in place.
    base: usize,
    in_function: bool,
    depth: usize,
    steps: usize,
}

impl<'a> Lowerer<'a> {
    pub(crate) fn new(definition: &'a Definition, sizes: Vec<i64>, extent: Extent) -> Self {
        Self {
            definition,
            graph: Graph::new(),
            sizes,
            parameters: vec![],
            states: vec![],
            extent,
            faults: vec![],
            too_large: false,
            lets: HashMap::new(),
            constants: HashMap::new(),
            locals: vec![],
            base: 0,
            in_function: false,
            depth: 0,
            steps: 0,
        }
    }

    // ---- What callers need ------------------------------------------------------------------

    /// Runs `action` with names bound to integers.
    pub(crate) fn with<T>(
        &mut self,
        names: &[&str],
        values: &[i64],
        action: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = self.locals.len();
        for (name, &value) in names.iter().zip(values) {
            self.locals.push(((*name).to_owned(), Value::Static(Small::from_integer(value))));
        }
        let result = action(self);
        self.locals.truncate(before);
        result
    }

    /// The number that `expr` is, as a node.
    pub(crate) fn number(&mut self, expr: &Expr) -> Lowered<ExprId> {
        let value = self.value(expr)?;
        self.node(value, &expr.span)
    }

    /// The integer that `expr` is, which must not depend on a run.
    pub(crate) fn integer(&mut self, expr: &Expr) -> Lowered<i64> {
        match self.value(expr)? {
            Value::Literal(value) | Value::Static(value) if value.is_integer() => {
                Ok(value.to_integer())
            }
            Value::Expr(id) => {
                let exact = self.graph.as_number(id).filter(|value| value.is_integer());
                match exact.and_then(|value| value.to_integer().to_i64()) {
                    Some(value) => Ok(value),
                    None => Err(self.not_an_integer(expr)),
                }
            }
            _ => Err(self.not_an_integer(expr)),
        }
    }

    fn not_an_integer(&mut self, expr: &Expr) -> Halt {
        self.fault(
            Diagnostic::error(
                "E043",
                expr.span.clone(),
                "this must be a whole number known before the run",
            )
            .help("it may use integers, indices and structural parameters"),
        )
    }

    /// The values an index takes from `low` to, not including, `high`.
    pub(crate) fn run(&self, low: i64, high: i64) -> Vec<i64> {
        if self.extent == Extent::Full || high.saturating_sub(low) <= 2 * ENDS {
            (low..high).collect()
        } else {
            (low..low + ENDS).chain(high - ENDS..high).collect()
        }
    }

    /// Records a fault.
    pub(crate) fn fault(&mut self, fault: Diagnostic) -> Halt {
        self.faults.push(fault);
        Halt
    }

    /// Counts work; the limits on a whole system are judged here.
    pub(crate) fn spend(&mut self, steps: usize, span: &Span) -> Lowered<()> {
        self.steps = self.steps.saturating_add(steps);
        if self.graph.len() <= MAX_NODES && self.steps <= MAX_STEPS {
            return Ok(());
        }
        if !self.too_large {
            self.too_large = true;
            let message =
                format!("expanded over its indices, this system has more than {MAX_NODES} nodes");
            self.fault(
                Diagnostic::error("E003", span.clone(), message)
                    .help("make the structural sizes smaller"),
            );
        }
        Err(Halt)
    }

    /// A value as a node of the graph; a condition is refused.
    pub(crate) fn node(&mut self, value: Value, span: &Span) -> Lowered<ExprId> {
        match value {
            Value::Literal(value) | Value::Static(value) => Ok(self.exact(value)),
            Value::Expr(id) => Ok(id),
            Value::Truth(_) | Value::Condition(_) => Err(self.fault(Diagnostic::error(
                "E050",
                span.clone(),
                "a number is needed here, and this is a condition",
            ))),
        }
    }

    fn exact(&mut self, value: Small) -> ExprId {
        self.graph.number(Rational::new((*value.numer()).into(), (*value.denom()).into()))
    }

    // ---- Expressions ------------------------------------------------------------------------

    /// What `expr` is.
    pub(crate) fn value(&mut self, expr: &Expr) -> Lowered<Value> {
        self.spend(1, &expr.span)?;
        if self.depth >= MAX_INLINE_DEPTH {
            return Err(self.fault(Diagnostic::error(
                "E003",
                expr.span.clone(),
                format!(
                    "with all functions put in place, this nests deeper than {MAX_INLINE_DEPTH}"
                ),
            )));
        }
        self.depth += 1;
        let result = self.dispatch(expr);
        self.depth -= 1;
        result
    }

    fn dispatch(&mut self, expr: &Expr) -> Lowered<Value> {
        match &expr.kind {
            ExprKind::Number(value) => Ok(self.literal(value)),
            ExprKind::Truth(value) => Ok(Value::Truth(*value)),
            ExprKind::Reference { name, subscripts, primes } => {
                self.reference(name, subscripts, *primes, &expr.span)
            }
            ExprKind::Call { name, arguments, .. } => self.call(name, arguments, &expr.span),
            ExprKind::Reduce { name, binders, body } => {
                self.reduce(name, binders, body, &expr.span)
            }
            ExprKind::Neg(operand) => self.negative(operand),
            ExprKind::Not(operand) => {
                let operand = self.condition(operand)?;
                Ok(self.not(operand))
            }
            ExprKind::Sum(first, rest) => self.sum(first, rest),
            ExprKind::Product(first, rest) => self.product(first, rest),
            ExprKind::Power(base, exponent) => self.power(base, exponent),
            ExprKind::Compare(compare, a, b) => self.compare(*compare, a, b),
            ExprKind::And(parts) => self.joined(parts, true),
            ExprKind::Or(parts) => self.joined(parts, false),
            ExprKind::If { branches, otherwise } => self.choice(branches, otherwise, &expr.span),
            ExprKind::Matrix(_) => Err(self.fault(
                Diagnostic::error("E041", expr.span.clone(), "a list of values cannot stand here")
                    .help("vectors and matrices are values of parameters and states"),
            )),
            ExprKind::Broken => Err(Halt),
        }
    }

    fn literal(&mut self, value: &Rational) -> Value {
        if value.is_integer()
            && let Some(small) = value.to_integer().to_i64()
        {
            return Value::Literal(Small::from_integer(small));
        }
        Value::Expr(self.graph.number(value.clone()))
    }

    #[inline(never)]
    fn negative(&mut self, operand: &Expr) -> Lowered<Value> {
        Ok(match self.value(operand)? {
            Value::Literal(value) if *value.numer() > i64::MIN => Value::Literal(-value),
            Value::Static(value) if *value.numer() > i64::MIN => Value::Static(-value),
            value => {
                let id = self.node(value, &operand.span)?;
                Value::Expr(match self.graph.as_number(id).cloned() {
                    // `-0.5` is one literal.
                    Some(number) if !matches!(value, Value::Static(_)) => {
                        self.graph.number(-number)
                    }
                    _ => self.graph.neg(id),
                })
            }
        })
    }

    #[inline(never)]
    fn sum(&mut self, first: &Expr, rest: &[(Sign, Expr)]) -> Lowered<Value> {
        let mut total = self.value(first)?;
        let mut span = &first.span;
        for (sign, term) in rest {
            let term_value = self.value(term)?;
            let known = known_pair(total, term_value).and_then(|(a, b)| match sign {
                Sign::Plus => a.checked_add(&b),
                Sign::Minus => a.checked_sub(&b),
            });
            total = match known {
                Some(value) => Value::Static(value),
                None => {
                    let a = self.node(total, span)?;
                    let b = self.node(term_value, &term.span)?;
                    Value::Expr(match sign {
                        Sign::Plus => self.graph.add(a, b),
                        Sign::Minus => self.graph.sub(a, b),
                    })
                }
            };
            span = &term.span;
        }
        Ok(total)
    }

    #[inline(never)]
    fn product(&mut self, first: &Expr, rest: &[(Factor, Expr)]) -> Lowered<Value> {
        let mut total = self.value(first)?;
        let mut span = &first.span;
        for (factor, operand) in rest {
            let value = self.value(operand)?;
            if *factor == Factor::Over && self.is_zero(value) {
                return Err(self.fault(
                    Diagnostic::error("E052", operand.span.clone(), "this divides by zero")
                        .label("always 0"),
                ));
            }
            total = self.times(total, span, *factor, value, &operand.span)?;
            span = &operand.span;
        }
        Ok(total)
    }

    fn times(
        &mut self,
        a: Value,
        a_span: &Span,
        factor: Factor,
        b: Value,
        b_span: &Span,
    ) -> Lowered<Value> {
        let known = known_pair(a, b).and_then(|(a, b)| match factor {
            Factor::Times => a.checked_mul(&b),
            Factor::Over => a.checked_div(&b),
        });
        if let Some(value) = known {
            return Ok(Value::Static(value));
        }
        // `8/3` is eight thirds: one literal.
        if let (Value::Literal(a), Factor::Over, Value::Literal(b)) = (a, factor, b)
            && a.is_integer()
            && b.is_integer()
            && let Some(value) = a.checked_div(&b)
        {
            return Ok(Value::Literal(value));
        }
        let a = self.node(a, a_span)?;
        let b = self.node(b, b_span)?;
        Ok(Value::Expr(match factor {
            Factor::Times => self.graph.mul(a, b),
            Factor::Over => self.graph.div(a, b),
        }))
    }

    fn is_zero(&self, value: Value) -> bool {
        match value {
            Value::Literal(value) | Value::Static(value) => value.is_zero(),
            Value::Expr(id) => self.graph.as_number(id).is_some_and(Zero::is_zero),
            _ => false,
        }
    }

    #[inline(never)]
    fn power(&mut self, base: &Expr, exponent: &Expr) -> Lowered<Value> {
        let (a, b) = (self.value(base)?, self.value(exponent)?);
        let known = known_pair(a, b).and_then(|(a, b)| {
            let exponent = u32::try_from(b.to_integer()).ok().filter(|_| b.is_integer())?;
            (0..exponent.min(64))
                .try_fold(Small::one(), |power, _| power.checked_mul(&a))
                .filter(|_| exponent <= 64)
        });
        if let Some(value) = known {
            return Ok(Value::Static(value));
        }
        let a = self.node(a, &base.span)?;
        let b = self.node(b, &exponent.span)?;
        Ok(Value::Expr(self.graph.pow(a, b)))
    }

    // ---- Conditions -------------------------------------------------------------------------

    fn condition(&mut self, expr: &Expr) -> Lowered<Value> {
        match self.value(expr)? {
            value @ (Value::Truth(_) | Value::Condition(_)) => Ok(value),
            _ => Err(self.fault(Diagnostic::error(
                "E051",
                expr.span.clone(),
                "a condition is needed here, and this is a number",
            ))),
        }
    }

    fn not(&mut self, value: Value) -> Value {
        match value {
            Value::Truth(holds) => Value::Truth(!holds),
            Value::Condition(id) => Value::Condition(self.graph.add_node(Node::Not(id))),
            other => other,
        }
    }

    #[inline(never)]
    fn compare(&mut self, compare: Compare, a: &Expr, b: &Expr) -> Lowered<Value> {
        let (left, right) = (self.value(a)?, self.value(b)?);
        if let (
            Value::Literal(left) | Value::Static(left),
            Value::Literal(right) | Value::Static(right),
        ) = (left, right)
        {
            return Ok(Value::Truth(holds(compare, &left, &right)));
        }
        let left = self.node(left, &a.span)?;
        let right = self.node(right, &b.span)?;
        if let (Some(left), Some(right)) = (self.graph.as_number(left), self.graph.as_number(right))
        {
            return Ok(Value::Truth(holds(compare, left, right)));
        }
        Ok(Value::Condition(self.graph.compare(compare, left, right)))
    }

    /// `and` over the parts, or `or`. A part that is known drops out or decides.
    #[inline(never)]
    fn joined(&mut self, parts: &[Expr], all: bool) -> Lowered<Value> {
        let mut joined: Option<ExprId> = None;
        for part in parts {
            match self.condition(part)? {
                Value::Truth(holds) if holds != all => return Ok(Value::Truth(holds)),
                Value::Condition(id) => {
                    joined = Some(match joined {
                        None => id,
                        Some(before) if all => self.graph.add_node(Node::And(before, id)),
                        Some(before) => self.graph.add_node(Node::Or(before, id)),
                    });
                }
                _ => {}
            }
        }
        Ok(joined.map_or(Value::Truth(all), Value::Condition))
    }

    #[inline(never)]
    fn choice(
        &mut self,
        branches: &[(Expr, Expr)],
        otherwise: &Expr,
        span: &Span,
    ) -> Lowered<Value> {
        // Conditions in order; a known one ends the list or drops out, so that a branch that is
        // never taken may hold a subscript that would be out of range.
        let mut open: Vec<(ExprId, Value)> = vec![];
        let mut last = None;
        for (condition, value) in branches {
            match self.condition(condition)? {
                Value::Truth(false) => {}
                Value::Truth(true) => {
                    last = Some(self.value(value)?);
                    break;
                }
                Value::Condition(id) => {
                    let value = self.value(value)?;
                    open.push((id, value));
                }
                _ => return Err(Halt),
            }
        }
        let mut result = match last {
            Some(value) => value,
            None => self.value(otherwise)?,
        };
        while let Some((condition, yes)) = open.pop() {
            result = self.select(condition, yes, result, span)?;
        }
        Ok(result)
    }

    fn select(&mut self, condition: ExprId, yes: Value, no: Value, span: &Span) -> Lowered<Value> {
        let conditions = matches!(yes, Value::Truth(_) | Value::Condition(_));
        if !conditions {
            let yes = self.node(yes, span)?;
            let no = self.node(no, span)?;
            return Ok(Value::Expr(self.graph.select(condition, yes, no)));
        }
        // A choice between conditions, in terms of `and`, `or`, `not`.
        let first = self.and(Value::Condition(condition), yes);
        let negated = self.not(Value::Condition(condition));
        let second = self.and(negated, no);
        Ok(match (first, second) {
            (Value::Truth(true), _) | (_, Value::Truth(true)) => Value::Truth(true),
            (Value::Truth(false), other) | (other, Value::Truth(false)) => other,
            (Value::Condition(a), Value::Condition(b)) => {
                Value::Condition(self.graph.add_node(Node::Or(a, b)))
            }
            _ => return Err(Halt),
        })
    }

    fn and(&mut self, a: Value, b: Value) -> Value {
        match (a, b) {
            (Value::Truth(true), other) | (other, Value::Truth(true)) => other,
            (Value::Condition(a), Value::Condition(b)) => {
                Value::Condition(self.graph.add_node(Node::And(a, b)))
            }
            _ => Value::Truth(false),
        }
    }

    // ---- Names ------------------------------------------------------------------------------

    #[inline(never)]
    fn reference(
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
    fn element(
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
    fn subscripts(
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

    fn within_function(&mut self, arguments: Vec<(String, Value)>, body: &Expr) -> Lowered<Value> {
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
    fn within_function_free<T>(&mut self, action: impl FnOnce(&mut Self) -> T) -> T {
        let locals = std::mem::take(&mut self.locals);
        let (base, in_function) = (self.base, self.in_function);
        (self.base, self.in_function) = (0, false);
        let result = action(self);
        (self.base, self.in_function) = (base, in_function);
        self.locals = locals;
        result
    }

    // ---- Calls ------------------------------------------------------------------------------

    #[inline(never)]
    fn call(&mut self, name: &Name, arguments: &[Expr], span: &Span) -> Lowered<Value> {
        let definition = self.definition;
        if name.text == "root" && !definition.globals.functions.contains_key("root") {
            return self.root(arguments, span);
        }
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.value(argument)?);
        }
        if let Some(function) = definition.globals.functions.get(&name.text) {
            let names = function.arguments.iter().map(|argument| argument.text.clone());
            return self.within_function(names.zip(values).collect(), &function.body);
        }
        if let Some(value) = known_call(&name.text, &values) {
            return Ok(Value::Static(value));
        }
        let mut nodes = Vec::with_capacity(values.len());
        for (value, argument) in values.into_iter().zip(arguments) {
            nodes.push(self.node(value, &argument.span)?);
        }
        self.builtin(name, &nodes).map(Value::Expr)
    }

    fn builtin(&mut self, name: &Name, nodes: &[ExprId]) -> Lowered<ExprId> {
        let reciprocal = |graph: &mut Graph, above: ExprId, below: ExprId| graph.div(above, below);
        Ok(match (name.text.as_str(), nodes) {
            ("sec", &[x]) => {
                let (one, below) = (self.graph.one(), self.graph.call(Function::Cos, &[x]));
                reciprocal(&mut self.graph, one, below)
            }
            ("csc", &[x]) => {
                let (one, below) = (self.graph.one(), self.graph.call(Function::Sin, &[x]));
                reciprocal(&mut self.graph, one, below)
            }
            ("cot", &[x]) => {
                let above = self.graph.call(Function::Cos, &[x]);
                let below = self.graph.call(Function::Sin, &[x]);
                reciprocal(&mut self.graph, above, below)
            }
            ("min" | "max", [first, rest @ ..]) if !rest.is_empty() => {
                let function = if name.text == "min" { Function::Min } else { Function::Max };
                rest.iter().fold(*first, |best, &next| self.graph.call(function, &[best, next]))
            }
            (text, nodes) => match Function::by_name(text) {
                Some(function) if function.arity() == nodes.len() => {
                    self.graph.call(function, nodes)
                }
                _ => return Err(self.fault(unknown(name))),
            },
        })
    }

    /// `root(q, g, start)`: the zero of `g` in `q`.
    #[inline(never)]
    fn root(&mut self, arguments: &[Expr], span: &Span) -> Lowered<Value> {
        let [Expr { kind: ExprKind::Reference { name, .. }, .. }, equation, start] = arguments
        else {
            let message =
                "`root` is written `root(q, g, start)`: the unknown, what vanishes, a start";
            return Err(self.fault(Diagnostic::error("E023", span.clone(), message)));
        };
        let start = self.number(start)?;
        let (unknown, symbol) = self.graph.unknown();
        self.locals.push((name.text.clone(), Value::Expr(symbol)));
        let equation = self.number(equation);
        self.locals.pop();
        let node = Node::Root { unknown, equation: equation?, start };
        Ok(Value::Expr(self.graph.add_node(node)))
    }

    // ---- Reductions -------------------------------------------------------------------------

    #[inline(never)]
    fn reduce(
        &mut self,
        name: &Name,
        binders: &[Binder],
        body: &Expr,
        span: &Span,
    ) -> Lowered<Value> {
        let before = self.locals.len();
        let mut total = None;
        let result = self.fold(name, binders, body, span, &mut total);
        self.locals.truncate(before);
        result?;
        match (total, name.text.as_str()) {
            (Some(value), _) => Ok(value),
            (None, "sum") => Ok(Value::Literal(Small::zero())),
            (None, "prod") => Ok(Value::Literal(Small::one())),
            (None, _) => {
                let message = format!("this `{}` runs over no value at all", name.text);
                Err(self.fault(Diagnostic::error("E061", span.clone(), message)))
            }
        }
    }

    fn fold(
        &mut self,
        name: &Name,
        binders: &[Binder],
        body: &Expr,
        span: &Span,
        total: &mut Option<Value>,
    ) -> Lowered<()> {
        let Some((binder, inner)) = binders.split_first() else {
            let value = self.value(body)?;
            *total = Some(match *total {
                None => value,
                Some(before) => self.combine(name, before, value, span)?,
            });
            return Ok(());
        };
        let (low, high) = self.bounds(binder)?;
        for index in self.run(low, high) {
            self.spend(1, span)?;
            let value = Value::Static(Small::from_integer(index));
            self.locals.push((binder.name.text.clone(), value));
            let wanted = match &binder.condition {
                None => Ok(true),
                Some((compare, other)) => {
                    self.integer(other).map(|other| holds(*compare, &index, &other))
                }
            };
            let result = match wanted {
                Ok(true) => self.fold(name, inner, body, span, total),
                Ok(false) => Ok(()),
                Err(halt) => Err(halt),
            };
            self.locals.pop();
            result?;
        }
        Ok(())
    }

    fn combine(&mut self, name: &Name, a: Value, b: Value, span: &Span) -> Lowered<Value> {
        let known = known_pair(a, b).and_then(|(a, b)| match name.text.as_str() {
            "sum" => a.checked_add(&b),
            "prod" => a.checked_mul(&b),
            "min" => Some(a.min(b)),
            _ => Some(a.max(b)),
        });
        if let Some(value) = known {
            return Ok(Value::Static(value));
        }
        let (a, b) = (self.node(a, span)?, self.node(b, span)?);
        Ok(Value::Expr(match name.text.as_str() {
            "sum" => self.graph.add(a, b),
            "prod" => self.graph.mul(a, b),
            "min" => self.graph.call(Function::Min, &[a, b]),
            _ => self.graph.call(Function::Max, &[a, b]),
        }))
    }

    fn bounds(&mut self, binder: &Binder) -> Lowered<(i64, i64)> {
        if let Some((low, high)) = &binder.bounds {
            return Ok((self.integer(low)?, self.integer(high)?));
        }
        let definition = self.definition;
        let Some(index) = definition.index(&binder.name.text) else {
            return Err(self.fault(unknown(&binder.name)));
        };
        self.within_function_free(|lowerer| {
            Ok((lowerer.integer(&index.low)?, lowerer.integer(&index.high)?))
        })
    }
}

/// Both numbers, if both are known and at least one depends on indices or sizes: pure literals stay
/// as the writer wrote them.
fn known_pair(a: Value, b: Value) -> Option<(Small, Small)> {
    match (a, b) {
        (Value::Static(a), Value::Static(b) | Value::Literal(b))
        | (Value::Literal(a), Value::Static(b)) => Some((a, b)),
        _ => None,
    }
}

/// Functions of numbers known before a run that give such numbers.
fn known_call(name: &str, values: &[Value]) -> Option<Small> {
    if !values.iter().any(|value| matches!(value, Value::Static(_))) {
        return None;
    }
    let numbers: Option<Vec<Small>> = values
        .iter()
        .map(|value| match value {
            Value::Static(number) | Value::Literal(number) => Some(*number),
            _ => None,
        })
        .collect();
    match (name, numbers?.as_slice()) {
        ("abs", &[x]) if *x.numer() > i64::MIN => Some(if x < Small::zero() { -x } else { x }),
        ("floor", &[x]) => Some(x.floor()),
        ("sign", &[x]) => Some(Small::from_integer(x.numer().signum())),
        ("mod", &[a, b]) if !b.is_zero() => {
            a.checked_sub(&b.checked_mul(&a.checked_div(&b)?.floor())?)
        }
        ("min", all @ [_, _, ..]) => all.iter().copied().min(),
        ("max", all @ [_, _, ..]) => all.iter().copied().max(),
        _ => None,
    }
}

fn holds<T: PartialOrd>(compare: Compare, a: &T, b: &T) -> bool {
    match compare {
        Compare::Less => a < b,
        Compare::LessEqual => a <= b,
        Compare::Greater => a > b,
        Compare::GreaterEqual => a >= b,
        Compare::Equal => a == b,
        Compare::NotEqual => a != b,
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

/// What lies past the end, by the first index of a subscript that says so.
fn boundary_of(definition: &Definition, subscript: &Expr) -> Boundary {
    let mut open = vec![subscript];
    while let Some(expr) = open.pop() {
        if let ExprKind::Reference { name, .. } = &expr.kind
            && let Some(index) = definition.index(&name.text)
            && index.boundary != Boundary::Strict
        {
            return index.boundary;
        }
        open.extend(expr.parts().into_iter().rev());
    }
    Boundary::Strict
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
