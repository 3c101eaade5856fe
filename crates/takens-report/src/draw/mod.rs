//! What the page is drawn with: text made safe, scales, axes, the look of a method.

mod axes;
mod look;
mod scale;
mod text;

pub(crate) use axes::{Frame, path};
pub(crate) use look::{look_css, mark, sample};
pub(crate) use scale::Scale;
pub(crate) use text::{escape, number, shorten};
