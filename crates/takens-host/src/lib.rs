//! Finds, loads and isolates plugins; runs sweeps; keeps results.
