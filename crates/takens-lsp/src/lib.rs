//! The language server: what an editor asks about a file of systems, answered from its text.
//!
//! Start at [`serve`], which speaks the Language Server Protocol over two streams until the editor
//! says `exit`. `transport` reads and writes messages, `server` keeps the open texts and decides when
//! they are checked, and each question has a file: `hover`, `navigate`, `symbols`, `completion`,
//! `rename`, `actions`, `formatting`. What a text means comes from `takens_dsl`: its diagnostics, and its outline
//! of names.

mod server;
mod transport;

mod check;
mod document;
mod files;
mod position;

mod actions;
mod completion;
mod derivatives;
mod diagnostics;
mod formatting;
mod hover;
mod navigate;
mod rename;
mod symbols;
mod words;

pub use check::Checked;
pub use server::{ServeError, serve};
