//! The kinds of expression.

use crate::ExprId;

/// Exact rational numbers.
pub type Rational = num_rational::BigRational;

/// What an expression may refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Symbol {
    /// Component `i` of the state.
    State(u32),
    /// Parameter `i`, counted over all scalars in flat order.
    Parameter(u32),
    /// Time (the iteration number in a map).
    Time,
    /// The delayed value `i` of a system: see [`crate::Delay`].
    Delayed(u32),
    /// The discrete state `i`, which only events change: see [`crate::Mode`].
    Mode(u32),
    /// The unknown that a [`Node::Root`] binds, numbered uniquely within a graph.
    Unknown(u32),
}

/// Elementary functions. What each gives at a jump is part of its definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Function {
    /// Sine, of radians.
    Sin,
    /// Cosine, of radians.
    Cos,
    /// Tangent, of radians.
    Tan,
    /// Inverse sine.
    Asin,
    /// Inverse cosine.
    Acos,
    /// Inverse tangent.
    Atan,
    /// `atan2(y, x)`: the angle of the point `(x, y)`.
    Atan2,
    /// Hyperbolic sine.
    Sinh,
    /// Hyperbolic cosine.
    Cosh,
    /// Hyperbolic tangent.
    Tanh,
    /// Exponential.
    Exp,
    /// Natural logarithm.
    Log,
    /// Square root.
    Sqrt,
    /// Absolute value.
    Abs,
    /// -1, 0 or 1; `sign(0) = 0`.
    Sign,
    /// The greatest integer not above the argument.
    Floor,
    /// `mod(a, b) = a - b·floor(a/b)`.
    Mod,
    /// The least of two.
    Min,
    /// The greatest of two.
    Max,
    /// 1 above zero, else 0; `heaviside(0) = 0`.
    Heaviside,
}

/// Comparisons of two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Compare {
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
}

/// One node of the graph; its parts are nodes of the same graph.
///
/// Conditions (comparisons and their combinations) are nodes too; the language keeps them apart from
/// numbers, so that only `If` takes one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    /// An exact number.
    Number(Rational),
    /// The ratio of a circle's circumference to its diameter.
    Pi,
    /// A reference.
    Symbol(Symbol),
    /// `-a`
    Neg(ExprId),
    /// `a + b`
    Add(ExprId, ExprId),
    /// `a - b`
    Sub(ExprId, ExprId),
    /// `a * b`
    Mul(ExprId, ExprId),
    /// `a / b`
    Div(ExprId, ExprId),
    /// `a ^ b`
    Pow(ExprId, ExprId),
    /// A function of one argument or, for `Atan2`, `Mod`, `Min`, `Max`, of two.
    Call(Function, Box<[ExprId]>),
    /// A comparison, a condition.
    Compare(Compare, ExprId, ExprId),
    /// Both conditions hold.
    And(ExprId, ExprId),
    /// One condition or both hold.
    Or(ExprId, ExprId),
    /// The condition does not hold.
    Not(ExprId),
    /// `if condition then yes else no`
    If {
        /// A condition.
        condition: ExprId,
        /// The value where it holds.
        yes: ExprId,
        /// The value where it does not.
        no: ExprId,
    },
    /// The real zero, in `unknown`, of `equation`, reached from `start`.
    Root {
        /// The number of the [`Symbol::Unknown`] that `equation` contains.
        unknown: u32,
        /// What is to vanish.
        equation: ExprId,
        /// Where the search starts.
        start: ExprId,
    },
}

impl Function {
    /// Every function, with its name in the language and its number of arguments in the graph.
    pub const ALL: [(Self, &'static str, usize); 20] = [
        (Self::Sin, "sin", 1),
        (Self::Cos, "cos", 1),
        (Self::Tan, "tan", 1),
        (Self::Asin, "asin", 1),
        (Self::Acos, "acos", 1),
        (Self::Atan, "atan", 1),
        (Self::Atan2, "atan2", 2),
        (Self::Sinh, "sinh", 1),
        (Self::Cosh, "cosh", 1),
        (Self::Tanh, "tanh", 1),
        (Self::Exp, "exp", 1),
        (Self::Log, "log", 1),
        (Self::Sqrt, "sqrt", 1),
        (Self::Abs, "abs", 1),
        (Self::Sign, "sign", 1),
        (Self::Floor, "floor", 1),
        (Self::Mod, "mod", 2),
        (Self::Min, "min", 2),
        (Self::Max, "max", 2),
        (Self::Heaviside, "heaviside", 1),
    ];

    /// The function's name in the language.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// How many arguments the function takes in the graph.
    #[must_use]
    pub fn arity(self) -> usize {
        Self::ALL[self as usize].2
    }

    /// The function of this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|entry| entry.1 == name).map(|entry| entry.0)
    }
}

impl Node {
    /// The parts of the node, in order.
    #[must_use]
    pub fn children(&self) -> Vec<ExprId> {
        match self {
            Self::Number(_) | Self::Pi | Self::Symbol(_) => vec![],
            Self::Neg(a) | Self::Not(a) => vec![*a],
            Self::Add(a, b)
            | Self::Sub(a, b)
            | Self::Mul(a, b)
            | Self::Div(a, b)
            | Self::Pow(a, b)
            | Self::Compare(_, a, b)
            | Self::And(a, b)
            | Self::Or(a, b) => vec![*a, *b],
            Self::Call(_, arguments) => arguments.to_vec(),
            Self::If { condition, yes, no } => vec![*condition, *yes, *no],
            Self::Root { equation, start, .. } => vec![*equation, *start],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_functions_is_in_the_order_of_the_enum() {
        for (index, (function, name, _)) in Function::ALL.iter().enumerate() {
            assert_eq!(*function as usize, index);
            assert_eq!(Function::by_name(name), Some(*function));
        }
    }
}
