//! Finds, loads and isolates plugins; runs sweeps; keeps results.
//!
//! Start at [`plan`], which turns a [`Sweep`] into tasks, and [`run`], which brings every one of them
//! to an end in the store. [`plugins::scan`] finds plugins without running them, and
//! [`isolate::Worker`] has one loaded in a process of its own. The other end of that process is
//! [`worker::main`]; only there is a library ever loaded.

mod attempt;
mod compare;
mod data_cache;
mod discover;
mod estimate;
mod folder;
mod joint;
mod overview;
mod plugin_set;
mod probes;
mod protocol;
mod provenance;
mod reader;
mod record;
mod rescore;
mod run;
mod score;
mod store;
mod sweep;
mod tune;
mod tuner;

pub mod isolate;
mod load;
pub mod plugins;
mod sandbox;
pub mod validate;
mod wire;
pub mod worker;

pub use compare::{Comparison, Difference, Moved, compare};
pub use discover::{DiscoverError, Discovery, DiscoveryData, Judged, discover};
pub use estimate::{Estimate, MethodEstimate, estimate};
pub use folder::{check_plan, plan_into, saved_sweep};
pub use isolate::WorkerCommand;
pub use joint::{InFlight, JointOptions, MemberOverview, Share};
pub use overview::{FileOverview, Overview, overview};
pub use plugin_set::{HashedPlugin, PluginSet, UnreadableLibrary};
pub use plugins::PluginFile;
pub use probes::{Probes, Unloadable};
pub use protocol::{Components, ProtocolError, REVISION, Recipe, Sampling, prepare};
pub use reader::{Reader, Run, has_results, read};
pub use record::{Record, Series, Status};
pub use rescore::{Rescored, rescore};
pub use run::{Event, RunError, RunOptions, Summary, run};
pub use score::scores;
pub use store::{DataRecord, SetAside, Store, StoreError, damage, set_damaged_aside};
pub use sweep::{Limits, MethodChoice, Plan, Sweep, SweepError, Task, plan};
pub use tune::{Strategy, Tuning};
pub use tuner::{Choice, TaskTuning};
