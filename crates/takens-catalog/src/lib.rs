//! The catalogue: `systems.dsl` as a validated, queryable set, with generated annotations.
//!
//! Start at [`Catalog::builtin`]. Definitions are what people wrote; annotations are what this
//! program computed from them, and count only while the definition is the one they were computed for.

mod annotations;
mod catalog;
mod definition;
mod entry;
mod instance;
mod nearest;
mod rolled;
mod used;

pub use annotations::{Annotated, Annotations, AnnotationsError};
pub use catalog::{Catalog, CatalogError, SourceFile};
pub use definition::{definition_hash, definition_text};
pub use entry::Entry;
pub use instance::{Instance, InstanceError};
pub use rolled::RolledInstance;
pub use used::parse_source;
