//! The language: from text to checked systems, with diagnostics.
//!
//! Start at [`parse_file`], which never fails: it gives the systems that are sound and all faults of
//! the file. [`System::flatten`] expands a system for engines, judge and exports, [`System::roll`] keeps
//! its loops; [`parse_expressions`] reads expressions over the names of a flat system;
//! [`outline::outline`] tells an editor where names are defined and used.
//!
//! On the way from text to system, one file each: `token` and `split` cut the text into statements,
//! `habits` reads the signs of other tools, `syntax` parses a statement with `grammar/systems.pest`,
//! `extends` puts what is inherited under it, `collect` gathers the statements of a system, `check`
//! resolves names, `units` compares dimensions, `lint` warns, `lower` and `expand` turn trees into the
//! expression graph. `files` lays a file and those that it uses side by side before all that.
//! [`format()`] stands beside: it needs statements only.

mod diagnostic;
mod explain;
mod limits;
mod line_index;
mod nearest;

mod ast;
mod files;
mod habits;
mod number;
mod read;
mod refusal;
mod split;
mod syntax;
mod token;

mod check;
mod collect;
mod definition;
mod expand;
mod extends;
mod globals;
mod lint;
mod lower;
mod order;
mod units;

mod expressions;
mod format;
mod import;
pub mod outline;
mod parse;
mod repair;
mod roll;
mod system;

pub use diagnostic::{Diagnostic, Fix, Severity, Span, render};
pub use explain::{Explanation, explain, explanations};
pub use expressions::parse_expressions;
pub use files::{Loader, UsedFile};
pub use format::format;
pub use import::{ImportFault, ImportFormat, import};
pub use limits::{LANGUAGE_VERSION, MAX_DEPTH, MAX_EXPRESSION, MAX_FAULTS, MAX_NODES, MAX_SIZE};
pub use line_index::LineIndex;
pub use nearest::nearest;
pub use parse::{Parsed, parse_file, parse_file_with};
pub use repair::{Applied, Repair, repair};
pub use roll::{Roll, Rolled};
pub use system::{
    Flat, FlattenError, Known, Meta, MetaValue, OutputInfo, ParameterInfo, ParameterShape, Sample,
    StateInfo, System, SystemKind,
};
