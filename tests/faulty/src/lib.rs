//! A plugin whose methods misbehave, each in its own way: what isolation is tested with.
//!
//! Each method misbehaves in `fit`; what it does is in `deeds`. Two behave: `draws` and `finds` are
//! there for what a well-behaved plugin of the same shape cannot show.

mod deeds;

use takens_plugin::prelude::*;

/// There is little to choose.
#[derive(Debug, Params)]
pub struct Params {
    /// added to every value of the forecast
    #[takens(default = 0.0, range = 0.0..=1.0)]
    pub shift: f64,
}

macro_rules! faulty {
    ($type:ident, $id:literal, $stochastic:literal, |$data:pat_param, $call:pat_param| $fit:expr) => {
        #[doc = concat!("The method `", $id, "`.")]
        #[derive(Debug)]
        pub struct $type {
            shift: f64,
        }

        impl Method for $type {
            type Params = Params;

            const ABOUT: About = About {
                id: $id,
                summary: "see the manifest",
                source: "none",
                stochastic: $stochastic,
            };

            fn new(params: Params) -> Result<Self, Fault> {
                Ok(Self { shift: params.shift })
            }

            #[allow(unreachable_code)]
            fn fit(&mut self, $data: &Dataset, $call: &Call) -> Result<(), Fault> {
                $fit
            }
        }

        impl Forecaster for $type {
            fn forecast(
                &self,
                context: ArrayView2<'_, f64>,
                horizon: usize,
                call: &Call,
            ) -> Result<Array2<f64>, Fault> {
                let mut values = Array2::from_elem((horizon, context.ncols()), self.shift);
                match $id {
                    "nan" => values[[horizon / 2, 0]] = f64::NAN,
                    "draws" => {
                        let mut draws = vec![0.0; values.len()];
                        call.random(3, 5, &mut draws);
                        values.iter_mut().zip(draws).for_each(|(value, draw)| *value += draw);
                    }
                    _ => {}
                }
                Ok(values)
            }
        }
    };
}

faulty!(Panics, "panics", false, |data, _| panic!("the fit of {} samples is lost", data.samples()));
faulty!(ThreadPanics, "thread-panics", false, |_, _| {
    let joined = std::thread::spawn(|| panic!("lost in a thread")).join();
    std::panic::resume_unwind(joined.expect_err("it panicked"))
});
faulty!(Segfaults, "segfaults", false, |_, _| deeds::segfault());
faulty!(Aborts, "aborts", false, |_, _| std::process::abort());
faulty!(Exits, "exits", false, |_, _| std::process::exit(3));
faulty!(Spins, "spins", false, |_, _| deeds::spin());
faulty!(Defies, "defies", false, |_, _| deeds::defy());
faulty!(Waits, "waits", false, |_, call| deeds::wait(call));
faulty!(Hoards, "hoards", false, |_, _| deeds::hoard());
faulty!(Huge, "huge", false, |_, _| deeds::ask_for_a_terabyte());
faulty!(NotANumber, "nan", false, |_, _| Ok(()));
faulty!(Prints, "prints", false, |_, _| deeds::print());
faulty!(Rounds, "rounds", false, |_, _| deeds::round_up());
faulty!(Forks, "forks", false, |_, _| deeds::fork(false));
faulty!(ForksAndSpins, "forks-and-spins", false, |_, _| deeds::fork(true));
faulty!(HoldsApart, "holds-apart", false, |_, _| deeds::apart(deeds::hold));
faulty!(ToilsApart, "toils-apart", false, |_, _| deeds::apart(deeds::toil));
faulty!(Closes, "closes", false, |_, _| deeds::close_all());
faulty!(Scribbles, "scribbles", false, |_, _| deeds::scribble());
faulty!(Diverges, "diverges", false, |_, _| Err(Fault::Diverged("ran away at sample 7".into())));
faulty!(Refuses, "refuses", false, |_, _| Err(Fault::InvalidData("too few samples".into())));
faulty!(Talks, "talks", false, |_, call| deeds::talk(call));
faulty!(Draws, "draws", true, |_, _| Ok(()));
faulty!(Finds, "finds", false, |_, _| Ok(()));

impl Discoverer for Finds {
    fn candidates(&self, _call: &Call) -> Result<Vec<Candidate>, Fault> {
        let candidate = |equation: &str, complexity: f64, loss: f64| Candidate {
            equations: vec![equation.to_owned(); 2],
            complexity,
            loss,
        };
        Ok(vec![candidate("x0 - x1^2", 5.0, 0.25), candidate("0", 1.0, 1.0)])
    }
}

export_plugin!(
    manifest = include_str!("../takens-plugin.toml");
    forecaster Panics,
    forecaster ThreadPanics,
    forecaster Segfaults,
    forecaster Aborts,
    forecaster Exits,
    forecaster Spins,
    forecaster Defies,
    forecaster Waits,
    forecaster Hoards,
    forecaster Huge,
    forecaster NotANumber,
    forecaster Prints,
    forecaster Rounds,
    forecaster Forks,
    forecaster ForksAndSpins,
    forecaster HoldsApart,
    forecaster ToilsApart,
    forecaster Closes,
    forecaster Scribbles,
    forecaster Diverges,
    forecaster Refuses,
    forecaster Talks,
    forecaster Draws,
    forecaster+discoverer Finds,
);
