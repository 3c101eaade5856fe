//! Integrators as programs over kernels: trajectories, dense output, maps.
