//! `takens lsp`: the language server, for editors.

use crate::failure::Failure;
use std::io::{BufReader, stdin, stdout};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Speak over standard input and output, which is what is done anyway; some editors say it
    #[arg(long, hide = true)]
    stdio: bool,
}

pub(crate) fn run(_arguments: &Arguments) -> Result<(), Failure> {
    takens_lsp::serve(BufReader::new(stdin()), stdout()).map_err(Failure::work)
}
