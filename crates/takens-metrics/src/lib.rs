//! Scores of a forecast against the truth: pure functions of arrays.
