//! esn
