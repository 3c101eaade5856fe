//! What can be said of an attractor: exponents, dominant period.
