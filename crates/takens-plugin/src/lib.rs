//! What a plugin author imports: traits, [`export_plugin!`], parameters, conformance checks.
//!
//! Start at [`Forecaster`] and [`Discoverer`]: a method implements [`Method`] and one or both of
//! them, its crate calls [`export_plugin!`] once, and its tests call
//! [`conformance::check_forecaster`]. Everything is safe Rust: the C contract of `takens-abi` is
//! spoken by `export` alone.
//!
//! ```
//! use takens_plugin::prelude::*;
//!
//! /// How the constant forecast is made.
//! #[derive(Params)]
//! struct Params {
//!     /// added to the last observed state
//!     #[takens(default = 0.0)]
//!     shift: f64,
//! }
//!
//! struct Constant {
//!     shift: f64,
//! }
//!
//! impl Method for Constant {
//!     type Params = Params;
//!     const ABOUT: About = About {
//!         id: "constant",
//!         summary: "repeat the last observed state, shifted",
//!         source: "folklore",
//!         stochastic: false,
//!     };
//!     fn new(params: Params) -> Result<Self, Fault> {
//!         Ok(Self { shift: params.shift })
//!     }
//!     fn fit(&mut self, data: &Dataset, _call: &Call) -> Result<(), Fault> {
//!         data.require(1)
//!     }
//! }
//!
//! impl Forecaster for Constant {
//!     fn forecast(
//!         &self,
//!         context: ArrayView2<'_, f64>,
//!         horizon: usize,
//!         _call: &Call,
//!     ) -> Result<Array2<f64>, Fault> {
//!         let last = require_context(context, 1)?;
//!         Ok(Array2::from_shape_fn((horizon, context.ncols()), |(_, j)| last[j] + self.shift))
//!     }
//! }
//!
//! takens_plugin::conformance::check_forecaster::<Constant>();
//! ```

// What `#[derive(Params)]` expands to names this crate; so it can be used in it.
extern crate self as takens_plugin;

mod call;
pub mod conformance;
mod data;
pub mod envelope;
#[doc(hidden)]
pub mod export;
mod fault;
mod method;
pub mod params;

pub use call::{Call, Level, Progress, random_stream};
pub use data::{Dataset, Noise, NoiseKind, Series, TimeKind, require_context};
pub use fault::Fault;
pub use method::{
    About, Candidate, Discoverer, Forecaster, Jacobian, Method, Online, Probabilistic, Saves,
};

pub use ndarray;
pub use schemars;
pub use serde;
#[doc(hidden)]
pub use takens_abi as abi;
pub use takens_core::{Stream, TimeGrid, math};
pub use takens_plugin_derive::Params;

/// What the file of a method needs, in one line.
pub mod prelude {
    pub use crate::{
        About, Call, Candidate, Dataset, Discoverer, Fault, Forecaster, Jacobian, Level, Method,
        Noise, NoiseKind, Online, Params, Probabilistic, Saves, Series, TimeGrid, TimeKind,
        export_plugin, require_context,
    };
    pub use ndarray::{Array1, Array2, Array3, ArrayView1, ArrayView2};
    pub use schemars::JsonSchema;
    pub use serde::{Deserialize, Serialize};
}
