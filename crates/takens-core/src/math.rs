//! Elementary functions: one implementation for all engines, the same bits everywhere.

/// `x` to an integer power, by repeated squaring; `powi(x, 0) = 1`.
#[must_use]
pub fn powi(x: f64, exponent: i32) -> f64 {
    x.powi(exponent)
}
/// `x` to the power `y`.
#[must_use]
pub fn pow(x: f64, y: f64) -> f64 {
    x.powf(y)
}
/// The angle of the point `(x, y)`.
#[must_use]
pub fn atan2(y: f64, x: f64) -> f64 {
    y.atan2(x)
}
/// -1, 0 or 1; 0 at 0.
#[must_use]
pub fn sign(x: f64) -> f64 {
    if x > 0.0 { 1.0 } else if x < 0.0 { -1.0 } else { 0.0 }
}
/// 1 above zero, else 0.
#[must_use]
pub fn heaviside(x: f64) -> f64 {
    if x > 0.0 { 1.0 } else { 0.0 }
}
/// `a - b·floor(a/b)`.
#[must_use]
pub fn modulo(a: f64, b: f64) -> f64 {
    a - b * (a / b).floor()
}
/// The lesser; the second where they do not compare.
#[must_use]
pub fn min(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}
/// The greater; the second where they do not compare.
#[must_use]
pub fn max(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}
macro_rules! unary {
    ($($name:ident $std:ident $doc:literal),*) => {$(
        #[doc = $doc]
        #[must_use]
        pub fn $name(x: f64) -> f64 { x.$std() }
    )*};
}
unary!(sin sin "Sine.", cos cos "Cosine.", tan tan "Tangent.", asin asin "Inverse sine.", acos acos "Inverse cosine.",
    atan atan "Inverse tangent.", sinh sinh "Hyperbolic sine.", cosh cosh "Hyperbolic cosine.", tanh tanh "Hyperbolic tangent.",
    exp exp "Exponential.", log ln "Natural logarithm.");
