//! Helpers that the tests in this package share.
