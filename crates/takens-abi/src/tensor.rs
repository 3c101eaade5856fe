//! Arrays at the boundary: a subset of DLPack, convertible both ways.

/// An array. Which side owns the data, and for how long, is said where it is passed.
#[repr(C)]
#[derive(Debug)]
pub struct Tensor {
    /// The size of this struct at its maker.
    pub struct_size: u32,
    /// The type of an element: [`Tensor::F64`] is the only one of this version.
    pub dtype: u32,
    /// The number of axes.
    pub ndim: u32,
    /// Bits: [`Tensor::READ_ONLY`].
    pub flags: u32,
    /// The length of each axis, `ndim` of them, none negative.
    pub shape: *const i64,
    /// The distance of neighbours along each axis, in elements, none negative.
    /// Null: row-major without gaps.
    pub strides: *const i64,
    /// The first element. May be null if there are none.
    pub data: *mut core::ffi::c_void,
    /// What `release` needs.
    pub owner: *mut core::ffi::c_void,
    /// Frees the tensor. `None`: it is borrowed.
    pub release: Option<unsafe extern "C" fn(*mut Tensor)>,
}

impl Tensor {
    /// Elements are IEEE 754 doubles in the machine's byte order.
    pub const F64: u32 = 1;
    /// The data must not be written.
    pub const READ_ONLY: u32 = 1;
}
