//! What a plugin author imports: traits, `export_plugin!`, parameters, conformance checks.
