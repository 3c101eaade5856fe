//! The traits that a method implements.

use crate::{Call, Dataset, Fault};
use ndarray::{Array2, Array3, ArrayView2};

/// What a method is, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// The name by which sweeps ask for it: lower case, digits and `-`.
    pub id: &'static str,
    /// What it does, in one line.
    pub summary: &'static str,
    /// Where it comes from: the paper, or the book.
    pub source: &'static str,
    /// Whether the result depends on the seed.
    pub stochastic: bool,
}

/// What forecasters and discoverers share.
///
/// An instance is used by one thread at a time.
pub trait Method: Sized + Send + 'static {
    /// The parameters: a struct with a default and a documentation comment for each field.
    ///
    /// `#[derive(Params)]` is told of in [`params`](crate::params). Bounds are checked before
    /// [`Method::new`] is called.
    type Params: serde::de::DeserializeOwned + schemars::JsonSchema + Default;

    /// What the method is.
    const ABOUT: About;

    /// Whether the result depends on the number of threads, in its last bits at least.
    const THREADS_MATTER: bool = false;

    /// Makes an instance, not fitted yet.
    ///
    /// # Errors
    /// [`Fault::InvalidParams`] where parameters do not go together.
    fn new(params: Self::Params) -> Result<Self, Fault>;

    /// Learns from data. An earlier fit is forgotten.
    ///
    /// Long loops ask [`Call::check`] now and then; all randomness comes from [`Call::random`]; no
    /// more threads are used than [`Call::threads`].
    ///
    /// # Errors
    /// A [`Fault`]; after one, the instance is not fitted.
    fn fit(&mut self, data: &Dataset, call: &Call) -> Result<(), Fault>;
}

/// A method that continues trajectories.
pub trait Forecaster: Method {
    /// The next `horizon` states after `context`, on the time step of the data.
    ///
    /// - `context`: `time × component`, ends at the present.
    ///
    /// Returns `horizon × component`, finite.
    ///
    /// # Errors
    /// A [`Fault`]; [`Fault::Diverged`] where the forecast runs away.
    fn forecast(
        &self,
        context: ArrayView2<'_, f64>,
        horizon: usize,
        call: &Call,
    ) -> Result<Array2<f64>, Fault>;
}

/// A system that a discoverer proposes.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// One expression for each component: its derivative (for maps, its next state), in the
    /// expression syntax of the language over the names of the dataset and `t`.
    pub equations: Vec<String>,
    /// How complex the method finds it; larger is more.
    pub complexity: f64,
    /// How badly it fits, by the method's own measure; smaller is better.
    pub loss: f64,
}

/// A method that finds equations.
pub trait Discoverer: Method {
    /// What the fit has found, best first: one candidate, or a front of complexity against loss.
    ///
    /// # Errors
    /// A [`Fault`].
    fn candidates(&self, call: &Call) -> Result<Vec<Candidate>, Fault>;
}

/// A method whose fitted instances can be kept. Exported as `forecaster+saves`.
///
/// What is written is sealed (see [`envelope`](crate::envelope)): `load` is given the bytes of a `save` of
/// the same method, version and parameters, unharmed, or is not called.
pub trait Saves: Method {
    /// What the fit has found, as bytes that mean the same on every machine.
    ///
    /// # Errors
    /// A [`Fault`].
    fn save(&self) -> Result<Vec<u8>, Fault>;

    /// Makes an instance of the same parameters, not fitted yet, into the one that was saved.
    ///
    /// # Errors
    /// [`Fault::InvalidData`] if the bytes make no sense nevertheless.
    fn load(&mut self, bytes: &[u8]) -> Result<(), Fault>;
}

/// A forecaster that knows how sure it is. Exported as `forecaster+probabilistic`.
pub trait Probabilistic: Forecaster {
    /// `count` paths, drawn from the method's distribution of futures: of equal weight, independent.
    ///
    /// - `context`: `time × component`, ends at the present.
    ///
    /// Returns `count × horizon × component`, finite.
    ///
    /// # Errors
    /// A [`Fault`].
    fn sample(
        &self,
        context: ArrayView2<'_, f64>,
        horizon: usize,
        count: usize,
        call: &Call,
    ) -> Result<Array3<f64>, Fault>;
}

/// A forecaster whose model can be differentiated. Exported as `forecaster+jacobian`.
pub trait Jacobian: Forecaster {
    /// The derivative of the next state by the last `lags` states of `context`.
    ///
    /// - `context`: `time × component`, ends at the present.
    ///
    /// Returns `lags × component × component`: element `k, i, j` is the derivative of component `i` of
    /// the next state by component `j` of the state `k` samples before the present.
    ///
    /// # Errors
    /// A [`Fault`].
    fn jacobian(
        &self,
        context: ArrayView2<'_, f64>,
        lags: usize,
        call: &Call,
    ) -> Result<Array3<f64>, Fault>;
}

/// A method that goes on learning. Exported as `forecaster+online`.
pub trait Online: Method {
    /// Learns from samples that follow directly on the last ones it has learnt from.
    ///
    /// - `samples`: `time × component`, on the time step of the data.
    ///
    /// # Errors
    /// A [`Fault`]; after one, the instance is as it was.
    fn update(&mut self, samples: ArrayView2<'_, f64>, call: &Call) -> Result<(), Fault>;
}
