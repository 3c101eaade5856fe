//! `systems.dsl` as a validated, queryable set, with generated annotations.
