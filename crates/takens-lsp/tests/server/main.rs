//! The server as an editor meets it, over two pipes: `session` is a day's work, `rough` what goes wrong.

mod editor;
mod rough;
mod session;
