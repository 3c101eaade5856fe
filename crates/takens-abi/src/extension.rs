//! Extensions of a method beyond fit and forecast: distributions, derivatives, learning on the way.
//!
//! Each is asked for by its id, `takens.NAME/REV`, with the method's `get_extension`; an id that is not
//! known gives null. What an id means never changes: another meaning is another revision. The
//! extension of discoverers, the largest of them, is in `symbolic`.

use crate::{Call, Error, Instance, Status, Tensor};

/// The id under which a method offers [`Probabilistic`].
pub const PROBABILISTIC: &str = "takens.probabilistic/1";

/// The id under which a method offers [`Jacobian`].
pub const JACOBIAN: &str = "takens.jacobian/1";

/// The id under which a method offers [`Online`].
pub const ONLINE: &str = "takens.online/1";

/// What `get_extension("takens.probabilistic/1")` of a method points at: forecasts as samples.
#[repr(C)]
#[derive(Debug)]
pub struct Probabilistic {
    /// The size of this struct at the plugin.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Continues `context` (`time × component`) as often as `out` (`sample × time × component`) has
    /// samples: each a whole path, drawn from the method's distribution of futures, all of equal
    /// weight and independent of each other.
    pub sample: Option<
        unsafe extern "C" fn(
            instance: *mut Instance,
            context: *const Tensor,
            call: *const Call,
            out: *mut Tensor,
            error: *mut Error,
        ) -> Status,
    >,
}

/// What `get_extension("takens.jacobian/1")` of a method points at: the derivative of the fitted model.
#[repr(C)]
#[derive(Debug)]
pub struct Jacobian {
    /// The size of this struct at the plugin.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// The derivative of the forecast's first state by the last states of `context`
    /// (`time × component`), into `out` (`lag × component × component`): element `k, i, j` is the
    /// derivative of component `i` of the next state by component `j` of the state `k` samples
    /// before the present. A model without memory has zeros from `k` = 1 on.
    pub jacobian: Option<
        unsafe extern "C" fn(
            instance: *mut Instance,
            context: *const Tensor,
            call: *const Call,
            out: *mut Tensor,
            error: *mut Error,
        ) -> Status,
    >,
}

/// What `get_extension("takens.online/1")` of a method points at: learning while data come in.
#[repr(C)]
#[derive(Debug)]
pub struct Online {
    /// The size of this struct at the plugin.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Learns from `samples` (`time × component`), on the time step of the data, which follow
    /// directly on the last ones of the fit or of the update before. The fit is kept.
    pub update: Option<
        unsafe extern "C" fn(
            instance: *mut Instance,
            samples: *const Tensor,
            call: *const Call,
            error: *mut Error,
        ) -> Status,
    >,
}

macro_rules! immutable {
    ($($type:ident),*) => {$(
        // SAFETY: the struct is immutable and points at code that lives as long as the process.
        unsafe impl Send for $type {}
        // SAFETY: as above.
        unsafe impl Sync for $type {}
    )*};
}
immutable!(Probabilistic, Jacobian, Online);
