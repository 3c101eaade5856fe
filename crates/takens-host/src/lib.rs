//! Finds, loads and isolates plugins; runs sweeps; keeps results.
//!
//! Start at [`plugins::scan`], which finds plugins without running them, and
//! [`isolate::Worker`], which has one loaded in a process of its own and does jobs in it. The other
//! end of that process is [`worker::main`]; only there is a library ever loaded.

pub mod isolate;
mod load;
pub mod plugins;
mod sandbox;
mod wire;
pub mod worker;
