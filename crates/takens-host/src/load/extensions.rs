//! What only some methods can do: distributions, derivatives, learning on the way.

use ndarray::{Array2, Array3};
use takens_abi::{
    JACOBIAN, Jacobian, Method, ONLINE, Online, PROBABILISTIC, Probabilistic, Status, Str, Tensor,
    covered,
};

use super::instance::{CallSetup, Failure, Instance, with_error};
use super::views::{Cube, Matrix};

impl Instance {
    /// The extension of that id, `None` where the method has none.
    pub(crate) fn extension<T>(&mut self, id: &str) -> Option<*const T> {
        // SAFETY: the table was checked when it was loaded; the text lasts for the call.
        let place = unsafe {
            let get = covered!(self.table(), Method, get_extension).flatten()?;
            get(self.raw(), Str::new(id))
        };
        (!place.is_null()).then_some(place.cast())
    }

    /// `count` futures of `horizon` steps after `context`; `None` if the method draws none.
    pub(crate) fn sample(
        &mut self,
        context: &Array2<f64>,
        shape: (usize, usize),
        setup: &CallSetup,
    ) -> Option<Result<Array3<f64>, Failure>> {
        let extension = self.extension::<Probabilistic>(PROBABILISTIC)?;
        // SAFETY: the extension's type goes with its id.
        let sample = unsafe { covered!(extension, Probabilistic, sample).flatten() };
        let (count, horizon) = shape;
        Some(self.fill(context, (count, horizon, context.ncols()), setup, sample, PROBABILISTIC))
    }

    /// The derivative of the next state by the last `lags` states of `context`; `None` if the method has
    /// none.
    pub(crate) fn jacobian(
        &mut self,
        context: &Array2<f64>,
        lags: usize,
        setup: &CallSetup,
    ) -> Option<Result<Array3<f64>, Failure>> {
        let extension = self.extension::<Jacobian>(JACOBIAN)?;
        // SAFETY: the extension's type goes with its id.
        let jacobian = unsafe { covered!(extension, Jacobian, jacobian).flatten() };
        let n = context.ncols();
        Some(self.fill(context, (lags, n, n), setup, jacobian, JACOBIAN))
    }

    /// Has a function of an extension fill a cube. What it does not write stays a NaN.
    fn fill(
        &mut self,
        context: &Array2<f64>,
        shape: (usize, usize, usize),
        setup: &CallSetup,
        function: Option<Fill>,
        id: &str,
    ) -> Result<Array3<f64>, Failure> {
        let function =
            function.ok_or_else(|| Failure::internal(&format!("{id} is there, but empty")))?;
        let mut values = Array3::from_elem(shape, f64::NAN);
        let (context, call) = (Matrix::read(context), setup.raw());
        let mut out = Cube::write(&mut values);
        with_error(|error| {
            // SAFETY: the plugin's function; all pointers are good for the call.
            unsafe {
                let (context, call) = (context.as_ptr(), &raw const call);
                function(self.raw(), context, call, out.as_mut_ptr(), error)
            }
        })?;
        Ok(values)
    }

    /// Learns from samples that follow on the last; `None` if the method cannot.
    pub(crate) fn update(
        &mut self,
        samples: &Array2<f64>,
        setup: &CallSetup,
    ) -> Option<Result<(), Failure>> {
        let extension = self.extension::<Online>(ONLINE)?;
        // SAFETY: the extension's type goes with its id.
        let Some(update) = (unsafe { covered!(extension, Online, update).flatten() }) else {
            return Some(Err(Failure::internal("takens.online/1 is there, but empty")));
        };
        let (samples, call) = (Matrix::read(samples), setup.raw());
        Some(with_error(|error| {
            // SAFETY: the plugin's function; all pointers are good for the call.
            unsafe { update(self.raw(), samples.as_ptr(), &raw const call, error) }
        }))
    }
}

/// A function that writes a cube.
type Fill = unsafe extern "C" fn(
    *mut takens_abi::Instance,
    *const Tensor,
    *const takens_abi::Call,
    *mut Tensor,
    *mut takens_abi::Error,
) -> Status;
