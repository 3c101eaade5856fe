//! The checks themselves, by what they are about.
//!
//! [`CHECKS`] lists them in the order in which they run. A check is a function of the loaded plugin
//! ([`Subject`]), or of the request alone where it must be there before the library is, or of several
//! answers of several processes.

mod behaviour;
mod calls;
mod compare;
mod exports;
mod extensions;
mod hosts;
mod memory;
mod models;
mod params;
mod plugin;
mod results;
mod shared;

pub(super) use compare::{Answer, answer};

use super::child::Request;
use super::report::Outcome;
use super::subject::{Finding, Subject};
use compare::Ask;

/// One check.
#[derive(Clone, Copy)]
pub struct Check {
    /// Its name, by which it can be asked for.
    pub name: &'static str,
    /// What it looks for, in one line.
    pub about: &'static str,
    /// Whether it is of the plugin as a whole; else it is done for each method.
    pub of_plugin: bool,
    body: Body,
    pub(super) compare: Option<fn(&Ask<'_>) -> Outcome>,
}

impl std::fmt::Debug for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Check").field("name", &self.name).finish_non_exhaustive()
    }
}

#[derive(Clone, Copy)]
enum Body {
    /// Done by the validator itself.
    Elsewhere,
    Loaded(fn(&Subject<'_>) -> Finding),
    Bare(fn(&Request) -> Finding),
}

const fn of_method(
    name: &'static str,
    about: &'static str,
    body: fn(&Subject<'_>) -> Finding,
) -> Check {
    Check { name, about, of_plugin: false, body: Body::Loaded(body), compare: None }
}

const fn of_plugin(
    name: &'static str,
    about: &'static str,
    body: fn(&Subject<'_>) -> Finding,
) -> Check {
    Check { name, about, of_plugin: true, body: Body::Loaded(body), compare: None }
}

const fn bare(name: &'static str, about: &'static str, body: fn(&Request) -> Finding) -> Check {
    Check { name, about, of_plugin: false, body: Body::Bare(body), compare: None }
}

const fn compared(
    name: &'static str,
    about: &'static str,
    compare: fn(&Ask<'_>) -> Outcome,
) -> Check {
    Check { name, about, of_plugin: false, body: Body::Elsewhere, compare: Some(compare) }
}

/// All checks, in the order in which they run.
pub const CHECKS: &[Check] = &[
    Check {
        name: "manifest",
        about: "the manifest can be read, and says what it should",
        of_plugin: true,
        body: Body::Elsewhere,
        compare: None,
    },
    of_plugin(
        "load",
        "the library loads, is what the manifest says, and initialises",
        plugin::load,
    ),
    Check {
        name: "exports",
        about: "the library exports its entry and nothing more",
        of_plugin: true,
        body: Body::Bare(exports::one_symbol),
        compare: None,
    },
    of_plugin("unknown-ids", "unknown methods and extensions are answered with null", plugin::ids),
    of_plugin("init", "init and deinit may be called again", plugin::init),
    of_method("schema", "the parameters' schema is one, with defaults that fit it", params::schema),
    of_method("defaults", "no parameters, {} and all defaults are the same", params::defaults),
    of_method("bad-parameters", "bad parameters are refused as such", params::bad),
    of_method("parameters", "extreme and random parameters work or are refused", params::any),
    of_method("result", "clean data give a whole, finite result", results::result),
    of_method("bounds", "nothing is written outside the output", results::bounds),
    of_method("strides", "other memory layouts give the same bits", results::strides),
    of_method("inputs", "inputs are left as they were", results::inputs),
    of_method("horizons", "0, 1 and many steps are forecast", results::horizons),
    of_method("lengths", "data of no and of one sample are survived", results::lengths),
    of_method("components", "1 and 64 components work or are refused", results::components),
    of_method(
        "awkward-data",
        "NaN, infinite, constant and huge data are survived",
        results::awkward,
    ),
    of_method("no-peeking", "what comes after the context does not matter", results::no_peeking),
    of_method("unfitted", "a forecast before a fit is refused", behaviour::unfitted),
    of_method("repeat", "a second forecast gives the same bits", behaviour::repeat),
    of_method("refit", "a second fit forgets the first", behaviour::refit),
    of_method("instances", "instances do not touch each other", behaviour::instances),
    of_method("destroy-null", "destroying nothing does nothing", behaviour::destroy_null),
    of_method("errors", "errors are written within their buffer", behaviour::errors),
    of_method("random-source", "random numbers come from the host", behaviour::random_source),
    compared("same-seed", "the same seed in another process gives the same bits", compare::same),
    compared("other-seed", "another seed matters if and only if it is said", compare::other),
    compared("threads", "the number of threads matters only if it is said", compare::threads),
    of_method(
        "thread-budget",
        "no more threads or processes are at work than are allowed",
        calls::thread_budget,
    ),
    of_method("cancel", "a call stops within a second when asked", calls::cancel),
    of_method("deadline", "a call stops when its time is up", calls::deadline),
    of_method("save-load", "a saved model goes on as it was", models::save_load),
    of_method("saved-bytes", "bytes that are no saved model are refused", models::saved_bytes),
    of_method("symbolic", "equations can be read", extensions::symbolic),
    of_method(
        "probabilistic",
        "samples of the future are whole and finite",
        extensions::probabilistic,
    ),
    of_method("jacobian", "the derivative fits the forecast", extensions::jacobian),
    of_method("online", "learning goes on", extensions::online),
    of_method("old-host", "shorter structs and missing callbacks are survived", hosts::old),
    of_method("new-host", "longer structs change nothing", hosts::new),
    of_method("leaks", "instances are made and destroyed without loss", memory::instances),
    of_method("leaks-fit", "fits and forecasts leave no memory behind", memory::fits),
    bare("floating-point", "rounding and denormals stay as they are", shared::floating_point),
    bare("signals", "signal handlers stay as they are", shared::signals),
    bare("directory", "the working directory stays as it is", shared::directory),
    bare("environment", "environment variables stay as they are", shared::environment),
    bare("locale", "the locale stays as it is", shared::locale),
    bare("stdout", "standard output is left alone", shared::stdout),
    bare("descriptors", "no files are left open", shared::descriptors),
    bare("children", "no processes are left running", shared::children),
    bare("files", "no files are left in the working directory", shared::files),
];

/// Carries out a check in this process.
pub(super) fn run(request: &Request) -> Outcome {
    let Some(check) = CHECKS.iter().find(|check| check.name == request.check) else {
        return Outcome::failed(format!("there is no check `{}`", request.check));
    };
    let finding = match check.body {
        Body::Elsewhere => Ok(()),
        Body::Bare(body) => body(request),
        Body::Loaded(body) => Subject::load(request).and_then(|subject| body(&subject)),
    };
    finding.err().unwrap_or_else(Outcome::passed)
}
