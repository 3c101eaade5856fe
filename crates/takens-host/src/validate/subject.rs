//! A loaded plugin as checks see it: one method, data to feed it, and its answers.

use super::child::Request;
use super::data;
use super::parameters;
use super::report::Outcome;
use crate::load::{CallSetup, Failure, Instance, Loaded, Plugin, status_name};
use crate::plugins::PluginFile;
use ndarray::Array2;
use serde_json::Value;
use takens_abi::{Status, caps};
use takens_plugin::{Candidate, Dataset};

/// What a check says: nothing more than that all is well, or an outcome.
pub(super) type Finding = Result<(), Outcome>;

/// Ends a check: what was seen is a fault.
macro_rules! fail {
    ($($part:tt)*) => { return Err($crate::validate::report::Outcome::failed(format!($($part)*))) };
}
pub(super) use fail;

/// One method of a loaded plugin.
pub(super) struct Subject<'a> {
    pub(super) plugin: Plugin,
    method: Option<usize>,
    pub(super) request: &'a Request,
    /// The parameters that checks use: given, or the method's own, made quick.
    pub(super) params: String,
}

/// A fitted instance and what it was fitted to.
pub(super) struct Fitted {
    pub(super) instance: Instance,
    pub(super) data: Dataset,
    pub(super) context: Array2<f64>,
}

/// What a fitted instance says.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) forecast: Option<Array2<f64>>,
    pub(super) candidates: Vec<Candidate>,
}

impl<'a> Subject<'a> {
    /// Loads the plugin.
    pub(super) fn load(request: &'a Request) -> Result<Self, Outcome> {
        let file = PluginFile::open(&request.folder)
            .map_err(|problem| Outcome::failed(problem.to_string()))?;
        let plugin = Plugin::open(&file.library, &file.manifest_text)
            .map_err(|error| Outcome::failed(error.to_string()))?;
        let method =
            match &request.method {
                None => None,
                Some(id) => Some(
                    plugin.methods().iter().position(|method| method.facts.id == *id).ok_or_else(
                        || Outcome::failed(format!("the library has no method `{id}`")),
                    )?,
                ),
            };
        let mut subject = Self { plugin, method, request, params: "{}".into() };
        if method.is_some() {
            let given = request.params.as_deref().unwrap_or("{}");
            subject.params = match serde_json::from_str::<Value>(&subject.method().facts.schema) {
                Ok(schema) => parameters::quick(&schema, given),
                Err(_) => given.to_owned(),
            };
        }
        Ok(subject)
    }

    /// The method. Checks of the plugin as a whole have none, and do not ask.
    pub(super) fn method(&self) -> &Loaded {
        &self.plugin.methods()[self.method.unwrap_or_default()]
    }

    pub(super) fn schema(&self) -> Result<Value, Outcome> {
        serde_json::from_str(&self.method().facts.schema).map_err(|error| {
            Outcome::failed(format!("the parameters' schema is not JSON: {error}"))
        })
    }

    pub(super) fn stochastic(&self) -> bool {
        self.method().facts.caps & caps::STOCHASTIC != 0
    }

    /// What goes with a call in which nothing is special.
    pub(super) fn setup(&self) -> CallSetup {
        let (seed, threads) = (self.request.seed, self.request.threads);
        CallSetup { seed, stream: 0, threads, deadline_ns: 0, memory_bytes: 0 }
    }

    /// An instance with the parameters that checks use.
    pub(super) fn create(&self) -> Result<Instance, Outcome> {
        self.create_with(&self.params)
    }

    pub(super) fn create_with(&self, params: &str) -> Result<Instance, Outcome> {
        Instance::create(self.method(), params)
            .map_err(|failure| Outcome::failed(told(&format!("create with {params}"), &failure)))
    }

    /// Clean data that the method takes: of three components, or of fewer if it says that three are
    /// too many.
    pub(super) fn clean(&self, samples: usize, more_seed: u64) -> Result<Dataset, Outcome> {
        self.clean_at(samples, self.request.seed.wrapping_add(more_seed))
    }

    /// As [`Subject::clean`], of a seed of its own.
    pub(super) fn clean_at(&self, samples: usize, seed: u64) -> Result<Dataset, Outcome> {
        let of = |components| data::dataset(data::lorenz(samples, components, seed));
        for components in [3, 2, 1] {
            match self.create()?.fit(&of(components), &self.setup()) {
                Err(failure) if failure.status == Status::UNSUPPORTED => {}
                // What is wrong is told where the result is used.
                Ok(()) | Err(_) => return Ok(of(components)),
            }
        }
        Err(Outcome::failed("neither 3, 2 nor 1 component of a chaotic system is supported"))
    }

    /// An instance fitted to clean data.
    pub(super) fn fitted(&self) -> Result<Fitted, Outcome> {
        let data = self.clean(data::SAMPLES, 0)?;
        let mut instance = self.create()?;
        instance
            .fit(&data, &self.setup())
            .map_err(|failure| Outcome::failed(told("fit to clean data", &failure)))?;
        let context = data::context(&data);
        Ok(Fitted { instance, data, context })
    }
}

impl Fitted {
    /// What it says after the fit; for a method that only discovers, its candidates alone.
    pub(super) fn say(&mut self, subject: &Subject<'_>) -> Result<Said, Outcome> {
        say(&mut self.instance, &self.context, data::HORIZON, subject)
            .map_err(|failure| Outcome::failed(told("clean data", &failure)))
    }
}

/// What a fitted instance says.
pub(super) fn say(
    instance: &mut Instance,
    context: &Array2<f64>,
    horizon: usize,
    subject: &Subject<'_>,
) -> Result<Said, Failure> {
    let setup = subject.setup();
    let forecast = match instance.forecasts() {
        true => Some(instance.forecast(context, horizon, &setup)?),
        false => None,
    };
    Ok(Said { forecast, candidates: instance.candidates(&setup)? })
}

impl Said {
    /// The first value that is not finite, if there is one.
    pub(super) fn odd_value(&self) -> Option<String> {
        let forecast = self.forecast.as_ref()?;
        let odd = forecast.indexed_iter().find(|(_, value)| !value.is_finite());
        odd.map(|((row, column), value)| format!("{value} at step {row}, component {column}"))
    }

    /// A hash of every bit.
    pub(super) fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for value in self.forecast.iter().flatten() {
            hasher.update(&value.to_bits().to_le_bytes());
        }
        for candidate in &self.candidates {
            hasher.update(candidate.equations.join("\n").as_bytes());
            for number in [candidate.complexity, candidate.loss] {
                hasher.update(&number.to_bits().to_le_bytes());
            }
        }
        hasher.finalize().to_hex().to_string()
    }
}

/// A failure as a sentence: what was done, the status, the method's own words.
pub(super) fn told(what: &str, failure: &Failure) -> String {
    format!("{what}: {}: {}", status_name(failure.status), failure.message)
}

/// Whether a method may answer like this to data that it does not like.
pub(super) fn is_refusal(status: Status) -> bool {
    [Status::UNSUPPORTED, Status::INVALID_DATA, Status::DIVERGED].contains(&status)
}
