//! W5: all Lyapunov exponents. The second row of a result has their standard errors.

use crate::Size;
use crate::protocol::{Outcome, Prepared};
use crate::systems::{self, Expanded};
use takens_analysis::{SpectrumOptions, lyapunov_spectrum};

/// Lorenz's system to t = 10,000.
pub(crate) fn lorenz(size: Size) -> Result<Prepared, String> {
    spectrum(&systems::lorenz(), size.of(10_000) as f64)
}

/// Lorenz 96 with 40 components to t = 1000.
pub(crate) fn lorenz96(size: Size) -> Result<Prepared, String> {
    spectrum(&systems::lorenz96(40), size.of(1000) as f64)
}

fn spectrum(text: &str, t_end: f64) -> Result<Prepared, String> {
    let Expanded { field, parameters, initial } = systems::expanded(text)?;
    let options =
        SpectrumOptions { t_end, transient: t_end.min(100.0), ..SpectrumOptions::default() };
    Ok(Prepared::new("lyapunov_spectrum, defaults; compiled in every run", move || {
        let found = lyapunov_spectrum(&field, &parameters, &initial, &options)
            .map_err(|error| error.to_string())?;
        if let Some(error) = found.ended_by {
            return Err(error.to_string());
        }
        // The average leaves out what does not fill a batch; the trajectory went to the end.
        let shape = (2, found.exponents.len());
        let values = [found.exponents, found.standard_errors].concat();
        Ok(Outcome { values, shape, reached: t_end })
    }))
}
