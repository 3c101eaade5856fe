//! The C types that cross a plugin boundary, and their version.
