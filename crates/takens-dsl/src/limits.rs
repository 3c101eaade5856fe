//! The limits of the language, in one place: each is an error with its number when it is passed.
//!
//! They keep a hostile file from costing more than bounded time, memory and stack.

/// How deep an expression may nest: brackets, `if`, `^` to the right, and prefix operators.
pub const MAX_DEPTH: usize = 256;

/// Bytes of one statement, and so of one expression.
pub const MAX_EXPRESSION: usize = 64 * 1024;

/// Bytes of one `param` statement, which may hold a table of values.
pub(crate) const MAX_TABLE: usize = 4 * 1024 * 1024;

/// Bytes of a file.
pub(crate) const MAX_FILE: usize = 64 * 1024 * 1024;

/// Files that one file may use, those that they use included.
pub(crate) const MAX_FILES: usize = 100;

/// How many systems may stand behind one another by `extends`.
pub(crate) const MAX_ANCESTORS: usize = 50;

/// Events of one system, each element of an indexed one for itself.
pub(crate) const MAX_EVENTS: usize = 10_000;

/// Bytes of a name.
pub(crate) const MAX_NAME: usize = 256;

/// Nodes of a system after every index is expanded.
pub const MAX_NODES: usize = 1_000_000;

/// Operations that expansion may take; above the nodes, because equal nodes are shared.
pub(crate) const MAX_STEPS: usize = 10_000_000;

/// The end of an index range.
pub const MAX_SIZE: i64 = 10_000_000;

/// Digits of a literal.
pub(crate) const MAX_DIGITS: usize = 1000;

/// The exponent of a literal, either sign.
pub(crate) const MAX_EXPONENT: i64 = 400;

/// How deep calls of functions and constants may nest once they are put in place.
pub(crate) const MAX_INLINE_DEPTH: usize = 600;

/// Faults reported for one file; what follows is likely noise.
pub const MAX_FAULTS: usize = 200;

/// The newest version of the language that this reader knows.
pub const LANGUAGE_VERSION: u32 = 1;
