//! sindy
