//! The binary `takens`: arguments, progress, exit codes.

fn main() {}
