//! The judge: is a discovered equation the truth?
