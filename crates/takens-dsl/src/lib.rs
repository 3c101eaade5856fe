//! The language: from text to checked systems, with diagnostics.
